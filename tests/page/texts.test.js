// Whatever the page says has a text: no reader is shown a key.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { describe, it } from "node:test";

const read = (path) => readFileSync(new URL(`../../twinnet/${path}`, import.meta.url), "utf8");
const texts = JSON.parse(read("data/languages/en.json"));
const sources = readdirSync(new URL("../../twinnet/views/page/", import.meta.url)).filter((name) => name.endsWith(".js"));

describe("texts", () => {
  for (const source of sources) {
    it(`of ${source} are there`, () => {
      const keys = Array.from(read(`views/page/${source}`).matchAll(/\bt\(\s*"([^"]+)"/g), ([, key]) => key);
      assert.deepEqual(keys.filter((key) => !(key in texts) && !(`${key}.other` in texts)), []);
    });
  }
  it("of the frame are there", () => {
    const keys = Array.from(read("views/page/explorer.html").matchAll(/\{\{t:([\w.]+)\}\}|data-t(?:-\w+)?="([^"]+)"/g), ([, filled, later]) => filled ?? later);
    assert.ok(keys.length > 0);
    assert.deepEqual(keys.filter((key) => !(key in texts)), []);
  });
  it("have both forms where a number changes them", () => {
    const counted = Object.keys(texts).filter((key) => key.endsWith(".one") && texts[key].includes("{n}")).map((key) => key.slice(0, -".one".length));
    assert.deepEqual(counted.filter((key) => !(`${key}.other` in texts)), []);
  });
});
