// The map's places: Leaflet's projection, a world cut where nobody lives, everything brought into view.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { WORLD, bend, copies, frame, middle, prepare, project, seamOf, unproject } from "../../twinnet/views/page/paint.js";
import { town } from "./sample.js";

const near = (one, other, within = 1e-6) => assert.ok(Math.abs(one - other) < within, `${one} is not ${other}`);
const at = (name, latitude, longitude) => town({ name, latitude, longitude, placed: true });
const SUVA = at("Suva", -18.14, 178.44);
const APIA = at("Apia", -13.83, -171.77);
const shown = (...towns) => towns.map((one) => ({ town: one, strong: false, radius: 5, faint: false, label: true }));

describe("the projection", () => {
  it("has the middle of the world in the middle", () => {
    const [x, y] = project(0, 0);
    near(x, WORLD / 2);
    near(y, WORLD / 2);
  });
  it("can be taken back", () => {
    for (const place of [[43.86, 18.41], [-18.14, 178.44], [80, -179], [0, 0]]) {
      const [latitude, longitude] = unproject(...project(...place));
      near(latitude, place[0]);
      near(longitude, place[1]);
    }
  });
  it("has the poles at its edges, not beyond all bounds", () => {
    for (const latitude of [90, -90]) assert.ok(Math.abs(project(latitude, 0)[1] - WORLD / 2) < WORLD / 2 + 1);
  });
});

describe("the world's seam", () => {
  it("is the date line for a network in Europe", () => assert.equal(seamOf([-8, 4, 18, 26]), -180));
  it("lies in the widest gap for a network on both sides of the date line", () => {
    const seam = seamOf([178.44, -171.77, 174.76]);
    assert.ok(seam > -171.77 && seam < 174.76);
  });
  it("of one place or none is the date line", () => assert.deepEqual([seamOf([]), seamOf([18])], [-180, -180]));
});

describe("several lines of one pair", () => {
  const line = Float64Array.from([0, 0, 5, 0, 10, 0]);
  const inMiddle = (points) => points.length / 4 - 0.5;
  it("lie beside each other, and begin and end at their towns", () => {
    assert.equal(bend(line, 0), line);
    const [second, third] = [bend(line, 1), bend(line, 2)];
    for (const bent of [second, third]) {
      assert.deepEqual([bent[0], bent[1]], [0, 0]);
      near(bent[bent.length - 2], 10);
      near(bent[bent.length - 1], 0);
    }
    const at = Math.round(inMiddle(second));
    assert.ok(second[2 * at + 1] > 0.6 && third[2 * at + 1] < -0.6);
  });
  it("are bent to the same side whichever end they begin with", () => {
    const back = bend(Float64Array.from([10, 0, 0, 0]), 1);
    assert.ok(back[2 * Math.round(inMiddle(back)) + 1] > 0.6);
  });
});

describe("a scene", () => {
  it("keeps together what the date line parts", () => {
    const { towns, paths } = prepare({ lines: [{ a: SUVA, b: APIA, style: "active", tip: "" }], towns: shown(SUVA, APIA) });
    assert.ok(Math.abs(towns[0].x - towns[1].x) < WORLD / 20);
    assert.equal(paths.length, 1);
    near(paths[0].points[0] + paths[0].shift, towns[0].x);
    near(paths[0].points[paths[0].points.length - 2] + paths[0].shift, towns[1].x);
  });
  it("begins and ends each line at its marks, whichever way it runs", () => {
    const all = [SUVA, APIA, at("Lyon", 45.76, 4.84), at("Vancouver", 49.28, -123.12)];
    for (const a of all) {
      for (const b of all) {
        if (a === b) continue;
        const { paths, towns } = prepare({ lines: [{ a, b, style: "start", tip: "" }], towns: shown(...all) });
        const x = (one) => towns.find((mark) => mark.town === one).x;
        const touches = (place, end) => paths.some(({ points, shift }) => Math.abs(points[end < 0 ? points.length - 2 : 0] + shift - place) < 1e-6);
        assert.ok(touches(x(a), 0) && touches(x(b), -1), `${a.name} – ${b.name}`);
      }
    }
  });
  it("of nothing is empty", () => {
    const { paths, towns, dots } = prepare({ lines: [], towns: [] });
    assert.deepEqual([paths.length, towns.length, dots.length], [0, 0, 0]);
  });
  it("shows each world that the canvas reaches", () => {
    assert.deepEqual(copies({ scale: 1, left: -100, width: 500 }), [-256, 0, 256]);
    assert.deepEqual(copies({ scale: 4, left: 10, width: 500 }), [0]);
  });
});

describe("what is brought into view", () => {
  const room = { width: 800, height: 600 };
  const fits = (view, { x, y }) => Math.abs(x - view.x) * 2 ** view.zoom <= room.width / 2 + 1e-6 && Math.abs(y - view.y) * 2 ** view.zoom <= room.height / 2 + 1e-6;

  it("are all places that are near each other", () => {
    const places = [[10, 10], [12, 14], [20, 11], [15, 18], [17, 12]].map(([x, y]) => ({ x, y }));
    const view = frame(places, room);
    assert.ok(places.every((place) => fits(view, place)));
  });
  it("is not a continent for the sake of one far place", () => {
    const places = Array.from({ length: 20 }, (_, i) => ({ x: 130 + (i % 5), y: 90 + (i % 4) }));
    const far = { x: 40, y: 150 };
    const view = frame([...places, far], room);
    assert.ok(places.every((place) => fits(view, place)));
    assert.ok(!fits(view, far));
  });
  it("is always the first place, the town that is looked at", () => {
    const places = Array.from({ length: 20 }, (_, i) => ({ x: 130 + (i % 5), y: 90 + (i % 4) }));
    const far = { x: 40, y: 150 };
    assert.ok(fits(frame([far, ...places], room), far));
  });
  it("is no closer than asked for", () => assert.equal(frame([{ x: 1, y: 1 }], { ...room, deepest: 5 }).zoom, 5));
});

describe("the middle of a line", () => {
  it("lies between its ends", () => {
    assert.deepEqual(middle(Float64Array.of(0, 0, 10, 20)), [5, 10]);
    assert.deepEqual(middle(Float64Array.of(0, 0, 3, 4, 10, 20)), [3, 4]);
  });
});
