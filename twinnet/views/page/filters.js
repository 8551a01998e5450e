// The filters: which suggestions, links and towns pass, and the form that says so.
import { byId, h } from "./dom.js";
import { styleOfLink } from "./data.js";
import { FILTERS } from "./state.js";

/** The pairs of regions, each in both directions. */
const CORRIDORS = ["old-see", "old-other", "other-see", "old-old", "see-see", "other-other"];
/** States of a link that can be asked for, each with the key of its name. */
const STATES = { active: "state.active", dormant: "dormant", unknown: "state.unknown", ended: "state.ended" };
const KINDS = { start: "start", revitalise: "revitalise", ask: "ask_first", develop: "develop" };
/** So long after the last move of the score's slider the page follows, in milliseconds. */
const PAUSE = 120;

/**
 * @typedef {object} Passes
 * @property {(one: Suggestion) => boolean} suggestion
 * @property {(link: Link) => boolean} link
 * @property {(town: Organisation) => boolean} town
 */

/**
 * Return the tests of the filters. A filter that says nothing of a thing lets it pass: a link has no score, and a kind
 * is a suggestion's. A town passes the kind and the score where one of its suggestions does.
 * @param {import("./state.js").Filters} filters
 * @returns {Passes}
 */
export function passes({ kind, country, theme, corridor, state, min }) {
  const ends = corridor.split("-");
  /** @param {Organisation} one @param {Organisation} other */
  const between = (one, other) =>
    !corridor || (one.region === ends[0] && other.region === ends[1]) || (one.region === ends[1] && other.region === ends[0]);
  /** @param {Organisation} one @param {Organisation} other */
  const inCountry = (one, other) => !country || one.country === country || other.country === country;
  /** @param {Organisation} town */
  const has = ({ offers, seeks, inferred }) =>
    offers.includes(theme) || seeks.includes(theme) || inferred.some((one) => one.theme === theme);

  /** @param {Suggestion} one */
  const suggestion = (one) =>
    (!kind || (kind === "ask" ? one.ask : one.kind === kind && !one.ask)) &&
    (min === null || one.score >= min) &&
    inCountry(one.organisation, one.candidate) && between(one.organisation, one.candidate) &&
    (!theme || one.themes.includes(theme) || (has(one.organisation) && has(one.candidate))) &&
    (!state || stateOf(one) === state);
  /** @param {Link} link */
  const link = (link) =>
    inCountry(link.a, link.b) && between(link.a, link.b) && (!theme || link.themes.includes(theme)) && (!state || styleOfLink(link) === state);
  /** @param {Organisation} town */
  const town = (town) =>
    (!country || town.country === country) && (!theme || has(town)) && (!corridor || ends.includes(town.region)) &&
    (!state || town.links.some((one) => styleOfLink(one) === state)) &&
    ((!kind && min === null) || town.suggestions.some(suggestion));
  return { suggestion, link, town };
}

/** The state of a suggestion's link, declining as dormant; null where none is recorded. @param {Suggestion} one */
function stateOf(one) {
  const state = one.link?.state ?? one.state;
  return state === "declining" ? "dormant" : state;
}

/** Count the filters that are set. @param {State} state */
export function countFilters(state) {
  return FILTERS.filter((key) => state[key] !== "" && state[key] !== null).length;
}

/**
 * Make the form of the filters; on a phone it folds.
 * @param {{model: Model, t: Translator, folding: MediaQueryList, onChange: (filters: Partial<State>) => void}} options
 */
export function createFilters({ model, t, folding, onChange }) {
  /** @type {HTMLFormElement} */
  const form = byId("filter-form");
  const slider = /** @type {HTMLInputElement} */ (/** @type {unknown} */ (form.elements.namedItem("min")));
  const { floor, most } = range(model.suggestions);
  Object.assign(slider, { min: String(floor), max: String(Math.max(floor, most)), step: "100" });
  /** @type {number|undefined} */
  let waiting;

  /** @param {string} key */
  const select = (key) => /** @type {HTMLSelectElement} */ (/** @type {unknown} */ (form.elements.namedItem(key)));
  const selects = FILTERS.filter((key) => key !== "min");

  const said = () => {
    window.clearTimeout(waiting);
    const values = Object.fromEntries(selects.map((key) => [key, select(key).value]));
    onChange({ ...values, min: Number(slider.value) <= floor ? null : Number(slider.value) });
  };
  form.addEventListener("change", said);
  slider.addEventListener("input", () => {
    tellScore();
    window.clearTimeout(waiting);
    waiting = window.setTimeout(said, PAUSE);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    onChange({ kind: "", country: "", theme: "", corridor: "", state: "", min: null });
    if (folding.matches) byId("filters").querySelector("summary").focus();
    else select("kind").focus();
  });

  function tellScore() {
    const least = Number(slider.value);
    const any = least <= floor;
    byId("min-label").textContent = any ? t("min.any") : `${t("score")} ≥ ${t.number(least)}`;
    slider.setAttribute("aria-valuetext", any ? t("min.any") : t("min", { n: least }));
  }

  /** Fill the lists of choices in the language of the moment; those that choose nothing here are left out. */
  function relabel() {
    const countries = new Set(model.organisations.map((one) => one.country));
    const regions = new Set(model.organisations.map((one) => one.region));
    /** @type {Set<string|null>} */
    const states = new Set([...model.links.map(styleOfLink), ...model.suggestions.map(stateOf)]);
    /** @type {Record<string, [string, string][]>} */
    const choices = {
      kind: Object.entries(KINDS).map(([value, key]) => [value, t(key)]),
      country: sorted(Object.keys(model.regions).filter((code) => countries.has(code)).map((code) => [code, t.country(code)])),
      theme: sorted(model.themes.map((key) => [key, t.theme(key)])),
      corridor: CORRIDORS.filter((pair) => pair.split("-").every((region) => regions.has(/** @type {Region} */ (region))))
        .map((pair) => [pair, corridorName(pair)]),
      state: Object.entries(STATES).filter(([value]) => states.has(value)).map(([value, key]) => [value, capital(t(key))]),
    };
    for (const [key, entries] of Object.entries(choices)) {
      const chosen = select(key).value;
      select(key).replaceChildren(h("option", { value: "" }, t("any")), ...entries.map(([value, label]) => h("option", { value }, label)));
      select(key).value = chosen;
    }
  }

  /** @param {[string, string][]} entries */
  const sorted = (entries) => entries.sort(([, one], [, other]) => t.compare(one, other));
  /** @param {string} pair */
  const corridorName = (pair) => {
    const [one, other] = pair.split("-").map((region) => t(`corridor.${region}`));
    return `${one} ↔ ${other}`;
  };
  /** @param {string} words */
  const capital = (words) => words.charAt(0).toLocaleUpperCase(t.code) + words.slice(1);

  /** Show what the address asks for, and how much passes. @param {State} state @param {string} shown */
  function show(state, shown) {
    for (const key of selects) {
      const value = String(state[key] ?? "");
      const field = select(key);
      // A filter of another page's address is kept and shown as it stands: it still applies.
      if (value && !Array.from(field.options).some((option) => option.value === value)) field.append(h("option", { value }, value));
      field.value = value;
      field.classList.toggle("on", value !== "");
    }
    if (document.activeElement !== slider || state.min === null) slider.value = String(state.min ?? floor);
    slider.classList.toggle("on", state.min !== null);
    tellScore();
    const on = countFilters(state);
    byId("filters-on").textContent = on ? `${t("filters.on", { n: on })} · ${shown}` : "";
    byId("reset").hidden = on === 0;
    byId("shown").textContent = shown;
  }

  const fold = () => {
    byId("filters").open = !folding.matches;
  };
  folding.addEventListener("change", fold);
  fold();
  relabel();
  return { show, relabel };
}

/** The ends of the slider: hundreds of points. @param {Suggestion[]} suggestions */
function range(suggestions) {
  let [least, most] = [Infinity, -Infinity];
  for (const { score } of suggestions) {
    least = Math.min(least, score);
    most = Math.max(most, score);
  }
  return suggestions.length === 0 ? { floor: 0, most: 0 } : { floor: Math.floor(least / 100) * 100, most: Math.floor(most / 100) * 100 };
}
