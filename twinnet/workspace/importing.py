"""Take lists into a stored network: read, resolve, store, report."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from twinnet.decisions import moment
from twinnet.errors import InputError, NoStoreError, StoreError
from twinnet.graph import Network
from twinnet.models import Fault, ListTable, Source, question_id
from twinnet.places import Gazetteer
from twinnet.reading import ReadOptions, read_lists
from twinnet.resolution import Resolution, resolve
from twinnet.resolution.editions import Difference, difference
from twinnet.stores import Progress, Store, beside, open_store
from twinnet.taxonomy import Taxonomy
from twinnet.workspace.describing import many
from twinnet.writing import write_report


@dataclass(frozen=True)
class ImportOptions:
    """How lists are taken in.

    ``source`` is what the list is called (None: by its network and kind). ``replace`` lets a list take the place of one
    that it shares less than half with. ``dry_run`` only tells what would change. ``strict`` takes nothing where a row
    or value would be held back. ``when`` is the moment that the network's history tells (None: that of the import).
    """

    source: str | None = None
    replace: bool = False
    dry_run: bool = False
    strict: bool = False
    when: dt.datetime | None = None


@dataclass(frozen=True)
class Counts:
    """How the rows of one list and the organisations that they name were taken.

    Of the ``rows`` of the list ``held`` were held back. Of the organisations ``placed`` stand at a place of the
    gazetteer, ``own`` at their coordinates, ``waiting`` have a place proposed that a person has to confirm,
    ``unknown`` have none.
    """

    source: str
    rows: int
    held: int
    placed: int
    own: int
    waiting: int
    unknown: int


@dataclass(frozen=True)
class Imported:
    """What an import took in.

    ``tables`` are the lists as read, ``counts`` how each was taken, ``faults`` all that could not be taken as it stood,
    ``differences`` what changes in lists that had been imported before (empty for first imports), ``alike`` pairs of a
    new list of members and the network whose members most of them are already, ``otherwise_read`` the lists that stay
    as they were read by another taxonomy than the network's from now on, ``changed`` whether the stored network differs
    from before, ``report`` the file that lists the faults (None: nothing was written, or the import had no file to
    write it beside) and ``network`` the network after the import.
    """

    tables: tuple[ListTable, ...]
    counts: tuple[Counts, ...]
    faults: tuple[Fault, ...]
    differences: tuple[Difference, ...]
    alike: tuple[tuple[Source, str], ...]
    otherwise_read: tuple[str, ...]
    changed: bool
    report: Path | None
    network: Network


def import_lists(
    files: Sequence[str | Path],
    into: str | Path,
    *,
    options: ReadOptions | None = None,
    how: ImportOptions | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Import lists into a stored network, which is made if there is none: all of them or none.

    A source that was imported before is replaced, at once; what other sources say, and what people judged, stays.
    What could not be taken stands in a report beside the network (``my.twinnet.report.csv``), with file, row, column
    and reason. Importing the same lists again changes nothing. A file called ``-`` is standard input. A taxonomy of the
    ``options`` is kept as the network's; without one, themes are read by that which the network has.

    Raises
    ------
    InputError
        A file cannot be read as a list; a list shares less than half its entries with what its source said before;
        or, with ``strict``, a row or value would be held back. Nothing is written.
    StoreError
        The network cannot be opened or written, or its report cannot.
    """
    how = how or ImportOptions()
    steps = len(files) + 2
    done = progress or (lambda *_: None)
    options = options or ReadOptions()
    given, kept = options.taxonomy, _kept_taxonomy(into)
    options = replace(options, taxonomy=given or kept)
    tables: list[ListTable] = []
    for at, file in enumerate(files, start=1):
        tables += read_lists(file, options=options)
        done(at, steps)

    def stored(part: int, of: int) -> None:
        done((steps - 1) * of + part, steps * of)

    with _opened(into, dry_run=how.dry_run, progress=stored) as store:
        if how.when is not None:
            store.clock = partial(moment, how.when)
        with Gazetteer.open() as gazetteer:
            found = resolve(tables, gazetteer=gazetteer, source=how.source)
        done(steps - 1, steps)
        differences = _differences(store, found, replacing=how.replace)
        alike = _alike(store, found)
        faults = tuple(sorted(found.faults, key=lambda f: (f.file, f.row or 0, f.column or "", f.held, f.reason)))
        if how.strict and any(fault.held != "note" for fault in faults):
            raise _refusal(faults)
        report = None if how.dry_run else _report_path(into)
        if report is not None and report.is_dir():
            raise StoreError(f"{report} is a folder, where the report of the import should stand; nothing was written")
        others = {source.name for source in store.sources()} - {source.name for source in found.sources}
        otherwise_read = tuple(sorted(others)) if given is not None and given != kept else ()
        changed = not how.dry_run and store.replace(
            found.sources, found.statements, contacts=found.contacts, taxonomy=given
        )
        network = store.read()
    if report is not None:
        said = ["; ".join(summary(table)).removeprefix(f"{table.called}: ") for table in tables]
        try:
            write_report(zip((table.called for table in tables), said, strict=True), faults, report)
        except InputError as error:
            raise StoreError(
                f"{into} holds the lists now, but what could not be taken stands in no report: {error}; "
                "import them again when that is mended"
            ) from error
    done(steps, steps)
    counts = tuple(
        _counted(source, held, found, network) for source, held in zip(found.sources, found.held, strict=True)
    )
    return Imported(
        tables=tuple(tables),
        counts=counts,
        faults=faults,
        differences=differences,
        alike=alike,
        otherwise_read=otherwise_read,
        changed=changed,
        report=report,
        network=network,
    )


def _kept_taxonomy(into: str | Path) -> Taxonomy:
    """Return the taxonomy of the network that is imported into; twinnet's own where there is no network yet."""
    try:
        with open_store(into) as store:
            return store.taxonomy()
    except NoStoreError:
        return Taxonomy.builtin()


def _opened(into: str | Path, *, dry_run: bool, progress: Progress) -> Store:
    """Open the network; for a look at what would change, without making or writing a file."""
    if not dry_run:
        return open_store(into, create=True, readonly=False, progress=progress)
    try:
        return open_store(into)
    except NoStoreError:
        return open_store("memory:")


def _differences(store: Store, found: Resolution, *, replacing: bool) -> tuple[Difference, ...]:
    """Compare each list with what its source said before; refuse one that is another list."""
    known = {source.name: source for source in store.sources()}
    differences = []
    for source in found.sources:
        before = known.get(source.name)
        if before is None:
            continue
        after = [said for said in found.statements if said.source == source.name]
        if before.kind != source.kind and not replacing:
            raise InputError(
                f"the source {source.name!r} holds {before.kind} and this list {source.kind}; give this one a "
                "source of its own (--source NAME), or put it in the other's place (--replace)",
                file=source.file,
            )
        one = difference(source.name, source.kind, before=store.statements(source.name), after=after)
        if one.is_another_list and not replacing:
            stood = f"less than half of this list ({one.kept:,} of {one.size:,}) stood in"
            reason = (
                f"{stood if one.size else 'no row of this list can be taken, against'} what {source.name!r} said before"
            )
            if before.network != source.network:
                reason += f" (of the network {before.network!r}; this list is read as of {source.network!r}: --network)"
            raise InputError(
                f"{reason}; give it a source of its own (--source NAME), or put it in the other's place (--replace)",
                file=source.file,
            )
        differences.append(one)
    return tuple(differences)


_MOST = 0.8
"""The share of members in common from which two lists may be editions of one."""


def _alike(store: Store, found: Resolution) -> tuple[tuple[Source, str], ...]:
    """Return the new lists of members most of whom are members of one network already, with that network."""
    stored = {source.name for source in store.sources()}
    new = [source for source in found.sources if source.kind == "members" and source.name not in stored]
    if not new or not stored:
        return ()
    network = store.read()
    known: dict[str, set[str]] = defaultdict(set)
    for member, name in zip(*(network.memberships.column(c) for c in ("organisation", "network")), strict=True):
        known[name].add(member)
    pairs = []
    for source in new:
        if source.network in known:
            continue
        mine = {
            said.subject.partition("|")[0]
            for said in found.statements
            if said.kind == "membership" and said.source == source.name
        }
        alike = [name for name, theirs in sorted(known.items()) if len(mine & theirs) >= _MOST * len(mine | theirs)]
        pairs += [(source, name) for name in alike[:1] if mine]
    return tuple(pairs)


def _counted(source: Source, held: frozenset[int], found: Resolution, network: Network) -> Counts:
    """Count how a list was taken; a name that a person has judged does not wait."""
    judged = {judgement.id: judgement.verdict for judgement in network.judgements}
    states: dict[str, str] = {}
    for said in found.statements:
        if said.source == source.name and said.kind == "organisation":
            states[said.subject] = said.values["place_state"]
        elif said.source == source.name and said.kind == "question":
            verdict = judged.get(question_id(said.subject, said.values["name"]))
            if verdict is None:
                states[said.subject] = "waiting" if said.values.get("candidates") else "unconfirmed"
            elif verdict == "place":
                states[said.subject] = "confirmed"
    count = Counter(states.values())
    return Counts(
        source.name, source.rows, len(held), *(count[state] for state in ("confirmed", "own", "waiting", "unconfirmed"))
    )


def _refusal(faults: Sequence[Fault]) -> InputError:
    """Say the first faults of a strict import."""
    held = [fault for fault in faults if fault.held != "note"]
    lines = [str(InputError(fault.reason, file=fault.file, row=fault.row, column=fault.column)) for fault in held]
    more = f"\n  and {len(lines) - 20} more" if len(lines) > 20 else ""
    shown = "\n  ".join(lines[:20])
    return InputError(f"{len(held)} faults, and --strict takes none; nothing was written:\n  {shown}{more}")


def _report_path(into: str | Path) -> Path | None:
    path = beside(into)
    return None if path is None else path.with_name(path.name + ".report.csv")


@dataclass(frozen=True)
class Line:
    """A line of what an import tells, and how far it is indented."""

    text: str
    indent: str = ""


def told(done: Imported, *, quote: bool = False) -> Iterator[Line]:
    """Tell a person what an import took: each list, its columns, its organisations, and what changes.

    Rows are told by their numbers; with ``quote`` what is new, gone or changed is named too.
    """
    before: list[str] = []
    for table in done.tables:
        head, *columns = summary(table)
        yield Line(head)
        for line in ["columns as before"] if columns and columns == before else columns:
            yield Line(line, "  ")
        before = columns
    for counts in done.counts:
        yield Line(_counts(counts))
    for one in done.differences:
        yield from _changes(one, quote=quote)
    for source, network in done.alike:
        yield Line(
            f"{source.name}: nearly the same members as those of {network}; if it is that network's newer list, take "
            f'it out again (twinnet forget) and import it with --network "{network}"'
        )
    if done.otherwise_read:
        lists = f"{', '.join(done.otherwise_read[:_SHOWN])}{' ...' if len(done.otherwise_read) > _SHOWN else ''}"
        yield Line(
            f"The network has another taxonomy now. What stays as it was read before: {lists}. Import a list again to "
            "have its themes read by the new one"
        )
    for text in counted(done.faults):
        yield Line(text)
    if done.faults and done.report:
        yield Line(f"Each stands with its row and reason in {done.report}")


def _counts(counts: Counts) -> str:
    """Say how a list was taken.

    >>> _counts(Counts("ALDA members", 49, 1, 44, 0, 3, 1))
    'ALDA members: 48 of 49 rows taken; 44 organisations placed, 3 wait for a person, 1 without a known place'
    """
    held = f"{counts.rows - counts.held:,} of {counts.rows:,}"
    if not counts.held:
        held = f"all {counts.rows:,}" if counts.rows > 1 else f"{counts.rows}"
    parts = (
        (counts.placed, "organisation placed", "organisations placed"),
        (counts.own, "at its own coordinates", "at their own coordinates"),
        (counts.waiting, "waits for a person", "wait for a person"),
        (counts.unknown, "without a known place", "without a known place"),
    )
    said = ", ".join(f"{count:,} {one if count == 1 else many}" for count, one, many in parts if count)
    rows = "row" if counts.rows == 1 else "rows"
    return f"{counts.source}: {held} {rows} taken{f'; {said}' if said else ''}"


_SHOWN = 20


def _changes(one: Difference, *, quote: bool) -> Iterator[Line]:
    """Say what a new edition of a list changes."""
    if not one:
        yield Line(f"{one.source}: says what it said before")
        return
    parts = (("new", one.new), ("gone", one.gone), ("changed", one.changed))
    said = ", ".join(f"{len(entries):,} {what}" for what, entries in parts if entries)
    yield Line(f"{one.source}: takes the place of what it said before: {said}")
    for what, entries in parts:
        if entries:
            rows = "earlier row" if what == "gone" else "row"
            shown = [f"{entry.row} ({entry.name})" if quote else str(entry.row) for entry in entries[:_SHOWN]]
            more = f" and {len(entries) - _SHOWN:,} more" if len(entries) > _SHOWN else ""
            yield Line(f"{what}: {rows}{'' if len(entries) == 1 else 's'} {', '.join(shown)}{more}", "  ")


def summary(table: ListTable) -> list[str]:
    """Say what a list was read as, its columns, and which were not imported; rows held back are counted too.

    >>> summary(ListTable(file="a.csv", kind="members", network="ALDA"))
    ['a.csv: 0 rows, members of ALDA']
    """
    taken = {row.number for row in table.rows}
    held = {fault.row for fault in table.faults if fault.held == "row" and fault.row is not None} - taken
    rows = many(len(table.rows) + len(held), "row")
    of = f"members of {table.network}" if table.kind == "members" else table.kind
    former = sum(bool(row.values.get("former")) for row in table.rows)
    left = f", {former:,} of them former" if former else ""
    lines = [f"{table.called}: {rows}, {of}{left}"]
    used = [
        column.header if column.header == column.field else f"{column.header} as {column.field}"
        for column in table.columns
        if column.field
    ]
    unused = [column.header for column in table.columns if not column.field]
    lines += [f"columns: {', '.join(used)}"] if used else []
    lines += [f"not imported: {', '.join(unused)}"] if unused else []
    return lines


def counted(faults: Iterable[Fault]) -> list[str]:
    """Count, for each file, what was held back and what there is to note.

    >>> counted([Fault("a.csv", 2, None, "row", "the row has no name"), Fault("a.csv", 3, "lat", "value", "no number")])
    ['a.csv: 1 row and 1 value held back']
    """
    held: dict[str, Counter[str]] = {}
    rows: set[tuple[str, int | None]] = set()
    for fault in faults:
        counts = held.setdefault(fault.file, Counter())
        if fault.held == "row" and (fault.file, fault.row) in rows:
            continue  # both ends of a link may hold its row back, which is one row
        rows |= {(fault.file, fault.row)} if fault.held == "row" else set()
        counts[fault.held] += 1
    return [f"{file}: {_count(counts)}" for file, counts in sorted(held.items())]


def _count(held: Counter[str]) -> str:
    parts = [many(held[what], what) for what in ("row", "value") if held[what]]
    notes = [many(held["note"], "note")] if held["note"] else []
    return ", ".join(([f"{' and '.join(parts)} held back"] if parts else []) + notes)
