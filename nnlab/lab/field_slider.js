// One field of the experiment as a slider; see number_slider.js.

function render({ model, el }) {
  const ends = () => ["low", "high"].map((name) => model.get(name));
  const [low, high] = ends();
  const slider = numberSlider(el, {
    label: model.get("description"), title: model.get("tooltip") ?? "", low, high,
    log: model.get("log"), grain: model.get("grain"), word: model.get("word"),
    ask(value) {
      model.set("value", value);
      model.save_changes();
    },
  });
  const show = () => slider.show(model.get("value"));
  const disable = () => slider.disable(model.get("disabled"));
  const mark = () => el.classList.toggle("nnlab-refused", model.get("refused"));
  show();
  disable();
  mark();
  model.on("change:value", show);
  model.on("change:disabled", disable);
  model.on("change:refused", mark);
  model.on("change:low change:high", () => slider.reach(...ends()));
}

export default { render };
