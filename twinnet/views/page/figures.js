// The numbers a network shows itself with: each drawn, each with what it counts, each as a table too.
import { h, name, s } from "./dom.js";

/** So many bars are drawn of a long list; the table has all. */
const BARS = 12;
const THEMES = 15;
/** The darkest cell of the matrix; on it numbers are still read well. */
const DARKEST = 0.45;
/** The corridor whose share is always told. */
const USUAL = "old-europe:south-east-europe";

/** @typedef {{label: string|Node, n: number, style?: string}} Bar */

/**
 * Make the view of the figures.
 * @param {HTMLElement} element
 * @param {{model: Model, t: Translator, address: Address}} options
 */
export function createFigures(element, { model, t, address }) {
  const found = model.figures;
  const towns = new Map(model.organisations.map((one) => [one.id, one]));
  let made = 0;

  /** Show them, in the language of the moment. */
  function show() {
    made = 0;
    element.replaceChildren(h("div", { class: "figures" },
      h("h2", {}, t("figures.title")),
      h("p", { class: "muted" }, t("since", { date: model.today })),
      found.organisations === 0 && h("p", { class: "note" }, t("no_organisations")),
      tiles(),
      h("div", { class: "figures-sections" },
        h("div", {},
          bars("states", found.states.map(([key, n]) => ({ label: t(`state.${key}`), n, style: `figures-${key}` })), found.links),
          corridors(),
          bars("link_kinds", counted(found.link_kinds, (key) => t(`link.${key}`)), found.links),
          bars("countries", counted(found.countries, t.country), found.organisations, (n) => t("figures.countries.more", { n }))),
        h("div", {},
          decades(),
          unlinked(),
          bars("kinds", counted(found.kinds, (key) => t(`kind.${key}`)), found.organisations),
          bars("networks", counted(found.networks, (key) => name(key)), found.organisations, (n) => t("figures.networks.more", { n })),
          projects())),
      themes(),
      matrix()));
  }

  /** @param {number} n @param {number} of */
  function share(n, of) {
    const percent = of === 0 ? 0 : (100 * n) / of;
    return t("figures.share", { n: percent > 0 && percent < 10 ? Number(percent.toFixed(1)) : Math.round(percent) });
  }

  /** @param {Counted[]} counts @param {(key: string) => string|Node} say @returns {Bar[]} */
  function counted(counts, say) {
    return counts.map(([key, n]) => ({ label: key === null ? t("not_known") : say(key), n }));
  }

  /** A title that says what is counted when it is pointed at or focused. @param {string} key */
  function what(key) {
    made += 1;
    const id = `figures-what-${made}`;
    const button = h("button", { type: "button", "aria-describedby": id, onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Escape") button.blur();
    } }, t(`figures.${key}`));
    return h("span", { class: "figures-what" }, button, h("span", { role: "tooltip", id }, t(`figures.${key}.what`)));
  }

  function tiles() {
    const active = found.states.find(([key]) => key === "active")?.[1] ?? 0;
    /** @type {[string, number, string|null][]} */
    const shown = [
      ["organisations", found.organisations, null],
      ["members", found.members, found.organisations > 0 ? share(found.members, found.organisations) : null],
      ["links", found.links, null],
      ["active", active, found.links > 0 ? share(active, found.links) : null],
      ["unlinked", found.unlinked.n, found.unlinked.of > 0 ? share(found.unlinked.n, found.unlinked.of) : null],
      ["suggestions", found.suggestions, null],
      ["projects", found.projects.n, null],
    ];
    return h("dl", { class: "figures-tiles" }, shown.map(([key, n, part]) => h("div", {},
      h("dt", {}, what(key)), h("dd", {}, h("b", {}, t.number(n)), part && h("span", { class: "muted" }, ` ${part}`)))));
  }

  /** @param {string} key @param {Child[]} content @param {string} [wide] */
  function section(key, content, wide) {
    return h("section", { class: wide ? `figures-section ${wide}` : "figures-section" }, h("h3", {}, what(key)), content);
  }

  /** The same as a table, made when it is first opened. @param {string} key @param {string[]} heads @param {() => Child[][]} rows */
  function table(key, heads, rows) {
    const box = h("details", { class: "figures-table", ontoggle: () => {
      if (box.childElementCount > 1) return;
      box.append(h("div", { class: "figures-scroll", tabindex: 0, role: "region", "aria-label": t(`figures.${key}`) }, h("table", {},
        h("caption", {}, t(`figures.${key}.what`)),
        h("thead", {}, h("tr", {}, heads.map((head, at) => h("th", { scope: "col", class: at > 0 && "number" }, head)))),
        h("tbody", {}, rows().map(([first, ...rest]) => h("tr", {}, h("th", { scope: "row" }, first), rest.map((cell) => h("td", { class: "number" }, cell))))))));
    } }, h("summary", {}, t("figures.table")));
    return box;
  }

  /** @param {number} n @param {number} most @param {string} [style] */
  function bar(n, most, style = "") {
    if (n === 0) return h("span", { class: "figures-track" });
    const drawn = h("span", { class: `figures-bar ${style}`, "aria-hidden": "true" });
    drawn.style.width = `${(100 * n) / most}%`;
    return h("span", { class: "figures-track" }, drawn);
  }

  /**
   * A list of bars.
   * @param {string} key
   * @param {Bar[]} all
   * @param {number} of what shares are of
   * @param {(n: number) => string} [more] says how many are not drawn
   */
  function bars(key, all, of, more) {
    if (all.length === 0) return section(key, [h("p", { class: "muted" }, t("none_recorded"))]);
    const drawn = more && all.length > BARS + 1 ? all.slice(0, BARS) : all;
    const rest = all.slice(drawn.length);
    const most = Math.max(...drawn.map(({ n }) => n));
    return section(key, [
      h("ul", { class: "figures-bars" }, drawn.map(({ label, n, style }) => h("li", {},
        h("span", { class: "figures-label" }, copy(label)), bar(n, most, style), h("span", { class: "figures-n" }, h("b", {}, t.number(n)), ` ${share(n, of)}`)))),
      more && rest.length > 0 && h("p", { class: "muted" }, `${more(rest.length)}: ${t.number(rest.reduce((sum, { n }) => sum + n, 0))}`),
      table(key, [t(`figures.${key}`), t("figures.n"), t("figures.part")], () => all.map(({ label, n }) => [copy(label), t.number(n), share(n, of)])),
    ]);
  }

  /** A label stands in the drawing and in the table. @param {string|Node} label */
  function copy(label) {
    return typeof label === "string" ? label : label.cloneNode(true);
  }

  function decades() {
    const known = found.decades.filter(([key]) => key !== null);
    const unknown = found.decades.find(([key]) => key === null)?.[1] ?? 0;
    if (known.length === 0) return section("decades", [h("p", { class: "muted" }, t("figures.decades.none"))]);
    const most = Math.max(...known.map(([, n]) => n));
    const years = (/** @type {string|null} */ key) => `${key}–${String(Number(key) + 9).slice(-2)}`;
    const drawn = known.slice(-BARS);
    const [wide, high, step] = [640, 230, 640 / drawn.length];
    const columns = drawn.map(([key, n], i) => {
      const tall = (n / most) * (high - 76);
      const middle = step * (i + 0.5);
      return s("g", {},
        s("rect", { x: middle - step * 0.34, y: high - 44 - tall, width: step * 0.68, height: tall, rx: 3 }),
        s("text", { x: middle, y: high - 51 - tall, class: "value" }, t.number(n)),
        s("text", { x: middle, y: high - 24 }, key),
        s("text", { x: middle, y: high - 6 }, years(key).slice(4)));
    });
    return section("decades", [
      s("svg", { class: "figures-columns", viewBox: `0 0 ${wide} ${high}`, role: "img", "aria-label": t("figures.decades.label") },
        s("line", { x1: 0, x2: wide, y1: high - 43.5, y2: high - 43.5 }), columns),
      unknown > 0 && h("p", { class: "muted" }, t("figures.decades.unknown", { n: unknown })),
      table("decades", [t("figures.decade"), t("figures.n"), t("figures.part")],
        () => found.decades.map(([key, n]) => [key === null ? t("not_known") : years(key), t.number(n), share(n, found.links)])),
    ]);
  }

  /** A corridor as the rules write it, in words. @param {string} text */
  function ends(text) {
    const [from, to] = text.split(":").map((end) => end.split(",").map((part) => {
      const key = part.trim();
      return /^[A-Za-z]{2}$/.test(key) ? t.country(key.toUpperCase()) : t(`group.${key}`) === `group.${key}` ? key : t(`group.${key}`);
    }).join(", "));
    return `${from} – ${to}`;
  }

  function corridors() {
    const rows = found.corridors.flatMap(([key, links, ofLinks, suggestions, ofSuggestions]) => [
      h("h4", {}, key === USUAL ? null : h("span", { class: "muted" }, `${t("figures.corridors.asked")}: `), ends(key)),
      h("ul", { class: "figures-bars even" },
        part(t("figures.links"), links, ofLinks, "figures-active"),
        part(t("figures.suggestions"), suggestions, ofSuggestions, "figures-suggested")),
    ]);
    return section("corridors", [
      rows,
      table("corridors", [t("corridor"), t("figures.links"), t("figures.part"), t("figures.suggestions"), t("figures.part")],
        () => found.corridors.map(([key, links, ofLinks, suggestions, ofSuggestions]) =>
          [ends(key), t.number(links), share(links, ofLinks), t.number(suggestions), share(suggestions, ofSuggestions)])),
    ]);
  }

  /** One bar of which the track is the whole. @param {string} label @param {number} n @param {number} of @param {string} style */
  function part(label, n, of, style) {
    return h("li", {}, h("span", { class: "figures-label" }, label), bar(n, of, style),
      h("span", { class: "figures-n" }, h("b", {}, share(n, of)), ` ${t("figures.of", { n, all: of })}`));
  }

  function unlinked() {
    const { n, of, largest, names } = found.unlinked;
    const say = (/** @type {string} */ id) => {
      const town = towns.get(id);
      if (town) return h("a", { href: address({ town: id, view: "map" }), dir: "auto" }, town.label);
      const [called, country] = names[id] ?? [id, null];
      return h("span", {}, name(called), country && `, ${t.country(country)}`);
    };
    return section("unlinked", [
      h("ul", { class: "figures-bars" }, part(t("figures.towns"), n, of, "figures-unlinked")),
      largest.length > 0 && h("ul", { class: "figures-names" }, largest.map((id) => h("li", {}, say(id)))),
      n > largest.length && h("p", { class: "muted" }, t("no_coordinates.more", { n: n - largest.length })),
      table("unlinked", [t("town"), t("country"), t("inhabitants")], () => largest.map((id) => {
        const town = towns.get(id);
        const country = town?.country ?? names[id]?.[1];
        return [say(id), country ? t.country(country) : t("not_known"), town?.population === undefined ? t("not_known") : t.number(town.population)];
      })),
    ]);
  }

  function projects() {
    const programmes = counted(found.projects.programmes, (key) => name(key));
    const made = bars("projects", programmes, found.projects.n, (n) => t("figures.programmes.more", { n }));
    if (found.projects.n > 0) made.insertBefore(h("p", { class: "muted" }, t("figures.projects.organisations", { n: found.projects.organisations })), made.children[1]);
    return made;
  }

  function themes() {
    const all = found.themes;
    if (all.length === 0) return section("themes", [h("p", { class: "muted" }, t("none_recorded"))]);
    const drawn = all.slice(0, THEMES);
    const most = Math.max(1, ...drawn.map(([, ...n]) => Math.max(...n)));
    const sides = /** @type {[string, string][]} */ ([["offered", "figures-offered"], ["sought", "figures-sought"], ["inferred", "figures-inferred"]]);
    return section("themes", [
      h("p", { class: "figures-key" }, sides.map(([side, style]) => h("span", {}, h("span", { class: `figures-bar ${style}`, "aria-hidden": "true" }), " ", t(`figures.${side}`)))),
      h("ul", { class: "figures-themes" }, drawn.map(([theme, ...n]) => h("li", {},
        h("span", { class: "figures-label" }, name(t.theme(theme))),
        sides.map(([side, style], at) => h("span", { class: "figures-side" }, h("span", { class: "hidden-label" }, t(`figures.${side}`)), bar(n[at], most, style), h("span", { class: "figures-n" }, t.number(n[at]))))))),
      found.themes_more + all.length > THEMES && h("p", { class: "muted" }, t("figures.themes.more", { n: found.themes_more + all.length - THEMES })),
      table("themes", [t("theme"), ...sides.map(([side]) => t(`figures.${side}`))], () => all.map(([theme, ...n]) => [name(t.theme(theme)), ...n.map((one) => t.number(one))])),
    ], "wide");
  }

  function matrix() {
    const { countries, rows } = found.matrix;
    if (rows.length === 0) return section("matrix", [h("p", { class: "muted" }, t("none_recorded"))], "wide");
    const say = (/** @type {string|null} */ code) => (code === null ? t("figures.matrix.other") : t.country(code));
    const named = rows.map((row, i) => row.filter((_, j) => countries[i] !== null && countries[j] !== null)).flat();
    const most = Math.max(1, ...named);
    const cell = (/** @type {number} */ n, /** @type {boolean} */ own) => {
      const made = h("td", { class: own && "own" }, h("span", {}, t.number(n)));
      made.style.setProperty("--heat", String(n === 0 ? 0 : 0.05 + (DARKEST - 0.05) * Math.sqrt(Math.min(1, n / most))));
      if (n === 0) made.classList.add("nothing");
      return made;
    };
    return section("matrix", [
      h("p", { class: "muted" }, t("figures.matrix.what")),
      h("div", { class: "figures-scroll", tabindex: 0, role: "region", "aria-label": t("figures.matrix") }, h("table", { class: "figures-matrix" },
        h("thead", {}, h("tr", {}, h("td", {}), countries.map((code) => h("th", { scope: "col" }, h("span", {}, say(code)))),
          h("th", { scope: "col" }, h("span", {}, t("figures.matrix.all"))))),
        h("tbody", {}, rows.map((row, i) => h("tr", {}, h("th", { scope: "row" }, say(countries[i])), row.map((n, j) => cell(n, i === j)),
          h("td", { class: "sum" }, t.number(row.reduce((sum, n) => sum + n, 0)))))))),
    ], "wide");
  }

  return { show };
}
