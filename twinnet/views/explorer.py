"""The explorer: one page in which a mayor's office understands a suggestion.

:func:`page` turns facts and suggestions into the text of one HTML file. The file asks the network for nothing: map,
scripts and style are inside it, and its Content-Security-Policy allows exactly those scripts and that style, by hash.
Every text of the network reaches the page as packed data, or as escaped text of the table that is shown where
JavaScript is switched off.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from twinnet import countries
from twinnet.collecting import uncollected
from twinnet.views import network as drawing
from twinnet.views.contents import contents
from twinnet.views.markup import escaped
from twinnet.views.suggested import foremost, sentences
from twinnet.views.tongues import speaks
from twinnet.wording import Word

if TYPE_CHECKING:
    from twinnet.graph import Network
    from twinnet.models import Party, Rules, Suggestion
    from twinnet.views.desk import Desk
    from twinnet.wording import Speaker

STATIC_ROWS = 500
"""So many suggestions stand in the table for readers without JavaScript."""

_SLOT = re.compile(r"\{\{(t:)?([\w.-]+)\}\}")
_RULE_WITH_IMAGE = re.compile(r"[^{}]*\{[^{}]*url\([^{}]*\}")


class Opens(NamedTuple):
    """How a page opens: in which language (None: the reader's) and at which organisation, by its id (None: at none)."""

    language: str | None = None
    town: str | None = None


def page(
    network: Network,
    suggestions: Sequence[Suggestion],
    *,
    title: str,
    rules: Rules,
    today: dt.date,
    opens: Opens | None = None,
    desk: Desk | None = None,
) -> str:
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
    opens:
        The language in which it opens and the organisation at which it opens. Every page has all languages of
        :data:`twinnet.wording.LANGUAGES`; the table for readers without JavaScript is in this one, by default English.
    desk:
        Where decisions go (None: the page keeps them in the browser, and saves them as a file). Only then it may ask
        the server that it came from, and nobody else.

    Raises
    ------
    ValueError
        The page has no such language.

    >>> from twinnet.graph import Network
    >>> from twinnet.models import Rules
    >>> page(Network(), [], title="Empty", rules=Rules(), today=dt.date(2026, 1, 1)).startswith("<!doctype html>")
    True
    """
    with uncollected():
        data = contents(network, suggestions, title=title, rules=rules, today=today, desk=desk)
    opens = opens or Opens()
    data.update(opens._asdict())
    scripts, style = (_leaflet(), drawing.script(), _application()), _style()
    language = opens.language or "en"
    speaker = speaks(language, network.taxonomy, rules)
    return _fill(
        _template("explorer.html"),
        {
            "policy": _policy(scripts, style, asks=desk is not None),
            "language": speaker.language,
            "title": escaped(title),
            "style": style,
            "static": _static(suggestions, speaker),
            "data": _block(data),
            "map": _map(),
            "leaflet": scripts[0],
            "drawing": scripts[1],
            "application": scripts[2],
        },
        speaker,
    )


def _fill(template: str, values: Mapping[str, str], speaker: Speaker) -> str:
    """Fill the slots of a template in one pass, so that what is filled in is never read again."""

    def value(slot: re.Match[str]) -> str:
        return escaped(speaker.text(slot[2])) if slot[1] else values[slot[2]]

    return _SLOT.sub(value, template)


def _policy(scripts: Sequence[str], style: str, *, asks: bool) -> str:
    """Return the Content-Security-Policy that allows these scripts and this style; ``asks``: and the page's server."""
    allowed = " ".join(_digest(script) for script in scripts)
    asking = "; connect-src 'self'" if asks else ""
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_digest(style)}; img-src data:; base-uri 'none'; "
        f"form-action 'none'{asking}"
    )


def _digest(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"


def _block(data: Mapping[str, Any]) -> str:
    """Return data packed (JSON, zlib, base64), as the browser unpacks it; no text of the network stands in the page."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    packed = base64.b64encode(zlib.compress(text.encode("utf-8", "replace"), 7)).decode("ascii")
    return json.dumps({"zlib": packed})


def _static(suggestions: Sequence[Suggestion], speaker: Speaker) -> str:
    """Return the table for readers without JavaScript."""
    if not suggestions:
        return f"<p>{escaped(speaker.text('no_suggestions'))}</p>"
    best = foremost(suggestions, STATIC_ROWS)
    heads = "".join(
        f'<th scope="col">{escaped(speaker.text(key))}</th>'
        for key in ("kind", "organisation", "country", "partner.suggested", "country", "score", "why")
    )
    rows = "".join(f"<tr>{_static_row(suggestion, speaker)}</tr>\n" for suggestion in best)
    note = speaker.text("static.all", n=len(best), all=len(suggestions))
    return f"<table><caption>{escaped(note)}</caption><thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody></table>"


def _static_row(suggestion: Suggestion, speaker: Speaker) -> str:
    kind = speaker.text("ask_first" if suggestion.ask_first else suggestion.kind)

    def side(party: Party) -> tuple[str, str]:
        if not party.country:
            return party.name, speaker.text("not_known")
        return party.name, speaker.say(Word("country", party.country, countries.name(party.country)))

    score = speaker.number(suggestion.score)
    cells = (kind, *side(suggestion.organisation), *side(suggestion.candidate), score, sentences(suggestion, speaker))
    return "".join(f'<td dir="auto">{escaped(cell)}</td>' for cell in cells)


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
