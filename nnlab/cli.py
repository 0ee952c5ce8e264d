"""The command `nnlab`.

nnlab start [FOLDER] [NOTEBOOK]
                           opens JupyterLab on a notebook, or else on the first one, in
                           a copy in FOLDER (nnlab-notebooks), where what you changed is
                           never written over. Jupyter's own options may follow.
nnlab doctor [FOLDER]      says what works here, and how to fix what does not
nnlab bench engine         measures the engine beside PyTorch, scikit-learn and JAX;
                           with --backend torch or torch:cuda, on that one
nnlab notebooks [PATH ...] runs notebooks from the top and writes canonical outputs
"""

import argparse
import os
import sys
from collections.abc import Callable
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from urllib.parse import quote

from nnlab.backend import BACKENDS
from nnlab.errors import InputError, shown
from nnlab.jupyter import CONFIG
from nnlab.notebook_copy import FIRST, FOLDER, hand_out, originals

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
        help="open JupyterLab on a notebook",
        usage="nnlab start [-h] [FOLDER] [NOTEBOOK] [JUPYTER'S OPTIONS]",
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
    """Opens JupyterLab on a notebook, with `options` for Jupyter."""
    try:
        from jupyterlab.labapp import main as jupyterlab
    except ModuleNotFoundError:
        return _say('JupyterLab is not installed; pip install "nnlab-notebooks[lab]".')
    if not (NOTEBOOKS / FIRST).exists():
        return _say(f"There is no {NOTEBOOKS / FIRST}; install nnlab-notebooks again.")
    folder, name, options = _place(options)
    try:
        _check_name(folder, name)
        print(hand_out(NOTEBOOKS, folder))
    except InputError as error:
        return _say(str(error))
    paths = [os.environ.get("JUPYTER_CONFIG_PATH"), str(CONFIG)]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, paths))
    place = [
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{quote(name)}",
    ]
    return _serve(jupyterlab, [*place, *options])


def _place(options: list[str]) -> tuple[Path, str, list[str]]:
    """The folder, the notebook in it to open, and the options that are Jupyter's."""
    given, name = FOLDER, FIRST
    if options and options[0] and not options[0].startswith("-"):
        given, options = Path(options[0]), options[1:]
    if given.suffix == ".ipynb":
        name = given.name
        given = given.parent if len(given.parts) > 1 else FOLDER
    elif options and not options[0].startswith("-") and options[0].endswith(".ipynb"):
        name, options = options[0], options[1:]
    return given.expanduser().absolute(), name, options


def _check_name(folder: Path, name: str) -> None:
    """Raises `InputError` unless there is, or will be, such a notebook in a folder."""
    names = {path.name for home in (NOTEBOOKS, folder) for path in home.glob("*.ipynb")}
    if name not in names:
        raise InputError(
            "NOTEBOOK",
            f"NOTEBOOK={shown(name)} is not in {folder}; choose from "
            f"{', '.join(sorted(names))}.",
        )


def _serve(jupyterlab: Callable[[list[str]], object], options: list[str]) -> int:
    """Runs JupyterLab until it ends; says so in a sentence if it refuses to."""
    try:
        jupyterlab(options)
    except SystemExit as ended:
        if ended.code and _refuses_root():
            return _say("JupyterLab runs as root only if told to; add --allow-root.")
        raise
    return 0


def _refuses_root() -> bool:
    """Whether this is root, and the server was made without leave for that."""
    from jupyter_server.serverapp import ServerApp

    root = sys.platform != "win32" and os.geteuid() == 0
    return root and ServerApp.initialized() and not ServerApp.instance().allow_root


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
