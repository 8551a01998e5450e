// Edit in place: languages and themes as chips, the state of a link as a choice.
import { h } from "../dom.js";
import { conflictBox } from "./conflict.js";
import { correctionKey } from "./corrections.js";
import { hears } from "./hearing.js";
import { byWords } from "./words.js";

/** What can be corrected of a town, by the key of its fact. @type {Record<string, "languages"|"themes_offered"|"themes_sought">} */
const FIELDS = { languages: "languages", offers: "themes_offered", seeks: "themes_sought" };
/** @type {LinkState[]} */
const STATES = ["active", "declining", "dormant", "ended", "unknown"];

/**
 * Return what makes facts and links editable.
 * @param {{desk: Desk, t: Translator, nameOf: (id: string) => string}} options
 */
export function createEditing({ desk, t, nameOf }) {
  /**
   * @param {string} key of the matter
   * @param {{label: string, show: () => Child, edit: (done: () => void, seen: string|null) => HTMLElement}} options `seen`: the last row that was
   *   there when the edit was begun: what somebody else says meanwhile is not written over
   */
  function editable(key, { label, show, edit }) {
    const box = h("div", { class: "editable" });
    const pencil = () => h("button", { type: "button", class: "edit", "aria-label": t("edit.label", { name: label }), title: t("edit"), onclick: open }, "✎");

    /** @param {boolean} [focus] */
    function rest(focus = false) {
      const row = desk.stands(key);
      const conflict = desk.conflict(key);
      const button = pencil();
      box.replaceChildren(h("span", { class: "edit-value" }, show(), " ", button),
        ...(conflict ? [conflictBox(key, conflict, { desk, t, nameOf, onChosen: () => rest(true) })] : row ? [h("p", { class: "edited" },
          row.who ? t("edit.by", { name: row.who }) : t("edit.corrected"), row.when ? [" · ", byWords({ ...row, who: "" }, t)] : "", " ",
          h("button", { type: "button", class: "link-like", onclick: () => {
            desk.undo(key);
            rest(true);
          } }, t("decide.undo")))] : []));
      if (focus) button.focus();
    }

    function open() {
      const form = edit(() => rest(true), desk.headOf(key));
      form.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        rest(true);
      });
      box.replaceChildren(form);
      /** @type {HTMLElement|null} */ (form.querySelector("select, button"))?.focus();
    }

    rest();
    return hears(box, (keys) => {
      if (keys.has(key) && !box.querySelector("form")) rest(box.contains(document.activeElement));
    });
  }

  /** @param {HTMLElement} content @param {{label: string, onSave: () => void, onCancel: () => void}} options */
  const form = (content, { label, onSave, onCancel }) => h("form", {
    class: "edit-form", "aria-label": label, onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      onSave();
    },
  }, content, h("p", { class: "decide-ends" }, h("button", { type: "submit", class: "primary" }, t("decide.save")), h("button", { type: "button", class: "plain", onclick: onCancel }, t("decide.cancel"))));

  /** Chips, and a list to add from. @param {string[]} values @param {{all: string[], say: (key: string) => string, add: string}} options */
  function chips(values, { all, say, add }) {
    const list = h("ul", { class: "edit-chips" });
    const select = /** @type {HTMLSelectElement} */ (h("select", { "aria-label": add }));
    function draw() {
      list.replaceChildren(...values.map((value) => h("li", { class: "edit-chip" }, h("span", { dir: "auto" }, say(value)),
        h("button", { type: "button", "aria-label": t("edit.remove", { name: say(value) }), onclick: () => {
          values.splice(values.indexOf(value), 1);
          draw();
          select.focus();
        } }, "×"))));
      const rest = all.filter((one) => !values.includes(one)).map((one) => ({ one, said: say(one) })).sort((p, q) => t.compare(p.said, q.said));
      select.replaceChildren(h("option", { value: "" }, add), ...rest.map(({ one, said }) => h("option", { value: one }, said)));
    }
    select.addEventListener("change", () => {
      if (!select.value) return;
      values.push(select.value);
      draw();
    });
    draw();
    return h("div", {}, list, select);
  }

  return {
    /** The fields that can be edited, by the key of their fact. @param {string} fact */
    has: (fact) => fact in FIELDS,
    /**
     * A fact of a town.
     * @param {Organisation} town @param {{key: string, label: string}} fact @param {() => Child} show what it says
     */
    fact(town, { key, label }, show) {
      const field = FIELDS[key];
      const of = { languages: "languages", themes_offered: "offers", themes_sought: "seeks" };
      const values = () => /** @type {string[]} */ (/** @type {any} */ (town)[of[field]]);
      const say = field === "languages" ? t.language : t.theme;
      const named = `${label}, ${town.label}`;
      return editable(correctionKey(town, field), {
        label: named, show,
        edit: (done, seen) => {
          const chosen = values().slice();
          const all = field === "languages" ? desk.block.language_codes : desk.block.themes;
          return form(chips(chosen, { all, say, add: t(field === "languages" ? "edit.add.language" : "edit.add.theme") }), {
            label: named, onCancel: done, onSave: () => {
              desk.correct(town.id, null, field, { value: chosen, seen });
              done();
            },
          });
        },
      });
    },
    /** The state of a link, beside what is said of it. @param {Link} link @param {() => Child} show */
    link(link, show) {
      const label = `${t("state")}: ${link.a.label} – ${link.b.label}`;
      return editable(correctionKey(link.a, "link_state", link.b), {
        label, show,
        edit: (done, seen) => {
          const select = /** @type {HTMLSelectElement} */ (h("select", { "aria-label": label }, STATES.map((state) => h("option", { value: state, selected: state === link.state }, t(`state.${state}`)))));
          return form(select, {
            label, onCancel: done, onSave: () => {
              desk.correct(link.a.id, link.b.id, "link_state", { value: [select.value], seen });
              done();
            },
          });
        },
      });
    },
  };
}
