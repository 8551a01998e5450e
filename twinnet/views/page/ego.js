// Where the organisations of one town's network stand.

/** So many partners' partners are drawn at most. */
const OUTER = 90;
/** With more than this in the inner ring names are written outwards, each along its own ray. */
export const CROWDED = 14;
/** Room, in pixels, for a name along its ray, and at the edge. */
const NAME = 104;
const EDGE = 22;
/** Names along their rays are read where so many pixels lie between two. */
const LEGIBLE = 9;
/** @type {Region[]} */
const ORDER = ["old", "other", "see"];

/**
 * @typedef {object} Placed
 * @property {Organisation} town
 * @property {number} x pixels to the right of the middle
 * @property {number} y pixels below it
 * @property {number} ring 0 for the town itself, 1 for its partners and suggestions, 2 for their partners
 */

/**
 * Place the ego network of a town: itself in the middle, partners and suggestions around it by region and country,
 * their partners in an outer ring, each near those it belongs to.
 * @param {Organisation} town
 * @param {object} options
 * @param {boolean} options.outer
 * @param {Suggestion[]} options.suggestions
 * @param {(link: Link) => boolean} [options.passes] links that don't pass are left out
 * @param {number} [options.width] of the stage, in pixels
 * @param {number} [options.height]
 * @returns {{nodes: Placed[], edges: Edge[], left: number, spacing: number[], legible: boolean}} `left` tells how many of the outer
 *   ring are left out, `spacing` how far neighbours of each ring stand from each other, `legible` whether names have room
 */
export function ego(town, { outer, suggestions, passes = () => true, width = 900, height = 720 }) {
  /** @param {Organisation} one */
  const edgesOf = (one) => one.edges.filter((edge) => edge.links.some(passes));
  const around = new Set(edgesOf(town).map((edge) => (edge.a === town ? edge.b : edge.a)));
  for (const one of suggestions) around.add(one.organisation === town ? one.candidate : one.organisation);
  around.delete(town);
  const inner = Array.from(around).sort((one, other) =>
    ORDER.indexOf(one.region) - ORDER.indexOf(other.region) || compare(one.country ?? "", other.country ?? "") ||
    compare(one.name, other.name) || compare(one.id, other.id));
  const further = outer ? beyond(town, inner, edgesOf) : [];
  const chosen = further.slice(0, OUTER);

  const [wide, high] = [Math.max(width, 240) / 2, Math.max(height, 240) / 2];
  const far = chosen.length > 0 ? EDGE + (width > 560 ? NAME * 0.75 : 0) : EDGE;
  /** @param {number} side */
  const named = (side) => Math.max(side - far - NAME, (side - far) * 0.42);
  // Where names cannot be told from each other anyway the ring takes their room.
  const legible = Math.PI * (named(wide) + named(high)) > inner.length * LEGIBLE;
  /** @param {number} side */
  const radius = (side) => {
    if (inner.length > CROWDED) return legible || chosen.length > 0 ? named(side) : side - EDGE;
    return chosen.length > 0 ? (side - far) * 0.58 : side - EDGE - 34;
  };
  const places = ellipse(inner.length, radius(wide), radius(high));
  /** @type {Placed[]} */
  const nodes = [{ town, x: 0, y: 0, ring: 0 }, ...inner.map((one, i) => ({ town: one, ...places[i], ring: 1 }))];

  const at = new Map(inner.map((one, i) => [one, places[i]]));
  const ring = chosen.map(([one, parents]) => {
    const [x, y] = parents.reduce((sum, parent) => [sum[0] + (at.get(parent)?.x ?? 0) / wide, sum[1] + (at.get(parent)?.y ?? 0) / high], [0, 0]);
    return { one, turn: turned(x, y) };
  }).sort((p, q) => p.turn - q.turn || compare(p.one.id, q.one.id));
  const outside = ellipse(ring.length, wide - far, high - far);
  ring.forEach(({ one }, i) => nodes.push({ town: one, ...outside[i], ring: 2 }));

  const shown = new Map(nodes.map((node) => [node.town, node.ring]));
  /** @type {Set<Edge>} */
  const edges = new Set();
  for (const node of nodes) {
    if (node.ring === 2) continue;
    for (const edge of edgesOf(node.town)) {
      if (shown.has(edge.a) && shown.has(edge.b)) edges.add(edge);
    }
  }
  return { nodes, edges: Array.from(edges), left: further.length - chosen.length, spacing: [0, gap(places), gap(outside)], legible };
}

/**
 * The partners of a town's partners, each with those it is a partner of; who has most of them first.
 * @param {Organisation} town
 * @param {Organisation[]} inner
 * @param {(one: Organisation) => Edge[]} edgesOf
 */
function beyond(town, inner, edgesOf) {
  const around = new Set(inner);
  /** @type {Map<Organisation, Organisation[]>} */
  const parents = new Map();
  for (const one of inner) {
    for (const edge of edgesOf(one)) {
      const next = edge.a === one ? edge.b : edge.a;
      if (next !== town && !around.has(next)) parents.set(next, [...(parents.get(next) ?? []), one]);
    }
  }
  return Array.from(parents)
    .sort(([one, ours], [other, theirs]) => theirs.length - ours.length || compare(one.name, other.name) || compare(one.id, other.id));
}

/** How far round from the top, clockwise, from 0 to 2 pi. @param {number} x @param {number} y */
function turned(x, y) {
  return (Math.atan2(x, -y) + 2 * Math.PI) % (2 * Math.PI);
}

/** Return places on an ellipse, evenly along its line, the first at the top and then clockwise. @param {number} n @param {number} rx @param {number} ry */
function ellipse(n, rx, ry) {
  const steps = 720;
  const point = (/** @type {number} */ step) => ({ x: rx * Math.sin((2 * Math.PI * step) / steps), y: -ry * Math.cos((2 * Math.PI * step) / steps) });
  const along = [0];
  for (let step = 1; step <= steps; step += 1) {
    const [here, before] = [point(step), point(step - 1)];
    along.push(along[step - 1] + Math.hypot(here.x - before.x, here.y - before.y));
  }
  let step = 0;
  return Array.from({ length: n }, (_, i) => {
    const asked = (along[steps] * i) / n;
    while (along[step + 1] <= asked) step += 1;
    return point(step + (asked - along[step]) / (along[step + 1] - along[step]));
  });
}

/** @param {{x: number, y: number}[]} places */
function gap(places) {
  return places.length < 2 ? Infinity : Math.hypot(places[1].x - places[0].x, places[1].y - places[0].y);
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
