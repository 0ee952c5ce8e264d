// An exercise that is worked in place: lines to order, a blank to fill, hints, a verdict
// beside the line that it is about. One short module; there is no build step.

const RUNGS = ["Order the lines", "Fill the blank", "Write it whole"];
const DOTS = { open: "○", wrong: "◐", right: "●" };
const STATES = { open: "not yet", wrong: "tried", right: "solved" };
const SAY = [
  "Drag a line; or choose one with ↑ ↓ and move it with Shift + ↑ ↓. Enter checks.",
  "What belongs there? Enter checks.",
  "Write it in the cell below, and run that with Ctrl + Enter. What it says stands " +
  "here too.",
];

function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "html") made.innerHTML = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

const button = (words, onclick, kind = "") =>
  make("button", { type: "button", class: kind, onclick }, words);

function render({ model, el }) {
  const get = (name) => model.get(name);
  const ask = (what, more = {}) => model.send({ do: what, ...more });
  const keep = (name, value) => { model.set(name, value); model.save_changes(); };
  const id = `nnlab-${Math.random().toString(36).slice(2)}`;

  // The lines: those of `get("lines")`, in the order in which they lie

  const list = make("ol", { class: "nnlab-code", "aria-label": "Lines to order" });
  const numbers = () => [...list.children].map((line) => Number(line.dataset.number));
  const told = make("p", { class: "nnlab-hidden", "aria-live": "polite" });
  let dragged = null;
  let at = 0; // the line that the keys go to

  function deal() { // other lines, or the same in another order
    const texts = get("lines"), order = get("order");
    const dealt = list.children.length === texts.length &&
      [...list.children].every((line) => line.dataset.text === texts[line.dataset.number - 1]);
    if (dealt && `${numbers()}` === `${order}`) return;
    const focused = list.contains(document.activeElement);
    list.replaceChildren(...order.map((number) => line(number, texts[number - 1])));
    if (focused) list.children[at]?.focus();
  }
  function line(number, text) {
    const made = make("li", { "data-number": number, "data-text": text, tabindex: -1,
      onpointerdown: pick, onpointermove: drag, onpointerup: drop, onpointercancel: drop },
      make("span", { class: "nnlab-grip", "aria-hidden": true }, "⠿"), text);
    return made;
  }
  function number() { // which line is which, for those who hear it
    [...list.children].forEach((line, i) => {
      line.tabIndex = i === at ? 0 : -1;
      line.ariaLabel = `line ${i + 1} of ${list.children.length}: ` +
        line.dataset.text.trim();
    });
  }
  function pick(event) {
    if (event.button) return;
    event.preventDefault(); // the notebook would take the focus
    dragged = event.currentTarget;
    dragged.classList.add("held");
    dragged.setPointerCapture(event.pointerId);
  }
  function drag(event) {
    if (!dragged) return;
    const others = [...list.children].filter((line) => line !== dragged);
    const after = others.find((line) => {
      const box = line.getBoundingClientRect();
      return event.clientY < box.top + box.height / 2;
    }) ?? null;
    if (after === dragged.nextElementSibling) return;
    const before = after ? others.slice(0, others.indexOf(after)) : others;
    list.prepend(...before); // the others go round it: a line that moves lets go
    list.append(...others.slice(before.length));
  }
  function drop() {
    if (!dragged) return;
    dragged.classList.remove("held");
    at = [...list.children].indexOf(dragged);
    dragged = null;
    number();
    list.children[at].focus();
    reorder(numbers());
  }
  function shift(by) {
    const order = numbers(), to = at + by;
    if (to < 0 || to >= order.length) return;
    order.splice(to, 0, ...order.splice(at, 1));
    at = to;
    reorder(order);
    told.textContent = `now line ${to + 1} of ${order.length}`;
  }
  function reorder(order) {
    old[0] = true;
    keep("order", order);
  }
  function walk(by) {
    at = Math.min(Math.max(at + by, 0), list.children.length - 1);
    number();
    list.children[at].focus();
  }

  // The blank

  const field = make("input", { type: "text", class: "nnlab-blank", spellcheck: "false",
    autocomplete: "off", autocapitalize: "off", "aria-label": "the blank",
    oninput: () => {
      old[1] = true;
      widen();
      keep("blank", field.value);
      draw();
    } });
  const widen = () => {
    field.style.width = `${Math.max(field.value.length, 14) + 2}ch`;
  };

  // The three panels, each with its code, its verdict and its buttons

  const head = make("div", { class: "nnlab-code head" });
  const code = [
    make("div", {}, head, list),
    make("pre", { class: "nnlab-code" }, get("around")[0], field, get("around")[1]),
    make("div"),
  ];
  const answers = [numbers, () => field.value];
  const old = [false, false, false]; // verdicts on what has been changed since
  const check = (rung) => {
    old[rung] = false;
    draw();
    ask("check", { answer: answers[rung]() });
  };
  const panels = RUNGS.map((_, rung) => {
    const note = make("div", { class: "nnlab-note", role: "status" });
    const buttons = make("p", { class: "nnlab-do" });
    if (rung < 2) buttons.append(button("Check", () => check(rung), "primary"));
    const panel = make("div", { class: "nnlab-panel", role: "tabpanel",
      id: `${id}-${rung}`, "aria-label": RUNGS[rung] },
      make("p", { class: "nnlab-say" }, SAY[rung]),
      make("div", { class: "nnlab-work" }, code[rung], note), buttons);
    const next = button(`Next: ${RUNGS[rung + 1]?.toLowerCase()}`, () => climb(rung + 1));
    return { panel, note, buttons, next };
  });
  const tabs = RUNGS.map((words, rung) => make("button",
    { type: "button", role: "tab", "aria-controls": `${id}-${rung}`,
      onclick: () => keep("rung", rung) },
    make("span", { class: "nnlab-dot", "aria-hidden": true }), `${rung + 1} ${words}`));
  function climb(rung) {
    if (rung < 0 || rung >= RUNGS.length) return;
    keep("rung", rung);
    tabs[rung].focus();
  }

  function draw() {
    deal();
    number();
    head.textContent = get("head");
    if (field.value !== get("blank")) field.value = get("blank");
    widen();
    panels.forEach(drawPanel);
    place();
    drawHelp();
  }
  function drawPanel({ panel, note, buttons, next }, rung) {
    const shown = rung === get("rung"), state = get("dots")[rung] ?? "open";
    const verdict = get("verdicts")[rung] ?? {};
    panel.hidden = !shown;
    tabs[rung].ariaSelected = `${shown}`;
    tabs[rung].tabIndex = shown ? 0 : -1;
    tabs[rung].ariaLabel = `${rung + 1} ${RUNGS[rung]}: ${STATES[state]}`;
    tabs[rung].firstChild.textContent = DOTS[state];
    tabs[rung].firstChild.className = `nnlab-dot ${state}`;
    note.className = `nnlab-note ${verdict.kind ?? ""} ${old[rung] ? "old" : ""}`;
    if (note.dataset.html !== verdict.html) note.innerHTML = verdict.html ?? "";
    note.dataset.html = verdict.html ?? "";
    if (verdict.kind === "right" && rung < 2) buttons.append(next);
    else next.remove();
  }
  function place() { // a verdict stands beside its line, where there is room beside it
    const rung = get("rung"), { note } = panels[rung], row = get("verdicts")[rung]?.line;
    [...list.children].forEach((line, i) => {
      line.classList.toggle("wrong", i + 1 === get("verdicts")[0]?.line);
    });
    const there = row == null ? null : rung === 0 ? list.children[row - 1] : field;
    const top = (part) => part.getBoundingClientRect().top;
    const down = there ? top(there) - top(code[rung]) : 0;
    note.style.setProperty("--down", `${Math.max(down, 0)}px`);
  }

  // Hints, and then the solution, to who is sure

  const hints = make("div", { "aria-live": "polite" });
  const more = make("p", { class: "nnlab-do" });
  let sure = false;
  function drawHelp() {
    const known = get("hints"), solution = get("solution");
    known.slice(hints.children.length).forEach((hint, i) => {
      const name = make("b", {}, `Hint ${hints.children.length + 1}`);
      hints.append(make("div", { class: "nnlab-hint" }, name, make("div", { html: hint })));
    });
    if (solution && !hints.querySelector(".solution")) {
      hints.append(make("div", { class: "nnlab-hint solution", html: solution }));
    }
    const focused = more.contains(document.activeElement);
    if (get("untold")) {
      more.replaceChildren(button(known.length ? "Next hint" : "Hint", () => ask("hint")));
    } else if (solution) more.replaceChildren();
    else if (!sure) more.replaceChildren(button("Solution", () => doubt(true)));
    else {
      more.replaceChildren("See a right answer? ",
        button("Show it", () => ask("solution")), button("Not yet", () => doubt(false)));
    }
    if (focused) more.querySelector("button")?.focus();
  }
  function doubt(asked) {
    sure = asked;
    drawHelp();
  }

  // The window hears a key before JupyterLab does, which would take it for its own

  const press = (event) => {
    if (!el.contains(event.target) || event.ctrlKey || event.metaKey) return;
    if (["Tab", "Escape"].includes(event.key)) return;
    if (event.shiftKey && event.key === "Enter") return; // it runs the cell, here too
    event.stopPropagation();
    const upwards = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const sideways = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const onLine = list.contains(event.target), onTab = tabs.includes(event.target);
    if (onLine && upwards) (event.shiftKey ? shift : walk)(upwards);
    else if (onTab && sideways) climb(get("rung") + sideways);
    else if (onLine && event.key === "Enter") check(0);
    else if (event.target === field && event.key === "Enter") check(1);
    else return;
    event.preventDefault();
  };
  window.addEventListener("keydown", press, true);

  el.classList.add("nnlab-card");
  el.append(
    make("p", { class: "nnlab-title" }, get("title")),
    make("div", { class: "nnlab-asked", html: get("asked") }),
    make("div", { class: "nnlab-rungs", role: "tablist", "aria-label": "Ways to answer" },
      ...tabs),
    ...panels.map(({ panel }) => panel), told, hints, more,
  );
  const events = "change:rung change:dots change:verdicts change:hints change:untold " +
    "change:solution change:lines change:order change:head";
  const follow = () => { if (!dragged) draw(); };
  model.on(events, follow);
  const end = () => el.classList.add("jupyter-widgets-disconnected");
  model.on("comm_live_update", end); // anywidget leaves it as it was at first
  draw();
  const watch = new ResizeObserver(place);
  watch.observe(el);
  return () => {
    window.removeEventListener("keydown", press, true);
    watch.disconnect();
    model.off(events, follow);
    model.off("comm_live_update", end);
  };
}

export default { render };
