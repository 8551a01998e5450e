// A town is found by any part of any of its names, typed on any keyboard.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { find } from "../../twinnet/views/page/search.js";
import { fold } from "../../twinnet/views/page/text.js";
import { connect, town } from "./sample.js";

const names = ["Novi Sad", "Novi Pazar", "Łódź", "Đakovo", "Сарајево", "Αθήνα", "Saint-Étienne", "Étienne", "Renovi"];
const towns = names.map((name, at) => town({ name, at }));
const found = (typed) => find(towns, typed).map((one) => one.name);

describe("search", () => {
  it("is blind to accents and scripts", () => {
    assert.deepEqual(found("lodz"), ["Łódź"]);
    assert.deepEqual(found("ĐAKOVO"), ["Đakovo"]);
    assert.deepEqual(found("sarajevo"), ["Сарајево"]);
    assert.deepEqual(found("Сарајево"), ["Сарајево"]);
    assert.deepEqual(found("athina"), ["Αθήνα"]);
  });
  it("reads Cyrillic as each language writes it in Latin", () => {
    const some = ["Čačak", "Užice", "Subotica", "Šipovo", "Đakovo", "Жупања", "Cherven Bryag"].map((name, at) => town({ name, at }));
    const all = (typed) => find(some, typed).map((one) => one.name);
    for (const [typed, name] of [["Чачак", "Čačak"], ["ужице", "Užice"], ["Суботица", "Subotica"], ["Шипово", "Šipovo"], ["Ђаково", "Đakovo"],
      ["djakovo", "Đakovo"], ["županja", "Жупања"], ["Червен бряг", "Cherven Bryag"]]) assert.deepEqual(all(typed), [name], typed);
  });
  it("puts those that begin so first, then those with a word that does", () => {
    assert.deepEqual(found("novi"), ["Novi Sad", "Novi Pazar", "Renovi"]);
    assert.deepEqual(found("etienne"), ["Étienne", "Saint-Étienne"]);
  });
  it("wants every word, in any order", () => {
    assert.deepEqual(found("sad novi"), ["Novi Sad"]);
    assert.deepEqual(found("novi x"), []);
  });
  it("of two alike takes the one that more is known of", () => {
    const [quiet, busy] = [town({ name: "Paris", id: "1", at: 0 }), town({ name: "Paris", id: "2", at: 1 })];
    connect(busy, town({ name: "Rome" }));
    assert.deepEqual(find([quiet, busy], "paris"), [busy, quiet]);
  });
  it("finds nothing for nothing", () => assert.deepEqual([found(""), found("  - ")], [[], []]));
  it("stops at a list that can be read", () => {
    const many = Array.from({ length: 1000 }, (_, at) => town({ name: `Sankt ${at}`, key: fold(`Sankt ${at}`), at }));
    assert.ok(find(many, "sankt").length <= 20);
  });
});
