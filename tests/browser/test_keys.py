"""Who has the keys, in a real JupyterLab, where one in the wrong place cuts a cell."""

from tests.support.explorer import explorers, source

ACTIVE = "document.activeElement.className"
MODEL = "jupyterapp.shell.currentWidget.model"
KINDS = f"[...{MODEL}.cells].map(cell => cell.type)"
AT = "jupyterapp.shell.currentWidget.content.activeCellIndex"
PLAIN = {"hidden": (3,), "learning_rate": 1, "speed": 1000}


def unharmed(lab, cells: int = 1) -> bool:
    """Whether the notebook has its cells, as code."""
    return lab.page.evaluate(KINDS) == ["code"] * cells


def test_a_lab_takes_the_keys_when_its_cell_has_run(lab_page):
    notebook = lab_page([source(**PLAIN), "print('the next')", "1"])
    notebook.run_cell(0)
    [lab] = explorers(notebook, "lab")
    lab.page.wait_for_function(f"() => {ACTIVE} === 'nnlab-canvas'")
    lab.page.keyboard.press("ArrowRight")
    lab.wait("lab.trainer.steps_done == 1")
    lab.page.keyboard.press("r")
    lab.wait("lab.trainer.steps_done == 0")
    assert unharmed(lab, 3)


def test_shift_and_enter_go_on_to_the_next_cell(lab_page):
    notebook = lab_page([source(**PLAIN), "said = 'the next'", "1"])
    notebook.cell(0).locator(".cm-content").click()
    notebook.page.keyboard.press("Shift+Enter")
    [lab] = explorers(notebook, "lab")
    lab.page.wait_for_function(f"() => {ACTIVE} === 'nnlab-canvas'")
    lab.page.keyboard.press("Shift+Enter")
    notebook.wait_for_kernel("'said' in globals()")
    assert lab.page.evaluate(AT) == 2


def test_who_is_writing_is_left_alone(lab_page):
    slow = f"import time; time.sleep(1.5)\n{source(**PLAIN)}"
    notebook = lab_page([slow, ""])
    notebook.cell(0).locator(".cm-content").click()
    notebook.page.keyboard.press("Control+Enter")
    notebook.cell(1).locator(".cm-content").click()
    notebook.page.keyboard.type("x = ")
    explorers(notebook, "lab")
    notebook.page.keyboard.type("1")
    written = f"{MODEL}.cells.get(1).sharedModel.source"
    assert notebook.page.evaluate(written) == "x = 1"


def test_a_press_anywhere_gives_it_the_keys(explorer):
    places = ["button:has-text('Mini-batch')", ".nnlab-message", "canvas"]
    for count, place in enumerate(places, 1):
        explorer.page.evaluate("document.activeElement.blur()")
        explorer.output.locator(place).first.click(force=True)
        explorer.page.wait_for_function(f"() => {ACTIVE} === 'nnlab-canvas'")
        explorer.page.keyboard.press("n")
        explorer.wait(f"lab.experiment.seed == {8 * count}")
    for key in "xdbyam":  # commands of the notebook: cut, delete, insert, to text
        explorer.page.keyboard.press(key)
        explorer.page.keyboard.press(key)
    assert unharmed(explorer)


def test_on_a_slider_arrows_are_its_own_and_the_rest_is_the_labs(explorer):
    slider = explorer.rate.locator(".nnlab-range")
    slider.click()
    before = float(explorer.value("lab.experiment.learning_rate"))
    explorer.page.keyboard.press("ArrowRight")
    explorer.wait(f"lab.experiment.learning_rate > {before}")
    assert explorer.steps() == 0
    explorer.page.keyboard.press(" ")
    explorer.wait("lab.trainer.steps_done > 0")
    explorer.page.keyboard.press(" ")
    explorer.wait("not lab.player.playing")
    assert unharmed(explorer)


def test_a_field_of_text_keeps_every_key(explorer):
    number = explorer.rate.locator(".nnlab-number")
    number.click()
    explorer.page.keyboard.type("r n0.25")
    assert number.input_value() == "r n0.25"
    number.fill("0.25")
    number.press("Enter")
    explorer.wait("lab.experiment.learning_rate == 0.25")
    assert explorer.value("lab.experiment.seed") == "0" and unharmed(explorer)


def test_by_key_a_button_keeps_the_focus(explorer):
    button = explorer.output.get_by_role("button", name="Mini-batch")
    button.focus()
    explorer.page.keyboard.press("Enter")
    explorer.wait("lab.trainer.steps_done == 1")
    explorer.page.keyboard.press("Enter")
    explorer.wait("lab.trainer.steps_done == 2")


def test_the_keys_are_behind_a_question_mark(explorer):
    sheet = explorer.output.get_by_role("dialog", name="Keys")
    assert not sheet.count()
    explorer.canvas.press("?")
    assert "play, or pause" in sheet.inner_text()
    explorer.page.keyboard.press("?")
    sheet.wait_for(state="detached")
    explorer.press("The keys of this Lab")
    sheet.get_by_role("button", name="Close").click()
    sheet.wait_for(state="detached")
