// Which suggestions, links and towns pass the filters.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { countFilters, passes } from "../../twinnet/views/page/filters.js";
import { readState } from "../../twinnet/views/page/state.js";
import { connect, suggest, town } from "./sample.js";

const lyon = town({ name: "Lyon", country: "FR", region: "old", offers: ["youth"] });
const zenica = town({ name: "Zenica", country: "BA", region: "see", seeks: ["youth"] });
const izmir = town({ name: "İzmir", country: "TR", region: "other" });
const { links: [dormant] } = connect(lyon, izmir, "declining");
const fresh = suggest(lyon, zenica, { score: 1200 });
const ask = suggest(lyon, izmir, { kind: "revitalise", ask: true, score: 300, link: dormant });
lyon.suggestions.push(fresh, ask);
const test = (filters) => passes({ ...readState(""), ...filters });

describe("filters", () => {
  it("that say nothing let everything pass", () => {
    const { suggestion, link, town: one } = test({});
    assert.ok(suggestion(fresh) && suggestion(ask) && link(dormant) && one(izmir));
  });
  it("tell by kind, and those to be asked about apart", () => {
    assert.deepEqual(["start", "revitalise", "ask"].map((kind) => [fresh, ask].map(test({ kind }).suggestion)), [[true, false], [false, false], [false, true]]);
  });
  it("tell by country, either side's", () => {
    assert.deepEqual([fresh, ask].map(test({ country: "BA" }).suggestion), [true, false]);
    assert.deepEqual([test({ country: "TR" }).link(dormant), test({ country: "BA" }).link(dormant)], [true, false]);
  });
  it("tell by theme, where both sides have it or it is the suggestion's own", () => {
    assert.deepEqual([fresh, ask].map(test({ theme: "youth" }).suggestion), [true, false]);
    assert.ok(test({ theme: "sport" }).suggestion(suggest(lyon, izmir, { themes: ["sport"] })));
  });
  it("tell by corridor, in both directions", () => {
    assert.deepEqual(["old-see", "see-old"].map((corridor) => test({ corridor }).suggestion(fresh)), [true, true]);
    assert.ok(test({ corridor: "old-see" }).suggestion(suggest(zenica, lyon)));
    assert.equal(test({ corridor: "old-old" }).suggestion(fresh), false);
  });
  it("tell by the link's state, declining as dormant", () => {
    assert.deepEqual([test({ state: "dormant" }).link(dormant), test({ state: "active" }).link(dormant)], [true, false]);
    assert.deepEqual([fresh, ask].map(test({ state: "dormant" }).suggestion), [false, true]);
  });
  it("tell by score; the least one passes", () => assert.deepEqual([fresh, ask].map(test({ min: 1200 }).suggestion), [true, false]));
  it("let a town pass where one of its suggestions does", () => {
    assert.deepEqual([lyon, izmir].map(test({ min: 1000 }).town), [true, false]);
  });
  it("are counted", () => {
    assert.equal(countFilters(readState("")), 0);
    assert.equal(countFilters(readState("#kind=start&min=0&town=lyon&view=table")), 2);
  });
});
