"""Making one store equal to another: what differs is told first, and what only the other holds is not lost unasked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, NamedTuple

from twinnet.decisions import Decision
from twinnet.errors import NoStoreError, StoreError
from twinnet.graph import GAZETTEER_SOURCE, Network
from twinnet.models import Judgement
from twinnet.resolution.editions import difference
from twinnet.stores import Progress, file_of, open_store, server_of
from twinnet.stores.changes import become, to_statements
from twinnet.stores.history import contents
from twinnet.stores.state import Change, Said, State

_SHOWN = 10
_WORDS = {
    "list": ("list", "lists"),
    "answer": ("answer about a name or a pair", "answers about names and pairs"),
    "decision": ("row of decisions", "rows of decisions"),
    "taxonomy": ("taxonomy of the network's own", "taxonomies"),
    "points": ("table of points of the network's own", "tables of points"),
}

_WAYS = {
    "list": "import its lists into {one} as well",
    "answer": "answer there as well (`twinnet resolve --review {one}`)",
    "decision": "take its decisions in (`twinnet decisions {one} {other}`, with --overrule where two disagree)",
}
"""How what only the target holds gets into the source, by its kind."""

How = Literal["new", "newer", "only", "older", "other"]
"""What the one store has of an item: it alone has it; it has seen what the other has, and more since; the other alone
has it; the other has seen what the one has, and more since; or each has what the other has never seen."""
_LOST = ("only", "older", "other")


class Item(NamedTuple):
    """Something that differs: what kind of thing it is, how it differs, and a line about it."""

    kind: str
    how: How
    about: str


@dataclass(frozen=True)
class Sync:
    """How two stores differ, and what makes the second like the first.

    ``contacts`` are so many that stay in the first, ``leaving`` so many in the second whose rows go. ``places`` tells
    whether what the gazetteer says of places differs. ``network`` is what follows from the ``state`` of the first, and
    ``seen`` the state of the second. ``store`` is the second, where it stays open between the look and the write.
    """

    source: str
    target: str
    items: tuple[Item, ...]
    contacts: int
    leaving: int
    places: bool
    network: Network
    state: State
    seen: State
    store: _Open | None = None

    @property
    def is_same(self) -> bool:
        """Whether the two hold the same already."""
        return not (self.items or self.places)

    @property
    def lost(self) -> tuple[Item, ...]:
        """What only the target holds, and would lose."""
        return tuple(item for item in self.items if item.how in _LOST)

    def lines(self, *, replacing: bool = False) -> Iterator[tuple[str, str]]:
        """Tell a person what differs, each line with its indent; ``replacing``: what only the target holds goes."""
        if self.is_same:
            yield f"{self.target} holds what {self.source} holds.", ""
        for hows, what in (
            (("new",), f"{self.target} gets"),
            (("newer",), f"{self.target} gets anew"),
            (_LOST, f"{self.target} loses" if replacing else f"Only {self.target} holds"),
        ):
            items = [item for item in self.items if item.how in hows]
            if items:
                yield f"{what}:", ""
            for kind in _WORDS:
                of_kind = [item.about for item in items if item.kind == kind]
                yield from _shown(kind, of_kind)
        if self.places and not self.items:
            yield "What the gazetteer says of places is put in the place of what stood there.", ""
        if self.contacts:
            n = self.contacts
            yield f"{n:,} contact{'' if n == 1 else 's'} of persons stay{'s' if n == 1 else ''} in {self.source}.", ""
        if self.leaving:
            n = self.leaving
            one = n == 1
            yield f"{n:,} contact{'' if one else 's'} in {self.target} go{'es' if one else ''}: so do their rows.", ""


def _shown(kind: str, about: list[str]) -> Iterator[tuple[str, str]]:
    if kind not in ("list", "taxonomy", "points") and about:
        yield f"{len(about):,} {_WORDS[kind][len(about) > 1]}", "  "
        yield from ((line, "    ") for line in about[:_SHOWN])
        if len(about) > _SHOWN:
            yield "...", "    "
    else:
        yield from ((line, "  ") for line in about)


class _Open:
    """A store on a server that was looked at, and is written to without being read once more."""

    def __init__(self, address: str) -> None:
        self.progress: Progress = lambda *_: None
        self.store = open_store(address, create=True, progress=self._tell)

    def _tell(self, done: int, of: int) -> None:
        self.progress(done, of)


def compare(source: str | Path, target: str | Path) -> Sync:
    """Read two stores and tell how they differ, as :func:`comparing` does; nothing stays open."""
    with comparing(source, target) as sync:
        return replace(sync, store=None)


@contextmanager
def comparing(source: str | Path, target: str | Path) -> Iterator[Sync]:
    """Read two stores and tell how they differ; the target need not be there yet.

    Raises
    ------
    StoreError
        One of them cannot be read, or both are the same store.
    NoStoreError
        There is no network at the source.
    """
    file = file_of(target)
    if file is not None and not file.absolute().parent.is_dir():
        raise StoreError(f"there is no folder {str(file.parent)!r} for {file.name}: make it first")
    if _place(source) == _place(target):
        raise StoreError(f"{source} and {target} are one and the same network; name another one")
    if "memory:" in (str(source), str(target)):
        raise StoreError("a network in memory ends with the program; name a file or the address of a server")
    with open_store(source) as store:
        state, network = store.snapshot()
    with ExitStack() as stack:
        kept = _Open(str(target)) if server_of(target) is not None else None
        seen = _seen(target) if kept is None else stack.enter_context(kept.store).state()
        yield Sync(
            str(source),
            str(target),
            tuple(_items(state, seen)),
            len(state.contacts),
            len(seen.contacts) - len(become(seen, state).contacts) if seen.contacts else 0,
            _of_gazetteer(state.said) != _of_gazetteer(seen.said),
            network,
            state,
            seen,
            kept,
        )


def _seen(target: str | Path) -> State:
    """Return what a store holds, nothing where there is none."""
    try:
        with open_store(target) as store:
            return store.state()
    except NoStoreError:
        return State()


def write(sync: Sync, *, replacing: bool = False, progress: Progress | None = None) -> bool:
    """Make the target equal to the source; tell whether anything there changed.

    Raises
    ------
    StoreError
        The target holds what the source has never seen, and ``replacing`` was not said; or it was changed since it was
        looked at, or cannot be written. A file is as it was then; on a server the same again ends what was begun.
    """
    if sync.lost and not replacing:
        raise StoreError(
            f"{sync.target} holds what {sync.source} does not; nothing was written. {_keeping(sync)}To lose it, say "
            "--replace"
        )
    if sync.store is not None:
        sync.store.progress = progress or sync.store.progress
        return sync.store.store.become(sync.state, sync.network, over=sync.seen)
    if sync.is_same and server_of(sync.target) is None:
        return False  # Check sums seal what follows from that.
    with open_store(sync.target, create=True, readonly=False, progress=progress) as store:
        return store.become(sync.state, sync.network, over=sync.seen)


def _keeping(sync: Sync) -> str:
    """Tell how what only the target holds is kept."""
    if all(item.how in ("only", "older") for item in sync.items):
        return f"The other way round nothing is lost: `twinnet sync {sync.target} {sync.source}`. "
    kinds = {item.kind for item in sync.lost}
    ways = [way.format(one=sync.source, other=sync.target) for kind, way in _WAYS.items() if kind in kinds]
    apart = sync.state.sources.keys().isdisjoint(sync.seen.sources.keys())
    asked = "They have no list in common: are they one network? " if apart else ""
    return f"{asked}To keep it, {' and '.join(ways)}. " if ways else asked


def _place(address: str | Path) -> object:
    """Return what is the same for two addresses of one store."""
    server = server_of(address)
    if server is not None:
        return server.uri.partition("://")[2], server.database
    path = file_of(address)
    return path and path.resolve()


def _of_gazetteer(said: Said) -> Said:
    return {key: text for key, text in said.items() if key[0] == GAZETTEER_SOURCE}


def _items(one: State, other: State) -> Iterator[Item]:
    """Give what differs, in the order of kinds and names."""
    mine, theirs = contents(one, besides=other), contents(other, besides=one)
    for item in sorted(mine.keys() | theirs.keys()):
        how: How
        if item not in theirs:
            how = "new"
        elif item not in mine:
            how = "only"
        else:
            how = _which(item, mine[item], theirs[item], one.history, other.history)
        kind, _, name = item.partition(" ")
        yield Item(kind, how, _about(kind, name, one if item in mine else other, other if item in mine else one))
    rows, others = ({row.id: row for row in state.decisions} for state in (one, other))
    network_names = _names(one) | _names(other)
    for key in sorted(rows.keys() ^ others.keys()):
        yield Item("decision", "new" if key in rows else "only", _decision(rows.get(key) or others[key], network_names))


def _which(item: str, mine: str, theirs: str, one: Iterable[Change], other: Iterable[Change]) -> How:
    """Tell which store has the newer of two contents of an item."""
    if _is_newer(item, mine, theirs, one, other):
        return "newer"
    return "older" if _is_newer(item, theirs, mine, other, one) else "other"


def _is_newer(item: str, mine: str, theirs: str, one: Iterable[Change], other: Iterable[Change]) -> bool:
    """Tell whether the one store has seen what the other has of an item, and the other not what the one has since.

    An item may come back to what it was before: then the one has seen the other's last change, and has a further one.
    """
    rows, others = ([row for row in history if row.item == item] for history in (one, other))
    if theirs in _sums(rows) and mine not in _sums(others):
        return True
    ids, other_ids = ({row.id for row in found} for found in (rows, others))
    return bool(other_ids) and other_ids < ids


def _sums(rows: Iterable[Change]) -> set[str]:
    return {content for row in rows for content in (row.was, row.became)}


def _about(kind: str, name: str, holder: State, other: State) -> str:
    """Return a line about an item that one state holds."""
    if kind == "list":
        return _list(name, holder, other)
    if kind == "answer":
        return _answer(holder.judgements[name])
    return "its own taxonomy of themes" if kind == "taxonomy" else "its own points"


def _list(name: str, holder: State, other: State) -> str:
    source = holder.sources[name]
    line = f"{name}: {source.rows:,} row{'' if source.rows == 1 else 's'} of {source.file}"
    if name not in other.sources:
        return line
    before, after = (
        to_statements({key: text for key, text in state.said.items() if key[0] == name}) for state in (other, holder)
    )
    found = difference(name, source.kind, before=before, after=after)
    counts = [
        f"{len(part):,} {word}"
        for part, word in ((found.new, "new"), (found.gone, "gone"), (found.changed, "changed"))
        if part
    ]
    return f"{line} ({', '.join(counts) or 'the same entries, put otherwise'})"


def _answer(judgement: Judgement) -> str:
    by = f", by {judgement.who}" if judgement.who else ""
    if judgement.other is not None:
        return f"{judgement.organisation} and {judgement.other}: {judgement.verdict}{by}"
    place = f"place {judgement.geonames_id}" if judgement.geonames_id is not None else "none of the gazetteer"
    return f"{judgement.name}: {place}{by}"


def _names(state: State) -> dict[str, str]:
    """Return the names of the organisations that decisions are about, as some list gives them."""
    wanted = {one for row in state.decisions for one in (row.organisation, row.candidate) if one is not None}
    said = {key: text for key, text in state.said.items() if key[2] == "organisation" and key[3] in wanted}
    return {one.subject: one.values["name"] for one in to_statements(said) if "name" in one.values}


def _decision(row: Decision, names: Mapping[str, str]) -> str:
    ends = [names.get(one, one) for one in (row.organisation, row.candidate) if one is not None]
    return f"{' and '.join(ends)}: {row.verdict}, {row.date}{f', by {row.who}' if row.who else ''}"
