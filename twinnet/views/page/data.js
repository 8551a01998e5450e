// The page's data: unpacked, and each thing joined to what it speaks of.
import { createSayings } from "./sayings.js";

const SUGGESTION_KINDS = /** @type {const} */ (["start", "revitalise", "develop"]);
const STATES = /** @type {LinkState[]} */ (["active", "declining", "dormant", "ended", "unknown"]);
const SIDES = /** @type {const} */ (["offered", "sought", "works on"]);

/** Read the data block, which may be packed. @param {HTMLElement} element @returns {Promise<any>} */
export async function unpack(element) {
  const data = JSON.parse(element.textContent);
  if (!data.zlib) return data;
  const letters = atob(data.zlib);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i += 1) bytes[i] = letters.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

/**
 * Join the data: organisations know their links, suggestions and projects. What is said in words (countries, labels,
 * reasons) is said by `t` when it is asked for, so in the language of the moment.
 * @param {any} data
 * @param {(text: string) => string} key
 * @param {Translator} t
 * @returns {Model}
 */
export function join(data, key, t) {
  const Organisation = organisationsThatSpeak(t);
  /** @type {Organisation[]} */
  const organisations = data.organisations.map((/** @type {any} */ given, /** @type {number} */ at) => new Organisation(given, at, data.regions));
  const say = createSayings(data.sayings, { texts: data.texts, organisations, t });
  organisations.forEach((one, at) => {
    one.inferred = inferred(data.organisations[at].inferred ?? [], data.texts, say);
  });
  /** @type {Link[]} */
  const links = data.links.map((/** @type {any[]} */ [a, b, kind, state, since, until, last, themes], /** @type {number} */ at) => {
    const link = { at, a: organisations[a], b: organisations[b], kind, state, since, until, last, themes };
    organisations[a].links.push(link);
    organisations[b].links.push(link);
    return link;
  });
  const edges = edgesOf(links, organisations.length);
  for (const given of data.projects) {
    /** @type {Project} */
    const project = { themes: [], ...given, partners: given.partners.map((/** @type {[number, string | null]} */ [at, role]) => ({ organisation: organisations[at], role })) };
    for (const { organisation } of project.partners) organisation.projects.push(project);
  }
  const suggestions = suggestionsOf(data, { organisations, links, say, t });
  // A pair that is suggested to both sides is one suggestion wherever both could be shown; the better one stands.
  const pairs = new Map();
  for (const one of suggestions) {
    const [least, most] = [one.organisation.at, one.candidate.at].sort((p, q) => p - q);
    const pair = (SUGGESTION_KINDS.indexOf(one.kind) * organisations.length + least) * organisations.length + most;
    const first = pairs.get(pair);
    one.twin = first ?? null;
    if (!first) pairs.set(pair, one);
    one.organisation.suggestions.push(one);
    one.candidate.suggestions.push(one);
  }
  for (const organisation of organisations) organisation.suggestions = oneOfEachPair(organisation);
  nameApart(organisations);
  for (const one of organisations) one.key = key([one.name, ...one.names, one.place ?? ""].join(" "));
  return { ...data, organisations, links, edges, suggestions };
}

/**
 * Join parallel links into one line for each pair, losing none; each organisation knows its lines.
 * @param {Link[]} links
 * @param {number} n how many organisations there are
 * @returns {Edge[]} in the order of their ends
 */
function edgesOf(links, n) {
  /** @type {Map<number, Edge>} */
  const pairs = new Map();
  for (const link of links) {
    const [a, b] = link.a.at < link.b.at ? [link.a, link.b] : [link.b, link.a];
    const edge = pairs.get(a.at * n + b.at);
    if (edge) edge.links.push(link);
    else pairs.set(a.at * n + b.at, { a, b, links: [link] });
  }
  const edges = Array.from(pairs).sort(([one], [other]) => one - other).map(([, edge]) => edge);
  for (const edge of edges) {
    edge.a.edges.push(edge);
    edge.b.edges.push(edge);
  }
  return edges;
}

/** Return the class of organisations whose words are said by `t`. @param {Translator} t @returns {any} */
function organisationsThatSpeak(t) {
  return class {
    /** @param {any} given @param {number} at @param {Record<string, Region>} regions */
    constructor(given, at, regions) {
      Object.assign(this, { offers: [], seeks: [], languages: [], names: [], memberships: [] }, given, {
        at, region: regions[given.country] ?? "other", placed: given.latitude !== undefined && given.longitude !== undefined,
        inferred: [], links: [], edges: [], suggestions: [], projects: [], apart: 0,
      });
    }

    get countryName() {
      return t.country(/** @type {any} */ (this).country);
    }

    get label() {
      const { name, id, apart, countryName } = /** @type {any} */ (this);
      return `${name}${apart > 0 && countryName ? `, ${countryName}` : ""}${apart > 1 ? ` (${id})` : ""}`;
    }
  };
}

/**
 * Inferred themes: for which side, from what (`why`: with the words of a text that told it), and how many sources there
 * are besides.
 * @param {number[]} flat
 * @param {string[]} texts
 * @param {(at: number) => string} say
 * @returns {InferredTheme[]}
 */
function inferred(flat, texts, say) {
  const found = [];
  for (let i = 0; i < flat.length; i += 5) {
    const [side, theme, from, why, more] = flat.slice(i, i + 5);
    found.push({
      side: SIDES[side], theme: texts[theme], more,
      get from() { return say(from); },
      get why() { return say(why); },
    });
  }
  return found;
}

/**
 * Make the suggestions, best first within each kind; what their reasons say is looked up when it is asked for.
 * @param {any} data
 * @param {{organisations: Organisation[], links: Link[], say: ReturnType<typeof createSayings>, t: Translator}} of
 * @returns {Suggestion[]}
 */
function suggestionsOf({ suggestions: columns, texts }, { organisations, links, say, t }) {
  const { reasons: keys, patterns, points, first, details } = columns;
  const label = (/** @type {number} */ place) => (t.has(`reason.${keys[place]}`) ? t(`reason.${keys[place]}`) : unknown(keys[place]));
  const next = new Uint32Array(keys.length);
  const each = details ? 2 : 1;
  // Where the points of every reason of every suggestion stand in the column of that reason.
  const rows = new Uint32Array(columns.pattern.reduce((/** @type {number} */ sum, /** @type {number} */ pattern) => sum + patterns[pattern][0].length, 0));
  let at = 0;

  class Held {
    /** @param {number} n */
    constructor(n) {
      this.kind = SUGGESTION_KINDS[columns.kind[n]];
      this.organisation = organisations[columns.a[n]];
      this.candidate = organisations[columns.b[n]];
      this.score = columns.score[n];
      this.times = columns.times[n] || null;
      this.link = links[columns.link[n]] ?? null;
      this.state = STATES[columns.state[n]] ?? null;
      this.ask = columns.ask[n] === 1;
      this.themes = (columns.themes[n] ?? []).map((/** @type {number} */ place) => texts[place]);
      this.at = 0;
      /** @type {Held | null} */
      this.twin = null;
      const [places, gaps] = patterns[columns.pattern[n]];
      /** @type {number[]} */
      this.places = places;
      /** @type {number[]} */
      this.gaps = gaps;
      this.from = at;
      for (const place of places) {
        rows[at] = next[place];
        next[place] += 1;
        at += 1;
      }
    }

    /** @returns {Reason[]} */
    get reasons() {
      const pair = /** @type {[Organisation, Organisation]} */ ([this.organisation, this.candidate]);
      return this.places
        .map((/** @type {number} */ place, /** @type {number} */ i) => ({
          key: keys[place],
          points: points[place][rows[this.from + i]],
          says: first + (this.from + i) * each,
          get label() { return label(place); },
          get sentence() { return say(this.says, pair); },
          get detail() { return details ? say(this.says + 1, pair) : ""; },
        }))
        .sort((/** @type {Reason} */ one, /** @type {Reason} */ other) => other.points - one.points);
    }

    /** What is not known of the pair, by the names of the reasons that had nothing to go on. */
    get missing() {
      return this.gaps.map(label);
    }

    /** The same by their keys. */
    get missingKeys() {
      return this.gaps.map((/** @type {number} */ place) => keys[place]);
    }
  }

  /** @type {Held[]} */
  const found = columns.kind.map((/** @type {number} */ _, /** @type {number} */ n) => new Held(n));
  const kindOf = (/** @type {Held} */ one) => SUGGESTION_KINDS.indexOf(one.kind);
  found.sort((one, other) => kindOf(one) - kindOf(other) || Number(one.ask) - Number(other.ask) || other.score - one.score ||
    compare(one.organisation.name, other.organisation.name) || compare(one.candidate.name, other.candidate.name) ||
    one.organisation.at - other.organisation.at || one.candidate.at - other.candidate.at);
  found.forEach((one, place) => {
    one.at = place;
  });
  return /** @type {any} */ (found);
}

/** @param {string} one @param {string} other */
function compare(one, other) {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Say a reason that the page has no name for by its key. @param {string} key */
function unknown(key) {
  const words = key.replaceAll("_", " ");
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** Keep, of the suggestions of one town, one a pair: the one made for this town. @param {Organisation} town */
function oneOfEachPair(town) {
  const kept = new Map();
  for (const one of town.suggestions) {
    const other = one.organisation === town ? one.candidate : one.organisation;
    const pair = other.at * SUGGESTION_KINDS.length + SUGGESTION_KINDS.indexOf(one.kind);
    if (!kept.has(pair) || (kept.get(pair).organisation !== town && one.organisation === town)) kept.set(pair, one);
  }
  return Array.from(kept.values());
}

/** Find what tells organisations of one name apart: 1 the country, 2 the id as well. @param {Organisation[]} organisations */
function nameApart(organisations) {
  const named = new Map();
  for (const one of organisations) {
    const group = named.get(one.name);
    if (group) group.push(one);
    else named.set(one.name, [one]);
  }
  for (const group of named.values()) {
    if (group.length < 2) continue;
    const countries = new Map();
    for (const { country } of group) countries.set(country, (countries.get(country) ?? 0) + 1);
    for (const one of group) one.apart = countries.get(one.country) > 1 ? 2 : 1;
  }
}

/** Tell which colour, dash and toggle a suggestion has. @param {Suggestion} suggestion @returns {SuggestionKind} */
export function styleOf(suggestion) {
  return suggestion.ask ? "revitalise" : suggestion.kind;
}

/** Tell the same of a link: by its state, declining and dormant together. @param {Pick<Link, "state">} link @returns {Exclude<LinkState, "declining">} */
export function styleOfLink(link) {
  return link.state === "declining" ? "dormant" : link.state;
}

/** Shares of the suggestions that an overview shows, by kind: new ones first. */
const SHARES = { start: 25, revitalise: 10, develop: 5 };

/**
 * Return the best suggestions of an overview, one a pair: of each kind its share, filled up with the best that are left.
 * @param {Suggestion[]} suggestions best first within each kind
 * @param {number} most
 */
export function foremost(suggestions, most) {
  const pairs = suggestions.filter((one) => !one.twin);
  const sure = pairs.filter((one) => !one.ask);
  const taken = new Set();
  for (const kind of SUGGESTION_KINDS) {
    for (const one of sure.filter((other) => other.kind === kind).slice(0, Math.round((SHARES[kind] * most) / 40))) taken.add(one);
  }
  for (const one of [...sure, ...pairs]) {
    if (taken.size >= most) break;
    taken.add(one);
  }
  return pairs.filter((one) => taken.has(one));
}
