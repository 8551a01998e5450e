// A menu behind a button: arrow keys go through it, Escape closes it and leads back.
import { h } from "./dom.js";

/**
 * @typedef {{label: string, detail?: string, run: () => void}} Item
 * @param {HTMLElement} button
 * @param {HTMLElement} list an empty element after the button
 * @param {() => Item[]} items made anew whenever the menu opens
 */
export function createMenu(button, list, items) {
  list.setAttribute("role", "menu");
  list.setAttribute("aria-labelledby", button.id);
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-controls", list.id);
  const entries = () => /** @type {HTMLElement[]} */ (Array.from(list.children));

  function close() {
    list.hidden = true;
    button.setAttribute("aria-expanded", "false");
  }

  /** @param {number} at the item that gets the focus, from the end where negative */
  function show(at = 0) {
    list.replaceChildren(...items().map(({ label, detail, run }) => h("button", {
      type: "button", role: "menuitem", tabindex: -1, onclick: () => {
        button.focus();
        close();
        run();
      },
    }, h("span", {}, label), detail && h("span", { class: "muted" }, detail))));
    list.hidden = false;
    button.setAttribute("aria-expanded", "true");
    entries().at(at)?.focus();
  }

  button.addEventListener("click", () => (list.hidden ? show() : close()));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    show(event.key === "ArrowDown" ? 0 : -1);
  });
  list.addEventListener("keydown", (event) => {
    const all = entries();
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    /** @type {Record<string, number>} */
    const next = { ArrowDown: (at + 1) % all.length, ArrowUp: (at + all.length - 1) % all.length, Home: 0, End: all.length - 1 };
    if (event.key in next) {
      event.preventDefault();
      all[next[event.key]]?.focus();
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      button.focus();
      close();
    } else if (event.key === "Tab") {
      button.focus();
      close();
    }
  });
  document.addEventListener("pointerdown", (event) => {
    const at = /** @type {Node} */ (event.target);
    if (!list.hidden && !list.contains(at) && !button.contains(at)) close();
  });
  list.addEventListener("focusout", (event) => {
    const to = /** @type {Node|null} */ (event.relatedTarget);
    if (to && !list.contains(to) && to !== button) close();
  });
  close();
  return { close };
}
