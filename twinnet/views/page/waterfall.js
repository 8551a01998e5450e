// Points that add up: each reason's bar begins where the one before it ended, the last bar is their sum.
import { h } from "./dom.js";

/** A waterfall in short shows so many reasons; the others are one bar. */
const BRIEF = 4;

/**
 * Return the bars of a waterfall, as shares (0 to 1) of its width, and the sum after each.
 * @param {{points: number}[]} reasons in the order they are shown
 * @param {number[]} [marks] more points that must lie within the width
 * @returns {{zero: number, total: number, bars: {from: number, to: number}[], sums: number[], sum: {from: number, to: number}, at: (points: number) => number}}
 */
export function bars(reasons, marks = []) {
  const ends = [0];
  for (const { points } of reasons) ends.push(ends[ends.length - 1] + points);
  const [least, most] = [Math.min(...ends, ...marks), Math.max(...ends, ...marks)];
  const width = most - least || 1;
  const at = (/** @type {number} */ points) => (points - least) / width;
  const bar = (/** @type {number} */ one, /** @type {number} */ other) => ({ from: at(Math.min(one, other)), to: at(Math.max(one, other)) });
  const total = ends[ends.length - 1];
  return {
    zero: at(0),
    total,
    bars: reasons.map((_, i) => bar(ends[i], ends[i + 1])),
    sums: ends.slice(1),
    sum: bar(0, total),
    at,
  };
}

/** The points at which a chance pair stands; null where that is not known. @param {Suggestion} suggestion */
export function chanceOf({ score, times }) {
  return times === null || times <= 0 ? null : Math.round(score - 1000 * Math.log(times));
}

/**
 * Draw the waterfall of a suggestion as a list: reason, bar, points, sum so far.
 * @param {Suggestion} suggestion
 * @param {{t: Translator, brief?: boolean}} options `brief`: the strongest reasons, and the others as one
 */
export function waterfall(suggestion, { t, brief = false }) {
  const weighed = suggestion.reasons.filter(({ points }) => points !== 0);
  const steps = brief ? inShort(weighed, t) : weighed;
  const chance = brief ? null : chanceOf(suggestion);
  const { zero, at, bars: spans, sums, sum } = bars(steps, chance === null ? [] : [chance]);
  /** @param {string} label @param {number} points @param {{from: number, to: number, sum: string, kind: "plus" | "minus" | "total"}} bar */
  const row = (label, points, { from, to, sum: so_far, kind }) => {
    const fall = h("span", { class: `fall ${kind}` });
    fall.style.left = share(from);
    fall.style.width = `max(2px, ${share(to - from)})`;
    const axis = h("span", { class: "zero" });
    axis.style.left = share(zero);
    const line = chance === null ? null : h("span", { class: "chance" });
    if (line && chance !== null) line.style.left = share(at(chance));
    return h("li", { class: kind === "total" ? "row sum" : "row" },
      h("span", { class: "label" }, label),
      h("span", { class: "track", "aria-hidden": "true" }, axis, line, fall),
      h("span", { class: "points" }, t.signed(points)),
      h("span", { class: "so-far", "aria-hidden": "true" }, so_far));
  };
  return h("div", { class: brief ? "falls brief" : "falls" },
    !brief && h("p", { class: "row heads", "aria-hidden": "true" }, h("span", {}, t("reason")), h("span", {}), h("span", { class: "points" }, t("sum.points")), h("span", { class: "so-far" }, t("sum.so_far"))),
    h("ol", { class: "waterfall", "aria-label": t("waterfall", { n: suggestion.score }) },
      steps.map(({ label, points }, i) => row(label, points, { ...spans[i], sum: t.number(sums[i]), kind: points < 0 ? "minus" : "plus" })),
      row(t("total"), suggestion.score, { ...sum, sum: "", kind: "total" })),
    chance !== null && h("p", { class: "chance-note" }, h("span", { class: "chance", "aria-hidden": "true" }), t("chance.at", { n: chance })));
}

/**
 * Return the strongest reasons, and what is left of them as one; those for the pair first.
 * @param {Reason[]} reasons @param {Translator} t
 * @returns {{label: string, points: number}[]}
 */
function inShort(reasons, t) {
  if (reasons.length <= BRIEF + 1) return reasons;
  const strong = new Set([...reasons].sort((one, other) => Math.abs(other.points) - Math.abs(one.points)).slice(0, BRIEF));
  const rest = reasons.filter((one) => !strong.has(one));
  const left = { label: t("reasons.others", { n: rest.length }), points: rest.reduce((sum, { points }) => sum + points, 0) };
  return [...Array.from(strong), ...(left.points ? [left] : [])].sort((one, other) => other.points - one.points);
}

/**
 * Return by how many points one suggestion is ahead of another (or behind), reason by reason, the widest apart first.
 * @param {Suggestion} one @param {Suggestion} other
 * @returns {{key: string, label: string, points: number, mine: number | null, theirs: number | null}[]} null where a reason is not known
 */
export function differences(one, other) {
  /** @type {Map<string, {label: string, mine: number | null, theirs: number | null}>} */
  const found = new Map();
  for (const { key, label, points } of one.reasons) found.set(key, { label, mine: points, theirs: null });
  for (const { key, label, points } of other.reasons) {
    const known = found.get(key);
    if (known) known.theirs = points;
    else found.set(key, { label, mine: null, theirs: points });
  }
  return Array.from(found, ([key, { label, mine, theirs }]) => ({ key, label, mine, theirs, points: (mine ?? 0) - (theirs ?? 0) }))
    .filter(({ points }) => points !== 0)
    .sort((p, q) => Math.abs(q.points) - Math.abs(p.points) || (p.key < q.key ? -1 : 1));
}

/**
 * Draw those differences: to the right what puts it ahead, to the left what puts it behind.
 * @param {Suggestion} one @param {Suggestion} other
 * @param {{t: Translator, name: string}} options the name of the other
 */
export function comparison(one, other, { t, name }) {
  const found = differences(one, other);
  const widest = Math.max(1, ...found.map(({ points }) => Math.abs(points)));
  /** @param {{label: string, points: number}} difference @param {boolean} [total] */
  const row = ({ label, points }, total = false) => {
    const bar = h("span", { class: `fall ${total ? "total" : points < 0 ? "minus" : "plus"}` });
    const wide = Math.min(0.5, Math.abs(points) / widest / 2);
    bar.style.left = share(points < 0 ? 0.5 - wide : 0.5);
    bar.style.width = `max(2px, ${share(wide)})`;
    const axis = h("span", { class: "zero" });
    axis.style.left = "50%";
    return h("li", { class: total ? "row sum" : "row" }, h("span", { class: "label" }, label), h("span", { class: "track", "aria-hidden": "true" }, axis, bar),
      h("span", { class: "points" }, t.signed(points)));
  };
  const strong = found.length > BRIEF + 1 ? found.slice(0, BRIEF) : found;
  const rest = found.slice(strong.length);
  const left = rest.reduce((sum, { points }) => sum + points, 0);
  return h("ol", { class: "waterfall comparison", "aria-label": t("compare.label", { name }) },
    strong.map((difference) => row(difference)),
    rest.length > 0 && left !== 0 && row({ label: t("reasons.others", { n: rest.length }), points: left }),
    row({ label: t("compare.total"), points: one.score - other.score }, true));
}

/** @param {number} part */
function share(part) {
  return `${(100 * part).toFixed(2)}%`;
}
