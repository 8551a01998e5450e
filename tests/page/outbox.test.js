// What is decided is kept until the server has confirmed it, in both modes of the desk.
import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { createDesk } from "../../twinnet/views/page/desk/desk.js";
import { openStore } from "../../twinnet/views/page/desk/keep.js";
import { createOutbox, pause, Refusal } from "../../twinnet/views/page/desk/outbox.js";
import { makeRow, matterKey } from "../../twinnet/views/page/desk/rows.js";
import { town } from "./sample.js";

const NOW = new Date("2026-11-26T14:03:22Z");
const BLOCK = { review: true, base: "/x/", who: "Ana", now: 0, matters: [], scope: { selector: "" }, scopes: [], themes: [], language_codes: [] };
const [one, other] = ["town-1", "town-2"].map((name) => town({ name, id: name }));
const PAIR = { organisation: one, candidate: other, kind: "start" };
const KEY = matterKey("town-1", "town-2", "start");
const settle = () => new Promise((done) => setImmediate(done));

/** A storage as browsers have it. */
class Kept {
  all = new Map();
  get length() { return this.all.size; }
  key(at) { return Array.from(this.all.keys())[at] ?? null; }
  getItem(key) { return this.all.get(key) ?? null; }
  setItem(key, value) { this.all.set(key, value); }
  removeItem(key) { this.all.delete(key); }
}

/** A server that stores rows as twinnet does; `down` where it does not answer. */
class Server {
  rows = new Map();
  down = false;
  refuses = () => false;
  sent = 0;
  decide = async (rows) => {
    this.sent += 1;
    if (this.down) throw new TypeError("no answer");
    if (rows.some(this.refuses)) throw new Refusal("row 1: none", 400);
    const outcomes = rows.map((row) => {
      const held = this.rows.get(KEY) ?? [];
      const how = held.some(({ id }) => id === row.id) ? "known" : (held.at(-1)?.id ?? null) === row.after ? "new" : "conflict";
      if (how === "new") this.rows.set(KEY, [...held, row]);
      return { how, id: row.id, matter: this.matter() };
    });
    return { now: 1, outcomes };
  };
  matter = () => ({ organisation: "town-2", candidate: "town-1", what: "start", rows: this.rows.get(KEY), head: this.rows.get(KEY).at(-1).id });
  follow(options) { this.options = options; }
}

/** @type {Kept} */
let storage;
const waits = [];
const listeners = {};
globalThis.window = { addEventListener(kind, run) { listeners[kind] = run; }, setTimeout: (run) => waits.push(run) };
const open = (server, block = BLOCK) => createDesk({ block, store: openStore("page", () => storage), server, clock: () => NOW });

beforeEach(() => {
  storage = new Kept();
  waits.length = 0;
});

describe("a review", () => {
  it("keeps a row until the server has confirmed it", async () => {
    const server = new Server();
    const desk = open(server);
    desk.decide(PAIR, { verdict: "accepted", note: "call" });
    assert.equal(desk.status.unsaved, 1);
    assert.equal(storage.length, 1);
    await settle();
    assert.deepEqual([desk.status.unsaved, storage.length, desk.stands(KEY).note], [0, 0, "call"]);
    assert.deepEqual(server.rows.get(KEY).map(({ who, verdict }) => [who, verdict]), [["Ana", "accepted"]]);
  });
  it("sends it again when the server is back, also from a page that was opened anew", async () => {
    const server = new Server();
    server.down = true;
    const desk = open(server);
    desk.decide(PAIR, { verdict: "accepted" });
    await settle();
    assert.deepEqual([desk.status.unsaved, desk.status.reach, waits.length], [1, "silent", 1]);
    server.down = false;
    const anew = open(server);
    assert.equal(anew.stands(KEY).verdict, "accepted");
    await settle();
    assert.deepEqual([anew.status.unsaved, storage.length], [0, 0]);
    waits[0]();
    await settle();
    assert.deepEqual([desk.status.unsaved, desk.status.reach, server.rows.get(KEY).length], [0, "answers", 1]);
  });
  it("sends rows of one matter in their order, each after the one before", async () => {
    const server = new Server();
    const desk = open(server);
    desk.decide(PAIR, { verdict: "accepted" });
    desk.decide(PAIR, { verdict: "met", day: "2026-11-20" });
    desk.undo(KEY);
    await settle();
    assert.deepEqual(server.rows.get(KEY).map(({ verdict }) => verdict), ["accepted", "met", "withdrawn"]);
    assert.equal(desk.stands(KEY).verdict, "accepted");
    assert.equal(desk.status.unsaved, 0);
  });
  it("writes nothing over what came while one edited", async () => {
    const server = new Server();
    const desk = open(server);
    const key = matterKey("town-1", null, "languages");
    const seen = desk.headOf(key);
    const theirs = makeRow({ organisation: "town-1", field: "languages", verdict: "corrected", value: ["bs"] }, { rows: [], head: null, now: NOW });
    server.options.onChanges({ now: 1, matters: [{ organisation: "town-1", candidate: null, what: "languages", rows: [theirs], head: theirs.id }] });
    assert.equal(desk.correct("town-1", null, "languages", { value: ["de"], seen }).after, null);
    assert.equal(desk.headOf(key) === theirs.id, false);
  });
  it("does not show what another window gave up", async () => {
    const server = new Server();
    const desk = open(server);
    const beside = open(server);
    server.options.onChanges({ now: 5, matters: [] });
    const theirs = makeRow({ organisation: "town-2", candidate: "town-1", kind: "start", verdict: "declined", who: "Ben" }, { rows: [], head: null, now: NOW });
    server.rows.set(KEY, [theirs]);
    const { id } = desk.decide(PAIR, { verdict: "accepted" });
    listeners.storage({ key: `twinnet\u001fpage\u001frow:${id}` });
    assert.equal(beside.stands(KEY).verdict, "accepted");
    await settle();
    desk.yield(KEY);
    listeners.storage({ key: `twinnet\u001fpage\u001frow:${id}` });
    assert.equal(server.options.since(), 0, "everything is asked for again");
    server.options.onChanges({ now: 5, matters: [server.matter()] });
    assert.deepEqual([beside.stands(KEY).verdict, server.options.since()], ["declined", 5]);
  });
  it("nor what was given up and nobody else decided on", async () => {
    const server = new Server();
    server.refuses = () => true;
    const desk = open(server);
    const beside = open(server);
    const { id } = desk.decide(PAIR, { verdict: "accepted" });
    listeners.storage({ key: `twinnet\u001fpage\u001frow:${id}` });
    await settle();
    desk.undo(KEY);
    listeners.storage({ key: `twinnet\u001fpage\u001frow:${id}` });
    server.options.since();
    server.options.onChanges({ now: 0, matters: [] });
    assert.equal(beside.stands(KEY), null);
  });
  it("says nothing twice", async () => {
    const desk = open(new Server());
    assert.notEqual(desk.decide(PAIR, { verdict: "accepted" }), null);
    assert.equal(desk.decide(PAIR, { verdict: "accepted" }), null);
  });
  it("tells a conflict, and lets theirs stand", async () => {
    const server = new Server();
    const desk = open(server);
    const theirs = makeRow({ organisation: "town-2", candidate: "town-1", kind: "start", verdict: "declined", who: "Ben" }, { rows: [], head: null, now: NOW });
    server.rows.set(KEY, [theirs]);
    desk.decide(PAIR, { verdict: "accepted" });
    await settle();
    assert.deepEqual(desk.conflict(KEY).theirs.rows, [theirs]);
    assert.equal(desk.status.conflicts, 1);
    const sent = server.sent;
    desk.yield(KEY);
    await settle();
    assert.deepEqual([desk.conflict(KEY), desk.stands(KEY).verdict, desk.status.unsaved, server.sent], [null, "declined", 0, sent]);
  });
  it("or decides all the same, after theirs", async () => {
    const server = new Server();
    const desk = open(server);
    server.rows.set(KEY, [makeRow({ organisation: "town-2", candidate: "town-1", kind: "start", verdict: "declined" }, { rows: [], head: null, now: new Date("2027-01-01T00:00:00Z") })]);
    desk.decide(PAIR, { verdict: "accepted" });
    desk.decide(PAIR, { verdict: "met" });
    await settle();
    desk.insist(KEY);
    await settle();
    assert.deepEqual(server.rows.get(KEY).map(({ verdict }) => verdict), ["declined", "accepted", "met"]);
    assert.deepEqual([desk.stands(KEY).verdict, desk.conflict(KEY), desk.status.unsaved], ["met", null, 0]);
  });
  it("learns what another window decided, and is not led astray by an older answer", () => {
    const server = new Server();
    const desk = open(server);
    const rows = [makeRow({ organisation: "town-1", candidate: "town-2", kind: "start", verdict: "accepted" }, { rows: [], head: null, now: NOW })];
    rows.push(makeRow({ organisation: "town-1", candidate: "town-2", kind: "start", verdict: "signed" }, { rows, head: rows[0].id, now: NOW }));
    const heard = [];
    desk.listen((keys) => heard.push(...keys));
    server.rows.set(KEY, rows);
    server.options.onChanges({ now: 2, matters: [server.matter()] });
    assert.deepEqual([desk.stands(KEY).verdict, heard], ["signed", [KEY]]);
    server.rows.set(KEY, rows.slice(0, 1));
    server.options.onChanges({ now: 1, matters: [server.matter()] });
    assert.equal(desk.stands(KEY).verdict, "signed");
    assert.equal(server.options.since(), 2);
  });
  it("knows a server that was started again, and that another window has sent what was kept", async () => {
    const server = new Server();
    server.decide = async () => { throw new Refusal("The address is not whole", 403); };
    const desk = open(server);
    desk.decide(PAIR, { verdict: "accepted" });
    await settle();
    assert.deepEqual([desk.status.reach, desk.status.unsaved], ["gone", 1]);
    const [key] = storage.all.keys();
    storage.removeItem(key);
    listeners.storage({ key });
    assert.deepEqual([desk.status.unsaved, desk.stands(KEY).verdict], [0, "accepted"]);
  });
  it("keeps a row that the server will never take, and sends the others", async () => {
    const server = new Server();
    server.down = true;
    const desk = open(server);
    desk.decide(PAIR, { verdict: "accepted", note: "bad" });
    desk.correct("town-9", null, "languages", { value: ["de"] });
    await settle();
    server.down = false;
    server.refuses = ({ field }) => field === "languages";
    waits[0]();
    await settle();
    assert.deepEqual([desk.status.refused, desk.status.unsaved, server.rows.get(KEY).length], ["row 1: none", 1, 1]);
    desk.undo(matterKey("town-9", null, "languages"));
    assert.deepEqual([desk.status.refused, desk.status.unsaved], [null, 0]);
  });
});

describe("an offline page", () => {
  const OFFLINE = { ...BLOCK, review: false, base: "", who: "" };
  it("keeps decisions, counts those in no file, and takes back what nobody has seen without a trace", () => {
    const desk = open(null, OFFLINE);
    desk.decide(PAIR, { verdict: "accepted" });
    assert.equal(desk.status.unsaved, 1);
    desk.undo(KEY);
    assert.deepEqual([desk.status.unsaved, storage.length, desk.stands(KEY)], [0, 0, null]);
    desk.decide(PAIR, { verdict: "declined" });
    desk.markSaved();
    assert.equal(open(null, OFFLINE).stands(KEY).verdict, "declined");
    desk.undo(KEY);
    assert.deepEqual(desk.own().map(({ row, saved }) => [row.verdict, saved]), [["declined", true], ["withdrawn", false]]);
    assert.equal(desk.undoLast(), null);
  });
  it("undoes one after the other", () => {
    const desk = open(null, OFFLINE);
    desk.decide(PAIR, { verdict: "accepted" });
    desk.decide({ ...PAIR, kind: "develop" }, { verdict: "accepted" });
    assert.deepEqual([desk.undoLast(), desk.undoLast(), desk.undoLast()], [matterKey("town-1", "town-2", "develop"), KEY, null]);
  });
  it("takes back what was decided here, not what stood before", () => {
    const matters = [{ organisation: "town-1", candidate: "town-2", what: "start", head: "decision-1", stands: "decision-1", verdict: "accepted" }];
    const desk = open(null, { ...OFFLINE, matters });
    desk.decide(PAIR, { verdict: "met" });
    desk.undo(KEY);
    assert.deepEqual([desk.undoLast(), desk.stands(KEY).verdict], [null, "accepted"]);
  });
  it("lets go of what the page made anew has already", () => {
    const desk = open(null, OFFLINE);
    desk.decide(PAIR, { verdict: "accepted" });
    const { id } = desk.decide(PAIR, { verdict: "met" });
    const matters = [{ organisation: "town-1", candidate: "town-2", what: "start", head: id, stands: id, verdict: "met" }];
    const anew = open(null, { ...OFFLINE, matters });
    assert.deepEqual([anew.own(), anew.stands(KEY).verdict, anew.early(KEY), storage.length], [[], "met", true, 0]);
    anew.undo(KEY);
    const [{ row }] = anew.own();
    assert.deepEqual([row.verdict, row.withdraws, row.after, row.kind], ["withdrawn", id, id, "start"]);
    assert.equal(anew.stands(KEY), null);
  });
  it("loads a file once", () => {
    const desk = open(null, OFFLINE);
    desk.decide(PAIR, { verdict: "accepted" });
    const rows = desk.own().map(({ row }) => row);
    storage = new Kept();
    const elsewhere = open(null, OFFLINE);
    assert.deepEqual([elsewhere.load(rows), elsewhere.load(rows), elsewhere.status.unsaved], [1, 0, 0]);
    assert.equal(elsewhere.stands(KEY).verdict, "accepted");
  });
  it("keeps drafts of notes", () => {
    const desk = open(null, OFFLINE);
    desk.setDraft(KEY, "call");
    assert.equal(open(null, OFFLINE).draft(KEY), "call");
    desk.setDraft(KEY, "");
    assert.equal(storage.length, 0);
  });
  it("works where the browser keeps nothing", () => {
    const desk = createDesk({ block: OFFLINE, store: openStore("page", () => { throw new Error("forbidden"); }), server: null, clock: () => NOW });
    desk.decide(PAIR, { verdict: "accepted" });
    assert.deepEqual([desk.stands(KEY).verdict, desk.status.lasts], ["accepted", false]);
  });
  it("reads what it kept before its storage was full", () => {
    open(null, OFFLINE).decide(PAIR, { verdict: "accepted" });
    const full = Object.assign(storage, { setItem() { throw new Error("full"); } });
    const desk = createDesk({ block: OFFLINE, store: openStore("page", () => full), server: null, clock: () => NOW });
    assert.deepEqual([desk.stands(KEY).verdict, desk.status.unsaved, desk.status.lasts], ["accepted", 1, false]);
  });
  it("or where its storage is full", () => {
    const store = openStore("page", () => Object.assign(storage, { setItem(key, value) { if (value.length > 5) throw new Error("full"); Kept.prototype.setItem.call(storage, key, value); } }));
    assert.equal(store.lasts, true);
    store.set("who", "Somebody");
    assert.deepEqual([store.get("who"), store.lasts, store.keys("w")], ["Somebody", false, ["who"]]);
  });
});

describe("an outbox", () => {
  it("waits longer after each failure, but not for ever", () => {
    assert.deepEqual([1, 2, 3, 4].map(pause), [500, 1000, 2000, 4000]);
    assert.equal(pause(50), 15_000);
  });
  it("sends at most a hundred rows at once, and one attempt at a time", async () => {
    let left = Array.from({ length: 250 }, (_, at) => ({ id: String(at) }));
    const sizes = [];
    const box = createOutbox({
      waiting: () => left, onRefused() {}, onReach() {}, onAnswer: (rows) => { left = left.slice(rows.length); },
      send: async (rows) => { sizes.push(rows.length); await settle(); return { now: 1, outcomes: [] }; },
    });
    await Promise.all([box.flush(), box.flush(), box.flush()]);
    assert.deepEqual(sizes, [100, 100, 50]);
  });
});
