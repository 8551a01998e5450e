// Says everything that a page holds, in every language of it: `node say.mjs FILE`, where FILE has the JSON of `languages`,
// `sayings`, `texts`, `organisations` and `pairs` (two places of organisations for each value, or null). Writes JSON:
// by language, what each value says.
import { readFileSync } from "node:fs";
import process from "node:process";
import { createSayings } from "../../twinnet/views/page/sayings.js";
import { translator } from "../../twinnet/views/page/text.js";

const { languages, sayings, texts, organisations, pairs } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const said = Object.entries(languages).map(([code, language]) => {
  const say = createSayings(sayings, { texts, organisations, t: translator({ ...language, code }) });
  return [code, pairs.map((pair, at) => say(at, pair?.map((one) => organisations[one])))];
});
process.stdout.write(JSON.stringify(Object.fromEntries(said)));
