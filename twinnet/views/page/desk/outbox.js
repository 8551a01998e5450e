// Rows on their way to the server: sent at once, in their order, and again until the server has confirmed them.

/** So many rows are sent at once. */
const MOST = 100;
/** So long it waits before it sends again, in milliseconds: twice as long each time, up to the second number. */
const PAUSES = /** @type {const} */ ([500, 15_000]);

/** How long to wait after so many failures, in milliseconds. @param {number} failures */
export function pause(failures) {
  return Math.min(PAUSES[1], PAUSES[0] * 2 ** Math.max(0, failures - 1));
}

/**
 * What the server said other than an answer. `refused`: it will never take these rows; `gone`: it is another one, as
 * where the review was started again.
 * @extends Error
 */
export class Refusal extends Error {
  /** @param {string} message @param {number} status of HTTP */
  constructor(message, status) {
    super(message);
    this.refused = [400, 413, 415].includes(status);
    this.gone = status === 403;
  }
}

/** Whether the server answers, and is the one that the page came from. @param {unknown} fault @returns {Reach} */
export const reachOf = (fault) => (fault instanceof Refusal && fault.gone ? "gone" : "silent");

/** What the server says of why it does not take a row now; empty where it says nothing. @param {unknown} fault */
export const sentenceOf = (fault) => (fault instanceof Refusal && !fault.gone ? fault.message : "");

/** @typedef {"answers"|"silent"|"gone"} Reach */

/**
 * Make an outbox.
 * @param {object} options
 * @param {() => DecisionRow[]} options.waiting the rows that are to be sent, in their order
 * @param {(rows: DecisionRow[]) => Promise<DecideAnswer>} options.send
 * @param {(rows: DecisionRow[], answer: DecideAnswer) => void} options.onAnswer
 * @param {(row: DecisionRow, message: string) => void} options.onRefused the server will never take this row
 * @param {(reach: Reach, why: string) => void} options.onReach whether the server answers, and what it says where it
 *   does not take rows now
 * @param {(run: () => void, after: number) => unknown} [options.wait]
 */
export function createOutbox({ waiting, send, onAnswer, onRefused, onReach, wait = (run, after) => window.setTimeout(run, after) }) {
  let busy = false;
  let asked = false;
  let failures = 0;
  let most = MOST;
  /** Counts the waits: only the last one sends. */
  let turn = 0;

  async function flush() {
    turn += 1;
    if (busy) {
      asked = true;
      return;
    }
    busy = true;
    try {
      do {
        asked = false;
        const rows = waiting().slice(0, most);
        if (rows.length === 0) break;
        await attempt(rows);
      } while (asked || waiting().length > 0);
    } catch {
      const mine = (turn += 1);
      wait(() => {
        if (mine === turn) void flush();
      }, pause(failures));
    } finally {
      busy = false;
    }
  }

  /** @param {DecisionRow[]} rows */
  async function attempt(rows) {
    /** @type {DecideAnswer} */
    let answer;
    try {
      answer = await send(rows);
    } catch (fault) {
      if (fault instanceof Refusal && fault.refused) {
        // One of several is at fault: the others are sent one by one.
        if (rows.length > 1) most = 1;
        else onRefused(rows[0], fault.message);
        return;
      }
      failures += 1;
      onReach(reachOf(fault), sentenceOf(fault));
      throw fault;
    }
    failures = 0;
    onReach("answers", "");
    onAnswer(rows, answer);
    if (most < MOST && waiting().length === 0) most = MOST;
  }

  return { flush };
}
