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
from twinnet.applied import told
from twinnet.models import Organisation
from twinnet.profile import Profiles, Side, inferred_by_side
from twinnet.views import figures
from twinnet.views.network import edges

if TYPE_CHECKING:
    from twinnet.graph import Network
    from twinnet.models import Rules, Suggestion

WHOLE = 1500
"""Up to so many organisations all of them are held, with all their links."""
MOST = 6000
"""So many suggestions are held at most, the best of each kind."""
KINDS = ("start", "revitalise", "develop")
SIDES: tuple[Side, ...] = get_args(Side)
_INFERRED = 5
"""How many values an inferred theme has."""


def contents(
    network: Network, suggestions: Sequence[Suggestion], *, title: str, rules: Rules, today: dt.date
) -> dict[str, Any]:
    """Return the page's data as plain JSON values, the same for the same input."""
    best = foremost(suggestions, MOST)
    held = _held(network, best)
    organisations = [network.organisations[row] for row in held] + _strangers(network, best)
    at = {organisation.id: position for position, organisation in enumerate(organisations)}
    links = _links(network, at)
    profiles, texts = Profiles.of(network, as_of=rules.as_of, embed=rules.embed), _Texts()
    inferred = {network.organisations.column("id")[row]: _inferred(profiles, row, texts) for row in held}
    whole = len(held) == len(network.organisations)
    shown = figures.block(network, suggestions, rules=rules, today=today, whole=whole)
    return {
        "title": title,
        "today": today.isoformat(),
        "rules": _rules(rules),
        "digest": rules.digest(),
        "points": told(network),
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
        "countries": _countries(network, best, rules, today),
        "organisations": _organisations(network, organisations, today=today, inferred=inferred),
        "others": _positions(network, held),
        "links": _link_rows(network, links, at, today),
        "edges": [list(edge) for edge in edges((at[a], at[b]) for a, b in _ends(network, links))],
        "projects": _projects(network, at),
        "suggestions": _suggestions(
            best, at=at, links={network.links.column("id")[row]: n for n, row in enumerate(links)}, texts=texts
        ),
        **shown,
        "tagger": profiles.tagger,
        "texts": texts.all,
        "reasons": _reasons(best),
        "themes": {
            key: network.taxonomy.label(key)
            for key in sorted(
                {*_stated(network, held, links, best), *_themes_of(inferred, texts), *figures.themes(shown)}
            )
        },
        "languages": {
            code: countries.language_name(code) for code in sorted({c for o in organisations for c in o.languages})
        },
    }


def foremost(suggestions: Iterable[Suggestion], most: int) -> list[Suggestion]:
    """Return the best ``most`` suggestions: as many of each kind as there are, best score first.

    They come sorted by kind (start, revitalise, develop), score, names and ids.
    """
    kinds: dict[str, list[Suggestion]] = {kind: [] for kind in KINDS}
    for suggestion in suggestions:
        kinds[suggestion.kind].append(suggestion)
    for of_kind in kinds.values():
        of_kind.sort(
            key=lambda s: (
                (s.ask_first, -s.score),
                (s.organisation.name, s.candidate.name, s.organisation.id, s.candidate.id),
            )
        )
    taken = sorted((rank, kind) for kind in KINDS for rank in range(len(kinds[kind])))[:most]
    count = {kind: sum(1 for _, taken_kind in taken if taken_kind == kind) for kind in KINDS}
    return [suggestion for kind in KINDS for suggestion in kinds[kind][: count[kind]]]


def sentences(suggestion: Suggestion, most: int = 3) -> str:
    """Return why in a few sentences: those of the strongest reasons that speak for the pair."""
    strong = sorted((r for r in suggestion.reasons if r.points > 0), key=lambda r: -r.points)[:most]
    return " ".join(_sentence(reason.sentence) for reason in strong if reason.sentence)


def _sentence(words: str) -> str:
    """End a sentence with a full stop, begin it with a capital.

    >>> _sentence("both work on youth")
    'Both work on youth.'
    """
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "!", "?", "…")) else ".")


class _Texts:
    """Texts that are said often, held once."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._at: dict[str, int] = {}

    def __call__(self, words: str) -> int:
        """Return the place of a text."""
        if words not in self._at:
            self._at[words] = len(self.all)
            self.all.append(words)
        return self._at[words]


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is not known; ``False`` and 0 are known."""
    return {name: value for name, value in values.items() if value is not None and value not in ("", [], ())}


def _held(network: Network, best: Sequence[Suggestion]) -> list[int]:
    """Return the rows of the organisations that the page holds."""
    identifiers = network.organisations.column("id")
    if len(identifiers) <= WHOLE:
        return list(range(len(identifiers)))
    core = {party.id for s in best for party in (s.organisation, s.candidate)}
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
    states = lifecycle.states(columns["since"], columns["until"], columns["last_activity"], today=today)
    kinds = network.links.column("kind")
    return [
        [at[a], at[b], kinds[row], states[n], *(columns[name][n] for name in columns)]
        for n, (row, (a, b)) in enumerate(zip(rows, _ends(network, rows), strict=True))
    ]


def _inferred(profiles: Profiles, row: int, texts: _Texts) -> list[int]:
    """Return an organisation's inferred themes by turns: side, theme, strongest source, its words and how many more.

    Sides are places in :data:`SIDES`; themes, sources and the words of a text that told a theme are places in
    ``texts``.
    """
    found = inferred_by_side(profiles.themes_of(profiles.network.organisations.column("id")[row]))
    return [
        value
        for side, themes in found.items()
        for theme, sources in themes.items()
        for first in sources[:1]
        for value in (
            *(SIDES.index(side), texts(theme), texts(first.where)),
            *(texts(", ".join(first.words) if "text" in first.basis else ""), len(sources) - 1),
        )
    ]


def _themes_of(inferred: Mapping[str, Sequence[int]], texts: _Texts) -> set[str]:
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


def _suggestions(
    best: Iterable[Suggestion], *, at: Mapping[str, int], links: Mapping[str, int], texts: _Texts
) -> list[list[Any]]:
    """Return suggestions as rows; keys, sentences and details as places in ``texts``."""
    return [
        [
            KINDS.index(s.kind),
            at[s.organisation.id],
            at[s.candidate.id],
            s.score,
            None if s.times is None else float(f"{s.times:.3g}"),
            [value for r in s.reasons for value in (texts(r.key), r.points, texts(r.sentence), texts(r.detail))],
            [texts(key) for key in s.missing],
            links.get(s.link, -1) if s.link else -1,
            s.state,
            int(s.ask_first),
            s.themes,
        ]
        for s in best
    ]


def _reasons(best: Iterable[Suggestion]) -> dict[str, str]:
    """Return what each reason of these suggestions is called; an unknown one by its key."""
    keys = {key for s in best for key in (*s.missing, *(reason.key for reason in s.reasons))}
    if not keys:
        return {}
    from twinnet.reasons import REASONS, WAKING, WIDENING

    labels = {r.key: r.label for r in REASONS} | {r.key: r.label for r in WAKING} | {r.key: r.label for r in WIDENING}
    return {key: labels.get(key) or key.replace("_", " ").capitalize() for key in sorted(keys)}


def _countries(network: Network, best: Iterable[Suggestion], rules: Rules, today: dt.date) -> dict[str, list[str]]:
    """Return name and region (old, see or other) of every country of the page."""
    codes = set(network.organisations.column("country"))
    codes |= {party.country for s in best for party in (s.organisation, s.candidate)}
    old, south_east = countries.group("old-europe", today), countries.group("south-east-europe", today)
    names = rules.country_names
    return {
        code: [countries.name(code, called=names), "old" if code in old else "see" if code in south_east else "other"]
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


def _rules(rules: Rules) -> list[list[str]]:
    """Return name and value, as text, of every rule that is not the default."""
    return [
        [name.replace("_", " "), _said(value)]
        for name, value in rules.model_dump(mode="json", exclude_defaults=True).items()
    ]


def _said(value: Any) -> str:
    """Say a rule's value.

    >>> _said([400, None]), _said({"size": 2.0}), _said(True), _said([["a", "b"]])
    ('400, …', 'size × 2', 'yes', 'a – b')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        said = ((key, f"× {held:g}" if isinstance(held, float) else held) for key, held in sorted(value.items()))
        return ", ".join(f"{key} {held}" for key, held in said)
    if isinstance(value, list):
        return ", ".join(" – ".join(map(str, each)) if isinstance(each, list) else _said(each) for each in value)
    return "…" if value is None else str(value)
