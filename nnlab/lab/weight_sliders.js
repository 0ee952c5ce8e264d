// A slider for each weight that comes into a neuron; see number_slider.js.

function render({ model, el }) {
  el.classList.add("nnlab-hand");
  let sliders = [];
  const show = () => {
    const values = model.get("values");
    sliders.forEach((slider, i) => slider.show(values[i]));
  };
  const build = () => {
    el.innerHTML = "<b></b>";
    el.firstChild.textContent = model.get("title");
    const reach = model.get("reach");
    sliders = model.get("labels").map((label, index) => numberSlider(el, {
      label, title: model.get("says"), low: -reach[index], high: reach[index],
      log: false, grain: 0.01, word: "",
      ask: (value) => model.send({ index, value }),
    }));
    const note = document.createElement("span");
    note.textContent = model.get("note");
    el.appendChild(note);
    show();
  };
  build();
  model.on("change:labels change:title", build);
  model.on("change:values", show);
  model.on("change:reach", () => {
    model.get("reach").forEach((far, i) => sliders[i]?.reach(-far, far));
  });
}

export default { render };
