// Partners and projects of a town, and how a link is said.
import { h, name, s } from "./dom.js";
import { GLYPHS, LINES } from "./shapes.js";
import { styleOfLink } from "./data.js";

/** @type {LinkState[]} */
const STATES = ["active", "declining", "dormant", "unknown", "ended"];

/** A short line in the style of its meaning, as on the map. @param {LineStyle} style */
export function swatch(style) {
  const { dash, width } = LINES[style];
  const corners = GLYPHS[style];
  const glyph = corners
    ? s("path", { d: `M${corners.map(([x, y]) => `${(17 + 4.2 * x).toFixed(1)} ${(5 + 4.2 * y).toFixed(1)}`).join("L")}Z` })
    : style === "revitalise" && s("circle", { class: "ring", cx: 17, cy: 5, r: 3.2 });
  return s("svg", { class: `swatch ${style}`, viewBox: "0 0 34 10", width: 34, height: 10, "aria-hidden": "true", focusable: "false" },
    s("line", { x1: 1, y1: 5, x2: 33, y2: 5, "stroke-width": width, "stroke-dasharray": dash.join(" ") || false }), glyph);
}

/** Say a link's dates and state. @param {Link} link @param {Translator} t @param {{state?: boolean}} [options] */
export function linkWords(link, t, { state = true } = {}) {
  return [
    t(`link.${link.kind}`),
    link.since && t("link.since", { date: link.since }),
    link.until && t("link.until", { date: link.until }),
    link.last && t("link.last", { date: link.last }),
    state && t(`state.${link.state}`),
  ].filter(Boolean).join(", ");
}

/**
 * Return a town's partners by the state of the liveliest link with each, in the order of the names.
 * @param {Organisation} town @param {{t: Translator, passes?: (link: Link) => boolean}} options
 * @returns {{state: LinkState, partners: {other: Organisation, links: Link[]}[]}[]}
 */
export function partnersByState(town, { t, passes = () => true }) {
  const all = town.edges.map((edge) => ({ other: edge.a === town ? edge.b : edge.a, links: edge.links.filter(passes) }))
    .filter(({ links }) => links.length > 0)
    .sort((one, two) => t.compare(one.other.label, two.other.label));
  const stateOf = (/** @type {Link[]} */ links) => Math.min(...links.map((link) => STATES.indexOf(link.state)));
  return STATES.map((state, at) => ({ state, partners: all.filter(({ links }) => stateOf(links) === at) }))
    .filter(({ partners }) => partners.length > 0);
}

/**
 * The list of a town's partners.
 * @param {Organisation} town
 * @param {{t: Translator, address: Address, editing: ReturnType<typeof import("./desk/editing.js").createEditing>, passes?: (link: Link) => boolean}} options
 */
export function partnerList(town, { t, address, editing, passes }) {
  const groups = partnersByState(town, { t, passes });
  const shown = groups.reduce((n, { partners }) => n + partners.length, 0);
  if (town.edges.length === 0) return [h("p", { class: "muted" }, t("no_link"))];
  return [
    shown < town.edges.length && h("p", { class: "muted" }, t("partners.shown", { n: shown, all: town.edges.length })),
    ...groups.flatMap(({ state, partners }) => [
      h("h4", {}, swatch(styleOfLink({ state })), " ", t(`partners.${state}`), h("span", { class: "count" }, ` ${t.number(partners.length)}`)),
      h("ul", { class: "partners" }, partners.map(({ other, links }) => h("li", {},
        h("a", { href: address({ town: other.id }), dir: "auto" }, other.label),
        other.countryName && !other.label.includes(other.countryName) ? h("span", { class: "muted" }, ` ${other.countryName}`) : "",
        links.map((link) => {
          const words = () => [linkWords(link, t, { state: link.state !== state }), link.themes.length > 0 && [" · ", name(link.themes.map(t.theme).join(", "))]];
          return h("div", { class: "muted" }, editing.link(link, words));
        })))),
    ]),
  ];
}

/** The list of a town's projects. @param {Organisation} town @param {{t: Translator}} options */
export function projectList(town, { t }) {
  if (town.projects.length === 0) return h("p", { class: "muted" }, t("no_project"));
  return h("ul", { class: "projects" }, town.projects.map((project) => {
    const role = project.partners.find((one) => one.organisation === town)?.role;
    const others = project.partners.filter((one) => one.organisation !== town).map((one) => one.organisation.name);
    return h("li", {}, h("b", { dir: "auto" }, project.name), project.title ? [" ", name(project.title)] : "",
      [
        [project.programme, project.measure].filter(Boolean).join(", "),
        [project.start, project.end].filter(Boolean).join(" – "),
        role && (t(`role.${role}`) === `role.${role}` ? role : t(`role.${role}`)), project.themes.map(t.theme).join(", "),
        others.length > 0 && t("projects.with", { names: others.join(", ") }),
      ].filter(Boolean).map((words) => h("div", { class: "muted", dir: "auto" }, words)));
  }));
}
