// A drawing by vis-network: positions are given and physics is off.

const OPTIONS = {
  physics: false,
  layout: { randomSeed: 1 },
  nodes: { fixed: false, scaling: { label: { drawThreshold: 10 } } },
  edges: { selectionWidth: 1.5, hoverWidth: 0.5, smooth: false },
  interaction: { hover: true, tooltipDelay: 150, keyboard: { enabled: true, bindToWindow: false }, navigationButtons: false, dragNodes: false },
};
const FONT = "system-ui, sans-serif";

/** @typedef {{left: number, top: number, right: number, bottom: number}} Box */

/**
 * What is drawn. `below` and `above` paint under and over it, in the drawing's own units, `scale` pixels each.
 * @typedef {object} Content
 * @property {object[]} nodes
 * @property {object[]} edges
 * @property {Box} [box] what is to be seen; by default all nodes
 * @property {(context: CanvasRenderingContext2D) => void} [below]
 * @property {(context: CanvasRenderingContext2D, scale: number) => void} [above]
 * @property {(node: number) => void} onNode
 * @property {(edge: number) => void} [onEdge]
 * @property {(at: {x: number, y: number}) => void} [onPlace] where there is neither
 */

/**
 * Run vis-network, which waits in the page as a text: it is large, and a page opens with the map. The page's policy knows
 * its hash.
 */
function wake() {
  if ("vis" in window) return;
  const script = document.createElement("script");
  script.textContent = document.getElementById("drawing")?.textContent ?? "";
  document.head.append(script);
  script.remove();
}

/** Make a drawing in an element. @param {HTMLElement} element */
export function createDrawing(element) {
  /** @type {vis.Network|null} */
  let network = null;
  /** @type {vis.DataSet|null} */
  let lines = null;

  /** @param {Content} content */
  function draw({ nodes, edges, box, below, above, onNode, onEdge, onPlace }) {
    clear();
    wake();
    lines = new vis.DataSet(edges);
    const made = new vis.Network(element, { nodes: new vis.DataSet(nodes), edges: lines }, OPTIONS);
    network = made;
    if (below) made.on("beforeDrawing", (context) => below(/** @type {any} */ (context)));
    if (above) made.on("afterDrawing", (context) => above(/** @type {any} */ (context), made.getScale()));
    made.on("click", ({ nodes: [node], edges: [edge], pointer }) => {
      if (node !== undefined) onNode(node);
      else if (edge !== undefined && onEdge) onEdge(edge);
      else onPlace?.(pointer.canvas);
    });
    if (box) see(box);
    else made.fit({ animation: false });
  }

  /** Bring a box into view. @param {Box} box @param {number} [most] the largest scale */
  function see({ left, top, right, bottom }, most = 1.5) {
    const scale = Math.min(most, element.clientWidth / (right - left), element.clientHeight / (bottom - top));
    network?.moveTo({ position: { x: (left + right) / 2, y: (top + bottom) / 2 }, scale: scale || 1, animation: false });
  }

  function clear() {
    network?.destroy();
    network = null;
  }

  return {
    draw,
    see,
    clear,
    redraw: () => network?.redraw(),
    /** Change edges that are drawn, which their ids name. @param {object[]} edges */
    update: (edges) => lines?.update(edges),
    /** Return a picture of it as it is at once: paper does not wait for the next frame. @returns {HTMLCanvasElement|null} */
    picture() {
      const shown = element.querySelector("canvas");
      if (!network || !shown || shown.width === 0) return null;
      network.body.emitter.emit("_redraw");
      const copy = document.createElement("canvas");
      [copy.width, copy.height] = [shown.width, shown.height];
      copy.getContext("2d")?.drawImage(shown, 0, 0);
      return copy;
    },
    /** @returns {HTMLCanvasElement|null} */
    canvas: () => element.querySelector("canvas"),
  };
}

/**
 * Write names beside each other, the foremost first; one that would stand on another is left out.
 * @param {CanvasRenderingContext2D} context
 * @param {{text: string, x: number, y: number, strong: boolean}[]} names in the drawing's units, centred on x, their foot at y
 * @param {{scale: number, look: Record<string, string>}} options
 */
export function writeNames(context, names, { scale, look }) {
  /** @type {Box[]} */
  const taken = [];
  context.save();
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  context.lineJoin = "round";
  context.strokeStyle = look.sea;
  for (const { text, x, y, strong } of names) {
    const size = (strong ? 14 : 13) / scale;
    context.font = `${strong ? 700 : 600} ${size}px ${FONT}`;
    const half = context.measureText(text).width / 2 + 3 / scale;
    const box = { left: x - half, right: x + half, top: y - size, bottom: y + size * 0.3 };
    if (taken.some((one) => one.left < box.right && box.left < one.right && one.top < box.bottom && box.top < one.bottom)) continue;
    taken.push(box);
    context.lineWidth = 4 / scale;
    context.strokeText(text, x, y);
    context.fillStyle = strong ? look.accent : look.text;
    context.fillText(text, x, y);
  }
  context.restore();
}

/**
 * Write names outwards, each along its ray from the middle; where they stand too close, only some until one zooms in.
 * @param {CanvasRenderingContext2D} context
 * @param {{text: string, x: number, y: number}[]} names
 * @param {{scale: number, look: Record<string, string>, spacing: number, size: number, start: number}} options `start` is
 *   how far from its place, in pixels, a name begins
 */
export function writeRays(context, names, { scale, look, spacing, size, start }) {
  const every = Math.ceil((size * 1.05) / (spacing * scale));
  if (every > 2) return;
  context.save();
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.font = `${size / scale}px ${FONT}`;
  context.lineWidth = 3 / scale;
  context.strokeStyle = look.sea;
  context.fillStyle = look.text;
  names.forEach(({ text, x, y }, i) => {
    if (i % every) return;
    const left = x < 0;
    context.save();
    context.translate(x, y);
    context.rotate(Math.atan2(y, x) + (left ? Math.PI : 0));
    context.textAlign = left ? "right" : "left";
    const from = ((left ? -1 : 1) * start) / scale;
    context.strokeText(text, from, 0);
    context.fillText(text, from, 0);
    context.restore();
  });
  context.restore();
}

export { FONT };
