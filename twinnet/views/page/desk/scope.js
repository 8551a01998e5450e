// Of whom suggestions are judged: a country or a town, chosen in a review. The server makes the page of it.
import { h, name } from "../dom.js";

/** So long after the last letter the server is asked, in milliseconds. */
const PAUSE = 150;

/**
 * @param {{desk: Desk, t: Translator}} options
 * @returns {HTMLElement|null} null on a page without a server
 */
export function scopeChooser({ desk, t }) {
  const { server, block } = desk;
  if (!server) return null;
  const { scope, scopes = [] } = block;
  /** @param {string} selector */
  const go = (selector) => {
    window.location.assign(`${block.base}${selector ? `?${new URLSearchParams({ for: selector })}` : ""}#view=review`);
  };
  /** @param {DeskScope} one */
  const said = (one) => (one.country ? t.country(one.country) : one.label || t("scope.default"));
  const listed = [{ selector: "" }, ...scopes.filter((one) => one.selector !== "")];
  const options = listed.some((one) => one.selector === scope.selector) ? listed : [scope, ...listed];
  const countries = h("select", { id: "scope", onchange: (/** @type {Event} */ event) => go(/** @type {HTMLSelectElement} */ (event.target).value) },
    options.map((one) => h("option", { value: one.selector, selected: one.selector === scope.selector }, `${said(one)}${one.n === undefined ? "" : ` (${t.number(one.n)})`}`)));

  const list = h("ul", { id: "scope-list", role: "listbox", "aria-label": t("search.results"), hidden: true });
  const input = /** @type {HTMLInputElement} */ (h("input", {
    id: "scope-search", type: "search", role: "combobox", autocomplete: "off", spellcheck: "false", "aria-autocomplete": "list", "aria-expanded": "false",
    "aria-controls": "scope-list", placeholder: t("scope.town"),
  }));
  /** @type {{id: string, name: string, country?: string}[]} */
  let found = [];
  let active = -1;
  let waiting = 0;
  let asked = 0;

  /** @param {boolean} open */
  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) input.removeAttribute("aria-activedescendant");
  }

  /** @param {number} at */
  function mark(at) {
    active = at;
    Array.from(list.children).forEach((one, i) => one.setAttribute("aria-selected", String(i === at)));
    if (at < 0) return;
    input.setAttribute("aria-activedescendant", `scope-${at}`);
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }

  async function ask() {
    const typed = input.value.trim();
    const mine = (asked += 1);
    if (!typed) {
      show(false);
      return;
    }
    try {
      const answer = await server?.find(typed);
      if (mine !== asked || !answer) return;
      found = answer.found;
    } catch {
      found = [];
      list.replaceChildren(h("li", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, t("desk.silent")));
      show(true);
      return;
    }
    list.replaceChildren(...(found.length > 0 ? found.map((one, at) => h("li", {
      role: "option", id: `scope-${at}`, "aria-selected": "false", onmousedown: (/** @type {Event} */ event) => {
        event.preventDefault();
        go(one.id);
      },
    }, name(one.name), one.country && h("span", { class: "muted" }, t.country(one.country))))
      : [h("li", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, t("no_matches"))]));
    show(true);
    mark(-1);
  }

  input.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => void ask(), PAUSE);
  });
  input.addEventListener("blur", () => show(false));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (found.length > 0 && !list.hidden) mark((active + (event.key === "ArrowDown" ? 1 : found.length - (active < 0 ? 0 : 1))) % found.length);
    } else if (event.key === "Enter" && found.length > 0 && !list.hidden) {
      event.preventDefault();
      go(found[Math.max(active, 0)].id);
    } else if (event.key === "Escape") show(false);
  });
  return h("div", { class: "scope" },
    h("label", {}, h("span", {}, t("scope")), countries),
    h("div", { class: "scope-search" }, h("label", { for: "scope-search" }, t("scope.town.label")), input, list));
}
