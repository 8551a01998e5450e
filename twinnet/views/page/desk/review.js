// The review: the queue of pairs to judge on the left, the one that is judged beside it.
import { h, name } from "../dom.js";
import { styleOf } from "../data.js";
import { swatch } from "../links.js";
import { loader } from "./file.js";
import { actionOf, described, keysDialog } from "./keys.js";
import { pairView } from "./pair.js";
import { nextOpen, queueOf } from "./queue.js";
import { scopeChooser } from "./scope.js";
import { verdictWords } from "./words.js";

/** So many pairs are listed at once. */
const LISTED = 100;

/**
 * @param {HTMLElement} element
 * @param {{model: Model, t: Translator, address: Address, desk: Desk, nameOf: (id: string) => string, folding: MediaQueryList,
 *   editing: ReturnType<typeof import("./editing.js").createEditing>}} options
 */
export function createReview(element, { model, t, address, desk, nameOf, folding, editing }) {
  /** @type {Map<string, Organisation>|null} */
  let towns = null;
  /** All pairs of the queue in its order, and which of them are listed. @type {Pair[]} */
  let pairs = [];
  /** @type {Map<string, HTMLElement>} */
  let items = new Map();
  let current = "";
  let listed = LISTED;
  /** @type {ReturnType<typeof pairView>|null} */
  let shown = null;
  /** @type {ReturnType<typeof make>|null} */
  let parts = null;
  /** Takes the last decision back; hidden while there is none. @type {HTMLElement|null} */
  let back = null;
  /** What the queue was made of, to tell whether it is another one. */
  let made = "";
  let view = false;

  /** Make the view, when it is first opened. */
  function make() {
    const bar = h("progress", { max: 1, value: 0, "aria-label": t("review.progress.label") });
    const said = h("p", { class: "review-progress" });
    const live = h("p", { class: "hidden-label", role: "status" });
    const list = h("div", { class: "queue-list", id: "queue-list" });
    const pane = h("div", { class: "review-pane" });
    const opener = h("button", { type: "button", class: "queue-opener", "aria-expanded": "false", "aria-controls": "queue-list", onclick: () => unfold(list.classList.contains("folded")) }, t("review.queue"));
    const unfold = (/** @type {boolean} */ open) => {
      list.classList.toggle("folded", !open);
      opener.setAttribute("aria-expanded", String(open));
    };
    const box = h("nav", { class: "queue", "aria-label": t("review.queue") }, opener, list);
    unfold(false); // Only where there is little room.
    const dialog = keysDialog({ t, on: () => desk.store.get("keys") !== false, turn: (on) => desk.store.set("keys", on) });
    const who = h("input", {
      type: "text", id: "desk-who", maxlength: 200, autocomplete: "name", value: desk.who, onchange: (/** @type {Event} */ event) => {
        desk.who = /** @type {HTMLInputElement} */ (event.target).value;
      },
    });
    const help = h("button", { type: "button", class: "plain round", "aria-label": t("keys"), title: t("keys"), "aria-keyshortcuts": "?", onclick: () => dialog.showModal() }, "?");
    element.replaceChildren(h("div", { class: "review" },
      h("div", { class: "review-bar" },
        scopeChooser({ desk, t }),
        h("div", { class: "review-state" }, said, bar),
        h("label", { class: "review-who" }, h("span", {}, t("review.who")), who),
        h("div", { class: "review-tools" }, loader({
          desk, t, label: t("desk.load"), onLoaded: (words) => {
            live.className = "note";
            live.textContent = words;
          }, make: (label, press) => h("button", { type: "button", class: "plain", onclick: press }, label),
        }), help)),
      live,
      h("div", { class: "review-main" }, box, pane), dialog));
    return { bar, said, live, list, pane, unfold, dialog };
  }

  /** The pairs that were decided on and of which both sides are here. @param {Organisation|null} town @param {(pair: Suggestion) => boolean} passes */
  function* decidedPairs(town, passes) {
    towns ??= new Map(model.organisations.map((one) => [one.id, one]));
    for (const key of desk.keys()) {
      const [first, second, what] = key.split("\u001f");
      if (!["start", "revitalise", "develop"].includes(what)) continue;
      const given = desk.matter(key) ?? desk.rowsOf(key)[0];
      const [organisation, candidate] = [given.organisation ?? first, given.candidate ?? second].map((id) => towns?.get(id));
      if (!organisation || !candidate || (town && town !== organisation && town !== candidate)) continue;
      const like = { organisation, candidate, kind: what, ask: false, score: Infinity, themes: [], link: null, state: null };
      if (passes(/** @type {any} */ (like))) yield { key, organisation, candidate, what };
    }
  }

  /**
   * Show the queue of what passes the filters.
   * @param {Suggestion[]} suggestions @param {{town: Organisation|null, passes: (one: Suggestion) => boolean, asked: string}} options `asked`: the filters, as a text
   */
  function show(suggestions, { town, passes, asked }) {
    const opened = parts === null;
    parts ??= make();
    view = true;
    if (asked === made && !opened) return;
    made = asked;
    const queue = queueOf(suggestions, { matters: decidedPairs(town, passes), early: desk.early, stands: desk.stands });
    pairs = [...queue.open, ...queue.under_way, ...queue.decided];
    groups = [queue.open.length, queue.under_way.length, queue.decided.length];
    listed = LISTED;
    list();
    const at = pairs.findIndex(({ key }) => key === current);
    const first = nextOpen(pairs, -1, desk.stands);
    select(at >= 0 ? at : Math.max(0, first), { focus: false });
  }
  /** How many pairs each part of the queue has. */
  let groups = [0, 0, 0];
  /** How many of the first part are still to judge. */
  const left = h("span", { class: "count" });

  /** List the pairs. */
  function list() {
    if (!parts) return;
    items = new Map();
    /** @type {Child[]} */
    const made_lists = [];
    let at = 0;
    groups.forEach((n, part) => {
      const of = pairs.slice(at, Math.min(at + n, listed));
      const from = at;
      at += n;
      if (n === 0 || of.length === 0) return;
      if (part > 0 || groups[1] + groups[2] > 0) made_lists.push(h("h3", {}, t(`review.part.${["open", "under_way", "decided"][part]}`), part > 0 ? h("span", { class: "count" }, ` ${t.number(n)}`) : [" ", left]));
      made_lists.push(h("ol", {}, of.map((pair, i) => h("li", {}, item(pair, from + i)))));
    });
    if (pairs.length > listed) {
      made_lists.push(h("button", { type: "button", class: "plain more-cards", onclick: () => {
        listed += 5 * LISTED;
        list();
        mark();
      } }, t("show_more", { n: pairs.length - listed })));
    }
    parts.list.replaceChildren(...h("div", {}, made_lists).childNodes);
    progress();
  }

  /** @param {Pair} pair @param {number} at */
  function item(pair, at) {
    const { organisation, candidate, suggestion, kind } = pair;
    const button = h("button", { type: "button", class: "queue-item", onclick: () => select(at, { focus: true, fold: true }) },
      h("span", { class: "queue-sides" }, name(organisation.label), h("span", { class: "between" }, " – "), name(candidate.label)),
      h("span", { class: "queue-kind" }, swatch(suggestion ? styleOf(suggestion) : kind), h("span", {}, suggestion?.ask ? t("ask_first") : t(kind)),
        suggestion && h("span", { class: "queue-score" }, t.number(suggestion.score))),
      h("span", { class: "badge" }));
    items.set(pair.key, button);
    tell(pair.key);
    return button;
  }

  /** Say in the list what stands of a pair. @param {string} key */
  function tell(key) {
    const button = items.get(key);
    const badge = button?.querySelector(".badge");
    if (!button || !badge) return;
    const row = desk.stands(key);
    badge.className = `badge ${desk.conflict(key) ? "disputed" : row?.verdict ?? "open"}`;
    badge.textContent = desk.conflict(key) ? t("desk.conflict.short") : row ? verdictWords(row.verdict, t) : "";
    button.classList.toggle("judged", row !== null);
  }

  function progress() {
    if (!parts) return;
    const n = pairs.reduce((count, { key }) => count + Number(desk.stands(key) !== null), 0);
    parts.said.textContent = t("review.progress", { n, all: pairs.length });
    left.textContent = t.number(pairs.slice(0, groups[0]).filter(({ key }) => desk.stands(key) === null).length);
    parts.bar.max = Math.max(1, pairs.length);
    parts.bar.value = n;
  }

  /** Mark the pair in the list. */
  function mark() {
    for (const [key, button] of items) {
      if (key === current) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
    if (!folding.matches) window.requestAnimationFrame(follow);
  }

  /** Bring the pair's place in the list to the eye: only the list moves, not the page. */
  function follow() {
    const button = items.get(current);
    if (!button || !parts) return;
    const [box, one] = [parts.list.getBoundingClientRect(), button.getBoundingClientRect()];
    if (one.top < box.top + 40) parts.list.scrollTop += one.top - box.top - 60;
    else if (one.bottom > box.bottom) parts.list.scrollTop += one.bottom - box.bottom + 60;
  }

  /**
   * Bring up a pair.
   * @param {number} at @param {{focus: boolean, fold?: boolean, said?: string}} options `focus`: its heading gets it, so that it is read; `said`: what was done before
   */
  function select(at, { focus, fold = false, said = "" }) {
    if (!parts) return;
    const pair = pairs[at];
    current = pair?.key ?? "";
    if (pair && at >= listed) {
      listed = at + LISTED;
      list();
    }
    mark();
    if (!pair) {
      shown = null;
      parts.pane.replaceChildren(h("p", { class: "note pair-pane" }, t(model.suggestions.length > 0 ? "no_suggestions.filter" : "no_suggestions")));
      return;
    }
    const step = (/** @type {number} */ by, /** @type {string} */ label, /** @type {string} */ sign) => h("button", {
      type: "button", class: "plain round", "aria-label": label, title: label, disabled: pairs.length < 2, onclick: () => go(by),
    }, sign);
    // It is seen at the next pair, as the one that was just decided is gone from view.
    back = h("button", { type: "button", class: "plain undo-last", hidden: !desk.undoable, "aria-keyshortcuts": "u", onclick: undoLast }, t("keys.undo"), " ", h("kbd", { "aria-hidden": "true" }, "U"));
    shown = pairView(pair, {
      desk, t, address, nameOf, editing, onDecided: decided,
      steps: [step(-1, t("keys.previous"), "‹"), h("span", { class: "muted" }, t("figures.of", { n: at + 1, all: pairs.length })), step(1, t("keys.next"), "›"), back],
    });
    parts.pane.replaceChildren(shown.element);
    shown.bar.settle();
    if (fold && folding.matches) parts.unfold(false);
    if (focus) shown.heading.focus({ preventScroll: true });
    // On a phone the page itself moves: heading and buttons come up together.
    if (focus && folding.matches) shown.element.scrollIntoView({ block: "start" });
    parts.live.className = "hidden-label";
    parts.live.textContent = said;
  }

  /** @param {number} by */
  function go(by) {
    if (pairs.length > 0) select((place() + by + pairs.length) % pairs.length, { focus: true });
  }

  const place = () => pairs.findIndex(({ key }) => key === current);

  /** After a decision the next undecided pair comes up. @param {string} verdict in words */
  function decided(verdict) {
    const pair = pairs[place()];
    const said = t("review.decided", { verdict, a: pair.organisation.label, b: pair.candidate.label });
    const next = nextOpen(pairs, place(), desk.stands);
    if (next >= 0) select(next, { focus: true, said });
    else if (parts) parts.live.textContent = `${said} ${t("review.done")}`;
    return next >= 0;
  }

  function undoLast() {
    const key = desk.undoLast();
    const at = pairs.findIndex((pair) => pair.key === key);
    if (at >= 0) select(at, { focus: true, said: verdictWords("withdrawn", t) });
    else if (key !== null && parts) parts.live.textContent = verdictWords("withdrawn", t);
    else if (key === null && shown && desk.stands(current)) shown.bar.undo();
  }

  desk.listen((keys) => {
    if (!parts) return;
    for (const key of keys) tell(key);
    if (keys.has(current)) shown?.update();
    if (back) back.hidden = !desk.undoable;
    if (keys.size > 0) progress();
  });

  document.addEventListener("keydown", (event) => {
    if (!view || !parts || !shown || parts.dialog.open) return;
    const at = described(document.activeElement);
    if (shown.bar.asks && event.key === "Escape") {
      shown.bar.close();
      return;
    }
    const action = actionOf(event, at);
    // Who holds a key down goes through the list, but decides once.
    if (event.repeat && action !== "next" && action !== "previous") return;
    if (action === "help") {
      parts.dialog.showModal();
    } else if (desk.store.get("keys") === false) {
      return;
    } else if (/^[1-9]$/.test(event.key) && shown.bar.asks && !event.ctrlKey && !event.metaKey && !event.altKey && !["INPUT", "TEXTAREA", "SELECT"].includes(at.tag)) {
      if (!shown.bar.choose(event.key)) return;
    } else if (action === "next" || action === "previous") {
      go(action === "next" ? 1 : -1);
    } else if (action === "note") {
      shown.bar.note();
    } else if (action === "undo") {
      undoLast();
    } else if (action) {
      shown.bar.press(action);
    } else {
      return;
    }
    event.preventDefault();
  });

  return {
    show,
    /** It is not looked at. */
    leave() {
      view = false;
    },
    /** Another language: made anew when it is shown. */
    relabel() {
      parts = null;
      made = "";
    },
  };
}
