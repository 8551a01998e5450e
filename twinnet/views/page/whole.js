// The whole network: its communities, bridges and the organisations that join them; drawn, and listed beside it.
import { h, name } from "./dom.js";
import { pack, seat } from "./clusters.js";
import { FONT, writeNames } from "./drawing.js";
import { MARKS, colours } from "./shapes.js";
import { short } from "./text.js";

/** Up to so many linked organisations each is drawn; of more, one circle a community. */
const DRAWN = 400;
/** So many lines between communities are drawn at most, the strongest. */
const LINES_DRAWN = 160;
/** So many pairs of partners between two communities make a line as wide as can be, or more where there are more. */
const WIDEST = 12;
/** So many members are listed before "show all". */
const LISTED = 40;
const STEP = 30;
/** A name stands inside its circle where it can be so large, in pixels. */
const LEAST = 9.5;
const VIS_SHAPES = { circle: "dot", square: "square", triangle: "triangle" };

/**
 * Make the list of communities, bridges and connectors, which also draws them.
 * @param {HTMLElement} list
 * @param {object} options
 * @param {Model} options.model
 * @param {Translator} options.t
 * @param {Address} options.address
 * @param {ReturnType<typeof import("./drawing.js").createDrawing>} options.drawing
 * @param {(town: Organisation) => void} options.onTown
 */
export function createWhole(list, { model, t, address, drawing, onTown }) {
  const found = model.communities;
  const dots = found.linked > 0 && found.linked <= DRAWN && found.more[0] === 0;
  const towns = new Map(model.organisations.map((one) => [one.id, one]));
  /** @type {Map<string, number>} */
  const communityOf = new Map(found.list.flatMap((one) => one.members.map((id) => /** @type {[string, number]} */ ([id, one.number]))));
  const ties = found.ties.map(([a, b, n]) => /** @type {[number, number, number]} */ ([a - 1, b - 1, n]));
  const radius = (/** @type {Community} */ { size }) => (dots ? STEP * 0.9 * Math.sqrt(size) + 14 : 10 + 5 * Math.sqrt(size));
  /** Where the communities stand, told when they are first shown. @type {import("./clusters.js").Circle[]} */
  let circles = [];
  /** The community whose members are listed. @type {number|null} */
  let open = null;
  /** @type {Map<number, HTMLDetailsElement>} */
  const entries = new Map();
  /** The lines that are drawn, with the communities of their ends. @type {{id: number, ends: number[], color: Record<string, any>}[]} */
  let lines = [];

  /**
   * List and draw them.
   * @param {{passes: (link: Link) => boolean}} options links that don't pass are not drawn
   * @returns {string} what is to be known of the drawing
   */
  function show({ passes }) {
    entries.clear();
    if (found.linked === 0) {
      drawing.clear();
      list.replaceChildren(h("p", {}, t("network.whole.none")));
      return "";
    }
    if (circles.length === 0) circles = pack(found.list.map(radius), ties, dots ? 44 : 34);
    list.replaceChildren(...sections());
    const hint = dots ? drawDots(passes) : drawBubbles();
    if (open !== null) stress();
    return hint;
  }

  function sections() {
    const title = h("h2", {}, t("network.communities"));
    const sums = [t("network.linked", { n: found.linked }), t("network.pairs", { n: found.pairs }),
      found.parts > 1 && t("network.parts", { n: found.parts })].filter(Boolean).join(" · ");
    const [more, others] = found.more;
    return [
      title,
      h("p", { class: "muted" }, sums),
      h("p", {}, t("network.communities.what")),
      h("div", { class: "network-communities" }, found.list.map(entry)),
      more > 0 && h("p", { class: "muted" }, t("network.communities.more", { n: more, organisations: t("organisations.n", { n: others }) })),
      h("h3", {}, t("network.bridges")),
      h("p", { class: "muted" }, t("network.bridges.what")),
      found.bridges.length > 0
        ? h("ul", {}, found.bridges.map(([a, b, one, other]) => h("li", {}, organisation(a), " – ", organisation(b), h("br"),
          h("span", { class: "muted" }, t("network.bridge.parts", { n: Math.min(one, other), others: Math.max(one, other) })))))
        : h("p", {}, t("network.bridges.none")),
      found.bridges_more > 0 && h("p", { class: "muted" }, t("network.bridges.more", { n: found.bridges_more })),
      found.ends > 0 && h("p", { class: "muted" }, t("network.ends", { n: found.ends })),
      found.connectors.length > 0 && h("h3", {}, t("network.connectors")),
      found.connectors.length > 0 && h("p", { class: "muted" }, t("network.connectors.what")),
      found.connectors.length > 0 && h("ol", {}, found.connectors.map(([id, , partners, elsewhere, communities, participation]) => h("li", {},
        organisation(id), h("br"),
        h("span", { class: "muted" }, [t("network.connector.communities", { n: communities }), t("network.connector.partners", { n: elsewhere, all: partners }),
          t("network.participation", { n: participation })].join(" · "))))),
    ].filter((part) => part !== false);
  }

  /** One community: its name, size and countries; its members when it is opened. @param {Community} one */
  function entry(one) {
    const body = h("div");
    const box = /** @type {HTMLDetailsElement} */ (h("details", { name: "community" },
      h("summary", {}, h("b", {}, name(one.name)), " ", h("span", { class: "muted" }, t("organisations.n", { n: one.size })), h("br"),
        h("span", { class: "muted network-lands" }, lands(one))), body));
    const fill = () => body.replaceChildren(
      h("p", { class: "muted" }, [t("network.inside", { n: one.inside }), t("network.across", { n: one.across })].join(" · ")),
      members(one, one.members.length > LISTED * 1.5 ? LISTED : one.members.length));
    box.addEventListener("toggle", () => {
      if (box.open) {
        for (const [number, other] of entries) if (number !== one.number) other.open = false;
        if (!body.firstChild) fill();
        open = one.number;
      } else if (open === one.number) open = null;
      else return;
      stress();
      drawing.redraw();
    });
    entries.set(one.number, box);
    if (open === one.number) {
      fill();
      box.open = true;
    }
    return box;
  }

  /** @param {Community} one @param {number} most */
  function members(one, most) {
    const shown = h("ol", {}, one.members.slice(0, most).map((id) => h("li", {}, organisation(id))));
    const hidden = one.members.length - most;
    const button = hidden > 0 && h("button", { type: "button", class: "plain", onclick: () => {
      box.replaceWith(members(one, one.members.length));
    } }, t("show_all", { n: one.members.length }));
    const untold = one.size - one.members.length;
    const box = h("div", {}, shown, button, untold > 0 && h("p", { class: "muted" }, t("no_coordinates.more", { n: untold })));
    return box;
  }

  /** The countries that most members are of. @param {Community} one */
  function lands(one) {
    return one.countries.slice(0, 3).map(([code, n]) => `${code ? t.country(code) : t("not_known")} ${t.number(n)}`).join(", ");
  }

  /** An organisation as a link to its own network; of one that the page does not hold only the name. @param {string} id */
  function organisation(id) {
    const town = towns.get(id);
    if (town) return h("a", { href: address({ town: id }), dir: "auto" }, town.label);
    const [called, country] = found.names[id] ?? [id, null];
    return h("span", {}, name(called), country && h("span", { class: "muted" }, ` ${t.country(country)}`));
  }

  /** Draw the lines of the open community strongly and all others faintly. */
  function stress() {
    drawing.update(lines.map(({ id, ends, color }) => ({
      id, color: open === null ? color : { ...color, opacity: ends.includes(open) ? Math.max(0.75, color.opacity) : Math.min(0.3, color.opacity / 4) },
    })));
  }

  /** Open the entry of a community and bring it into view. @param {number|null} number */
  function choose(number) {
    for (const [one, box] of entries) box.open = one === number;
    if (number !== null) entries.get(number)?.scrollIntoView({ block: "nearest" });
  }

  /** @param {{x: number, y: number}} at */
  function choosePlace({ x, y }) {
    const at = circles.findIndex((circle) => Math.hypot(circle.x - x, circle.y - y) <= circle.r);
    choose(at < 0 ? null : found.list[at].number);
  }

  /** Everything, and room for the names above the circles. */
  function box() {
    const sides = circles.map(({ x, y, r }) => ({ left: x - r, right: x + r, top: y - r, bottom: y + r }));
    return {
      left: Math.min(...sides.map((one) => one.left)) - 40, right: Math.max(...sides.map((one) => one.right)) + 40,
      top: Math.min(...sides.map((one) => one.top)) - 60, bottom: Math.max(...sides.map((one) => one.bottom)) + 24,
    };
  }

  /** @param {CanvasRenderingContext2D} context @param {number} scale @param {Record<string, string>} look */
  function writeAll(context, scale, look) {
    writeNames(context, found.list.map((one, i) => ({
      text: short(one.name, 26), x: circles[i].x, y: circles[i].y - circles[i].r - 5 / scale, strong: one.number === open,
    })).sort((one, other) => Number(other.strong) - Number(one.strong)), { scale, look });
  }

  /** @param {CanvasRenderingContext2D} context @param {Record<string, string>} look */
  function paintCircles(context, look) {
    circles.forEach(({ x, y, r }, i) => {
      const chosen = found.list[i].number === open;
      context.beginPath();
      context.arc(x, y, r, 0, 2 * Math.PI);
      context.fillStyle = look.surface;
      context.fill();
      context.lineWidth = chosen ? 6 : 1.5;
      context.strokeStyle = chosen ? look.accent : look.border;
      context.stroke();
    });
  }

  /** The direction in which a member's partners in other communities are, null where it has none. @param {string} id @param {number} own */
  function direction(id, own) {
    let [x, y] = [0, 0];
    for (const { a, b } of towns.get(id)?.edges ?? []) {
      const there = (communityOf.get(a.id === id ? b.id : a.id) ?? own + 1) - 1;
      const far = Math.hypot(circles[there].x - circles[own].x, circles[there].y - circles[own].y) || 1;
      x += (circles[there].x - circles[own].x) / far;
      y += (circles[there].y - circles[own].y) / far;
    }
    return x === 0 && y === 0 ? null : Math.atan2(y, x);
  }

  /** @param {(link: Link) => boolean} passes */
  function drawDots(passes) {
    const look = colours();
    const living = (/** @type {Link} */ link) => link.state !== "ended" && passes(link);
    /** @type {Map<Organisation, {x: number, y: number}>} */
    const at = new Map();
    found.list.forEach((one, i) => {
      const places = seat(one.members.map((id) => direction(id, i)), STEP);
      one.members.forEach((id, place) => {
        const town = towns.get(id);
        if (town) at.set(town, { x: circles[i].x + places[place].x, y: circles[i].y + places[place].y });
      });
    });
    const nodes = Array.from(at, ([town, { x, y }]) => ({
      id: town.at, x, y, shape: VIS_SHAPES[/** @type {Mark} */ (MARKS[town.region])], size: Math.min(12, 5 + 1.2 * Math.sqrt(town.edges.length)), borderWidth: 1,
      color: { background: look[town.region], border: look.halo, highlight: { background: look[town.region], border: look.accent } },
      label: short(town.name, 18), title: town.label,
      scaling: { label: { drawThreshold: 11 } },
      font: { size: 10, color: look.text, face: FONT, strokeWidth: 3, strokeColor: look.surface },
    }));
    const bridges = new Set(found.bridges.map(([a, b]) => `${a} ${b}`));
    /** @type {{x: number, y: number}[]} */
    const middles = [];
    lines = [];
    const edges = model.edges.filter(({ a, b, links }) => at.has(a) && at.has(b) && links.some(living)).map(({ a, b }, id) => {
      const inside = communityOf.get(a.id) === communityOf.get(b.id);
      const bridge = bridges.has(`${a.id} ${b.id}`) || bridges.has(`${b.id} ${a.id}`);
      const [from, to] = /** @type {{x: number, y: number}[]} */ ([at.get(a), at.get(b)]);
      if (bridge) middles.push({ x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 });
      const color = { color: bridge ? look.start : look.active, hover: look.accent, highlight: look.accent, opacity: bridge ? 1 : inside ? 0.28 : 0.42 };
      lines.push({ id, ends: [communityOf.get(a.id) ?? 0, communityOf.get(b.id) ?? 0], color });
      return { id, from: a.at, to: b.at, width: bridge ? 5 : inside ? 1 : 1.6, title: t("network.edge", { a: a.label, b: b.label }), color };
    });
    drawing.draw({
      nodes, edges, box: box(),
      below: (context) => paintCircles(context, look),
      above: (context, scale) => {
        for (const { x, y } of middles) diamond(context, x, y, 8 / scale, look);
        writeAll(context, scale, look);
      },
      onNode: (id) => onTown(model.organisations[id]),
      onPlace: choosePlace,
    });
    return [t("network.whole.dots"), bridges.size > 0 && t("network.whole.bridges")].filter(Boolean).join(" ");
  }

  function drawBubbles() {
    const look = colours();
    const nodes = found.list.map((one, i) => ({
      id: one.number, x: circles[i].x, y: circles[i].y, shape: "dot", size: circles[i].r, borderWidth: 1.5,
      color: { background: look.surface, border: look.muted, highlight: { background: look.surface, border: look.accent }, hover: { background: look.surface, border: look.accent } },
      title: `${one.name} · ${t("organisations.n", { n: one.size })}`,
    }));
    const strongest = found.ties.slice().sort((one, other) => other[2] - one[2] || one[0] - other[0] || one[1] - other[1]).slice(0, LINES_DRAWN);
    const most = Math.max(WIDEST, strongest[0]?.[2] ?? 0);
    lines = strongest.map(([a, b, n], id) => ({
      id, ends: [a, b], color: { color: look.active, hover: look.accent, highlight: look.accent, opacity: 0.18 + 0.5 * (n / most) },
    }));
    const edges = strongest.map(([a, b, n], id) => ({
      id, from: a, to: b, width: 1 + 13 * Math.sqrt(n / most), title: t("network.pairs", { n }), color: lines[id].color,
    }));
    drawing.draw({
      nodes, edges, box: box(),
      above: (context, scale) => {
        /** @type {{text: string, x: number, y: number, strong: boolean}[]} */
        const above = [];
        context.save();
        context.textAlign = "center";
        context.textBaseline = "middle";
        found.list.forEach((one, i) => {
          const { x, y, r } = circles[i];
          if (one.number === open) {
            context.beginPath();
            context.arc(x, y, r, 0, 2 * Math.PI);
            context.lineWidth = 4 / scale;
            context.strokeStyle = look.accent;
            context.stroke();
          }
          const text = short(one.name, 26);
          context.font = `600 ${10 / scale}px ${FONT}`;
          const fits = Math.min(14, (10 * 1.75 * r) / context.measureText(text).width);
          const inside = fits >= LEAST;
          context.fillStyle = look.text;
          if (inside) {
            context.font = `600 ${fits / scale}px ${FONT}`;
            context.fillText(text, x, y - 7 / scale);
          } else above.push({ text, x, y: y - r - 5 / scale, strong: one.number === open });
          if (r * scale < 11) return;
          context.font = `${inside ? 400 : 600} ${Math.min(r * 0.62, 13 / scale)}px ${FONT}`;
          context.fillText(t.number(one.size), x, inside ? y + 9 / scale : y);
        });
        context.restore();
        writeNames(context, above, { scale, look });
      },
      onNode: choose,
      onPlace: () => choose(null),
    });
    const all = found.ties.length;
    return [t("network.whole.bubbles"), strongest.length < all && t("network.whole.strongest", { n: strongest.length, all })].filter(Boolean).join(" ");
  }

  return { dots, show };
}

/** A diamond marks a bridge. @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} r @param {Record<string, string>} look */
function diamond(context, x, y, r, look) {
  context.beginPath();
  context.moveTo(x, y - r);
  context.lineTo(x + r, y);
  context.lineTo(x, y + r);
  context.lineTo(x - r, y);
  context.closePath();
  context.fillStyle = look.surface;
  context.fill();
  context.lineWidth = r / 3;
  context.strokeStyle = look.start;
  context.stroke();
}
