// What the map draws: which lines and marks, in which order, and which places it brings into view.
import { foremost, styleOf, styleOfLink } from "./data.js";
import { linkWords } from "./panel.js";

/** So many suggestions an overview draws at most. */
export const ON_MAP = 40;
/** More marks than this are drawn small. */
const MANY = 600;
/** Of many places, one in so many is left out at each edge when the map is brought into view. */
const OUTLYING = 30;

/**
 * Return the scene of one town, or of the best suggestions where `town` is null.
 * @param {object} asked
 * @param {Model} asked.model
 * @param {Organisation|null} asked.town
 * @param {Suggestion[]} asked.suggestions that pass, of the town or of all
 * @param {import("./filters.js").Passes} asked.passes
 * @param {boolean} asked.filtered whether any filter is set
 * @param {Set<LineStyle>} asked.on the lines that are switched on
 * @param {boolean} asked.small on a small screen marks are small
 * @param {Translator} asked.t
 */
export function scene({ model, town, suggestions, passes, filtered, on, small, t }) {
  const shown = (town ? suggestions : foremost(suggestions, ON_MAP)).filter((one) => on.has(styleOf(one)));
  const suggested = new Set(shown.map((one) => one.link));
  const linked = (town ? town.links : model.links)
    .filter((link) => on.has(styleOfLink(link)) && !suggested.has(link) && passes.link(link));
  /** @type {Line[]} */
  const lines = [
    ...linked.map((link) => ({
      a: link.a, b: link.b, style: styleOfLink(link),
      // Said when it is looked at: there may be thousands of lines.
      get tip() {
        return linkWords(link, t);
      },
    })),
    ...shown.map((one) => ({
      a: one.organisation, b: one.candidate, style: styleOf(one), suggestion: one,
      tip: `${one.ask ? t("ask_first") : t(one.kind)} · ${t("points.n", { n: one.score })}`,
    })).reverse(),
  ].filter(({ a, b }) => a.placed && b.placed);

  /** @type {Set<Organisation>} */
  const concerned = new Set(town ? [town] : []);
  for (const one of shown) concerned.add(one.organisation).add(one.candidate);
  if (town) for (const { a, b } of linked) concerned.add(a).add(b);
  const first = Array.from(concerned).filter((one) => one.placed);
  const rest = town ? [] : model.organisations.filter((one) => one.placed && !concerned.has(one) && passes.town(one));
  const faint = rest.length > MANY ? 1.6 : small ? 2 : 3;
  return {
    lines,
    dotted: !town && !filtered,
    towns: [
      ...first.map((one) => ({ town: one, strong: one === town, radius: one === town ? 7 : small ? 4 : 5, faint: false, label: true })),
      ...rest.map((one) => ({ town: one, strong: false, radius: faint, faint: true, label: false })),
    ],
    places: town ? first : middle(first),
    unplaced: Array.from(concerned).filter((one) => !one.placed),
  };
}

/**
 * Leave out the outermost of many towns, so that one far away does not make all others small.
 * @param {Organisation[]} all
 */
export function middle(all) {
  const cut = Math.floor(all.length / OUTLYING);
  /** @param {"latitude"|"longitude"} axis */
  const inner = (axis) => {
    const values = all.map((one) => one[axis]).sort((one, other) => one - other);
    return [values[cut], values[values.length - 1 - cut]];
  };
  const [[south, north], [west, east]] = [inner("latitude"), inner("longitude")];
  return all.filter((one) => one.latitude >= south && one.latitude <= north && one.longitude >= west && one.longitude <= east);
}
