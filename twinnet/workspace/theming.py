"""The taxonomy as a table, and the themes of a network's organisations, each with where it is from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from twinnet import countries
from twinnet.eligibility import asked
from twinnet.errors import OptionError
from twinnet.graph import Network
from twinnet.models import Organisation
from twinnet.profile import Held, Profiles
from twinnet.taxonomy import Standing, Taxonomy, Theme
from twinnet.workspace.describing import NO_THEME, many, told_inferred
from twinnet.writing.tables import Cell

Progress = Callable[[int, int], object]
"""Called with how many of how many organisations are done."""

THEMES = ("area", "area_label", "theme", "label", "eurovoc", "native", "maps_to", "keywords")
"""The columns of :func:`taxonomy_rows`."""

HELD = (
    *("organisation_id", "organisation", "organisation_country", "theme", "label", "side", "basis", "inferred"),
    *("strength", "source", "words", "tagger"),
)
"""The columns of :meth:`Themed.rows`."""

_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line for a person and how deep it is indented; a heading has no indent."""

    text: str
    indent: str = ""


@dataclass(frozen=True, slots=True)
class Themed:
    """Organisations with the themes they hold, by country, name and id.

    ``taxonomy`` is what the themes are keys of, ``tagger`` what read the texts (empty where none was read).
    """

    organisations: tuple[tuple[Organisation, tuple[Held, ...]], ...]
    taxonomy: Taxonomy
    tagger: str

    def rows(self, language: str = "en") -> Iterator[list[Cell]]:
        """Give a row for each organisation, theme, side and source; one without any theme has one row that says so."""
        for one, every in self.organisations:
            known: list[Cell] = [one.id, one.name, one.country]
            if not every:
                yield [*known, *[None] * 6, NO_THEME, None, None]
            for held in every:
                yield [
                    *known,
                    *(held.theme, self.taxonomy.label(held.theme, language), held.side, held.basis),
                    *("yes" if held.inferred else "no", round(held.strength, _DIGITS), held.source),
                    *(", ".join(held.words), self.tagger if "text" in held.basis else None),
                ]

    def lines(self, language: str = "en") -> Iterator[Line]:
        """Give lines for a person, by organisation: what it states, then what is inferred, as ``show`` says it."""

        def label(key: str) -> str:
            return self.taxonomy.label(key, language)

        for one, every in self.organisations:
            yield Line(f"{one.name} ({one.country or '?'})  {one.id}")
            for word, stated in (("offers", one.themes_offered), ("seeks", one.themes_sought)):
                if stated:
                    yield Line(f"{word}: {', '.join(map(label, stated))}", "  ")
            for line in told_inferred(every, label) if every else [NO_THEME]:
                yield Line(line, "  ")

    @property
    def told(self) -> str:
        """How many organisations have stated themes, inferred ones only, or none."""
        stated = sum(any(not held.inferred for held in every) for _, every in self.organisations)
        without = sum(not every for _, every in self.organisations)
        inferred = len(self.organisations) - stated - without
        read = f" (texts read by: {self.tagger})" if self.tagger else ""
        return (
            f"{many(len(self.organisations), 'organisation')}: {stated:,} with stated themes, {inferred:,} with "
            f"inferred ones only, {without:,} without{read}"
        )


def themes_of(
    network: Network,
    *,
    whose: Sequence[str] = (),
    today: dt.date,
    as_of: dt.date | None = None,
    embed: bool = False,
    progress: Progress | None = None,
) -> Themed:
    """Return the themes of organisations, stated and inferred.

    Parameters
    ----------
    network:
        The facts.
    whose:
        Selectors, as those of ``Rules.whose``; none: the members of all imported networks.
    today:
        The day on which members are told.
    as_of:
        Memberships and projects that began later are left out; None: none is.
    embed:
        Read texts with the extra ``twinnet[embed]``.
    progress:
        Called with how many of how many organisations are done.

    Raises
    ------
    RulesError
        A selector names nothing.
    OptionError
        ``embed`` is asked for and the extra is not installed.
    """
    wanted = asked(network, whose, today)
    chosen = sorted((network.organisation(i) for i in wanted), key=lambda o: (o.country or "~", o.name, o.id))
    profiles = Profiles.of(network, as_of=as_of, embed=embed)
    found = []
    for done, one in enumerate(chosen, 1):
        found.append((one, profiles.themes_of(one.id)))
        if progress is not None:
            progress(done, len(chosen))
    return Themed(tuple(found), network.taxonomy, profiles.tagger)


def taxonomy_rows(taxonomy: Taxonomy, language: str = "en") -> Iterator[list[Cell]]:
    """Give a row for each theme: its area, labels and keywords in a language, and whether a native speaker read them.

    Raises :class:`OptionError` for a language that has no labels.
    """
    check(taxonomy, language)
    for theme in _by_area(taxonomy):
        yield [
            *(theme.area, taxonomy.label(theme.area, language), theme.key, taxonomy.label(theme.key, language)),
            *(theme.eurovoc, "no" if language in theme.unread else "yes" if language in theme.labels else None),
            *("; ".join(theme.maps_to), "; ".join(theme.keywords.get(language, ()))),
        ]


def taxonomy_lines(taxonomy: Taxonomy, language: str = "en") -> Iterator[Line]:
    """Give lines for a person: areas, below them their themes, and which labels no native speaker has read.

    What a network's own taxonomy adds is marked; then follows which networks and programmes it says something of.
    Raises :class:`OptionError` for a language that has no labels.
    """
    languages = check(taxonomy, language)
    themes, own = _by_area(taxonomy), {theme.key for theme in taxonomy.own()}
    width = max(len(theme.key) for theme in themes)
    area = None
    for theme in themes:
        if theme.area != area:
            area = theme.area
            yield Line(f"{taxonomy.label(area, language)}  {area}")
        more = [f"EuroVoc {theme.eurovoc}"] if theme.eurovoc else []
        more += [f"read as {', '.join(theme.maps_to)}"] if theme.maps_to else []
        more += ["of this taxonomy"] if theme.key in own else []
        said = f"  ({'; '.join(more)})" if more else ""
        yield Line(f"{theme.key:<{width}}  {taxonomy.label(theme.key, language)}{said}", "  ")
    builtin = set(Taxonomy.builtin().standings())
    standings = [one for one in taxonomy.standings() if one not in builtin]
    if standings:
        yield Line("Networks and programmes of this taxonomy")
    for one in standings:
        yield Line(_stands(one, taxonomy, language), "  ")
    yield from map(Line, _notes(themes, language))
    yield Line(f"Labels in {len(languages)} languages (--language): {', '.join(languages)}")


def _stands(one: Standing, taxonomy: Taxonomy, language: str) -> str:
    kind = f"{one.kind} of {one.programme}" if one.programme else one.kind
    names = " = ".join(name.removeprefix("=") for name in one.names)
    since = f", since {one.as_of}" if one.as_of else ""
    themes = ", ".join(taxonomy.label(theme, language) for theme in one.themes)
    return f"{kind} {names}{since}: {themes or 'no theme follows from it'}"


def _notes(themes: Sequence[Theme], language: str) -> Iterator[str]:
    """Say which labels no native speaker has read, and which themes have none in the language."""
    code, dash, script = language.partition("-")
    named = countries.language_name(code) + (f" ({script})" if dash else "")
    labelled = [theme for theme in themes if language in theme.labels]
    unread = [theme.key for theme in labelled if language in theme.unread]
    read = [theme.key for theme in labelled if language not in theme.unread]
    if unread and len(read) < len(unread):
        yield f"No native speaker of {named} has read the labels{f', but those of {_list(read)}' if read else ''}."
    elif unread:
        yield f"No native speaker of {named} has read the labels of {_list(unread)}."
    if missing := [theme.key for theme in themes if language not in theme.labels]:
        yield f"Without a label in {named}: {_list(missing)}."


def _list(keys: Sequence[str]) -> str:
    return ", ".join(keys)


def _by_area(taxonomy: Taxonomy) -> list[Theme]:
    """Return the themes, those of an area together, areas and themes in the taxonomy's order."""
    order = {area: at for at, area in enumerate(taxonomy.areas())}
    return sorted(taxonomy.themes(), key=lambda theme: order[theme.area])


def check(taxonomy: Taxonomy, language: str) -> list[str]:
    """Return the languages that any label is written in; raise :class:`OptionError` for one that is none of them."""
    known = sorted({code for theme in taxonomy.themes() for code in theme.labels})
    if language not in known:
        raise OptionError(f"no theme has a label in {language}: the languages are {', '.join(known)}")
    return known
