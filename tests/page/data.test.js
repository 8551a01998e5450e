// The model: each thing joined to what it speaks of, and nothing said twice.
import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { describe, it } from "node:test";
import { foremost, join, styleOf, styleOfLink, unpack } from "../../twinnet/views/page/data.js";
import { fold, translator } from "../../twinnet/views/page/text.js";
import { ENGLISH, data, model, suggest, town } from "./sample.js";

const NONE = { ...data().suggestions, kind: [], a: [], b: [], score: [], times: [], state: [], link: [], ask: [], pattern: [] };

describe("the data block", () => {
  it("is read plain and packed alike", async () => {
    const given = { title: "Niš – 東京", list: Array(500).fill("ž") };
    const packed = { zlib: deflateSync(JSON.stringify(given)).toString("base64") };
    assert.deepEqual(await unpack({ textContent: JSON.stringify(given) }), given);
    assert.deepEqual(await unpack({ textContent: JSON.stringify(packed) }), given);
  });
});

describe("the model", () => {
  const { organisations, links, edges, suggestions } = model();
  const [zavidovici, lyon, parisFR, parisUS, zero] = organisations;

  it("knows an organisation's links, and keeps parallel ones", () => {
    assert.equal(zavidovici.links.length, 2);
    assert.deepEqual(edges[0].links, [links[0], links[1]]);
    assert.deepEqual(lyon.edges, edges);
    assert.equal(links[0].a, zavidovici);
    assert.equal(links[0].b, lyon);
  });
  it("knows where nothing is known: no coordinates are not the place 0, 0", () => {
    assert.equal(parisFR.placed, false);
    assert.equal(zero.placed, true);
    assert.equal(zero.countryName, "");
    assert.deepEqual(parisFR.offers, []);
  });
  it("tells the region by the country", () => assert.deepEqual(organisations.map((one) => one.region), ["see", "old", "old", "other", "other"]));
  it("tells two of one name apart by their countries", () => {
    assert.equal(parisFR.label, "Paris, France");
    assert.equal(parisUS.label, "Paris, United States");
    assert.equal(lyon.label, "Lyon");
  });
  it("tells two of one name and country apart by their ids", () => {
    const twice = data().organisations.map((one) => ({ ...one, name: "Paris", country: "FR" }));
    const labels = model({ organisations: twice }).organisations.map((one) => one.label);
    assert.equal(new Set(labels).size, labels.length);
  });
  it("finds a town by all its names", () => {
    for (const name of ["Zavidovići", "Завидовићи"]) assert.ok(zavidovici.key.includes(fold(name)));
  });
  it("says from what a theme is inferred", () => {
    assert.deepEqual(zavidovici.inferred.map((one) => ({ ...one })), [{ side: "offered", theme: "youth", from: "its own words", why: "its own words", more: 2 }]);
  });
  it("knows a project's partners", () => {
    assert.equal(lyon.projects[0].name, "Connect");
    assert.deepEqual(lyon.projects[0].partners.map((one) => [one.organisation.id, one.role]), [["zavidovici", "lead"], ["lyon", null]]);
  });
  it("puts the reasons with most points first, those against last", () => {
    assert.deepEqual(suggestions[0].reasons.map((reason) => reason.points), [1000, 300, -400]);
  });
  it("says the reasons in the language of the moment", () => {
    const said = ["1 theme in common: youth", "8,220 km apart", "12,000 and 26,000 inhabitants"];
    assert.deepEqual(suggestions[0].reasons.map((reason) => reason.sentence), said);
    const french = { ...ENGLISH, code: "fr", numbers: { decimal: ",", group: " " }, texts: { ...ENGLISH.texts, "say.distance": "à {km} km" } };
    assert.equal(model({}, french).suggestions[0].reasons[1].sentence, "à 8 220 km");
    assert.deepEqual(suggestions[0].missing, ["Names alike"]);
  });
  it("shows a pair that is suggested to both sides once, to each side its own", () => {
    assert.equal(suggestions[1].twin, suggestions[0]);
    assert.equal(suggestions[0].twin, null);
    assert.deepEqual(zavidovici.suggestions.map((one) => one.at), [0, 2]);
    assert.deepEqual(parisUS.suggestions.map((one) => one.at), [1]);
  });
  it("joins a suggestion to the link that it would wake", () => {
    assert.equal(suggestions[2].link, links[0]);
    assert.equal(suggestions[0].link, null);
    assert.equal(suggestions[2].times, null);
  });
  it("of an empty network is empty", () => {
    const empty = join(data({ organisations: [], links: [], projects: [], suggestions: NONE, sayings: { shapes: [], columns: [], sequence: [] } }), fold, translator(ENGLISH));
    assert.deepEqual([empty.organisations, empty.links, empty.suggestions], [[], [], []]);
  });
});

describe("styles", () => {
  it("draw a link to be asked about as one to be revived", () => assert.equal(styleOf(suggest(town({ name: "A" }), town({ name: "B" }), { kind: "develop", ask: true })), "revitalise"));
  it("draw a declining link as a dormant one", () => assert.deepEqual(["active", "declining", "dormant", "ended", "unknown"].map((state) => styleOfLink({ state })), ["active", "dormant", "dormant", "ended", "unknown"]));
});

describe("the foremost suggestions", () => {
  const [a, b] = [town({ name: "A" }), town({ name: "B" })];
  const many = (kind, n, given = {}) => Array.from({ length: n }, (_, i) => suggest(a, b, { kind, score: 5000 - i, ...given }));
  const count = (found) => Object.fromEntries(["start", "revitalise", "develop"].map((kind) => [kind, found.filter((one) => one.kind === kind).length]));

  it("are a share of each kind, the best of it", () => {
    const all = [...many("start", 100), ...many("revitalise", 100), ...many("develop", 100)];
    const found = foremost(all, 40);
    assert.deepEqual(count(found), { start: 25, revitalise: 10, develop: 5 });
    assert.ok(found.every((one) => one.score > 5000 - 25));
  });
  it("are filled up where a kind has too few", () => {
    assert.deepEqual(count(foremost([...many("start", 100), ...many("revitalise", 3)], 40)), { start: 37, revitalise: 3, develop: 0 });
  });
  it("have those that must be asked about only where there is room", () => {
    const ask = many("revitalise", 5, { ask: true });
    assert.equal(foremost([...many("start", 100), ...ask], 40).filter((one) => one.ask).length, 0);
    assert.equal(foremost([...many("start", 10), ...ask], 40).filter((one) => one.ask).length, 5);
  });
  it("hold no pair twice", () => {
    const first = suggest(a, b);
    assert.deepEqual(foremost([first, suggest(b, a, { twin: first })], 40), [first]);
  });
  it("are all where there are few", () => assert.equal(foremost(many("develop", 3), 40).length, 3));
});
