// The table of everything: suggestions, partnerships or towns, sorted by any column, searched blind to accents.
import { h, name } from "./dom.js";
import { askedWords, fold } from "./text.js";
import { columns, inOrder } from "./columns.js";
import { ROWS } from "./state.js";

/** So many rows are made at a time. */
const WINDOW = 200;
/** Not more than so many are made at once: who wants more takes the table away, or searches. */
const MOST = 2000;
/** So long after the last letter typed the table is searched, in milliseconds. */
const PAUSE = 150;
/** Work on many rows is cut in pieces of so many milliseconds, between which the page answers. */
const PIECE = 30;
const COUNTS = { suggestions: "suggestions.n", links: "links.n", towns: "organisations.n" };
const NAMES = { suggestions: "suggestions", links: "rows.links", towns: "rows.towns" };

/**
 * @typedef {import("./state.js").Rows} Rows
 * @typedef {{key: string, falling: boolean}} Sorting
 * @typedef {Record<Rows, any[]>} Given
 */

/**
 * Make the table.
 * @param {HTMLElement} element
 * @param {{t: Translator, address: Address, onRows: (rows: Rows) => void}} options
 */
export function createTable(element, { t, address, onRows }) {
  /** @type {Record<Rows, Sorting>} */
  const sorting = {
    // As they are given: new ones first, the best first of each kind.
    suggestions: { key: "", falling: false },
    links: { key: "organisation", falling: false },
    towns: { key: "organisation", falling: false },
  };
  let all = columns(t, address);
  /** @type {Rows} */
  let kind = "suggestions";
  /** @type {Given} */
  let given = { suggestions: [], links: [], towns: [] };
  /** What a search is compared with, by row. @type {Map<any, string>} */
  const words = new Map();
  /** The rows that are found, in their order. @type {any[]} */
  let found = [];
  let most = WINDOW;
  /** @type {number|undefined} */
  let waiting;

  /** Do this next, and nothing that still waits. @param {() => void} work @param {number} [pause] */
  function later(work, pause = 0) {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(work, pause);
  }

  const shown = () => all[kind].filter((column) => !column.exported);
  const search = /** @type {HTMLInputElement} */ (h("input", { type: "search", id: "table-search", autocomplete: "off", spellcheck: "false" }));
  search.addEventListener("input", () => later(list, PAUSE));
  const segments = h("fieldset", { class: "segments" });
  const state = h("p", { class: "muted", role: "status" });
  const only = h("p", { class: "only", hidden: true });
  const label = h("label", { class: "hidden-label", for: "table-search" });
  const sortBy = /** @type {HTMLSelectElement} */ (h("select", { onchange: () => sort(sortBy.value) }));
  const turn = h("button", { type: "button", class: "plain", onclick: () => sort(sorting[kind].key) });
  const sortLabel = h("span");
  const caption = h("caption", { class: "hidden-label" });
  const head = h("tr", { role: "row" });
  const body = h("tbody", { role: "rowgroup" });
  const sheet = h("table", { class: "rows", role: "table" }, caption, h("thead", { role: "rowgroup" }, head), body);
  const none = h("p", { class: "note", hidden: true });
  const more = h("button", { type: "button", class: "plain", onclick: () => extend(WINDOW) });
  const rest = h("button", { type: "button", class: "plain", onclick: () => extend(MOST) });
  element.replaceChildren(
    h("div", { class: "table-bar" }, segments, label, search, state, only,
      h("div", { class: "sort-by" }, h("label", {}, sortLabel, sortBy), turn)),
    sheet,
    none,
    h("div", { class: "more" }, more, rest));

  /** Make anew what the kind of rows and the language decide. */
  function frame() {
    all = columns(t, address);
    words.clear();
    sheet.dataset.rows = kind;
    search.placeholder = t("table.search");
    label.textContent = t("table.search");
    caption.textContent = t(`table.caption.${kind}`);
    none.textContent = t("table.none");
    sortLabel.textContent = t("table.sort");
    turn.textContent = t("table.turn");
    const inside = segments.contains(document.activeElement);
    segments.replaceChildren(h("legend", { class: "hidden-label" }, t("table.rows")), ...ROWS.map((rows) => h("label", {},
      h("input", { type: "radio", name: "rows", value: rows, onchange: () => onRows(rows) }), h("span", {}, t(NAMES[rows])))));
    for (const box of segments.querySelectorAll("input")) {
      box.checked = box.value === kind;
      if (box.checked && inside) box.focus();
    }
    const chosen = shown();
    const given = kind === "suggestions" && h("option", { value: "" }, t("suggestions.best"));
    sortBy.replaceChildren(...(given ? [given] : []), ...chosen.map((column) => h("option", { value: column.key }, column.label)));
    const at = Array.from(head.children).findIndex((cell) => cell.contains(document.activeElement));
    head.replaceChildren(...chosen.map((column) => h("th", { scope: "col", role: "columnheader", class: `col-${column.key}${column.numeric ? " number" : ""}` },
      h("button", { type: "button", onclick: () => sort(column.key) }, column.label, h("span", { class: "arrow", "aria-hidden": "true" })))));
    if (at >= 0) head.children[Math.min(at, chosen.length - 1)].querySelector("button")?.focus();
  }

  /** Sort by a column; by the same one again the other way round. @param {string} key */
  function sort(key) {
    const before = sorting[kind];
    const column = all[kind].find((one) => one.key === key);
    sorting[kind] = { key, falling: before.key === key ? !before.falling : Boolean(column?.falling) };
    list();
  }

  /** What a row is found by. @param {any} row */
  function text(row) {
    let said = words.get(row);
    if (said === undefined) {
      const sides = kind === "suggestions" ? [row.organisation, row.candidate] : kind === "links" ? [row.a, row.b] : [row];
      said = [...sides.map((one) => one.key), fold(shown().map((column) => column.value(row) ?? "").join(" "))].join(" ");
      words.set(row, said);
    }
    return said;
  }

  function list() {
    window.clearTimeout(waiting);
    const asked = askedWords(search.value);
    if (asked.length === 0) show(given[kind]);
    else find(asked, []);
  }

  /** Search the rows piece by piece, then show those that hold every word of one reading. @param {string[][]} asked @param {any[]} fitting @param {number} [from] */
  function find(asked, fitting, from = 0) {
    const rows = given[kind];
    const end = performance.now() + PIECE;
    let at = from;
    while (at < rows.length && performance.now() < end) {
      const said = text(rows[at]);
      if (asked.some((reading) => reading.every((word) => said.includes(word)))) fitting.push(rows[at]);
      at += 1;
    }
    if (at === rows.length) {
      show(fitting);
    } else {
      state.textContent = t("table.searching", { n: Math.floor((100 * at) / rows.length) });
      later(() => find(asked, fitting, at));
    }
  }

  /** Show rows in their order, the first of them at once. @param {any[]} fitting */
  function show(fitting) {
    const { key, falling } = sorting[kind];
    const column = shown().find((one) => one.key === key);
    found = column ? inOrder(fitting, column.value, { falling, compare: t.compare }) : fitting;
    most = WINDOW;
    shown().forEach((one, at) => {
      const on = one.key === key;
      head.children[at].setAttribute("aria-sort", on ? (falling ? "descending" : "ascending") : "none");
      const arrow = head.children[at].querySelector(".arrow");
      if (arrow) arrow.textContent = on ? (falling ? " ▼" : " ▲") : "";
    });
    sortBy.value = key;
    state.textContent = t(COUNTS[kind], { n: found.length });
    none.hidden = found.length > 0;
    freeze(false);
    body.replaceChildren(...found.slice(0, most).map(row));
    buttons();
  }

  /** Show more rows; the focus goes to the first of them where the button is no more. @param {number} by */
  function extend(by) {
    const first = body.children.length;
    most = Math.min(found.length, first + by);
    freeze(true);
    let made = first;
    const fill = () => {
      const end = performance.now() + PIECE;
      while (made < most && performance.now() < end) {
        body.append(row(found[made]));
        made += 1;
      }
      if (made < most) later(fill);
    };
    fill();
    buttons();
    if (more.hidden) body.children[first]?.querySelector("a")?.focus();
  }

  /** Keep the columns as wide as they are while rows are added: they need not be measured again. @param {boolean} on */
  function freeze(on) {
    if (on === sheet.classList.contains("frozen")) return;
    const cells = /** @type {HTMLElement[]} */ (Array.from(head.children));
    const widths = cells.map((cell) => cell.offsetWidth);
    cells.forEach((cell, at) => {
      cell.style.width = on ? `${widths[at]}px` : "";
    });
    sheet.classList.toggle("frozen", on);
  }

  function buttons() {
    const left = found.length - Math.min(most, found.length);
    more.hidden = left === 0;
    rest.hidden = left <= WINDOW;
    more.textContent = t("show_more", { n: Math.min(WINDOW, left) });
    rest.textContent = left <= MOST ? t("show_all", { n: found.length }) : t("show_more", { n: MOST });
  }

  /** @param {any} row */
  function row(row) {
    return h("tr", { role: "row" }, shown().map((column) => {
      const value = column.value(row);
      const said = value === null || value === "" ? (column.optional ? "–" : h("span", { class: "unknown-value" }, t("not_known")))
        : column.cell ? column.cell(row) : typeof value === "number" ? t.number(value) : name(value);
      return h("td", { role: "cell", class: `col-${column.key}${column.numeric ? " number" : ""}` }, h("span", { class: "cell-label" }, column.label), h("span", {}, said));
    }));
  }

  frame();
  return {
    /**
     * Show rows: all, or those that concern one town.
     * @param {Given} rows @param {{kind: Rows, town: Organisation|null}} what
     */
    show(rows, what) {
      given = rows;
      if (what.kind !== kind) {
        kind = what.kind;
        frame();
      }
      const inside = only.contains(document.activeElement);
      only.hidden = !what.town;
      only.replaceChildren(...(what.town ? [h("b", { dir: "auto" }, what.town.label), " · ", h("a", { href: address({ town: "" }) }, t("table.all"))] : []));
      if (inside) (only.querySelector("a") ?? search).focus();
      list();
    },
    /** Say everything in the language of the moment. */
    relabel: frame,
    /** What an export writes: the rows as they are found and sorted, where it is these that are shown. @param {Rows} rows */
    found: (rows) => (rows === kind ? found : null),
  };
}
