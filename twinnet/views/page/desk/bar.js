// The decision bar of a pair: what stands, what can be decided, and a note.
import { h } from "../dom.js";
import { verdictForm } from "./forms.js";
import { conflictBox } from "./conflict.js";
import { hears } from "./hearing.js";
import { byWords, rowWords, verdictWords } from "./words.js";

/** The verdicts beside which nothing else is needed, and those that lead further. @type {DecisionVerdict[]} */
const FIRST = ["accepted", "later", "declined"];
/** @type {DecisionVerdict[]} */
const STEPS = ["contacted", "met", "signed", "ended"];
/** @type {Partial<Record<DecisionVerdict, string>>} */
const KEYS = { accepted: "A", later: "L", declined: "D" };
/** @type {Partial<Record<DecisionVerdict, string>>} */
const MARKS = { accepted: "✓", later: "◷", declined: "✕" };

let counted = 0;

/**
 * Make the bar.
 * @param {Pair} pair
 * @param {{desk: Desk, t: Translator, nameOf: (id: string) => string, keys?: boolean, onDecided?: (said: string) => boolean}} options `keys`: it says which
 *   keys decide; `onDecided` is told what was decided, in words, and whether it shows something else now
 */
export function decisionBar(pair, { desk, t, nameOf, keys = false, onDecided = () => false }) {
  const id = `note-${(counted += 1)}`;
  const note = /** @type {HTMLTextAreaElement} */ (h("textarea", { id, rows: 1, maxlength: 5000, spellcheck: true }));
  const state = h("div", { class: "decide-state" });
  const place = h("div", { class: "decide-place" });
  const saveNote = h("button", { type: "button", class: "plain", hidden: true, onclick: () => saveTheNote() }, t("decide.note.save"));
  /** While it decides it need not show what others hear of. */
  let deciding = false;
  /** @type {Map<DecisionVerdict, HTMLButtonElement>} */
  const buttons = new Map();

  /** @param {DecisionVerdict} verdict @param {string} kind */
  function button(verdict, kind) {
    const made = h("button", {
      type: "button", class: `${kind} ${verdict}`, "aria-pressed": "false", "aria-keyshortcuts": keys ? KEYS[verdict] : false, onclick: () => press(verdict),
    }, MARKS[verdict] && h("span", { class: "sign", "aria-hidden": "true" }, MARKS[verdict]), h("span", {}, t(`verdict.do.${verdict}`)),
    keys && KEYS[verdict] && h("kbd", { "aria-hidden": "true" }, KEYS[verdict]));
    buttons.set(verdict, made);
    return made;
  }

  const element = h("div", { class: "decide", role: "group", "aria-label": t("decide.label", { a: pair.organisation.label, b: pair.candidate.label }) },
    state,
    h("div", { class: "decide-first" }, FIRST.map((verdict) => button(verdict, "verdict"))),
    h("div", { class: "decide-next" },
      h("ol", { class: "steps" }, STEPS.map((verdict) => h("li", {}, button(verdict, "step")))), button("misplaced", "link-like")),
    place,
    h("div", { class: "decide-note" }, h("label", { for: id, class: "hidden-label" }, t("decide.note")), note, saveNote));
  note.placeholder = t("decide.note.placeholder");
  note.addEventListener("input", () => {
    desk.setDraft(pair.key, note.value);
    showNote();
  });
  note.addEventListener("keydown", (event) => {
    if (event.key === "Escape") note.blur();
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !saveNote.hidden) saveTheNote();
  });

  const stands = () => desk.stands(pair.key);
  const noteOf = () => desk.draft(pair.key) || (stands()?.note ?? "");

  /** As high as the note, and a button where it can be kept by itself. */
  function showNote() {
    note.style.height = "";
    if (note.value && note.scrollHeight > 0) note.style.height = `${Math.min(note.scrollHeight + 2, 220)}px`;
    const row = stands();
    saveNote.hidden = !row || row.when === "" || note.value.trim() === (row.note ?? "");
  }

  function close() {
    place.replaceChildren();
    for (const one of buttons.values()) one.removeAttribute("aria-expanded");
  }

  /** @param {import("./forms.js").Said} said */
  function say(said) {
    const kept = note.value;
    desk.setDraft(pair.key, "");
    deciding = true;
    const row = desk.decide(pair, { ...said, note: kept });
    deciding = false;
    if (row && onDecided(verdictWords(row.verdict, t))) return;
    close();
    update();
  }

  function saveTheNote() {
    const row = stands();
    if (!row || row.verdict === "corrected" || row.verdict === "withdrawn") return;
    const { verdict, because, day, about } = row;
    const text = note.value;
    desk.setDraft(pair.key, "");
    desk.decide(pair, { verdict, because, day, about, note: text });
    update();
    note.focus();
  }

  /** Decide, or ask what else is needed. @param {DecisionVerdict} verdict */
  function press(verdict) {
    if (desk.conflict(pair.key)) return;
    const open = place.querySelector("form")?.dataset.verdict === verdict;
    close();
    if (open) return;
    if (verdict === "accepted") {
      say({ verdict });
      return;
    }
    const form = verdictForm(verdict, {
      pair, t, today: new Date(), stands: stands(), onSaid: say, onCancel: () => {
        close();
        buttons.get(verdict)?.focus();
      },
    });
    form.dataset.verdict = verdict;
    buttons.get(verdict)?.setAttribute("aria-expanded", "true");
    place.replaceChildren(form);
    /** @type {HTMLElement|null} */ (form.querySelector("button.chip, input"))?.focus();
    form.scrollIntoView({ block: "nearest" });
  }

  /** Show what stands now. */
  function update() {
    const row = stands();
    const conflict = desk.conflict(pair.key);
    for (const [verdict, one] of buttons) {
      one.setAttribute("aria-pressed", String(row?.verdict === verdict));
      one.disabled = conflict !== null;
    }
    element.dataset.verdict = row?.verdict ?? "";
    note.disabled = conflict !== null;
    state.replaceChildren(...(conflict ? [conflictBox(pair.key, conflict, { desk, t, nameOf, onChosen: update })]
      : row ? [h("p", { class: `decided ${row.verdict}` }, rowWords(row, { t, nameOf })),
        h("p", { class: "muted" }, byWords(row, t), desk.waits(pair.key) && desk.review && h("span", { class: "waits" }, row.when ? " · " : "", t("desk.waits"))),
        h("button", { type: "button", class: "plain undo", onclick: undo }, t("decide.undo"))] : []));
    if (document.activeElement !== note) note.value = noteOf();
    showNote();
  }

  function undo() {
    const row = stands();
    if (row?.note && !desk.draft(pair.key)) desk.setDraft(pair.key, row.note); // What was typed is not lost.
    desk.undo(pair.key);
    update();
    buttons.get("accepted")?.focus();
  }

  update();
  return {
    element, update, press, close, undo,
    /** Show the note as high as it is, once it stands in the page. */
    settle: showNote,
    note: () => note.focus(),
    get deciding() {
      return deciding;
    },
    /** Whether a form is open. */
    get asks() {
      return place.childElementCount > 0;
    },
    /** Press the choice of the open form that has a number. @param {string} digit @returns {boolean} */
    choose(digit) {
      const chip = /** @type {HTMLElement|null} */ (place.querySelector(`[data-key="${CSS.escape(digit)}"]`));
      chip?.click();
      return chip !== null;
    },
  };
}

/**
 * The bar on a card: folded, with what stands as its heading.
 * @param {Pair} pair @param {{desk: Desk, t: Translator, nameOf: (id: string) => string}} options
 */
export function foldedBar(pair, { desk, t, nameOf }) {
  const heading = h("summary", {});
  const box = h("details", { class: "card-decide" }, heading);
  const say = () => {
    const row = desk.stands(pair.key);
    const conflict = desk.conflict(pair.key);
    heading.replaceChildren(h("span", { class: `badge ${conflict ? "disputed" : row?.verdict ?? "open"}` }, conflict ? t("desk.conflict") : row ? verdictWords(row.verdict, t) : t("decide")));
    box.dataset.verdict = row?.verdict ?? "";
  };
  /** @type {ReturnType<typeof decisionBar>|null} */
  let bar = null;
  box.addEventListener("toggle", () => {
    if (!box.open || bar) return;
    bar = decisionBar(pair, { desk, t, nameOf });
    box.append(bar.element);
    bar.settle();
  });
  say();
  return hears(box, (keys) => {
    if (!keys.has(pair.key)) return;
    say();
    bar?.update();
  });
}
