// A small network, in the form in which the page's data come, and the pieces of it that single tests need.
import { join } from "../../twinnet/views/page/data.js";
import { keyOf, translator } from "../../twinnet/views/page/text.js";

/** English, with the texts that the sample says. */
export const ENGLISH = {
  code: "en", name: "English", numbers: { decimal: ".", group: "," }, categories: ["other", "one"], plural: `01${"0".repeat(198)}`,
  countries: { BA: "Bosnia and Herzegovina", FR: "France", US: "United States" }, themes: { youth: "youth" }, tongues: {},
  texts: {
    "reason.distance": "Distance", "reason.themes": "Shared themes", "reason.size": "Size", "reason.names": "Names alike",
    "say.distance": "{km} km apart", "say.themes.common.one": "{n} theme in common: {themes}", "say.themes.common.other": "{n} themes in common: {themes}",
    "say.size.both": "{a} and {b} inhabitants",
  },
};

/** An organisation as the model has it; what is not given is empty. */
export function town(given) {
  return {
    at: 0, id: given.name, label: given.name, key: keyOf(given.name), kind: "municipality", countryName: given.country ?? "", region: "other", placed: false,
    names: [], languages: [], memberships: [], offers: [], seeks: [], inferred: [], links: [], edges: [], suggestions: [], projects: [], ...given,
  };
}

/** Link two towns by one line; several states make parallel links. */
export function connect(a, b, ...states) {
  const links = (states.length ? states : ["active"]).map((state) => ({ a, b, kind: "partnership", state, since: null, until: null, last: null, themes: [] }));
  const edge = { a, b, links };
  for (const side of [a, b]) {
    side.links.push(...links);
    side.edges.push(edge);
  }
  return edge;
}

/** A suggestion as the model has it. */
export function suggest(organisation, candidate, given = {}) {
  return {
    at: 0, kind: "start", organisation, candidate, score: 1000, times: null, reasons: [], missing: [], link: null, state: null, ask: false, themes: [], twin: null, ...given,
  };
}

/** Five towns, two links between the same two, a project, and a pair that is suggested to both its sides. */
export function data(changes = {}) {
  return {
    title: "Sample", today: "2026-01-01", rules: [], digest: "", points: { own: false, n: 3, date: "" }, tagger: null,
    counts: { organisations: 5, links: 3, projects: 1, suggestions: 3 }, left_out: {}, sources: [],
    regions: { BA: "see", FR: "old", US: "other" }, themes: ["youth"], others: [], language: null,
    languages: { en: ENGLISH }, texts: ["youth", "its own words"],
    organisations: [
      { id: "zavidovici", name: "Zavidovići", kind: "municipality", country: "BA", latitude: 44.44, longitude: 18.15, population: 12000, names: ["Завидовићи"], inferred: [0, 0, 0, 1, 2] },
      { id: "lyon", name: "Lyon", kind: "municipality", country: "FR", latitude: 45.76, longitude: 4.83 },
      { id: "paris-fr", name: "Paris", kind: "municipality", country: "FR" },
      { id: "paris-us", name: "Paris", kind: "municipality", country: "US", latitude: 33.66, longitude: -95.56, population: 26000 },
      { id: "zero", name: "Null Island", kind: "municipality", latitude: 0, longitude: 0 },
    ],
    links: [
      [0, 1, "partnership", "dormant", "1970", null, null, ["youth"]],
      [1, 0, "friendship", "active", "1999-05", null, "2025", []],
      [1, 2, "partnership", "declining", null, null, null, []],
    ],
    projects: [{ name: "Connect", partners: [[0, "lead"], [1, null]], total: 4 }],
    // Three: two of a pair, to each side its own, and a link to wake. Reasons: distance, themes, size; names unknown.
    suggestions: {
      kind: [0, 1, 0], a: [0, 0, 3], b: [3, 1, 0], score: [900, 500, 899], times: [2.5, 0, 2.5], state: [-1, 2, -1], link: [-1, 0, -1], ask: [0, 1, 0],
      pattern: [0, 1, 2], patterns: [[[0, 1, 2], [3]], [[], []], [[1], []]], reasons: ["distance", "themes", "size", "names"],
      points: [[300], [1000, 900], [-400], []], themes: { 0: [0] }, first: 2, details: false,
    },
    sayings: {
      shapes: ["s", ["say.distance", "km", "n"], ["say.themes.common", "n", "n", "themes", ["l", ",", 0, "t"]], ["say.size.both", "a", "A", "b", "B"]],
      columns: [[[1, 1]], [[8220]], [[1, 1], [0, 0]], []],
      sequence: [0, 0, 1, 2, 3, 2],
    },
    ...changes,
  };
}

/** The model of that network. */
export const model = (changes, language = ENGLISH) => join(data(changes), keyOf, translator(language));
