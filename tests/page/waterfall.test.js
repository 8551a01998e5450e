// Points that add up: each bar begins where the one before it ended.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bars } from "../../twinnet/views/page/waterfall.js";

const of = (...points) => bars(points.map((value) => ({ points: value })));
const near = (one, other) => assert.ok(Math.abs(one - other) < 1e-12, `${one} is not ${other}`);

describe("a waterfall", () => {
  it("adds up", () => {
    for (const points of [[300, 200, -100], [-50], [5, -20, 7], [1000, -2500, 800, 0]]) {
      assert.equal(of(...points).total, points.reduce((sum, value) => sum + value, 0));
    }
  });
  it("shows each reason as long as its points", () => {
    const points = [300, 200, -100, 0, -600];
    const { bars: steps } = of(...points);
    const width = 500 + 200; // between the highest and the lowest that the sum ever stood at
    steps.forEach(({ from, to }, i) => near(to - from, Math.abs(points[i]) / width));
  });
  it("begins each bar where the one before ended", () => {
    const points = [300, 200, -100, -600, 50];
    const { zero, bars: steps } = of(...points);
    let end = zero;
    steps.forEach(({ from, to }, i) => {
      near(points[i] >= 0 ? from : to, end);
      end = points[i] >= 0 ? to : from;
    });
  });
  it("ends the last bar where the sum ends", () => {
    const { sum, bars: steps, zero } = of(300, 200, -100);
    near(sum.from, zero);
    near(sum.to, steps[2].from);
  });
  it("draws a sum below nothing to the left of nothing", () => {
    const { sum, zero, total } = of(100, -400);
    assert.equal(total, -300);
    near(sum.to, zero);
    near(sum.from, 0);
  });
  it("stays within its width", () => {
    for (const points of [[300, -900, 20], [-1, -2], [7], [0, 0]]) {
      const { zero, sum, bars: steps } = of(...points);
      for (const share of [zero, sum.from, sum.to, ...steps.flatMap(({ from, to }) => [from, to])]) assert.ok(share >= 0 && share <= 1);
    }
  });
  it("of no reasons is nothing, and no fault", () => {
    const { zero, total, bars: steps, sum } = of();
    assert.deepEqual({ zero, total, steps, sum }, { zero: 0, total: 0, steps: [], sum: { from: 0, to: 0 } });
  });
});
