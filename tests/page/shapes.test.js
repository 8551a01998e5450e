// Links are drawn as great circles and land as it is, also where the date line cuts them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { LINES, MARKS, greatCircle, polygons, traceMark } from "../../twinnet/views/page/shapes.js";

const SARAJEVO = { latitude: 43.86, longitude: 18.41 };
const LYON = { latitude: 45.76, longitude: 4.84 };
const SUVA = { latitude: -18.14, longitude: 178.44 };
const HONOLULU = { latitude: 21.31, longitude: -157.86 };
const near = (one, other, within = 1e-6) => assert.ok(Math.abs(one - other) < within, `${one} is not ${other}`);

describe("a great circle", () => {
  it("begins and ends at the two places", () => {
    const points = greatCircle(SARAJEVO, LYON);
    const [first, last] = [points[0], points[points.length - 1]];
    near(first[0], SARAJEVO.latitude);
    near(first[1], SARAJEVO.longitude);
    near(last[0], LYON.latitude);
    near(last[1], LYON.longitude);
  });
  it("bends towards the pole", () => {
    const points = greatCircle({ latitude: 50, longitude: 0 }, { latitude: 50, longitude: 90 });
    const top = Math.max(...points.map(([latitude]) => latitude));
    near(top, (Math.atan(Math.tan((50 * Math.PI) / 180) / Math.cos(Math.PI / 4)) * 180) / Math.PI, 0.05);
  });
  it("follows a meridian and the equator", () => {
    for (const [, longitude] of greatCircle({ latitude: 10, longitude: 20 }, { latitude: 60, longitude: 20 })) near(longitude, 20);
    for (const [latitude] of greatCircle({ latitude: 0, longitude: 20 }, { latitude: 0, longitude: 80 })) near(latitude, 0);
  });
  it("takes steps of little more than a degree", () => {
    const points = greatCircle(SUVA, HONOLULU);
    for (let i = 1; i < points.length; i += 1) assert.ok(Math.abs(points[i][0] - points[i - 1][0]) < 1.5);
  });
  it("runs on over the date line instead of back around the world", () => {
    for (const [from, to] of [[SUVA, HONOLULU], [HONOLULU, SUVA]]) {
      const points = greatCircle(from, to);
      for (let i = 1; i < points.length; i += 1) assert.ok(Math.abs(points[i][1] - points[i - 1][1]) < 5);
      near(points[0][1], from.longitude);
      near((points[points.length - 1][1] - to.longitude) % 360, 0);
    }
  });
  it("is a plain line where the way is not told: a place with itself, and the other end of the world", () => {
    assert.deepEqual(greatCircle(LYON, LYON), [[45.76, 4.84], [45.76, 4.84]]);
    for (const point of greatCircle({ latitude: 10, longitude: 20 }, { latitude: -10, longitude: -160 }).flat()) assert.ok(Number.isFinite(point));
  });
});

describe("land", () => {
  const land = (geometry, arcs) => polygons({ transform: { scale: [1, 1], translate: [0, 0] }, arcs, objects: { land: { geometries: [geometry] } } });

  it("is made of arcs in steps, the reversed ones from their end", () => {
    const [shape] = land({ type: "Polygon", arcs: [[0, ~1]] }, [[[0, 0], [10, 0], [0, 10]], [[0, 0], [0, 10], [10, 0]]]);
    assert.deepEqual(shape.geometry.coordinates, [[[[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]]]);
  });
  it("is scaled and moved", () => {
    const [shape] = polygons({
      transform: { scale: [0.5, 2], translate: [-10, 5] }, arcs: [[[0, 0], [2, 1], [-2, 1], [0, -2]]],
      objects: { land: { geometries: [{ type: "MultiPolygon", arcs: [[[0]]] }] } },
    });
    assert.deepEqual(shape.geometry.coordinates, [[[[-10, 5], [-9, 7], [-10, 9], [-10, 5]]]]);
  });
  it("runs on over the date line", () => {
    const [shape] = land({ type: "Polygon", arcs: [[0]] }, [[[170, 0], [9, 0], [-358, 0], [0, 10], [349, 0], [0, -10]]]);
    assert.deepEqual(shape.geometry.coordinates[0][0].map(([longitude]) => longitude), [170, 179, 181, 181, 170, 170]);
  });
  it("leaves out what is no surface", () => assert.deepEqual(land({ type: "Point", coordinates: [0, 0] }, []), []));
  it("of the package closes every ring and leaps nowhere", () => {
    const shapes = polygons(JSON.parse(readFileSync(new URL("../../twinnet/data/map.json", import.meta.url), "utf8")));
    assert.ok(shapes.length > 0);
    for (const ring of shapes.flatMap((shape) => shape.geometry.coordinates).flat()) {
      assert.deepEqual(ring[0][1], ring[ring.length - 1][1]);
      for (let i = 1; i < ring.length; i += 1) assert.ok(Math.abs(ring[i][0] - ring[i - 1][0]) <= 180);
    }
  });
});

describe("meanings", () => {
  it("have each a dash of its own, so that no colour is needed", () => {
    const dashes = Object.values(LINES).map(({ dash }) => dash.join(" "));
    assert.equal(new Set(dashes).size, dashes.length);
  });
  it("have each a mark of its own", () => assert.equal(new Set(Object.values(MARKS)).size, 3));
  it("are traced around their place", () => {
    const trace = (shape) => {
      const points = [];
      const note = (x, y) => points.push([x, y]);
      traceMark({
        beginPath() {}, closePath() {}, moveTo: note, lineTo: note,
        rect: (x, y, width, height) => points.push([x, y], [x + width, y + height]), arc: (x, y, radius) => points.push([x - radius, y - radius], [x + radius, y + radius]),
      }, shape, 100, 50, 10);
      return points;
    };
    for (const shape of Object.values(MARKS)) {
      const xs = trace(shape).map(([x]) => x);
      near((Math.min(...xs) + Math.max(...xs)) / 2, 100);
    }
    assert.equal(trace("triangle").length, 3);
  });
});
