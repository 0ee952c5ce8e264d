"""What works here, and how to fix what does not.

Each check is a function that returns what it found. Nothing is needed for it but
Python and NumPy: a part of the lab that is missing is a finding, not an error.
"""

import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
import webbrowser
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from itertools import product
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

import nnlab
from nnlab.notebook_copy import CHECKOUT, FIRST, changed, originals

DISTRIBUTION = "nnlab-notebooks"
PIP = f"{shlex.quote(sys.executable)} -m pip install"
TORCH = """
import torch
cards = range(torch.cuda.device_count())
print(", ".join(["CPU", *map(torch.cuda.get_device_name, cards)]))
"""
BROWSERS = {
    "Chromium": ["chromium", "chromium-browser"],
    "Chrome": ["google-chrome", "google-chrome-stable", "chrome"],
    "Firefox": ["firefox"],
    "Edge": ["msedge", "microsoft-edge"],
}
PROGRAMS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
ELSEWHERE = {  # where macOS and Windows keep them, which is not on the PATH
    "Chrome": ["Google Chrome.app", "Google/Chrome/Application/chrome.exe"],
    "Firefox": ["Firefox.app", "Mozilla Firefox/firefox.exe"],
    "Edge": ["Microsoft Edge.app", "Microsoft/Edge/Application/msedge.exe"],
    "Safari": ["Safari.app"],
}


FRONT_ENDS = {
    "anywidget": "anywidget",
    "jupyterlab_widgets": "@jupyter-widgets/jupyterlab-manager",
}


@dataclass(frozen=True)
class Check:
    """What was found of one thing; `fix` is the command that puts it right."""

    name: str
    found: str
    fix: str = ""
    needed: bool = True

    @property
    def works(self) -> bool:
        """Whether nothing that is needed is missing here."""
        return not (self.fix and self.needed)


def main(folder: Path) -> int:
    """Prints what works; returns 0 if everything that is needed does."""
    print(f"nnlab {nnlab.__version__}, Python {platform.python_version()}", end=", ")
    print(f"{platform.system()} {platform.machine()}\n")
    checks = list(examine(folder))
    for check in checks:
        print(line(check, sys.stdout.encoding))
    broken = [check.fix for check in checks if not check.works]
    if not broken:
        print("\nEverything that is needed works. Next: nnlab start")
        return 0
    print("\nTo fix it:", *dict.fromkeys(broken), sep="\n  ")
    return 1


def line(check: Check, encoding: str | None) -> str:
    """A check as a line of text, in letters that the terminal has."""
    mark, word = ("✓", "works") if check.works else ("✗", "BROKEN")
    if check.fix and not check.needed:
        mark, word = "·", "absent"
    try:
        mark.encode(encoding or "utf-8")
    except UnicodeEncodeError:
        mark = "-" if check.works else "!"
    return f"{mark} {word:6} {check.name:19} {check.found}"


def examine(folder: Path) -> Iterator[Check]:
    """Every check, from the ground up."""
    yield distribution()
    yield engine()
    yield blas()
    yield torch()
    yield from parts()
    yield from front_ends()
    yield browsers()
    yield notebooks(folder)


def distribution() -> Check:
    """Whether this nnlab is ours: another package has the same name."""
    home = Path(nnlab.__file__).parent
    if installed("nnlab"):
        found = "another package called nnlab is installed too, into the same folder"
        apart = f"uninstall -y nnlab {DISTRIBUTION}"
        fix = f"{PIP.removesuffix('install')}{apart} && {installing('lab')}"
    elif not installed(DISTRIBUTION):
        found, fix = f"runs from {home}, but is not installed", installing("lab")
    else:
        found, fix = f"{installed(DISTRIBUTION)}, from {home}", ""
    return Check(DISTRIBUTION, found, fix)


def engine() -> Check:
    """Whether the engine takes a step on NumPy."""
    version = installed("numpy")
    try:
        nnlab.Experiment().trainer().step()
    except Exception as error:  # whatever it is, the other checks are of use
        found = f"{version}: the engine fails ({type(error).__name__}: {error})"
        return Check("numpy", found, f"{PIP} --force-reinstall numpy")
    return Check("numpy", f"{version}: the engine takes a step")


def blas() -> Check:
    """Which library multiplies matrices, and on how many threads."""
    if not find_spec("threadpoolctl"):
        return Check("BLAS", "not asked: threadpoolctl is missing")
    from threadpoolctl import threadpool_info

    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    each = (f"{pool['internal_api']} {pool['version']}" for pool in pools)
    threads = [f"{pool['num_threads']} threads" for pool in pools[:1]]
    return Check("BLAS", ", ".join([*dict.fromkeys(each), *threads]) or "not known")


def torch() -> Check:
    """PyTorch and its devices, asked in a process of its own: it may be broken."""
    if not find_spec("torch"):
        fix = installing("torch")
        return Check("torch", f"optional: {fix}", fix, needed=False)
    command = [sys.executable, "-c", TORCH]
    asked = subprocess.run(command, capture_output=True, text=True)
    if asked.returncode:
        why = ["it ended at once", *asked.stderr.strip().splitlines()][-1]
        fix = f"{PIP} --force-reinstall torch"
        return Check("torch", f"does not load ({why}): {fix}", fix, needed=False)
    return Check("torch", f"{installed('torch')} on {asked.stdout.strip()}")


def parts() -> Iterator[Check]:
    """Every part of the lab, in the version that is asked for or a newer one."""
    for name, least in asked_for("lab"):
        version = installed(name)
        if not version:
            yield Check(name, "is missing", installing("lab"))
        elif Version(version) < Version(least):
            yield Check(
                name, f"{version}, which is older than {least}", installing("lab")
            )
        else:
            yield Check(name, f"{version}{remark(name, version)}")


def remark(name: str, version: str) -> str:
    """What is worth knowing of a version that works."""
    if name == "ipykernel" and (7, 0) <= Version(version).release[:2] <= (7, 3):
        return " (messages of widgets arrive on other threads, which is fine here)"
    return ""


def front_ends() -> Iterator[Check]:
    """The widgets' halves in the browser, as JupyterLab finds them."""
    if not find_spec("jupyter_core"):
        return
    from jupyter_core.paths import jupyter_path

    folders = [Path(path) for path in jupyter_path("labextensions")]
    for package, name in FRONT_ENDS.items():
        files = [folder / name / "package.json" for folder in folders]
        file = next(filter(Path.is_file, files), None)
        if file:
            version = json.loads(file.read_text("utf-8"))["version"]
            yield Check("front end", f"JupyterLab finds {name} {version}")
        else:
            fix = f"{PIP} --force-reinstall {package}"
            yield Check("front end", f"JupyterLab does not find {name}", fix)


def browsers() -> Check:
    """The browsers of this machine. None is needed: it may be served to another."""
    found = ", ".join(filter(has_browser, BROWSERS | ELSEWHERE)) or "none is known"
    try:
        webbrowser.get()
    except webbrowser.Error:
        return Check(
            "browsers",
            f"{found}; none opens by itself: open the address that start prints",
        )
    return Check("browsers", f"{found}; the system's own opens by itself")


def has_browser(name: str) -> bool:
    """Whether this browser is on the PATH, or where programs are kept."""
    roots = filter(None, map(os.environ.get, PROGRAMS))
    places = product(["/Applications", *roots], ELSEWHERE.get(name, ()))
    return any(map(shutil.which, BROWSERS.get(name, ()))) or any(
        Path(root, file).exists() for root, file in places
    )


def notebooks(folder: Path) -> Check:
    """The notebooks that came with nnlab, and the learner's copy."""
    home = originals()
    count = len(list(home.glob("*.ipynb")))
    if not (home / FIRST).is_file():
        fix = f"{PIP} --force-reinstall --no-deps {DISTRIBUTION}"
        return Check("notebooks", f"are missing from {home}", fix)
    found = f"{count} in {home}"
    if folder.is_dir():
        yours = changed(folder)
        found += f"; in {folder} you changed {', '.join(yours) or 'none'}"
    return Check("notebooks", found)


def asked_for(extra: str) -> list[tuple[str, str]]:
    """The (name, oldest version) of everything that an extra brings."""
    if not installed(DISTRIBUTION):
        return []
    every = map(Requirement, metadata.requires(DISTRIBUTION) or [])
    asked = [
        one for one in every if one.marker and one.marker.evaluate({"extra": extra})
    ]
    return [(one.name, spec.version) for one in asked for spec in one.specifier]


def installing(extra: str) -> str:
    """The command that installs an extra, from the checkout if this is one."""
    home = originals()
    source = f"-e {home.parent}" if home == CHECKOUT else DISTRIBUTION
    return f'{PIP} "{source}[{extra}]"'.replace('"-e ', '-e "')


def installed(name: str) -> str:
    """The version of a distribution; empty if it is not installed."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
