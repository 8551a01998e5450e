// The page's data: unpacked, and each thing joined to what it speaks of.

const SUGGESTION_KINDS = /** @type {const} */ (["start", "revitalise", "develop"]);
const SIDES = /** @type {const} */ (["offered", "sought", "works on"]);

/** Read the data block; large ones are packed. @param {HTMLElement} element @returns {Promise<any>} */
export async function unpack(element) {
  const data = JSON.parse(element.textContent);
  if (!data.zlib) return data;
  const bytes = Uint8Array.from(atob(data.zlib), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

/**
 * Join the data: organisations know their links, suggestions and projects.
 * @param {any} data
 * @param {(text: string) => string} fold
 * @returns {Model}
 */
export function join(data, fold) {
  const country = (/** @type {string} */ code) => data.countries[code]?.[0] ?? code;
  /** @type {Organisation[]} */
  const organisations = data.organisations.map((/** @type {any} */ given, /** @type {number} */ at) => ({
    offers: [], seeks: [], languages: [], names: [], memberships: [], ...given, at,
    region: data.countries[given.country]?.[1] ?? "other",
    countryName: given.country ? country(given.country) : "",
    placed: given.latitude !== undefined && given.longitude !== undefined,
    inferred: inferred(given.inferred ?? [], data.texts),
    links: [], edges: [], suggestions: [], projects: [],
  }));
  /** @type {Link[]} */
  const links = data.links.map((/** @type {any[]} */ [a, b, kind, state, since, until, last, themes], /** @type {number} */ at) => {
    const link = { at, a: organisations[a], b: organisations[b], kind, state, since, until, last, themes };
    organisations[a].links.push(link);
    organisations[b].links.push(link);
    return link;
  });
  /** @type {Edge[]} */
  const edges = data.edges.map((/** @type {[number, number, number[]]} */ [a, b, of]) => {
    const edge = { a: organisations[a], b: organisations[b], links: of.map((at) => links[at]) };
    organisations[a].edges.push(edge);
    organisations[b].edges.push(edge);
    return edge;
  });
  for (const given of data.projects) {
    /** @type {Project} */
    const project = { themes: [], ...given, partners: given.partners.map((/** @type {[number, string | null]} */ [at, role]) => ({ organisation: organisations[at], role })) };
    for (const { organisation } of project.partners) organisation.projects.push(project);
  }
  /** @type {Suggestion[]} */
  const suggestions = data.suggestions.map((/** @type {any[]} */ row, /** @type {number} */ at) => suggestion(row, at, { organisations, links, texts: data.texts, labels: data.reasons }));
  // A pair that is suggested to both sides is one suggestion wherever both could be shown; the better one stands.
  const pairs = new Map();
  for (const one of suggestions) {
    const pair = `${one.kind} ${Math.min(one.organisation.at, one.candidate.at)} ${Math.max(one.organisation.at, one.candidate.at)}`;
    const first = pairs.get(pair);
    one.twin = first ?? null;
    if (!first) pairs.set(pair, one);
    one.organisation.suggestions.push(one);
    one.candidate.suggestions.push(one);
  }
  for (const organisation of organisations) organisation.suggestions = oneOfEachPair(organisation);
  nameApart(organisations);
  for (const one of organisations) one.key = fold([one.name, ...one.names, one.place ?? ""].join(" "));
  return { ...data, organisations, links, edges, suggestions, country };
}

/** Inferred themes: for which side, from what and by which words of it, and how many sources there are besides. @param {any[]} flat @param {string[]} texts @returns {InferredTheme[]} */
function inferred(flat, texts) {
  const found = [];
  for (let i = 0; i < flat.length; i += 5) {
    const [side, theme, from, words, more] = flat.slice(i, i + 5);
    found.push({ side: SIDES[side], theme: texts[theme], from: texts[from], words: texts[words], more });
  }
  return found;
}

/**
 * @param {any[]} row
 * @param {number} at
 * @param {{organisations: Organisation[], links: Link[], texts: string[], labels: Record<string, string>}} of
 * @returns {Suggestion}
 */
function suggestion(row, at, { organisations, links, texts, labels }) {
  const [kind, organisation, candidate, score, times, flat, missing, link, state, ask, themes] = row;
  const reasons = [];
  for (let i = 0; i < flat.length; i += 4) {
    const key = texts[flat[i]];
    reasons.push({ key, label: labels[key] ?? key, points: flat[i + 1], sentence: texts[flat[i + 2]], detail: texts[flat[i + 3]] });
  }
  reasons.sort((one, other) => other.points - one.points);
  return {
    at, kind: SUGGESTION_KINDS[kind], organisation: organisations[organisation], candidate: organisations[candidate],
    score, times, reasons, missing: missing.map((/** @type {number} */ place) => labels[texts[place]] ?? texts[place]), link: links[link] ?? null, state,
    ask: Boolean(ask), themes, twin: null,
  };
}

/** Keep, of the suggestions of one town, one a pair: the one made for this town. @param {Organisation} town */
function oneOfEachPair(town) {
  const kept = new Map();
  for (const one of town.suggestions) {
    const other = one.organisation === town ? one.candidate : one.organisation;
    const pair = `${one.kind} ${other.at}`;
    if (!kept.has(pair) || (kept.get(pair).organisation !== town && one.organisation === town)) kept.set(pair, one);
  }
  return Array.from(kept.values());
}

/** Give every organisation a label that tells it from others of its name. @param {Organisation[]} organisations */
function nameApart(organisations) {
  const named = new Map();
  for (const one of organisations) named.set(one.name, [...(named.get(one.name) ?? []), one]);
  for (const group of named.values()) {
    for (const one of group) {
      const alike = group.filter((/** @type {Organisation} */ other) => other !== one && other.country === one.country);
      one.label = one.name;
      if (group.length > 1 && one.countryName) one.label += `, ${one.countryName}`;
      if (alike.length > 0) one.label += ` (${one.id})`;
    }
  }
}

/** Tell which colour, dash and toggle a suggestion has. @param {Suggestion} suggestion @returns {SuggestionKind} */
export function styleOf(suggestion) {
  return suggestion.ask ? "revitalise" : suggestion.kind;
}

/** Tell the same of a link: by its state, declining and dormant together. @param {Link} link @returns {Exclude<LinkState, "declining">} */
export function styleOfLink(link) {
  return link.state === "declining" ? "dormant" : link.state;
}

/**
 * Return the test that a suggestion passes the filters.
 * @param {{kind: string, country: string, theme: string, min: number|null}} filters
 */
export function passes(filters) {
  const { kind, country, theme, min } = filters;
  const has = (/** @type {Organisation} */ { offers, seeks, inferred: more }) =>
    offers.includes(theme) || seeks.includes(theme) || more.some((one) => one.theme === theme);
  return (/** @type {Suggestion} */ one) =>
    (!kind || (kind === "ask" ? one.ask : one.kind === kind && !one.ask)) &&
    (!country || one.organisation.country === country || one.candidate.country === country) &&
    (!theme || one.themes.includes(theme) || (has(one.organisation) && has(one.candidate))) &&
    (min === null || one.score >= min);
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
