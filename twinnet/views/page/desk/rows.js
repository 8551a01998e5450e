// Rows of decisions, as `twinnet/decisions.py` has them: what one is, what stands of those about a matter, and its id.
import { sha256 } from "./hash.js";

/** @type {DecisionVerdict[]} */
export const VERDICTS = ["accepted", "later", "declined", "misplaced", "contacted", "met", "signed", "ended"];
/** The steps of a suggestion that becomes a partnership. @type {DecisionVerdict[]} */
export const FUNNEL = ["accepted", "contacted", "met", "signed", "ended"];
/** @type {CorrectableField[]} */
export const CORRECTABLE = ["themes_offered", "themes_sought", "languages", "link_state"];

/** The fields that the id is made of, in their order. */
const SAID = /** @type {const} */ ([
  "organisation", "candidate", "kind", "verdict", "because", "note", "day", "about", "field", "value", "withdraws", "who", "when",
]);
/** A text of a row has so many letters at most. */
export const LONGEST = 10_000;

/**
 * Return the key of a matter: of two organisations (or one) and what is decided of them, whichever is named first.
 * @param {string} organisation @param {string|null|undefined} candidate @param {string} what a kind of suggestion, or a field
 */
export function matterKey(organisation, candidate, what) {
  return [...[organisation, candidate ?? ""].sort(), what].join("\u001f");
}

/** The key of the matter of a row. @param {DecisionRow} row */
export const keyOfRow = (row) => matterKey(row.organisation, row.candidate, row.kind ?? row.field ?? "");

/** Return a row's id. @param {DecisionRow} row */
export function rowId(row) {
  const said = SAID.map((field) => (field === "value" ? (row.value ?? []).join(",") : (row[field] ?? "")));
  return `decision-${sha256(said.join("\u001f")).slice(0, 12)}`;
}

/** A row as files and the server have it: without its id, which is made of the rest. @param {DecisionRow} row @returns {Omit<DecisionRow, "id">} */
export function bare(row) {
  const { ...said } = row;
  delete (/** @type {Partial<DecisionRow>} */ (said)).id;
  return said;
}

/** A text as a row holds it: no white space around it, nothing that UTF-8 cannot hold. @param {string} text */
export function tidy(text) {
  const whole = new TextDecoder().decode(new TextEncoder().encode(text));
  return Array.from(whole.replace(/^[\s\u0085\ufeff]+|[\s\u0085\ufeff]+$/g, "")).slice(0, LONGEST).join("");
}

/**
 * Return a whole row: tidy, with its moment and id. It comes after the last of the rows that were there.
 * @param {Omit<DecisionRow, "id"|"when"|"after">} said
 * @param {{rows: DecisionRow[], head: string|null, now: Date}} before
 * @returns {DecisionRow}
 */
export function makeRow(said, { rows, head, now }) {
  /** @type {DecisionRow} */
  const row = { ...said, id: "", when: momentAfter(rows, now), after: head };
  for (const field of /** @type {const} */ (["because", "note", "who"])) if (row[field] !== undefined) row[field] = tidy(row[field] ?? "");
  if (row.value) row.value = Array.from(new Set(row.value)).sort(byLetter);
  for (const [field, value] of Object.entries(row)) {
    if (field !== "after" && (value === "" || value === null || value === undefined)) delete (/** @type {any} */ (row)[field]);
  }
  row.id = rowId(row);
  return row;
}

/** The moment of a row, later than that of every row before it, whatever the clocks of other computers say. @param {DecisionRow[]} rows @param {Date} now */
function momentAfter(rows, now) {
  const last = rows.reduce((most, { when }) => Math.max(most, Date.parse(when) || 0), 0);
  return new Date(Math.max(now.getTime(), last + 1)).toISOString();
}

/** The order of code points, which is Python's. @param {string} one @param {string} other */
function byLetter(one, other) {
  const [mine, theirs] = [Array.from(one), Array.from(other)];
  const at = mine.findIndex((letter, i) => letter !== theirs[i]);
  if (at < 0) return mine.length - theirs.length;
  return (mine[at].codePointAt(0) ?? 0) - (theirs[at]?.codePointAt(0) ?? -1);
}

/** The last row that was not taken back; null where all were. @param {DecisionRow[]} rows about one matter, in their order */
export function standing(rows) {
  /** @type {Map<string, DecisionRow>} */
  const kept = new Map();
  for (const row of rows) {
    if (row.verdict === "withdrawn") kept.delete(row.withdraws ?? "");
    else kept.set(row.id, row);
  }
  return Array.from(kept.values()).pop() ?? null;
}

/** Whether two rows say the same. @param {Partial<DecisionRow>} one @param {Partial<DecisionRow>} other */
export function sayTheSame(one, other) {
  const said = (/** @type {Partial<DecisionRow>} */ row) => JSON.stringify([
    row.verdict, row.because ?? "", row.note ?? "", row.day ?? "", row.about ?? "", row.field ?? "", row.value ?? [], row.withdraws ?? "",
  ]);
  return said(one) === said(other);
}

/**
 * Make rows anew that were in conflict, so that they come after what was decided meanwhile: with new moments, and naming
 * each other by their new ids.
 * @param {DecisionRow[]} mine in their order
 * @param {{rows: DecisionRow[], head: string|null, now: Date}} theirs
 */
export function rebased(mine, { rows, head, now }) {
  /** @type {Map<string, string>} */
  const renamed = new Map();
  const made = [];
  const all = rows.slice();
  let last = head;
  for (const old of mine) {
    const withdraws = old.withdraws && (renamed.get(old.withdraws) ?? old.withdraws);
    const row = makeRow({ ...bare(old), withdraws }, { rows: all, head: last, now });
    renamed.set(old.id, row.id);
    made.push(row);
    all.push(row);
    last = row.id;
  }
  return made;
}

/**
 * Read rows that come from a file. What is none is left out.
 * @param {unknown} given
 * @returns {DecisionRow[]}
 */
export function readRows(given) {
  if (!Array.isArray(given)) return [];
  return given.filter(isRow).map((row) => ({ ...row, id: rowId(row), after: row.after ?? null }));
}

/** @param {any} row */
function isRow(row) {
  const text = (/** @type {unknown} */ value) => typeof value === "string" && value !== "";
  const maybe = (/** @type {unknown} */ value) => value === undefined || value === null || typeof value === "string";
  if (row === null || typeof row !== "object" || !text(row.organisation) || !text(row.when) || !text(row.verdict)) return false;
  if (!SAID.every((field) => field === "value" || maybe(row[field])) || !maybe(row.after)) return false;
  if (row.value !== undefined && !(Array.isArray(row.value) && row.value.every((/** @type {unknown} */ one) => typeof one === "string"))) return false;
  if (row.field ? !CORRECTABLE.includes(row.field) : !text(row.candidate) || !text(row.kind)) return false;
  return row.verdict === "withdrawn" ? text(row.withdraws) : row.field ? row.verdict === "corrected" : VERDICTS.includes(row.verdict);
}
