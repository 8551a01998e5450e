// The legend: what lines and marks mean; it switches the lines of the map on and off.
import { byId, h, s } from "./dom.js";
import { styleOf, styleOfLink } from "./data.js";
import { swatch } from "./panel.js";
import { MARKS } from "./shapes.js";

/** @type {LineStyle[]} */
const LINK_STYLES = ["active", "dormant", "unknown", "ended"];
/** @type {LineStyle[]} */
const SUGGESTION_STYLES = ["start", "revitalise", "develop"];
/** @type {Region[]} */
const REGIONS = ["old", "other", "see"];

/** Each shape of a mark, drawn. */
const SHAPES = {
  circle: () => s("circle", { cx: 8, cy: 8, r: 5 }),
  square: () => s("rect", { x: 3.5, y: 3.5, width: 9, height: 9 }),
  triangle: () => s("path", { d: "M8 2 L14 13 L2 13 Z" }),
};

/** @param {LineStyle} style @param {Translator} t */
export const lineName = (style, t) => {
  if (LINK_STYLES.includes(style)) return t(style);
  // One line for both: what is to be asked about first may be to revive.
  return style === "revitalise" ? `${t("suggested.revitalise")} / ${t("ask_first")}` : t(`suggested.${style}`);
};

/**
 * Make the legend. On a phone it folds.
 * @param {{model: Model, t: Translator, folding: MediaQueryList, onChange: () => void}} options
 */
export function createLegend({ model, t, folding, onChange }) {
  const present = new Set([...model.links.map(styleOfLink), ...model.suggestions.map(styleOf)]);
  const styles = [...SUGGESTION_STYLES, ...LINK_STYLES].filter((style) => present.has(style));
  const regions = REGIONS.filter((region) => model.organisations.some((one) => one.region === region));
  // An overview begins with the suggestions alone, a town with everything.
  const layers = { overview: new Set(SUGGESTION_STYLES), town: new Set([...SUGGESTION_STYLES, ...LINK_STYLES]) };
  let on = layers.overview;

  /** @param {Event} event */
  const flip = (event) => {
    const box = /** @type {HTMLInputElement} */ (event.target);
    const style = /** @type {LineStyle} */ (box.value);
    if (box.checked) on.add(style);
    else on.delete(style);
    onChange();
  };
  /** @param {LineStyle} style */
  const line = (style) => h("label", { class: "check" }, h("input", { type: "checkbox", value: style, onchange: flip }),
    swatch(style), h("span", {}, lineName(style, t)));
  /** @param {Region} region */
  const mark = (region) => h("p", { class: "mark" },
    s("svg", { class: region, viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true", focusable: "false" },
      SHAPES[/** @type {keyof typeof SHAPES} */ (MARKS[region])]()),
    t(`region.${region}`));

  function relabel() {
    byId("legend-body").replaceChildren(...styles.map(line), ...regions.map(mark));
    check();
  }
  function check() {
    for (const box of byId("legend-body").querySelectorAll("input")) box.checked = on.has(box.value);
  }
  const fold = () => {
    byId("legend").open = !folding.matches;
  };
  folding.addEventListener("change", fold);
  fold();
  relabel();
  return {
    relabel,
    styles,
    regions,
    /** The lines that are switched on. */
    get on() {
      return on;
    },
    /** Show which lines are on, in an overview or in a town. @param {boolean} ofTown @returns {Set<LineStyle>} */
    show(ofTown) {
      on = ofTown ? layers.town : layers.overview;
      check();
      return on;
    },
    /** The width that the legend covers of the map, in pixels. */
    get width() {
      return byId("legend").open && !folding.matches ? byId("legend").offsetWidth : 0;
    },
  };
}
