// Where communities stand: circles packed around the largest, each near those it has most ties with.

/** The angle between one member and the next: turned by it again and again, no two stand behind each other. */
const GOLDEN = Math.PI * (3 - Math.sqrt(5));
/** Stages are wider than high: so much more room is taken to the sides. */
const WIDE = 1.45;
const DIRECTIONS = 24;
/** So many circles are placed with care; further ones, which are the smallest, stand beside one other. */
const CAREFUL = 50;

/** @typedef {{x: number, y: number, r: number}} Circle */

/**
 * Return places for so many members around (0, 0), the first in the middle, each as far from the next as `step`.
 * @param {number} n
 * @param {number} step
 */
export function seeds(n, step) {
  return Array.from({ length: n }, (_, i) => {
    const far = step * 0.9 * Math.sqrt(i);
    return { x: far * Math.cos(i * GOLDEN), y: far * Math.sin(i * GOLDEN) };
  });
}

/**
 * Give members the seeds of their circle: the first the middle, the others ring by ring, in each ring the one that
 * looks furthest round the circle the seed that lies there, so that lines to others leave on the side they go to.
 * @param {(number|null)[]} directions where each member's partners elsewhere are, as an angle; null has none
 * @param {number} step
 */
export function seat(directions, step) {
  const places = seeds(directions.length, step);
  /** @type {{x: number, y: number}[]} */
  const seats = places.slice();
  for (let start = 1, ring = 1; start < places.length; start += ring * 6, ring += 1) {
    const at = places.map((_, i) => i).slice(start, start + ring * 6);
    const around = at.slice().sort((one, other) => angle(places[one]) - angle(places[other]));
    const wish = (/** @type {number} */ i) => directions[i] ?? angle(places[i]);
    const sorted = at.slice().sort((one, other) => wish(one) - wish(other) || one - other);
    // The ring is turned to where its members are nearest to what they look at.
    let [best, least] = [0, Infinity];
    for (let turn = 0; turn < sorted.length; turn += 1) {
      const cost = sorted.reduce((sum, one, i) => sum - Math.cos(wish(one) - angle(places[around[(i + turn) % around.length]])), 0);
      if (cost < least - 1e-9) [best, least] = [turn, cost];
    }
    sorted.forEach((one, i) => {
      seats[one] = places[around[(i + best) % around.length]];
    });
  }
  return seats;
}

/** @param {{x: number, y: number}} place */
function angle({ x, y }) {
  return Math.atan2(y, x);
}

/**
 * Pack circles, the first in the middle; none overlaps another. Every next one stands beside one or two that stand
 * already, where its ties are shortest and the middle is near.
 * @param {number[]} radii the largest first
 * @param {[number, number, number][]} ties two circles by their positions, and how strongly they belong together
 * @param {number} gap the least distance of two
 * @returns {Circle[]}
 */
export function pack(radii, ties, gap) {
  /** @type {Map<number, number>[]} */
  const beside = radii.map(() => new Map());
  for (const [a, b, n] of ties) {
    beside[a].set(b, n);
    beside[b].set(a, n);
  }
  /** @type {Circle[]} */
  const placed = [];
  radii.forEach((r, at) => {
    let best = { x: 0, y: 0, r };
    let least = Infinity;
    const all = Array.from(beside[at].values()).reduce((sum, n) => sum + n, 0) || 1;
    for (const spot of spots(placed, r + gap, at < CAREFUL)) {
      let cost = 1.2 * Math.hypot(spot.x / WIDE, spot.y);
      for (const [other, n] of beside[at]) {
        if (cost >= least - 1e-6) break;
        if (other < at) cost += (n / all) * Math.hypot(placed[other].x - spot.x, placed[other].y - spot.y);
      }
      if (cost < least - 1e-6 && !placed.some((one) => overlap(one, spot, r + gap))) {
        least = cost;
        best = { ...spot, r };
      }
    }
    placed.push(best);
  });
  return placed;
}

/** Tell whether a circle at a spot would come nearer to another than its reach. @param {Circle} one @param {{x: number, y: number}} spot @param {number} reach */
function overlap(one, spot, reach) {
  const [dx, dy, least] = [one.x - spot.x, one.y - spot.y, one.r + reach - 1e-6];
  return dx * dx + dy * dy < least * least;
}

/**
 * Yield the places of a circle that touches one circle or, with care, two; its own radius (and the gap) given.
 * @param {Circle[]} placed
 * @param {number} reach
 * @param {boolean} careful
 */
function* spots(placed, reach, careful) {
  const directions = careful ? DIRECTIONS : DIRECTIONS / 2;
  for (const [i, one] of placed.entries()) {
    const far = one.r + reach;
    for (let turn = 0; turn < directions; turn += 1) {
      const angle = (2 * Math.PI * turn) / directions;
      yield { x: one.x + far * Math.cos(angle), y: one.y + far * Math.sin(angle) };
    }
    if (!careful) continue;
    for (let j = i + 1; j < placed.length; j += 1) {
      const other = placed[j];
      const [dx, dy] = [other.x - one.x, other.y - one.y];
      const between = Math.hypot(dx, dy);
      const otherFar = other.r + reach;
      if (between === 0 || between > far + otherFar) continue;
      const along = (far * far - otherFar * otherFar + between * between) / (2 * between);
      const square = far * far - along * along;
      if (square < 0) continue;
      const up = Math.sqrt(square);
      for (const side of [1, -1]) {
        yield { x: one.x + (along * dx - side * up * dy) / between, y: one.y + (along * dy + side * up * dx) / between };
      }
    }
  }
}
