// What the table's columns hold, for each kind of rows: the table shows them, an export writes them.
import { h, name } from "./dom.js";
import { styleOf, styleOfLink } from "./data.js";
import { named, opposing } from "./card.js";
import { swatch, why } from "./panel.js";
import { sentence } from "./text.js";

/**
 * A column. Its value sorts it and stands in an export; null and "" say that nothing is known.
 * @typedef {object} Column
 * @property {string} key
 * @property {string} label
 * @property {(row: any) => string|number|null} value
 * @property {(row: any) => Node|string|(Node|string)[]} [cell] what is shown, where it is more than the value
 * @property {boolean} [falling] the greatest value first, when it is first sorted by
 * @property {boolean} [numeric] its values are numbers
 * @property {boolean} [optional] nothing is missing where it is empty
 * @property {boolean} [exported] it stands in an export only
 */

/**
 * Return the columns of suggestions, links and towns in the language of the moment.
 * @param {Translator} t
 * @param {Address} address
 * @returns {Record<import("./state.js").Rows, Column[]>}
 */
export function columns(t, address) {
  /** @param {Organisation} town */
  const link = (town) => h("a", { href: address({ town: town.id, view: "map" }), dir: "auto" }, town.name);
  /** @param {string[]} keys */
  const themes = (keys) => keys.map(t.theme).join(", ");
  /** @param {Suggestion} one */
  const kind = (one) => (one.ask ? t("ask_first") : t(one.kind));
  /** @param {Suggestion} one */
  const state = (one) => one.link?.state ?? one.state;
  /** @param {Organisation} town */
  const country = (town) => t.country(town.country);

  /** What a line is called, beside the line. @param {LineStyle} style @param {string} words */
  const drawn = (style, words) => h("span", { class: "drawn" }, swatch(style), h("span", {}, words));

  /** @type {(key: string, label: string, of: (row: any) => Organisation) => Column[]} */
  const side = (key, label, of) => [
    { key, label, value: (row) => of(row).name, cell: (row) => link(of(row)) },
    { key: `${key}-country`, label: t("country"), value: (row) => country(of(row)) },
  ];
  /** @type {(of: (row: any) => Organisation, label: string) => Column} */
  const id = (of, label) => ({ key: "id", label: `${label} (id)`, value: (row) => of(row).id, exported: true });

  return {
    suggestions: [
      { key: "kind", label: t("kind"), value: kind, cell: (one) => drawn(styleOf(one), kind(one)) },
      ...side("organisation", t("organisation"), (one) => one.organisation),
      ...side("candidate", t("partner.suggested"), (one) => one.candidate),
      { key: "score", label: t("score"), value: (one) => one.score, falling: true, numeric: true },
      { key: "times", label: t("column.times"), value: (one) => one.times, cell: (one) => (one.times === null ? "" : t.factor(one.times)), falling: true, numeric: true, optional: true },
      { key: "state", label: t("column.state"), value: (one) => (state(one) ? t(`state.${state(one)}`) : t("none_recorded")) },
      { key: "why", label: t("why"), value: (one) => why(one), cell: (one) => name(why(one)) },
      { key: "against", label: t("reasons.against"), value: (one) => opposing(one).map((reason) => `${named(reason, t)}: ${sentence(reason.sentence)}`).join(" "), exported: true },
      { key: "themes", label: t("themes.could"), value: (one) => themes(one.themes), exported: true },
      { key: "missing", label: t("missing"), value: (one) => one.missing.join(", "), exported: true },
      id((one) => one.organisation, t("organisation")),
      id((one) => one.candidate, t("partner.suggested")),
    ],
    links: [
      ...side("organisation", t("organisation"), (one) => one.a),
      ...side("partner", t("column.partner"), (one) => one.b),
      { key: "link", label: t("column.link"), value: (one) => t(`link.${one.kind}`) },
      { key: "state", label: t("column.state"), value: (one) => t(`state.${one.state}`), cell: (one) => drawn(styleOfLink(one),
        [t(`state.${one.state}`), one.until && t("link.until", { date: one.until })].filter(Boolean).join(", ")) },
      { key: "since", label: t("column.since"), value: (one) => one.since },
      { key: "until", label: t("column.until"), value: (one) => one.until, exported: true },
      { key: "last", label: t("column.last"), value: (one) => one.last, falling: true },
      { key: "themes", label: t("column.themes"), value: (one) => themes(one.themes) },
      id((one) => one.a, t("organisation")),
      id((one) => one.b, t("column.partner")),
    ],
    towns: [
      ...side("organisation", t("name"), (one) => one),
      { key: "kind", label: t("kind"), value: (one) => t(`kind.${one.kind}`) },
      { key: "population", label: t("inhabitants"), value: (one) => one.population ?? null, falling: true, numeric: true },
      { key: "partners", label: t("partners"), value: (one) => one.edges.length, falling: true, numeric: true },
      { key: "suggestions", label: t("suggestions"), value: (one) => one.suggestions.length, falling: true, numeric: true },
      { key: "offers", label: t("themes.offered"), value: (one) => themes(one.offers) },
      { key: "seeks", label: t("themes.sought"), value: (one) => themes(one.seeks) },
      { key: "memberships", label: t("memberships"), value: (one) => one.memberships.map((/** @type {Membership} */ member) => member.network).join("; ") },
      { key: "names", label: t("other_names"), value: (one) => one.names.join("; "), exported: true },
      { key: "latitude", label: t("column.latitude"), value: (one) => one.latitude ?? null, exported: true },
      { key: "longitude", label: t("column.longitude"), value: (one) => one.longitude ?? null, exported: true },
      id((one) => one, t("name")),
    ],
  };
}

/**
 * Put rows in the order of their values: texts as the language sorts them, what is not known at the end whichever way.
 * @template Row
 * @param {Row[]} rows
 * @param {(row: Row) => string|number|null} value
 * @param {{falling: boolean, compare: (one: string, other: string) => number}} how
 * @returns {Row[]}
 */
export function inOrder(rows, value, { falling, compare }) {
  const values = rows.map(value);
  // A text is compared once however often it stands there: what is sorted are places among the texts.
  const texts = Array.from(new Set(values)).filter((one) => typeof one === "string" && one !== "");
  const place = new Map(texts.sort((one, other) => compare(String(one), String(other))).map((text, at) => [text, at]));
  const keys = values.map((one) => (one === null || one === "" ? null : typeof one === "number" ? one : (place.get(one) ?? 0)));
  const sign = falling ? -1 : 1;
  return rows.map((_, at) => at).sort((p, q) => {
    const [one, other] = [keys[p], keys[q]];
    if (one === null || other === null) return (one === null ? 1 : 0) - (other === null ? 1 : 0) || p - q;
    return sign * (one - other) || p - q;
  }).map((at) => rows[at]);
}
