"""Cells -> values: numbers, dates, coordinates, kinds, languages.

Every function takes a cell's clean text and returns a value, or raises :class:`NotTaken` with a reason that does not
quote the cell. What lists write for "nothing" (``n/a``, ``-``) is None and no fault.
"""

from __future__ import annotations

import datetime as dt
import difflib
import json
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from twinnet.places import postcodes
from twinnet.text import fold

_DATA = Path(__file__).parent.parent / "data" / "headers.json"
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\x00-\x08\x0e-\x1f\x7f]"
)
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_NUMBER = re.compile(r"^[+-]?(?:\d+|\d{1,3}(?:[ .,'’]\d{3})+)(?:[.,]\d+)?(?:[eE][+-]?\d{1,2})?$")
_PLAIN = re.compile(r"-?\d+(?:\.\d+)?\Z")
_SEXAGESIMAL = re.compile(
    r"""^(?P<sign>[NSEWO+-])?\s*(?P<d>\d{1,3}(?:[.,]\d+)?)\s*°?\s*(?:(?P<m>\d{1,2}(?:[.,]\d+)?)\s*['’′]\s*)?"""
    r"""(?:(?P<s>\d{1,2}(?:[.,]\d+)?)\s*(?:["”″]|''|’’)\s*)?(?P<end>[NSEWO])?$""",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"^(?:~|≈|ca?\.?|circa|env\.?|about|approx\.?|oko|rund)\s*", re.IGNORECASE)
_ONE_GROUP = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}\Z")
_POINT = re.compile(
    r"^\s*(?:<[^>]*>\s*)?point\s*z?\s*\(\s*([+-]?[\d.]+(?:e[+-]?\d+)?)[\s,]+([+-]?[\d.]+(?:e[+-]?\d+)?)", re.IGNORECASE
)
_PAIR = re.compile(r"^\(?\s*([+-]?\d{1,3}(?:[.]\d+)?)\s*[,;\s]\s*([+-]?\d{1,3}(?:[.]\d+)?)\s*\)?$")
_COMMA_PAIR = re.compile(r"^\(?\s*([+-]?\d{1,3},\d+)\s*[;\s]\s*([+-]?\d{1,3},\d+)\s*\)?$")
_ISO = re.compile(r"^[+]?(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?:[T ]\d{1,2}:\d{2}.*)?\.?$")
_DAY_FIRST = re.compile(r"^(\d{1,2})[-/. ]+(\d{1,2})[-/. ]+(\d{4})\.?(?:[T ]\d{1,2}:\d{2}.*)?$")
_MONTH_YEAR = re.compile(r"^(\d{1,2})[-/.](\d{4})$")
_YEAR_ZERO = re.compile(r"^[+]?(\d{4})-(?:01-01|00-00)T00:00:00(?:\.0+)?Z?$")
_ANY_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_URL = re.compile(r"^(?:https?://|www\.)\S+$|^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:/\S*)?$", re.IGNORECASE)
_FIRST_URL = re.compile(r"(?:https?://|www\.)[^\s,;|]+", re.IGNORECASE)
_GEONAMES = re.compile(r"^(?:https?://(?:www\.|sws\.)?geonames\.org/)?(\d{2,9})(?:/.*)?$", re.IGNORECASE)
_FORMULA = re.compile(r"^=\s*[A-Za-z_.]+\(|^=\s*[$A-Z]+[$\d]+")
EMAIL = re.compile(r"(?<![^\s@,;<>])[^\s@,;<>]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(
    r"^(?:tel\.?:?\s*)?(?:\+|00)\s*\d[\d\s()/.-]{6,}$|^\(?0\d{1,4}\)?[\s/-]\d[\d\s/-]{4,}$", re.IGNORECASE
)
_PHONE_WITHIN = re.compile(
    r"""\b(?:tel|tél|telef[oó]n[oue]?|téléphone|telefoon|telefax|phone|ph|mobi(?:le?|tel)|mob|fax|gsm|handy|тел|телефон|факс|моб|τηλ|φαξ)\b
        \.?\s*(?:n[or]\.?\s*)?[:.]?\s*\(?\+?\d(?:[\s()/.-]{0,3}\d){4,13}
    |(?<![\w.,/+-])(?:\+|00\s?(?=[1-9]))\s?\d{1,3}(?:[\s()/.-]{0,3}\d){6,12}(?!\d)
    |(?<![\w.,/+-])(?!\d{1,2}[./\s-]\d{1,2}[./\s-](?:19|20)?\d\d(?!\d))\(?0\d{1,4}\)?[\s/-]{1,3}\d(?:[\s/.-]?\d){4,9}(?!\d)""",
    re.IGNORECASE | re.VERBOSE,
)
_POSTCODE_COUNTRY = re.compile(
    r"^(?:(?:A|AT|B|BE|BG|CH|CY|CZ|D|DE|DK|E|ES|EE|F|FR|FIN|FI|GR|H|HU|HR|I|IT|IS|L|LU|N|NO|NL|P|PT|PL|RO|RS|S|SE|SI|SK|"
    r"SLO|TR|UA)[- ]+)(?=\d)",
    re.IGNORECASE,
)
_POSTCODE = re.compile(
    r"^(?:\d{3,7}|\d{2}-\d{3}|\d{4}-\d{3}|\d{3} \d{2}|\d{4} ?[A-Z]{2}|\d{5}-\d{3,4}|(?:LV|LT|MD|AD|AZ|BB)[- ]?\d{3,5}|"
    r"[A-Z]{3} ?\d{4}|[A-Z]\d[\dW] ?[A-Z0-9]{4}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d)$"
)
_MARKED_POSTCODE = re.compile(
    r"^(?:[A-Z]{1,3}-\d{4,5}|\d{2}-\d{3}|\d{4}-\d{3}|\d{3} \d{2}|\d{4} ?[A-Z]{2}|[A-Z]\d[\dW] ?[A-Z0-9]{4}|"
    r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})$"
)
_EUROPE = (
    "AL", "AD", "AM", "AT", "AZ", "BA", "BE", "BG", "BY", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB",
    "GE", "GR", "HR", "HU", "IE", "IL", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT", "NL", "NO",
    "PL", "PT", "RO", "RS", "RU", "SE", "SI", "SK", "SM", "TR", "UA", "XK",
)  # fmt: skip
EARLIEST = 800
"""No partnership or membership is older (Le Mans and Paderborn count theirs from 836)."""


class NotTaken(ValueError):  # noqa: N818 - a verdict about one cell, caught where rows are made
    """A cell's text is not a value of its column; the message says why without quoting it."""


@cache
def vocabulary() -> dict[str, Any]:
    """Return the words of headers and cells (``data/headers.json``)."""
    words: dict[str, Any] = json.loads(_DATA.read_text(encoding="utf-8"))
    return words


def clean(text: str) -> str:
    """Return the text as a person sees it: NFC, no invisible characters, single spaces, the digits 0 to 9.

    >>> clean("  Bad\u00a0Homburg\u200b  v.d.H. "), clean("١٩٨٥")
    ('Bad Homburg v.d.H.', '1985')
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    shown = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return " ".join(_OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), shown).split())


@cache
def _empties() -> frozenset[str]:
    return frozenset(fold(word) for word in vocabulary()["empty"])


def is_empty(text: str) -> bool:
    """Return whether a clean cell says nothing (``-``, ``n/a``, ``?``).

    >>> is_empty("n/a"), is_empty("–"), is_empty("0")
    (True, True, False)
    """
    if text[:1].isdecimal():
        return False
    return not any(map(str.isalnum, text)) or (len(text) <= 10 and fold(text) in _empties())


def without_phones(text: str) -> str:
    """Return a clean text without the telephone numbers in it; years, dates and amounts stay.

    >>> without_phones("Ask us: tel. 036 500-600 or +387 36 500 600."), without_phones("2014-2020: 1 200 000 EUR")
    ('Ask us: or .', '2014-2020: 1 200 000 EUR')
    """
    return " ".join(_PHONE_WITHIN.sub(" ", text).split()) if any(map(str.isdigit, text)) else text


def postcode(text: str) -> str:
    """Return a postal code in capitals, without the country's letter before it.

    >>> postcode("D-52062"), postcode("1100-148"), postcode("sw1a 1aa"), postcode("1067.0"), postcode("LV-1010")
    ('52062', '1100-148', 'SW1A 1AA', '1067', 'LV-1010')
    """
    code = _POSTCODE_COUNTRY.sub("", text.removesuffix(".0")).upper()
    if not _POSTCODE.match(code):
        raise NotTaken("this is not a postal code")
    return code


def is_marked_postcode(text: str) -> bool:
    """Return whether a text has the form of a postal code that no plain number has.

    >>> is_marked_postcode("00-950"), is_marked_postcode("1012 AB"), is_marked_postcode("52062")
    (True, True, False)
    """
    return bool(_MARKED_POSTCODE.match(text))


def whole_postcode(code: str, country: str) -> str:
    """Return a postal code with the zero that a spreadsheet has taken from its front.

    >>> whole_postcode("1067", "DE"), whole_postcode("1067", "AT")
    ('01067', '1067')
    """
    return postcodes.whole(code, country) or code


@cache
def _statuses() -> frozenset[str]:
    return frozenset(fold(word) for word in vocabulary()["statuses"])


def is_status(text: str) -> bool:
    """Return whether a whole cell is a word for the state of a membership.

    >>> is_status("Full member"), is_status("former member"), is_status("Mostar")
    (True, True, False)
    """
    return fold(text) in _statuses() or (len(text) < 40 and is_former(text, status=False))


def is_formula(text: str) -> bool:
    """Return whether a cell holds a spreadsheet's formula instead of its value."""
    return text.startswith("=") and bool(_FORMULA.match(text))


def number(text: str) -> float | None:
    """Return a number in any of Europe's notations, None where the text is none.

    A single group of three digits after a single mark is read as thousands by :func:`population`, as decimals here.

    >>> number("45,95"), number("1 234 567,5"), number("1.234.567"), number("−3.7"), number("1,234.5"), number("NaN")
    (45.95, 1234567.5, 1234567.0, -3.7, 1234.5, None)
    """
    if _PLAIN.match(text):
        return float(text)
    text = text.replace("−", "-").replace("–", "-") if not text.isascii() else text
    if not _NUMBER.match(text):
        return None
    text = re.sub(r"[ '’]", "", text)
    dots, commas = text.count("."), text.count(",")
    if dots and commas:
        mark = "." if text.rfind(".") > text.rfind(",") else ","
        text = text.replace("," if mark == "." else ".", "").replace(mark, ".")
    elif dots > 1 or commas > 1:
        text = text.replace(".", "").replace(",", "")
    else:
        text = text.replace(",", ".")
    try:
        return float(text)
    except ValueError:
        return None


def population(text: str) -> int | None:
    """Return a number of inhabitants.

    >>> population("15.505"), population("1 165 541"), population("51000.0"), population("ca. 12,000")
    (15505, 1165541, 51000, 12000)
    """
    bare = text if text.isdecimal() else _ABOUT.sub("", text)
    value = number(bare)
    if value is None:
        raise NotTaken("the population is not a number: write digits")
    if _ONE_GROUP.match(bare):
        value *= 1000
    if value < 0:
        raise NotTaken("the population is negative")
    if value == 0:
        raise NotTaken("the population is 0, which says nothing: leave the cell empty")
    if value > 60_000_000:
        raise NotTaken("the population is larger than any town's")
    if abs(value - round(value)) > 1e-6:
        raise NotTaken("the population is not a whole number")
    return round(value)


def latitude(text: str) -> float:
    r"""Return degrees north, south negative.

    >>> latitude("45,95"), latitude("43°20'37\"N"), latitude("S 33.9")
    (45.95, 43.343611, -33.9)
    """
    return _degrees(text, bound=90.0, what="latitude")


def longitude(text: str) -> float:
    """Return degrees east, west negative.

    >>> longitude("17.8077"), longitude("3°42'W")
    (17.8077, -3.7)
    """
    return _degrees(text, bound=180.0, what="longitude")


def _degrees(text: str, *, bound: float, what: str) -> float:
    value = number(text)
    if value is None and (match := _SEXAGESIMAL.match(text)):
        parts = [float((match[key] or "0").replace(",", ".")) for key in "dms"]
        mark = (match["end"] or match["sign"] or "").upper()
        value = round((parts[0] + parts[1] / 60 + parts[2] / 3600) * (-1 if mark in {"S", "W", "-"} else 1), 6)
    if value is None:
        raise NotTaken(f"the {what} is not a number of degrees")
    if not -bound <= value <= bound:
        raise NotTaken(f"the {what} is beyond {bound:.0f} degrees")
    return value


def point(text: str) -> tuple[float, float]:
    """Return latitude and longitude of a cell that holds both.

    ``Point(lon lat)`` is well-known text, longitude first; a bare pair is latitude first.

    >>> point("Point(17.8077 43.3437)"), point("43.3437, 17.8077"), point("43,3437; 17,8077")
    ((43.3437, 17.8077), (43.3437, 17.8077), (43.3437, 17.8077))
    """
    if match := _POINT.match(text):
        first, second = match[2], match[1]
    elif match := _PAIR.match(text) or _COMMA_PAIR.match(text):
        first, second = match[1], match[2]
    else:
        raise NotTaken("the coordinates are not a pair of numbers: write 'latitude, longitude' or 'Point(lon lat)'")
    return latitude(first), longitude(second)


def date(text: str) -> str:
    """Return a year, month or day in ISO form; days stand before months where both orders are possible.

    >>> date("1985"), date("27.10.1985"), date("2015/10/27"), date("10/1985"), date("May 1998"), date("1985.0")
    ('1985', '1985-10-27', '2015-10-27', '1985-10', '1998', '1985')
    >>> date("1985-01-01T00:00:00Z"), date("1985-06-01T00:00:00Z")
    ('1985', '1985-06-01')
    """
    text = text.removesuffix(".0")
    if match := _YEAR_ZERO.match(text):
        return _date(match[1], None, None)
    if match := _ISO.match(text):
        return _date(match[1], match[2], match[3])
    if match := _DAY_FIRST.match(text):
        day, month = (match[1], match[2]) if int(match[2]) <= 12 else (match[2], match[1])
        return _date(match[3], month, day)
    if match := _MONTH_YEAR.match(text):
        return _date(match[2], match[1], None)
    years = _ANY_YEAR.findall(text)
    if len(years) == 1:
        return _date(years[0], None, None)
    if len(years) > 1:
        raise NotTaken("there are several years in one cell: give one date")
    raise NotTaken("this is not a date: write a year or YYYY-MM-DD")


def _date(year: str, month: str | None, day: str | None) -> str:
    if int(year) < EARLIEST:
        raise NotTaken(f"the year is before {EARLIEST}")
    if month is None:
        return year
    try:
        dt.date(int(year), int(month), int(day or 1))
    except ValueError as error:
        raise NotTaken("there is no such day in the calendar") from error
    return f"{year}-{int(month):02d}" + (f"-{int(day):02d}" if day is not None else "")


def is_after(value: str, today: dt.date) -> bool:
    """Return whether all of a partial date lies after a day.

    >>> is_after("2026", dt.date(2026, 3, 1)), is_after("2027", dt.date(2026, 3, 1))
    (False, True)
    """
    return value > today.isoformat()[: len(value)]


@cache
def _index(section: str) -> dict[str, str]:
    index: dict[str, str] = {}
    for key, words in vocabulary()[section].items():
        for word in (key, *words):
            index.setdefault(fold(word), key)
    return index


def is_kind(text: str) -> bool:
    """Return whether a whole cell is a word for a kind of organisation or link.

    >>> is_kind("Municipality"), is_kind("Municipality of Bari")
    (True, False)
    """
    key = fold(text)
    return key in _index("organisation_kinds") or key in _index("link_kinds")


@lru_cache(maxsize=4096)
def organisation_kind(text: str) -> str:
    """Return the kind of organisation that a word names, small misspellings allowed.

    >>> organisation_kind("Municipality"), organisation_kind("Intermuncipality"), organisation_kind("udruga")
    ('town', 'intermunicipal', 'association')
    """
    return _kind(text, "organisation_kinds", "kind of organisation")


@lru_cache(maxsize=4096)
def link_kind(text: str) -> str:
    """Return the kind of link that a word or RGRE's letter names.

    >>> link_kind("Freundschaft"), link_kind("p"), link_kind("Twinning"), link_kind("k")
    ('friendship', 'partnership', 'partnership', 'contact')
    """
    return _kind(text, "link_kinds", "kind of link")


@lru_cache(maxsize=4096)
def role(text: str) -> str:
    """Return ``lead``, ``partner`` or ``associated``; a bare yes or no answers "lead partner?".

    >>> role("Yes"), role("No"), role("capofila"), role("Partner associé")
    ('lead', 'partner', 'lead', 'associated')
    """
    return _kind(text, "roles", "role")


def _kind(text: str, section: str, what: str) -> str:
    index, key = _index(section), fold(text)
    if key in index:
        return index[key]
    if section == "roles" and any(key_word.startswith(("assoc", "asoc", "assoz")) for key_word in key.split()):
        return "associated"
    whole = [word for word in sorted(index, key=len, reverse=True) if len(word) > 3 and f" {word} " in f" {key} "]
    if whole:
        return index[whole[0]]
    near = difflib.get_close_matches(key, index, 1, 0.88) if len(key) > 5 else []
    if near:
        return index[near[0]]
    raise NotTaken(f"this {what} is not known; the default is kept")


@cache
def _former() -> tuple[frozenset[str], re.Pattern[str]]:
    words = sorted({fold(word) for word in vocabulary()["former"]}, key=len, reverse=True)
    long = "|".join(re.escape(word) for word in words if " " in word)
    return frozenset(words), re.compile(rf"\b(?:{long})\b")


@lru_cache(maxsize=4096)
def is_former(text: str, *, status: bool) -> bool:
    """Return whether a cell says that a member has left.

    In a column of ``status`` one word is enough ("ehemalig"); in a note it must speak of the membership or be the
    whole note.

    >>> is_former("Former Member", status=True), is_former("bivši", status=True), is_former("Member", status=True)
    (True, True, False)
    >>> is_former("former Yugoslavia", status=False), is_former("Ancien membre (2015)", status=False)
    (False, True)
    """
    words, phrases = _former()
    key = re.sub(r"\b\d+\b", " ", fold(text))
    key = " ".join(key.split())
    if key in words or phrases.search(key):
        return True
    return status and any(word in words for word in key.split())


_YES = frozenset(
    ("yes", "y", "true", "1", "x", "ja", "oui", "si", "da", "tak", "igen", "ano", "evet", "kylla", "po", "nai", "sim")
)


def is_yes(text: str) -> bool:
    """Return whether a cell answers yes, or is ticked.

    >>> is_yes("Да"), is_yes("x"), is_yes("✓"), is_yes("no")
    (True, True, True, False)
    """
    return fold(text) in _YES or text.strip() in ("✓", "✔", "☑")


@cache
def _language_names() -> dict[str, str]:
    from twinnet import countries

    codes = sorted({code for country in _EUROPE for code in countries.languages(country)})
    names: dict[str, str] = {}
    for shown in ["en", *codes]:
        for code in codes:
            names.setdefault(fold(countries.language_name(code, shown)), code)
    return {**names, **{code: code for code in codes}}


@lru_cache(maxsize=4096)
def languages(text: str) -> tuple[str, ...]:
    """Return ISO 639-1 codes of the languages that a cell names, in its order.

    >>> languages("English, français; DE")
    ('en', 'fr', 'de')
    """
    found: dict[str, None] = {}
    unknown = 0
    for part in re.split(r"[,;/|+&]|\s(?:and|et|und|i|e|y)\s", text):
        key = fold(part)
        code = _language_names().get(key) or _language_names().get(
            key[:2] if re.match(r"^[a-z]{2}[ -][a-z]{2}$", key) else ""
        )
        if code:
            found.setdefault(code)
        elif key:
            unknown += 1
    if not found and unknown:
        raise NotTaken("no known language: write names or codes such as 'en, fr'")
    return tuple(found)


def geonames_id(text: str) -> int:
    """Return a GeoNames id written as a number or an address.

    >>> geonames_id("3194828"), geonames_id("https://www.geonames.org/3194828/mostar.html")
    (3194828, 3194828)
    """
    match = _GEONAMES.match(text.removesuffix(".0"))
    if not match:
        raise NotTaken("this is not a GeoNames id")
    return int(match[1])


def website(text: str) -> str:
    """Return the first web address of a cell.

    >>> website("www.mostar.ba"), website("see https://mostar.ba (new)")
    ('www.mostar.ba', 'https://mostar.ba')
    """
    if EMAIL.search(text):
        raise NotTaken("an e-mail address is not a website")
    if match := _FIRST_URL.search(text):
        return match[0].rstrip(".)")
    if _URL.match(text):
        return text
    raise NotTaken("this is not a web address")


def is_url(text: str) -> bool:
    """Return whether a cell is a web address."""
    return bool(_URL.match(text)) and "." in text


def region(text: str) -> str:
    """Return a region's name without its NUTS code.

    >>> region("SI032 / Podravska"), region("Bayern")
    ('Podravska', 'Bayern')
    """
    return re.sub(r"^[A-Z]{2}[A-Z0-9]{1,3}\s*[/–-]\s*", "", text)
