// The map: Leaflet with its canvas renderer, links as great circles, marks told apart by shape and colour.
import { LINES, MARKS, colours, greatCircle, polygons, traceMark } from "./shapes.js";
import { h, name } from "./dom.js";
import { short } from "./text.js";

const VIEW = [[35, -10], [60, 32]];
const EUROPE = { west: -27, south: 33, east: 46, north: 71 };
const LABEL_FONT = 600;

/** A mark whose shape tells the region. */
const Mark = L.CircleMarker.extend({
  _updatePath() {
    const renderer = this._renderer;
    if (!renderer._drawing || this._empty()) return;
    traceMark(renderer._ctx, this.options.shape, this._point.x, this._point.y, Math.max(this._radius, 1));
    renderer._fillStroke(renderer._ctx, this);
  },
});

/** Names beside the marks, none over another; who comes first is named first. */
const Labels = L.Layer.extend({
  initialize() {
    this.names = [];
    this.marks = [];
  },
  onAdd(map) {
    this._canvas = L.DomUtil.create("canvas", "labels", map.getPane("labels"));
    this._canvas.setAttribute("aria-hidden", "true");
    map.on("moveend zoomend resize viewreset", this.draw, this);
    map.on("zoomstart", this.hide, this);
  },
  hide() {
    this._canvas.classList.add("out");
  },
  draw() {
    const map = this._map;
    if (!map) return;
    const size = map.getSize();
    const scale = window.devicePixelRatio || 1;
    const canvas = this._canvas;
    canvas.classList.remove("out");
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
    canvas.width = size.x * scale;
    canvas.height = size.y * scale;
    canvas.style.width = `${size.x}px`;
    canvas.style.height = `${size.y}px`;
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    const look = colours();
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 3.5;
    context.strokeStyle = look.halo;
    const taken = this.marks.map(({ at, radius }) => {
      const point = map.latLngToContainerPoint(at);
      return { x: point.x - radius, y: point.y - radius, w: 2 * radius, h: 2 * radius, at };
    });
    this.drawn = [];
    for (const label of this.names) {
      const point = map.latLngToContainerPoint(label.at);
      if (point.x < -20 || point.y < -20 || point.x > size.x + 20 || point.y > size.y + 20) continue;
      context.font = `${label.strong ? 700 : LABEL_FONT} ${label.strong ? 14 : 12}px system-ui, sans-serif`;
      const width = context.measureText(label.text).width;
      const height = label.strong ? 17 : 15;
      const gap = label.radius + 4;
      const places = [
        [point.x + gap, point.y - height / 2],
        [point.x - gap - width, point.y - height / 2],
        [point.x - width / 2, point.y - gap - height],
        [point.x - width / 2, point.y + gap],
      ].map(([x, y]) => ({ x, y, w: width, h: height, at: label.at }));
      const free = places.find((box) =>
        box.x > 2 && box.y > 2 && box.x + box.w < size.x - 2 && box.y + box.h < size.y - 2 &&
        !taken.some((other) => other.at !== label.at && overlap(box, other)));
      if (!free) continue;
      taken.push({ ...free, at: null });
      this.drawn.push(label.text);
      context.fillStyle = label.strong ? look.text : look.label || look.text;
      context.strokeText(label.text, free.x, free.y + height / 2);
      context.fillText(label.text, free.x, free.y + height / 2);
    }
  },
});

function overlap(one, other) {
  return one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h;
}

/**
 * Make the map.
 * @param {HTMLElement} element
 * @param {{topology: any, others: number[], t: any, still: boolean, onTown: Function, onSuggestion: Function}} options
 */
export function createMap(element, { topology, others, t, still, onTown, onSuggestion }) {
  const map = L.map(element, {
    zoomControl: false, attributionControl: false, zoomSnap: 0.25, minZoom: 2, maxZoom: 11,
    zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, inertia: !still,
  });
  L.control.zoom({ position: "topright", zoomInTitle: t("zoom_in"), zoomOutTitle: t("zoom_out") }).addTo(map);
  element.setAttribute("role", "application");
  element.setAttribute("aria-label", t("map.label"));
  for (const [pane, level] of [["base", 200], ["dots", 300], ["marks", 400], ["labels", 500]]) {
    map.createPane(pane).style.zIndex = String(level);
  }
  map.getPane("labels").style.pointerEvents = "none";
  const base = L.canvas({ pane: "base", padding: 0.4 });
  const dots = L.canvas({ pane: "dots", padding: 0.1 });
  const marks = L.canvas({ pane: "marks", padding: 0.2, tolerance: 4 });
  const land = L.geoJSON({ type: "FeatureCollection", features: polygons(topology) }, {
    pane: "base", renderer: base, interactive: false, smoothFactor: 0.6,
  });
  const small = L.layerGroup();
  for (let i = 0; i < others.length; i += 2) {
    L.circleMarker([others[i] / 100, others[i + 1] / 100], {
      pane: "dots", renderer: dots, interactive: false, radius: 1.3, stroke: false, fillOpacity: 0.55,
    }).addTo(small);
  }
  const drawn = L.layerGroup();
  const labels = new Labels();
  let inView = { fit: [], left: 0 };
  // Nothing is drawn before the first scene has brought its places into view.
  land.addTo(map);
  drawn.addTo(map);
  labels.addTo(map);

  /**
   * Draw a scene: lines (with what they mean), marks (in the order of importance) and the places to bring into view;
   * `left` pixels at the left edge are covered; `dotted` shows the organisations that the page holds no facts of.
   */
  function draw({ lines, towns, fit, left = 0, dotted = true }) {
    const look = colours();
    land.setStyle({ color: look.border, weight: 0.7, fillColor: look.land, fillOpacity: 1 });
    if (dotted) {
      small.eachLayer((dot) => dot.setStyle({ fillColor: look.dot }));
      small.addTo(map);
    } else {
      small.remove();
    }
    drawn.clearLayers();
    for (const { a, b, style, suggestion, tip } of lines) {
      const { dash, width, opacity } = LINES[style];
      const line = L.polyline(greatCircle(a, b), {
        pane: "marks", renderer: marks, color: look[style], weight: width, opacity, dashArray: dash.length ? dash : null,
        lineCap: "butt", smoothFactor: 0.8,
      });
      line.bindTooltip(() => h("span", {}, name(a.label), " – ", name(b.label), h("br"), tip), { sticky: true });
      if (suggestion) line.on("click", () => onSuggestion(suggestion));
      line.addTo(drawn);
    }
    labels.names = [];
    labels.marks = [];
    for (const { town, strong, radius, faint, label } of towns.slice().reverse()) {
      const at = [town.latitude, town.longitude];
      if (strong) {
        L.circleMarker(at, {
          pane: "marks", renderer: marks, radius: radius + 6, color: look.accent, weight: 3, fill: false, interactive: false,
        }).addTo(drawn);
      }
      const mark = new Mark(at, {
        pane: "marks", renderer: marks, shape: MARKS[town.region], radius, fillColor: look[town.region],
        color: look.halo, weight: faint ? 0.5 : 1.2, fillOpacity: faint ? 0.6 : 1, opacity: faint ? 0.6 : 1,
      });
      mark.bindTooltip(() => h("span", {}, name(town.label), town.countryName && !town.label.includes(town.countryName) ? ` · ${town.countryName}` : ""));
      mark.on("click", () => onTown(town));
      mark.addTo(drawn);
      if (!faint) labels.marks.push({ at, radius });
      if (label) labels.names.push({ at, radius: strong ? radius + 6 : radius, text: short(town.name, 26), strong });
    }
    labels.names.reverse();
    for (const label of labels.names) {
      const mark = labels.marks.find((one) => one.at === label.at);
      if (mark) mark.radius = label.radius;
    }
    if (fit) inView = { fit, left };
    if (fit || !map._loaded) bringIntoView(inView.fit, inView.left);
    labels.draw();
  }

  function bringIntoView(places, left) {
    const inside = places.filter((one) =>
      one.latitude > EUROPE.south && one.latitude < EUROPE.north && one.longitude > EUROPE.west && one.longitude < EUROPE.east);
    const shown = inside.length ? inside : places;
    const bounds = shown.length ? L.latLngBounds(shown.map((one) => [one.latitude, one.longitude])) : L.latLngBounds(VIEW);
    map.fitBounds(bounds, { paddingTopLeft: [48 + left, 40], paddingBottomRight: [80, 48], maxZoom: 6, animate: false });
  }

  /** Bring the places of the last scene into view again, in a map of another size. */
  function refit() {
    if (!map._loaded) return;
    map.invalidateSize({ animate: false });
    bringIntoView(inView.fit, 0);
  }

  return { draw, refit, resize: () => map.invalidateSize({ animate: false }), map, labels };
}
