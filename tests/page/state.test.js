// What is looked at is in the address, so that it can be sent.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readState, writeState } from "../../twinnet/views/page/state.js";

const PLAIN = readState("");

describe("the address", () => {
  it("begins at the map, with nothing chosen", () => {
    const { view, town, min } = PLAIN;
    assert.deepEqual({ view, town, min }, { view: "map", town: "", min: null });
  });
  it("is bare where nothing is chosen", () => assert.equal(writeState(PLAIN), "#"));
  it("brings back what it was written from, whatever stands in it", () => {
    for (const town of ["zenica", "a b&c=d#e%f+g", "Αθήνα", "مدينة", "<script>", "💥"]) {
      const state = { ...PLAIN, town, view: "table", kind: "start", country: "BA", theme: "youth & sport", min: 1200 };
      assert.deepEqual(readState(writeState(state)), state);
    }
  });
  it("holds a score of 0 and one below", () => {
    for (const min of [0, -300]) assert.equal(readState(writeState({ ...PLAIN, min })).min, min);
  });
  it("says nothing twice and of what it does not know", () => {
    assert.equal(readState("#view=kitchen").view, "map");
    assert.equal(readState("#min=many").min, null);
    assert.deepEqual(readState("#__proto__=x&constructor=y&toString=z"), PLAIN);
  });
  it("is read with or without its #", () => assert.deepEqual(readState("town=zenica"), readState("#town=zenica")));
});
