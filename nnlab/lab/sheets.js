// Sheets over the picture: the list of keys, and a run as code.

function sheet(el, title, body, buttons = []) {
  const open = el.querySelector(".nnlab-sheet");
  open?.remove();
  if (open?.dataset.title === title) return null; // pressed again: away with it
  const made = document.createElement("div");
  made.className = "nnlab-sheet";
  made.dataset.title = title;
  made.setAttribute("role", "dialog");
  made.setAttribute("aria-label", title);
  const head = document.createElement("b");
  head.textContent = title;
  const close = document.createElement("button");
  close.textContent = "Close";
  close.onclick = () => made.remove();
  const row = document.createElement("div");
  row.className = "nnlab-do";
  row.append(...buttons, close);
  made.append(head, body, row);
  made.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    made.remove();
    el.querySelector("canvas").focus();
  });
  el.appendChild(made);
  return made;
}

// Takes away the sheet that is open; false if there is none.
function shutSheet(el) {
  const open = el.querySelector(".nnlab-sheet");
  open?.remove();
  return open !== null;
}

function keysSheet(el, help) {
  const table = document.createElement("dl");
  for (const [keys, does] of help) {
    const [term, words] = ["dt", "dd"].map((name) => document.createElement(name));
    term.textContent = keys;
    words.textContent = does;
    table.append(term, words);
  }
  sheet(el, "Keys", table);
}

function codeSheet(el, code) {
  const text = document.createElement("pre");
  text.tabIndex = 0;
  text.textContent = code;
  const copy = document.createElement("button");
  copy.className = "primary";
  copy.textContent = "Copy";
  copy.onclick = async () => {
    const range = document.createRange();
    range.selectNodeContents(text);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    try {
      await navigator.clipboard.writeText(code);
      copy.textContent = "Copied";
    } catch { // the browser does not allow it: it is selected, to be copied by hand
      copy.textContent = "Selected: press Ctrl+C";
    }
  };
  sheet(el, "This run as code", text, [copy]);
}
