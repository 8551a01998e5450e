"""Names as comparable keys.

Two spellings of one name ought to have one key: case, accents, scripts and the damage of a wrong decoding are taken
away. A key is for comparing, never for showing.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans(
    {
        # Latin letters that have no decomposition
        "ł": "l", "đ": "d", "ð": "d", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h", "ı": "i", "ŋ": "n",
        "ŧ": "t", "ə": "e", "ɛ": "e", "ɔ": "o", "ƒ": "f", "ĸ": "k", "ǝ": "e", "ɨ": "i", "ʉ": "u",
        # Cyrillic
        "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "ђ": "dj", "е": "e", "є": "ie", "ж": "zh",
        "з": "z", "и": "i", "і": "i", "ј": "j", "к": "k", "л": "l", "љ": "lj", "м": "m", "н": "n", "њ": "nj",
        "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "ћ": "c", "у": "u", "ф": "f", "х": "h", "ц": "ts",
        "ч": "ch", "џ": "dz", "ш": "sh", "щ": "sht", "ъ": "a", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
        "ѕ": "dz", "ә": "a", "ғ": "g", "қ": "q", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h",
        # Greek
        "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k",
        "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t",
        "υ": "y", "φ": "f", "χ": "ch", "ψ": "ps", "ω": "o",
        # marks that stand for nothing in a name
        "’": "'", "ʼ": "'", "ʹ": "'", "´": "'", "\u00ad": "", "\u200b": "", "\ufeff": "",
    }
)  # fmt: skip
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_COMBINING = re.compile(r"[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u064b-\u065f\u0670]+")

# The second and third bytes of UTF-8 as cp1252, cp1250 and latin-1 show them.
_MANGLED = re.compile(
    "[\u00c2-\u00d6\u00d8-\u00df\u0102\u0139\u010e\u0143\u00e2]"
    "[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02c7\u02d8\u02dd\u02db\u02d9\u02dc"
    "\u2013-\u203a\u20ac\u2122\u0104\u0105\u013d\u013e\u0141\u0142\u015a\u015b\u015e\u015f\u0164\u0165\u0179-\u017c]"
)


def repair(text: str) -> str:
    """Return ``text`` with UTF-8 that was read as cp1252, cp1250 or latin-1 read as UTF-8.

    Text that is not damaged, or not in this way, is returned as it is.

    >>> repair("MoravÃ¡ TÅ™ebovÃ¡"), repair("São Tomé")
    ('Moravá Třebová', 'São Tomé')
    """
    # Two capitals in a row ("ÄŽ") are mangled only among small letters.
    if text.isascii() or text.isupper() or not _MANGLED.search(text):
        return text
    for encoding in ("cp1252", "cp1250"):
        try:
            repaired = b"".join(_bytes(character, encoding) for character in text).decode("utf-8")
        except UnicodeError:
            continue
        if len(repaired) < len(text) and all(_is_european(character) for character in repaired):
            return repaired
    return text


_MISREAD = (("cp1252", "cp1250"), ("latin-1", "iso-8859-2"), ("cp1252", "cp1251"), ("cp1252", "cp1253"))


def decodings(text: str) -> list[str]:
    """Return what a text may have been before it was read in a western encoding; nothing of plain ASCII.

    >>> decodings("£ódŸ")[0], decodings("Bari")
    ('Łódź', [])
    """
    found: list[str] = []
    for read, written in _MISREAD if not text.isascii() else ():
        try:
            decoded = text.encode(read).decode(written)
        except UnicodeError:
            continue
        if decoded != text and decoded not in found:
            found.append(decoded)
    return found


def _is_european(character: str) -> bool:
    """Latin, Greek, Cyrillic or general punctuation: what a name that was mangled in Europe is made of."""
    return character < "\u0530" or "\u2010" <= character <= "\u2122"


def _bytes(character: str, encoding: str) -> bytes:
    """Encode one character; control characters, which the code pages leave out, stand for themselves."""
    return character.encode("latin-1") if "\x80" <= character <= "\x9f" else character.encode(encoding)


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """Return the comparable key of a name: lower case, no accents, single spaces for punctuation.

    Cyrillic and Greek are transliterated letter by letter; other scripts keep their letters. Folding a key again
    changes nothing.

    >>> fold("  Villanueva de la Cañada "), fold("ŁÓDŹ"), fold("Djakovica/Đakovica")
    ('villanueva de la canada', 'lodz', 'djakovica dakovica')
    >>> fold("Битола"), fold("ΑΛΕΞΑΝΔΡΟΥΠΟΛΗ"), fold("İzmir"), fold("ქუთაისი")
    ('bitola', 'alexandroupoli', 'izmir', 'ქუთაისი')
    """
    if name.isascii():
        return _NOT_WORD.sub(" ", name.lower()).strip()
    text = unicodedata.normalize("NFKD", repair(name)).casefold()
    text = _COMBINING.sub("", text).replace("ου", "ou").translate(_LETTERS)
    if text.isascii():
        return _NOT_WORD.sub(" ", text).strip()
    text = unicodedata.normalize("NFC", text).casefold()
    # Vowel signs of Indic scripts are marks, not letters, and belong to the word.
    kept = (c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in text)
    return " ".join("".join(kept).split())


def shared_start(one: str, other: str) -> int:
    """Return with how many letters both texts begin.

    >>> shared_start("polska", "polsce"), shared_start("malta", "italia")
    (4, 0)
    """
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return length
