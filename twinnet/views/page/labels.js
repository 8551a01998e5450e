// Names beside the marks of the map: none over another or over a mark, those that come first are placed first.

const FACE = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
const LONGEST = 18;
const LEADING = 1.18;

/**
 * @typedef {{x: number, y: number, w: number, h: number}} Box
 * @typedef {{x: number, y: number, radius: number}} Spot
 * @typedef {{mark: Spot, text: string, size: number, strong: boolean}} Label
 */

/**
 * Return a name in one or two lines of at most 18 letters or so, broken between words; what is left over is cut.
 * @param {string} text
 * @returns {string[]}
 */
export function shorten(text) {
  const letters = Array.from(text.trim());
  if (letters.length <= LONGEST) return [letters.join("")];
  const words = text.trim().match(/[^\s\-–/]*[\s\-–/]*/gu)?.filter(Boolean) ?? [];
  let first = "";
  while (words.length > 0 && Array.from(first + words[0]).length <= LONGEST) first += words.shift();
  if (!first) return [`${letters.slice(0, LONGEST - 1).join("")}…`];
  if (words.length === 0) return [first.trim()];
  const rest = Array.from(words.join("").trim());
  return [first.trim(), rest.length <= LONGEST ? rest.join("") : `${rest.slice(0, LONGEST - 1).join("").trim()}…`];
}

/**
 * Place labels: beside, above or below their mark, wherever there is room; the others are left out.
 * @param {Label[]} labels the most important first
 * @param {{marks: Spot[], covered: Box[], seen: Box, most: number, width: (text: string, font: string) => number}} room
 * @returns {{lines: {text: string, x: number}[], font: string, size: number, fits: Box}[]}
 */
export function placeLabels(labels, { marks, covered, seen, most, width }) {
  const taken = new Grid();
  for (const mark of marks) taken.add({ x: mark.x - mark.radius, y: mark.y - mark.radius, w: 2 * mark.radius, h: 2 * mark.radius }, mark);
  const placed = [];
  for (const { mark, text, size, strong } of labels) {
    if (placed.length >= most) break;
    if (mark.x < seen.x || mark.y < seen.y || mark.x > seen.x + seen.w || mark.y > seen.y + seen.h) continue;
    const font = `${strong ? 700 : 600} ${size}px ${FACE}`;
    const lines = shorten(text).map((words) => ({ text: words, w: width(words, font) }));
    const [w, h] = [Math.max(...lines.map((words) => words.w)), lines.length * size * LEADING];
    const fits = around(mark, w, h).find((box) => inside(box, seen) && !covered.some((other) => overlap(box, other)) && taken.free(box, mark));
    if (!fits) continue;
    taken.add(fits, null);
    const align = fits.x + w < mark.x ? 1 : fits.x > mark.x ? 0 : 0.5;
    placed.push({ lines: lines.map((words) => ({ text: words.text, x: fits.x + (w - words.w) * align })), font, size, fits });
  }
  return placed;
}

/** Where a label may stand, the best place first. @param {Spot} mark @param {number} w @param {number} h @returns {Box[]} */
function around({ x, y, radius }, w, h) {
  const gap = radius + 4;
  const slant = radius * 0.7 + 2;
  return [
    [x + gap, y - h / 2], [x - gap - w, y - h / 2], [x - w / 2, y - gap - h + 1], [x - w / 2, y + gap - 1],
    [x + slant, y - slant - h], [x + slant, y + slant], [x - slant - w, y - slant - h], [x - slant - w, y + slant],
  ].map(([left, top]) => ({ x: left, y: top, w, h }));
}

/** @param {Box} box @param {Box} seen */
function inside(box, seen) {
  return box.x > seen.x + 2 && box.y > seen.y + 2 && box.x + box.w < seen.x + seen.w - 2 && box.y + box.h < seen.y + seen.h - 2;
}

/** @param {Box} one @param {Box} other */
function overlap(one, other) {
  return one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h;
}

const CELL = 64;

/** Boxes by the cells they lie in, so that a label meets its neighbours alone. */
class Grid {
  constructor() {
    /** @type {Map<string, {box: Box, owner: Spot|null}[]>} */
    this.cells = new Map();
  }

  /** @param {Box} box @returns {string[]} */
  keys(box) {
    const found = [];
    for (let x = Math.floor(box.x / CELL); x <= Math.floor((box.x + box.w) / CELL); x += 1) {
      for (let y = Math.floor(box.y / CELL); y <= Math.floor((box.y + box.h) / CELL); y += 1) found.push(`${x} ${y}`);
    }
    return found;
  }

  /** @param {Box} box @param {Spot|null} owner */
  add(box, owner) {
    for (const key of this.keys(box)) {
      const cell = this.cells.get(key);
      if (cell) cell.push({ box, owner });
      else this.cells.set(key, [{ box, owner }]);
    }
  }

  /** Tell whether nothing but the mark itself is there. @param {Box} box @param {Spot} mark */
  free(box, mark) {
    return this.keys(box).every((key) => (this.cells.get(key) ?? []).every((one) => one.owner === mark || !overlap(box, one.box)));
  }
}
