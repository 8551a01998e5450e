// The queue: which pairs are judged, in which order, and which comes next.
import { matterKey } from "./rows.js";

/** Verdicts after which there is more to do. */
const UNDER_WAY = new Set(["accepted", "contacted", "met"]);

/** @param {Suggestion} suggestion @returns {Pair} */
export function pairOf(suggestion) {
  const { organisation, candidate, kind } = suggestion;
  return { key: matterKey(organisation.id, candidate.id, kind), organisation, candidate, kind, suggestion };
}

/**
 * Return the pairs to judge: what is suggested and was not decided before, in the order given; then what is under way
 * (accepted, contacted, met); then what else was decided. Each pair and kind is there once.
 * @param {Suggestion[]} suggestions that pass the filters
 * @param {{matters: Iterable<{organisation: Organisation, candidate: Organisation, what: string, key: string}>, early: (key: string) => boolean, stands: (key: string) => DecisionRow|null}} options
 *   `matters`: pairs that were decided on and may be suggested no more; `early`: whether it was decided on when the page was opened
 * @returns {{open: Pair[], under_way: Pair[], decided: Pair[]}}
 */
export function queueOf(suggestions, { matters, early, stands }) {
  /** @type {Map<string, Pair>} */
  const pairs = new Map();
  for (const suggestion of suggestions) {
    const pair = pairOf(suggestion);
    if (!pairs.has(pair.key)) pairs.set(pair.key, pair);
  }
  for (const { key, organisation, candidate, what } of matters) {
    if (!pairs.has(key) && stands(key)) pairs.set(key, { key, organisation, candidate, kind: /** @type {SuggestionKind} */ (what), suggestion: null });
  }
  /** @type {{open: Pair[], under_way: Pair[], decided: Pair[]}} */
  const queue = { open: [], under_way: [], decided: [] };
  for (const pair of pairs.values()) {
    const part = !early(pair.key) ? "open" : UNDER_WAY.has(stands(pair.key)?.verdict ?? "") ? "under_way" : "decided";
    queue[part].push(pair);
  }
  return queue;
}

/**
 * Return the place of the next pair of which nothing is decided, after a place and then from the beginning; -1 where all are.
 * @param {Pair[]} pairs @param {number} at @param {(key: string) => DecisionRow|null} stands
 */
export function nextOpen(pairs, at, stands) {
  for (let step = 1; step <= pairs.length; step += 1) {
    const place = (at + step) % pairs.length;
    if (!stands(pairs[place].key)) return place;
  }
  return -1;
}
