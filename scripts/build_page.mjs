// Bundles the page's script and style: twinnet/views/page/ into twinnet/views/bundle/, which is what the package ships.
//
//   npm ci && npm run bundle
//
// Running it twice writes the same bytes. A user needs no node: the bundle is kept beside its sources. Another folder may
// be named, to compare: node scripts/build_page.mjs FOLDER
import { build } from "esbuild";

const target = ["chrome109", "firefox115", "safari16"]; // browsers of the last three years
const folder = "twinnet/views";
const into = process.argv[2] ?? `${folder}/bundle`;
const common = { bundle: true, charset: "utf8", legalComments: "inline", logLevel: "warning", target };

await build({
  ...common,
  entryPoints: [`${folder}/page/main.js`],
  outfile: `${into}/explorer.js`,
  format: "iife",
  minifySyntax: true,
  minifyWhitespace: true,
});
await build({ ...common, entryPoints: [`${folder}/page/page.css`], outfile: `${into}/explorer.css`, minify: true });
