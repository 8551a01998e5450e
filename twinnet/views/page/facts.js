// What is known of an organisation, what is not, and two of them side by side.
import { h, name, webAddress } from "./dom.js";

/** So many inferred themes are shown at once. */
const FORE = 5;

/** @typedef {{theme: string, from: string, why: string, more: string}} Inferred */
/** @typedef {{key: string, label: string, said: string | Inferred[] | null, optional?: boolean}} Fact what is said, null where it is not known; an optional one is left out then */

/**
 * Return what is known of an organisation.
 * @param {Organisation} town @param {Translator} t @returns {Fact[]}
 */
export function factsOf(town, t) {
  const themes = (/** @type {string[]} */ keys) => keys.map(t.theme).join(", ") || null;
  return [
    { key: "kind", label: t("kind"), said: t(`kind.${town.kind}`) },
    { key: "country", label: t("country"), said: town.countryName || null },
    { key: "inhabitants", label: t("inhabitants"), said: town.population === undefined ? null : t.number(town.population) },
    { key: "capital", label: t("capital"), said: town.capital === undefined ? null : t(town.capital ? "capital.yes" : "capital.no"), optional: true },
    { key: "languages", label: t("languages"), said: town.languages.map(t.language).join(", ") || null },
    { key: "offers", label: t("themes.offered"), said: themes(town.offers) },
    { key: "seeks", label: t("themes.sought"), said: themes(town.seeks) },
    { key: "works", label: t("themes.inferred"), said: inferred(town, "works on", t), optional: true },
    { key: "offers.inferred", label: t("themes.offered.inferred"), said: inferred(town, "offered", t), optional: true },
    { key: "seeks.inferred", label: t("themes.sought.inferred"), said: inferred(town, "sought", t), optional: true },
    { key: "memberships", label: t("memberships"), said: town.memberships.map((one) => membership(one, t)).join("; ") || null },
    { key: "position", label: t("coordinates"), said: position(town, t) },
  ];
}

/** Themes that are inferred for one side, each with its source; null where there are none. @param {Organisation} town @param {string} side @param {Translator} t @returns {Inferred[]|null} */
function inferred(town, side, t) {
  const found = town.inferred.filter((one) => one.side === side);
  if (found.length === 0) return null;
  return found.map(({ theme, from, why, more }) => ({
    theme: t.theme(theme), from, why, more: more > 0 ? ` ${t("sources.more", { n: more })}` : "",
  }));
}

/** @param {Organisation} town @param {Translator} t */
function position(town, t) {
  if (!town.placed) return null;
  const place = `${t.number(town.latitude, 2)}, ${t.number(town.longitude, 2)}`;
  return town.place_state === "own" ? `${place} (${t("place_state.own")})` : place;
}

/** @param {Membership & {source?: string}} one @param {Translator} t */
function membership(one, t) {
  const more = [
    one.since && t("member.since", { date: one.since }),
    one.until && t("member.until", { date: one.until }),
    one.former && t("member.former"),
    one.status,
    one.source && t("member.source", { name: one.source }),
  ].filter(Boolean);
  return more.length ? `${one.network} (${more.join(", ")})` : one.network;
}

/**
 * Return what is not known of an organisation and would count if it were.
 * @param {Organisation} town @param {Translator} t @returns {string[]}
 */
export function unknownOf(town, t) {
  const sides = new Set(town.inferred.map((one) => one.side));
  const works = sides.has("works on");
  const gives = town.offers.length > 0 || sides.has("offered");
  const takes = town.seeks.length > 0 || sides.has("sought");
  return [
    !town.country && "unknown.country",
    town.population === undefined && town.kind === "town" && "unknown.inhabitants",
    town.languages.length === 0 && "unknown.languages",
    !gives && !takes && !works && "unknown.themes",
    !gives && (takes || works) && "unknown.offers",
    !takes && (gives || works) && "unknown.seeks",
  ].flatMap((key) => (key ? [t(key)] : []));
}

/**
 * What a fact says; in little room without the words of a source.
 * @param {string | Inferred[] | null} said
 * @param {{t: Translator, brief?: boolean}} options
 */
function cell(said, { t, brief = false }) {
  if (said === null) return h("span", { class: "unknown-value" }, t("not_known"));
  if (typeof said === "string") return name(said, "span");
  const list = (/** @type {Inferred[]} */ some) => h("ul", { class: "inferred" }, some.map(({ theme, from, why, more }) =>
    h("li", { dir: "auto" }, h("i", {}, theme), h("span", { class: "muted" }, ` – ${brief ? from : why}${more}`))));
  const rest = said.slice(FORE);
  if (rest.length === 0) return list(said);
  return h("div", {}, list(said.slice(0, FORE)), h("details", {}, h("summary", {}, t("sources.more", { n: rest.length })), list(rest)));
}

const FIRST = ["inhabitants", "languages", "offers", "seeks", "memberships"];
/** @typedef {ReturnType<typeof import("./desk/editing.js").createEditing>} Editing */

/** What a fact says, with what corrects it. @param {Organisation} town @param {Fact} fact @param {{t: Translator, editing?: Editing, brief?: boolean}} options */
function editableCell(town, fact, { t, editing, brief }) {
  if (!editing?.has(fact.key)) return cell(fact.said, { t, brief });
  return editing.fact(town, fact, () => cell(factsOf(town, t).find(({ key }) => key === fact.key)?.said ?? null, { t, brief }));
}

const INFERRED = ["works", "offers.inferred", "seeks.inferred"];

/**
 * What is known of a town: the facts, apart from them what is inferred, folded what matters less, and what is not known.
 * @param {Organisation} town @param {{t: Translator, editing?: Editing}} options `editing`: what can be corrected is always there
 * @returns {(Node|false)[]}
 */
export function factSheet(town, { t, editing }) {
  const all = factsOf(town, t);
  const rows = (/** @type {Fact[]} */ some) => some.flatMap((fact) =>
    [h("dt", {}, fact.label), h("dd", { "data-fact": fact.key }, editableCell(town, fact, { t, editing }))]);
  const known = all.filter(({ key, said }) => FIRST.includes(key) && (said !== null || editing?.has(key)));
  const told = all.filter(({ key, said }) => INFERRED.includes(key) && said !== null);
  const website = webAddress(town.website);
  const rest = [
    ...all.filter(({ key, said }) => ["capital", "position"].includes(key) && said !== null).flatMap((fact) => rows([fact])),
    ...(town.names.length > 0 ? [h("dt", {}, t("other_names")), h("dd", { dir: "auto" }, town.names.join(", "))] : []),
    ...(website ? [h("dt", {}, t("website")), h("dd", {}, h("a", { href: website, rel: "noopener noreferrer" }, town.website))] : []),
  ];
  const missing = unknownOf(town, t);
  return [
    known.length > 0 && h("dl", { class: "facts" }, rows(known)),
    told.length > 0 && h("section", { class: "told" }, h("h3", { class: "small" }, t("inferred.heading")), h("dl", { class: "facts" }, rows(told))),
    missing.length > 0 && h("p", { class: "not-known" }, t("unknown.of_town", { names: missing.join(", ") })),
    rest.length > 0 && h("details", { class: "more-facts" }, h("summary", {}, t("facts.more")), h("dl", { class: "facts" }, rest)),
  ];
}

/** Two organisations side by side. @param {Organisation} one @param {Organisation} other @param {{t: Translator, editing?: Editing}} options */
export function facing(one, other, { t, editing }) {
  const facts = (/** @type {Organisation} */ town) => [...factsOf(town, t),
    { key: "partners", label: t("partners"), said: t.number(town.edges.length), optional: false },
    { key: "projects", label: t("projects"), said: t.number(town.projects.length), optional: false }];
  const [mine, theirs] = [facts(one), facts(other)];
  return h("table", { class: "facing" },
    h("caption", { class: "hidden-label" }, t("before")),
    h("thead", {}, h("tr", {}, h("td"), h("th", { scope: "col", dir: "auto" }, one.name), h("th", { scope: "col", dir: "auto" }, other.name))),
    h("tbody", {}, mine.map((fact, i) => (fact.optional && fact.said === null && theirs[i].said === null ? null
      : h("tr", {}, h("th", { scope: "row" }, fact.label), [fact, theirs[i]].map((said, side) =>
        h("td", {}, editableCell(side === 0 ? one : other, said, { t, editing, brief: true }))))))));
}
