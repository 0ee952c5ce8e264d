// A button that sends a file to the kernel: its name, its size and its bytes. A large one
// is told of and not sent: a server closes the connection on which too much comes at once.

function render({ model, el }) {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = model.get("accept");
  input.hidden = true;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "jupyter-widgets jupyter-button widget-button";
  button.style.width = "auto";
  button.title = model.get("tip");
  const icon = document.createElement("i");
  icon.className = "fa fa-upload";
  button.append(icon, model.get("label"));
  button.onclick = () => {
    input.value = ""; // or the same file, changed, would be none
    input.click();
  };
  input.onchange = async () => {
    const [file] = input.files;
    if (!file) return;
    const told = { name: file.name, size: file.size };
    if (file.size > model.get("largest")) return void model.send(told);
    try {
      model.send(told, undefined, [await file.arrayBuffer()]);
    } catch {
      model.send({ name: file.name }); // moved or locked since it was chosen
    }
  };
  el.append(button, input);
}

export default { render };
