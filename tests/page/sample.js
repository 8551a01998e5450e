// A small network, in the form in which the page's data come, and the pieces of it that single tests need.
import { join } from "../../twinnet/views/page/data.js";
import { fold } from "../../twinnet/views/page/text.js";

/** An organisation as the model has it; what is not given is empty. */
export function town(given) {
  return {
    at: 0, id: given.name, label: given.name, key: fold(given.name), kind: "municipality", countryName: given.country ?? "", region: "other", placed: false,
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
    title: "Sample", today: "2026-01-01", rules: [], digest: "", points: "", tagger: null,
    counts: { organisations: 5, links: 3, projects: 1, suggestions: 3 }, left_out: {}, sources: [],
    countries: { BA: ["Bosnia and Herzegovina", "see"], FR: ["France", "old"], US: ["United States", "other"] },
    themes: { youth: "youth" }, languages: {}, strings: {}, others: [], reasons: { distance: "Distance", themes: "Themes", names: "Names alike" },
    texts: ["distance", "220 km apart", "", "themes", "both work on youth", "names", "youth", "its own words", "mladi"],
    organisations: [
      { id: "zavidovici", name: "Zavidovići", kind: "municipality", country: "BA", latitude: 44.44, longitude: 18.15, names: ["Завидовићи"], inferred: [0, 6, 7, 8, 2] },
      { id: "lyon", name: "Lyon", kind: "municipality", country: "FR", latitude: 45.76, longitude: 4.83 },
      { id: "paris-fr", name: "Paris", kind: "municipality", country: "FR" },
      { id: "paris-us", name: "Paris", kind: "municipality", country: "US", latitude: 33.66, longitude: -95.56 },
      { id: "zero", name: "Null Island", kind: "municipality", latitude: 0, longitude: 0 },
    ],
    links: [
      [0, 1, "partnership", "dormant", "1970", null, null, ["youth"]],
      [1, 0, "friendship", "active", "1999-05", null, "2025", []],
      [1, 2, "partnership", "declining", null, null, null, []],
    ],
    edges: [[0, 1, [0, 1]], [1, 2, [2]]],
    projects: [{ name: "Connect", partners: [[0, "lead"], [1, null]], total: 4 }],
    suggestions: [
      [0, 0, 3, 900, 2.5, [0, 300, 1, 2, 3, 1000, 4, 2, 0, -400, 1, 2], [5], -1, null, 0, ["youth"]],
      [0, 3, 0, 900, 2.5, [3, 900, 4, 2], [], -1, null, 0, []],
      [1, 0, 1, 500, null, [], [], 0, "dormant", 1, []],
    ],
    ...changes,
  };
}

/** The model of that network. */
export const model = (changes) => join(data(changes), fold);
