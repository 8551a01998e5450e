"""The explorer: one page in which a mayor's office understands a suggestion.

:func:`page` turns facts and suggestions into the text of one HTML file. The file asks the network for nothing: map,
scripts and style are inside it, and its Content-Security-Policy allows exactly those scripts and that style, by hash.
Every text of the network reaches the page as data (a JSON block in which ``<`` is escaped) or as escaped text of the
table that is shown where JavaScript is switched off.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import html
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from twinnet import countries
from twinnet.views import network as drawing
from twinnet.views.contents import contents, foremost, sentences

if TYPE_CHECKING:
    from twinnet.graph import Network
    from twinnet.models import Party, Rules, Suggestion

STATIC_ROWS = 500
"""So many suggestions stand in the table for readers without JavaScript."""
PLAIN = 200_000
"""Data of more characters than this are packed (zlib, base64) and unpacked by the browser."""

_SLOT = re.compile(r"\{\{(t:)?([\w.-]+)\}\}")
_RULE_WITH_IMAGE = re.compile(r"[^{}]*\{[^{}]*url\([^{}]*\}")


def page(network: Network, suggestions: Sequence[Suggestion], *, title: str, rules: Rules, today: dt.date) -> str:
    """Return the text of the page, the same for the same input.

    Parameters
    ----------
    network, suggestions:
        The facts, and the suggestions of all kinds that were made from them.
    title:
        The page's heading.
    rules:
        What the suggestions were asked for; the page shows them.
    today:
        The date on which the states of links are told.

    >>> from twinnet.graph import Network
    >>> from twinnet.models import Rules
    >>> page(Network(), [], title="Empty", rules=Rules(), today=dt.date(2026, 1, 1)).startswith("<!doctype html>")
    True
    """
    data = contents(network, suggestions, title=title, rules=rules, today=today)
    data["strings"] = _strings()
    scripts, style = (_leaflet(), drawing.script(), _application()), _style()
    return _fill(
        _template("explorer.html"),
        {
            "policy": _policy(scripts, style),
            "title": _escape(title),
            "style": style,
            "static": _static(suggestions, rules),
            "data": _block(data),
            "map": _map(),
            "leaflet": scripts[0],
            "drawing": scripts[1],
            "application": scripts[2],
        },
    )


def _fill(template: str, values: Mapping[str, str]) -> str:
    """Fill the slots of a template in one pass, so that what is filled in is never read again."""
    strings = _strings()

    def value(slot: re.Match[str]) -> str:
        return _escape(strings[slot[2]]) if slot[1] else values[slot[2]]

    return _SLOT.sub(value, template)


def _policy(scripts: Sequence[str], style: str) -> str:
    """Return the Content-Security-Policy that allows these scripts and this style, and nothing else."""
    allowed = " ".join(_digest(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_digest(style)}; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )


def _digest(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"


def _block(data: Mapping[str, Any]) -> str:
    """Return data as JSON that can stand in a script element; much of it is packed."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    if len(text) > PLAIN:
        packed = base64.b64encode(zlib.compress(text.encode("utf-8"), 9)).decode("ascii")
        text = json.dumps({"zlib": packed})
    return text.replace("<", "\\u003c")


def _escape(text: str) -> str:
    """Return text for an element or a quoted attribute; what UTF-8 cannot hold is replaced."""
    return html.escape(text.encode("utf-8", "replace").decode("utf-8"), quote=True)


def _static(suggestions: Sequence[Suggestion], rules: Rules) -> str:
    """Return the table for readers without JavaScript."""
    strings = _strings()
    if not suggestions:
        return f"<p>{_escape(strings['no_suggestions'])}</p>"
    best = foremost(suggestions, STATIC_ROWS)
    heads = "".join(
        f'<th scope="col">{_escape(strings[key])}</th>'
        for key in ("kind", "organisation", "country", "partner.suggested", "country", "score", "why")
    )
    rows = "".join(f"<tr>{_static_row(suggestion, rules)}</tr>\n" for suggestion in best)
    note = strings["static.all"].format(n=f"{len(best):,}", all=f"{len(suggestions):,}")
    return f"<table><caption>{_escape(note)}</caption><thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody></table>"


def _static_row(suggestion: Suggestion, rules: Rules) -> str:
    kind = _strings()["ask_first" if suggestion.ask_first else suggestion.kind]

    def side(party: Party) -> tuple[str, str]:
        if not party.country:
            return party.name, _strings()["not_known"]
        return party.name, countries.name(party.country, called=rules.country_names)

    score = f"{suggestion.score:,}".replace("-", "−")
    cells = (kind, *side(suggestion.organisation), *side(suggestion.candidate), score, sentences(suggestion))
    return "".join(f'<td dir="auto">{_escape(cell)}</td>' for cell in cells)


@lru_cache(maxsize=1)
def _strings() -> dict[str, str]:
    """Return the page's own texts."""
    strings: dict[str, str] = json.loads(_package("data/languages/en.json"))
    return strings


@lru_cache(maxsize=1)
def _application() -> str:
    """Return the page's script, as ``scripts/build_page.mjs`` bundles it from ``views/page``."""
    return _package("views/bundle/explorer.js")


@lru_cache(maxsize=1)
def _style() -> str:
    """Return Leaflet's style without the images it asks for, and the page's own."""
    leaflet = _RULE_WITH_IMAGE.sub("", _package("views/vendor/leaflet/leaflet.css"))
    return f"{leaflet}\n{_package('views/bundle/explorer.css')}"


@lru_cache(maxsize=1)
def _leaflet() -> str:
    return _package("views/vendor/leaflet/leaflet.js").split("\n//# sourceMappingURL=")[0]


@lru_cache(maxsize=1)
def _map() -> str:
    return _package("data/map.json").strip()


@lru_cache(maxsize=32)
def _template(name: str) -> str:
    return _package(f"views/page/{name}")


def _package(name: str) -> str:
    return files("twinnet").joinpath(name).read_text(encoding="utf-8").replace("\r\n", "\n")
