// The bar below the picture: a slider over the steps that were made, and beside it the
// keys, the code, the camera and the whole screen.

function filmBar(el, say) {
  const bar = document.createElement("div");
  bar.className = "nnlab-film";
  bar.innerHTML = `
    <input type="range" class="nnlab-range" min="0" max="0" value="0" disabled
      aria-label="step" title="To any step that was made, with the settings as they
were; to play on from there with one of them changed is another way, on the same
mini-batches  [← →]">
    <label>step <input type="text" class="nnlab-number" inputmode="numeric" value="0"
      size="6" disabled aria-label="step, as a number"></label>
    <span class="nnlab-of"></span>
    <span class="nnlab-tools"></span>`;
  const [slider, number] = bar.querySelectorAll("input");
  const end = bar.querySelector(".nnlab-of");
  el.appendChild(bar);

  // While it is dragged the next place is told once the last one is on the picture: so
  // the picture follows the hand as fast as it can, and nothing is left behind.
  const fill = () => {
    const share = (slider.value - slider.min) / (slider.max - slider.min || 1);
    slider.style.setProperty("--at", `${100 * share}%`);
  };
  let held = false;
  let wanted = null;
  let told = 0; // when the last one was told, until it is drawn
  const tell = () => {
    if (wanted === null || performance.now() - told < 250) return;
    told = performance.now();
    say("film", { step: wanted });
    wanted = null;
  };
  slider.addEventListener("input", () => {
    wanted = Number(slider.value);
    number.value = slider.value;
    fill();
    tell();
  });
  slider.addEventListener("pointerdown", () => { held = true; });
  for (const end of ["change", "pointerup", "pointercancel"]) {
    slider.addEventListener(end, () => { held = false; told = 0; tell(); });
  }
  const idle = onTyped(number, (typed) => say("film", { step: typed }));

  return {
    tools: bar.querySelector(".nnlab-tools"),
    show([first, now, last]) {
      told = 0;
      tell();
      slider.min = first;
      slider.max = last;
      slider.disabled = number.disabled = first === last;
      end.textContent = last > first ? `of ${last}` : "";
      if (held || wanted !== null) return;
      slider.value = now;
      fill();
      if (idle()) number.value = now;
    },
  };
}
