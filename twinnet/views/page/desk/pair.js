// The pair that is judged: who the two are, what can be decided, why, how it adds up, both sides' facts, and what was decided.
import { h } from "../dom.js";
import { styleOf } from "../data.js";
import { facing } from "../facts.js";
import { linkWords, swatch } from "../links.js";
import { likely, opposing, sentences, speaking } from "../card.js";
import { waterfall } from "../waterfall.js";
import { decisionBar } from "./bar.js";
import { historyList } from "./words.js";

/**
 * @param {Pair} pair
 * @param {{desk: Desk, t: Translator, address: Address, nameOf: (id: string) => string, editing: ReturnType<typeof import("./editing.js").createEditing>,
 *   steps: Child, onDecided: (said: string) => boolean}} options `steps`: what leads to the one before and the next
 */
export function pairView(pair, { desk, t, address, nameOf, editing, steps, onDecided }) {
  const { organisation, candidate, suggestion } = pair;
  const bar = decisionBar(pair, { desk, t, nameOf, keys: true, onDecided });
  const style = suggestion ? styleOf(suggestion) : pair.kind;
  /** @param {Organisation} town */
  const side = (town) => h("a", { href: address({ town: town.id, view: "map" }), dir: "auto" }, town.label);
  const link = suggestion?.link ?? linkOf(pair);
  const heading = h("h2", { class: "sides", tabindex: -1 }, side(organisation), h("span", { class: "between", "aria-hidden": "true" }, " – "), side(candidate));
  const lands = Array.from(new Set([organisation, candidate].map((one) => one.countryName || t("not_known"))));
  const past = h("section", { class: "pair-past" });

  const element = h("div", { class: "pair-pane" }, h("article", { class: `pair ${style}` },
    h("header", { class: "pair-head" },
      h("div", { class: "pair-top" }, steps),
      h("div", { class: "pair-title" }, heading, suggestion && h("p", { class: "score" }, h("b", {}, t.number(suggestion.score)), " ", t("points", { n: suggestion.score }))),
      h("p", { class: "pair-kind" }, swatch(style), " ", h("b", {}, suggestion?.ask ? t("ask_first") : t(pair.kind)), ` · ${lands.join(" – ")}`,
        suggestion && likely(suggestion, t) && [" · ", h("span", { class: "times" }, likely(suggestion, t))])),
    bar.element,
    h("div", { class: "pair-body" },
      h("section", { class: "pair-why" }, suggestion ? reasons(suggestion) : h("p", { class: "note" }, t("pair.not_suggested"))),
      h("section", { class: "pair-facts" }, h("h3", {}, t("facts.both")),
        link && editing.link(link, () => h("span", { class: "muted" }, linkWords(link, t))),
        facing(organisation, candidate, { t, editing }), past))));

  /** @param {Suggestion} one @returns {Child[]} */
  function reasons(one) {
    const [plus, minus] = [speaking(one), opposing(one)];
    return [
      plus.length > 0 && [h("h3", {}, t("reasons.for")), sentences(plus, { t, side: "for" })],
      h("h3", {}, t("reasons.against")),
      minus.length > 0 ? sentences(minus, { t, side: "against" }) : h("p", { class: "quiet" }, t("reasons.against.none")),
      h("h3", {}, t("reasons.unknown")),
      h("p", { class: "quiet" }, one.missing.length > 0 ? t("reasons.unknown.names", { names: one.missing.join(", ") }) : t("reasons.unknown.none")),
      one.themes.length > 0 && [h("h3", {}, t("themes.could")), h("p", { dir: "auto" }, one.themes.map(t.theme).join(", "))],
      one.reasons.length > 0 && [h("h3", {}, t("sum.points")), waterfall(one, { t })],
    ];
  }

  function update() {
    if (bar.deciding) return;
    bar.update();
    const rows = desk.rowsOf(pair.key).filter(({ when }) => when !== "");
    past.replaceChildren(...(rows.length > 0 ? [h("h3", {}, t("history")), historyList(rows, { t, nameOf })] : []));
  }

  update();
  return { element, bar, heading, update };
}

/** The link of a pair that is suggested no more. @param {Pair} pair */
function linkOf({ organisation, candidate }) {
  return organisation.links.find(({ a, b }) => a === candidate || b === candidate) ?? null;
}
