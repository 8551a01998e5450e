// The keys of the review: what each does, and when none does anything.
import { h } from "../dom.js";

/** @typedef {"next"|"previous"|"accepted"|"later"|"declined"|"note"|"undo"|"help"} Action */

/** @type {Record<string, Action>} */
const ACTIONS = { j: "next", k: "previous", a: "accepted", l: "later", d: "declined", n: "note", u: "undo", ArrowRight: "next", ArrowLeft: "previous" };

/**
 * Return what a key does; null where it does nothing: with a modifier, and where one is typing or moving among choices.
 * A letter of another script stands for the Latin one on its key.
 * @param {Pick<KeyboardEvent, "key"|"code"|"ctrlKey"|"metaKey"|"altKey"|"isComposing">} event
 * @param {{tag: string, type?: string, role?: string|null, editable?: boolean}} at the element that has the focus
 * @returns {Action|null}
 */
export function actionOf(event, at) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(at)) return null;
  if (event.key === "?") return "help";
  const latin = /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() : event.key.length === 1 && /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key;
  const arrows = latin.startsWith("Arrow");
  if (arrows && ["tab", "menuitem", "option"].includes(at.role ?? "")) return null;
  return Object.hasOwn(ACTIONS, latin) ? ACTIONS[latin] : null;
}

/** @param {{tag: string, type?: string, role?: string|null, editable?: boolean}} at */
export function isTyping({ tag, type = "", editable = false }) {
  return editable || tag === "TEXTAREA" || tag === "SELECT" || (tag === "INPUT" && !["checkbox", "button", "submit", "file"].includes(type));
}

/** @param {Element|null} element */
export function described(element) {
  const one = /** @type {HTMLInputElement|null} */ (element);
  return { tag: one?.tagName ?? "BODY", type: one?.type, role: one?.getAttribute("role"), editable: one?.isContentEditable };
}

/** What the keys do, in the order in which they are told. @type {[string[], string][]} */
const TOLD = [
  [["J", "→"], "keys.next"], [["K", "←"], "keys.previous"], [["A"], "verdict.do.accepted"], [["L"], "verdict.do.later"], [["D"], "verdict.do.declined"],
  [["1", "…", "9"], "keys.choose"], [["N"], "decide.note"], [["U"], "keys.undo"], [["Esc"], "keys.leave"], [["?"], "keys.help"],
];

/**
 * Make the window that tells the keys, with a switch that turns them off.
 * @param {{t: Translator, on: () => boolean, turn: (on: boolean) => void}} options
 */
export function keysDialog({ t, on, turn }) {
  const heading = h("h2", { id: "keys-heading" }, t("keys"));
  const dialog = /** @type {HTMLDialogElement} */ (h("dialog", { class: "keys", "aria-labelledby": "keys-heading" },
    heading,
    h("dl", {}, TOLD.map(([keys, what]) => h("div", {}, h("dt", {}, keys.map((key) => h("kbd", {}, key))), h("dd", {}, t(what))))),
    h("label", { class: "check-line" }, h("input", {
      type: "checkbox", checked: on(), onchange: (/** @type {Event} */ event) => turn(/** @type {HTMLInputElement} */ (event.target).checked),
    }), " ", t("keys.on")),
    h("p", { class: "muted" }, t("keys.quiet")),
    h("p", { class: "decide-ends" }, h("button", { type: "button", class: "primary", onclick: () => dialog.close() }, t("keys.close")))));
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  return dialog;
}
