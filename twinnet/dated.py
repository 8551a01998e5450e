"""A network as it was known on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, TypeVar

from twinnet.graph import Facts, Network
from twinnet.models import Link, Model

M = TypeVar("M", bound=Model)


def as_of(network: Network, day: dt.date) -> Network:
    """Return a network as it was known on a day: what began later is left out, and the rows of later decisions.

    Of what has no date nothing is left out, and what had ended by then stays, with its end. So are organisations, whose
    beginning nobody tells: with a day long ago they have no links. A sign of life, or what a person said of a link's
    state, is left out where it is later. What follows from later decisions for the facts is not told apart here: see
    :meth:`twinnet.stores.Store.read`.

    >>> from twinnet.models import Organisation
    >>> towns = [Organisation(id="town-1", name="Mostar"), Organisation(id="town-2", name="Bari")]
    >>> links = [Link(id="link-1", a="town-1", b="town-2", since="1998", last_activity="2019-05")]
    >>> [len(as_of(Network(towns, links=links), dt.date(year, 1, 1)).links) for year in (1997, 1998)]
    [0, 1]
    >>> as_of(Network(towns, links=links), dt.date(2010, 1, 1)).links[0].last_activity is None
    True
    """
    latest = day.isoformat()

    def begun(facts: Facts[M], column: str) -> Facts[M]:
        return _kept(facts, (at for at, since in enumerate(facts.column(column)) if (since or "") <= latest))

    projects = begun(network.projects, "start")
    there = set(projects.column("id"))
    partners = network.partners
    return Network(
        network.organisations,
        memberships=begun(network.memberships, "since"),
        links=_unaware(begun(network.links, "since"), latest),
        projects=projects,
        partners=_kept(partners, (at for at, one in enumerate(partners.column("project")) if one in there)),
        sources=network.sources,
        judgements=network.judgements,
        decisions=_kept(
            network.decisions, (at for at, when in enumerate(network.decisions.column("when")) if when[:10] <= latest)
        ),
        taxonomy=network.taxonomy,
        points=network.points,
    )


def _kept(facts: Facts[M], rows: Iterable[int]) -> Facts[M]:
    """Return the facts of some rows."""
    chosen = list(rows)
    return Facts(facts.model, {name: [column[at] for at in chosen] for name, column in facts.columns().items()})


def _unaware(links: Facts[Link], latest: str) -> Facts[Link]:
    """Return links without what was told of them later than a day."""
    columns: dict[str, Any] = dict(links.columns())
    told = [on is None or on <= latest for on in columns["told_on"]]
    columns["last_activity"] = [seen if (seen or "") <= latest else None for seen in columns["last_activity"]]
    for name in ("told_state", "told_on"):
        columns[name] = [value if known else None for value, known in zip(columns[name], told, strict=True)]
    return Facts(links.model, columns)
