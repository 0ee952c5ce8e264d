// Watches a page from within: when an input came, and when each new picture was there.
// All times are the page's own, in milliseconds: performance.now().

window.probe = {
  inputs: [], // when a key went down, or a button of the pointer up: that is a click
  drawn: [], // when each picture was on the canvas, or decoded: {time, frame, form, key}
  painted: [], // at each repaint of the window: [time, pictures there had been]

  // The newest picture of an element: a canvas that is drawn on, or an image that is
  // replaced in an output. `key` differs when a pixel differs.
  watch(element) {
    this.stop();
    this.inputs = [];
    this.drawn = [];
    this.painted = [];
    const canvas = element.querySelector("canvas.nnlab-canvas");
    if (canvas) this.noteCanvas(canvas);
    else this.noteImage(element);
    this.observer = new MutationObserver(() =>
      canvas ? this.noteCanvas(canvas) : this.noteImage(element));
    this.observer.observe(canvas ?? element, canvas
      ? { attributes: true, attributeFilter: ["data-frame"] }
      : { childList: true, subtree: true, attributes: true, attributeFilter: ["src"] });
  },

  // To be told of every repaint makes the page repaint more often: only where it counts.
  countRepaints() {
    this.painted.push([performance.now(), this.drawn.length]);
    this.repaint = requestAnimationFrame(() => this.countRepaints());
  },

  stop() {
    this.observer?.disconnect();
    cancelAnimationFrame(this.repaint);
  },

  noteCanvas(canvas) {
    const { frame, form } = canvas.dataset;
    this.drawn.push({ time: performance.now(), frame: Number(frame), form });
    if (this.keyed) this.drawn.at(-1).key = this.pixels(canvas);
  },

  async noteImage(element) {
    const image = element.querySelector(".jp-OutputArea img");
    if (!image || image.src === this.source) return;
    this.source = image.src;
    await image.decode();
    this.drawn.push({ time: performance.now(), key: image.src });
  },

  // The pictures since number `old` that are not the one before it.
  changes(old) {
    return this.drawn.slice(old).filter(({ key }) => key !== this.drawn[old - 1]?.key);
  },

  // A number that differs when a pixel does (but for one case in four milliards).
  pixels(canvas) {
    const { width, height } = canvas;
    const data = canvas.getContext("2d").getImageData(0, 0, width, height).data;
    const words = new Uint32Array(data.buffer);
    let hash = 2166136261;
    for (const word of words) hash = Math.imul(hash ^ word, 16777619);
    return hash;
  },
};

for (const type of ["keydown", "pointerup"]) {
  window.addEventListener(type, (event) => probe.inputs.push(event.timeStamp), true);
}
