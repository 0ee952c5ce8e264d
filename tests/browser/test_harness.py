"""The harness sees what it must see: a green browser test then means something."""

from __future__ import annotations

import pytest

RAISING_BUTTON = """
import ipywidgets
button = ipywidgets.Button(description="press")
button.on_click(lambda _: 1 / 0)
button
"""


def test_a_clean_notebook_has_no_errors(lab_page):
    notebook = lab_page(["print(6 * 7)"])
    notebook.run_all()
    notebook.cell(0).locator(".jp-OutputArea").get_by_text("42").wait_for()
    assert notebook.errors() == []
    assert notebook.console_errors == []
    assert notebook.iopub_errors == []


def test_a_cell_that_raises_is_an_error(lab_page):
    notebook = lab_page(["x = 1", "x / 0", "x = 2"])
    notebook.run_all()
    assert notebook.errors() == ["cell 1: ZeroDivisionError: division by zero"]
    assert notebook.evaluate_in_kernel("print(x)") == "1\n"  # the last cell never ran


def test_a_single_cell_runs_alone(lab_page):
    notebook = lab_page(["x = 'first'", "x = 'second'", "x = 'third'"])
    notebook.run_cell(1)
    assert notebook.evaluate_in_kernel("print(x)") == "second\n"


def test_console_and_page_errors_are_seen(lab_page):
    notebook = lab_page([""])
    notebook.page.evaluate("console.error('from the console')")
    with notebook.page.expect_event("pageerror"):
        notebook.page.evaluate("setTimeout(() => { throw Error('uncaught') })")
    first, second = notebook.console_errors
    assert "from the console" in first
    assert "uncaught" in second


def test_an_error_in_a_widget_callback_is_seen(lab_page):
    notebook = lab_page([RAISING_BUTTON])
    notebook.run_all()
    notebook.cell(0).locator("button.jupyter-button").click()
    notebook.page.wait_for_function("window.kernelErrors.length")
    assert notebook.iopub_errors == ["ZeroDivisionError: division by zero"]
    assert notebook.errors() == []


def test_code_that_raises_in_the_kernel_raises_here(lab_page):
    notebook = lab_page([""])
    with pytest.raises(RuntimeError, match="no such luck"):
        notebook.evaluate_in_kernel("raise ValueError('no such luck')")


def test_two_notebooks_do_not_disturb_each_other(lab_page):
    first, second = lab_page(["x = 'first'"]), lab_page(["x = 'second'"])
    for notebook in (first, second):
        notebook.run_all()
    assert first.evaluate_in_kernel("print(x)") == "first\n"
    assert second.evaluate_in_kernel("print(x)") == "second\n"
    second.page.evaluate("console.error('only here')")
    assert first.console_errors == []
    assert len(second.console_errors) == 1
