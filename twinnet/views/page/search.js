// Finding a town by any part of its name, whatever the accents or the script.
import { h } from "./dom.js";
import { askedWords, fold } from "./text.js";

const MOST = 12;

/**
 * Return the organisations that fit what was typed, those whose name begins with it first.
 * @param {Organisation[]} organisations
 * @param {string} typed
 */
export function find(organisations, typed) {
  const asked = askedWords(typed);
  if (asked.length === 0) return [];
  const begins = (/** @type {string} */ key, /** @type {string} */ word) => (key.startsWith(word) ? 0 : ` ${key}`.includes(` ${word}`) ? 1 : 2);
  const rank = (/** @type {Organisation} */ one) => Math.min(...asked.map(([word]) => begins(one.key, word)));
  return organisations
    .filter((one) => asked.some((words) => words.every((word) => one.key.includes(word))))
    .sort((one, other) => rank(one) - rank(other) || other.suggestions.length + other.links.length - one.suggestions.length - one.links.length || one.at - other.at)
    .slice(0, MOST);
}

/**
 * Make the search field: a combobox with a list of towns.
 * @param {HTMLInputElement} input
 * @param {HTMLElement} list
 * @param {{organisations: Organisation[], t: Translator, onTown: (town: Organisation) => void}} options
 */
export function createSearch(input, list, { organisations, t, onTown }) {
  /** @type {Organisation[]} */
  let found = [];
  let active = -1;

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  /** @param {Organisation} town */
  function choose(town) {
    input.value = town.name;
    close();
    onTown(town);
  }

  /** @param {number} at */
  function mark(at) {
    active = at;
    Array.from(list.children).forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
    if (at >= 0 && found.length > 0) {
      input.setAttribute("aria-activedescendant", `search-${at}`);
      list.children[at].scrollIntoView({ block: "nearest" });
    }
  }

  /** What is listed: a town with its country, the name that was typed where it is another one, and its suggestions. @param {Organisation} town @param {number} at */
  function option(town, at) {
    const typed = askedWords(input.value).map((words) => words.join(" "));
    const holds = (/** @type {string} */ one) => typed.some((words) => fold(one).includes(words));
    const other = holds(town.name) ? undefined : town.names.find(holds);
    const country = t.country(town.country);
    return h("li", {
      role: "option", id: `search-${at}`, "aria-selected": "false", onmousedown: (/** @type {MouseEvent} */ event) => {
        event.preventDefault();
        choose(town);
      },
    }, h("span", { class: "found" }, h("bdi", { dir: "auto" }, town.label), country && !town.label.includes(country) && h("span", { class: "muted" }, ` ${country}`),
      other && h("span", { class: "muted" }, " · ", h("bdi", { dir: "auto" }, other))),
    h("span", { class: "muted" }, t("suggestions.n", { n: town.suggestions.length })));
  }

  function show() {
    found = find(organisations, input.value);
    if (!fold(input.value)) return close();
    list.replaceChildren(...(found.length > 0 ? found.map(option) : [
      h("li", { role: "option", "aria-disabled": "true", "aria-selected": "false" },
        h("span", { class: "found" }, t("no_matches"), h("span", { class: "muted advice" }, t("no_matches.advice"))))]));
    list.hidden = false;
    active = -1;
    input.setAttribute("aria-expanded", "true");
    input.removeAttribute("aria-activedescendant");
  }

  input.addEventListener("input", show);
  input.addEventListener("focus", () => input.value && show());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) show();
      if (found.length > 0) mark((active + (event.key === "ArrowDown" ? 1 : found.length - (active < 0 ? 0 : 1))) % found.length);
    } else if (event.key === "Enter" && found.length > 0 && !list.hidden) {
      event.preventDefault();
      choose(found[Math.max(active, 0)]);
    } else if (event.key === "Escape") {
      close();
    }
  });
  return { set: (/** @type {string} */ text) => { input.value = text; } };
}
