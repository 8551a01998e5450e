// Shapes, dashes and colours: each meaning has its own of all three.

/** Lines by meaning: dashes in pixels, width, opacity. @type {Record<LineStyle, {dash: number[], width: number, opacity: number}>} */
export const LINES = {
  active: { dash: [], width: 1.6, opacity: 0.85 },
  dormant: { dash: [8, 5], width: 1.6, opacity: 0.85 },
  unknown: { dash: [2, 4], width: 1.9, opacity: 0.95 },
  ended: { dash: [2, 9], width: 1.4, opacity: 0.8 },
  start: { dash: [14, 4], width: 2.6, opacity: 0.92 },
  revitalise: { dash: [3, 4], width: 3, opacity: 0.95 },
  develop: { dash: [12, 4, 2.5, 4], width: 2.6, opacity: 0.95 },
};

/** Marks by region. @type {Record<Region, Mark>} */
export const MARKS = { old: "circle", other: "square", see: "triangle" };

/**
 * Trace a mark on a canvas.
 * @param {CanvasRenderingContext2D} context
 * @param {Mark} shape
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 */
export function traceMark(context, shape, x, y, radius) {
  context.beginPath();
  if (shape === "square") {
    const half = radius * 0.88;
    context.rect(x - half, y - half, 2 * half, 2 * half);
  } else if (shape === "triangle") {
    const r = radius * 1.25;
    context.moveTo(x, y - r);
    context.lineTo(x + r * 0.9, y + r * 0.7);
    context.lineTo(x - r * 0.9, y + r * 0.7);
    context.closePath();
  } else {
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
}

/**
 * Trace the small shape in the middle of a suggestion's line: a diamond for a new one, a ring for one to revive, a
 * triangle for one to develop.
 * @param {CanvasRenderingContext2D} context
 * @param {LineStyle} style
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 */
export function traceGlyph(context, style, x, y, radius) {
  const corners = GLYPHS[style];
  context.beginPath();
  if (!corners) {
    context.arc(x, y, radius * 0.8, 0, 2 * Math.PI);
    return;
  }
  corners.forEach(([dx, dy], i) => (i === 0 ? context.moveTo(x + dx * radius, y + dy * radius) : context.lineTo(x + dx * radius, y + dy * radius)));
  context.closePath();
}

/** Corners of those shapes; a style without corners has a ring. @type {Partial<Record<LineStyle, [number, number][]>>} */
export const GLYPHS = {
  start: [[0, -1.1], [1.1, 0], [0, 1.1], [-1.1, 0]],
  develop: [[-0.95, 0.8], [0.95, 0.8], [0, -0.95]],
};

/** Return the page's colours as they are now (light or dark). */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const names = [
    "land", "border", "sea", "text", "muted", "surface", "halo", "dot", "accent",
    "old", "other", "see", "active", "dormant", "unknown", "ended", "start", "revitalise", "develop",
  ];
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

/**
 * Return points of the great circle between two places as [latitude, longitude], longitudes running on over the date
 * line.
 * @param {Position} a
 * @param {Position} b
 * @returns {[latitude: number, longitude: number][]}
 */
export function greatCircle(a, b) {
  const rad = Math.PI / 180;
  const vector = (/** @type {Position} */ { latitude, longitude }) => [
    Math.cos(latitude * rad) * Math.cos(longitude * rad),
    Math.cos(latitude * rad) * Math.sin(longitude * rad),
    Math.sin(latitude * rad),
  ];
  const [p, q] = [vector(a), vector(b)];
  const angle = Math.acos(Math.min(1, Math.max(-1, p[0] * q[0] + p[1] * q[1] + p[2] * q[2])));
  const steps = Math.max(1, Math.ceil(angle / 0.02));
  if (angle < 1e-9 || Math.PI - angle < 1e-6) return [[a.latitude, a.longitude], [b.latitude, b.longitude]];
  /** @type {[number, number][]} */
  const points = [];
  let before = a.longitude;
  for (let i = 0; i <= steps; i += 1) {
    const [u, v] = [Math.sin((1 - i / steps) * angle) / Math.sin(angle), Math.sin((i / steps) * angle) / Math.sin(angle)];
    const [x, y, z] = p.map((value, axis) => u * value + v * q[axis]);
    let longitude = Math.atan2(y, x) / rad;
    longitude += 360 * Math.round((before - longitude) / 360);
    before = longitude;
    points.push([Math.atan2(z, Math.hypot(x, y)) / rad, longitude]);
  }
  return points;
}

/**
 * Return the polygons of a TopoJSON object as GeoJSON.
 * @param {Topology} topology
 * @returns {import("geojson").Feature<import("geojson").MultiPolygon>[]}
 */
export function polygons(topology) {
  const { scale, translate } = topology.transform;
  const arcs = topology.arcs.map((arc) => {
    let [x, y] = [0, 0];
    return arc.map(([dx, dy]) => {
      x += dx;
      y += dy;
      return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
    });
  });
  const line = (/** @type {number} */ at) => (at < 0 ? arcs[~at].slice().reverse() : arcs[at]);
  // A ring that crosses the date line runs on beyond 180 degrees instead of back around the world.
  const ring = (/** @type {number[]} */ parts) => {
    /** @type {number | null} */
    let before = null;
    return parts.flatMap((at, i) => (i === 0 ? line(at) : line(at).slice(1))).map(([longitude, latitude]) => {
      before = before === null ? longitude : longitude + 360 * Math.round((before - longitude) / 360);
      return [before, latitude];
    });
  };
  return topology.objects.land.geometries
    .filter((shape) => shape.type === "Polygon" || shape.type === "MultiPolygon")
    .map((shape) => ({
      type: "Feature",
      properties: {},
      geometry: {
        type: "MultiPolygon",
        coordinates: (shape.type === "Polygon" ? [shape.arcs] : shape.arcs).map((rings) => rings.map(ring)),
      },
    }));
}
