"""What twinnet speaks of: organisations, memberships, links, projects, suggestions and rules.

Facts (``Organisation``, ``Membership``, ``Link``, ``Project``, ``Partner``, ``Source``) are kept by
:class:`twinnet.graph.Network`. Opinions (``Suggestion``) are computed from facts under ``Rules`` and carry the
digest of both. Every model is frozen: a change is a new value.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    field_validator,
    model_serializer,
    model_validator,
)

from twinnet import countries, notebook
from twinnet.errors import RulesError
from twinnet.text import fold
from twinnet.wording import english

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twinnet.wording import Value

_PLAIN_SHEET = re.compile(
    r"^(?:members?|links?|projects?|partners?|mitglieder|membres|miembros|socios|soci|membri|członkowie|članovi|"
    r"sheet|tabelle|feuil|foglio|hoja|arkusz|list|лист|munka|foaie|blad|planilha|folha|φύλλο|sayfa|ark|taul)\s*\d*$",
    re.IGNORECASE,
)
"""Titles of sheets that say a kind of list, or nothing."""

OrganisationKind = Literal[
    "town", "region", "intermunicipal", "association", "ngo", "lda", "foundation", "european_house", "school", "other"
]
ListKind = Literal["members", "links", "projects", "partners"]
LinkKind = Literal["partnership", "friendship", "contact", "project"]
LinkState = Literal["active", "declining", "dormant", "ended", "unknown"]
SuggestionKind = Literal["start", "revitalise", "develop"]
SUGGESTION_KINDS: tuple[SuggestionKind, ...] = get_args(SuggestionKind)
StatementKind = Literal["organisation", "membership", "link", "project", "partner", "question"]
Verdict = Literal["place", "refused", "same", "different"]
PlaceState = Literal["confirmed", "unconfirmed", "own"]

ORGANISATION_KINDS: tuple[str, ...] = get_args(OrganisationKind)
LIST_KINDS: tuple[str, ...] = get_args(ListKind)
LINK_KINDS: tuple[str, ...] = get_args(LinkKind)


def _exists(partial: str) -> str:
    dt.date.fromisoformat(partial + "-01-01"[len(partial) - 4 :])
    return partial


PartialDate = Annotated[str, Field(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"), AfterValidator(_exists)]
"""A year, a month or a day that exists, in ISO form: ``1985``, ``1985-06`` or ``1985-06-01``."""
Tags = tuple[tuple[str, str], ...]
"""Words of a list's cells of themes as they stand there, each with the theme that it was read as."""


@cache
def _fields_of(model: type[BaseModel]) -> set[str]:
    """Return the names of a model's fields: its values share them, and copies of values have their own."""
    return set(model.model_fields)


class Model(BaseModel):
    """A frozen value with no unknown fields."""

    # Who only reads a network checks few kinds of value: a check is built when it is first needed.
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, defer_build=True)

    @classmethod
    def trusted(cls, **values: Any) -> Self:
        """Make a value of what is known to be right: all fields, in their order, as they would come out of a check.

        As pydantic's ``model_construct``, which also looks for aliases and defaults and takes several times as long.

        >>> Party.trusted(id="town-1", name="Bari", country="IT") == Party(id="town-1", name="Bari", country="IT")
        True
        """
        made = cls.__new__(cls)
        put = object.__setattr__
        put(made, "__dict__", values)
        put(made, "__pydantic_fields_set__", _fields_of(cls))
        put(made, "__pydantic_extra__", None)
        put(made, "__pydantic_private__", None)
        return made

    @classmethod
    def by_default(cls) -> Self:
        """Make the value whose fields all have their defaults; nothing of it needs a check.

        >>> Rules.by_default() == Rules()
        True
        """
        fields = cls.model_fields.items()
        return cls.trusted(**{name: field.get_default(call_default_factory=True) for name, field in fields})


class Origin(Model):
    """The row that says a fact, and which of the fact's values come from that row."""

    source: str
    row: int
    fields: tuple[str, ...] = ()


class Source(Model):
    """One list as it was taken in.

    ``name`` identifies it (a network and a kind of list, or what the user said); ``date`` is the list's own date,
    None when the list does not say; ``file`` is a file name without its folder.
    """

    name: str
    kind: ListKind
    file: str
    network: str | None = None
    date: PartialDate | None = None
    sha256: str = ""
    rows: int = 0


class Organisation(Model):
    """A town, region, association, NGO, Local Democracy Agency ... that can have partners.

    ``country`` is ISO 3166-1 alpha-2 (Kosovo is ``XK``), None when unknown. Coordinates are degrees (WGS 84).
    ``listed_latitude`` and ``listed_longitude`` are where a list puts it, given only if that was not trusted: it
    contradicts the name, or what a person judged. No suggestion looks at them.
    ``population`` is inhabitants. ``capital`` is None when it is not known whether the place is a capital. ``district``
    says that the gazetteer takes the place for a part of a larger city.
    ``place_state`` is ``confirmed`` (found in the gazetteer), ``own`` (known by its coordinates alone) or
    ``unconfirmed`` (no place could be told). ``aliases`` are the ids that it has, or had, where less is known of its
    place: it is found by them too. Themes are keys of the taxonomy, or a list's own words where none fits; ``tags`` are
    the words that keys were read from, where they differ. ``description`` is what a list of members says of it.
    """

    id: str
    name: str
    kind: OrganisationKind = "town"
    country: str | None = None
    place: str | None = None
    geonames_id: int | None = None
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    listed_latitude: float | None = Field(default=None, ge=-90, le=90)
    listed_longitude: float | None = Field(default=None, ge=-180, le=180)
    population: int | None = Field(default=None, ge=0)
    capital: bool | None = None
    district: bool | None = None
    themes_offered: tuple[str, ...] = ()
    themes_sought: tuple[str, ...] = ()
    tags: Tags = ()
    languages: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    website: str | None = None
    description: str | None = None
    place_state: PlaceState = "unconfirmed"
    origins: tuple[Origin, ...] = ()


class Membership(Model):
    """An organisation belongs, or belonged, to a network."""

    organisation: str
    network: str
    since: PartialDate | None = None
    until: PartialDate | None = None
    former: bool = False
    status: str | None = None
    origins: tuple[Origin, ...] = ()


class Link(Model):
    """A twinning link of two organisations; ``a`` sorts before ``b``.

    ``last_activity`` is the last sign of life that a list records, None when no list says. ``told_state`` is what a
    person said of its state, as of ``told_on``. ``tags`` are the words that themes were read from, where they differ
    from the themes' keys.
    """

    id: str
    a: str
    b: str
    kind: LinkKind = "partnership"
    since: PartialDate | None = None
    until: PartialDate | None = None
    last_activity: PartialDate | None = None
    told_state: LinkState | None = None
    told_on: PartialDate | None = None
    themes: tuple[str, ...] = ()
    tags: Tags = ()
    origins: tuple[Origin, ...] = ()


class Project(Model):
    """A partnership of n organisations in a programme; its partners are :class:`Partner` rows.

    ``tags`` are the words that themes were read from, where they differ from the themes' keys.
    """

    id: str
    name: str
    title: str | None = None
    programme: str | None = None
    measure: str | None = None
    start: PartialDate | None = None
    end: PartialDate | None = None
    themes: tuple[str, ...] = ()
    tags: Tags = ()
    description: str | None = None
    origins: tuple[Origin, ...] = ()


class Partner(Model):
    """An organisation took part in a project, in a role (``lead``, ``partner``, ``associated``)."""

    project: str
    organisation: str
    role: str = "partner"
    origins: tuple[Origin, ...] = ()


class Judgement(Model):
    """What a person decided of a name or of two organisations; it wins over every import, and can be undone.

    ``verdict`` is ``place`` (the name means the place ``geonames_id``), ``refused`` (it means none of the gazetteer),
    ``same`` or ``different`` (of ``organisation`` and ``other``). ``organisation`` and ``other`` are ids, ``name`` is
    the name as lists write it (None for two organisations). ``who`` decided it, ``when`` and ``why``. ``id`` is that of
    the question, made from its content: a later judgement of the same question takes the place of the earlier one.

    >>> Judgement(verdict="same", organisation="ngo-b", other="ngo-a").organisation
    'ngo-a'
    """

    id: str = ""
    verdict: Verdict
    organisation: str
    name: str | None = None
    other: str | None = None
    geonames_id: int | None = Field(default=None, ge=1)
    who: str = ""
    when: PartialDate | None = None
    why: str = ""

    @model_validator(mode="before")
    @classmethod
    def _identify(cls, values: Any) -> Any:
        """Give the question its id and two organisations their order."""
        if not isinstance(values, dict):
            return values
        first, second = values.get("organisation"), values.get("other")
        if isinstance(first, str) and isinstance(second, str):
            first, second = sorted((first, second))
            values = {**values, "organisation": first, "other": second}
        return {**values, "id": question_id(str(first), values.get("name"), second)}

    @model_validator(mode="after")
    def _whole(self) -> Self:
        of_two = self.verdict in ("same", "different")
        if of_two != (self.other is not None) or of_two == (self.name is not None):
            raise ValueError("a judgement is of a name, or of two organisations")
        if (self.verdict == "place") != (self.geonames_id is not None):
            raise ValueError("a place that was chosen has a GeoNames id")
        if self.other == self.organisation:
            raise ValueError("the two organisations are one")
        return self


@dataclass(frozen=True, slots=True)
class Statement:
    """What one row of one source says of one fact, after its names were resolved.

    ``subject`` is the fact's id (of an organisation, link or project) or, for memberships and partners, the
    organisation's id followed by ``|`` and the network or project. ``values`` holds field names of the fact's model
    with plain JSON values; a field that the row does not speak of is absent. A statement of kind ``question`` is no
    fact: its subject is an organisation whose place waits for a person, its values are what is proposed
    (:class:`twinnet.resolution.questions.Question`).
    """

    source: str
    row: int
    kind: StatementKind
    subject: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact of a person that a row holds, kept only where the user asked for it, and apart from all facts.

    ``label`` says what it is (``email``, ``phone``, ``person`` ...). No export, page or graph database sees it.
    """

    source: str
    row: int
    organisation: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a list that could not be taken as it stands.

    ``held`` says how much is held back: the whole ``row``, only the ``value``, or nothing (``note``). ``reason``
    says what is wrong and what to do, and never quotes the cell.
    """

    file: str
    row: int | None
    column: str | None
    held: Literal["row", "value", "note"]
    reason: str


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """A column of a list: its header as written and the field it is read as (None: it is not imported)."""

    header: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list as typed values by field name; an empty or held-back value is absent.

    ``number`` counts from 1 as a spreadsheet shows it (the header counts). ``contacts`` are pairs of what it is and the
    contact itself, empty unless the user asked to keep them.
    """

    number: int
    values: dict[str, Any]
    contacts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ListTable:
    """One list as it was read: where it is from, what kind it is, its columns, rows and faults.

    ``file`` is a file name without its folder and ``sheet`` the sheet of a workbook; ``network`` is the network whose
    list this is; ``date`` the list's own date; ``sha256`` that of the file's bytes.
    """

    file: str
    kind: ListKind
    sheet: str | None = None
    network: str | None = None
    date: PartialDate | None = None
    sha256: str = ""
    columns: tuple[ColumnUse, ...] = ()
    rows: tuple[Row, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def called(self) -> str:
        """What reports call it: the file, and the sheet of a workbook."""
        return f"{self.file}, sheet {self.sheet}" if self.sheet else self.file


def list_title(file: str, sheet: str | None = None) -> str:
    """Return what a list is called that says no name: its sheet's title, or its file's where that says nothing.

    >>> list_title("links of Bosnia.xlsx", "Links"), list_title("ten.xlsx", "ALDA"), list_title("alda.csv")
    ('links of Bosnia', 'ALDA', 'alda')
    """
    return sheet if sheet and not _PLAIN_SHEET.match(sheet) else PurePath(file).stem


class Evidence(Model):
    """One reason of a suggestion: ``points`` are thousandths of natural log-odds.

    ``sentence`` and ``detail`` are English. ``said`` and ``behind`` are the same as values (:mod:`twinnet.wording`),
    which a :class:`~twinnet.wording.Speaker` says in any language of the page; None where only the English is known.
    They are not written out, and of two equal ones only the English is the same.

    >>> from twinnet.wording import phrase
    >>> Evidence.told("distance", -70, phrase("say.distance", km=480))
    Evidence(key='distance', points=-70, sentence='480 km apart', detail='')
    """

    key: str
    points: int
    sentence: str
    detail: str = ""
    said: Any = Field(default=None, exclude=True)
    behind: Any = Field(default=None, exclude=True)

    @classmethod
    def told(cls, key: str, points: int, said: Value, behind: Value = "") -> Self:
        """Make it of values. Its English is made when it is asked for: most of a page's sentences never are."""
        return cls.trusted(key=key, points=points, said=said, behind=behind)

    if not TYPE_CHECKING:  # A checker would believe that there is any attribute.

        def __getattr__(self, name: str) -> Any:
            """Say what was not said yet: the sentence always first, so that what is written has one order."""
            if name not in ("sentence", "detail") or "said" not in self.__dict__:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            for field, value in (("sentence", self.said), ("detail", self.behind)):
                if field not in self.__dict__:
                    self.__dict__[field] = english().say(value)
                if field == name:
                    break
            return self.__dict__[name]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Evidence) and self._whole() == other._whole()

    def __hash__(self) -> int:
        return hash(self._whole())

    def __repr_args__(self) -> Iterable[tuple[str, Any]]:
        return [(name, getattr(self, name)) for name in ("key", "points", "sentence", "detail")]

    def _whole(self) -> tuple[Any, ...]:
        return self.key, self.points, self.sentence, self.detail

    @model_serializer(mode="wrap")
    def _written(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        self._whole()
        written: dict[str, Any] = write(self)
        return written


class Party(Model):
    """One side of a suggestion."""

    id: str
    name: str
    country: str | None = None


class Suggestion(Model):
    """A partnership to start, to revitalise or to develop.

    ``score`` is exactly the sum of the points of ``reasons``. ``probability`` is that of such a pair standing in lists
    like those the points were learned from (a small number); ``times`` says the same as "n times as likely as a chance
    pair". Both are None where no probability is defined (revitalise, develop). ``missing`` names the reasons that had
    nothing to go on. ``link`` is the recorded link to revitalise or develop and ``state`` its state;
    ``ask_first`` marks a link of whose activity nothing is known. ``themes`` are those that the link could take up.
    """

    kind: SuggestionKind
    organisation: Party
    candidate: Party
    score: int
    probability: float | None = None
    times: float | None = None
    reasons: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()
    link: str | None = None
    state: LinkState | None = None
    ask_first: bool = False
    themes: tuple[str, ...] = ()
    rules: str = ""

    def _repr_html_(self) -> str:
        """Show both sides, how good the pair is, each reason's points as a waterfall, and what is not known."""
        said = [f"to {self.kind}", f"{notebook.signed(self.score)} points"]
        if self.times is not None:
            said.append(notebook.likely(self.times))
        if self.state is not None:
            said.append(f"the link is {self.state}" if self.state != "unknown" else "nothing is known of the link")
        if self.ask_first:
            said.append("ask first")
        notes = [" · ".join(said)]
        if self.themes:
            notes.append(f"themes to take up: {', '.join(self.themes)}")
        if not self.reasons:
            notes.append("no reason speaks for it or against it")
        if self.missing:
            notes.append(f"nothing to go on for: {', '.join(self.missing)}")
        sides = (notebook.named(side.name, side.country) for side in (self.organisation, self.candidate))
        return notebook.card(*sides, notes=notes, bars=[notebook.Bar(r.sentence, r.points) for r in self.reasons])


_Whole = Annotated[int, Field(ge=0)]
_Kilometres = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Rules(Model):
    """What a network asks of its suggestions; written to TOML, shown in reports, hashed into results.

    ``whose`` and ``among`` hold selectors: ``network:ALDA``, ``country:BA``, ``group:western-balkans``,
    ``kind:lda``, or an organisation's id or name; several mean any of them. An empty ``whose`` means the members of
    all imported networks, or everybody where no member list was imported; an empty ``among`` means everybody.
    ``corridor`` is ``FROM:TO`` in both directions (groups or countries); only pairs inside it are suggested to start,
    unless ``corridor_only`` is false: then they get the corridor's points and others may follow. ``weights`` multiplies
    the points of a reason (0 leaves it out).
    ``cap`` bounds how often one candidate appears in one answer of ``suggest`` (None: no bound).
    ``population`` bounds the candidates' inhabitants and ``distance`` the kilometres, each ``(least, most)`` with None
    for no bound; a candidate whose value is unknown is kept. In TOML they are ``[1000, 50000]``, or
    ``{ least = 1000 }`` where a bound is missing. ``languages`` keeps candidates that work in one of them.
    ``country_names`` says how the network calls countries on its pages, by their ISO codes.
    ``embed`` reads texts with the extra ``twinnet[embed]``, which is never used unless asked for.

    >>> Rules(cap=5).digest() == Rules(cap=5).digest()
    True
    """

    whose: tuple[str, ...] = ()
    among: tuple[str, ...] = ()
    corridor: str | None = Field(default=None, pattern=r"^[^:]+:[^:]+$")
    corridor_only: bool = True
    weights: dict[str, float] = Field(default_factory=dict)
    cap: int | None = Field(default=None, ge=1)
    never: tuple[tuple[str, str], ...] = ()
    kinds: tuple[OrganisationKind, ...] = ()
    languages: tuple[str, ...] = ()
    population: tuple[_Whole | None, _Whole | None] = (None, None)
    distance: tuple[_Kilometres | None, _Kilometres | None] = (None, None)
    same_country: bool = False
    as_of: dt.date | None = None
    country_names: dict[str, str] = Field(default_factory=dict)
    embed: bool = False

    @field_validator("population", "distance", mode="before")
    @classmethod
    def _bounds_by_name(cls, bounds: object) -> object:
        if not isinstance(bounds, dict):
            return bounds
        if not bounds.keys() <= {"least", "most"}:
            raise ValueError("bounds are called least and most")
        return (bounds.get("least"), bounds.get("most"))

    @field_validator("country_names")
    @classmethod
    def _countries_exist(cls, names: dict[str, str]) -> dict[str, str]:
        if unknown := sorted(set(names) - set(countries.codes())):
            raise ValueError(f"there is no country {unknown[0]!r}; write ISO codes, such as XK")
        return names

    @field_validator("weights")
    @classmethod
    def _weights_are_not_negative(cls, weights: dict[str, float]) -> dict[str, float]:
        if any(not 0 <= weight <= 100 for weight in weights.values()):
            raise ValueError("a weight is a number from 0 (left out) to 100")
        return weights

    def digest(self) -> str:
        """Return 12 hex digits that are the same for the same rules; a rule at its default does not count."""
        said = {} if self == Rules.by_default() else self.model_dump(mode="json", exclude_defaults=True)
        text = json.dumps(said, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]

    @classmethod
    def from_toml(cls, path: str | Path) -> Self:
        """Read rules from a TOML file; raise :class:`RulesError` that names the key at fault."""
        try:
            values = tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
            return cls.model_validate(values)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise RulesError(f"{Path(path).name} is not TOML: {error}") from error
        except OSError as error:
            raise RulesError(f"{path} cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise RulesError(f"{Path(path).name}: {_first_fault(error)}") from error

    def to_toml(self) -> str:
        """Write the rules that differ from the defaults as TOML, which :meth:`from_toml` reads back the same.

        >>> print(Rules(cap=5, population=(1000, None)).to_toml(), end="")
        cap = 5
        population = { least = 1000 }
        """
        lines = []
        for name, value in self.model_dump(mode="json", exclude_defaults=True).items():
            if name in ("population", "distance"):
                given = zip(("least", "most"), value, strict=True)
                lines += [f"{name} = {{ {', '.join(f'{bound} = {at!r}' for bound, at in given if at is not None)} }}"]
            elif isinstance(value, dict):
                inner = ", ".join(f"{_quoted(key)} = {weight!r}" for key, weight in sorted(value.items()))
                lines += [f"{name} = {{ {inner} }}"]
            elif name == "as_of":
                lines += [f"{name} = {value}"]
            else:
                lines += [f"{name} = {_quoted(value)}"]
        return "".join(f"{line}\n" for line in lines)


def _quoted(value: object) -> str:
    """Write a text, number or list as TOML: as JSON, but for the one character that only TOML forbids."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _first_fault(error: ValueError) -> str:
    """Say the first fault of a pydantic error in one line."""
    faults = getattr(error, "errors", None)
    if faults is None:
        return str(error)
    first = faults()[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] != "extra_forbidden":
        return f"{name}: {first['msg']}"
    near = get_close_matches(name, Rules.model_fields, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"the rules are {', '.join(Rules.model_fields)}"
    return f"there is no rule {name!r}: {hint}"


_HEX_DIGITS = 12


def content_id(prefix: str, *parts: object) -> str:
    """Return an id made from content: ``prefix-`` and 12 hex digits.

    >>> content_id("link", "town-1", "town-2", "partnership")
    'link-da23cbb03001'
    """
    text = "\x1f".join(str(part) for part in parts)
    return f"{prefix}-{hashlib.sha256(text.encode('utf-8')).hexdigest()[:_HEX_DIGITS]}"


def link_id(a: str, b: str, kind: str = "partnership") -> str:
    """Return the id of the link of two organisations, the same from both sides."""
    return content_id("link", *sorted((a, b)), kind)


def question_id(organisation: str, name: str | None = None, other: str | None = None) -> str:
    """Return the id of a question: what a name of an organisation means, or whether two are the same.

    >>> question_id("ngo-a", other="ngo-b") == question_id("ngo-b", other="ngo-a")
    True
    """
    if other is not None:
        return content_id("judgement", *sorted((organisation, other)))
    return content_id("judgement", organisation, "name", fold(name or ""))


def town_id(geonames_id: int) -> str:
    """Return the id of the town or region that stands at a place of the gazetteer.

    >>> town_id(3194828)
    'town-3194828'
    """
    return f"town-{geonames_id}"


def is_numbered(identifier: str) -> bool:
    """Tell whether an id is one of :func:`town_id`, not one of content.

    >>> is_numbered(town_id(3194828)), is_numbered(content_id("town", "BA", "ruc"))
    (True, False)
    """
    number = identifier.removeprefix("town-")
    return number.isdecimal() and len(number) != _HEX_DIGITS
