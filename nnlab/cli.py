"""The command `nnlab`.

nnlab start [FOLDER]       opens JupyterLab on the first notebook. In a checkout that is
                           its own; otherwise FOLDER (nnlab-notebooks) receives a copy,
                           where what you changed is never written over. Jupyter's own
                           options may follow.
nnlab doctor [FOLDER]      says what works here, and how to fix what does not
nnlab bench engine         measures the engine beside PyTorch, scikit-learn and JAX;
                           with --backend torch or torch:cuda, on that one
nnlab notebooks [PATH ...] runs notebooks from the top and writes canonical outputs
"""

import argparse
import sys
from functools import partial
from io import TextIOWrapper
from pathlib import Path

from nnlab.backend import BACKENDS
from nnlab.errors import InputError
from nnlab.notebook_copy import CHECKOUT, FIRST, FOLDER, hand_out, originals

NOTEBOOKS = originals()


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line; returns the exit status."""
    if isinstance(sys.stdout, TextIOWrapper):  # a path may have letters it has not
        sys.stdout.reconfigure(errors="backslashreplace")
    parser = parser_of_commands()
    known, rest = parser.parse_known_args(arguments)
    if known.command == "start":
        return start(rest)
    if rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    return run(known)


def parser_of_commands() -> argparse.ArgumentParser:
    """What the command line takes; for `start`, Jupyter's options are left over."""
    parser = argparse.ArgumentParser(
        prog="nnlab",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    add = partial(commands.add_parser, allow_abbrev=False)
    add(
        "start",
        help="open JupyterLab on the first notebook",
        usage="nnlab start [-h] [FOLDER] [JUPYTER'S OPTIONS]",
    )
    doctor = add("doctor", help="say what works here")
    doctor.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    bench = add("bench", help="measure on this machine")
    benches = bench.add_subparsers(dest="what", required=True)
    engine = benches.add_parser("engine", allow_abbrev=False)
    engine.add_argument("--json", type=Path, help="write the figures to this file too")
    engine.add_argument("--quick", action="store_true", help="see whether it works")
    engine.add_argument("--backend", choices=BACKENDS[:-1], default="numpy")
    engine.add_argument(
        "--store", action="store_true", help="let 'auto' go by what was measured"
    )
    write = add("notebooks", help="write canonical outputs")
    write.add_argument("paths", nargs="*", type=Path, help="default: all of them")
    write.add_argument(
        "--check", action="store_true", help="run nothing; fail if one is not canonical"
    )
    return parser


def run(known: argparse.Namespace) -> int:
    """Runs a command whose arguments are all our own; returns the exit status."""
    if known.command == "doctor":
        from nnlab.doctor import main as doctor

        return doctor(known.folder)
    if known.command == "bench":
        return bench(known)
    return notebooks(known.paths, known.check)


def bench(known: argparse.Namespace) -> int:
    """Measures the engine; returns the exit status."""
    if known.backend == "numpy":
        from nnlab.bench.engine_ratios import main as engine

        return engine(known.json, known.quick)
    from nnlab.bench.backend_ratios import main as backends

    try:
        return backends(known.backend, known.json, known.quick, known.store)
    except InputError as error:
        return _say(str(error))


def start(options: list[str]) -> int:
    """Opens JupyterLab on the first notebook, with `options` for Jupyter."""
    try:
        from jupyterlab.labapp import main as jupyterlab
    except ModuleNotFoundError:
        return _say('JupyterLab is not installed; pip install "nnlab-notebooks[lab]".')
    if not (NOTEBOOKS / FIRST).exists():
        return _say(f"There is no {NOTEBOOKS / FIRST}; install nnlab-notebooks again.")
    folder, options = _folder(options)
    try:
        if folder.resolve() != NOTEBOOKS.resolve():
            print(hand_out(NOTEBOOKS, folder))
    except InputError as error:
        return _say(str(error))
    place = [
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{FIRST}",
    ]
    jupyterlab([*place, *options])
    return 0


def _folder(options: list[str]) -> tuple[Path, list[str]]:
    """Where to open JupyterLab, and the options that are Jupyter's."""
    if options and options[0] and not options[0].startswith("-"):
        return Path(options[0]).expanduser().absolute(), options[1:]
    return NOTEBOOKS if NOTEBOOKS == CHECKOUT else FOLDER.absolute(), options


def notebooks(paths: list[Path], check: bool) -> int:
    """Brings notebooks into their canonical form, or only checks that they are."""
    from nnlab.canonical_notebook import canonical, execute, read, write

    odd = 0
    for path in paths or sorted(NOTEBOOKS.glob("*.ipynb")):
        if not path.exists():
            odd += _say(f"There is no {path}; nnlab notebooks takes paths of .ipynb.")
            continue
        try:
            notebook = read(path)
        except InputError as error:
            odd += _say(str(error))
            continue
        if check and notebook != canonical(notebook):
            odd += _say(f"{path} is not canonical; run: nnlab notebooks {path}")
        elif not check:
            write(path, canonical(execute(notebook, path.parent)))
            print(f"{path}: {path.stat().st_size / 1000:.0f} KB")
    return min(odd, 1)


def _say(message: str) -> int:
    print(message, file=sys.stderr)
    return 1
