// Words: comparable keys for searching, and the page's own texts.

/** Letters that have no decomposition, and the letters of other scripts. */
const LETTERS = {
  ł: "l", đ: "d", ð: "d", ø: "o", æ: "ae", œ: "oe", þ: "th", ħ: "h", ı: "i", ŋ: "n", ŧ: "t", ə: "e", ß: "ss",
  а: "a", б: "b", в: "v", г: "g", ґ: "g", д: "d", ђ: "dj", е: "e", є: "ie", ж: "zh", з: "z", и: "i", і: "i", ј: "j",
  к: "k", л: "l", љ: "lj", м: "m", н: "n", њ: "nj", о: "o", п: "p", р: "r", с: "s", т: "t", ћ: "c", у: "u", ф: "f",
  х: "h", ц: "ts", ч: "ch", џ: "dz", ш: "sh", щ: "sht", ъ: "a", ы: "y", ь: "", э: "e", ю: "yu", я: "ya", ѕ: "dz",
  α: "a", β: "v", γ: "g", δ: "d", ε: "e", ζ: "z", η: "i", θ: "th", ι: "i", κ: "k", λ: "l", μ: "m", ν: "n", ξ: "x",
  ο: "o", π: "p", ρ: "r", σ: "s", ς: "s", τ: "t", υ: "y", φ: "f", χ: "ch", ψ: "ps", ω: "o",
  "’": "'", "ʼ": "'", "ʹ": "'", "´": "'",
};

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

/**
 * Return the function that says the page's texts: `{n}` in a text is filled from the values; where the text has a
 * plural (`key.one`, `key.other`) `n` chooses.
 * @param {Record<string, string>} strings
 * @param {string} language
 */
export function translator(strings, language) {
  const plural = new Intl.PluralRules(language);
  return (/** @type {string} */ key, /** @type {Record<string, unknown>} */ values = {}) => {
    const chosen = "n" in values && typeof values.n === "number" ? strings[`${key}.${plural.select(values.n)}`] : undefined;
    const text = chosen ?? strings[key] ?? strings[`${key}.other`] ?? key;
    return text.replace(/\{(\w+)\}/g, (slot, name) => {
      const value = values[name];
      return value === undefined ? slot : typeof value === "number" ? number(value) : String(value);
    });
  };
}

const FORMAT = new Intl.NumberFormat("en");

/** Say a number, with a true minus. @param {number} value */
export function number(value) {
  return FORMAT.format(value).replace("-", "−");
}

/** Say points with their sign. @param {number} points */
export function signed(points) {
  return points > 0 ? `+${number(points)}` : number(points);
}

/** Round a factor for people: 1.8, 24, 310. @param {number} value */
export function factor(value) {
  const digits = value < 9.95 ? 1 : 0;
  return value >= 1000 ? number(Number(value.toPrecision(2))) : number(Number(value.toFixed(digits)));
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
