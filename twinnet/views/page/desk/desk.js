// What is decided, in both modes: kept in the browser until it is in a file (offline page) or with the server (review).
import { keyOfRow, makeRow, matterKey, readRows, rebased, sayTheSame, standing } from "./rows.js";
import { createOutbox } from "./outbox.js";

/** Rows that this browser keeps stand under these keys: `row:` and their moment and id. */
const ROW = "row:";
const DRAFT = "draft:";

/** @typedef {{row: DecisionRow, saved: boolean}} Own a row of this browser; `saved`: it is in a file */
/** @typedef {{mine: DecisionRow[], theirs: Matter}} Conflict */
/** @typedef {{unsaved: number, reach: import("./outbox.js").Reach, why: string, conflicts: number, refused: string|null, lasts: boolean}} Standing */

/**
 * Make the desk.
 * @param {object} options
 * @param {DeskBlock} options.block
 * @param {ReturnType<typeof import("./keep.js").openStore>} options.store
 * @param {ReturnType<typeof import("./server.js").createServer>|null} options.server null: the page is offline
 * @param {() => Date} [options.clock]
 */
export function createDesk({ block, store, server, clock = () => new Date() }) {
  const review = server !== null;
  /** @type {Map<string, Matter>} */
  const matters = new Map();
  /** @type {Map<string, Map<string, Own>>} rows of this browser by their matter and id, in their order */
  const own = new Map();
  /** @type {Map<string, Conflict>} */
  const conflicts = new Map();
  /** @type {Map<string, string>} rows that the server will not take, with what it said */
  const refused = new Map();
  /** @type {Set<(keys: Set<string>) => void>} */
  const listeners = new Set();
  /** @type {string[]} the matters of what was decided here, in their order, for "undo" */
  const steps = [];
  let now = block.now;
  /** How often it was taken that a row is with the server, up to which time the server has told, and up to which it is asked. */
  let [guesses, checked, asking] = [0, 0, 0];
  /** @type {import("./outbox.js").Reach} */
  let reached = "answers";
  let why = "";

  for (const given of block.matters) take(given);
  restore();
  /** What was decided when the page was opened. */
  const before = new Set(Array.from(keys()).filter((key) => stands(key) !== null));

  const outbox = server && createOutbox({
    waiting, send: server.decide, onAnswer: answered, onReach: reach,
    onRefused: (row, message) => {
      refused.set(row.id, message);
      tell([keyOfRow(row)]);
    },
  });
  if (server) {
    server.follow({
      since: () => {
        asking = guesses;
        return guesses > checked ? 0 : now;
      },
      onReach: (how, said) => {
        reach(how, said);
        if (how === "answers" && waiting().length > 0) void outbox?.flush();
      },
      onChanges: (changes) => {
        now = Math.max(now, changes.now);
        const told = new Set(changes.matters.map((given) => take(given).key));
        if (asking > checked) {
          // It told everything: what it does not know was taken back before it was sent.
          for (const [key, matter] of Array.from(matters)) if (matter.assumed && !told.has(key) && matters.delete(key)) told.add(key);
          checked = asking;
        }
        tell(told);
      },
    });
    if (waiting().length > 0) void outbox?.flush();
  }
  store.watch((key) => {
    // Another window of this page decided something, or the server has confirmed it.
    if (key !== null && !key.startsWith(ROW)) return;
    const touched = Array.from(own.keys());
    const known = Array.from(own.values(), (rows) => Array.from(rows.values(), ({ row }) => row)).flat();
    own.clear();
    restore();
    // In a review what is no longer kept is with the server by now, or was given up: it will tell.
    if (review) for (const row of known) if (store.get(place(row)) === null) assume(row);
    for (const [one, { mine: rows }] of Array.from(conflicts)) if (!rows.some(({ id }) => own.get(one)?.has(id))) conflicts.delete(one);
    tell([...touched, ...own.keys()]);
  });

  function* keys() {
    yield* matters.keys();
    for (const key of own.keys()) if (!matters.has(key)) yield key;
  }

  /** Take a matter as it comes. @param {MatterGiven} given @returns {Matter} */
  function take(given) {
    const key = matterKey(given.organisation, given.candidate, given.what);
    const told = given.rows ?? (given.verdict && given.stands
      ? [/** @type {DecisionRow} */ ({ id: given.stands, organisation: given.organisation, candidate: given.candidate, verdict: given.verdict, when: "", after: null })] : []);
    const known = matters.get(key);
    // An answer may come before another that was given earlier: what has more rows is newer.
    const matter = known && !known.assumed && known.rows.length > told.length ? known : { ...given, key, rows: told, head: given.head };
    matters.set(key, matter);
    for (const { id } of matter.rows) drop(key, id);
    return matter;
  }

  /** Take it that a row is with the server, until it tells. @param {DecisionRow} row */
  function assume(row) {
    guesses += 1;
    const key = keyOfRow(row);
    const { organisation, candidate = null } = row;
    const known = matters.get(key) ?? { key, organisation, candidate, what: row.kind ?? row.field ?? "", rows: [] };
    if (known.rows.every(({ id }) => id !== row.id)) matters.set(key, { ...known, rows: [...known.rows, row], head: row.id, assumed: true });
  }

  /** A row that is with everybody is no longer this browser's. @param {string} key @param {string} id */
  function drop(key, id) {
    const found = own.get(key)?.get(id);
    if (!found) return;
    own.get(key)?.delete(id);
    if (own.get(key)?.size === 0) own.delete(key);
    store.remove(place(found.row));
  }

  /** @param {DecisionRow} row */
  function place(row) {
    return `${ROW}${row.when} ${row.id}`;
  }

  /** Bring back what this browser keeps. */
  function restore() {
    for (const at of store.keys(ROW)) {
      const kept = store.get(at);
      const [row] = readRows([kept?.row]);
      if (row) hold(row, kept.saved === true);
    }
    // A page that was made anew has some of them already: those up to the one that was decided last.
    for (const [key, rows] of Array.from(own)) {
      const all = Array.from(rows.keys());
      const at = all.indexOf(matters.get(key)?.head ?? "");
      for (const id of all.slice(0, at + 1)) drop(key, id);
    }
  }

  /** @param {DecisionRow} row @param {boolean} saved */
  function hold(row, saved) {
    const key = keyOfRow(row);
    if (!own.has(key)) own.set(key, new Map());
    own.get(key)?.set(row.id, { row, saved });
  }

  /** @param {DecisionRow[]} rows @param {boolean} saved */
  function keep(rows, saved) {
    for (const row of rows) {
      hold(row, saved);
      store.set(place(row), { row, saved });
    }
  }

  /** All rows of a matter, in their order, those of this browser last. @param {string} key */
  function rowsOf(key) {
    const mine = own.get(key);
    const theirs = matters.get(key)?.rows ?? [];
    return mine ? [...theirs, ...Array.from(mine.values(), ({ row }) => row)] : theirs;
  }

  /** The id of the last row. @param {string} key */
  const headOf = (key) => (own.has(key) ? (rowsOf(key).at(-1)?.id ?? null) : (matters.get(key)?.head ?? null));

  /** The row that stands; null where nothing is decided. @param {string} key */
  function stands(key) {
    return own.has(key) || matters.has(key) ? standing(rowsOf(key)) : null;
  }

  /** What is still to be sent, the oldest first. @returns {DecisionRow[]} */
  function waiting() {
    const found = [];
    for (const [key, rows] of own) {
      if (conflicts.has(key)) continue;
      for (const { row } of rows.values()) if (!refused.has(row.id)) found.push(row);
    }
    return found.sort((one, other) => (one.when < other.when ? -1 : one.when > other.when ? 1 : 0));
  }

  /** @param {import("./outbox.js").Reach} how @param {string} said */
  function reach(how, said) {
    if (reached === how && why === said) return;
    [reached, why] = [how, said];
    tell([]);
  }

  /** @param {DecisionRow[]} sent @param {DecideAnswer} answer with an outcome for each, in their order */
  function answered(sent, answer) {
    /** @type {string[]} */
    const touched = [];
    sent.forEach((row, at) => {
      const outcome = answer.outcomes[at];
      if (!outcome) return;
      const key = keyOfRow(row);
      const { organisation, candidate = null } = row;
      const theirs = take(outcome.matter ?? { organisation, candidate, what: row.kind ?? row.field ?? "", head: null, rows: [] });
      touched.push(key, theirs.key);
      if (outcome.how !== "conflict") drop(key, row.id);
      else if (own.get(key)?.has(row.id)) conflicts.set(key, { mine: mine(key), theirs });
    });
    for (const key of Array.from(conflicts.keys())) if (!own.has(key)) conflicts.delete(key);
    tell(touched);
  }

  /** @param {string} key */
  const mine = (key) => Array.from(own.get(key)?.values() ?? [], ({ row }) => row);

  /** @param {Iterable<string>} touched */
  function tell(touched) {
    const found = new Set(touched);
    for (const listener of listeners) listener(found);
  }

  /**
   * @param {Omit<DecisionRow, "id"|"when"|"after"|"who">} said @param {string|null} [seen] the last row that the reader saw; by default the last one
   * @returns {DecisionRow|null} null where it stands already
   */
  function add(said, seen) {
    const key = matterKey(said.organisation, said.candidate, said.kind ?? said.field ?? "");
    const rows = rowsOf(key);
    // Without a server nobody tells a row that was overtaken.
    const head = review && seen !== undefined ? seen : headOf(key);
    const row = makeRow({ ...said, who: who() }, { rows, head, now: clock() });
    const last = standing(rows);
    if (last && sayTheSame(last, row)) return null;
    keep([row], false);
    steps.push(key);
    tell([key]);
    void outbox?.flush();
    return row;
  }

  /** Take back what stands. @param {string} key @returns {boolean} whether there was anything */
  function undo(key) {
    const row = stands(key);
    if (!row) return false;
    const held = own.get(key)?.get(row.id);
    if (held && rowsOf(key).at(-1) === row && (refused.delete(row.id) || (!review && !held.saved))) {
      drop(key, row.id); // Nobody has seen it, or will.
      tell([key]);
      return true;
    }
    const { organisation, candidate } = matters.get(key) ?? row;
    const matter = row.field || row.kind ? { kind: row.kind, field: row.field } : named(matters.get(key)?.what ?? "");
    const taken = makeRow({ organisation, candidate, ...matter, verdict: "withdrawn", withdraws: row.id, who: who() },
      { rows: rowsOf(key), head: headOf(key), now: clock() });
    keep([taken], false);
    tell([key]);
    void outbox?.flush();
    return true;
  }

  /** @param {string} what */
  const named = (what) => (/** @type {string[]} */ (["themes_offered", "themes_sought", "languages", "link_state"]).includes(what)
    ? { field: /** @type {CorrectableField} */ (what) } : { kind: what });

  const who = () => String(store.get("who") || block.who || "");

  return {
    review, block, server,
    /** Whether a matter was decided on before the page was opened. @param {string} key */
    early: (key) => before.has(key),
    rowsOf, stands, headOf,
    /** All matters by their keys. */
    keys,
    /** @param {string} key */
    matter: (key) => matters.get(key) ?? null,
    /** @param {string} key @returns {Conflict|null} */
    conflict: (key) => conflicts.get(key) ?? null,
    /** Whether rows of a matter are in this browser alone. @param {string} key */
    waits: (key) => (review ? own.has(key) : mine(key).some((row) => !own.get(key)?.get(row.id)?.saved)),
    /**
     * @param {Pick<Pair, "organisation"|"candidate"|"kind">} pair
     * @param {Pick<DecisionRow, "because"|"note"|"day"|"about"> & {verdict: DecisionVerdict}} said
     */
    decide: ({ organisation, candidate, kind }, said) => add({ organisation: organisation.id, candidate: candidate.id, kind, ...said }),
    /**
     * @param {string} organisation @param {string|null} candidate @param {CorrectableField} field
     * @param {{value: string[], seen?: string|null}} said `seen`: the last row when the reader began
     */
    correct: (organisation, candidate, field, { value, seen }) => add({ organisation, candidate, field, verdict: "corrected", value }, seen),
    /** Take back what stands. @param {string} key @returns {boolean} whether there was anything */
    undo(key) {
      const at = steps.lastIndexOf(key);
      if (at >= 0) steps.splice(at, 1);
      return undo(key);
    },
    /** Whether anything was decided since the page was opened that can be taken back. */
    get undoable() {
      return steps.length > 0;
    },
    /** Take back what was decided last here. @returns {string|null} the matter; null where there is nothing left */
    undoLast() {
      for (let key = steps.pop(); key !== undefined; key = steps.pop()) if (undo(key)) return key;
      return null;
    },
    /** Let what others decided stand. @param {string} key */
    yield(key) {
      conflicts.delete(key);
      for (const { id } of mine(key)) drop(key, id);
      tell([key]);
    },
    /** Decide all the same. @param {string} key */
    insist(key) {
      const rows = mine(key);
      conflicts.delete(key);
      for (const { id } of rows) drop(key, id);
      keep(rebased(rows, { rows: rowsOf(key), head: headOf(key), now: clock() }), false);
      tell([key]);
      void outbox?.flush();
    },
    /** A note that is being typed. @param {string} key @returns {string} */
    draft: (key) => String(store.get(DRAFT + key) ?? ""),
    /** @param {string} key @param {string} text */
    setDraft(key, text) {
      if (text) store.set(DRAFT + key, text);
      else if (store.get(DRAFT + key) !== null) store.remove(DRAFT + key);
    },
    get who() {
      return who();
    },
    set who(name) {
      store.set("who", name);
    },
    store,
    /** The rows of this browser, the oldest first. */
    own: () => Array.from(own.values(), (rows) => Array.from(rows.values())).flat().sort((one, other) => (one.row.when < other.row.when ? -1 : 1)),
    /** They are in a file now. */
    markSaved() {
      for (const rows of own.values()) keep(Array.from(rows.values(), ({ row }) => row), true);
      tell([]);
    },
    /**
     * Take in rows of a file that was saved before.
     * @param {DecisionRow[]} rows @returns {number} how many were not here
     */
    load(rows) {
      const fresh = rows.filter((row) => !rowsOf(keyOfRow(row)).some(({ id }) => id === row.id));
      keep(fresh, !review);
      for (const key of new Set(fresh.map(keyOfRow))) {
        const sorted = Array.from(own.get(key) ?? []).sort(([, one], [, other]) => (one.row.when < other.row.when ? -1 : 1));
        own.set(key, new Map(sorted));
      }
      tell(fresh.map(keyOfRow));
      void outbox?.flush();
      return fresh.length;
    },
    /** @returns {Standing} */
    get status() {
      let unsaved = 0;
      for (const rows of own.values()) for (const { saved } of rows.values()) if (review || !saved) unsaved += 1;
      return { unsaved, reach: reached, why, conflicts: conflicts.size, refused: Array.from(refused.values())[0] ?? null, lasts: store.lasts };
    },
    /** Be told of the matters that changed, as long as the page is open. @param {(keys: Set<string>) => void} listener */
    listen(listener) {
      listeners.add(listener);
    },
  };
}
