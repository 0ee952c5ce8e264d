"""The menu of views, and what a learner keeps of a Lab, in a real JupyterLab."""

import json

OUTPUT = "() => jupyterapp.shell.currentWidget.model.toJSON().cells[0].outputs[0].data"


def test_views_are_added_and_taken_away(explorer):
    kinds = "[type(view).__name__ for view in lab.picture.views]"
    explorer.press("Views:")
    button = explorer.output.locator
    place = button("[data-view=GradientFlow]")
    place.scroll_into_view_if_needed()
    before = place.bounding_box()["y"]
    place.click()
    explorer.wait(f"'GradientFlow' in {kinds}")
    explorer.at_rest()
    assert place.get_attribute("aria-pressed") == "true"
    assert abs(place.bounding_box()["y"] - before) < 30  # under the hand still
    assert button("[data-view=Gallery]").is_disabled()  # there are no images
    button("[data-view=WeightedSum]").click()
    explorer.slider("w₁ of x₁").wait_for()
    button("[data-view=Flow]").click()
    explorer.output.get_by_role("button", name="Previous").wait_for()
    for name in ("WeightedSum", "Flow", "GradientFlow"):
        button(f"[data-view={name}]").click()
        explorer.wait(f"{name!r} not in {kinds}")
    explorer.output.get_by_role("button", name="Previous").wait_for(state="detached")
    explorer.at_rest()
    assert explorer.value(kinds) == "['Neurons', 'Boundary', 'Curves']"
    for name in ("Neurons", "Boundary", "Curves"):
        button(f"[data-view={name}]").click()
    wrong = explorer.output.locator(".nnlab-message .wrong")
    wrong.get_by_text("a Lab shows one view at least").wait_for()


def test_the_camera_puts_the_picture_into_the_file(explorer):
    page = explorer.page
    before = page.evaluate(OUTPUT)
    explorer.press("Epoch")
    explorer.wait("lab.trainer.steps_done > 5")
    explorer.at_rest()
    explorer.press("Keep this picture")
    explorer.output.get_by_text(
        "The picture in the file is now that of step"
    ).wait_for()
    after = page.evaluate(OUTPUT)
    assert f"step={explorer.steps()}" in after["text/plain"]
    assert after["image/png"] != before["image/png"]
    explorer.notebook.command("docmanager:save")
    file = json.loads(explorer.notebook.file.read_text("utf-8"))
    [output] = file["cells"][0]["outputs"]
    assert "".join(output["data"]["text/plain"]) == after["text/plain"]
    explorer.press("Mini-batch")  # it lives on
    explorer.wait("lab.trainer.steps_done > 10")


def test_a_run_is_copied_as_code_that_makes_it_again(explorer):
    explorer.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    explorer.press("Epoch")
    explorer.wait("lab.trainer.steps_done > 5")
    number = explorer.rate.locator(".nnlab-number")
    number.fill("0.25")
    number.press("Enter")
    explorer.wait("lab.experiment.learning_rate == 0.25")
    explorer.press("Epoch")
    explorer.wait("lab.trainer.steps_done > 15")
    explorer.press("This run as code")
    explorer.output.get_by_role("button", name="Copy", exact=True).click()
    explorer.output.get_by_role("button", name="Copied").wait_for()
    code = explorer.page.evaluate("navigator.clipboard.readText()")
    explorer.notebook.evaluate_in_kernel("first = lab")
    explorer.notebook.evaluate_in_kernel(code)
    same = "(first.trainer.network.parameters == lab.trainer.network.parameters).all()"
    assert explorer.notebook.evaluate_in_kernel(
        f"print(first is not lab, {same})"
    ).split() == ["True", "True"]


def test_a_number_out_of_range_says_so(explorer):
    number = explorer.rate.locator(".nnlab-number")
    number.fill("500")
    number.press("Enter")
    wrong = explorer.output.locator(".nnlab-message .wrong")
    wrong.get_by_text("learning_rate=500 is not allowed").wait_for()
    marked = explorer.output.locator(".nnlab-refused")
    marked.wait_for()  # it says 500 still, and that this is not so
    explorer.press("Mini-batch")
    explorer.wait("lab.trainer.steps_done == 1")
    explorer.at_rest()
    assert number.input_value() == "1" and not marked.count() and not wrong.count()
    number.fill("0.15")
    number.press("Enter")
    explorer.wait("lab.experiment.learning_rate == 0.15")
    explorer.at_rest()
    assert number.input_value() == "0.15" and not wrong.count()


def test_marks_of_a_slider_are_round(open_lab):
    lab = open_lab(hidden=(3,), controls=["learning_rate", "noise", "l2"])
    for label, first, last in (
        ("learning rate", "0.00001", "100"),
        ("l2", "off", None),
    ):
        slider = lab.slider(label).locator(".nnlab-range")
        number = lab.slider(label).locator(".nnlab-number")
        for key, wanted in (("End", last), ("Home", first)):
            slider.press(key)
            assert wanted is None or number.input_value() == wanted
    noise = lab.slider("noise").locator(".nnlab-range")
    noise.press("Home")
    for _ in range(7):
        noise.press("ArrowRight")
    assert lab.slider("noise").locator(".nnlab-number").input_value() == "0.07"
    lab.wait("lab.experiment.noise == 0.07")
