// Corrections as the page shows them: the facts of its model are what the rows say.
import { CORRECTABLE, matterKey } from "./rows.js";

/** The field of an organisation that a correction is of. */
const FIELDS = /** @type {const} */ ({ themes_offered: "offers", themes_sought: "seeks", languages: "languages" });

/**
 * Make the model say what was corrected, now and whenever a correction is made or taken back.
 * @param {Model} model @param {Desk} desk
 */
export function applyCorrections(model, desk) {
  const towns = new Map(model.organisations.map((one) => [one.id, one]));
  /** @type {Map<string, (() => void)>} what brings back the values that the page came with */
  const originals = new Map();

  /** @param {string} key */
  function apply(key) {
    const [first, second, what] = key.split("\u001f");
    const field = CORRECTABLE.find((one) => one === what);
    if (!field) return;
    const row = desk.stands(key);
    if (row?.verdict === "corrected") {
      const { value = [] } = row;
      if (field === "link_state") linksOf(towns, first, second).forEach((link, at) => set(`${key}${at}`, link, "state", value[0]));
      else {
        const town = towns.get(first || second);
        if (town) set(key, town, FIELDS[field], value);
      }
    } else {
      for (const [held, back] of originals) if (held.startsWith(key)) back();
    }
  }

  /** @param {string} key @param {any} thing @param {string} name @param {any} value */
  function set(key, thing, name, value) {
    if (!originals.has(key)) {
      const was = thing[name];
      originals.set(key, () => {
        thing[name] = was;
      });
    }
    thing[name] = value;
  }

  for (const key of desk.keys()) apply(key);
  desk.listen((keys) => {
    for (const key of keys) apply(key);
  });
}

/** The links between two organisations. @param {Map<string, Organisation>} towns @param {string} one @param {string} other */
function linksOf(towns, one, other) {
  return (towns.get(one)?.links ?? []).filter(({ a, b }) => a.id === other || b.id === other);
}

/** The matter of a correction. @param {Organisation} town @param {CorrectableField} field @param {Organisation|null} [other] */
export const correctionKey = (town, field, other = null) => matterKey(town.id, other?.id, field);
