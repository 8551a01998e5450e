"""What the page holds: the facts and suggestions that matter, as one JSON value.

A network of up to :data:`WHOLE` organisations is held whole. Of a larger one the page holds the organisations that
stand in a suggestion, their partners and the partners of their projects; of the others only positions, for small dots
on the map. What is left out is counted, for the page to say.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

from twinnet import countries, lifecycle
from twinnet.applied import applied
from twinnet.models import Organisation
from twinnet.profile import Profiles, Side, inferred_by_side
from twinnet.scoring import shipped
from twinnet.views import desk as desks
from twinnet.views import figures
from twinnet.views.letter.smallprint import rule_value
from twinnet.views.packing import Sayings, Texts
from twinnet.views.suggested import columns, fairest
from twinnet.views.tongues import languages

if TYPE_CHECKING:
    from twinnet.graph import Network
    from twinnet.models import Rules, Suggestion
    from twinnet.views.desk import Desk

WHOLE = 1500
"""Up to so many organisations all of them are held, with all their links."""
MOST = 60_000
"""So many suggestions are held at most: the first ones of everybody come before the second ones of anybody."""
SIDES: tuple[Side, ...] = get_args(Side)
_INFERRED = 5
"""How many values an inferred theme has."""


def contents(
    network: Network,
    suggestions: Sequence[Suggestion],
    *,
    title: str,
    rules: Rules,
    today: dt.date,
    desk: Desk | None = None,
) -> dict[str, Any]:
    """Return the page's data as plain JSON values, the same for the same input."""
    best = fairest(suggestions, MOST)
    held = _held(network, best, also=desks.sides(network, desk))
    organisations = [network.organisations[row] for row in held] + _strangers(network, best)
    at = {organisation.id: position for position, organisation in enumerate(organisations)}
    links = _links(network, at)
    whole = len(held) == len(network.organisations)
    profiles, texts = Profiles.of(network, as_of=rules.as_of, embed=rules.embed), Texts()
    sayings = Sayings(texts, at)
    shown = figures.block(network, suggestions, rules=rules, today=today, whole=whole)
    of_suggestions = columns(
        best,
        sayings,
        texts,
        at=at,
        links={network.links.column("id")[row]: n for n, row in enumerate(links)},
        population={organisation.id: organisation.population for organisation in organisations},
        details=len(network.organisations) <= WHOLE,
    )
    inferred = {network.organisations.column("id")[row]: _inferred(profiles, row, sayings) for row in held}
    regions = _regions(network, best, today)
    themes = {*_stated(network, held, links, best), *_themes_of(inferred, texts), *figures.themes(shown)}
    deciding = desks.block(network, desk, held=at)
    return {
        "title": title,
        "today": today.isoformat(),
        "rules": _rules(rules),
        "digest": rules.digest(),
        "points": _points(network),
        "counts": {
            "organisations": len(network.organisations),
            "links": len(network.links),
            "projects": len(network.projects),
            "suggestions": len(suggestions),
        },
        "left_out": {
            "organisations": len(network.organisations) - len(held),
            "links": len(network.links) - len(links),
            "suggestions": len(suggestions) - len(best),
        },
        "sources": [_known({"name": s.name, "file": s.file, "date": s.date, "rows": s.rows}) for s in network.sources],
        "regions": regions,
        "organisations": _organisations(network, organisations, today=today, inferred=inferred),
        "others": _positions(network, held),
        "links": _link_rows(network, links, at, today),
        "projects": _projects(network, at),
        "suggestions": of_suggestions,
        "sayings": sayings.block(),
        **shown,
        "tagger": profiles.tagger,
        "desk": deciding,
        "texts": texts.all,
        "themes": sorted(themes),
        "languages": languages(
            of_countries=regions,
            of_themes={*themes, *deciding["themes"], *sayings.words("theme")},
            of_languages={*deciding["language_codes"], *sayings.words("language")},
            called=rules.country_names,
            taxonomy=network.taxonomy,
        ),
    }


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is not known; ``False`` and 0 are known."""
    return {name: value for name, value in values.items() if value is not None and value not in ("", [], ())}


def _held(network: Network, best: Sequence[Suggestion], *, also: Collection[str] = ()) -> list[int]:
    """Return the rows of the organisations that the page holds; ``also`` are ids of some that are in no suggestion."""
    identifiers = network.organisations.column("id")
    if len(identifiers) <= WHOLE:
        return list(range(len(identifiers)))
    core = {party.id for s in best for party in (s.organisation, s.candidate)}.union(also)
    held = set(core)
    for a, b in zip(network.links.column("a"), network.links.column("b"), strict=True):
        if a in core or b in core:
            held |= {a, b}
    projects = defaultdict(set)
    for project, organisation in zip(
        network.partners.column("project"), network.partners.column("organisation"), strict=True
    ):
        projects[project].add(organisation)
    for members in projects.values():
        if members & core:
            held |= members
    return [row for row, identifier in enumerate(identifiers) if identifier in held]


def _strangers(network: Network, best: Sequence[Suggestion]) -> list[Organisation]:
    """Return the sides of suggestions that are no organisation of the network, as far as the suggestions know them."""
    known = set(network.organisations.column("id"))
    parties = {party.id: party for s in best for party in (s.organisation, s.candidate) if party.id not in known}
    return [Organisation(id=p.id, name=p.name, country=p.country) for _, p in sorted(parties.items())]


def _links(network: Network, at: Mapping[str, int]) -> list[int]:
    """Return the rows of the links whose two ends are held."""
    ends = zip(network.links.column("a"), network.links.column("b"), strict=True)
    return [row for row, (a, b) in enumerate(ends) if a in at and b in at]


def _ends(network: Network, rows: Iterable[int]) -> Iterable[tuple[str, str]]:
    a, b = network.links.column("a"), network.links.column("b")
    return ((a[row], b[row]) for row in rows)


def _link_rows(network: Network, rows: Sequence[int], at: Mapping[str, int], today: dt.date) -> list[list[Any]]:
    names = ("since", "until", "last_activity", "themes")
    columns = {name: [network.links.column(name)[row] for row in rows] for name in names}
    states = lifecycle.states(network.links, today, rows)
    kinds = network.links.column("kind")
    return [
        [at[a], at[b], kinds[row], states[n], *(columns[name][n] for name in columns)]
        for n, (row, (a, b)) in enumerate(zip(rows, _ends(network, rows), strict=True))
    ]


def _inferred(profiles: Profiles, row: int, sayings: Sayings) -> list[int]:
    """Return an organisation's inferred themes by turns: side, theme, strongest source, why, and how many more.

    Sides are places in :data:`SIDES`, themes places in the page's texts; what is said of the source, and the same with
    the words of a text that told the theme, are places among ``sayings``.
    """
    found = inferred_by_side(profiles.themes_of(profiles.network.organisations.column("id")[row]))
    return [
        value
        for side, themes in found.items()
        for theme, sources in themes.items()
        for first in sources[:1]
        for value in (
            *(SIDES.index(side), sayings.text(theme), sayings.add(first.said()), sayings.add(first.said(words=True))),
            len(sources) - 1,
        )
    ]


def _themes_of(inferred: Mapping[str, Sequence[int]], texts: Texts) -> set[str]:
    return {texts.all[place] for values in inferred.values() for place in values[1::_INFERRED]}


def _organisations(
    network: Network, organisations: Iterable[Organisation], *, today: dt.date, inferred: Mapping[str, Sequence[int]]
) -> list[dict[str, Any]]:
    memberships = defaultdict(list)
    for m in network.memberships:
        said = {
            "network": m.network,
            "since": m.since,
            "until": m.until,
            "former": lifecycle.has_left(former=m.former, until=m.until, on=today) or None,
            "status": m.status,
        }
        memberships[m.organisation].append(_known(said))
    return [
        _known(
            {
                "id": o.id,
                "name": o.name,
                "kind": o.kind,
                "country": o.country,
                "place": o.place if o.place != o.name else None,
                "latitude": None if o.latitude is None else round(o.latitude, 4),
                "longitude": None if o.longitude is None else round(o.longitude, 4),
                "population": o.population,
                "capital": o.capital,
                "offers": o.themes_offered,
                "seeks": o.themes_sought,
                "inferred": inferred.get(o.id),
                "languages": o.languages,
                "names": o.other_names,
                "website": o.website,
                "place_state": o.place_state if o.place_state != "confirmed" else None,
                "memberships": memberships.get(o.id),
            }
        )
        for o in organisations
    ]


def _positions(network: Network, held: Collection[int]) -> list[int]:
    """Return latitude and longitude, in hundredths of degrees, of the organisations that are not held, by turns."""
    inside = set(held)
    columns = (network.organisations.column("latitude"), network.organisations.column("longitude"))
    places = {
        (round(latitude * 100), round(longitude * 100))
        for row, (latitude, longitude) in enumerate(zip(*columns, strict=True))
        if row not in inside and latitude is not None and longitude is not None
    }
    return [value for place in sorted(places) for value in place]


def _projects(network: Network, at: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the projects that a held organisation takes part in, with the partners that are held."""
    partners = defaultdict(list)
    total: dict[str, int] = defaultdict(int)
    for p in network.partners:
        total[p.project] += 1
        if p.organisation in at:
            partners[p.project].append([at[p.organisation], p.role])
    return [
        _known(
            {
                "name": p.name,
                "title": p.title if p.title != p.name else None,
                "programme": p.programme,
                "measure": p.measure,
                "start": p.start,
                "end": p.end,
                "themes": p.themes,
                "partners": partners[p.id],
                "total": total[p.id],
            }
        )
        for p in network.projects
        if p.id in partners
    ]


def _regions(network: Network, best: Iterable[Suggestion], today: dt.date) -> dict[str, str]:
    """Return the region (old, see or other) of every country of the page."""
    codes = set(network.organisations.column("country"))
    codes |= {party.country for s in best for party in (s.organisation, s.candidate)}
    old, south_east = countries.group("old-europe", today), countries.group("south-east-europe", today)
    return {
        code: "old" if code in old else "see" if code in south_east else "other"
        for code in sorted(code for code in codes if code)
    }


def _stated(network: Network, held: Iterable[int], links: Iterable[int], best: Iterable[Suggestion]) -> set[str]:
    """Return the themes that lists state of organisations, links and projects, and those of suggestions."""
    offered, sought = network.organisations.column("themes_offered"), network.organisations.column("themes_sought")
    of_links = network.links.column("themes")
    found = {key for row in held for key in (*offered[row], *sought[row])}
    found.update(key for row in links for key in of_links[row])
    found.update(key for project in network.projects.column("themes") for key in project)
    found.update(key for s in best for key in s.themes)
    return found


def _points(network: Network) -> dict[str, Any]:
    """Return whether the points were learned from the network's links, from how many, and when; and what moved them."""
    table = applied(network)
    decided = table.card.get("decisions", {})
    own = table is not shipped() and decided.get("began") != "shipped"
    found = {"own": own, "n": table.card.get("links", 0), "date": table.card.get("date", "")}
    if decided:
        found["decided"] = {"n": decided["accepted"] + decided["declined"], "date": decided["date"]}
    return found


def _rules(rules: Rules) -> list[list[Any]]:
    """Return the field and the value (a text, or whether it is so) of every rule that is not the default."""
    given = rules.model_dump(mode="json", exclude_defaults=True)
    return [[name, value if isinstance(value, bool) else rule_value(value)] for name, value in given.items()]
