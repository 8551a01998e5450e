// The language of the page: which one is spoken, and the texts that stand in the page from the beginning.
import { byId, h } from "./dom.js";
import { translator } from "./text.js";

/** Languages that are read in another one's texts where they have none of their own. @type {Record<string, string>} */
const READ_IN = { hr: "bs", sr: "bs", sh: "bs", cnr: "bs", mo: "ro" };

/** A select is so much wider than its text, in pixels: the edges and the arrow. */
const ROOM = 42;

/**
 * Return a translator that stays the same function when the language is switched: `t.use(language)` switches it.
 * @param {import("./text.js").Language} language
 * @returns {Translator & {use: (language: import("./text.js").Language) => void}}
 */
export function voice(language) {
  let current = translator(language);
  /** @type {any} */
  const t = (/** @type {string} */ key, /** @type {Record<string, unknown>} */ values) => current(key, values);
  for (const key of /** @type {(keyof Translator)[]} */ (Object.keys(current))) {
    Object.defineProperty(t, key, { enumerable: true, get: () => current[key] });
  }
  t.use = (/** @type {import("./text.js").Language} */ next) => {
    current = translator(next);
  };
  return t;
}

/**
 * Return the code of the language to speak: the one asked for, the page's own, the first of the reader's that is there,
 * English, or whatever there is.
 * @param {string[]} codes that the page has
 * @param {{asked: string, own: string|null|undefined, reader: readonly string[]}} wishes
 */
export function choose(codes, { asked, own, reader }) {
  /** @param {string|null|undefined} wish */
  const known = (wish) => {
    const base = (wish ?? "").toLowerCase().split("-")[0];
    return codes.find((code) => code === base) ?? codes.find((code) => code === READ_IN[base]);
  };
  return known(asked) ?? known(own) ?? reader.map(known).find(Boolean) ?? known("en") ?? codes[0];
}

/** Say the texts that stand in the page in the language of the moment. @param {Translator} t */
export function sayPage(t) {
  document.documentElement.lang = t.code;
  const attributes = { "data-t-label": "aria-label", "data-t-placeholder": "placeholder", "data-t-title": "title" };
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.getAttribute("data-t") ?? "");
  for (const [given, attribute] of Object.entries(attributes)) {
    for (const element of document.querySelectorAll(`[${given}]`)) element.setAttribute(attribute, t(element.getAttribute(given) ?? ""));
  }
}

/**
 * Make the choice of a language; where there is only one it stays hidden.
 * @param {Record<string, {name: string}>} languages
 * @param {(code: string) => void} onChange
 */
export function createLanguageChoice(languages, onChange) {
  /** @type {HTMLSelectElement} */
  const select = byId("language");
  select.replaceChildren(...Object.entries(languages).map(([code, { name }]) => h("option", { value: code, lang: code }, name)));
  select.addEventListener("change", () => onChange(select.value));
  byId("language-field").hidden = select.options.length < 2;
  return {
    /** @param {string} code */
    show(code) {
      select.value = code;
      // As wide as the name of the chosen language, not as the longest there is.
      const context = document.createElement("canvas").getContext("2d");
      if (!context) return;
      const { fontSize, fontFamily } = getComputedStyle(select);
      context.font = `${fontSize} ${fontFamily}`;
      select.style.width = `${Math.ceil(context.measureText(languages[code]?.name ?? code).width) + ROOM}px`;
    },
  };
}
