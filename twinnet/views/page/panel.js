// The panel beside the map: the best suggestions, or one town with all that is known of it.
import { h, name, webAddress } from "./dom.js";
import { factor, number, sentence, signed } from "./text.js";
import { foremost, styleOf, styleOfLink } from "./data.js";
import { LINES } from "./shapes.js";
import { s } from "./dom.js";
import { waterfall } from "./waterfall.js";

const CARDS = 40;
const STRONGEST = 3;
const FORE = 5;

/** A short line in the style of its meaning, as on the map. */
export function swatch(style) {
  const { dash, width } = LINES[style];
  return s("svg", { class: `swatch ${style}`, viewBox: "0 0 34 8", width: 34, height: 8, "aria-hidden": "true", focusable: "false" },
    s("line", { x1: 1, y1: 4, x2: 33, y2: 4, "stroke-width": width, "stroke-dasharray": dash.join(" ") || false }));
}

/** Why, in a few sentences: those of the strongest reasons that speak for the pair. */
export function why(suggestion) {
  return suggestion.reasons.filter((reason) => reason.points > 0 && reason.sentence).slice(0, STRONGEST)
    .map((reason) => sentence(reason.sentence)).join(" ");
}

/** Say a link's dates and state. */
export function linkWords(link, t) {
  return [
    t(`link.${link.kind}`),
    link.since && t("link.since", { date: link.since }),
    link.until && t("link.until", { date: link.until }),
    link.last && t("link.last", { date: link.last }),
    t(`state.${link.state}`),
  ].filter(Boolean).join(", ");
}

export function createPanel(element, { model, t, address }) {
  const townLink = (town, text = town.label) => h("a", { href: address({ town: town.id }), dir: "auto" }, text);
  const themes = (keys) => keys.map((key) => model.themes[key] ?? key).join(", ");

  function times(suggestion) {
    if (suggestion.times === null) return null;
    const chance = Math.round(suggestion.score - 1000 * Math.log(suggestion.times));
    if (suggestion.times >= 1.05) return t("times", { n: factor(suggestion.times), chance: signed(chance) });
    return suggestion.times > 0.95 ? t("times.same") : t("times.less", { n: factor(1 / Math.max(suggestion.times, 1e-9)) });
  }

  /** One suggestion; where `town` is given only the other side is named. */
  function card(suggestion, { town = null, open = false } = {}) {
    const { organisation, candidate } = suggestion;
    const other = organisation === town ? candidate : organisation;
    const sides = town ? [townLink(other, other.name)] : [townLink(organisation, organisation.name), " – ", townLink(candidate, candidate.name)];
    const lands = (town ? [other] : [organisation, candidate]).map((one) => one.countryName || t("not_known"));
    const words = why(suggestion);
    return h("article", { class: `card ${styleOf(suggestion)}`, id: `suggestion-${suggestion.at}`, tabindex: -1 },
      h("header", {},
        h("h3", {}, sides),
        h("p", { class: "score" }, h("b", {}, number(suggestion.score)), " ", t("points"))),
      h("p", { class: "kind" }, swatch(styleOf(suggestion)), " ",
        h("b", {}, suggestion.ask ? t("ask_first") : t(suggestion.kind)), ` · ${lands.join(" – ")}`),
      suggestion.ask && h("p", { class: "note" }, t("ask_first.note")),
      suggestion.link && h("p", { class: "muted" }, linkWords(suggestion.link, t)),
      words && h("p", { class: "why", dir: "auto" }, words),
      suggestion.themes.length > 0 && h("p", { dir: "auto" }, h("b", {}, `${t("themes.could")}: `), themes(suggestion.themes)),
      suggestion.reasons.length > 0
        ? waterfall(suggestion, { h, t, signed, factor })
        : h("p", { class: "muted" }, t("reasons.none")),
      times(suggestion) && h("p", { class: "times" }, times(suggestion)),
      suggestion.missing.length > 0 && h("p", { class: "muted missing" }, h("b", {}, `${t("missing")}: `),
        suggestion.missing.join(", ")),
      details(suggestion, open));
  }

  /** Reasons in words and the facts of both sides, made when first opened. */
  function details(suggestion, open) {
    const box = h("details", {}, h("summary", {}, t("reasons.detail")));
    const open_it = () => {
      if (box.childElementCount > 1) return;
      box.append(
        h("dl", { class: "reasons" }, suggestion.reasons.flatMap((reason) => [
          h("dt", {}, reason.label, " ", h("span", { class: reason.points < 0 ? "against" : "for" }, signed(reason.points))),
          h("dd", { dir: "auto" }, sentence(reason.sentence), reason.detail && !reason.sentence.includes(reason.detail) && h("span", { class: "muted" }, ` ${sentence(reason.detail)}`)),
        ])),
        facing(suggestion.organisation, suggestion.candidate));
    };
    box.addEventListener("toggle", open_it);
    if (open) {
      open_it();
      box.open = true;
    }
    return box;
  }

  /** Themes that are inferred for one side, each with its source; null where there are none. */
  function inferred(town, side) {
    const found = town.inferred.filter((one) => one.side === side);
    if (found.length === 0) return null;
    return found.map(({ theme, from, words, more }) => ({
      theme: themes([theme]), from, words: words && `, ${t("sources.words", { words })}`, more: more > 0 ? ` ${t("sources.more", { n: more })}` : "",
    }));
  }

  /**
   * What is known of an organisation, row by row: label and text (or a list of themes with their sources), null where it
   * is not known. A row that is marked is left out where it says nothing.
   */
  function facts(town) {
    return [
      [t("kind"), t(`kind.${town.kind}`)],
      [t("country"), town.countryName || null],
      [t("inhabitants"), town.population === undefined ? null : number(town.population)],
      [t("capital"), town.capital === undefined ? null : t(town.capital ? "capital.yes" : "capital.no")],
      [t("themes.offered"), themes(town.offers) || null],
      [t("themes.sought"), themes(town.seeks) || null],
      [t("themes.inferred"), inferred(town, "works on")],
      [t("themes.offered.inferred"), inferred(town, "offered"), true],
      [t("themes.sought.inferred"), inferred(town, "sought"), true],
      [t("languages"), town.languages.map((code) => model.languages[code] ?? code).join(", ") || null],
      [t("memberships"), town.memberships.map((one) => membership(one)).join("; ") || null],
      [t("coordinates"), position(town)],
    ];
  }

  function position(town) {
    if (!town.placed) return null;
    const place = `${town.latitude.toFixed(2)}, ${town.longitude.toFixed(2)}`;
    return town.place_state === "own" ? `${place} (${t("place_state.own")})` : place;
  }

  function membership(one) {
    const more = [
      one.since && t("member.since", { date: one.since }),
      one.until && t("member.until", { date: one.until }),
      one.former && t("member.former"),
      one.status,
    ].filter(Boolean);
    return more.length ? `${one.network} (${more.join(", ")})` : one.network;
  }

  /** What a fact says; in little room without the words of a source. */
  function cell(said, { brief = false } = {}) {
    if (said === null) return h("span", { class: "unknown-value" }, t("not_known"));
    if (typeof said === "string") return name(said, "span");
    const list = (some) => h("ul", { class: "inferred" }, some.map(({ theme, from, words, more }) =>
      h("li", { dir: "auto" }, h("i", {}, theme), h("span", { class: "muted" }, ` – ${from}${brief ? "" : words}${more}`))));
    const rest = said.slice(FORE);
    if (rest.length === 0) return list(said);
    return h("div", {}, list(said.slice(0, FORE)),
      h("details", {}, h("summary", {}, t("sources.more", { n: rest.length })), list(rest)));
  }

  function facing(one, other) {
    const [left, right] = [facts(one), facts(other)];
    const extra = (town) => [[t("partners"), number(town.edges.length)], [t("projects"), number(town.projects.length)]];
    const [mine, theirs] = [[...left, ...extra(one)], [...right, ...extra(other)]];
    return h("table", { class: "facing" },
      h("caption", { class: "hidden-label" }, t("before")),
      h("thead", {}, h("tr", {}, h("td"), h("th", { scope: "col", dir: "auto" }, one.name), h("th", { scope: "col", dir: "auto" }, other.name))),
      h("tbody", {}, mine.map(([label, text, optional], i) => (optional && text === null && theirs[i][1] === null ? null
        : h("tr", {}, h("th", { scope: "row" }, label), h("td", {}, cell(text, { brief: true })), h("td", {}, cell(theirs[i][1], { brief: true })))))));
  }

  function about() {
    const left = Object.entries(model.left_out).filter(([, n]) => n > 0);
    return h("details", { class: "about" }, h("summary", {}, t("about")),
      h("p", {}, t("since", { date: model.today }), " · ", t("organisations.n", { n: model.counts.organisations }), ", ",
        t("links.n", { n: model.counts.links }), ", ", t("projects.n", { n: model.counts.projects }), "."),
      h("p", {}, t("about.points"), ` ${t("about.table", { name: model.points })}`),
      h("p", {}, t("about.times")),
      h("p", {}, t("about.inferred"), model.tagger && ` ${t("about.tagger", { name: model.tagger })}`),
      left.length > 0 && [h("h3", {}, t("about.left_out")), h("ul", {}, left.map(([what, n]) => h("li", {}, t(`left_out.${what}`, { n }))))],
      h("h3", {}, t("about.rules"), " ", h("code", {}, model.digest)),
      model.rules.length > 0
        ? h("dl", { class: "rules" }, model.rules.flatMap(([label, value]) => [h("dt", {}, label), h("dd", { dir: "auto" }, value)]))
        : h("p", {}, t("about.rules.default")),
      model.sources.length > 0 && [h("h3", {}, t("about.files")), h("ul", {}, model.sources.map((source) =>
        h("li", { dir: "auto" }, source.name, source.file && source.file !== source.name ? ` (${source.file})` : "", source.date ? `, ${source.date}` : "")))],
      h("p", { class: "muted" }, t("about.privacy")));
  }

  function unplaced(towns) {
    const names = towns.filter((town) => !town.placed).map((town) => town.label);
    if (names.length === 0) return null;
    const listed = names.slice(0, 8).join(", ") + (names.length > 8 ? ` ${t("no_coordinates.more", { n: names.length - 8 })}` : "");
    return h("p", { class: "note", dir: "auto" }, t("no_coordinates", { names: listed }));
  }

  function overview(suggestions, filtered) {
    const best = foremost(suggestions, CARDS);
    const pairs = suggestions.filter((one) => !one.twin).length;
    const empty = model.organisations.length === 0 ? t("no_organisations")
      : model.suggestions.length === 0 ? t("no_suggestions") : t("no_suggestions.filter");
    const groups = ["start", "revitalise", "develop", "ask"].map((kind) =>
      [kind, best.filter((one) => (one.ask ? "ask" : one.kind) === kind)]);
    const several = groups.filter(([, of]) => of.length > 0).length > 1;
    element.replaceChildren(
      h("h2", {}, t(filtered ? "suggestions" : "suggestions.best")),
      pairs === 0 ? h("p", { class: "note" }, empty)
        : h("p", { class: "muted" }, best.length < pairs ? t("draws", { n: best.length, all: t("suggestions.n", { n: pairs }) }) : t("suggestions.n", { n: pairs })),
      unplaced(Array.from(new Set(best.flatMap((one) => [one.organisation, one.candidate])))) ?? "",
      ...groups.flatMap(([kind, of]) => of.length === 0 ? [] : [
        several ? h("h3", { class: "group" }, kind === "ask" ? t("ask_first") : t(kind)) : "",
        ...of.map((one) => card(one)),
      ]),
      about());
    return best;
  }

  function partners(town) {
    if (town.links.length === 0) return h("p", { class: "muted" }, t("no_link"));
    const sorted = town.edges.map((edge) => ({ other: edge.a === town ? edge.b : edge.a, links: edge.links }))
      .sort((one, two) => one.other.name.localeCompare(two.other.name, "en"));
    return h("ul", { class: "partners" }, sorted.map(({ other, links }) =>
      h("li", {}, townLink(other), other.countryName && !other.label.includes(other.countryName) ? ` (${other.countryName})` : "",
        links.map((link) => h("div", { class: "muted" }, swatch(styleOfLink(link)), " ", linkWords(link, t),
          link.themes.length ? ` · ${themes(link.themes)}` : "")))));
  }

  function projects(town) {
    if (town.projects.length === 0) return h("p", { class: "muted" }, t("no_project"));
    return h("ul", { class: "projects" }, town.projects.map((project) => {
      const role = project.partners.find((one) => one.organisation === town)?.role;
      const others = project.partners.filter((one) => one.organisation !== town).map((one) => one.organisation.name);
      return h("li", { dir: "auto" }, h("b", {}, project.name), project.title ? ` ${project.title}` : "",
        h("div", { class: "muted" }, [
          [project.programme, project.measure].filter(Boolean).join(", "),
          [project.start, project.end].filter(Boolean).join(" – "),
          role && (t(`role.${role}`) === `role.${role}` ? role : t(`role.${role}`)), themes(project.themes), others.join(", "),
        ].filter(Boolean).join(" · ")));
    }));
  }

  function townView(town, suggestions) {
    const website = webAddress(town.website);
    element.replaceChildren(
      h("p", { class: "back" }, h("a", { href: address({ town: "" }) }, `← ${t("back")}`)),
      h("h2", { dir: "auto", class: town.name.length > 60 ? "town-name long" : "town-name" }, town.name),
      h("p", { class: "muted" }, [t(`kind.${town.kind}`), town.countryName || t("not_known"), town.capital ? t("capital.yes") : ""].filter(Boolean).join(" · ")),
      town.placed ? "" : unplaced([town]),
      town.place_state === "unconfirmed" ? h("p", { class: "note" }, t("place_state.unconfirmed")) : "",
      h("dl", { class: "facts" }, facts(town).slice(2).filter(([, text, optional]) => !optional || text !== null)
        .flatMap(([label, text]) => [h("dt", {}, label), h("dd", {}, cell(text))]),
        town.names.length > 0 ? [h("dt", {}, t("other_names")), h("dd", { dir: "auto" }, town.names.join(", "))] : null,
        website ? [h("dt", {}, t("website")), h("dd", {}, h("a", { href: website, rel: "noopener noreferrer" }, town.website))] : null),
      h("h3", {}, `${t("suggestions")} (${suggestions.length})`),
      suggestions.length === 0
        ? h("p", { class: "note" }, t(town.suggestions.length > 0 ? "no_suggestions.filter" : "no_suggestions.town")) : "",
      ...suggestions.map((one, i) => card(one, { town, open: i === 0 && !window.matchMedia("(max-width: 800px)").matches })),
      h("h3", {}, `${t("partners")} (${town.edges.length})`),
      partners(town),
      h("h3", {}, `${t("projects")} (${town.projects.length})`),
      projects(town),
      about());
  }

  function show(suggestion) {
    const found = document.getElementById(`suggestion-${suggestion.at}`);
    found?.scrollIntoView({ block: "nearest" });
    found?.focus({ preventScroll: true });
  }

  return { overview, town: townView, show, card };
}
