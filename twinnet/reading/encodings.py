"""Bytes -> text: which encoding a list is written in.

Unicode is told from its own marks. Among the code pages of Europe the one wins under which the words with accents
are words: letters of one script and of the alphabet of one language, and names that are known.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from twinnet.errors import InputError

CODE_PAGES = ("cp1252", "cp1250", "cp1251", "cp1253", "iso-8859-2", "iso-8859-7", "iso-8859-1", "iso-8859-9", "cp1257")
"""What a list may be written in, the commonest first."""

_ALPHABETS = {
    "fr": "àâæçéèêëîïôœùûüÿ", "de": "äöüß", "es": "áéíñóúü", "it": "àèéìíòóùú", "pt": "áâãàçéêíóôõúü", "nl": "éèëïöü",
    "da": "æøåé", "sv": "åäöé", "is": "áðéíóúýþæö", "fi": "äöå", "ca": "àçèéíïòóúü", "pl": "ąćęłńóśźż",
    "cs": "áčďéěíňóřšťúůýž", "sk": "áäčďéíĺľňóôŕšťúýž", "hu": "áéíóöőúüű", "ro": "ăâîșțşţ", "hr": "čćđšž",
    "sl": "čšž", "sq": "çë", "tr": "çğıöşüİ", "et": "äöõüšž", "lv": "āčēģīķļņšūž", "lt": "ąčęėįšųūž",
    "ru": "абвгдежзийклмнопрстуфхцчшщъыьэюяё", "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "bg": "абвгдежзийклмнопрстуфхцчшщъьюя",
    "sr": "абвгдђежзијклљмнњопрстћуфхцчџш", "mk": "абвгдѓежзѕијклљмнњопрстќуфхцчџш",
    "el": "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ",
}  # fmt: skip
_RARE = frozenset("ŕĺÿðþ")
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)
_SIGNS = frozenset("’‘“”„–—…«»°§€•·´`№ªº\u00a0©®™½²³‹›‚")
_WORDS_LOOKED_AT = 400
_CELLS_LOOKED_UP = 150
_CELL_END = re.compile("[,;\\t|]")


def decode(data: bytes, *, file: str, is_name: Callable[[str], bool] | None = None) -> str:
    """Return the text of a file.

    Parameters
    ----------
    data:
        The bytes.
    file:
        The name for messages.
    is_name:
        Whether a cell is a known name (of a country, a place); None where nobody can tell.

    Raises
    ------
    InputError
        The text holds NUL characters, so that it is no text or damaged.
    """
    text = _unicode(data)
    text = text.lstrip("\ufeff") if text is not None else None
    if text is None:
        text = data.decode(code_page(data, is_name=is_name), errors="replace")
    if "\x00" in text:
        raise InputError(
            "the file holds NUL characters: it is damaged or no text; save it again as CSV (UTF-8)", file=file
        )
    return text


def _unicode(data: bytes) -> str | None:
    """Decode UTF-8, UTF-16 or UTF-32; None where it is neither."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    head = data[:4000]
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        # Of a letter of Europe's scripts the high byte is 0 to 4, which no other text holds.
        high, low = (sum(half.count(byte) for byte in range(5)) for half in (head[start::2], head[1 - start :: 2]))
        if len(head) > 7 and b"\x00" in head and high > 0.15 * len(head) and low * 5 < high:
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # A cut at the very end, or a single bad byte in much good UTF-8, is damage and no other encoding.
        good = data.decode("utf-8", errors="replace")
        bad = good.count("\ufffd")
        marks = sum(character > "\x7f" for character in good) - bad
        return good if marks > 20 * bad or (error.start >= len(data) - 3 and marks) else None


def code_page(data: bytes, *, is_name: Callable[[str], bool] | None = None) -> str:
    """Return the code page under which the bytes read best.

    >>> code_page("Битола;Скопје".encode("cp1251")), code_page("Ξάνθη;Άρτα".encode("iso-8859-7"))
    ('cp1251', 'iso-8859-7')
    """
    lines = sorted({line for line in data.splitlines() if any(byte > 0x7F for byte in line)})
    sample = b"\n".join(lines[:: max(1, len(lines) // 3000)])[:400_000]
    guess = _chardet(sample)
    texts: dict[str, str] = {}
    for encoding in CODE_PAGES:
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text not in texts.values():
            texts[encoding] = text
    if not texts:
        return CODE_PAGES[0]
    scores = {
        encoding: _plausibility(text) + (0.03 if encoding == guess else 0.0) - 0.001 * order
        for order, (encoding, text) in enumerate(texts.items())
    }
    best = max(scores.values())
    if is_name is not None:
        for encoding, score in scores.items():
            if score > best - 0.5:
                scores[encoding] += 2 * _known(texts[encoding], is_name)
    return max(scores, key=lambda encoding: scores[encoding])


def _known(text: str, is_name: Callable[[str], bool]) -> float:
    """Return the share of cells with accents that are known names."""
    cells = [cell.strip(" \"'") for line in text.splitlines() for cell in _CELL_END.split(line) if not cell.isascii()]
    some = sorted({cell for cell in cells if len(cell) < 60})
    some = some[:: max(1, len(some) // _CELLS_LOOKED_UP)]
    return sum(map(is_name, some)) / len(some) if some else 0.0


def _plausibility(text: str) -> float:
    """Return how much the text looks like words: 1 for words only, below 0 for signs and control characters."""
    controls = sum("\x80" <= character <= "\x9f" for character in text)
    if controls:
        return -float(controls)
    marked = [character for character in text if character > "\x7f"]
    if not marked:
        return 0.0
    words = dict.fromkeys(word for word in _WORD.findall(text) if not word.isascii())
    strange = sum(not character.isalpha() and character not in _SIGNS for character in marked) / len(marked)
    some = list(words)[:: max(1, len(words) // _WORDS_LOOKED_AT)]
    return sum(map(_wordlike, some)) / max(1, len(some)) - 2 * strange


@lru_cache(maxsize=20_000)
def _wordlike(word: str) -> float:
    """Return 1 for a word whose letters are of one alphabet and whose capitals stand where capitals do."""
    low = word.lower()
    marks = {letter for letter in low if letter > "\x7f"}
    fits = max(_fit(low, marks, letters) for letters in _ALPHABETS.values())
    inside = word[1:]
    capitals = any(letter.isupper() for letter in inside) and any(letter.islower() for letter in inside)
    return fits - (0.6 if capitals or (word[0].islower() and inside.isupper() and len(word) > 2) else 0.0)


def _fit(word: str, marks: Iterable[str], letters: str) -> float:
    if not all(mark in letters for mark in marks):
        return 0.0
    latin = any("a" <= letter <= "z" for letter in word)
    if latin and letters[0] in "аα":
        return 0.0
    return 0.7 if any(letter in _RARE for letter in word) else 1.0


def _chardet(sample: bytes) -> str | None:
    """Return the code page that chardet would take."""
    import chardet

    found = chardet.detect(sample[:20_000]).get("encoding")
    names = {codecs.lookup(name).name: name for name in CODE_PAGES}
    try:
        return names.get(codecs.lookup(str(found)).name) if found else None
    except LookupError:
        return None
