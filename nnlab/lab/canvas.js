// Shows the frames that the kernel sends, answers once one is drawn that asks for it, and
// sends back what pointer and keys do here. One short module; there is no build step.

function render({ model, el }) {
  const view = Math.random().toString(36).slice(2);
  const dead = "jupyter-widgets-disconnected"; // has the element then, without a kernel
  const end = () => el.classList.add(dead); // anywidget leaves it as it was at first
  const say = (type, more = {}) => {
    if (!el.classList.contains(dead)) model.send({ type, view, ...more });
  };

  const canvas = document.createElement("canvas");
  canvas.className = "nnlab-canvas";
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "img");
  el.classList.add("nnlab-frame");
  el.appendChild(canvas);

  const size = () => {
    canvas.style.width = `${model.get("width")}px`;
    canvas.style.aspectRatio = `${model.get("width")} / ${model.get("height")}`;
  };
  const shape = () => { canvas.style.cursor = model.get("cursor"); };
  const name = () => canvas.setAttribute("aria-label", model.get("text"));

  let seen = false; // a view that is out of sight takes no frames
  let drawn = 0;
  async function paint(picture, frame) {
    const bitmap = await createImageBitmap(picture);
    if (frame < drawn) return bitmap.close(); // decoded late: a newer one is up
    drawn = frame;
    if (canvas.width !== bitmap.width) canvas.width = bitmap.width;
    if (canvas.height !== bitmap.height) canvas.height = bitmap.height;
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    bitmap.close();
    return true;
  }
  async function draw({ frame, form, answer }, buffers) {
    if (!seen || !await paint(new Blob([buffers[0]], { type: form }), frame)) return;
    canvas.dataset.frame = frame;
    canvas.dataset.form = form;
    keep(form === "image/png");
    if (seen && answer) say("ack", { frame });
  }

  // What was drawn last is kept with the notebook, for a page without a kernel: each frame
  // at rest, one a second of those that move, and the last one that is in sight. It is not
  // sent to the kernel.
  let kept = 0;
  function keep(resting) {
    const now = performance.now();
    if (!resting && now - kept < 1000) return;
    kept = now;
    canvas.toBlob(async (blob) => {
      const still = new DataView(await blob.arrayBuffer());
      if (kept === now) model.set("still", still);
    }, "image/webp", 0.6);
  }
  const still = model.get("still");
  if (still.byteLength) paint(new Blob([still]), 0);

  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * model.get("width"),
      y: (1 - (event.clientY - box.top) / box.height) * model.get("height"),
    };
  };
  let moving = false;
  let held = false; // pressed down on what one paints on
  let latest = null; // where the pointer went meanwhile: its last place is always told
  const tell = () => {
    moving = latest !== null;
    if (!moving) return;
    say(held ? "drag" : "move", latest);
    latest = null;
    setTimeout(tell, 40);
  };
  canvas.addEventListener("pointermove", (event) => {
    latest = at(event);
    if (!moving) tell();
  });
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return; // that of a menu
    held = model.get("paints");
    if (held) canvas.setPointerCapture(event.pointerId); // it may leave the picture
    latest = null;
    say("press", at(event));
  });
  const release = (event) => {
    if (held) say("release", at(event));
    if (held) latest = null;
    held = false;
  };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("pointerleave", () => {
    latest = null;
    say("leave");
  });

  // On the picture every key below is the Lab's. On its buttons only the letters are,
  // and in a field that takes text none. The window hears a key before JupyterLab does,
  // which would turn the cell into raw text at an R.
  const onPicture = new Set(
    [" ", "ArrowRight", "ArrowLeft", "Enter", "r", "n", "+", "-", "p", "Escape",
      ",", ".", "a", "s", "w", "Shift+ArrowLeft", "Shift+ArrowRight",
      "Shift+ArrowDown", "Shift+ArrowUp"]);
  const onButtons = new Set(["r", "n", "a", "s", "w"]);
  // In a Lab to paint on there are these too, and its letters on its buttons as well.
  const onPaper = new Set(
    ["b", "c", "v", "m", "e", "f", "z", "y", "Control+z", "Control+y",
      "Control+Shift+z", "Enter", "Delete", "Backspace", "Escape",
      "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Shift+ArrowLeft",
      "Shift+ArrowRight", "Shift+ArrowUp", "Shift+ArrowDown"]);
  const typed = "input, select, textarea, [contenteditable=true]";
  const press = (event) => {
    const lab = el.closest(".nnlab-lab") ?? el;
    if (!lab.contains(event.target) || event.target.closest(typed)) return;
    if (event.altKey) return;
    if (event.shiftKey && event.key === "Enter") return; // it runs the cell, here too
    const letter = event.key.length === 1;
    const plain = letter ? event.key.toLowerCase() : event.key;
    const here = event.target === canvas;
    const control = event.ctrlKey || event.metaKey;
    const shift = event.shiftKey && (control || !letter);
    const chord = `${control ? "Control+" : ""}${shift ? "Shift+" : ""}${plain}`;
    const paper = model.get("paints") && (here || letter) && onPaper.has(chord);
    const ours = paper || (!control && (here ? onPicture : onButtons).has(chord));
    if (!ours && (control || !letter || plain === " ")) return;
    event.stopPropagation(); // no letter is the notebook's here: X would cut the cell
    if (!ours) return;
    event.preventDefault();
    say("key", { key: chord });
  };
  window.addEventListener("keydown", press, true);

  // A slider's number looks as if one could type there, and would lose what is typed; but
  // for weights by hand, whose sliders go by plain numbers.
  const plain = ".nnlab-hand .widget-readout";
  const guard = ({ target }) => {
    if (!target.matches?.(`.nnlab-lab .widget-readout:not(${plain})`)) return;
    target.contentEditable = "false";
    target.blur();
  };
  window.addEventListener("focusin", guard, true);

  // A Lab that nobody sees rests: out of sight, a view says goodbye.
  let known = 0;
  const hello = () => {
    const width = Math.floor(el.clientWidth);
    if (!seen || width === 0 || width === known) return;
    known = width;
    say("hello", { width, scale: window.devicePixelRatio || 1 });
  };
  const look = new IntersectionObserver(([entry]) => {
    if (entry.isIntersecting === seen) return;
    seen = entry.isIntersecting;
    known = 0;
    if (seen) return hello();
    if (drawn) keep(true);
    say("bye");
  });
  const watch = new ResizeObserver(hello);

  size();
  name();
  model.on("change:width change:height", size);
  model.on("change:cursor", shape);
  model.on("change:text", name);
  model.on("msg:custom", draw);
  model.on("comm_live_update", end);
  watch.observe(el);
  look.observe(el);

  return () => {
    window.removeEventListener("keydown", press, true);
    window.removeEventListener("focusin", guard, true);
    watch.disconnect();
    look.disconnect();
    model.off("change:width change:height", size);
    model.off("change:cursor", shape);
    model.off("change:text", name);
    model.off("msg:custom", draw);
    model.off("comm_live_update", end);
    say("bye");
  };
}

export default { render };
