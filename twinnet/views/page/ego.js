// Where the organisations of one town's network stand.

/** So many partners' partners are drawn at most. */
const OUTER = 90;
/** More than this in the inner ring stand by turns nearer and further out. */
const CROWDED = 12;
/** @type {Region[]} */
const ORDER = ["old", "other", "see"];

/**
 * @typedef {object} Placed
 * @property {Organisation} town
 * @property {number} x
 * @property {number} y
 * @property {number} ring 0 for the town itself, 1 for its partners and suggestions, 2 for their partners
 */

/**
 * Place the ego network of a town: itself in the middle, partners and suggestions around it by region and country,
 * their partners in an outer ring, each near those it belongs to.
 * @param {Organisation} town
 * @param {{outer: boolean, suggestions: Suggestion[], passes?: (link: Link) => boolean}} options links that don't pass are left out
 * @returns {{nodes: Placed[], edges: Edge[], left: number}} `left` tells how many of the outer ring are left out
 */
export function ego(town, { outer, suggestions, passes = () => true }) {
  /** @param {Organisation} one */
  const edgesOf = (one) => one.edges.filter((edge) => edge.links.some(passes));
  const around = new Set(edgesOf(town).map((edge) => (edge.a === town ? edge.b : edge.a)));
  for (const one of suggestions) around.add(one.organisation === town ? one.candidate : one.organisation);
  around.delete(town);
  const inner = Array.from(around).sort((one, other) =>
    ORDER.indexOf(one.region) - ORDER.indexOf(other.region) || compare(one.country ?? "", other.country ?? "") ||
    compare(one.name, other.name) || compare(one.id, other.id));
  const radius = Math.max(230, (inner.length * (inner.length > CROWDED ? 62 : 84)) / (2 * Math.PI));
  const angles = new Map(inner.map((one, i) => [one, (2 * Math.PI * i) / inner.length - Math.PI / 2]));
  /** @param {Organisation} one */
  const angle = (one) => /** @type {number} */ (angles.get(one));
  /** @type {Placed[]} */
  const nodes = [{ town, x: 0, y: 0, ring: 0 }];
  inner.forEach((one, i) => {
    const far = inner.length > CROWDED && i % 2 ? 1.2 : 1;
    nodes.push({ town: one, x: radius * 1.25 * far * Math.cos(angle(one)), y: radius * far * Math.sin(angle(one)), ring: 1 });
  });

  /** @type {Map<Organisation, Organisation[]>} */
  const parents = new Map();
  if (outer) {
    for (const one of inner) {
      for (const edge of edgesOf(one)) {
        const next = edge.a === one ? edge.b : edge.a;
        if (next !== town && !around.has(next)) parents.set(next, [...(parents.get(next) ?? []), one]);
      }
    }
  }
  const chosen = Array.from(parents)
    .sort(([one, ours], [other, theirs]) => theirs.length - ours.length || compare(one.name, other.name) || compare(one.id, other.id))
    .slice(0, OUTER);
  const ring = chosen.map(([one, of]) => {
    const [x, y] = of.reduce((sum, parent) => [sum[0] + Math.cos(angle(parent)), sum[1] + Math.sin(angle(parent))], [0, 0]);
    return { one, angle: Math.atan2(y, x) };
  }).sort((p, q) => p.angle - q.angle || compare(p.one.id, q.one.id));
  const wide = Math.max(radius * 1.2 + 170, (ring.length * 28) / (2 * Math.PI));
  ring.forEach(({ one }, i) => {
    const at = spread(ring, i);
    nodes.push({ town: one, x: wide * 1.25 * Math.cos(at), y: wide * Math.sin(at), ring: 2 });
  });

  const shown = new Set(nodes.map((node) => node.town));
  /** @type {Set<Edge>} */
  const edges = new Set();
  for (const one of shown) {
    for (const edge of edgesOf(one)) {
      if (shown.has(edge.a) && shown.has(edge.b)) edges.add(edge);
    }
  }
  return { nodes, edges: Array.from(edges), left: parents.size - chosen.length };
}

/** Spread the outer ring evenly, half way between where each would stand and an even division. @param {{angle: number}[]} ring @param {number} i */
function spread(ring, i) {
  const even = -Math.PI + (2 * Math.PI * (i + 0.5)) / ring.length;
  return ring.length > 24 ? even : (even + ring[i].angle) / 2;
}

/** @param {string} one @param {string} other */
function compare(one, other) {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** @type {LinkState[]} */
const LIVELY = ["active", "declining", "unknown", "dormant", "ended"];

/** The link of a line that lives most decides how the line is drawn. @param {Link[]} links */
export function liveliest(links) {
  return links.reduce((best, link) => (LIVELY.indexOf(link.state) < LIVELY.indexOf(best.state) ? link : best));
}
