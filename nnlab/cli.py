"""The command `nnlab`.

nnlab start       opens JupyterLab on the first notebook; Jupyter's options pass through
nnlab notebooks   runs every notebook from the top and writes its canonical outputs
"""

import argparse
import sys
from pathlib import Path

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
FIRST = "00_start_here.ipynb"


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="nnlab",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("start", help="open JupyterLab on the first notebook")
    write = commands.add_parser("notebooks", help="write canonical outputs")
    write.add_argument("paths", nargs="*", type=Path, help="default: all of them")
    write.add_argument(
        "--check", action="store_true", help="run nothing; fail if one is not canonical"
    )
    known, rest = parser.parse_known_args(arguments)
    if known.command == "start":
        return start(rest)
    if rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    return notebooks(known.paths, known.check)


def start(options: list[str]) -> int:
    """Opens JupyterLab on the first notebook, with `options` for Jupyter."""
    try:
        from jupyterlab.labapp import main as jupyterlab
    except ModuleNotFoundError:
        return _say('JupyterLab is not installed; pip install "nnlab-notebooks[lab]".')
    if not (NOTEBOOKS / FIRST).exists():
        return _say(f"There is no {NOTEBOOKS / FIRST}; run nnlab from its checkout.")
    place = [
        f"--ServerApp.root_dir={NOTEBOOKS}",
        f"--LabApp.default_url=/lab/tree/{FIRST}",
    ]
    jupyterlab([*place, *options])
    return 0


def notebooks(paths: list[Path], check: bool) -> int:
    """Brings notebooks into their canonical form, or only checks that they are."""
    from nnlab.notebook import canonical, execute, read, write

    odd = 0
    for path in paths or sorted(NOTEBOOKS.glob("*.ipynb")):
        if not path.exists():
            odd += _say(f"There is no {path}; nnlab notebooks takes paths of .ipynb.")
            continue
        notebook = read(path)
        if check and notebook != canonical(notebook):
            odd += _say(f"{path} is not canonical; run: nnlab notebooks {path}")
        elif not check:
            write(path, canonical(execute(notebook, path.parent)))
            print(f"{path}: {path.stat().st_size / 1000:.0f} KB")
    return min(odd, 1)


def _say(message: str) -> int:
    print(message, file=sys.stderr)
    return 1
