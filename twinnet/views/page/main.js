// The page: what is looked at (in the address) decides what every part shows.
import { fold, translator } from "./text.js";
import { byId, h, s } from "./dom.js";
import { foremost, join, passes, styleOf, styleOfLink, unpack } from "./data.js";
import { readState, writeState } from "./state.js";
import { MARKS } from "./shapes.js";
import { createMap } from "./map.js";
import { createNetwork } from "./network.js";
import { createPanel, linkWords, swatch } from "./panel.js";
import { createSearch } from "./search.js";
import { createTable } from "./table.js";

const ON_MAP = 40;
const VIEW_NAMES = ["map", "network", "table"];
const LINK_STYLES = ["active", "dormant", "unknown", "ended"];
const SUGGESTION_STYLES = ["start", "revitalise", "develop"];

async function start() {
  byId("app").hidden = false;
  const language = document.documentElement.lang;
  const data = await unpack(byId("data"));
  const model = join(data, fold);
  const t = translator({
    code: language, texts: model.strings, themes: model.themes, tongues: model.languages, numbers: { decimal: ".", group: "," },
    countries: Object.fromEntries(Object.entries(model.countries).map(([code, [label]]) => [code, label])),
  });
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const towns = new Map(model.organisations.map((one) => [one.id, one]));

  let state = readState(window.location.hash);
  const address = (changes) => writeState({ ...state, ...changes });
  const go = (changes) => {
    const next = address(changes);
    if (next !== window.location.hash) window.location.hash = next;
  };
  const adjust = (changes) => {
    window.history.replaceState(null, "", address(changes));
    read();
  };

  // Lines that the legend has switched on: an overview begins with the suggestions alone, a town with everything.
  const layers = { overview: new Set(SUGGESTION_STYLES), town: new Set([...SUGGESTION_STYLES, ...LINK_STYLES]) };
  const panel = createPanel(byId("panel"), { model, t, address });
  const map = createMap(byId("map"), {
    topology: JSON.parse(byId("map-data").textContent), others: model.others, t, still,
    onTown: (town) => go({ town: town.id }), onSuggestion: (one) => panel.show(one),
  });
  const network = createNetwork(byId("network"), { t, onTown: (town) => go({ town: town.id }), onEdge: tellEdge });
  const table = createTable(byId("view-table"), { t, address });
  const search = createSearch(byId("search"), byId("search-list"), {
    organisations: model.organisations, t, onTown: (town) => go({ town: town.id, view: state.view === "table" ? "map" : state.view }),
  });

  byId("counts").textContent = [
    t("organisations.n", { n: model.counts.organisations }), t("links.n", { n: model.counts.links }),
    t("suggestions.n", { n: model.counts.suggestions }), t("since", { date: model.today }),
  ].join(" · ");

  // Filters
  const form = byId("filter-form");
  const scores = model.suggestions.map((one) => one.score);
  const [least, most] = scores.length ? [Math.min(...scores), Math.max(...scores)] : [0, 0];
  const floor = Math.floor(least / 100) * 100;
  Object.assign(form.elements.min, { min: String(floor), max: String(Math.max(floor, Math.floor(most / 100) * 100)), step: "100" });
  const inSuggestions = new Set(model.suggestions.flatMap((one) => [one.organisation.country, one.candidate.country]));
  options(form.elements.country, Object.entries(model.countries).filter(([code]) => inSuggestions.has(code)).map(([code, [label]]) => [code, label]));
  options(form.elements.theme, Object.entries(model.themes));
  form.addEventListener("input", () => {
    const { kind, country, theme, min } = form.elements;
    adjust({ kind: kind.value, country: country.value, theme: theme.value, min: Number(min.value) <= floor ? null : Number(min.value) });
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    adjust({ kind: "", country: "", theme: "", min: null });
  });
  const folding = window.matchMedia("(max-width: 800px)");
  const fold_filters = () => {
    byId("filters").open = !folding.matches;
    byId("legend").open = !folding.matches;
  };
  folding.addEventListener("change", fold_filters);
  fold_filters();

  // Views
  VIEW_NAMES.forEach((view, i) => {
    const tab = byId(`tab-${view}`);
    tab.addEventListener("click", () => look(view));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: VIEW_NAMES.length - 1 }[event.key];
      if (!step) return;
      const next = VIEW_NAMES[(i + step) % VIEW_NAMES.length];
      byId(`tab-${next}`).focus();
      look(next);
    });
  });
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId("panel").focus();
  });
  byId("ring").addEventListener("change", () => render());

  // Light and dark
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const tellDark = () => byId("dark").setAttribute("aria-pressed", String(isDark()));
  byId("dark").addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    tellDark();
    render({ keep: true });
  });
  dark.addEventListener("change", () => {
    tellDark();
    render({ keep: true });
  });
  tellDark();

  // Print: light, and the map as large as the paper lets it be
  let screen = null;
  const onPaper = (paper) => {
    if (paper && screen === null) {
      screen = root.dataset.theme ?? "";
      root.dataset.theme = "light";
    } else if (!paper && screen !== null) {
      if (screen) root.dataset.theme = screen;
      else delete root.dataset.theme;
      screen = null;
    }
    render({ keep: true });
    map.refit();
  };
  byId("print").addEventListener("click", () => window.print());
  window.addEventListener("beforeprint", () => onPaper(true));
  window.addEventListener("afterprint", () => onPaper(false));
  window.matchMedia("print").addEventListener("change", (event) => onPaper(event.matches));

  legend();
  window.addEventListener("hashchange", read);
  read();

  /** The network is always that of one town: where none is chosen, of the one whose suggestion is best. */
  function look(view) {
    const town = state.town || (view === "network" ? (model.suggestions[0]?.organisation ?? model.organisations[0])?.id ?? "" : "");
    go({ view, town });
  }

  function read() {
    const before = state;
    state = readState(window.location.hash);
    if (state.town && !towns.has(state.town)) state.town = "";
    if (state.town !== before.town) window.scrollTo(0, 0);
    render({ moved: state.town !== before.town });
  }

  function options(select, entries) {
    entries.sort(([, one], [, other]) => one.localeCompare(other, language));
    for (const [value, label] of entries) select.append(h("option", { value }, label));
  }

  function showFilters() {
    const { kind, country, theme, min } = form.elements;
    for (const choice of kind) choice.checked = choice.value === state.kind;
    country.value = state.country;
    theme.value = state.theme;
    min.value = String(state.min ?? floor);
    byId("min-label").textContent = t("min", { n: Number(min.value) });
    const on = [state.kind, state.country, state.theme, state.min].filter((value) => value !== "" && value !== null).length;
    byId("filters-on").textContent = on ? `(${on})` : "";
    byId("reset").disabled = on === 0;
    return on > 0;
  }

  function render({ keep = false, moved = true } = {}) {
    const filtered = showFilters();
    const town = towns.get(state.town) ?? null;
    const test = passes(state);
    const passing = model.suggestions.filter(test);
    const mine = town ? town.suggestions.filter(test) : [];
    byId("shown").textContent = filtered ? t("shown", { n: (town ? mine : passing).length, all: (town ? town.suggestions : model.suggestions).length }) : "";
    document.body.dataset.view = state.view;
    for (const view of VIEW_NAMES) {
      const on = view === state.view;
      byId(`view-${view}`).hidden = !on;
      byId(`tab-${view}`).setAttribute("aria-selected", String(on));
      byId(`tab-${view}`).tabIndex = on ? 0 : -1;
    }
    if (!keep) {
      const inPanel = byId("panel").contains(document.activeElement);
      if (town) panel.town(town, mine);
      else panel.overview(passing, filtered);
      if (moved) {
        byId("panel").scrollTop = 0;
        search.set("");
        if (inPanel) byId("panel").focus({ preventScroll: true });
      }
    }
    document.title = town ? `${town.name} – ${model.title}` : model.title;
    if (state.view === "map") drawMap({ town, passing, mine, keep });
    else if (state.view === "network") drawNetwork(town, mine);
    else table.show(town ? mine : passing, town);
  }

  function drawMap({ town, passing, mine, keep }) {
    map.resize();
    const on = town ? layers.town : layers.overview;
    for (const box of document.querySelectorAll("#legend-body input")) box.checked = on.has(box.value);
    const shown = (town ? mine : foremost(passing, ON_MAP)).filter((one) => on.has(styleOf(one)));
    const linked = (town ? town.links : model.links).filter((link) => on.has(styleOfLink(link)));
    const inCountry = (link) => !state.country || link.a.country === state.country || link.b.country === state.country;
    const ofTheme = (link) => !state.theme || link.themes.includes(state.theme);
    const suggested = new Set(shown.map((one) => one.link));
    const lines = [
      ...linked.filter((link) => !suggested.has(link) && (town || (inCountry(link) && ofTheme(link))))
        .map((link) => ({ a: link.a, b: link.b, style: styleOfLink(link), tip: linkWords(link, t) })),
      ...shown.map((one) => ({
        a: one.organisation, b: one.candidate, style: styleOf(one), suggestion: one,
        tip: `${one.ask ? t("ask_first") : t(one.kind)} · ${t("points.n", { n: one.score })}`,
      })).reverse(),
    ].filter(({ a, b }) => a.placed && b.placed);
    const concerned = new Map();
    if (town) concerned.set(town, 0);
    for (const one of shown) for (const side of [one.organisation, one.candidate]) concerned.set(side, concerned.size);
    if (town) for (const { a, b } of lines) for (const side of [a, b]) if (!concerned.has(side)) concerned.set(side, concerned.size);
    const first = Array.from(concerned.keys()).filter((one) => one.placed);
    const rest = town ? [] : model.organisations.filter((one) => one.placed && !concerned.has(one));
    map.draw({
      lines,
      dotted: !town,
      towns: [
        ...first.map((one) => ({ town: one, strong: one === town, radius: one === town ? 7 : folding.matches ? 4 : 5, faint: false, label: true })),
        ...rest.map((one) => ({ town: one, strong: false, radius: rest.length > 600 ? 1.6 : folding.matches ? 2 : 3, faint: true, label: false })),
      ],
      fit: keep ? null : town ? first : middle(first),
      left: byId("legend").open && !folding.matches ? byId("legend").offsetWidth : 0,
    });
  }

  /** Leave out the outermost of many towns, so that one far away does not make all others small. */
  function middle(all) {
    const cut = Math.floor(all.length / 30);
    const inner = (name) => {
      const values = all.map((one) => one[name]).sort((one, other) => one - other);
      return [values[cut], values[values.length - 1 - cut]];
    };
    const [[south, north], [west, east]] = [inner("latitude"), inner("longitude")];
    return all.filter((one) => one.latitude >= south && one.latitude <= north && one.longitude >= west && one.longitude <= east);
  }

  function drawNetwork(chosen, mine) {
    const town = chosen ?? null;
    byId("network-edge").replaceChildren();
    byId("network-hint").textContent = town ? t("network.hint") : t("network.choose");
    byId("network").hidden = !town;
    if (!town) {
      network.clear();
      return;
    }
    byId("network").setAttribute("role", "group");
    byId("network").setAttribute("aria-label", t("network.label", { name: town.label }));
    const { left } = network.draw(town, { outer: byId("ring").checked, suggestions: mine });
    if (left > 0) byId("network-hint").textContent += ` ${t("network.left_out", { n: left })}`;
  }

  function tellEdge(chosen) {
    if (!chosen) return;
    const { edge, suggestion } = chosen;
    if (suggestion) {
      panel.show(suggestion);
      byId("network-edge").replaceChildren(h("b", {}, `${suggestion.organisation.label} – ${suggestion.candidate.label}`),
        ` ${t(suggestion.kind)}, ${t("points.n", { n: suggestion.score })}`);
      return;
    }
    byId("network-edge").replaceChildren(h("b", {}, t("network.edge", { a: edge.a.label, b: edge.b.label })),
      h("ul", {}, edge.links.map((link) => h("li", {}, swatch(styleOfLink(link)), " ", linkWords(link, t),
        link.themes.length ? ` · ${link.themes.map((key) => model.themes[key] ?? key).join(", ")}` : ""))));
  }

  /** The legend says what lines and marks mean, and switches lines on and off. */
  function legend() {
    const present = new Set(model.links.map(styleOfLink));
    const kinds = new Set(model.suggestions.map(styleOf));
    const flip = ({ target }) => {
      const on = state.town ? layers.town : layers.overview;
      if (target.checked) on.add(target.value);
      else on.delete(target.value);
      render({ keep: true });
    };
    const line = (style) => h("label", { class: "check" }, h("input", { type: "checkbox", value: style, onchange: flip }),
      swatch(style), h("span", {}, LINK_STYLES.includes(style) ? t(style) : t(`suggested.${style}`)));
    const mark = (region) => {
      const shape = { circle: () => s("circle", { cx: 8, cy: 8, r: 5 }), square: () => s("rect", { x: 3.5, y: 3.5, width: 9, height: 9 }), triangle: () => s("path", { d: "M8 2 L14 13 L2 13 Z" }) }[MARKS[region]]();
      return h("p", { class: "mark" }, s("svg", { class: region, viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true", focusable: "false" }, shape), t(`region.${region}`));
    };
    byId("legend-body").replaceChildren(
      ...SUGGESTION_STYLES.filter((style) => kinds.has(style)).map(line),
      ...LINK_STYLES.filter((style) => present.has(style)).map(line),
      ...["old", "other", "see"].map(mark));
  }
}

start().catch((error) => {
  byId("app").hidden = false;
  const strings = (() => { try { return JSON.parse(byId("data").textContent).strings ?? {}; } catch { return {}; } })();
  byId("panel").replaceChildren(h("p", { class: "note" }, strings["error.browser"] ?? "This browser is too old to unpack the page’s data. Please open the page in a newer one."));
  throw error;
});
