// What is looked at: kept in the address after the #, so that a link to a town can be sent.

/** The views, in the order of their tabs. @type {View[]} */
export const VIEWS = ["map", "network", "table", "figures", "review"];
/** What the table's rows can be. @type {Rows[]} */
export const ROWS = ["suggestions", "links", "towns"];
/** The filters' names, as the address has them. */
export const FILTERS = /** @type {const} */ (["kind", "country", "theme", "corridor", "state", "min"]);

/** What an address leaves out, because it is so where nothing is said. */
const PLAIN = { view: VIEWS[0], rows: ROWS[0] };

/**
 * @typedef {"suggestions"|"links"|"towns"} Rows
 * @typedef {object} Filters
 * @property {string} kind "start", "revitalise", "ask" or "develop"
 * @property {string} country an ISO code
 * @property {string} theme
 * @property {string} corridor two regions, as "old-see"
 * @property {string} state of a link: "active", "dormant" (with declining), "ended" or "unknown"
 * @property {number|null} min the least score
 */

/**
 * Read the state from the address.
 * @param {string} hash
 * @returns {Filters & {town: string, view: View, rows: Rows, lang: string}}
 */
export function readState(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  /** @param {string} key */
  const text = (key) => given.get(key) ?? "";
  const min = Number.parseInt(text("min"), 10);
  return {
    town: text("town"),
    view: VIEWS.find((view) => view === text("view")) ?? VIEWS[0],
    kind: text("kind"),
    country: text("country"),
    theme: text("theme"),
    corridor: text("corridor"),
    state: text("state"),
    min: Number.isFinite(min) ? min : null,
    rows: ROWS.find((rows) => rows === text("rows")) ?? ROWS[0],
    lang: text("lang"),
  };
}

/** Write the state as an address. @param {State} state */
export function writeState(state) {
  const said = new URLSearchParams();
  for (const [key, value] of Object.entries(state)) {
    if (value !== "" && value !== null && PLAIN[/** @type {"view"} */ (key)] !== value) said.set(key, String(value));
  }
  return `#${said.toString()}`;
}

/**
 * Keep the state in the address of the window. `go` is a step that "back" takes back, `adjust` is none.
 * @param {(before: State) => void} onChange told after every change
 */
export function createAddress(onChange) {
  let heard = window.location.hash;
  let state = readState(heard);
  /** @param {Partial<State>} changes */
  const address = (changes) => writeState({ ...state, ...changes });
  const read = () => {
    const before = state;
    heard = window.location.hash;
    state = readState(heard);
    onChange(before);
  };
  // The browser tells of a change later than it makes it: what was followed at once is not followed again.
  window.addEventListener("hashchange", () => {
    if (window.location.hash !== heard) read();
  });
  return {
    address,
    read,
    get state() {
      return state;
    },
    /** @param {Partial<State>} changes */
    go(changes) {
      const next = address(changes);
      if (next === window.location.hash) return;
      window.location.hash = next;
      read();
    },
    /** @param {Partial<State>} changes */
    adjust(changes) {
      const next = address(changes);
      try {
        window.history.replaceState(null, "", next);
      } catch {
        // Some browsers allow only so many changes in a while: the page changes, the address with the next one.
        state = { ...state, ...changes };
        onChange(state);
        return;
      }
      read();
    },
  };
}
