// The network of one town: vis-network with positions computed here and physics off.
import { LINES, MARKS, colours } from "./shapes.js";
import { styleOf, styleOfLink } from "./data.js";
import { short } from "./text.js";

const OUTER = 90;
const VIS_SHAPES = { circle: "dot", square: "square", triangle: "triangle" };

/**
 * Place the ego network of a town: itself in the middle, partners and suggestions around it by region and country,
 * their partners in an outer ring, each near those it belongs to.
 * @returns {{nodes: {town: any, x: number, y: number, ring: number}[], edges: any[], left: number}}
 */
export function ego(town, { outer, suggestions }) {
  const around = new Set(town.edges.map((edge) => (edge.a === town ? edge.b : edge.a)));
  for (const one of suggestions) around.add(one.organisation === town ? one.candidate : one.organisation);
  around.delete(town);
  const order = ["old", "other", "see"];
  const inner = Array.from(around).sort((one, other) =>
    order.indexOf(one.region) - order.indexOf(other.region) || compare(one.countryName, other.countryName) ||
    compare(one.name, other.name) || compare(one.id, other.id));
  const radius = Math.max(230, (inner.length * 84) / (2 * Math.PI));
  const angles = new Map(inner.map((one, i) => [one, (2 * Math.PI * i) / inner.length - Math.PI / 2]));
  const nodes = [{ town, x: 0, y: 0, ring: 0 }];
  inner.forEach((one, i) => {
    const [angle, far] = [angles.get(one), inner.length > 12 && i % 2 ? 1.2 : 1];
    nodes.push({ town: one, x: radius * 1.25 * far * Math.cos(angle), y: radius * far * Math.sin(angle), ring: 1 });
  });

  const parents = new Map();
  if (outer) {
    for (const one of inner) {
      for (const edge of one.edges) {
        const next = edge.a === one ? edge.b : edge.a;
        if (next !== town && !around.has(next)) parents.set(next, [...(parents.get(next) ?? []), one]);
      }
    }
  }
  const chosen = Array.from(parents.keys())
    .sort((one, other) => parents.get(other).length - parents.get(one).length || compare(one.name, other.name) || compare(one.id, other.id))
    .slice(0, OUTER);
  const mean = (one) => {
    const sum = parents.get(one).reduce(([x, y], parent) => [x + Math.cos(angles.get(parent)), y + Math.sin(angles.get(parent))], [0, 0]);
    return Math.atan2(sum[1], sum[0]);
  };
  const ring = chosen.map((one) => ({ one, angle: mean(one) })).sort((p, q) => p.angle - q.angle || compare(p.one.id, q.one.id));
  const wide = Math.max(radius * 1.2 + 170, (ring.length * 28) / (2 * Math.PI));
  ring.forEach(({ one }, i) => {
    const angle = spread(ring, i);
    nodes.push({ town: one, x: wide * 1.25 * Math.cos(angle), y: wide * Math.sin(angle), ring: 2 });
  });

  const shown = new Set(nodes.map((node) => node.town));
  const edges = new Map();
  for (const one of shown) {
    for (const edge of one.edges) {
      if (shown.has(edge.a) && shown.has(edge.b)) edges.set(edge, edge);
    }
  }
  return { nodes, edges: Array.from(edges.values()), left: parents.size - chosen.length };
}

/** Spread the outer ring evenly, half way between where each would stand and an even division. */
function spread(ring, i) {
  const even = -Math.PI + (2 * Math.PI * (i + 0.5)) / ring.length;
  return ring.length > 24 ? even : (even + ring[i].angle) / 2;
}

function compare(one, other) {
  return one < other ? -1 : one > other ? 1 : 0;
}

/**
 * Make the drawing.
 * @param {HTMLElement} element
 */
export function createNetwork(element, { t, onTown, onEdge }) {
  let network = null;
  let shown = { byNode: new Map(), byEdge: new Map() };

  function draw(town, { outer, suggestions }) {
    const look = colours();
    const placed = ego(town, { outer, suggestions });
    const many = placed.nodes.filter((node) => node.ring === 2).length > 45;
    shown = { byNode: new Map(), byEdge: new Map() };
    const nodes = placed.nodes.map(({ town: one, x, y, ring }) => {
      shown.byNode.set(one.at, one);
      return {
        id: one.at, x, y, shape: VIS_SHAPES[MARKS[one.region]], size: [17, 11, 6][ring], borderWidth: ring === 0 ? 4 : 1,
        color: { background: look[one.region], border: ring === 0 ? look.accent : look.halo, highlight: { background: look[one.region], border: look.accent } },
        label: ring === 2 && many ? undefined : short(one.name, ring === 2 ? 16 : 24),
        title: one.label,
        font: { size: [20, 15, 12][ring], color: ring === 2 ? look.muted : look.text, face: "system-ui, sans-serif", strokeWidth: 4, strokeColor: look.sea },
      };
    });
    const edges = [];
    const add = (a, b, style, extra) => {
      const { dash, width } = LINES[style];
      const id = edges.length;
      edges.push({
        id, from: a.at, to: b.at, dashes: dash.length ? dash : false, width: extra.width ?? width,
        color: { color: look[style], highlight: look[style], opacity: extra.opacity ?? 1 }, label: extra.label, title: extra.title,
        font: { size: 12, color: look.text, strokeColor: look.sea, strokeWidth: 4 },
        smooth: extra.bend ? { enabled: true, type: "curvedCW", roundness: 0.12 } : false,
      });
      shown.byEdge.set(id, extra.data);
    };
    for (const edge of placed.edges) {
      const mine = edge.a === town || edge.b === town;
      add(edge.a, edge.b, styleOfLink(liveliest(edge.links)), {
        opacity: mine ? 1 : 0.45, width: mine ? 2 : 1, label: edge.links.length > 1 ? `×${edge.links.length}` : undefined,
        title: t("network.edge", { a: edge.a.label, b: edge.b.label }), data: { edge },
      });
    }
    for (const one of suggestions) {
      add(one.organisation, one.candidate, styleOf(one), {
        bend: Boolean(one.link), title: `${one.organisation.label} – ${one.candidate.label}`, data: { suggestion: one },
      });
    }
    network?.destroy();
    network = new vis.Network(element, { nodes: new vis.DataSet(nodes), edges: new vis.DataSet(edges) }, {
      physics: false, layout: { randomSeed: 1 }, nodes: { fixed: false }, edges: { selectionWidth: 1.5, hoverWidth: 0.5 },
      interaction: { hover: true, tooltipDelay: 150, keyboard: { enabled: true, bindToWindow: false }, navigationButtons: false },
    });
    network.on("selectNode", ({ nodes: [id] }) => shown.byNode.get(id) !== town && onTown(shown.byNode.get(id)));
    network.on("selectEdge", ({ nodes: on, edges: chosen }) => {
      if (on.length === 0 && chosen.length > 0) onEdge(shown.byEdge.get(chosen[0]));
    });
    network.fit({ animation: false });
    return placed;
  }

  return { draw, clear: () => { network?.destroy(); network = null; } };
}

const LIVELY = ["active", "declining", "unknown", "dormant", "ended"];

/** The link of a line that lives most decides how the line is drawn. */
export function liveliest(links) {
  return links.reduce((best, link) => (LIVELY.indexOf(link.state) < LIVELY.indexOf(best.state) ? link : best));
}
