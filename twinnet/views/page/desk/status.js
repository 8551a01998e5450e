// What is saved and what is not: said in the page's head, in both modes.
import { h } from "../dom.js";
import { saveFile } from "./file.js";

/**
 * @param {HTMLElement} element
 * @param {{desk: Desk, t: Translator, title: string}} options
 */
export function createStatus(element, { desk, t, title }) {
  const save = h("button", { type: "button", id: "desk-save", class: "plain", onclick: () => saveFile(desk, title) });
  const said = h("p", { id: "desk-said", role: "status" });
  element.replaceChildren(said, save);
  /** Whether anything was unsaved since the page was opened: only then "saved" is said. */
  let touched = false;
  let last = "";

  function show() {
    const { unsaved, reach, why, conflicts, refused, lasts } = desk.status;
    touched ||= unsaved > 0;
    let [words, tone] = ["", ""];
    if (desk.review) {
      if (refused) [words, tone] = [t("desk.refused", { what: refused }), "bad"];
      else if (reach === "gone") [words, tone] = [t("desk.gone"), "bad"];
      else if (reach === "silent" && why) [words, tone] = [t("desk.busy", { what: why }), "bad"];
      else if (reach === "silent") [words, tone] = [unsaved > 0 ? t("desk.kept", { n: unsaved }) : t("desk.silent"), "bad"];
      else if (conflicts > 0) [words, tone] = [t("desk.conflicts", { n: conflicts }), "bad"];
      else if (unsaved > 0) [words, tone] = [t("desk.saving"), "busy"];
      else if (touched) [words, tone] = [t("desk.saved"), "good"];
      save.hidden = unsaved === 0 || (reach === "answers" && refused === null);
    } else {
      if (unsaved > 0 && !lasts) [words, tone] = [t("desk.memory"), "bad"];
      save.hidden = unsaved === 0;
    }
    save.textContent = t("desk.save", { n: unsaved });
    save.classList.toggle("primary", unsaved > 0);
    if (words !== last) {
      last = words;
      said.textContent = words;
      said.title = words;
      said.dataset.tone = tone;
    }
    element.hidden = words === "" && save.hidden;
    // A whole sentence of what went wrong, and the button, take a second row of the page's head.
    element.closest(".bar")?.classList.toggle("crowded", tone === "bad" || !save.hidden);
  }

  desk.listen(show);
  window.addEventListener("beforeunload", (event) => {
    if (desk.status.unsaved === 0) return;
    event.preventDefault();
    event.returnValue = ""; // Chrome and Safari ask only then.
  });
  show();
  return { relabel: show };
}
