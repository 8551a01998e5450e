// Points that add up: each reason's bar begins where the one before it ended, the last bar is their sum.

/**
 * Return the bars of a waterfall, as shares (0 to 1) of its width.
 * @param {{points: number}[]} reasons in the order they are shown
 * @returns {{zero: number, total: number, bars: {from: number, to: number}[], sum: {from: number, to: number}}}
 */
export function bars(reasons) {
  const ends = [0];
  for (const { points } of reasons) ends.push(ends[ends.length - 1] + points);
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const width = most - least || 1;
  const at = (/** @type {number} */ points) => (points - least) / width;
  const bar = (/** @type {number} */ one, /** @type {number} */ other) => ({ from: at(Math.min(one, other)), to: at(Math.max(one, other)) });
  const total = ends[ends.length - 1];
  return {
    zero: at(0),
    total,
    bars: reasons.map((_, i) => bar(ends[i], ends[i + 1])),
    sum: bar(0, total),
  };
}

/** Say what points do to the odds: "×1.8" or "÷1.5", nothing where it is hardly anything. @param {number} points @param {(value: number) => string} factor */
function times(points, factor) {
  const by = factor(Math.exp(Math.abs(points) / 1000));
  if (by === "1") return "";
  return points > 0 ? `×${by}` : `÷${by}`;
}

/**
 * Draw the waterfall of a suggestion as a list: name, bar, points, factor.
 * @param {Suggestion} suggestion
 * @param {{h: typeof import("./dom.js").h, t: Translator, signed: (points: number) => string, factor: (value: number) => string}} given
 */
export function waterfall(suggestion, { h, t, signed, factor }) {
  const { zero, bars: steps, sum } = bars(suggestion.reasons);
  /** @param {string} label @param {number} points @param {{from: number, to: number}} at @param {"plus" | "minus" | "total"} kind */
  const row = (label, points, { from, to }, kind) => {
    const bar = h("span", { class: `fall ${kind}` });
    bar.style.left = `${(100 * from).toFixed(2)}%`;
    bar.style.width = points || kind === "total" ? `max(2px, ${(100 * (to - from)).toFixed(2)}%)` : "0";
    const axis = h("span", { class: "zero" });
    axis.style.left = `${(100 * zero).toFixed(2)}%`;
    const odds = kind === "total" || !points ? "" : times(points, factor);
    return h("li", { class: kind === "total" ? "row sum" : "row" },
      h("span", { class: "label" }, label),
      h("span", { class: "track", "aria-hidden": "true" }, axis, bar),
      h("span", { class: "points" }, points || kind === "total" ? signed(points) : "–"),
      h("span", { class: "odds", "aria-hidden": "true" }, odds));
  };
  return h("ol", { class: "waterfall", "aria-label": t("waterfall", { n: suggestion.score }) },
    suggestion.reasons.map((reason, i) =>
      row(reason.label, reason.points, steps[i], reason.points < 0 ? "minus" : "plus")),
    row(t("total"), suggestion.score, sum, "total"));
}
