// On paper: a town's sheet on one A4, or the best suggestions with their map. Made when the page is printed, and taken
// away afterwards; what does not fit is counted.
import { h, name, s } from "./dom.js";
import { sentence, short } from "./text.js";
import { foremost, styleOf } from "./data.js";
import { likely, named, opposing, otherOf, speaking, why } from "./card.js";
import { factsOf, unknownOf } from "./facts.js";
import { linkWords, partnersByState, swatch } from "./links.js";
import { lineName } from "./legend.js";
import { scene } from "./scene.js";
import { comparison, waterfall } from "./waterfall.js";
import { MARKS } from "./shapes.js";
import { groupName, grouped } from "./town.js";

/** The paper inside its margins, in pixels of 1/96 inch. */
const PAPER = { width: 700, height: 1040 };
const TOWN_MAP = { width: 296, height: 226 };
const WIDE_MAP = { width: 698, height: 400 };
/** So many suggestions follow a town's best, and stand under an overview. */
const NEXT = 14;
const BEST = 40;
/** A sentence of more letters is cut. */
const LONGEST = 240;

/** @type {LineStyle[]} */
const STYLES = ["start", "revitalise", "develop", "active", "dormant", "unknown", "ended"];

/**
 * Make the sheets of a page, whenever it is printed.
 * @param {{model: Model, t: Translator, panel: ReturnType<typeof import("./panel.js").createPanel>,
 *   map: ReturnType<typeof import("./map.js").createMap>}} parts
 */
export function createSheet({ model, t, panel, map }) {
  /** @type {HTMLElement|null} */
  let sheet = null;

  function make() {
    remove();
    if (!["map", "network"].includes(document.body.dataset.view ?? "map")) return;
    const { town, suggestions } = panel.shown;
    sheet = h("section", { class: "sheet" });
    document.body.append(sheet);
    document.body.classList.add("on-paper");
    inLight(() => {
      if (town) fit(town, suggestions);
      else sheet?.append(...overview(suggestions));
    });
  }

  function remove() {
    sheet?.remove();
    sheet = null;
    document.body.classList.remove("on-paper");
  }

  /**
   * The picture of what is shown, and what its lines and marks mean.
   * @param {{town: Organisation|null, suggestions: Suggestion[], size: {width: number, height: number}, most: number}} asked
   */
  function picture({ town, suggestions, size, most }) {
    const passes = panel.shown.passes ?? { link: () => true, town: () => true, suggestion: () => true };
    const drawn = scene({ model, town, suggestions, passes, filtered: true, on: new Set(town ? STYLES : STYLES.slice(0, 3)), small: true, t });
    if (drawn.towns.length === 0) return null;
    const { canvas, outside } = map.picture({ ...size, scene: { ...drawn, places: drawn.towns.filter((one) => !one.faint).map((one) => one.town) }, ratio: 3, most });
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", t("map.label"));
    const styles = STYLES.filter((style) => drawn.lines.some((line) => line.style === style));
    const regions = /** @type {Region[]} */ (["old", "other", "see"]).filter((region) => drawn.towns.some((one) => one.town.region === region));
    return h("figure", {}, canvas, h("figcaption", {},
      styles.map((style) => h("span", { class: "key" }, swatch(style), " ", lineName(style, t))),
      regions.map((region) => h("span", { class: "key" }, mark(region), " ", t(`region.${region}`))),
      outside > 0 && h("span", { class: "key" }, t("map.outside", { n: outside })),
      drawn.unplaced.length > 0 && h("span", {}, t("map.unplaced", { n: drawn.unplaced.length }), " ", drawn.unplaced.slice(0, 3).map((one) => one.label).join(", "))));
  }

  /** @param {Region} region */
  function mark(region) {
    const shape = { circle: () => s("circle", { cx: 8, cy: 8, r: 6 }), square: () => s("rect", { x: 2.5, y: 2.5, width: 11, height: 11 }), triangle: () => s("path", { d: "M8 1 L15 14 L1 14 Z" }) }[MARKS[region]];
    return s("svg", { class: region, viewBox: "0 0 16 16", width: 9, height: 9, "aria-hidden": "true" }, shape());
  }

  const foot = () => h("footer", {}, h("span", {}, model.title, " · ", t("since", { date: model.today })),
    h("span", {}, `${t("attribution.places")}: GeoNames CC BY 4.0 · ${t("attribution.map")}: Visionscarto, Natural Earth`));

  /** Lay out a town's sheet with as much as one page holds. @param {Organisation} town @param {Suggestion[]} suggestions */
  function fit(town, suggestions) {
    if (!sheet) return;
    const figure = picture({ town, suggestions, size: TOWN_MAP, most: 24 });
    const partners = town.edges.length;
    // What may be left out, the least needed first: suggestions that follow, then partners, then reasons of the best.
    let room = { partners, next: Math.min(NEXT, Math.max(0, suggestions.length - 1)), words: 3, facts: 8 };
    for (let turn = 0; turn < 60; turn += 1) {
      sheet.replaceChildren(...townSheet(town, suggestions, { ...room, figure }));
      const over = sheet.scrollHeight - PAPER.height;
      if (over <= 0) return;
      if (room.next > 6) room = { ...room, next: room.next - 1 };
      else if (room.partners > Math.min(partners, 12)) room = { ...room, partners: Math.max(12, room.partners - Math.ceil(over / 9)) };
      else if (room.next > 4) room = { ...room, next: room.next - 1 };
      else if (room.partners > 6) room = { ...room, partners: room.partners - 1 };
      else if (room.words > 2) room = { ...room, words: 2 };
      else if (room.next > 2) room = { ...room, next: room.next - 1 };
      else if (room.facts > 4) room = { ...room, facts: 4 };
      else if (room.partners > 0) room = { ...room, partners: room.partners - 1 };
      else if (room.next > 0) room = { ...room, next: room.next - 1 };
      else return;
    }
  }

  /**
   * @param {Organisation} town @param {Suggestion[]} suggestions
   * @param {{partners: number, next: number, words: number, facts: number, figure: Element|null}} room
   * @returns {Element[]}
   */
  function townSheet(town, suggestions, { partners, next, words, facts, figure }) {
    const [best, ...others] = grouped(suggestions).flatMap(({ of }) => of);
    return [
      h("header", {}, h("h1", { dir: "auto" }, town.name),
        h("p", {}, [t(`kind.${town.kind}`), town.countryName || t("country.unknown"),
          town.population !== undefined && t("inhabitants.n", { n: town.population })].filter(Boolean).join(" · "))),
      h("div", { class: "upper" }, h("div", {}, known(town, facts),
        best && h("div", { class: "best" }, h("h2", {}, t("sheet.best")), head(best, town), ahead(best, grouped(suggestions)[0].of[1], town))), figure),
      ...(best ? [bestOf(best, words)] : [h("p", {}, t("no_suggestions.town"))]),
      ...(others.length > 0 ? [h("h2", {}, t("sheet.next")), h("ol", { class: "next" }, someOfEach(grouped(suggestions), next).map((one) => inShort(one, town))),
        others.length > next && h("p", { class: "left" }, t("sheet.more", { n: others.length - next }))] : []),
      ...partnersOf(town, partners),
      foot(),
    ].filter((part) => part instanceof Element);
  }

  /** @param {Organisation} town @param {number} most */
  function known(town, most) {
    const told = factsOf(town, t).filter(({ key, said }) => !["kind", "country", "inhabitants", "position", "capital"].includes(key) && said !== null);
    const missing = unknownOf(town, t);
    return h("div", {},
      h("dl", {}, told.slice(0, most).flatMap(({ label, said }) => [h("dt", {}, label),
        h("dd", { dir: "auto" }, typeof said === "string" ? said : (said ?? []).slice(0, 4).map(({ theme, from }) => `${theme} (${from})`).join(", "))])),
      missing.length > 0 && h("p", { class: "not-known" }, t("unknown.of_town", { names: missing.join(", ") })));
  }

  /** @param {Suggestion} one @param {Organisation} town */
  function head(one, town) {
    const other = otherOf(one, town);
    return [
      h("p", { class: "partner" }, h("b", { dir: "auto" }, short(other.label, 90)), other.countryName && !other.label.includes(other.countryName) ? ` ${other.countryName}` : "",
        other.population !== undefined ? ` · ${t("inhabitants.n", { n: other.population })}` : ""),
      h("p", {}, swatch(styleOf(one)), " ", groupName(one.ask ? "ask" : one.kind, t), " · ", h("b", {}, t("points.n", { n: one.score }))),
      likely(one, t) && h("p", { class: "times" }, likely(one, t)),
      one.link && h("p", {}, linkWords(one.link, t)),
    ];
  }

  /** Why the best is before the next of its kind. @param {Suggestion} one @param {Suggestion|undefined} next @param {Organisation} town */
  function ahead(one, next, town) {
    if (!next) return null;
    const other = otherOf(next, town).label;
    const by = one.score - next.score;
    return [h("h3", {}, t("compare.first")), h("p", {}, by === 0 ? t("compare.equal", { name: other }) : t("compare.ahead", { n: by, name: other })),
      comparison(one, next, { t, name: other })];
  }

  /** @param {Suggestion} one @param {number} words */
  function bestOf(one, words) {
    const against = opposing(one);
    const list = (/** @type {Reason[]} */ reasons) => h("ul", {}, reasons.slice(0, words).map((reason) =>
      h("li", {}, h("span", { dir: "auto" }, short(sentence(reason.sentence || reason.label), LONGEST)), " ", h("b", {}, t.signed(reason.points)))));
    return h("div", { class: "reasoned" },
      h("div", {}, waterfall(one, { t })),
      h("div", {}, h("h3", {}, t("reasons.for")), list(speaking(one)),
        h("h3", {}, t("reasons.against")), against.length > 0 ? list(against) : h("p", {}, t("reasons.against.none")),
        h("h3", {}, t("reasons.unknown")), h("p", {}, one.missing.length > 0 ? t("reasons.unknown.names", { names: one.missing.join(", ") }) : t("reasons.unknown.none"))));
  }

  /** @param {Suggestion} one @param {Organisation|null} town */
  function inShort(one, town) {
    const names = town ? [otherOf(one, town)] : [one.organisation, one.candidate];
    const strongest = speaking(one)[0];
    const [against] = opposing(one);
    return h("li", {}, h("p", {}, swatch(styleOf(one)), " ", names.flatMap((side, i) => [i > 0 ? " – " : "", h("b", { dir: "auto" }, short(side.label, 70))]),
      ` (${names.map((side) => side.countryName || t("not_known")).join(" – ")}) · `, t("points.n", { n: one.score }),
      one.ask && [" · ", h("b", {}, groupName("ask", t))]),
    h("p", { class: "because" }, name(short(town ? (strongest ? sentence(strongest.sentence) : "") : why(one), 2 * LONGEST), "span"),
      against && [" ", h("i", {}, `${t("reasons.against")}: `), `${named(against, t)}. `, name(short(sentence(against.sentence), LONGEST), "span")]));
  }

  /** @param {Organisation} town @param {number} most @returns {Child[]} */
  function partnersOf(town, most) {
    if (town.edges.length === 0) return [h("h2", {}, t("partners")), h("p", {}, t("no_link"))];
    let left = most;
    const groups = partnersByState(town, { t }).map(({ state, partners }) => {
      const some = partners.slice(0, left);
      left -= some.length;
      return { state, some, all: partners.length };
    });
    return [
      h("h2", {}, t("partners"), ` ${t.number(town.edges.length)}`),
      h("dl", { class: "sheet-partners" }, groups.flatMap(({ state, some, all }) => [
        h("dt", {}, t(`partners.${state}`), ` ${t.number(all)}`),
        h("dd", {}, some.flatMap(({ other, links }, i) => [i > 0 ? " · " : "", name(short(other.label, 70)), ` ${since(links)}`]),
          some.length < all && ` ${t("sources.more", { n: all - some.length })}`),
      ])),
    ];
  }

  /** @param {Link[]} links */
  function since(links) {
    const [link] = links;
    return link.since ? `(${t("link.since", { date: link.since.slice(0, 4) })})` : "";
  }

  /** @param {Suggestion[]} suggestions */
  function overview(suggestions) {
    const best = foremost(suggestions, BEST);
    const figure = picture({ town: null, suggestions, size: WIDE_MAP, most: 50 });
    return [
      h("header", {}, h("h1", { dir: "auto" }, model.title), h("p", {}, [t("organisations.n", { n: model.counts.organisations }),
        t("links.n", { n: model.counts.links }), t("since", { date: model.today })].join(" · "))),
      figure,
      h("h2", {}, t("suggestions.best"), best.length > 0 ? ` ${t.number(best.length)}` : ""),
      best.length === 0 && h("p", {}, t(model.suggestions.length === 0 ? "no_suggestions" : "no_suggestions.filter")),
      h("ol", { class: "next wide" }, best.map((one) => inShort(one, null))),
      foot(),
    ].filter((part) => part instanceof Element);
  }

  window.addEventListener("beforeprint", make);
  window.addEventListener("afterprint", remove);
  return { make, remove };
}

/**
 * The suggestions that follow the best, as many as are asked for: the first of each kind stays as long as there is room.
 * @param {{of: Suggestion[]}[]} groups @param {number} most
 */
function someOfEach(groups, most) {
  const others = groups.flatMap(({ of }) => of).slice(1);
  const kept = new Set([...groups.slice(1).map(({ of }) => of[0]), ...others].slice(0, most));
  for (const one of others) if (kept.size < most) kept.add(one);
  return others.filter((one) => kept.has(one));
}

/** Do something while the page is light: paper is. @param {() => void} work */
function inLight(work) {
  const { dataset } = document.documentElement;
  const before = dataset.theme;
  dataset.theme = "light";
  try {
    work();
  } finally {
    if (before === undefined) delete dataset.theme;
    else dataset.theme = before;
  }
}
