// The decisions file: what this browser keeps, to be taken into the network or to be loaded here again.
import { download, fileName } from "../export.js";
import { bare, readRows } from "./rows.js";

/** Say all rows as a file. @param {string} title @param {DecisionRow[]} rows */
export function written(title, rows) {
  const decisions = rows.map(bare);
  return `${JSON.stringify({ twinnet: "decisions", format: 1, title, decisions }, null, 1)}\n`;
}

/**
 * Read a file.
 * @param {string} text @returns {DecisionRow[]|null} null where it is no file of decisions
 */
export function read(text) {
  try {
    const given = JSON.parse(text.replace(/^\ufeff/, ""));
    return given?.twinnet === "decisions" && Array.isArray(given.decisions) ? readRows(given.decisions) : null;
  } catch {
    return null;
  }
}

/** Give the reader the file. @param {Desk} desk @param {string} title */
export function saveFile(desk, title) {
  const rows = desk.own().map(({ row }) => row);
  const day = new Date().toISOString().slice(0, 10);
  download(new Blob([written(title, rows)], { type: "application/json" }), `decisions-${fileName([title, day])}.json`);
  if (!desk.review) desk.markSaved();
}

/**
 * Make the button that loads a file.
 * @param {{desk: Desk, t: Translator, label: string, onLoaded: (said: string) => void, make: (label: string, press: () => void) => HTMLElement}} options
 * @returns {HTMLElement[]} the button, and the hidden field behind it
 */
export function loader({ desk, t, label, onLoaded, make }) {
  const field = document.createElement("input");
  Object.assign(field, { type: "file", accept: ".json,application/json", hidden: true });
  field.setAttribute("aria-label", label);
  field.addEventListener("change", () => {
    const [file] = Array.from(field.files ?? []);
    field.value = "";
    if (!file) return;
    void file.text().then((text) => {
      const rows = read(text);
      onLoaded(rows === null ? t("desk.load.none") : t("desk.loaded", { n: desk.load(rows), all: rows.length }));
    });
  });
  return [make(label, () => field.click()), field];
}
