// A number to drag or to type: a slider with round marks, and beside it the exact number.

const BUSY = 300; // milliseconds in which an answer to an earlier move is no news

function numberSlider(box, { label, title, low, high, log, grain, word, ask }) {
  const made = document.createElement("div");
  made.className = "nnlab-slider";
  made.title = title;
  made.innerHTML = `<label></label>
    <input type="range" class="nnlab-range" min="0" step="1">
    <input type="text" class="nnlab-number" inputmode="decimal">`;
  const [slider, number] = made.querySelectorAll("input");
  made.querySelector("label").textContent = label;
  slider.ariaLabel = label;
  number.ariaLabel = `${label}, as a number`;
  box.appendChild(made);

  let marks = [];
  let now = "";
  let held = false;
  let touched = -BUSY; // when it was last moved: until a while later it is the hand's
  let later = 0;
  const nearest = (value) => {
    if (typeof value !== "number") return 0;
    const far = marks.map((mark) => typeof mark !== "number" ? Infinity
      : Math.abs(log ? Math.log(mark / value) : mark - value));
    return far.indexOf(Math.min(...far));
  };
  const write = () => {
    slider.value = nearest(now);
    slider.setAttribute("aria-valuetext", now);
    if (idle()) number.value = text(now);
  };
  const show = (value) => {
    clearTimeout(later);
    const wait = held ? BUSY : touched + BUSY - performance.now();
    if (wait > 0) return void (later = setTimeout(() => show(value), wait));
    now = value;
    write();
  };
  slider.addEventListener("input", () => {
    touched = performance.now();
    now = marks[slider.value];
    number.value = text(now);
    slider.setAttribute("aria-valuetext", now);
    ask(now);
  });
  slider.addEventListener("pointerdown", () => { held = true; });
  for (const end of ["change", "pointerup", "pointercancel"]) {
    slider.addEventListener(end, () => { held = false; });
  }
  const idle = onTyped(number, (typed) => {
    now = typed !== "" && Number.isFinite(Number(typed)) ? Number(typed) : typed;
    slider.value = nearest(now);
    ask(now);
  });

  const reach = (from, to) => {
    marks = [...(word ? [word] : []), ...marksOf(from, to, log, grain)];
    slider.max = marks.length - 1;
    write();
  };
  reach(low, high);
  return {
    reach,
    show,
    disable(off) { slider.disabled = number.disabled = off; },
  };
}

// Ten round numbers in each decade, or one every `grain`.
function marksOf(low, high, log, grain) {
  if (!log) {
    const count = Math.round((high - low) / grain);
    const digits = Math.max(0, Math.ceil(-Math.log10(grain)));
    const all = Array.from({ length: count + 1 }, (_, i) => low + i * grain);
    return all.map((mark) => Number(mark.toFixed(digits)));
  }
  const marks = [];
  const [first, last] = [low, high].map((end) => Math.round(Math.log10(end)));
  for (let decade = first; decade < last; decade++) {
    for (const step of [1, 1.3, 1.6, 2, 2.5, 3, 4, 5, 6, 8]) {
      marks.push(Number(`${step}e${decade}`));
    }
  }
  return [...marks, high];
}

function text(value) {
  return String(value).replace("-", "−").replace("e−", "e-");
}
