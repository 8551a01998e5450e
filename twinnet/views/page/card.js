// One suggestion: why, how it adds up, what speaks against it, what is not known, and why it is not another.
import { h } from "./dom.js";
import { sentence } from "./text.js";
import { styleOf } from "./data.js";
import { linkWords, swatch } from "./links.js";
import { facing } from "./facts.js";
import { comparison, waterfall } from "./waterfall.js";
import { foldedBar } from "./desk/bar.js";
import { pairOf } from "./desk/queue.js";

/** So many reasons are said in words at first. */
const STRONGEST = 3;

/** Why, in a few sentences: those of the strongest reasons that speak for the pair. @param {Suggestion} suggestion */
export function why(suggestion) {
  return speaking(suggestion).slice(0, STRONGEST).map((reason) => sentence(reason.sentence)).join(" ");
}

/** The reasons that speak for a pair, the strongest first. @param {Suggestion} suggestion */
export const speaking = ({ reasons }) => reasons.filter((reason) => reason.points > 0 && reason.sentence);

/** The reasons that speak against it, the strongest first. @param {Suggestion} suggestion */
export const opposing = ({ reasons }) => reasons.filter((reason) => reason.points < 0).sort((one, other) => one.points - other.points);

/** Name a reason that speaks against a pair: what it says may sound well, as "6 links", where chance would give more. @param {Reason} reason @param {Translator} t */
export const named = ({ label, points }, t) => `${label} (${t.signed(points)})`;

/** Say how likely such a pair is; null where that is not known. @param {Suggestion} suggestion @param {Translator} t */
export function likely({ times }, t) {
  if (times === null) return null;
  if (times >= 1.05) return t("times", { n: t.factor(times) });
  return times > 0.95 ? t("times.same") : t("times.less", { n: t.factor(1 / Math.max(times, 1e-9)) });
}

/** @param {Suggestion} suggestion @param {Organisation|null} town */
export const otherOf = ({ organisation, candidate }, town) => (organisation === town ? candidate : organisation);

/** Point at a suggestion's line on the map. @param {Suggestion|null} suggestion */
function pointAt(suggestion) {
  document.dispatchEvent(new CustomEvent("twinnet:point", { detail: suggestion }));
}

/** Reasons as sentences, with their points. @param {Reason[]} reasons @param {{t: Translator, side: "for"|"against"}} options */
export function sentences(reasons, { t, side }) {
  return h("ul", { class: `says ${side}` }, reasons.map((reason) => h("li", {},
    side === "against" && h("span", { class: "quiet" }, `${reason.label}: `), h("span", { class: "words", dir: "auto" }, sentence(reason.sentence || reason.label)), " ", h("span", { class: "weight" }, t.signed(reason.points)))));
}

/**
 * Return a function that makes the card of a suggestion.
 * @param {{t: Translator, address: Address, desk: Desk, nameOf: (id: string) => string}} given
 */
export function cards({ t, address, desk, nameOf }) {
  /** @param {Organisation} town @param {string} [text] */
  const townLink = (town, text = town.label) => h("a", { href: address({ town: town.id }), dir: "auto" }, text);

  /**
   * One suggestion; where `town` is given only the other side is named.
   * @param {Suggestion} suggestion
   * @param {{town?: Organisation|null, whole?: boolean, first?: Suggestion|null, next?: Suggestion|null, level?: "h3"|"h4"}} [options] `whole` shows
   *   everything; `next` is the one that a first is compared with, `first` the one that any other is compared with
   */
  function card(suggestion, { town = null, whole = false, first = null, next = null, level = "h3" } = {}) {
    const { organisation, candidate } = suggestion;
    const other = otherOf(suggestion, town);
    const sides = town ? [townLink(other)] : [townLink(organisation), " – ", townLink(candidate)];
    const lands = (town ? [other] : [organisation, candidate]).map((one) => one.countryName || t("not_known"));
    const style = styleOf(suggestion);
    return h("article", {
      class: `card ${style}`, id: `suggestion-${suggestion.at}`, tabindex: -1,
      onpointerenter: () => pointAt(suggestion), onpointerleave: () => pointAt(null), onfocusin: () => pointAt(suggestion), onfocusout: () => pointAt(null),
    },
    h("header", {},
      h(level, { class: "sides" }, sides),
      h("p", { class: "score" }, h("b", {}, t.number(suggestion.score)), " ", t("points", { n: suggestion.score }))),
    h("p", { class: "kind" }, swatch(style), " ",
      h("b", {}, suggestion.ask ? t("ask_first") : t(suggestion.kind)), ` · ${Array.from(new Set(lands)).join(" – ")}`),
    likely(suggestion, t) && h("p", { class: "times" }, likely(suggestion, t)),
    suggestion.link && h("p", { class: "muted" }, linkWords(suggestion.link, t)),
    suggestion.themes.length > 0 && h("p", { dir: "auto" }, h("b", {}, `${t("themes.could")}: `), suggestion.themes.map(t.theme).join(", ")),
    whole ? inFull(suggestion, { town, first, next }) : inBrief(suggestion, { town, first }),
    foldedBar(pairOf(suggestion), { desk, t, nameOf }));
  }

  /** @param {Suggestion} suggestion @param {{town: Organisation|null, first: Suggestion|null, next: Suggestion|null}} beside @returns {Child[]} */
  function inFull(suggestion, { town, first, next }) {
    const strongest = speaking(suggestion).slice(0, STRONGEST);
    return [
      strongest.length > 0 && [h("h5", {}, t("reasons.for")), sentences(strongest, { t, side: "for" })],
      adding(suggestion, false),
      ...weighing(suggestion),
      compared(suggestion, { town, first, next }),
      folded(t("facts.both"), () => [facing(...inOrder(suggestion, town), { t })]),
      folded(t("reasons.words"), () => [inWords(suggestion)]),
    ];
  }

  /** @param {Suggestion} suggestion @param {{town: Organisation|null, first: Suggestion|null}} beside @returns {Child[]} */
  function inBrief(suggestion, { town, first }) {
    const words = why(suggestion);
    const [against] = opposing(suggestion);
    return [
      words && h("p", { class: "why", dir: "auto" }, words),
      adding(suggestion, true),
      against && h("p", { class: "but" }, h("b", {}, `${t("reasons.against")}: `),
        `${named(against, t)}. `, h("span", { dir: "auto" }, sentence(against.sentence))),
      suggestion.missing.length > 0 && h("p", { class: "muted missing" }, h("b", {}, `${t("missing")}: `), suggestion.missing.join(", ")),
      folded(t("reasons.detail"), () => [
        adding(suggestion, false), ...weighing(suggestion), compared(suggestion, { town, first, next: null }), inWords(suggestion),
        facing(...inOrder(suggestion, town), { t }),
      ]),
    ];
  }

  /** @param {Suggestion} suggestion @param {boolean} brief */
  const adding = (suggestion, brief) => (suggestion.reasons.length > 0 ? waterfall(suggestion, { t, brief }) : h("p", { class: "muted" }, t("reasons.none")));

  /** What speaks against it, and what is not known. @param {Suggestion} suggestion @returns {Child[]} */
  function weighing(suggestion) {
    const against = opposing(suggestion);
    return [
      h("h5", {}, t("reasons.against")),
      against.length > 0 ? sentences(against, { t, side: "against" }) : h("p", { class: "quiet" }, t("reasons.against.none")),
      h("h5", {}, t("reasons.unknown")),
      suggestion.missing.length > 0
        ? h("p", { class: "quiet missing" }, t("reasons.unknown.names", { names: suggestion.missing.join(", ") })) : h("p", { class: "quiet" }, t("reasons.unknown.none")),
    ];
  }

  /**
   * Why the first is before the next, or another behind the first.
   * @param {Suggestion} suggestion @param {{town: Organisation|null, first: Suggestion|null, next: Suggestion|null}} beside
   */
  function compared(suggestion, { town, first, next }) {
    const rival = next ?? (first === suggestion ? null : first);
    if (!rival || !town) return null;
    const other = otherOf(rival, town).label;
    const by = suggestion.score - rival.score;
    return h("section", { class: "compared" },
      h("h5", {}, t(next ? "compare.first" : "compare.other")),
      h("p", {}, by === 0 ? t("compare.equal", { name: other }) : t(by > 0 ? "compare.ahead" : "compare.behind", { n: Math.abs(by), name: other })),
      comparison(suggestion, rival, { t, name: other }));
  }

  /** Every reason in words. @param {Suggestion} suggestion */
  function inWords(suggestion) {
    return h("dl", { class: "reasons" }, suggestion.reasons.flatMap((reason) => [
      h("dt", {}, reason.label, " ", h("span", { class: reason.points < 0 ? "against" : "for" }, t.signed(reason.points)), " ", h("span", { class: "odds" }, odds(reason.points))),
      h("dd", { dir: "auto" }, sentence(reason.sentence),
        reason.detail && !reason.sentence.includes(reason.detail) && h("span", { class: "muted" }, ` ${sentence(reason.detail)}`)),
    ]));
  }

  /** Say what points do to the odds; nothing where it is hardly anything. @param {number} points */
  function odds(points) {
    const by = t.factor(Math.exp(Math.abs(points) / 1000));
    if (by === "1") return "";
    return points > 0 ? `×${by}` : `÷${by}`;
  }

  return card;
}

/** @param {Suggestion} suggestion @param {Organisation|null} town @returns {[Organisation, Organisation]} */
function inOrder(suggestion, town) {
  return town ? [town, otherOf(suggestion, town)] : [suggestion.organisation, suggestion.candidate];
}

/** A part that is folded, and made when it is first opened. @param {string} title @param {() => Child[]} make */
export function folded(title, make) {
  const box = h("details", {}, h("summary", {}, title));
  box.addEventListener("toggle", () => {
    if (box.open && box.childElementCount === 1) box.append(h("div", { class: "inside" }, ...make()));
  });
  return box;
}
