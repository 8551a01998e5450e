// The table of every suggestion: sorted by any column, searched blind to accents.
import { h } from "./dom.js";
import { fold, number } from "./text.js";
import { why, swatch } from "./panel.js";
import { styleOf } from "./data.js";

const FIRST = 200;

export function createTable(element, { t, address }) {
  const kindOf = (one) => (one.ask ? t("ask_first") : t(one.kind));
  const columns = [
    { key: "kind", label: t("kind"), value: kindOf },
    { key: "organisation", label: t("organisation"), value: (one) => one.organisation.name },
    { key: "from", label: t("country"), value: (one) => one.organisation.countryName },
    { key: "candidate", label: t("partner.suggested"), value: (one) => one.candidate.name },
    { key: "to", label: t("country"), value: (one) => one.candidate.countryName },
    { key: "score", label: t("score"), value: (one) => one.score },
    { key: "why", label: t("why"), value: why },
  ];
  let [sorted, falling, all] = ["score", true, false];
  let given = [];
  const words = new Map();

  const body = h("tbody");
  const status = h("p", { class: "muted", role: "status" });
  const more = h("button", { type: "button", class: "plain", onclick: () => { all = true; rows(); } });
  const only = h("p", { class: "only", hidden: true });
  const search = h("input", { type: "search", id: "table-search", placeholder: t("table.search"), oninput: () => { all = false; rows(); } });
  const heads = columns.map((column) =>
    h("th", { scope: "col", class: column.key }, h("button", {
      type: "button",
      onclick: () => {
        falling = sorted === column.key ? !falling : column.key === "score";
        sorted = column.key;
        rows();
      },
    }, column.label, h("span", { class: "arrow", "aria-hidden": "true" }))));
  element.replaceChildren(
    h("div", { class: "table-bar" }, h("label", { class: "hidden-label", for: "table-search" }, t("table.search")), search, only, status),
    h("table", { class: "suggestions" }, h("caption", { class: "hidden-label" }, t("table.caption")),
      h("thead", {}, h("tr", {}, heads)), body),
    more);

  function text(one) {
    if (!words.has(one)) {
      words.set(one, fold([one.organisation.label, ...one.organisation.names, one.candidate.label, ...one.candidate.names,
        one.organisation.countryName, one.candidate.countryName, kindOf(one), why(one)].join(" ")));
    }
    return words.get(one);
  }

  function rows() {
    const asked = fold(search.value).split(" ").filter(Boolean);
    const found = given.filter((one) => asked.every((word) => text(one).includes(word)));
    const { value } = columns.find((column) => column.key === sorted);
    const sign = falling ? -1 : 1;
    const order = found.map((one) => [value(one), one]).sort(([p, one], [q, other]) =>
      sign * (typeof p === "number" ? p - q : p.localeCompare(q, "en")) || one.at - other.at);
    const shown = all ? order : order.slice(0, FIRST);
    body.replaceChildren(...shown.map(([, one]) => row(one)));
    columns.forEach((column, i) => {
      heads[i].setAttribute("aria-sort", column.key !== sorted ? "none" : falling ? "descending" : "ascending");
      heads[i].querySelector(".arrow").textContent = column.key !== sorted ? "" : falling ? " ▼" : " ▲";
    });
    status.textContent = t("suggestions.n", { n: found.length });
    more.hidden = shown.length === order.length;
    more.textContent = t("show_all", { n: order.length });
  }

  function row(one) {
    const side = (town) => h("td", { class: "name-cell" }, h("a", { href: address({ town: town.id, view: "map" }), dir: "auto" }, town.name));
    return h("tr", {},
      h("td", { class: "kind-cell" }, swatch(styleOf(one)), " ", kindOf(one)),
      side(one.organisation), h("td", {}, one.organisation.countryName || t("not_known")),
      side(one.candidate), h("td", {}, one.candidate.countryName || t("not_known")),
      h("td", { class: "number" }, number(one.score)),
      h("td", { dir: "auto", class: "why" }, why(one)));
  }

  return {
    /** Show suggestions: all, or those of one town. */
    show(suggestions, town) {
      given = suggestions;
      only.hidden = !town;
      only.replaceChildren(...(town ? [h("b", { dir: "auto" }, town.label), " · ", h("a", { href: address({ town: "" }) }, t("back"))] : []));
      all = false;
      rows();
    },
  };
}
