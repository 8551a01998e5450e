// The panel beside the map: the best suggestions, or one town with all that is known of it.
import { h, name } from "./dom.js";
import { foremost } from "./data.js";
import { about } from "./about.js";
import { cards } from "./card.js";
import { groupName, grouped, townView } from "./town.js";

export { linkWords, swatch } from "./links.js";
export { why } from "./card.js";

/** So many suggestions stand in an overview. */
const CARDS = 40;
const NAMED = 8;

/**
 * Make the panel.
 * @param {HTMLElement} element
 * @param {{model: Model, t: Translator, address: Address, desk: Desk, nameOf: (id: string) => string,
 *   editing: ReturnType<typeof import("./desk/editing.js").createEditing>}} options
 */
export function createPanel(element, { model, t, address, desk, nameOf, editing }) {
  const card = cards({ t, address, desk, nameOf });
  /** What the panel shows, for the sheet on paper. @type {{town: Organisation|null, suggestions: Suggestion[], passes: any}} */
  const shown = { town: null, suggestions: [], passes: null };

  /** @param {Child[]} parts */
  const fill = (parts) => element.replaceChildren(...h("div", {}, ...parts).childNodes);

  /** Name those that have no place on the map. @param {Organisation[]} towns */
  function unplaced(towns) {
    const without = towns.filter((town) => !town.placed);
    if (without.length === 0) return null;
    return h("p", { class: "note" }, t("map.unplaced", { n: without.length }), " ",
      without.slice(0, NAMED).flatMap((town, i) => [i > 0 ? "; " : "", name(town.label)]),
      without.length > NAMED && ` ${t("no_coordinates.more", { n: without.length - NAMED })}`);
  }

  /** @param {Suggestion[]} suggestions @param {boolean} filtered @param {{passes?: any}} [options] */
  function overview(suggestions, filtered, { passes = null } = {}) {
    Object.assign(shown, { town: null, suggestions, passes });
    const best = foremost(suggestions, CARDS);
    const pairs = suggestions.filter((one) => !one.twin).length;
    const empty = model.organisations.length === 0 ? t("no_organisations")
      : model.suggestions.length === 0 ? t("no_suggestions") : t("no_suggestions.filter");
    const groups = grouped(best);
    fill([
      h("h2", {}, t(filtered ? "suggestions" : "suggestions.best")),
      pairs === 0 ? h("p", { class: "note" }, empty)
        : h("p", { class: "muted" }, best.length < pairs ? t("draws", { n: best.length, all: t("suggestions.n", { n: pairs }) }) : t("suggestions.n", { n: pairs })),
      pairs > 0 && h("p", { class: "lead" }, t("overview.lead")),
      unplaced(Array.from(new Set(best.flatMap((one) => [one.organisation, one.candidate])))),
      ...groups.flatMap(({ kind, of }) => [
        groups.length > 1 && h("h3", { class: "group" }, groupName(kind, t)),
        kind === "ask" && h("p", { class: "note" }, t("ask_first.note")),
        ...of.map((one) => card(one, { level: groups.length > 1 ? "h4" : "h3" })),
      ]),
      about(model, t),
    ]);
    return best;
  }

  /** @param {Organisation} town @param {Suggestion[]} suggestions @param {{passes?: any}} [options] */
  function showTown(town, suggestions, { passes = null } = {}) {
    Object.assign(shown, { town, suggestions, passes });
    fill([...townView(town, { suggestions, t, address, card, editing, passes: passes?.link }), about(model, t)]);
  }

  /** Bring a suggestion's card to the eye. @param {Suggestion} suggestion */
  function show(suggestion) {
    const id = `suggestion-${suggestion.at}`;
    if (!document.getElementById(id)) for (const button of element.querySelectorAll(".more-cards")) /** @type {HTMLElement} */ (button).click();
    const found = document.getElementById(id);
    found?.scrollIntoView({ block: "nearest" });
    found?.focus({ preventScroll: true });
    const box = found?.querySelector("details");
    if (box && !found?.querySelector(".waterfall")) box.open = true;
  }

  return { overview, town: showTown, show, card, shown };
}
