// Shows the frames that the kernel sends, acknowledges each once it is drawn, and sends
// back what pointer and keys do here. One short module; there is no build step.

function render({ model, el }) {
  const view = Math.random().toString(36).slice(2);
  const say = (type, more = {}) => model.send({ type, view, ...more });

  const canvas = document.createElement("canvas");
  canvas.className = "nnlab-canvas";
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "img");
  el.classList.add("nnlab-frame");
  el.dataset.lmSuppressShortcuts = "true"; // keys pressed here are for the Lab alone
  el.appendChild(canvas);

  const size = () => {
    canvas.style.width = `${model.get("width")}px`;
    canvas.style.aspectRatio = `${model.get("width")} / ${model.get("height")}`;
  };
  const name = () => canvas.setAttribute("aria-label", model.get("text"));

  let drawn = 0;
  async function draw(message, buffers) {
    if (!message.frame) return;
    const picture = new Blob([buffers[0]], { type: message.form });
    const bitmap = await createImageBitmap(picture);
    if (message.frame < drawn) return bitmap.close(); // decoded late: a newer one is up
    drawn = message.frame;
    if (canvas.width !== bitmap.width) canvas.width = bitmap.width;
    if (canvas.height !== bitmap.height) canvas.height = bitmap.height;
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    canvas.dataset.frame = message.frame;
    canvas.dataset.form = message.form;
    bitmap.close();
    say("ack", { frame: message.frame });
  }

  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * model.get("width"),
      y: (1 - (event.clientY - box.top) / box.height) * model.get("height"),
    };
  };
  let moving = false;
  canvas.addEventListener("pointermove", (event) => {
    if (moving) return;
    moving = true;
    setTimeout(() => { moving = false; }, 40);
    say("move", at(event));
  });
  canvas.addEventListener("pointerdown", (event) => say("press", at(event)));
  canvas.addEventListener("pointerleave", () => say("leave"));

  const keys = new Set([" ", "ArrowRight", "Enter", "r", "n"]);
  canvas.addEventListener("keydown", (event) => {
    if (!keys.has(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    say("key", { key: event.key });
  });

  let known = 0;
  const hello = () => {
    const width = Math.floor(el.clientWidth);
    if (width > 0 && width !== known) {
      known = width;
      say("hello", { width, scale: window.devicePixelRatio || 1 });
    }
  };
  const watch = new ResizeObserver(hello);

  size();
  name();
  model.on("change:width change:height", size);
  model.on("change:text", name);
  model.on("msg:custom", draw);
  watch.observe(el);

  return () => {
    watch.disconnect();
    model.off("change:width change:height", size);
    model.off("change:text", name);
    model.off("msg:custom", draw);
    say("bye");
  };
}

export default { render };
