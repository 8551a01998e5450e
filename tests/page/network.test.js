// The network of one town: who is in it, where they stand, and who is left out.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ego, liveliest } from "../../twinnet/views/page/ego.js";
import { connect, suggest, town } from "./sample.js";

/** A town with partners, each of whom has partners of its own. */
function world({ partners = 3, each = 2 } = {}) {
  const centre = town({ name: "Centre", at: 0 });
  let at = 1;
  const inner = Array.from({ length: partners }, (_, i) => town({ name: `Partner ${i}`, at: at++, region: ["old", "other", "see"][i % 3] }));
  for (const one of inner) {
    connect(centre, one, "active", "dormant");
    for (let i = 0; i < each; i += 1) connect(one, town({ name: `${one.name}'s ${i}`, at: at++ }));
  }
  return { centre, inner };
}
const rings = ({ nodes }) => [0, 1, 2].map((ring) => nodes.filter((node) => node.ring === ring).length);

describe("the network of a town", () => {
  it("has the town in the middle, its partners around it, theirs outside", () => {
    const { centre } = world();
    const placed = ego(centre, { outer: true, suggestions: [] });
    assert.deepEqual(rings(placed), [1, 3, 6]);
    const [middle] = placed.nodes;
    assert.deepEqual([middle.town, middle.x, middle.y], [centre, 0, 0]);
    const far = (node) => Math.hypot(node.x / 1.25, node.y);
    const of = (ring) => placed.nodes.filter((node) => node.ring === ring).map(far);
    assert.ok(Math.max(...of(1)) < Math.min(...of(2)));
  });
  it("has the partners alone where no more is asked for", () => assert.deepEqual(rings(ego(world().centre, { outer: false, suggestions: [] })), [1, 3, 0]));
  it("has the suggested beside the partners, once", () => {
    const { centre, inner } = world();
    const fresh = town({ name: "New", at: 99 });
    const placed = ego(centre, { outer: false, suggestions: [suggest(centre, fresh), suggest(fresh, centre), suggest(centre, inner[0], { kind: "revitalise" })] });
    assert.deepEqual(rings(placed), [1, 4, 0]);
    assert.equal(new Set(placed.nodes.map((node) => node.town)).size, placed.nodes.length);
  });
  it("keeps parallel links", () => {
    const { edges } = ego(world().centre, { outer: false, suggestions: [] });
    assert.deepEqual(edges.map((edge) => edge.links.length), [2, 2, 2]);
  });
  it("says how many it has no room for", () => {
    const placed = ego(world({ partners: 10, each: 30 }).centre, { outer: true, suggestions: [] });
    const [, , outer] = rings(placed);
    assert.ok(outer > 0 && placed.left > 0);
    assert.equal(outer + placed.left, 300);
  });
  it("puts no two on one spot", () => {
    for (const partners of [1, 2, 13, 40]) {
      const { nodes } = ego(world({ partners, each: 3 }).centre, { outer: true, suggestions: [] });
      const spots = new Set(nodes.map(({ x, y }) => `${x.toFixed(0)} ${y.toFixed(0)}`));
      assert.equal(spots.size, nodes.length);
    }
  });
  it("is the same each time", () => {
    const spots = () => ego(world({ partners: 20, each: 4 }).centre, { outer: true, suggestions: [] }).nodes.map(({ town: { name }, x, y }) => [name, x, y]);
    assert.deepEqual(spots(), spots());
  });
  it("of a town without a partner is the town", () => assert.deepEqual(rings(ego(town({ name: "Alone" }), { outer: true, suggestions: [] })), [1, 0, 0]));
});

describe("a line of several links", () => {
  it("is drawn as the one that lives most", () => {
    const link = (state) => ({ state });
    assert.equal(liveliest([link("ended"), link("active"), link("dormant")]).state, "active");
    assert.equal(liveliest([link("ended"), link("unknown"), link("dormant")]).state, "unknown");
  });
});
