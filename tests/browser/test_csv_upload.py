"""A file of the learner's, chosen in a real browser, is what the Lab trains on."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenNotebook

CELLS = [
    "import ipywidgets as widgets",
    "from nnlab import Lab",
    "from nnlab.lab.csv_upload import CsvUpload",
    "lab = Lab(data='sine', hidden=(4,), seeds=2)",
    "part = CsvUpload(lab.player.post, lambda data: lab.change(data=data))",
    "lab.box.children = (part.row, *lab.box.children)",
    "lab",
]
ROWS = "place,height,name\n" + "".join(
    f"{i}.5,{i * i % 7}.25,n{i}\n" for i in range(40)
)


@pytest.fixture
def output(lab_page: OpenNotebook):
    """The Lab with the part above it, once it is drawn."""
    notebook = lab_page(["\n".join(CELLS)])
    notebook.run_all()
    cell = notebook.cell(0)
    cell.locator("canvas[data-frame]").wait_for()
    yield notebook, cell
    assert notebook.errors() == [] and notebook.console_errors == []


def choose(page, cell, name: str, content: bytes) -> None:
    """A file, by the dialogue that the button opens."""
    with page.expect_file_chooser() as found:
        cell.get_by_role("button", name="Your CSV").click()
    file = {"name": name, "mimeType": "text/csv", "buffer": content}
    found.value.set_files(file)


def test_a_file_is_chosen_read_and_trained_on(output):
    notebook, cell = output
    choose(notebook.page, cell, "hill.csv", ROWS.encode())
    said = cell.locator("p[role=status]", has_text="hill: 40 rows read")
    said.wait_for()
    assert "name left out" in said.inner_text()
    cell.get_by_role("button", name="Train on it").click()
    notebook.wait_for_kernel("lab.session.data.name == 'hill'")
    cell.locator("canvas[aria-label*='Fitted curve: for place from']").wait_for()
    choose(notebook.page, cell, "empty.csv", b" ")
    cell.locator("p.wrong[role=status]", has_text="is empty").wait_for()
    assert not cell.get_by_role("button", name="Train on it").is_visible()


def test_a_large_file_is_refused_and_the_page_lives_on(output):
    notebook, cell = output
    choose(notebook.page, cell, "large.csv", b"1.5,2.5\n" * 3_000_000)
    cell.locator("p.wrong", has_text="at most 5,000,000").wait_for()
    choose(notebook.page, cell, "hill.csv", ROWS.encode())
    cell.locator("p[role=status]", has_text="hill: 40 rows read").wait_for()
