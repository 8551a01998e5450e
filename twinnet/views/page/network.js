// The network: that of one town, or the whole with its communities and bridges. All that is drawn is listed beside it.
import { h, name, s } from "./dom.js";
import { styleOf, styleOfLink } from "./data.js";
import { FONT, createDrawing, writeNames, writeRays } from "./drawing.js";
import { CROWDED, ego, liveliest } from "./ego.js";
import { createWhole } from "./whole.js";
import { linkWords, swatch } from "./panel.js";
import { LINES, MARKS, colours } from "./shapes.js";
import { short } from "./text.js";

const VIS_SHAPES = { circle: "dot", square: "square", triangle: "triangle" };
/** Round a town with more partners and suggestions than this their partners are drawn only when asked for. */
const FEW = 30;
/** @type {Region[]} */
const REGIONS = ["old", "other", "see"];
const OUTLINES = {
  circle: () => s("circle", { cx: 8, cy: 8, r: 5 }),
  square: () => s("rect", { x: 3.5, y: 3.5, width: 9, height: 9 }),
  triangle: () => s("path", { d: "M8 2 L14 13 L2 13 Z" }),
};

/**
 * Make the view.
 * @param {HTMLElement} element the view, which is filled
 * @param {object} options
 * @param {Model} options.model
 * @param {Translator} options.t
 * @param {Address} options.address
 * @param {(town: Organisation) => void} options.onTown
 * @param {(one: Suggestion) => void} options.onSuggestion
 */
export function createNetwork(element, { model, t, address, onTown, onSuggestion }) {
  const hint = h("p", { id: "network-hint" });
  const ring = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", id: "ring", onchange: () => {
    asked = true;
    again();
  } }));
  const ringText = h("span");
  const back = h("a", { id: "network-back" });
  const marks = h("p", { class: "network-marks" });
  const canvas = h("div", { id: "network", role: "group" });
  const paper = h("div", { class: "network-paper", "aria-hidden": "true" });
  const line = h("div", { id: "network-edge", role: "status" });
  const list = h("div", { id: "network-list" });
  const choice = h("label", { class: "check" }, ring, ringText);
  element.replaceChildren(h("div", { class: "network-bar" }, hint, back, choice, marks), canvas, paper, line, list);
  const drawing = createDrawing(canvas);
  const whole = createWhole(list, { model, t, address, drawing, onTown });
  let again = () => {};
  let printed = false;
  /** Whether the reader has said that the outer ring is to be drawn, or not to be. */
  let asked = false;

  /**
   * Show the network of a town, or (null) the whole.
   * @param {Organisation|null} town
   * @param {object} [options]
   * @param {Suggestion[]} [options.suggestions] those of the town that pass the filters
   * @param {{link: (link: Link) => boolean}} [options.passes] links that don't pass are left out
   */
  function show(town, { suggestions = [], passes = { link: () => true } } = {}) {
    again = () => show(town, { suggestions, passes });
    if (!printed) window.addEventListener("beforeprint", print);
    printed = true;
    document.body.dataset.network = town ? "town" : "whole";
    line.replaceChildren();
    ringText.textContent = t("network.ring");
    back.textContent = t("network.whole");
    back.setAttribute("href", address({ town: "" }));
    for (const part of [choice, back]) part.hidden = !town;
    list.hidden = Boolean(town);
    const regions = REGIONS.filter((region) => model.organisations.some((one) => one.region === region && one.edges.length > 0));
    const marked = town || whole.dots;
    marks.hidden = !marked;
    marks.replaceChildren(...regions.map((region) => h("span", { class: "network-mark" },
      s("svg", { class: region, viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true", focusable: "false" },
        OUTLINES[/** @type {Mark} */ (MARKS[region])]()), t(`region.${region}`))));
    if (!town) {
      canvas.setAttribute("aria-label", t("network.whole.label"));
      hint.textContent = whole.show({ passes: passes.link });
      canvas.hidden = model.communities.list.length === 0;
      return;
    }
    canvas.hidden = false;
    canvas.setAttribute("aria-label", t("network.label", { name: town.label }));
    const { left } = drawTown(town, suggestions, passes.link);
    hint.textContent = [t("network.hint"), ring.checked && t("network.hint.outer"), left > 0 && t("network.left_out", { n: left })].filter(Boolean).join(" ");
  }

  /** @param {Organisation} town @param {Suggestion[]} suggestions @param {(link: Link) => boolean} passes */
  function drawTown(town, suggestions, passes) {
    const look = colours();
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!asked) ring.checked = width > 560 && town.edges.length + suggestions.length <= FEW;
    const placed = ego(town, { outer: ring.checked, suggestions, passes, width, height });
    /** @type {Map<number, Organisation>} */
    const byNode = new Map(placed.nodes.map((node) => [node.town.at, node.town]));
    const crowded = placed.nodes.filter((node) => node.ring === 1).length > CROWDED;
    const nodes = placed.nodes.map(({ town: one, x, y, ring: at }) => ({
      id: one.at, x, y, shape: VIS_SHAPES[/** @type {Mark} */ (MARKS[one.region])], size: (MARKS[one.region] === "square" ? 0.88 : 1) * [14, crowded ? Math.min(7, 0.42 * placed.spacing[1]) : 9, 5][at], borderWidth: at === 0 ? 4 : 1,
      color: { background: look[one.region], border: at === 0 ? look.accent : look.halo, highlight: { background: look[one.region], border: look.accent } },
      title: one.label,
    }));
    /** @param {number} at @param {number} most */
    const named = (at, most) => placed.nodes.filter((node) => node.ring === at).map(({ town: one, x, y }) => ({ text: short(one.name, most), x, y, strong: false }));
    /** @type {(() => void)[]} */
    const chosen = [];
    /** @type {object[]} */
    const edges = [];
    /**
     * @param {Organisation} a
     * @param {Organisation} b
     * @param {LineStyle} style
     * @param {{title: string, onChoice: () => void, width?: number, opacity?: number, label?: string, bend?: boolean}} extra
     */
    const add = (a, b, style, { title, onChoice, width, opacity = 1, label, bend = false }) => {
      const { dash, width: usual } = LINES[style];
      edges.push({
        id: chosen.push(onChoice) - 1, from: a.at, to: b.at, dashes: dash.length ? dash : false, width: width ?? usual,
        color: { color: look[style], highlight: look[style], hover: look[style], opacity }, label, title,
        font: { size: 12, color: look.text, face: FONT, strokeColor: look.sea, strokeWidth: 4 },
        smooth: bend ? { enabled: true, type: "curvedCW", roundness: 0.12 } : false,
      });
    };
    for (const edge of placed.edges) {
      const mine = edge.a === town || edge.b === town;
      const links = edge.links.filter(passes);
      add(edge.a, edge.b, styleOfLink(liveliest(links)), {
        opacity: mine ? 1 : 0.4, width: mine ? 2 : 1, label: links.length > 1 ? `×${t.number(links.length)}` : undefined,
        title: t("network.edge", { a: edge.a.label, b: edge.b.label }), onChoice: () => tellLinks(edge, links),
      });
    }
    for (const one of suggestions) {
      const title = `${one.organisation.label} – ${one.candidate.label}`;
      add(one.organisation, one.candidate, styleOf(one), { bend: Boolean(one.link), title, onChoice: () => tellSuggestion(one) });
    }
    const [middle, inner, outer] = [named(0, 30), named(1, crowded ? 15 : 22), named(2, 14)];
    drawing.draw({
      nodes, edges, box: { left: -width / 2, right: width / 2, top: -height / 2, bottom: height / 2 },
      above: (context, scale) => {
        const foot = (/** @type {number} */ pixels) => (/** @type {{text: string, x: number, y: number, strong: boolean}} */ one) => ({ ...one, y: one.y + pixels / scale + pixels / 3 });
        if (width > 560 || scale > 1.8) writeRays(context, outer, { scale, look, spacing: placed.spacing[2], size: 11, start: 8 });
        if (crowded && (placed.legible || scale > 1.3)) writeRays(context, inner, { scale, look, spacing: placed.spacing[1], size: 12, start: 11 });
        writeNames(context, [...middle.map((one) => ({ ...one, strong: true })).map(foot(27)), ...(crowded ? [] : inner.map(foot(20)))], { scale, look });
      },
      onNode: (at) => {
        const one = byNode.get(at);
        if (one && one !== town) onTown(one);
      },
      onEdge: (at) => chosen[at](),
    });
    return placed;
  }

  /** @param {Edge} edge @param {Link[]} links */
  function tellLinks({ a, b }, links) {
    line.replaceChildren(h("b", {}, t("network.edge", { a: a.label, b: b.label })),
      h("ul", {}, links.map((link) => h("li", {}, swatch(styleOfLink(link)), " ", linkWords(link, t),
        link.themes.length > 0 && h("span", {}, " · ", name(link.themes.map(t.theme).join(", ")))))));
  }

  /** @param {Suggestion} one */
  function tellSuggestion(one) {
    onSuggestion(one);
    line.replaceChildren(h("b", {}, name(one.organisation.label), " – ", name(one.candidate.label)), " ",
      `${one.ask ? t("ask_first") : t(one.kind)}, ${t("points.n", { n: one.score })}`);
  }

  /** On paper a picture stands for the drawing; the listener comes after the one that makes everything light. */
  function print() {
    const picture = document.body.dataset.network === "whole" ? drawing.picture() : null;
    paper.replaceChildren(...(picture ? [picture] : []));
  }

  return { show, clear: drawing.clear, canvas: drawing.canvas };
}
