"""What an extra brings is named in one sentence where it is not installed."""

import subprocess
import sys

import pytest

from nnlab.errors import NotInstalled, not_installed

ASKED = [
    "from nnlab import Lab",
    "import nnlab; nnlab.Lab",
    "import nnlab; nnlab.stop_all()",
    "import nnlab.views",
    "from nnlab.views import Boundary",
    "from nnlab.views.plots.curves import Curves",
    "import nnlab.lab.lab",
    "from nnlab.lab.predict.predict import Predict",
    "import nnlab.lessons",
    "from nnlab.lessons import forward",
]
BRINGS = ["ipywidgets", "anywidget", "matplotlib", "IPython", "threadpoolctl", "PIL"]
SCRIPT = """\
import sys
for name in {missing!r}:
    sys.modules[name] = None  # as if it were not installed
import nnlab
try:
    {asked}
except ImportError as error:
    print(type(error).__name__, "|", error, "|", *error._render_traceback_())
"""


def said(asked: str, missing: list[str]) -> str:
    script = SCRIPT.format(asked=asked, missing=missing)
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert ran.stderr == ""
    return ran.stdout


@pytest.mark.parametrize("asked", ASKED)
def test_without_the_extra_one_sentence_has_the_command(asked):
    kind, sentence, shown = said(asked, BRINGS).strip().split(" | ")
    assert kind == "NotInstalled" and shown == f"NotInstalled: {sentence}"
    assert sentence.endswith('run: pip install "nnlab-notebooks[lab]"')


@pytest.mark.parametrize("missing", BRINGS)
def test_each_package_is_named(missing):
    assert f"needs {missing}, which is not installed" in said(ASKED[0], [missing])


def test_a_module_of_our_own_that_is_missing_is_another_fault():
    error = ModuleNotFoundError("no", name="nnlab.viewz")
    assert not_installed("nnlab.views", "lab", error) is error
    error = ModuleNotFoundError("no", name="PIL.Image")
    assert isinstance(not_installed("nnlab.views", "lab", error), NotInstalled)
