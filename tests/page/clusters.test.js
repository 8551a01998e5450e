// A network's communities stand apart, each near those it has most to do with.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pack, seeds } from "../../twinnet/views/page/clusters.js";

describe("communities", () => {
  const radii = [100, 80, 60, 60, 40, 40, 20, 20, 20, 10];
  const ties = radii.slice(1).map((_, i) => [i, i + 1, 1 + (i % 3)]);
  const circles = pack(radii, ties, 12);

  it("keep their size, and the largest stands in the middle", () => {
    assert.deepEqual(circles.map((one) => one.r), radii);
    assert.deepEqual([circles[0].x, circles[0].y], [0, 0]);
  });
  it("do not overlap, and leave a gap", () => {
    circles.forEach((one, i) => circles.slice(i + 1).forEach((other) =>
      assert.ok(Math.hypot(one.x - other.x, one.y - other.y) >= one.r + other.r + 12 - 1e-4)));
  });
  it("stand nearer to those they have ties with", () => {
    const [, , third, fourth] = pack([50, 50, 50, 20], [[2, 3, 100]], 5);
    const far = (one) => Math.hypot(one.x - fourth.x, one.y - fourth.y);
    assert.ok(far(third) < 80);
  });
  it("are the same each time", () => assert.deepEqual(pack(radii, ties, 12), circles));
  it("can be none", () => assert.deepEqual(pack([], [], 5), []));
});

describe("members", () => {
  it("stand apart, the first in the middle", () => {
    const spots = seeds(200, 10);
    assert.deepEqual(spots[0], { x: 0, y: 0 });
    spots.forEach((one, i) => spots.slice(i + 1).forEach((other) => assert.ok(Math.hypot(one.x - other.x, one.y - other.y) > 5)));
  });
});
