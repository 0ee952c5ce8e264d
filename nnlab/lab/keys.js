// Which keys are a Lab's, and which of its places have them. `keys` are those that it
// knows: see keyboard.py.
//
// On the picture every key of its own is the Lab's, and no letter the notebook's: X would
// cut the cell. On a button or a slider it is the same, but for the keys that these have
// themselves; and a field that takes text keeps all. The window hears a key before
// JupyterLab does, which would turn the cell into raw text at an R.

function keyboard(canvas, lab, model, { say, help, shut }) {
  const fields = "input:not([type=range]), select, textarea, [contenteditable=true]";
  const own = (target) => {
    if (target.closest("button, summary, [role=button]")) return [" ", "Enter"];
    if (!target.closest("[type=range]")) return [];
    return ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];
  };
  let before = null; // what had the keys, if they were taken and not given

  // Shift and Enter are the notebook's. Where nobody has given the Lab the keys they run
  // the next cell, as they would without it.
  function goOn(event) {
    if (!before) return;
    const { key, code, keyCode } = event;
    const pressed = { key, code, keyCode, shiftKey: true, bubbles: true };
    event.preventDefault();
    event.stopPropagation();
    before.focus();
    before.dispatchEvent(new KeyboardEvent("keydown", { ...pressed, cancelable: true }));
    before = null;
  }

  function press(event) {
    const { target, key } = event;
    if (!lab.contains(target) || target.closest(fields) || event.altKey) return;
    if (["Shift", "Control", "Meta"].includes(key)) return;
    if (event.shiftKey && key === "Enter") return void goOn(event);
    before = null; // whoever presses a key of the Lab means the Lab
    const letter = key.length === 1;
    const plain = letter ? key.toLowerCase() : key;
    const control = event.ctrlKey || event.metaKey;
    const shift = event.shiftKey && (control || !letter);
    const chord = `${control ? "Control+" : ""}${shift ? "Shift+" : ""}${plain}`;
    if (target.closest(".nnlab-ask")) { // a question has its keys, and no letter is heard
      if (letter && plain !== " " && !control) event.stopPropagation();
      return;
    }
    if (own(target).includes(chord)) return void event.stopPropagation();
    const { lab: known, paper } = model.get("keyboard");
    const ours = paper.includes(chord) || known.includes(chord) || chord === "?";
    if (!ours && (control || !letter)) return;
    event.stopPropagation();
    if (!ours) return;
    event.preventDefault();
    if (chord === "?") help();
    else if (chord !== "Escape" || !shut()) say("key", { key: chord });
  }

  // A press anywhere in the Lab gives it the keys; one by key leaves them where they are.
  let pointed = false;
  const point = () => { pointed = true; };
  const typed = () => { pointed = false; };
  function given({ target }) {
    if (!pointed || !lab.contains(target) || target.closest(".nnlab-ask")) return;
    const menu = target.matches("select");
    if (menu || target.closest(`${fields}, [type=range], option`)) return;
    canvas.focus({ preventScroll: true });
  }
  function chosen({ target }) { // in a menu
    if (pointed && lab.contains(target) && target.matches("select")) {
      canvas.focus({ preventScroll: true });
    }
  }

  const heard = [["keydown", press], ["keydown", typed], ["pointerdown", point],
    ["click", given], ["change", chosen]];
  for (const [type, listener] of heard) window.addEventListener(type, listener, true);

  return {
    // Once its cell has run the Lab takes the keys, unless somebody is writing.
    take() {
      const now = document.activeElement;
      if (now?.closest(`${fields}, .nnlab-lab, .cm-editor`)) return;
      before = now;
      canvas.focus({ preventScroll: true });
    },
    end() {
      for (const [type, listener] of heard) {
        window.removeEventListener(type, listener, true);
      }
    },
  };
}
