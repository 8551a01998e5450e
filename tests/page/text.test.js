// Searching is blind to accents and scripts; the page's words and numbers follow the language.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fold, sentence, short, translator } from "../../twinnet/views/page/text.js";

describe("fold", () => {
  const same = [
    ["Łódź", "lodz"], ["Đakovo", "dakovo"], ["DIYARBAKIR", "diyarbakir"], ["Diyarbakır", "diyarbakir"], ["İzmir", "izmir"],
    ["Šabac", "sabac"], ["Chișinău", "chisinau"], ["Chişinău", "chisinau"], ["Straße", "strasse"], ["Ærø", "aero"], ["Þingvellir", "thingvellir"],
    ["Сарајево", "sarajevo"], ["Љубљана", "ljubljana"], ["Битола", "bitola"], ["Ниш", "nish"], ["Αθήνα", "athina"], ["ΘΕΣΣΑΛΟΝΙΚΗ", "thessaloniki"],
  ];
  for (const [given, key] of same) it(`finds ${given} as ${key}`, () => assert.equal(fold(given), key));

  it("treats a letter with an accent and the two signs that make it as one", () => assert.equal(fold("é"), fold("e\u0301")));
  it("puts one space for whatever stands between words", () => assert.equal(fold("  Saint-Étienne / L’Étrat  (Loire)"), "saint etienne l etrat loire"));
  it("leaves nothing of a text without letters", () => assert.equal(fold(" – (!) "), ""));
  it("keeps letters it has no Latin ones for", () => assert.equal(fold("東京"), "東京"));
  it("changes nothing the second time", () => {
    for (const [given] of same) assert.equal(fold(fold(given)), fold(given));
  });
});

const LANGUAGES = JSON.parse(readFileSync("twinnet/data/languages.json", "utf8"));
const PLURALS = { "n.one": "[one {n}]", "n.few": "[few {n}]", "n.many": "[many {n}]", "n.other": "[other {n}]" };

/** A language as the page gives it; without texts of its own. */
function language(code, { texts = {}, decimal = ".", group = ",", countries = {}, themes = {}, tongues = {} } = {}) {
  const { categories, plural } = LANGUAGES[code];
  return { code, texts, countries, themes, tongues, numbers: { decimal, group }, categories, plural };
}

describe("translator", () => {
  it("fills slots, also twice", () => {
    const t = translator(language("en", { texts: { pair: "{a} and {b}, {a} first" } }));
    assert.equal(t("pair", { a: "Lyon", b: "Niš" }), "Lyon and Niš, Lyon first");
  });
  it("reads nothing in a value: a name in braces stays a name", () => {
    const t = translator(language("en", { texts: { pair: "{a} and {b}" } }));
    assert.equal(t("pair", { a: "{b}", b: "$& $1" }), "{b} and $& $1");
  });
  it("leaves a slot that has no value, and a key that has no text, to be seen", () => {
    const t = translator(language("en", { texts: { pair: "{a} and {b}" } }));
    assert.equal(t("pair", { a: "Lyon" }), "Lyon and {b}");
    assert.equal(t("no.such.text"), "no.such.text");
  });
  it("says decimals as a slot asks for them", () => {
    const t = translator(language("de", { texts: { far: "{x:1} km" }, decimal: ",", group: "." }));
    assert.equal(t("far", { x: 1234 }), "1.234,0 km");
  });

  const counted = {
    en: { one: [1], other: [0, 2, 5, 21, 101] },
    fr: { one: [0, 1], other: [2, 5, 21] },
    bs: { one: [1, 21, 101, 1001], few: [2, 3, 4, 22, 104], other: [0, 5, 11, 12, 14, 20, 111] },
    ro: { one: [1], few: [0, 2, 19, 101, 119], other: [20, 21, 100, 120] },
    mk: { one: [1, 21], other: [2, 5, 11] },
  };
  for (const [code, forms] of Object.entries(counted)) {
    it(`counts as ${code} does`, () => {
      const t = translator(language(code, { texts: PLURALS, group: "" }));
      for (const [form, numbers] of Object.entries(forms)) {
        for (const n of numbers) assert.equal(t("n", { n }), `[${form} ${n}]`);
      }
    });
  }
  it("takes the other form where a language's own is not written", () => {
    const t = translator(language("bs", { texts: { "n.other": "{n} gradova" } }));
    assert.equal(t("n", { n: 3 }), "3 gradova");
  });

  it("writes numbers with the language's marks and a true minus", () => {
    const t = translator(language("fr", { decimal: ",", group: "\u202f" }));
    assert.equal(t.number(1234567), "1\u202f234\u202f567");
    assert.equal(t.number(-1234.56, 2), "−1\u202f234,56");
    assert.equal(t.number(0), "0");
    assert.equal(t.number(999), "999");
    assert.equal(t.number(0.25), "0,3");
  });
  it("gives points their sign; nothing has none", () => {
    const t = translator(language("en"));
    assert.deepEqual([50, -50, 0, 14057].map(t.signed), ["+50", "−50", "0", "+14,057"]);
  });
  it("rounds factors as people say them", () => {
    const t = translator(language("en"));
    assert.deepEqual([1, 1.84, 9.94, 9.96, 23.7, 310.4, 75312].map(t.factor), ["1", "1.8", "9.9", "10", "24", "310", "75,000"]);
  });
  it("names countries, themes and languages, and what it has no name for by its code", () => {
    const t = translator(language("de", { countries: { BA: "Bosnien und Herzegowina" }, themes: { youth: "Jugend" }, tongues: { bs: "Bosnisch" } }));
    assert.deepEqual([t.country("BA"), t.country("XX"), t.country(null), t.country(undefined)], ["Bosnien und Herzegowina", "XX", "", ""]);
    assert.deepEqual([t.theme("youth"), t.theme("beekeeping")], ["Jugend", "beekeeping"]);
    assert.deepEqual([t.language("bs"), t.language("xx")], ["Bosnisch", "xx"]);
  });
  it("sorts as the language does", () => {
    const t = translator(language("bs"));
    assert.deepEqual(["Đurđevac", "Zenica", "Čapljina", "Cazin", "Doboj"].sort(t.compare), ["Cazin", "Čapljina", "Doboj", "Đurđevac", "Zenica"]);
  });
});

describe("sentence", () => {
  it("begins with a capital and ends", () => assert.equal(sentence("both work on youth"), "Both work on youth."));
  it("ends once", () => assert.deepEqual(["Why?", "Yes.", "And …", "No!"].map(sentence), ["Why?", "Yes.", "And …", "No!"]));
  it("says nothing of nothing", () => assert.equal(sentence(""), ""));
});

describe("short", () => {
  it("keeps a name that fits", () => assert.equal(short("Zenica", 6), "Zenica"));
  it("cuts a longer one to the length, the sign of the cut included", () => assert.equal(short("Zavidovići", 6), "Zavid…"));
  it("never cuts a letter in two", () => assert.equal(short("𝒜𝒜𝒜𝒜", 3), "𝒜𝒜…"));
});
