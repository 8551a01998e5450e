"""What the page holds of a network's figures and of its communities, as plain JSON values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from twinnet import impact

if TYPE_CHECKING:
    from twinnet.graph import Network
    from twinnet.models import Rules, Suggestion

THEMES = 30
"""So many themes are told, those that most organisations offer or seek."""
DRAWN = 400
"""Up to so many linked organisations each is drawn, in its community; all communities are told then."""
COMMUNITIES = 40
"""So many communities are told of a larger network, the largest."""
STRONGEST = 12
"""So many members of a community are told there, those with most partners in it."""
BRIDGES, CONNECTORS = 30, 20
"""So many bridges between parts of more than one organisation (all where they are drawn), and connectors, are told."""


def block(
    network: Network, suggestions: Iterable[Suggestion], *, rules: Rules, today: dt.date, whole: bool
) -> dict[str, Any]:
    """Return the page's ``figures`` and ``communities``.

    ``whole`` says that the page holds all organisations: then all members of a community are told, by ids alone. Else
    its strongest members are told, with names.

    ``figures`` has the fields of :class:`twinnet.impact.Figures`, where a count is a pair (key, number), a corridor
    (name, links, of links, suggestions, of suggestions) and a theme (theme, offered, sought, inferred); ``themes_more``
    says how many themes are left out.

    ``communities`` has ``linked``, ``pairs``, ``parts``; ``list``: number, name, size, countries, inside, across and
    members of each; ``more``: how many communities are left out, and how many organisations; ``ties``: (number,
    number, pairs); ``bridges``: (id, id, part, part); ``bridges_more``: how many are left out; ``ends``: how many
    bridges there are to an organisation with no other partner; ``connectors``: (id, community, partners, elsewhere,
    communities, participation); ``names``: names and countries by the ids that are told, empty when ``whole``.

    >>> from twinnet.graph import Network
    >>> from twinnet.models import Rules
    >>> found = block(Network(), [], rules=Rules(), today=dt.date(2026, 1, 1), whole=True)
    >>> found["figures"]["links"], found["communities"]["linked"]
    (0, 0)
    """
    told = impact.figures(network, suggestions=suggestions, today=today, rules=rules)
    return {
        "figures": _figures(told, network, whole=whole),
        "communities": _communities(impact.structure(network, as_of=today), network, whole=whole),
    }


def themes(found: dict[str, Any]) -> list[str]:
    """Return the keys of the themes that a block tells."""
    return [theme for theme, *_ in found["figures"]["themes"]]


def _figures(told: impact.Figures, network: Network, *, whole: bool) -> dict[str, Any]:
    counts = ("kinds", "countries", "networks", "states", "link_kinds", "decades")
    return {
        **{name: getattr(told, name) for name in ("organisations", "links", "suggestions", "members")},
        **{name: _pairs(getattr(told, name)) for name in counts},
        "matrix": {"countries": told.matrix.countries, "rows": told.matrix.rows},
        "corridors": [[c.name, c.links, c.of_links, c.suggestions, c.of_suggestions] for c in told.corridors],
        "unlinked": {
            "n": told.unlinked.n,
            "of": told.unlinked.of,
            "largest": told.unlinked.largest,
            "names": {} if whole else _names(network, told.unlinked.largest),
        },
        "themes": [[t.theme, t.offered, t.sought, t.inferred] for t in told.themes[:THEMES]],
        "themes_more": max(0, len(told.themes) - THEMES),
        "projects": {
            "n": told.projects.n,
            "organisations": told.projects.organisations,
            "programmes": _pairs(told.projects.programmes),
        },
    }


def _pairs(counts: Iterable[impact.Count]) -> list[list[Any]]:
    return [[count.key, count.n] for count in counts]


def _communities(found: impact.Structure, network: Network, *, whole: bool) -> dict[str, Any]:
    drawn = whole and found.linked <= DRAWN
    held = found.communities if drawn else found.communities[:COMMUNITIES]
    left = found.communities[len(held) :]
    joined = [bridge for bridge in found.bridges if min(bridge.parts) > 1]
    bridges = joined if drawn else joined[:BRIDGES]
    joining = found.connectors[:CONNECTORS]
    members = {c.number: c.members if whole else c.members[:STRONGEST] for c in held}
    ids = [one for some in members.values() for one in some]
    ids += [one for bridge in bridges for one in (bridge.a, bridge.b)]
    ids += [connector.organisation for connector in joining]
    return {
        "linked": found.linked,
        "pairs": found.pairs,
        "parts": found.parts,
        "list": [
            {
                "number": c.number,
                "name": c.name,
                "size": len(c.members),
                "countries": c.countries,
                "inside": c.inside,
                "across": c.across,
                "members": members[c.number],
            }
            for c in held
        ],
        "more": [len(left), sum(len(c.members) for c in left)],
        "ties": [[tie.a, tie.b, tie.pairs] for tie in found.ties if tie.b <= len(held)],
        "bridges": [[b.a, b.b, *b.parts] for b in bridges],
        "bridges_more": len(joined) - len(bridges),
        "ends": len(found.bridges) - len(joined),
        "connectors": [
            [c.organisation, c.community, c.partners, c.elsewhere, c.communities, round(c.participation, 3)]
            for c in joining
        ],
        "names": {} if whole else _names(network, ids),
    }


def _names(network: Network, ids: Sequence[str]) -> dict[str, list[str | None]]:
    table = network.organisations
    rows = {one: table.position(one) for one in sorted(set(ids))}
    return {one: [table.column("name")[row], table.column("country")[row]] for one, row in rows.items()}
