// Names on the map can be read: none over another, over a mark or over what covers the map.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { placeLabels, shorten } from "../../twinnet/views/page/labels.js";

const SEEN = { x: 0, y: 0, w: 600, h: 400 };
const width = (text) => 7 * Array.from(text).length;
const label = (text, x, y, more = {}) => ({ mark: { x, y, radius: 5 }, text, size: 12, strong: false, ...more });
const place = (labels, more = {}) => placeLabels(labels, { marks: labels.map((one) => one.mark), covered: [], seen: SEEN, most: 60, width, ...more });
const apart = (one, other) => one.x + one.w <= other.x || other.x + other.w <= one.x || one.y + one.h <= other.y || other.y + other.h <= one.y;

describe("a long name", () => {
  it("stays whole where it is short", () => assert.deepEqual(shorten("Sarajevo"), ["Sarajevo"]));
  it("is broken between words", () => assert.deepEqual(shorten("Villefranche-sur-Saône-et-Loire"), ["Villefranche-sur-", "Saône-et-Loire"]));
  it("is cut where two lines are too few", () => {
    for (const text of ["a".repeat(300), "word ".repeat(60), "𝒜".repeat(40), `${"x".repeat(30)} y`]) {
      const lines = shorten(text);
      assert.ok(lines.length <= 2);
      for (const line of lines) assert.ok(Array.from(line).length <= 18, line);
      assert.ok(lines[lines.length - 1].endsWith("…"));
      assert.ok(lines.every((line) => line.isWellFormed?.() ?? true));
    }
  });
});

describe("labels", () => {
  const crowd = Array.from({ length: 80 }, (_, i) => label(`Town ${i}`, 40 + ((i * 37) % 520), 30 + ((i * 53) % 340)));

  it("stand over no other label and no other mark", () => {
    const placed = place(crowd);
    assert.ok(placed.length > 10);
    placed.forEach((one, i) => placed.slice(i + 1).forEach((other) => assert.ok(apart(one.fits, other.fits))));
    for (const { fits, lines } of placed) {
      for (const { mark, text } of crowd) {
        if (text === lines[0].text) continue;
        assert.ok(apart(fits, { x: mark.x - 5, y: mark.y - 5, w: 10, h: 10 }));
      }
    }
  });
  it("stand inside what is seen, and under nothing", () => {
    const legend = { x: 0, y: 200, w: 200, h: 200 };
    for (const { fits } of place(crowd, { covered: [legend] })) {
      assert.ok(fits.x > 0 && fits.y > 0 && fits.x + fits.w < SEEN.w && fits.y + fits.h < SEEN.h);
      assert.ok(apart(fits, legend));
    }
  });
  it("go to those that come first", () => {
    const [first] = place([label("First", 300, 200), ...Array.from({ length: 30 }, () => label("Other", 301, 201))]);
    assert.equal(first.lines[0].text, "First");
    assert.equal(place(crowd, { most: 5 }).length, 5);
  });
  it("are left out of a mark that is not seen", () => assert.deepEqual(place([label("Away", -10, 200)]), []));
});
