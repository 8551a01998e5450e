// Somebody else decided on the same pair meanwhile: what, who, when, and the choice.
import { h } from "../dom.js";
import { byWords, rowWords } from "./words.js";

/** The rows of theirs that this browser had not seen. @param {{mine: DecisionRow[], theirs: Matter}} conflict */
export function unseen({ mine, theirs }) {
  const seen = theirs.rows.findIndex(({ id }) => id === mine[0]?.after);
  return theirs.rows.slice(seen + 1);
}

/**
 * @param {string} key
 * @param {{mine: DecisionRow[], theirs: Matter}} conflict
 * @param {{desk: Desk, t: Translator, nameOf: (id: string) => string, onChosen?: () => void}} options
 */
export function conflictBox(key, conflict, { desk, t, nameOf, onChosen = () => {} }) {
  const last = conflict.mine[conflict.mine.length - 1];
  /** @param {DecisionRow} row */
  const said = (row) => h("li", {}, rowWords(row, { t, nameOf }), " ", h("span", { class: "muted" }, byWords(row, t)), row.note && h("p", { class: "note-said", dir: "auto" }, row.note));
  return h("section", { class: "conflict", role: "alert" },
    h("p", { class: "conflict-title" }, t("desk.conflict")),
    h("p", {}, t("desk.conflict.theirs")), h("ul", {}, unseen(conflict).map(said)),
    h("p", {}, t("desk.conflict.mine")), h("ul", {}, last && said(last)),
    h("p", { class: "decide-ends" },
      h("button", { type: "button", class: "plain", onclick: () => {
        // What was typed is kept as a draft.
        if (last?.note) desk.setDraft(key, last.note);
        desk.yield(key);
        onChosen();
      } }, t("desk.conflict.keep")),
      h("button", { type: "button", class: "primary", onclick: () => {
        desk.insist(key);
        onChosen();
      } }, t("desk.conflict.insist"))));
}
