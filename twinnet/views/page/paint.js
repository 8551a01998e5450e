// Painting a scene on a canvas: the land, lines as great circles, marks and their names. The map on the screen and the
// picture on paper are painted by the same hand.
import { LINES, MARKS, greatCircle, polygons, traceGlyph, traceMark } from "./shapes.js";
import { placeLabels } from "./labels.js";

/** The world at zoom 0 is so many pixels wide. */
export const WORLD = 256;
/** So far a second line of one pair is bent aside in its middle, in parts of its length. */
const BEND = 0.07;
/** More lines of one style than this are not drawn at once: a fair sample of them is. */
export const MOST_LINES = 1500;

const FEW_LINES = 20;

const ORDER = /** @type {LineStyle[]} */ (["ended", "unknown", "dormant", "active", "develop", "revitalise", "start"]);
const SUGGESTED = new Set(["develop", "revitalise", "start"]);
const STEEPEST = 85.05;

/**
 * Where on the canvas the world lies: `scale` pixels for one of zoom 0, and which pixel of the world is its corner.
 * `seen` is the part of the canvas that is looked at; names are placed whole inside it.
 * @typedef {{scale: number, left: number, top: number, width: number, height: number, ratio: number,
 *   seen: {x: number, y: number, w: number, h: number}}} Window
 * @typedef {{town: Organisation, strong: boolean, radius: number, faint: boolean, label: boolean}} Shown
 * @typedef {{line: Line, points: Float64Array, shift: number, box: number[]}} Path
 * @typedef {{paths: Path[], towns: (Shown & {x: number, y: number})[], dots: Float64Array, seam: number, drawn: string[],
 *   sampled: {style: LineStyle, n: number, all: number}[]}} Scene
 */

/** Return a place's pixel at zoom 0. @param {number} latitude @param {number} longitude @returns {[number, number]} */
export function project(latitude, longitude) {
  const angle = (Math.max(-STEEPEST, Math.min(STEEPEST, latitude)) * Math.PI) / 180;
  return [((longitude + 180) / 360) * WORLD, WORLD / 2 - (WORLD / (2 * Math.PI)) * Math.log(Math.tan(Math.PI / 4 + angle / 2))];
}

/** Return latitude and longitude of a pixel at zoom 0. @param {number} x @param {number} y @returns {[number, number]} */
export function unproject(x, y) {
  const angle = 2 * Math.atan(Math.exp(((WORLD / 2 - y) * 2 * Math.PI) / WORLD)) - Math.PI / 2;
  return [(angle * 180) / Math.PI, (x / WORLD) * 360 - 180];
}

/**
 * Return the longitude at which the world is cut open: in the widest gap between the places. Places west of it are
 * drawn 360 degrees further east, so that a network on both sides of the date line stays together.
 * @param {number[]} longitudes
 */
export function seamOf(longitudes) {
  if (longitudes.length < 2) return -180;
  const sorted = Float64Array.from(longitudes).sort();
  let [widest, seam] = [sorted[0] + 360 - sorted[sorted.length - 1], -180];
  for (let i = 1; i < sorted.length; i += 1) {
    const gap = sorted[i] - sorted[i - 1];
    if (gap > widest + 1e-9) [widest, seam] = [gap, (sorted[i] + sorted[i - 1]) / 2];
  }
  return seam;
}

/** @type {WeakMap<Organisation, Map<Organisation, Float64Array>>} */
const kept = new WeakMap();

/** Return the pixels at zoom 0 of the great circle between two towns, x and y by turns. @param {Organisation} a @param {Organisation} b */
function arc(a, b) {
  let of = kept.get(a);
  if (!of) kept.set(a, (of = new Map()));
  let points = of.get(b);
  if (!points) {
    points = Float64Array.from(greatCircle(a, b).flatMap(([latitude, longitude]) => project(latitude, longitude)));
    of.set(b, points);
  }
  return points;
}

/**
 * Bend a line aside, so that several lines of one pair do not lie on each other: the second to one side, the third to
 * the other, and so on.
 * @param {Float64Array} points x and y by turns
 * @param {number} nth 0 for the first line, which stays as it is
 */
export function bend(points, nth) {
  if (nth === 0) return points;
  const [x, y] = [points[0], points[1]];
  const [across, down] = [points[points.length - 2] - x, points[points.length - 1] - y];
  // From west to east, whichever end the line begins with.
  const side = (across < 0 || (across === 0 && down < 0) ? -1 : 1) * (nth % 2 ? 1 : -1) * Math.ceil(nth / 2) * BEND;
  const most = Math.max(points.length / 2 - 1, 12);
  const bent = new Float64Array(2 * (most + 1));
  for (let i = 0; i <= most; i += 1) {
    const at = (i / most) * (points.length / 2 - 1);
    const [from, part] = [Math.min(Math.floor(at), points.length / 2 - 2), at - Math.min(Math.floor(at), points.length / 2 - 2)];
    const out = side * Math.sin((Math.PI * i) / most);
    bent[2 * i] = points[2 * from] + part * (points[2 * from + 2] - points[2 * from]) - out * down;
    bent[2 * i + 1] = points[2 * from + 1] + part * (points[2 * from + 3] - points[2 * from + 1]) + out * across;
  }
  return bent;
}

/** @param {Float64Array} points @param {number} shift */
function boxOf(points, shift) {
  let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 2) {
    west = Math.min(west, points[i]);
    east = Math.max(east, points[i]);
    north = Math.min(north, points[i + 1]);
    south = Math.max(south, points[i + 1]);
  }
  return [west + shift, north, east + shift, south];
}

/**
 * Make a scene ready to be painted: everything at zoom 0.
 * @param {{lines: Line[], towns: Shown[], dots?: number[]}} given `dots` are latitudes and longitudes by turns, in hundredths
 * @returns {Scene}
 */
export function prepare({ lines, towns, dots = [] }) {
  const near = towns.filter((one) => !one.faint);
  const seam = seamOf((near.length > 1 ? near : towns).map(({ town }) => town.longitude));
  /** @param {number} longitude */
  const east = (longitude) => (longitude < seam ? longitude + 360 : longitude);
  /** @type {Path[]} */
  const paths = [];
  /** How many lines of a pair there are already. @type {Map<string, number>} */
  const pairs = new Map();
  for (const line of lines) {
    const pair = line.a.at < line.b.at ? `${line.a.at} ${line.b.at}` : `${line.b.at} ${line.a.at}`;
    const nth = pairs.get(pair) ?? 0;
    pairs.set(pair, nth + 1);
    const points = bend(arc(line.a, line.b), nth);
    const starts = ((east(line.a.longitude) - line.a.longitude) / 360) * WORLD;
    const [end] = project(0, east(line.b.longitude));
    paths.push({ line, points, shift: starts, box: boxOf(points, starts) });
    // A line over the seam is drawn from both of its ends.
    const ends = end - points[points.length - 2];
    if (Math.abs(ends - starts) > 1) paths.push({ line, points, shift: ends, box: boxOf(points, ends) });
  }
  const spots = new Float64Array(dots.length);
  for (let i = 0; i < dots.length; i += 2) {
    const [x, y] = project(dots[i] / 100, east(dots[i + 1] / 100));
    spots[i] = x;
    spots[i + 1] = y;
  }
  return {
    paths, seam, dots: spots, drawn: [], sampled: [],
    towns: towns.map((one) => {
      const [x, y] = project(one.town.latitude, east(one.town.longitude));
      return { ...one, x, y };
    }),
  };
}

/** Return the copies of the world that the canvas sees, as pixels to the right. @param {Window} view @param {number} [reach] */
export function copies(view, reach = 0) {
  const wide = WORLD * view.scale;
  const found = [];
  for (let k = Math.floor(view.left / wide) - reach; k <= Math.floor((view.left + view.width) / wide); k += 1) found.push(k * wide);
  return found;
}

/** @type {WeakMap<Topology, Path2D>} */
const lands = new WeakMap();

/** Paint the land. @param {CanvasRenderingContext2D} context @param {Topology} topology @param {Window} view @param {Record<string, string>} look */
export function paintLand(context, topology, view, look) {
  let land = lands.get(topology);
  if (!land) {
    land = new Path2D();
    for (const { geometry } of polygons(topology)) {
      for (const ring of geometry.coordinates.flat()) {
        ring.forEach(([longitude, latitude], i) => {
          const [x, y] = project(latitude, longitude);
          if (i === 0) land?.moveTo(x, y);
          else land?.lineTo(x, y);
        });
        land.closePath();
      }
    }
    lands.set(topology, land);
  }
  context.fillStyle = look.land;
  context.strokeStyle = look.border;
  context.lineJoin = "round";
  for (const right of copies(view, 1)) {
    context.save();
    context.translate(right - view.left, -view.top);
    context.scale(view.scale, view.scale);
    context.lineWidth = 0.8 / view.scale;
    context.fill(land);
    context.stroke(land);
    context.restore();
  }
}

/**
 * Paint lines, marks and names.
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 * @param {Window} view
 * @param {{look: Record<string, string>, covered?: {x: number, y: number, w: number, h: number}[], names?: {size: number, most: number}}} options
 *   `covered` are places of the canvas where no name can be read
 */
export function paintScene(context, scene, view, { look, covered = [], names = { size: 12, most: 60 } }) {
  const worlds = copies(view, 1);
  paintDots(context, scene, view, look, worlds);
  paintLines(context, scene, view, look, worlds);
  paintMarks(context, scene, view, look, worlds);
  paintNames(context, scene, view, { look, covered, names, worlds });
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene @param {Window} view @param {Record<string, string>} look @param {number[]} worlds */
function paintDots(context, { dots }, view, look, worlds) {
  context.globalAlpha = 0.5;
  context.fillStyle = look.dot;
  for (const right of worlds) {
    for (let i = 0; i < dots.length; i += 2) {
      const [x, y] = [dots[i] * view.scale + right - view.left, dots[i + 1] * view.scale - view.top];
      if (x > 0 && y > 0 && x < view.width && y < view.height) context.fillRect(x - 1, y - 1, 2, 2);
    }
  }
  context.globalAlpha = 1;
}

/** Tell whether a path is on the canvas. @param {Path} path @param {Window} view @param {number} right */
function visible({ box }, view, right) {
  const [west, north, east, south] = box;
  return east * view.scale + right > view.left && west * view.scale + right < view.left + view.width &&
    south * view.scale > view.top && north * view.scale < view.top + view.height;
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene @param {Window} view @param {Record<string, string>} look @param {number[]} worlds */
function paintLines(context, scene, view, look, worlds) {
  scene.sampled = [];
  for (const style of ORDER) {
    const found = [];
    for (const right of worlds) {
      for (const path of scene.paths) if (path.line.style === style && visible(path, view, right)) found.push({ path, right });
    }
    if (found.length === 0) continue;
    const every = Math.ceil(found.length / MOST_LINES);
    const shown = every === 1 ? found : found.filter((_, i) => i % every === 0);
    if (every > 1) scene.sampled.push({ style, n: shown.length, all: found.length });
    const { dash, width, opacity } = LINES[style];
    const many = shown.length > 300;
    const trace = () => {
      context.beginPath();
      for (const { path, right } of shown) traceLine(context, path, view, right);
    };
    context.lineCap = "butt";
    if (SUGGESTED.has(style) && !many) {
      trace();
      context.setLineDash([]);
      context.strokeStyle = look.land;
      context.globalAlpha = 0.75;
      context.lineWidth = width + 2.4;
      context.stroke();
    }
    context.setLineDash(dash);
    context.strokeStyle = look[style];
    context.globalAlpha = many ? opacity * 0.55 : opacity;
    context.lineWidth = many ? Math.min(width, 1) : width;
    // One path of very many lines is slow to stroke.
    for (let i = 0; i < shown.length; i += 100) {
      context.beginPath();
      for (const { path, right } of shown.slice(i, i + 100)) traceLine(context, path, view, right);
      context.stroke();
    }
    context.setLineDash([]);
    context.globalAlpha = 1;
    // Among few lines a small shape says the kind without colour; among many it would be one more thing to look at.
    if (SUGGESTED.has(style) && shown.length <= FEW_LINES) for (const one of shown) paintGlyph(context, one, view, look);
  }
}

/** @param {CanvasRenderingContext2D} context @param {Path} path @param {Window} view @param {number} right */
function traceLine(context, { points, shift }, view, right) {
  const [across, down] = [shift * view.scale + right - view.left, -view.top];
  context.moveTo(points[0] * view.scale + across, points[1] * view.scale + down);
  for (let i = 2; i < points.length; i += 2) context.lineTo(points[i] * view.scale + across, points[i + 1] * view.scale + down);
}

/** A small shape in the middle of a suggestion's line says its kind without colour. @param {CanvasRenderingContext2D} context @param {{path: Path, right: number}} one @param {Window} view @param {Record<string, string>} look */
function paintGlyph(context, { path, right }, view, look) {
  const { points, shift, box } = path;
  if (Math.hypot(box[2] - box[0], box[3] - box[1]) * view.scale < 70) return;
  const [mx, my] = middle(points);
  const [x, y] = [(mx + shift) * view.scale + right - view.left, my * view.scale - view.top];
  const colour = look[path.line.style];
  traceGlyph(context, path.line.style, x, y, 4.6);
  context.fillStyle = path.line.style === "revitalise" ? look.land : colour;
  context.strokeStyle = path.line.style === "revitalise" ? colour : look.land;
  context.lineWidth = path.line.style === "revitalise" ? 2 : 1.4;
  context.fill();
  context.stroke();
}

/** @param {Float64Array} points @returns {[number, number]} */
export function middle(points) {
  const at = (points.length / 2 - 1) / 2;
  const [one, other] = [2 * Math.floor(at), 2 * Math.ceil(at)];
  return [(points[one] + points[other]) / 2, (points[one + 1] + points[other + 1]) / 2];
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene @param {Window} view @param {Record<string, string>} look @param {number[]} worlds */
function paintMarks(context, { towns }, view, look, worlds) {
  /** @type {Map<string, HTMLCanvasElement>} */
  const stamps = new Map();
  for (const right of worlds) {
    paintSpecks(context, towns, view, look, right);
    // The first of the towns is drawn last, so over all others.
    for (let i = towns.length - 1; i >= 0; i -= 1) {
      const { town, x: east, y: south, radius, faint, strong } = towns[i];
      if (faint && radius < SPECK) continue;
      const [x, y] = [east * view.scale + right - view.left, south * view.scale - view.top];
      if (x < -20 || y < -20 || x > view.width + 20 || y > view.height + 20) continue;
      if (faint) {
        const key = `${town.region} ${radius}`;
        let stamp = stamps.get(key);
        if (!stamp) stamps.set(key, (stamp = stampOf(town.region, radius, look, view.ratio)));
        const half = stamp.width / view.ratio / 2;
        context.drawImage(stamp, x - half, y - half, 2 * half, 2 * half);
        continue;
      }
      if (strong) {
        context.beginPath();
        context.arc(x, y, radius + 6, 0, 2 * Math.PI);
        context.lineWidth = 3;
        context.strokeStyle = look.accent;
        context.stroke();
      }
      traceMark(context, MARKS[town.region], x, y, radius);
      context.fillStyle = look[town.region];
      context.strokeStyle = look.halo;
      context.lineWidth = 1.3;
      context.fill();
      context.stroke();
    }
  }
}

/** Faint marks smaller than this have no shape that could be seen: a speck does. */
const SPECK = 2;

/** @param {CanvasRenderingContext2D} context @param {Scene["towns"]} towns @param {Window} view @param {Record<string, string>} look @param {number} right */
function paintSpecks(context, towns, view, look, right) {
  context.globalAlpha = 0.42;
  for (const region of /** @type {Region[]} */ (["other", "old", "see"])) {
    context.fillStyle = look[region];
    for (const { town, x: east, y: south, radius, faint } of towns) {
      if (!faint || radius >= SPECK || town.region !== region) continue;
      const [x, y] = [east * view.scale + right - view.left, south * view.scale - view.top];
      if (x > 0 && y > 0 && x < view.width && y < view.height) context.fillRect(x - 1, y - 1, 2, 2);
    }
  }
  context.globalAlpha = 1;
}

/** Return a faint mark on a canvas of its own: thousands of them are stamped, not drawn. @param {Region} region @param {number} radius @param {Record<string, string>} look @param {number} ratio */
function stampOf(region, radius, look, ratio) {
  const stamp = document.createElement("canvas");
  const size = 2 * Math.ceil(radius * 1.3 + 1);
  stamp.width = stamp.height = Math.ceil(size * ratio);
  const context = /** @type {CanvasRenderingContext2D} */ (stamp.getContext("2d"));
  context.scale(ratio, ratio);
  traceMark(context, MARKS[region], size / 2, size / 2, radius);
  context.globalAlpha = 0.5;
  context.fillStyle = look[region];
  context.fill();
  return stamp;
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene @param {Window} view @param {{look: Record<string, string>, covered: {x: number, y: number, w: number, h: number}[], names: {size: number, most: number}, worlds: number[]}} options */
function paintNames(context, scene, view, { look, covered, names, worlds }) {
  const marks = [];
  const labels = [];
  for (const right of worlds) {
    for (const { town, x: east, y: south, radius, faint, strong, label } of scene.towns) {
      if (faint) continue;
      const [x, y] = [east * view.scale + right - view.left, south * view.scale - view.top];
      if (x < -20 || y < -20 || x > view.width + 20 || y > view.height + 20) continue;
      const reach = strong ? radius + 7 : radius;
      const mark = { x, y, radius: reach };
      marks.push(mark);
      if (label) labels.push({ mark, text: town.name, size: strong ? names.size + 2 : names.size, strong });
    }
  }
  const placed = placeLabels(labels, { marks, covered, seen: view.seen, most: names.most, width: (text, font) => measure(context, text, font) });
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.lineJoin = "round";
  context.strokeStyle = look.halo;
  context.lineWidth = 3.6;
  for (const { lines, font, size, fits } of placed) {
    context.font = font;
    context.fillStyle = look.text;
    lines.forEach((words, i) => {
      const y = fits.y + size * 1.18 * (i + 0.5);
      context.strokeText(words.text, words.x, y);
      context.fillText(words.text, words.x, y);
    });
  }
  scene.drawn = placed.map(({ lines }) => lines.map((words) => words.text).join(" "));
}

/** @type {Map<string, number>} */
const widths = new Map();

/** @param {CanvasRenderingContext2D} context @param {string} text @param {string} font */
function measure(context, text, font) {
  const key = `${font} ${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    context.font = font;
    width = context.measureText(text).width;
    if (widths.size > 20000) widths.clear();
    widths.set(key, width);
  }
  return width;
}

/**
 * Return the view that brings places together: what lies far from the others is left outside where all the others
 * would become small for its sake.
 * @param {{x: number, y: number}[]} places at zoom 0, the first the most important
 * @param {{width: number, height: number, deepest?: number}} room pixels, and the largest zoom
 * @returns {{x: number, y: number, zoom: number}} the middle at zoom 0, and the zoom
 */
export function frame(places, { width, height, deepest = 6 }) {
  /** @param {{x: number, y: number}[]} some */
  const fit = (some) => {
    let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const { x, y } of some) {
      west = Math.min(west, x);
      east = Math.max(east, x);
      north = Math.min(north, y);
      south = Math.max(south, y);
    }
    const scale = Math.min(width / Math.max(east - west, 1e-6), height / Math.max(south - north, 1e-6));
    return { x: (west + east) / 2, y: (north + south) / 2, zoom: Math.min(deepest, Math.log2(scale)) };
  };
  const whole = fit(places);
  const close = Math.log2(width / WIDE);
  if (places.length < 4 || whole.zoom >= close) return whole;
  const from = { x: median(places.map(({ x }) => x)), y: median(places.map(({ y }) => y)) };
  const near = places.slice(1).sort((one, other) => Math.hypot(one.x - from.x, one.y - from.y) - Math.hypot(other.x - from.x, other.y - from.y));
  const most = Math.floor(places.length * 0.35);
  for (let left = 1; left <= most; left += 1) {
    const some = fit([places[0], ...near.slice(0, near.length - left)]);
    if (some.zoom >= close || (left === most && some.zoom > whole.zoom + 1)) return some;
  }
  return whole;
}

/** A view of so many pixels of zoom 0, about 80 degrees, is close enough to read. */
const WIDE = 58;

/** @param {number[]} values */
function median(values) {
  return values.sort((one, other) => one - other)[Math.floor(values.length / 2)];
}
