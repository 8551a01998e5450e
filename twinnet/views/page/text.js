// Words: comparable keys for searching, and the page's own texts.

/** Letters that have no decomposition, and the letters of other scripts. */
const LETTERS = /** @type {Record<string, string>} */ ({
  ł: "l", đ: "d", ð: "d", ø: "o", æ: "ae", œ: "oe", þ: "th", ħ: "h", ı: "i", ŋ: "n", ŧ: "t", ə: "e", ß: "ss",
  а: "a", б: "b", в: "v", г: "g", ґ: "g", д: "d", ђ: "dj", е: "e", є: "ie", ж: "zh", з: "z", и: "i", і: "i", ј: "j",
  к: "k", л: "l", љ: "lj", м: "m", н: "n", њ: "nj", о: "o", п: "p", р: "r", с: "s", т: "t", ћ: "c", у: "u", ф: "f",
  х: "h", ц: "ts", ч: "ch", џ: "dz", ш: "sh", щ: "sht", ъ: "a", ы: "y", ь: "", э: "e", ю: "yu", я: "ya", ѕ: "dz",
  α: "a", β: "v", γ: "g", δ: "d", ε: "e", ζ: "z", η: "i", θ: "th", ι: "i", κ: "k", λ: "l", μ: "m", ν: "n", ξ: "x",
  ο: "o", π: "p", ρ: "r", σ: "s", ς: "s", τ: "t", υ: "y", φ: "f", χ: "ch", ψ: "ps", ω: "o",
  "’": "'", "ʼ": "'", "ʹ": "'", "´": "'",
});

/**
 * Return the comparable key of a name: lower case, without accents, in Latin letters, single spaces for punctuation.
 * @param {string} text
 * @returns {string}
 */
export function fold(text) {
  const bare = text.toLowerCase().normalize("NFKD").replace(/\p{M}+/gu, "");
  const latin = Array.from(bare, (letter) => LETTERS[letter] ?? letter).join("");
  return latin.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/** How Serbian and Macedonian write letters of theirs in Latin, where others write two. */
const GAJ = /** @type {Record<string, string>} */ ({ ђ: "đ", ж: "ž", ц: "c", ч: "č", џ: "dž", ш: "š", ѓ: "gj", ќ: "kj" });

/**
 * Return the comparable keys of a text, one for each way of writing it in Latin letters: "Чачак" is Chachak and Čačak.
 * @param {string} text
 * @returns {string[]}
 */
function readings(text) {
  const key = fold(text);
  if (!/[\u0400-\u04ff]/.test(text)) return [key];
  return [key, fold(Array.from(text.toLowerCase().normalize("NFC"), (letter) => GAJ[letter] ?? letter).join(""))];
}

/** Return what a name is found by: its comparable keys, one after the other. @param {string} text */
export function keyOf(text) {
  return readings(text).join(" ");
}

/**
 * Return what a text is asked to hold, any one of these lists: the words of what was typed, in each reading, also with
 * the "dj" of a keyboard that has no "đ".
 * @param {string} typed
 * @returns {string[][]}
 */
export function askedWords(typed) {
  const keys = new Set(readings(typed).flatMap((key) => [key, key.replaceAll("dj", "d")]));
  return Array.from(keys, (key) => key.split(" ").filter(Boolean)).filter((words) => words.length > 0);
}

/**
 * @typedef {object} Language
 * @property {string} code of CLDR, as "bs"
 * @property {Record<string, string>} texts the page's texts and the sentences of reasons
 * @property {Record<string, string>} countries names by ISO code
 * @property {Record<string, string>} themes labels by key
 * @property {Record<string, string>} tongues names of languages by code
 * @property {{decimal: string, group: string}} numbers
 * @property {string[]} categories forms of the plural, as CLDR calls them
 * @property {string} plural the place of a number's form, for each number up to 199
 */

/**
 * Return the function that says the page's texts in a language: `{n}` in a text is filled from the values; where the
 * text has plural forms (`key.one`, `key.few`, `key.other`) `n` chooses. The function also says numbers, countries,
 * themes and lists: `t.number(1234)`, `t.signed(-50)`, `t.factor(1.84)`, `t.country("BA")`, `t.theme("youth")`,
 * `t.language("bs")`, `t.compare(a, b)` (for sorting), `t.code`.
 * @param {Language} language
 */
export function translator(language) {
  const { code, texts } = language;
  const plural = (/** @type {number} */ n) => {
    const size = Math.abs(n);
    return language.categories[Number(language.plural[size < 200 ? size : 100 + (size % 100)])];
  };
  const collator = new Intl.Collator(code);
  /** @param {number} value @param {number} [digits] */
  const number = (value, digits) => {
    const [whole, part] = Math.abs(value).toFixed(digits ?? (Number.isInteger(value) ? 0 : 1)).split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, language.numbers.group);
    return `${value < 0 ? "−" : ""}${grouped}${part ? language.numbers.decimal + part : ""}`;
  };
  /** @param {string} key @param {Record<string, unknown>} [values] */
  const t = (key, values = {}) => {
    const chosen = typeof values.n === "number" ? texts[`${key}.${plural(values.n)}`] : undefined;
    const text = chosen ?? texts[key] ?? texts[`${key}.other`] ?? key;
    return text.replace(/\{(\w+)(?::(\d))?\}/g, (slot, name, digits) => {
      const value = values[name];
      return value === undefined ? slot : typeof value === "number" ? number(value, digits && Number(digits)) : String(value);
    });
  };
  return Object.assign(t, {
    code,
    /** Tell whether there is a text. @param {string} key */
    has: (key) => key in texts,
    number,
    /** Say points with their sign. @param {number} points */
    signed: (points) => (points > 0 ? `+${number(points)}` : number(points)),
    /** Round a factor for people: 1.8, 24, 310. @param {number} value */
    factor: (value) => (value >= 1000 ? number(Number(value.toPrecision(2))) : number(Number(value.toFixed(value < 9.95 ? 1 : 0)))),
    /** @param {string|null|undefined} iso */
    country: (iso) => (iso ? (language.countries[iso] ?? iso) : ""),
    /** @param {string} theme */
    theme: (theme) => language.themes[theme] ?? theme,
    /** @param {string} tongue */
    language: (tongue) => language.tongues[tongue] ?? tongue,
    compare: collator.compare,
  });
}

/** Begin a sentence with a capital and end it. @param {string} words */
export function sentence(words) {
  if (!words) return "";
  return words[0].toUpperCase() + words.slice(1) + (/[.!?…]$/.test(words) ? "" : ".");
}

/** Cut a long name. @param {string} text @param {number} most */
export function short(text, most) {
  const letters = Array.from(text);
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : text;
}
