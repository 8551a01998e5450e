// What else is asked with a verdict: why not, when, from when on, which of the two.
import { h, name } from "../dom.js";
import { BECAUSE } from "./words.js";

/** Chosen times of "later", in months. */
const MONTHS = [3, 6, 12];

/** A day as a date field has it, so many months from another. @param {Date} from @param {number} [months] */
export function dayAfter(from, months = 0) {
  const date = new Date(from.getFullYear(), from.getMonth() + months, 1);
  const last = new Date(date.getFullYear(), date.getMonth() + 1, 0).getDate();
  date.setDate(Math.min(from.getDate(), last));
  return [String(date.getFullYear()).padStart(4, "0"), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

/** @typedef {Pick<DecisionRow, "because"|"day"|"about"> & {verdict: DecisionVerdict}} Said */

/**
 * Make the form of a verdict; "accepted" has none.
 * @param {DecisionVerdict} verdict
 * @param {{pair: Pick<Pair, "organisation"|"candidate">, t: Translator, today: Date, stands: DecisionRow|null, onSaid: (said: Said) => void, onCancel: () => void}} options
 */
export function verdictForm(verdict, { pair, t, today, stands, onSaid, onCancel }) {
  const given = stands?.verdict === verdict ? stands : null;
  const save = h("button", { type: "submit", class: "primary" }, t("decide.save"));
  const cancel = h("button", { type: "button", class: "plain", onclick: onCancel }, t("decide.cancel"));
  /** @param {string} label @param {HTMLElement} field */
  const labelled = (label, field) => h("label", { class: "decide-field" }, h("span", {}, label), field);
  /** @param {string} [value] */
  const dayField = (value) => /** @type {HTMLInputElement} */ (h("input", { type: "date", name: "day", value, required: true }));
  /** @param {Child[]} parts @param {() => Said} said */
  const form = (parts, said) => h("form", {
    class: "decide-form", "aria-label": t(`verdict.do.${verdict}`), onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      onSaid(said());
    }, onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      onCancel();
    },
  }, ...parts);

  if (verdict === "declined") {
    const text = /** @type {HTMLInputElement} */ (h("input", { type: "text", name: "because", maxlength: 1000, autocomplete: "off", value: given?.because }));
    return form([
      h("p", { class: "decide-ask", id: "decide-why" }, t("decide.why")),
      h("div", { class: "chips", role: "group", "aria-labelledby": "decide-why" }, BECAUSE.map((key, at) => h("button", {
        type: "button", class: "chip", "data-key": String(at + 1), onclick: () => onSaid({ verdict, because: t(`because.${key}`) }),
      }, t(`because.${key}`), h("kbd", { "aria-hidden": "true" }, String(at + 1))))),
      labelled(t("decide.why.own"), text), h("p", { class: "decide-ends" }, save, cancel),
    ], () => ({ verdict, because: text.value }));
  }
  if (verdict === "misplaced") {
    return form([
      h("p", { class: "decide-ask", id: "decide-which" }, t("decide.which")),
      h("div", { class: "chips", role: "group", "aria-labelledby": "decide-which" }, [pair.organisation, pair.candidate].map((town, at) => h("button", {
        type: "button", class: "chip", "data-key": String(at + 1), onclick: () => onSaid({ verdict, about: town.id }),
      }, name(town.label), town.countryName && !town.label.includes(town.countryName) && h("span", { class: "muted" }, ` ${town.countryName}`),
      h("kbd", { "aria-hidden": "true" }, String(at + 1))))),
      h("p", { class: "decide-ends" }, cancel),
    ], () => ({ verdict, about: pair.candidate.id }));
  }
  const day = dayField(given?.day?.length === 10 ? given.day : dayAfter(today, verdict === "later" ? 6 : 0));
  if (verdict === "later") {
    day.min = dayAfter(today);
    return form([
      h("p", { class: "decide-ask", id: "decide-until" }, t("decide.until")),
      h("div", { class: "chips", role: "group", "aria-labelledby": "decide-until" }, MONTHS.map((months, at) => h("button", {
        type: "button", class: "chip", "data-key": String(at + 1), onclick: () => onSaid({ verdict, day: dayAfter(today, months) }),
      }, t("decide.months", { n: months }), h("kbd", { "aria-hidden": "true" }, String(at + 1))))),
      labelled(t("decide.later"), day), h("p", { class: "decide-ends" }, save, cancel),
    ], () => ({ verdict, day: day.value }));
  }
  return form([labelled(t("decide.day"), day), h("p", { class: "decide-ends" }, save, cancel)], () => ({ verdict, day: day.value }));
}
