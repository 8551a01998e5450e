// How decisions are said.
import { h, name } from "../dom.js";
import { sentence } from "../text.js";

/** Usual reasons why a suggestion is declined. */
export const BECAUSE = ["far", "size", "language", "partner", "capacity", "topic", "other"];

/** A verdict in a word or two. @param {string} verdict @param {Translator} t */
export const verdictWords = (verdict, t) => t(`verdict.${verdict}`);

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** How a language writes dates; made once. @param {string} code @param {Intl.DateTimeFormatOptions} how */
function written(code, how) {
  const key = `${code} ${JSON.stringify(how)}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(code, how);
  formats.set(key, format);
  return format;
}

/** A moment as the reader's clock and language have it. @param {string} when @param {Translator} t */
export function momentWords(when, t) {
  const date = new Date(when);
  if (Number.isNaN(date.getTime())) return "";
  return written(t.code, { dateStyle: "medium", timeStyle: "short" }).format(date);
}

/** A date, as precise as it is known. @param {string} day @param {Translator} t */
export function dayWords(day, t) {
  const [year, month, date] = day.split("-").map(Number);
  /** @type {Intl.DateTimeFormatOptions} */
  const how = { year: "numeric", ...(month && { month: "short" }), ...(date && { day: "numeric" }), timeZone: "UTC" };
  return written(t.code, how).format(new Date(Date.UTC(year, (month || 1) - 1, date || 1)));
}

/** What a correction says. @param {DecisionRow} row @param {Translator} t */
export function valueWords({ field, value = [] }, t) {
  if (value.length === 0) return t("not_known");
  const say = field === "languages" ? t.language : field === "link_state" ? (/** @type {string} */ one) => t(`state.${one}`) : t.theme;
  return value.map((one) => say(one)).join(", ");
}

/**
 * What a row decided, in a line: the verdict, its day, which side it is about, and why.
 * @param {DecisionRow} row @param {{t: Translator, nameOf: (id: string) => string}} options
 * @returns {Child[]}
 */
export function rowWords(row, { t, nameOf }) {
  const day = row.day && (row.verdict === "later" ? t("decide.from", { date: dayWords(row.day, t) }) : dayWords(row.day, t));
  return [
    h("b", {}, verdictWords(row.verdict, t)),
    row.about && [": ", name(nameOf(row.about))],
    day && ` · ${day}`,
    row.field && [": ", name(valueWords(row, t))],
    row.because && [" · ", name(row.because)],
  ];
}

/** Who decided it, and when. @param {DecisionRow} row @param {Translator} t @returns {Child[]} */
export function byWords({ who, when }, t) {
  const said = [who && name(who), when && h("time", { datetime: when }, momentWords(when, t))].filter(Boolean);
  return said.flatMap((one, at) => (at > 0 ? [" · ", one] : [one]));
}

/** All rows of a matter, the last first. @param {DecisionRow[]} rows @param {{t: Translator, nameOf: (id: string) => string}} options */
export function historyList(rows, { t, nameOf }) {
  const back = new Set(rows.map((row) => row.withdraws));
  return h("ol", { class: "history" }, rows.slice().reverse().map((row) => h("li", { class: back.has(row.id) ? "undone" : false },
    h("p", {}, rowWords(row, { t, nameOf }), back.has(row.id) && h("span", { class: "muted" }, ` (${t("decide.undone")})`)),
    row.note && h("p", { class: "note-said", dir: "auto" }, sentence(row.note)),
    h("p", { class: "muted" }, byWords(row, t)))));
}
