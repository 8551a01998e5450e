// Deciding: rows and their ids, the order of the queue, the outbox, conflicts, and the keys.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { sha256 } from "../../twinnet/views/page/desk/hash.js";
import { keyOfRow, makeRow, matterKey, readRows, rebased, rowId, sayTheSame, standing, tidy } from "../../twinnet/views/page/desk/rows.js";
import { read, written } from "../../twinnet/views/page/desk/file.js";
import { dayAfter } from "../../twinnet/views/page/desk/forms.js";
import { actionOf, isTyping } from "../../twinnet/views/page/desk/keys.js";
import { nextOpen, pairOf, queueOf } from "../../twinnet/views/page/desk/queue.js";
import { unseen } from "../../twinnet/views/page/desk/conflict.js";
import { suggest, town } from "./sample.js";

const NOW = new Date("2026-11-26T14:03:22.005Z");
const PAIR = { organisation: "town-1", candidate: "town-2", kind: "start" };
const NOTHING = { rows: [], head: null, now: NOW };

/** A row that follows others. */
function row(verdict, before = [], given = {}) {
  return makeRow({ ...PAIR, verdict, ...given }, { rows: before, head: before.at(-1)?.id ?? null, now: NOW });
}

describe("an id", () => {
  it("is made by SHA-256", () => {
    for (const text of ["", "abc", "é".repeat(55), "x".repeat(56), "y".repeat(64), "💥".repeat(999)]) {
      assert.equal(sha256(text), createHash("sha256").update(text).digest("hex"));
    }
  });
  it("is that of the row in Python", () => {
    assert.equal(makeRow({ ...PAIR, verdict: "accepted" }, { ...NOTHING, now: new Date("2026-11-26T14:03:22Z") }).id, "decision-b36af3f4ffbb");
  });
  it("does not depend on what was seen before", () => {
    const one = row("accepted");
    assert.equal(rowId({ ...one, after: "decision-000000000000" }), one.id);
  });
});

describe("a row", () => {
  it("leaves out what it does not say, and is tidy", () => {
    const one = row("declined", [], { because: "  too far\u0085 ", note: "", day: undefined, who: "\ud800Ana" });
    assert.deepEqual(Object.keys(one).sort(), ["after", "because", "candidate", "id", "kind", "organisation", "verdict", "when", "who"]);
    assert.equal(one.because, "too far");
    assert.equal(one.who, "\ufffdAna");
  });
  it("comes after all that was there, whatever the clock says", () => {
    const late = { ...row("accepted"), when: "2027-01-01T00:00:00.000Z" };
    assert.equal(row("met", [late]).when, "2027-01-01T00:00:00.001Z");
  });
  it("has its values once, in the order of code points", () => {
    const given = { field: "themes_offered", verdict: "corrected", value: ["b", "\u{1f600}", "a", "\uffee", "b"] };
    assert.deepEqual(makeRow({ organisation: "town-1", ...given }, NOTHING).value, ["a", "b", "\uffee", "\u{1f600}"]);
  });
  it("has at most so many letters", () => assert.equal(tidy("é".repeat(20_000)).length, 10_000));
  it("belongs to the matter of its pair from whichever side", () => {
    assert.equal(keyOfRow({ ...PAIR, organisation: "town-2", candidate: "town-1" }), keyOfRow(PAIR));
    assert.notEqual(matterKey("town-1", "town-2", "develop"), keyOfRow(PAIR));
    assert.notEqual(matterKey("town-1", null, "languages"), matterKey("town-1", null, "themes_offered"));
  });
});

describe("what stands", () => {
  const accepted = row("accepted");
  const met = row("met", [accepted]);
  const back = row("withdrawn", [accepted, met], { withdraws: met.id });
  it("is the last row that was not taken back", () => {
    assert.equal(standing([]), null);
    assert.equal(standing([accepted, met]), met);
    assert.equal(standing([accepted, met, back]), accepted);
    assert.equal(standing([accepted, met, back, row("withdrawn", [accepted, met, back], { withdraws: accepted.id })]), null);
  });
  it("says the same with another moment and author", () => {
    assert.ok(sayTheSame(accepted, { ...accepted, who: "Ana", when: "2027-01-01T00:00:00Z", id: "" }));
    assert.ok(!sayTheSame(accepted, { ...accepted, note: "call" }));
  });
});

describe("a conflict", () => {
  const theirs = row("declined", [], { who: "Ben" });
  const mine = [row("accepted", [], { who: "Ana" })];
  mine.push(row("met", mine, { who: "Ana" }), makeRow({ ...PAIR, verdict: "withdrawn", who: "Ana" }, NOTHING));
  mine[2] = makeRow({ ...PAIR, verdict: "withdrawn", withdraws: mine[1].id }, { rows: mine.slice(0, 2), head: mine[1].id, now: NOW });
  it("tells the rows that were not seen", () => {
    assert.deepEqual(unseen({ mine, theirs: { rows: [theirs] } }), [theirs]);
    const more = row("met", [theirs]);
    assert.deepEqual(unseen({ mine: [row("ended", [theirs])], theirs: { rows: [theirs, more] } }), [more]);
  });
  it("is ended by rows that follow theirs, and each other", () => {
    const again = rebased(mine, { rows: [theirs], head: theirs.id, now: NOW });
    assert.deepEqual(again.map(({ after }) => after), [theirs.id, again[0].id, again[1].id]);
    assert.equal(again[2].withdraws, again[1].id);
    assert.ok(again.every(({ when }, at) => when > (at ? again[at - 1].when : theirs.when)));
    assert.equal(standing([theirs, ...again]), again[0]);
  });
});

describe("a decisions file", () => {
  const rows = [row("accepted"), makeRow({ organisation: "town-1", field: "languages", verdict: "corrected", value: ["de"] }, NOTHING)];
  it("brings back what it was written from", () => {
    assert.deepEqual(read(written("A page", rows)), rows);
    const said = JSON.parse(written("A page", rows));
    assert.deepEqual([said.twinnet, said.format, said.title, "id" in said.decisions[0]], ["decisions", 1, "A page", false]);
  });
  it("is known from any other file", () => {
    for (const text of ["", "[]", "null", "{}", '{"twinnet": "network", "decisions": []}', '{"twinnet": "decisions"}', "\ufeff<html>"]) assert.equal(read(text), null);
  });
  it("gives no row that is none", () => {
    const good = { ...PAIR, verdict: "accepted", when: NOW.toISOString() };
    const bad = [null, 1, {}, { ...good, organisation: 1 }, { ...good, verdict: "kissed" }, { ...good, candidate: "" }, { ...good, note: {} }, { ...good, value: [1] },
      { ...good, field: "population", verdict: "corrected" }, { ...good, verdict: "withdrawn" }];
    assert.deepEqual(readRows(bad), []);
    assert.equal(readRows([good, ...bad]).length, 1);
    assert.deepEqual(readRows("none"), []);
  });
});

describe("the queue", () => {
  const [a, b, c] = ["a", "b", "c"].map((name) => town({ name }));
  const best = [suggest(a, b), suggest(b, c), suggest(a, c, { kind: "develop" }), suggest(c, b)];
  const keys = best.map((one) => pairOf(one).key);
  const met = { verdict: "met" };
  it("holds each pair once, in the order given", () => {
    const { open } = queueOf(best, { matters: [], early: () => false, stands: () => null });
    assert.deepEqual(open.map(({ key }) => key), keys.slice(0, 3));
  });
  it("leaves in its place what is decided now, and puts behind what was decided before", () => {
    const stands = (key) => (key === keys[0] ? met : key === keys[1] ? { verdict: "declined" } : key === keys[2] ? { verdict: "accepted" } : null);
    const queue = queueOf(best, { matters: [], early: (key) => key !== keys[0], stands });
    assert.deepEqual([queue.open, queue.under_way, queue.decided].map((part) => part.map(({ key }) => key)), [[keys[0]], [keys[2]], [keys[1]]]);
  });
  it("holds what is under way and suggested no more", () => {
    const gone = { key: matterKey("a", "c", "start"), organisation: a, candidate: c, what: "start" };
    const queue = queueOf(best, { matters: [gone, { ...gone, key: keys[0] }], early: (key) => key === gone.key, stands: (key) => (key === gone.key ? met : null) });
    assert.deepEqual(queue.under_way.map(({ key, suggestion }) => [key, suggestion]), [[gone.key, null]]);
    assert.equal(queue.open.length, 3);
  });
  it("goes on to the next of which nothing is decided, from the end to the beginning", () => {
    const pairs = best.slice(0, 3).map(pairOf);
    const decided = new Set([pairs[1].key]);
    const stands = (key) => (decided.has(key) ? met : null);
    assert.deepEqual([-1, 0, 1, 2].map((at) => nextOpen(pairs, at, stands)), [0, 2, 2, 0]);
    pairs.forEach(({ key }) => decided.add(key));
    assert.equal(nextOpen(pairs, 0, stands), -1);
    assert.equal(nextOpen([], -1, stands), -1);
  });
});

describe("keys", () => {
  const press = (key, at = {}, more = {}) => actionOf({ key, code: "", ctrlKey: false, metaKey: false, altKey: false, isComposing: false, ...more }, { tag: "BODY", ...at });
  it("do what they say, small or capital", () => {
    assert.deepEqual(["j", "K", "a", "L", "d", "n", "u", "?", "ArrowRight"].map((key) => press(key)),
      ["next", "previous", "accepted", "later", "declined", "note", "undo", "help", "next"]);
    assert.deepEqual(["x", "Enter", "Tab", "toString", "__proto__"].map((key) => press(key)), [null, null, null, null, null]);
  });
  it("are those of the keyboard where it writes another script", () => assert.equal(press("а", {}, { code: "KeyA" }), "accepted"));
  it("only write where one types", () => {
    for (const at of [{ tag: "INPUT", type: "text" }, { tag: "INPUT", type: "date" }, { tag: "TEXTAREA" }, { tag: "SELECT" }, { tag: "DIV", editable: true }]) {
      assert.ok(isTyping(at));
      for (const key of ["a", "d", "?", "ArrowLeft"]) assert.equal(press(key, at), null);
    }
    assert.equal(press("a", { tag: "BUTTON" }), "accepted");
    assert.equal(press("a", { tag: "INPUT", type: "checkbox" }), "accepted");
  });
  it("leave the browser's own keys alone, and arrows among tabs", () => {
    for (const modifier of ["ctrlKey", "metaKey", "altKey", "isComposing"]) assert.equal(press("a", {}, { [modifier]: true }), null);
    assert.equal(press("ArrowRight", { tag: "BUTTON", role: "tab" }), null);
  });
});

describe("a day months later", () => {
  it("is the same day, or the last of a shorter month", () => {
    assert.equal(dayAfter(new Date(2026, 10, 26), 3), "2027-02-26");
    assert.equal(dayAfter(new Date(2026, 7, 31), 6), "2027-02-28");
    assert.equal(dayAfter(new Date(2026, 0, 5)), "2026-01-05");
  });
});
