// What reasons say: shapes of sentences and the numbers that fill them, said in the language of the moment.
// The form is that of `twinnet/views/packing.py`.

/** @typedef {string | any[]} Shape */

/**
 * Return the function that says one of the values that the page holds.
 * @param {{shapes: Shape[], columns: number[][][], sequence: number[]}} packed
 * @param {{texts: string[], organisations: Organisation[], t: Translator}} of
 * @returns {(at: number, pair?: [Organisation, Organisation]) => string}
 */
export function createSayings({ shapes, columns, sequence }, { texts, organisations, t }) {
  const rows = new Uint32Array(sequence.length);
  const next = new Uint32Array(shapes.length);
  sequence.forEach((shape, at) => {
    rows[at] = next[shape];
    next[shape] += 1;
  });

  return (at, pair) => {
    const shape = sequence[at];
    const numbers = columns[shape];
    let taken = 0;
    const take = () => {
      const number = numbers[taken][rows[at]];
      taken += 1;
      return number;
    };
    const said = say(shapes[shape], take, pair);
    return typeof said === "number" ? t.number(said) : said;
  };

  /**
   * A value: text, or a number that a text formats.
   * @param {Shape} shape
   * @param {() => number} take
   * @param {[Organisation, Organisation]} [pair]
   * @returns {string | number}
   */
  function say(shape, take, pair) {
    if (typeof shape !== "string") return shape[0] === "l" ? list(shape, take, pair) : phrase(shape, take, pair);
    switch (shape) {
      case "s": return texts[take()];
      case "o": return organisations[take()].name;
      case "a": return pair?.[0].name ?? "";
      case "b": return pair?.[1].name ?? "";
      case "A": return pair?.[0].population ?? 0;
      case "B": return pair?.[1].population ?? 0;
      case "t": return t.theme(texts[take()]);
      case "c": return t.country(texts[take()]);
      case "l": return t.language(texts[take()]);
      default: return take();
    }
  }

  /** @param {any[]} shape @param {() => number} take @param {[Organisation, Organisation]} [pair] */
  function phrase([key, ...slots], take, pair) {
    /** @type {Record<string, string | number>} */
    const values = {};
    for (let i = 0; i < slots.length; i += 2) values[slots[i]] = say(slots[i + 1], take, pair);
    return t(key, values);
  }

  /** @param {any[]} shape @param {() => number} take @param {[Organisation, Organisation]} [pair] */
  function list([, by, more, ...shapes], take, pair) {
    const items = shapes.map((one) => say(one, take, pair)).map((one) => (typeof one === "number" ? t.number(one) : one));
    const said = by === "and" && items.length > 1
      ? t("say.and", { some: items.slice(0, -1).join(", "), last: items[items.length - 1] })
      : items.join(`${by === ";" ? ";" : ","} `);
    return more ? t("say.more", { some: said, n: take() }) : said;
  }
}
