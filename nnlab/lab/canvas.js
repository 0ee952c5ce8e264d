// Shows the frames that the kernel sends, answers once one is drawn that asks for it, and
// sends back what pointer and keys do here. The bar below it, the keys, the sheets and the
// menu of views are functions of the files beside this one; there is no build step.

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
  const stage = document.createElement("div"); // where sheets lie over the picture
  stage.className = "nnlab-stage";
  stage.appendChild(canvas);
  el.classList.add("nnlab-frame");
  el.appendChild(stage);
  const film = filmBar(el, say);
  const help = () => keysSheet(stage, model.get("keyboard").help);
  const fill = () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else (el.closest(".nnlab-lab") ?? el).requestFullscreen();
  };
  const views = viewsMenu(el, say);
  const tools = {
    "th-large": ["Views: add them to the picture, and take them away", views.toggle],
    question: ["The keys of this Lab  [?]", help],
    code: ["This run as code, to copy", () => say("code")],
    camera: ["Keep this picture in the file", () => say("camera")],
    expand: ["The whole screen, or back", fill],
  };
  for (const [icon, [title, act]] of Object.entries(tools)) {
    const button = document.createElement("button");
    button.innerHTML = `<i class="fa fa-${icon}"></i>`;
    button.title = button.ariaLabel = title;
    button.onclick = act;
    film.tools.appendChild(button);
  }
  film.tools.firstChild.append(" Views");

  const size = () => {
    const before = views.top();
    canvas.style.width = `${model.get("width")}px`;
    canvas.style.aspectRatio = `${model.get("width")} / ${model.get("height")}`;
    views.stay(before);
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
  async function draw({ frame, form, answer, steps, first, code, menu }, buffers) {
    if (code) return codeSheet(stage, code);
    if (menu) return views.show(menu);
    if (first) keys?.take();
    if (!seen || !await paint(new Blob([buffers[0]], { type: form }), frame)) return;
    canvas.dataset.frame = frame;
    canvas.dataset.form = form;
    film.show(steps);
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

  // A Lab that nobody sees rests: out of sight, a view says goodbye.
  let known = "";
  let keys = null;
  const hello = () => {
    const width = Math.floor(el.clientWidth);
    const size = `${width} ${room()} ${window.devicePixelRatio}`;
    if (!seen || width === 0 || size === known) return;
    known = size;
    say("hello", { width, scale: window.devicePixelRatio || 1, room: room() });
    keys ??= keyboard(canvas, el.closest(".nnlab-lab") ?? el, model,
      { say, help, shut: () => shutSheet(stage) });
  };
  // On the whole screen: how high the picture can be, beside what else the Lab shows.
  function room() {
    const lab = document.fullscreenElement;
    if (!lab?.contains(el)) return 0;
    const boxes = [...lab.children].map((child) => child.getBoundingClientRect());
    const high = Math.max(...boxes.map((box) => box.bottom))
      - Math.min(...boxes.map((box) => box.top));
    return Math.floor(window.innerHeight - (high - canvas.clientHeight) - 24);
  }
  const look = new IntersectionObserver(([entry]) => {
    if (entry.isIntersecting === seen) return;
    seen = entry.isIntersecting;
    known = "";
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
    keys?.end();
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
