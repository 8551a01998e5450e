// The page: what is looked at (in the address) decides what every part shows.
import { byId, h } from "./dom.js";
import { join, unpack } from "./data.js";
import { keyOf } from "./text.js";
import { createAddress } from "./state.js";
import { choose, createLanguageChoice, sayPage, voice } from "./language.js";
import { countFilters, createFilters, passes } from "./filters.js";
import { createTabs } from "./tabs.js";
import { createShade } from "./shade.js";
import { createPaper } from "./paper.js";
import { createSheet } from "./sheet.js";
import { createLegend } from "./legend.js";
import { createTakeaway } from "./takeaway.js";
import { scene } from "./scene.js";
import { createMap } from "./map.js";
import { createNetwork } from "./network.js";
import { createPanel } from "./panel.js";
import { createSearch } from "./search.js";
import { createTable } from "./table.js";
import { createFigures } from "./figures.js";
import { applyCorrections } from "./desk/corrections.js";
import { createDesk } from "./desk/desk.js";
import { createEditing } from "./desk/editing.js";
import { tellElements } from "./desk/hearing.js";
import { openStore } from "./desk/keep.js";
import { createReview } from "./desk/review.js";
import { createServer } from "./desk/server.js";
import { createStatus } from "./desk/status.js";

async function start() {
  byId("app").hidden = false;
  const data = await unpack(byId("data"));
  /** @type {Record<string, import("./text.js").Language & {name: string}>} */
  const languages = Object.fromEntries(Object.entries(data.languages).map(([code, one]) => [code, { ...one, code }]));
  const wished = () => choose(Object.keys(languages), { asked: address.state.lang, own: data.language, reader: window.navigator.languages ?? [] });
  if (data.desk.review && window.location.hash.length < 2) window.history.replaceState(null, "", "#view=review");
  if (data.town && window.location.hash.length < 2) window.history.replaceState(null, "", `#${new URLSearchParams({ town: data.town })}`);
  const address = createAddress(read);
  const t = voice(languages[wished()]);
  const model = join(data, keyOf, t);
  // Of a pair that is suggested to both sides the better one stands for both, unless one side is looked at.
  const best = model.suggestions.filter((one) => !one.twin);
  const towns = new Map(model.organisations.map((one) => [one.id, one]));
  const folding = window.matchMedia("(max-width: 800px)");

  const block = model.desk;
  const desk = createDesk({
    block, store: openStore(block.review ? block.kept ?? block.base : window.location.pathname), server: block.review ? createServer(block.base) : null,
  });
  applyCorrections(model, desk);
  tellElements(desk);
  const nameOf = (/** @type {string} */ id) => towns.get(id)?.label ?? id;
  const editing = createEditing({ desk, t, nameOf });
  const panel = createPanel(byId("panel"), { model, t, address: address.address, desk, nameOf, editing });
  const map = createMap(byId("map"), {
    topology: JSON.parse(byId("map-data").textContent), others: model.others, t,
    still: window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    onTown: (town) => address.go({ town: town.id }), onSuggestion: (one) => panel.show(one),
  });
  const network = createNetwork(byId("view-network"), {
    model, t, address: address.address, onTown: (town) => address.go({ town: town.id }), onSuggestion: (one) => panel.show(one),
  });
  const table = createTable(byId("view-table"), { t, address: address.address, onRows: (rows) => address.adjust({ rows }) });
  const figures = createFigures(byId("view-figures"), { model, t, address: address.address });
  const review = createReview(byId("view-review"), { model, t, address: address.address, desk, nameOf, folding, editing });
  const status = createStatus(byId("desk"), { desk, t, title: model.title });
  const search = createSearch(byId("search"), byId("search-list"), {
    organisations: model.organisations, t,
    onTown: (town) => {
      address.go({ town: town.id, view: ["map", "network"].includes(address.state.view) ? address.state.view : "map" });
      byId("panel").focus({ preventScroll: true });
    },
  });
  const filters = createFilters({ model, t, folding, onChange: (changes) => address.adjust(changes) });
  const legend = createLegend({ model, t, folding, onChange: () => render({ keep: true }) });
  const tabs = createTabs((view) => address.go({ view }));
  const shade = createShade(() => render({ keep: true }));
  const choice = createLanguageChoice(languages, (lang) => address.adjust({ lang }));
  createPaper((paper) => {
    shade.onPaper(paper);
    render({ keep: true });
  });
  createSheet({ model, t, panel, map });
  createTakeaway({ model, t, address, table, legend, rows: () => looked().rows, town: () => looked().town });
  byId("skip").addEventListener("click", (/** @type {Event} */ event) => {
    event.preventDefault();
    const beside = byId("panel").offsetParent !== null;
    byId(beside ? "panel" : `view-${address.state.view}`).focus();
  });

  say();
  address.read();
  window.performance.mark("twinnet ready");

  /** What the address looks at: the town, the tests of the filters and all that passes them. */
  function looked() {
    const { state } = address;
    const town = towns.get(state.town) ?? null;
    const tests = passes(state);
    const suggestions = (town ? town.suggestions : best).filter(tests.suggestion);
    const links = () => (town ? town.links : model.links).filter(tests.link);
    const rows = {
      suggestions,
      get links() {
        return links();
      },
      get towns() {
        const of = town ? around(town, suggestions, links()) : model.organisations;
        return of.filter((one) => one === town || tests.town(one));
      },
    };
    return { town, tests, suggestions, rows, filtered: countFilters(state) > 0 };
  }

  /** Follow the address. @param {State} before */
  function read(before) {
    const { state } = address;
    const moved = state.town !== before.town;
    if (moved) window.scrollTo(0, 0);
    if (t.code !== wished()) {
      t.use(languages[wished()]);
      say();
      render({ moved: false, spoken: true });
    } else {
      render({ moved });
    }
  }

  /** Say everything that is not made anew by a rendering in the language of the moment. */
  function say() {
    sayPage(t);
    choice.show(t.code);
    byId("counts").textContent = `${t("organisations.n", { n: model.counts.organisations })} · ${t("since", { date: model.today })}`;
    for (const part of [filters, legend, table, map, network, panel, figures, review, status]) if ("relabel" in part) /** @type {any} */ (part).relabel();
  }

  /**
   * Show what the address asks for. `keep`: only the drawing is made anew, nothing is brought into view; `moved`: another
   * town than before; `spoken`: the same in another language.
   */
  function render({ keep = false, moved = true, spoken = false } = {}) {
    const { state } = address;
    const { town, tests, suggestions, rows, filtered } = looked();
    const all = town ? town.suggestions.length : best.length;
    filters.show(state, filtered ? t("shown", { n: suggestions.length, all }) : t("suggestions.n", { n: all }));
    tabs.show(state.view);
    // The panel stands beside the map and the network alone.
    if (!keep && state.view !== "review") {
      const place = spoken ? hold(byId("panel")) : null;
      const inside = byId("panel").contains(document.activeElement);
      if (town) panel.town(town, suggestions, { passes: tests });
      else panel.overview(suggestions, filtered, { passes: tests });
      place?.();
      if (moved) {
        byId("panel").scrollTop = 0;
        search.set("");
        if (inside) byId("panel").focus({ preventScroll: true });
      } else if (inside && !byId("panel").contains(document.activeElement)) {
        byId("panel").focus({ preventScroll: true });
      }
    }
    document.title = town ? `${town.name} – ${model.title}` : model.title;
    if (state.view === "map") {
      map.resize();
      const { lines, towns: marks, places, dotted, unplaced } = scene({
        model, town, suggestions, passes: tests, filtered, on: legend.show(town !== null), small: folding.matches, t,
      });
      map.draw({ lines, towns: marks, dotted, unplaced, fit: keep || spoken ? null : places, left: legend.width });
    } else if (state.view === "network") {
      network.show(town, { suggestions, passes: tests });
    } else if (state.view === "table") {
      table.show(rows, { kind: state.rows, town });
    } else if (state.view === "review") {
      if (!keep) review.show(suggestions, { town, passes: tests.suggestion, asked: JSON.stringify({ ...state, lang: "" }) });
    } else {
      figures.show();
    }
    if (state.view !== "review") review.leave();
  }
}

/** A town and all that its suggestions and links name. @param {Organisation} town @param {Suggestion[]} suggestions @param {Link[]} links */
function around(town, suggestions, links) {
  const found = new Set([town]);
  for (const { organisation, candidate } of suggestions) found.add(organisation).add(candidate);
  for (const { a, b } of links) found.add(a).add(b);
  return Array.from(found);
}

/** Keep where an element is scrolled to and what is open in it; the function returned brings both back. @param {HTMLElement} element */
function hold(element) {
  const [page, inside] = [window.scrollY, element.scrollTop];
  const open = Array.from(element.querySelectorAll("details"), (box) => box.open);
  return () => {
    const boxes = element.querySelectorAll("details");
    boxes.forEach((box, at) => {
      if (open[at] !== undefined && boxes.length >= open.length) box.open = open[at];
    });
    element.scrollTop = inside;
    window.scrollTo(0, page);
  };
}

start().catch((error) => {
  byId("app").hidden = false;
  byId("panel").replaceChildren(h("p", { class: "note" }, byId("too-old").textContent));
  throw error;
});
