// The view of one town: what is known of it, its suggestions, its partners, its projects.
import { h } from "./dom.js";
import { factSheet } from "./facts.js";
import { partnerList, projectList } from "./links.js";

/** So many suggestions of a kind are shown at once. */
const SHOWN = 5;

/** @type {(SuggestionKind|"ask")[]} */
export const GROUPS = ["start", "revitalise", "develop", "ask"];

/** Return suggestions by what they propose. @param {Suggestion[]} suggestions */
export function grouped(suggestions) {
  return GROUPS.map((kind) => ({ kind, of: suggestions.filter((one) => (one.ask ? "ask" : one.kind) === kind) })).filter(({ of }) => of.length > 0);
}

/** @param {SuggestionKind|"ask"} kind @param {Translator} t */
export const groupName = (kind, t) => (kind === "ask" ? t("ask_first") : t(`suggested.${kind}`));

/**
 * Make the view of a town.
 * @param {Organisation} town
 * @param {{suggestions: Suggestion[], t: Translator, address: Address, card: ReturnType<typeof import("./card.js").cards>,
 *   editing: ReturnType<typeof import("./desk/editing.js").createEditing>,
 *   passes?: (link: Link) => boolean}} options
 * @returns {Child[]}
 */
export function townView(town, { suggestions, t, address, card, editing, passes }) {
  const groups = grouped(suggestions);
  const [best] = groups;
  return [
    h("p", { class: "back" }, h("a", { href: address({ town: "" }) }, `← ${t("back")}`)),
    h("h2", { dir: "auto", class: town.name.length > 60 ? "town-name long" : "town-name" }, town.name),
    h("p", { class: "muted" }, [t(`kind.${town.kind}`), town.countryName || t("country.unknown"), town.capital ? t("capital.yes") : ""].filter(Boolean).join(" · ")),
    contents(town, { t, suggestions }),
    !town.placed && h("p", { class: "note" }, t("no_position")),
    town.place_state === "unconfirmed" && h("p", { class: "note" }, t("place_state.unconfirmed")),
    ...factSheet(town, { t, editing }),
    h("h3", { id: "part-suggestions", tabindex: -1 }, t("suggestions"), h("span", { class: "count" }, ` ${t.number(suggestions.length)}`)),
    suggestions.length === 0 && h("p", { class: "note" }, t(town.suggestions.length > 0 ? "no_suggestions.filter" : "no_suggestions.town")),
    ...groups.flatMap(({ kind, of }) => {
      const [first, next] = of;
      const shown = of.map((one, i) => () => card(one, { town, first, next: i === 0 ? (next ?? null) : null, whole: i === 0 && of === best.of, level: "h4" }));
      return [
        groups.length > 1 && h("h4", { class: "group" }, groupName(kind, t), h("span", { class: "count" }, ` ${t.number(of.length)}`)),
        kind === "ask" && h("p", { class: "note" }, t("ask_first.note")),
        ...shown.slice(0, SHOWN).map((make) => make()),
        rest(shown.slice(SHOWN), t),
      ];
    }),
    h("h3", { id: "part-partners", tabindex: -1 }, t("partners"), h("span", { class: "count" }, ` ${t.number(town.edges.length)}`)),
    ...partnerList(town, { t, address, editing, passes }),
    h("h3", { id: "part-projects", tabindex: -1 }, t("projects"), h("span", { class: "count" }, ` ${t.number(town.projects.length)}`)),
    projectList(town, { t }),
  ];
}

/** The parts of the view, for whoever wants one of them at once. @param {Organisation} town @param {{t: Translator, suggestions: Suggestion[]}} options */
function contents(town, { t, suggestions }) {
  /** @param {string} part @param {number} n */
  const jump = (part, n) => h("button", {
    type: "button", class: "chip", disabled: n === 0, onclick: () => {
      const target = document.getElementById(`part-${part}`);
      target?.scrollIntoView({ block: "start" });
      target?.focus({ preventScroll: true });
    },
  }, t(part), " ", h("b", {}, t.number(n)));
  return h("p", { class: "chips" }, jump("suggestions", suggestions.length), " ", jump("partners", town.edges.length), " ", jump("projects", town.projects.length));
}

/** What is left of a long list, made when it is asked for. @param {(() => Node)[]} makers @param {Translator} t */
function rest(makers, t) {
  if (makers.length === 0) return null;
  const button = h("button", {
    type: "button", class: "plain more-cards", onclick: () => {
      const made = makers.map((make) => make());
      button.replaceWith(...made);
      /** @type {HTMLElement} */ (made[0]).focus({ preventScroll: true });
    },
  }, t("show_more", { n: makers.length }));
  return button;
}
