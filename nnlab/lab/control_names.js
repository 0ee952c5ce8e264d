// Names the controls of a box for who cannot see them: ipywidgets leaves a slider without
// a name, and a menu without a label with its tooltip alone. And marks the notebook that
// the box is in as one of ours, whose charts are dark on a dark page.

function name(box) {
  for (const handle of box.querySelectorAll(".noUi-handle:not([aria-label])")) {
    const slider = handle.closest(".widget-slider, .widget-inline-hbox");
    const words = slider?.querySelector(".widget-label")?.textContent;
    if (slider) handle.ariaLabel = words || "value";
  }
  for (const menu of box.querySelectorAll("select[title]:not([aria-label])")) {
    menu.ariaLabel = menu.title;
  }
}

function render({ el }) {
  let box = null; // it is put there after it was made, and may be out of it first
  const watch = new MutationObserver(() => name(box));
  const ended = () => { // no key reaches what has no kernel
    box.inert = box.classList.contains("jupyter-widgets-disconnected");
  };
  const state = new MutationObserver(ended);
  let waiting = 0;
  const begin = () => {
    box = el.parentElement;
    if (!box) return void (waiting = requestAnimationFrame(begin));
    box.closest(".jp-Notebook")?.classList.add("nnlab-notebook");
    name(box);
    watch.observe(box, { childList: true, subtree: true });
    ended();
    state.observe(box, { attributeFilter: ["class"] });
  };
  begin();
  return () => {
    cancelAnimationFrame(waiting);
    watch.disconnect();
    state.disconnect();
  };
}

export default { render };
