"""The desk of a page: what was decided so far, for whom suggestions are judged, and where decisions go.

An offline page has a desk too: it holds what was decided without words that a person wrote, and keeps new decisions in
the browser until they are saved as a file. In a review decisions go to the server that made the page (:class:`Desk`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twinnet import countries

if TYPE_CHECKING:
    from twinnet.decisions import Decision, Matter
    from twinnet.graph import Network


@dataclass(frozen=True)
class Scope:
    """Of whom suggestions are judged: a selector (``country:BA``, an id, ``network:ALDA``; empty: the default).

    ``country`` is the code of a country, ``label`` the name of anything else, ``n`` how many organisations there are
    (None: not counted).
    """

    selector: str = ""
    country: str | None = None
    label: str = ""
    n: int | None = None

    def values(self) -> dict[str, Any]:
        """Return it as plain JSON values, without what is not known.

        >>> Scope("country:BA", country="BA", n=143).values()
        {'selector': 'country:BA', 'country': 'BA', 'n': 143}
        """
        said = {"country": self.country, "label": self.label or None, "n": self.n}
        return {"selector": self.selector, **{name: value for name, value in said.items() if value is not None}}


@dataclass(frozen=True)
class Desk:
    """The desk of a review, which a server at ``base`` (``/TOKEN/``) takes decisions from.

    ``kept`` is the name under which the browser keeps what the server does not have yet: the same when the server is
    started again. ``who`` decides where nobody else is named. ``matters`` are all that were decided on so far, up to
    the change number ``now``. The page shows the suggestions of ``scope``; ``scopes`` are the countries that can be
    chosen instead.
    """

    base: str
    kept: str = ""
    who: str = ""
    now: int = 0
    matters: Sequence[Matter] = ()
    scope: Scope = Scope()
    scopes: Sequence[Scope] = ()


def row_values(row: Decision, *, identified: bool = False) -> dict[str, Any]:
    """Return a decision as plain JSON values, without what it does not say; ``identified``: with its id.

    ``after`` is always there, as None says that nothing was seen before.

    >>> from twinnet.decisions import Decision
    >>> row_values(Decision(organisation="town-1", candidate="town-2", kind="start", verdict="accepted",
    ...                     when="2026-11-26T14:03:22Z"))["after"] is None
    True
    """
    values = row.model_dump(mode="json", exclude=None if identified else {"id"})
    return {name: value for name, value in values.items() if name == "after" or value not in (None, "", [])}


def matter_values(matter: Matter, *, rows: bool = True) -> dict[str, Any]:
    """Return a matter as plain JSON values; without ``rows`` only which verdict stands, and nobody's words."""
    last = matter.rows[-1]
    values: dict[str, Any] = {
        "organisation": matter.organisation,
        "candidate": matter.candidate,
        "what": last.kind or last.field,
        "head": matter.head,
    }
    if rows:
        return {**values, "rows": [row_values(row, identified=True) for row in matter.rows]}
    stands = matter.stands
    return values if stands is None else {**values, "verdict": stands.verdict, "stands": stands.id}


def block(network: Network, desk: Desk | None, *, held: Iterable[str]) -> dict[str, Any]:
    """Return what the page knows of deciding, as plain JSON values.

    ``held`` are the ids of the page's organisations: a page without a server holds no other matters than theirs.
    """
    themes = sorted(network.taxonomy.keys())
    spoken = {code for country in countries.codes() for code in countries.languages(country)}
    spoken.update(code for codes in network.organisations.column("languages") for code in codes)
    chosen = {"themes": themes, "language_codes": sorted(spoken)}
    if desk is None:
        known = set(held)
        found = [m for m in network.matters.values() if m.organisation in known and m.candidate in {None, *known}]
        said = [matter_values(matter, rows=False) for matter in found]
        return {"review": False, "base": "", "who": "", "now": 0, "matters": said, "scope": Scope().values(), **chosen}
    return {
        "review": True,
        "base": desk.base,
        "kept": desk.kept or desk.base,
        "who": desk.who,
        "now": desk.now,
        "matters": [matter_values(matter) for matter in desk.matters],
        "scope": desk.scope.values(),
        "scopes": [scope.values() for scope in desk.scopes],
        **chosen,
    }


def sides(network: Network, desk: Desk | None) -> set[str]:
    """Return the ids of the organisations whose matters the page tells, for it to hold them.

    Of a page without a server they are those of suggestions alone.
    """
    if desk is None:
        return set()
    known = set(network.organisations.column("id"))
    return {one for m in desk.matters for one in (m.organisation, m.candidate) if one is not None and one in known}
