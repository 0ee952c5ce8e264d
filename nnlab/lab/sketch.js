// A curve drawn by hand: the pointer drags it, or the arrow keys do, left and right to a
// place on it and up and down from there. What lies to the right of all that was drawn
// follows the last of it. One short module; there is no build step.

const WIDTH = 460, HEIGHT = 250, LEFT = 56, RIGHT = 12, TOP = 10, BOTTOM = 42;

function render({ model, el }) {
  const canvas = document.createElement("canvas");
  const scale = window.devicePixelRatio || 1;
  canvas.width = WIDTH * scale;
  canvas.height = HEIGHT * scale;
  canvas.style.cssText = `width: ${WIDTH}px; max-width: 100%; background: white;
    border-radius: 3px; touch-action: none;`;
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  el.appendChild(canvas);
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);

  let heights = [...model.get("heights")];
  let at = 0; // the place that the arrow keys move
  let last = null; // the place where the pointer was, while it is down
  const count = heights.length;
  const [least, most] = model.get("y");

  const level = () => { // where its level end begins
    let i = count - 1;
    while (i > 0 && heights[i - 1] === heights[i]) i--;
    return i;
  };
  let drawn = level() || -1; // the last place that was drawn; none yet
  function goOn(i) { // from a place that was drawn
    drawn = Math.max(drawn, i);
    heights.fill(heights[drawn], drawn + 1);
  }

  const across = (i) => LEFT + (i / (count - 1)) * (WIDTH - LEFT - RIGHT);
  const up = (y) => TOP + ((most - y) / (most - least)) * (HEIGHT - TOP - BOTTOM);
  const within = (y) => Math.min(Math.max(y, least), most);

  function line(points, colour, dash) {
    pen.strokeStyle = colour;
    pen.lineWidth = 2.5;
    pen.setLineDash(dash);
    pen.beginPath();
    points.forEach((y, i) => pen.lineTo(across(i), up(within(y))));
    pen.stroke();
    pen.setLineDash([]);
  }

  function draw() {
    const truth = model.get("truth");
    const [xLabel, yLabel] = model.get("labels");
    const [left, right] = model.get("x");
    pen.clearRect(0, 0, WIDTH, HEIGHT);
    pen.strokeStyle = "#b9c6d1";
    pen.lineWidth = 1;
    pen.strokeRect(LEFT, TOP, WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM);
    pen.fillStyle = "#16324a";
    pen.font = "12px sans-serif";
    pen.textAlign = "left";
    pen.fillText(left, LEFT, HEIGHT - BOTTOM + 16);
    pen.textAlign = "right";
    pen.fillText(right, WIDTH - RIGHT, HEIGHT - BOTTOM + 16);
    pen.fillText(most, LEFT - 6, TOP + 10);
    pen.fillText(least, LEFT - 6, HEIGHT - BOTTOM);
    pen.textAlign = "center";
    pen.fillText(xLabel, (LEFT + WIDTH - RIGHT) / 2, HEIGHT - BOTTOM + 32);
    pen.save();
    pen.translate(14, (TOP + HEIGHT - BOTTOM) / 2);
    pen.rotate(-Math.PI / 2);
    pen.fillText(yLabel, 0, 0);
    pen.restore();
    if (truth.length) {
      line(truth, "#1f6db0", []);
      pen.fillStyle = "#16324a";
      pen.textAlign = "left";
      pen.fillText("solid: what is true; dashed: yours", LEFT + 8, TOP + 18);
    }
    line(heights, "#e2762a", truth.length ? [6, 4] : []);
    if (document.activeElement === canvas && !model.get("locked")) {
      pen.fillStyle = "#16324a";
      pen.beginPath();
      pen.arc(across(at), up(heights[at]), 4, 0, 2 * Math.PI);
      pen.fill();
    }
    name();
  }

  function name() {
    const told = [0, count >> 1, count - 1].map((i) => heights[i].toPrecision(3));
    const keys = model.get("locked") ? "" :
      " Left and right arrows choose a place, up and down arrows move the curve there," +
      " and what is not drawn yet to the right of it.";
    canvas.setAttribute(
      "aria-label",
      `Your curve: ${told[0]} on the left, ${told[1]} in the middle, ${told[2]} on the ` +
        `right.${keys}`,
    );
  }

  function save() {
    model.set("heights", heights);
    model.save_changes();
  }

  function place(event) {
    const box = canvas.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * WIDTH;
    const y = ((event.clientY - box.top) / box.height) * HEIGHT;
    const i = Math.round(((x - LEFT) / (WIDTH - LEFT - RIGHT)) * (count - 1));
    const share = (y - TOP) / (HEIGHT - TOP - BOTTOM);
    return {
      i: Math.min(Math.max(i, 0), count - 1),
      y: within(most - share * (most - least)),
    };
  }

  function bend(to) { // a straight piece from where the pointer was to where it is
    const from = last ?? to;
    const steps = Math.abs(to.i - from.i);
    for (let k = 0; k <= steps; k++) {
      const i = from.i + Math.sign(to.i - from.i) * k;
      heights[i] = steps ? from.y + ((to.y - from.y) * k) / steps : to.y;
    }
    goOn(Math.max(from.i, to.i));
    last = to;
    at = to.i;
    draw();
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (model.get("locked")) return;
    canvas.setPointerCapture(event.pointerId);
    bend(place(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (last) bend(place(event));
  });
  const end = () => {
    if (!last) return;
    last = null;
    save();
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  canvas.addEventListener("focus", draw);
  canvas.addEventListener("blur", draw);

  const press = (event) => { // the window hears a key before JupyterLab does
    if (event.target !== canvas || model.get("locked")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const sideways = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
    const upwards = { ArrowDown: -1, ArrowUp: 1 }[event.key] ?? 0;
    if (!sideways && !upwards) return;
    event.preventDefault();
    event.stopPropagation();
    at = Math.min(Math.max(at + sideways, 0), count - 1);
    heights[at] = within(heights[at] + (upwards * (most - least)) / 40);
    if (upwards) goOn(at);
    draw();
    if (upwards) save();
  };
  window.addEventListener("keydown", press, true);

  const follow = () => {
    if (!last) heights = [...model.get("heights")];
    if (level()) drawn = Math.max(drawn, level());
    draw();
  };
  model.on("change:heights change:truth change:locked", follow);
  draw();
  return () => {
    window.removeEventListener("keydown", press, true);
    model.off("change:heights change:truth change:locked", follow);
  };
}

export default { render };
