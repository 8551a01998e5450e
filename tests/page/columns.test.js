// The table is sorted as people read, and what is not known stands at its end.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inOrder } from "../../twinnet/views/page/columns.js";

const compare = new Intl.Collator("bs").compare;
const sorted = (rows, falling = false) => inOrder(rows, (row) => row, { falling, compare });

describe("rows", () => {
  it("are sorted as the language does", () => assert.deepEqual(sorted(["Zenica", "Čapljina", "Doboj", "Cazin"]), ["Cazin", "Čapljina", "Doboj", "Zenica"]));
  it("are sorted by their numbers, not by their digits", () => assert.deepEqual(sorted([10, 9, -3, 100]), [-3, 9, 10, 100]));
  it("end with what is not known, whichever way", () => {
    assert.deepEqual(sorted([3, null, 1]), [1, 3, null]);
    assert.deepEqual(sorted([3, null, 1], true), [3, 1, null]);
    assert.deepEqual(sorted(["b", "", "a"], true), ["b", "a", ""]);
  });
  it("that are alike keep their order, whichever way", () => {
    const rows = [{ at: 0, v: 1 }, { at: 1, v: 1 }, { at: 2, v: 0 }];
    for (const falling of [true, false]) {
      const order = inOrder(rows, (row) => row.v, { falling, compare }).filter((row) => row.v === 1);
      assert.deepEqual(order.map((row) => row.at), [0, 1]);
    }
  });
  it("are not changed themselves", () => {
    const rows = [2, 1];
    sorted(rows);
    assert.deepEqual(rows, [2, 1]);
  });
});
