// Calls `done` with what was typed, once it is: by Enter, or by leaving the field. Returns
// whether nobody is in the middle of typing.
function onTyped(field, done) {
  let before = field.value;
  const tell = () => {
    if (field.value === before) return;
    before = field.value;
    done(field.value.trim().replace("−", "-"));
  };
  field.addEventListener("focus", () => {
    before = field.value;
    field.select();
  });
  field.addEventListener("blur", tell);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") tell();
  });
  return () => document.activeElement !== field || field.value === before;
}
