// The map: Leaflet with its canvas renderer. What is dragged is a picture that was painted beyond the map's edges.
import { WORLD, frame, middle, paintLand, paintScene, prepare, project, unproject } from "./paint.js";
import { colours } from "./shapes.js";
import { h, name, s } from "./dom.js";

const EUROPE = [{ latitude: 36, longitude: -9 }, { latitude: 59, longitude: 31 }];
const NEAR = 7; // pixels from a mark or a line that still mean it
const PHONE = 560; // a map narrower than this has smaller and fewer names

/** Leaflet's canvas renderer, painted by us: one canvas instead of an object for every mark. */
const Canvas = /** @type {new (options: object) => any} */ (L.Canvas.extend({
  _updatePaths() {
    this.repaint();
  },
  repaint() {
    if (!this._ctx || !this._bounds || !this._map?._loaded || !this.options.paint) return;
    const { min, max } = this._bounds;
    const [width, height] = [max.x - min.x, max.y - min.y];
    if (width <= 0 || height <= 0 || this._container.width === 0) return; // hidden behind another view
    const origin = this._map.getPixelOrigin();
    this._ctx.save();
    this._ctx.translate(min.x, min.y);
    this._ctx.clearRect(0, 0, width, height);
    const corner = this._map.containerPointToLayerPoint([0, 0]).subtract(min);
    const size = this._map.getSize();
    this.options.paint(this._ctx, {
      scale: this._map.getZoomScale(this._map.getZoom(), 0), left: origin.x + min.x, top: origin.y + min.y, width, height,
      ratio: this._container.width / width, seen: { x: corner.x, y: corner.y, w: size.x, h: size.y },
    });
    this._ctx.restore();
  },
  // Leaflet looks for no layer under the pointer: there are none.
  _onMouseMove() {},
  _onClick() {},
  _handleMouseOut() {},
}));

/**
 * Make the map.
 * @param {HTMLElement} element
 * @param {{topology: Topology, others: number[], t: Translator, still: boolean, onTown: (town: Organisation) => void,
 *   onSuggestion: (suggestion: Suggestion) => void}} options
 */
export function createMap(element, { topology, others, t, still, onTown, onSuggestion }) {
  const map = L.map(element, {
    zoomControl: false, attributionControl: false, zoomSnap: 0.25, minZoom: 0.5, maxZoom: 11, keyboardPanDelta: 120,
    zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, inertia: !still,
    inertiaMaxSpeed: 700, // Pixels a second: a fast hand throws the map a third of a screen on, not out of sight.
  });
  const zoom = L.control.zoom({ position: "topright" }).addTo(map);
  element.setAttribute("role", "application");
  for (const [pane, level] of /** @type {[string, number][]} */ ([["base", 200], ["marks", 400], ["focus", 450]])) {
    map.createPane(pane).style.zIndex = String(level);
  }
  const above = /** @type {HTMLElement} */ (map.getPane("focus"));
  above.style.pointerEvents = "none";

  let scene = prepare({ lines: [], towns: [] });
  let look = colours();
  /** @type {{paths: {x: number, y: number}[], left: number, outside: Set<any>}} */
  let view = { paths: [], left: 0, outside: new Set() };
  /** @type {Organisation[]} */
  let homeless = [];
  /** @type {any} */
  let window_ = null;
  const base = new Canvas({ pane: "base", padding: 0.5, paint: (/** @type {any} */ context, /** @type {any} */ at) => paintLand(context, topology, at, look) });
  const marks = new Canvas({
    pane: "marks", padding: 0.5, paint: (/** @type {any} */ context, /** @type {any} */ at) => {
      window_ = at;
      paintScene(context, scene, at, { look, covered: covered(at), names: at.seen.w < PHONE ? { size: 11, most: 16 } : { size: 12, most: 60 } });
    },
  });

  // What is pointed at: a line drawn again over the others, and a few words beside the pointer.
  const focus = s("svg", { class: "focus", "aria-hidden": "true", focusable: "false" });
  above.append(focus);
  const tip = h("div", { class: "map-tip", hidden: true });
  const note = h("div", { class: "map-note", role: "status" });
  element.parentElement?.append(note);
  element.append(tip);

  /** Places of the canvas that the legend, buttons and notes cover. @param {any} at */
  function covered(at) {
    const frame_ = element.getBoundingClientRect();
    return Array.from(element.parentElement?.querySelectorAll(".legend, .attribution, .map-note, .leaflet-control-zoom") ?? [], (part) => {
      const box = part.getBoundingClientRect();
      return { x: box.x - frame_.x + at.seen.x - 3, y: box.y - frame_.y + at.seen.y - 3, w: box.width + 6, h: box.height + 6 };
    }).filter((box) => box.w > 6);
  }

  /**
   * Draw a scene.
   * @param {{lines: Line[], towns: import("./paint.js").Shown[], fit?: Organisation[]|null, left?: number, dotted?: boolean,
   *   unplaced?: Organisation[]}} given lines (with what they mean), marks (in the order of importance) and the places to
   *   bring into view; `left` pixels at the left edge are covered; `dotted` shows the organisations that the page holds no
   *   facts of; `unplaced` are those that belong here and have no position
   */
  function draw({ lines, towns, fit, left = 0, dotted = true, unplaced = [] }) {
    look = colours();
    scene = prepare({ lines, towns, dots: dotted ? others : [] });
    homeless = unplaced;
    element.setAttribute("aria-label", t("map.label"));
    for (const [button, key] of /** @type {const} */ ([[zoom._zoomInButton, "zoom_in"], [zoom._zoomOutButton, "zoom_out"]])) {
      button.title = t(key);
      button.setAttribute("aria-label", t(key));
    }
    point(null);
    if (fit || !map._loaded) {
      const places = fit ?? [];
      const wanted = new Set(places);
      const found = scene.towns.filter(({ town }) => wanted.has(town));
      view = { paths: found.length > 0 ? found : EUROPE.map(({ latitude, longitude }) => pixel(latitude, longitude)), left, outside: new Set() };
      bringIntoView(frame);
      view.outside = new Set(found.filter((one) => !isSeen(one)));
    }
    for (const canvas of [base, marks]) {
      if (canvas._map) canvas.repaint();
      else canvas.addTo(map).repaint();
    }
    tell();
  }

  /** @param {number} latitude @param {number} longitude */
  function pixel(latitude, longitude) {
    const [x, y] = project(latitude, longitude);
    return { x, y };
  }

  /** @param {(places: {x: number, y: number}[], room: {width: number, height: number, deepest?: number}) => {x: number, y: number, zoom: number}} choose */
  function bringIntoView(choose) {
    const size = map.getSize();
    const phone = size.x < PHONE;
    const [side, top] = phone ? [44, 40] : [90, 52];
    const left = view.left + side < size.x * 0.5 ? view.left : 0;
    const room = { width: Math.max(60, size.x - left - 2 * side), height: Math.max(60, size.y - 2 * top), deepest: 6.5 };
    const { x, y, zoom: fitting } = choose(view.paths, room);
    const at = Math.max(map.getMinZoom(), Math.floor(fitting * 4) / 4);
    map.setView(unproject(x - left / 2 / 2 ** at, y), at, { animate: false });
  }

  /** @param {{x: number, y: number}} place */
  function isSeen({ x, y }) {
    const at = pointOf(x, y);
    const size = map.getSize();
    return at.x >= 0 && at.y >= 0 && at.x <= size.x && at.y <= size.y;
  }

  /** Return the pixel of the map at which a pixel of the world at zoom 0 lies. @param {number} x @param {number} y */
  function pointOf(x, y) {
    const scale = 2 ** map.getZoom();
    return map.layerPointToContainerPoint(L.point(x * scale, y * scale).subtract(map.getPixelOrigin()));
  }

  /** Say beside the map what it does not show. */
  function tell() {
    const outside = Array.from(view.outside).filter((one) => !isSeen(one)).length;
    const all = h("button", { type: "button", class: "link", onclick: () => bringIntoView(whole) }, t("map.show_all"));
    const names = homeless.slice(0, 3).flatMap((town, i) => [i > 0 ? "; " : "", name(town.label)]);
    note.replaceChildren(
      ...(outside > 0 ? [h("p", {}, t("map.outside", { n: outside }), " ", all)] : []),
      ...(homeless.length > 0 ? [h("p", {}, t("map.unplaced", { n: homeless.length }), " ", names, homeless.length > 3 ? ` ${t("no_coordinates.more", { n: homeless.length - 3 })}` : "")] : []),
      ...scene.sampled.map(({ style, n, all: of }) => h("p", {}, t("map.sampled", { name: t(style), n, all: of }))));
    note.hidden = note.childElementCount === 0;
    Object.assign(element.dataset, { lines: String(scene.paths.length), names: String(scene.drawn.length), outside: String(outside) });
  }

  /** @param {{x: number, y: number}[]} places @param {{width: number, height: number, deepest?: number}} room */
  function whole(places, room) {
    const [xs, ys] = [places.map(({ x }) => x), places.map(({ y }) => y)];
    const [west, east, north, south] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    return frame([{ x: west, y: north }, { x: east, y: south }], room);
  }

  // The pointer

  /** @typedef {{town: Organisation}|{line: Line}} Pointed */

  /** Return what lies at a point of the map, marks before lines. @param {{x: number, y: number}} at @returns {Pointed|null} */
  function under(at) {
    if (!window_) return null;
    const scale = 2 ** map.getZoom();
    const corner = map.getPixelOrigin().add(map.containerPointToLayerPoint(L.point(at.x, at.y)));
    const wide = WORLD * scale;
    let [best, nearest] = [/** @type {Pointed|null} */ (null), Infinity];
    for (const { town, x, y, radius, faint } of scene.towns) {
      let dx = x * scale - corner.x;
      dx -= Math.round(dx / wide) * wide;
      const far = Math.hypot(dx, y * scale - corner.y) - radius;
      if (far < (faint ? 3 : NEAR) && far + (faint ? 4 : 0) < nearest) [best, nearest] = [{ town }, far + (faint ? 4 : 0)];
    }
    if (best) return best;
    nearest = NEAR;
    for (const { line, points, shift, box } of scene.paths) {
      for (const x of [corner.x - wide, corner.x, corner.x + wide]) {
        const [px, py] = [x / scale, corner.y / scale];
        const reach = NEAR / scale;
        if (px < box[0] - reach || px > box[2] + reach || py < box[1] - reach || py > box[3] + reach) continue;
        const far = scale * distance(points, px - shift, py);
        if (far < nearest || (far < NEAR && line.suggestion && far < nearest + 2)) [best, nearest] = [{ line }, far];
      }
    }
    return best;
  }

  let pending = 0;
  let pointed = /** @type {Pointed|null} */ (null);

  /** Show what is pointed at. @param {Pointed|null} what @param {{x: number, y: number}} [at] */
  function point(what, at) {
    pointed = what;
    const line = what && "line" in what ? what.line : null;
    element.classList.toggle("pointing", Boolean(what && ("town" in what || line?.suggestion)));
    draws(line);
    tip.hidden = !what || !at;
    if (!what || !at) return;
    tip.replaceChildren(...("town" in what
      ? [h("b", {}, name(what.town.label)), what.town.countryName && !what.town.label.includes(what.town.countryName) ? ` · ${what.town.countryName}` : ""]
      : [h("b", {}, name(what.line.a.label), " – ", name(what.line.b.label)), what.line.tip]));
    const size = map.getSize();
    const left = at.x + 14 + tip.offsetWidth > size.x ? Math.max(4, at.x - 14 - tip.offsetWidth) : at.x + 14;
    const top = at.y + 16 + tip.offsetHeight > size.y ? Math.max(4, at.y - 12 - tip.offsetHeight) : at.y + 16;
    tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }

  /** Draw a line again over the others. @param {Line|null} line */
  function draws(line) {
    const found = line ? scene.paths.filter((path) => path.line === line) : [];
    const scale = 2 ** map.getZoom();
    const origin = map._loaded ? map.getPixelOrigin() : { x: 0, y: 0 };
    focus.replaceChildren(...found.flatMap(({ points, shift }) => {
      let d = "";
      for (let i = 0; i < points.length; i += 2) {
        d += `${i === 0 ? "M" : "L"}${((points[i] + shift) * scale - origin.x).toFixed(1)} ${(points[i + 1] * scale - origin.y).toFixed(1)}`;
      }
      const [mx, my] = middle(points);
      return [s("path", { class: "under", d }), s("path", { class: line?.style, d }),
        s("circle", { class: line?.style, r: 5, cx: ((mx + shift) * scale - origin.x).toFixed(1), cy: (my * scale - origin.y).toFixed(1) })];
    }));
  }

  map.on("mousemove", (/** @type {any} */ event) => {
    if (map.dragging.moving() || map._animatingZoom || event.originalEvent.pointerType === "touch") return;
    const at = event.containerPoint;
    // Once a frame, and the last move is never the one left out.
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(() => point(under(at), at));
  });
  map.on("mouseout movestart zoomstart", () => {
    cancelAnimationFrame(pending);
    if (pointed) point(null);
  });
  map.on("moveend", tell);
  map.on("click", (/** @type {any} */ event) => {
    const found = under(event.containerPoint);
    const coarse = event.originalEvent.pointerType === "touch";
    const again = found && pointed && (("town" in found && "town" in pointed && found.town === pointed.town) || ("line" in found && "line" in pointed && found.line === pointed.line));
    // A finger points before it chooses.
    if (coarse && found && !again) {
      point(found, event.containerPoint);
      return;
    }
    if (!coarse || !found) point(null);
    if (!found) return;
    if ("town" in found) onTown(found.town);
    else if (found.line.suggestion) onSuggestion(found.line.suggestion);
  });
  // A card that is pointed at shows its line.
  document.addEventListener("twinnet:point", (event) => {
    const wanted = /** @type {CustomEvent} */ (event).detail;
    if (map._loaded && element.offsetParent) draws(scene.paths.find((path) => wanted && path.line.suggestion === wanted)?.line ?? null);
  });

  /**
   * Return a scene as a picture.
   * @param {{width: number, height: number, ratio?: number, most?: number, scene: {lines: Line[], towns: import("./paint.js").Shown[], places: Organisation[]}}} asked
   *   size in pixels; `ratio` of the canvas' own to them; at most so many names
   * @returns {{canvas: HTMLCanvasElement, outside: number}} and how many of the places lie outside of it
   */
  function picture({ width, height, ratio = 2, most = 40, scene: given }) {
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.scale(ratio, ratio);
    const paper = colours();
    context.fillStyle = paper.sea;
    context.fillRect(0, 0, width, height);
    const made = prepare(given);
    const wanted = new Set(given.places);
    const found = made.towns.filter(({ town }) => wanted.has(town));
    const places = found.length > 0 ? found : EUROPE.map(({ latitude, longitude }) => pixel(latitude, longitude));
    const { x, y, zoom: fitting } = frame(places, { width: width - 130, height: height - 50, deepest: 6 });
    const scale = 2 ** fitting;
    const at = {
      scale, left: x * scale - width / 2, top: y * scale - height / 2, width, height, ratio, seen: { x: 0, y: 0, w: width, h: height },
    };
    paintLand(context, topology, at, paper);
    paintScene(context, made, at, { look: paper, names: { size: width < 400 ? 9 : 10, most } });
    const outside = found.filter((one) => Math.abs(one.x - x) * scale > width / 2 || Math.abs(one.y - y) * scale > height / 2).length;
    return { canvas, outside };
  }

  return {
    draw, picture, map,
    /** Bring the places of the scene into view again. */
    refit: () => map._loaded && bringIntoView(frame),
    resize: () => map.invalidateSize({ animate: false }),
    labels: { get drawn() { return scene.drawn; } },
    /** Which town the scene is of, null for an overview. */
    get town() { return scene.towns.find((one) => one.strong)?.town ?? null; },
  };
}

/** Return how far a point is from a line, both at zoom 0. @param {Float64Array} points @param {number} x @param {number} y */
function distance(points, x, y) {
  let best = Infinity;
  for (let i = 2; i < points.length; i += 2) {
    const [ax, ay, bx, by] = [points[i - 2], points[i - 1], points[i], points[i + 1]];
    const [dx, dy] = [bx - ax, by - ay];
    const along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
    best = Math.min(best, Math.hypot(x - ax - along * dx, y - ay - along * dy));
  }
  return best;
}
