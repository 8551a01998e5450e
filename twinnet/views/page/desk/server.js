// The server of a review: decisions go to it, what others decided comes from it.
import { reachOf, Refusal, sentenceOf } from "./outbox.js";
import { bare } from "./rows.js";

/** So often it is asked what others decided, in milliseconds: while the page is seen, and while it is not. */
const EVERY = { seen: 2000, hidden: 15_000 };
/** A request that takes longer is given up, in milliseconds. */
const PATIENCE = 20_000;

/** @param {string} base */
export function createServer(base) {
  /** @param {string} path @param {RequestInit} [options] */
  async function ask(path, options = {}) {
    const control = new AbortController();
    const clock = window.setTimeout(() => control.abort(), PATIENCE);
    try {
      const response = await fetch(base + path, { credentials: "same-origin", cache: "no-store", signal: control.signal, ...options });
      const said = await response.json().catch(() => null);
      if (response.ok && said) return said;
      throw new Refusal(said?.error ?? `${response.status}`, response.status);
    } finally {
      window.clearTimeout(clock);
    }
  }

  return {
    /** @param {DecisionRow[]} rows @returns {Promise<DecideAnswer>} */
    decide: (rows) => ask("decide", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ rows: rows.map(bare) }),
    }),
    /** @param {string} typed @returns {Promise<{found: {id: string, name: string, country?: string}[]}>} */
    find: (typed) => ask(`find?${new URLSearchParams({ q: typed })}`),
    /**
     * Ask again and again what was decided since a change; on failure only whether it answers is told.
     * @param {{since: () => number, onChanges: (changes: {now: number, matters: MatterGiven[]}) => void, onReach: (reach: import("./outbox.js").Reach, why: string) => void}} options
     */
    follow({ since, onChanges, onReach }) {
      let waiting = 0;
      let asking = false;
      const poll = async () => {
        window.clearTimeout(waiting);
        if (asking) return;
        asking = true;
        try {
          onChanges(await ask(`changes?${new URLSearchParams({ since: String(since()) })}`));
          onReach("answers", "");
        } catch (fault) {
          onReach(reachOf(fault), sentenceOf(fault));
          // Another server stands there now: the window that it opens takes over.
          if (reachOf(fault) === "gone") return;
        }
        asking = false;
        waiting = window.setTimeout(() => void poll(), document.hidden ? EVERY.hidden : EVERY.seen);
      };
      document.addEventListener("visibilitychange", () => {
        if (!document.hidden) void poll();
      });
      window.addEventListener("online", () => void poll());
      waiting = window.setTimeout(() => void poll(), EVERY.seen);
    },
  };
}
