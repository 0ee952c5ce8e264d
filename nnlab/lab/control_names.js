// Names the controls of a box for who cannot see them: ipywidgets leaves a slider without
// a name, and a menu without a label with its tooltip alone.

function name(box) {
  for (const handle of box.querySelectorAll(".noUi-handle:not([aria-label])")) {
    const label = handle.closest(".jupyter-widgets").querySelector(".widget-label");
    handle.ariaLabel = label?.textContent || "value";
  }
  for (const menu of box.querySelectorAll("select[title]:not([aria-label])")) {
    menu.ariaLabel = menu.title;
  }
}

function render({ el }) {
  const watch = new MutationObserver(() => name(el.parentElement));
  let waiting = 0;
  const begin = () => { // it is put into its box after it was made
    if (!el.parentElement) return void (waiting = requestAnimationFrame(begin));
    name(el.parentElement);
    watch.observe(el.parentElement, { childList: true, subtree: true });
  };
  begin();
  return () => {
    cancelAnimationFrame(waiting);
    watch.disconnect();
  };
}

export default { render };
