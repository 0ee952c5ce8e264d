// The menu of views, below the picture: a button for each.

function viewsMenu(el, say) {
  const menu = document.createElement("div");
  menu.className = "nnlab-menu";
  menu.hidden = true;
  el.appendChild(menu);
  return {
    // Where the menu is, and to scroll so that it is there again: what is pressed stays
    // under the hand while the picture above it grows.
    top: () => menu.getBoundingClientRect().top,
    stay(before) {
      const far = menu.getBoundingClientRect().top - before;
      if (menu.hidden || !far) return;
      let box = el.parentElement;
      while (box && box.scrollHeight <= box.clientHeight + 1) box = box.parentElement;
      box?.scrollBy(0, far);
    },
    toggle({ currentTarget }) {
      menu.hidden = !menu.hidden;
      currentTarget.ariaPressed = !menu.hidden;
      if (!menu.hidden) say("views");
    },
    show(groups) {
      const had = document.activeElement?.dataset.view;
      menu.replaceChildren(...groups.map(({ group, views }) => {
        const row = document.createElement("div");
        row.innerHTML = "<b></b>";
        row.firstChild.textContent = group;
        row.append(...views.map((view) => viewButton(view, say)));
        return row;
      }));
      menu.querySelector(`[data-view="${had}"]`)?.focus();
    },
  };
}

function viewButton({ name, says, shown, lacks }, say) {
  const button = document.createElement("button");
  button.textContent = name.replace(/(?<=[a-z])(?=[A-Z])/g, " ");
  button.title = lacks ? `${says}: these data have no ${lacks}` : says;
  button.dataset.view = name;
  button.ariaPressed = shown;
  button.disabled = lacks !== "" && !shown;
  button.onclick = () => say("view", { name });
  return button;
}
