// What the page was made from, by which rules, and what its numbers mean.
import { h } from "./dom.js";

/** @param {Model} model @param {Translator} t */
export function about(model, t) {
  const left = Object.entries(model.left_out).filter(([, n]) => n > 0);
  return h("details", { class: "about" }, h("summary", {}, t("about")),
    h("p", {}, t("since", { date: model.today }), " · ", t("organisations.n", { n: model.counts.organisations }), ", ",
      t("links.n", { n: model.counts.links }), ", ", t("projects.n", { n: model.counts.projects }), "."),
    h("p", {}, t("about.points"), ` ${t(model.points.own ? "about.points.own" : "about.points.shipped", model.points)}`,
      model.points.decided && ` ${t("about.points.decided", model.points.decided)}`),
    h("p", {}, t("about.times")),
    h("p", {}, t("about.inferred"), model.tagger && ` ${t("about.tagger", { name: model.tagger })}`),
    left.length > 0 && [h("h3", {}, t("about.left_out")), h("ul", {}, left.map(([what, n]) => h("li", {}, t(`left_out.${what}`, { n }))))],
    h("h3", {}, t("about.rules"), " ", h("code", {}, model.digest)),
    model.rules.length > 0
      ? h("dl", { class: "rules" }, model.rules.flatMap(([field, value]) => [h("dt", {}, t(`rule.${field}`)),
        h("dd", { dir: "auto" }, typeof value === "boolean" ? t(value ? "yes" : "no") : value)]))
      : h("p", {}, t("about.rules.default")),
    model.sources.length > 0 && [h("h3", {}, t("about.files")), h("ul", {}, model.sources.map((source) =>
      h("li", { dir: "auto" }, source.name, source.file && source.file !== source.name ? ` (${source.file})` : "", source.date ? `, ${source.date}` : "")))],
    h("p", { class: "muted" }, t(model.desk.review ? "about.privacy.review" : "about.privacy")));
}
