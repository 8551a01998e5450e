"""Letters of a network: an introduction of two organisations, a brief for one, and one for each that is asked for."""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from twinnet import lifecycle
from twinnet.best import Best, Progress
from twinnet.collecting import uncollected
from twinnet.decisions import Decision
from twinnet.eligibility import asked
from twinnet.errors import InputError, OptionError
from twinnet.evidence import Block
from twinnet.graph import Facts, Network
from twinnet.matching import Question, Started, deepen, revive
from twinnet.models import SUGGESTION_KINDS, Evidence, Organisation, Rules, Suggestion
from twinnet.reasons import REASONS
from twinnet.scoring import score
from twinnet.text import fold
from twinnet.views.letter import Letter, Listed, brief, index, introduction
from twinnet.views.letter.known import Known, language_of
from twinnet.views.letter.steps import Pair
from twinnet.workspace.examples import examples
from twinnet.workspace.suggesting import part_of, suggestions
from twinnet.writing import write_text

INDEX = "index.html"
"""The file that lists the letters of a folder."""
_WRITERS = 4
_LONGEST = 60
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Asked:
    """What letters are asked with: the rules, the day of states and dates, and the suggestions of each kind."""

    rules: Rules
    today: dt.date
    top: int = 3


def pair_letter(network: Network, a: Organisation, b: Organisation, *, asked: Asked, letter: Letter) -> str:
    """Return the letter that introduces two organisations to each other, whatever the rules and decisions say.

    Raises
    ------
    OptionError
        The two are one.
    """
    if a.id == b.id:
        raise OptionError(f"both are {a.name}: name two organisations")
    with uncollected():
        suggestion = suggested(network, a, b, rules=asked.rules, today=asked.today)
        known = Known(network, asked.rules, asked.today)
        return introduction(Pair(known, suggestion, examples(known, a, b)), letter)


def brief_of(network: Network, one: Organisation, *, asked: Asked, letter: Letter) -> str:
    """Return the brief for one organisation, with its best suggestions of each kind."""
    rules = asked.rules.model_copy(update={"whose": (f"organisation:{one.id}",)})
    with uncollected():
        found = suggestions(network, SUGGESTION_KINDS, top=asked.top, rules=rules, today=asked.today)
        return brief(Known(network, asked.rules, asked.today), one, _best(found, asked.top), letter)


def write_letters(
    network: Network,
    folder: str | Path,
    *,
    asked: Asked,
    letter: Letter,
    title: str = "",
    progress: Progress | None = None,
) -> list[Listed]:
    """Write a brief for each organisation whose suggestions the rules ask for, and ``index.html`` that lists them.

    The folder is made where there is none. A file is replaced as a whole or not at all; others are left alone.

    Raises
    ------
    InputError
        The folder or a file in it cannot be written.
    RulesError
        The rules name what does not exist.
    """
    folder = Path(folder)
    with uncollected():
        step = part_of(progress, 0, 2)
        found = suggestions(
            network, SUGGESTION_KINDS, top=asked.top, rules=asked.rules, today=asked.today, progress=step
        )
        by_organisation = defaultdict(list)
        for suggestion in found:
            by_organisation[suggestion.organisation.id].append(suggestion)
        return _written(network, folder, by_organisation, asked=asked, letter=letter, title=title, progress=progress)


def _written(
    network: Network,
    folder: Path,
    found: Mapping[str, list[Suggestion]],
    *,
    asked: Asked,
    letter: Letter,
    title: str,
    progress: Progress | None,
) -> list[Listed]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"the folder cannot be made: {error.strerror}", file=str(folder)) from error
    known = Known(network, asked.rules, asked.today)
    known.read()
    whose = sorted(_asked(network, asked))
    step = part_of(progress, 1, 2)
    done, writing = [], []
    with ThreadPoolExecutor(_WRITERS) as writers:
        # A file is waited for until it is safe on the disk: meanwhile the next ones are made.
        for at, identifier in enumerate(whose):
            one, best = known.organisation(identifier), _best(found.get(identifier, ()), asked.top)
            language = letter.languages[0] if letter.languages else language_of(one)
            first = next((s.candidate.name for s in best if s.kind == "start"), None)
            done.append(Listed(file_name(one), one, language, len(best), first))
            writing.append(writers.submit(write_text, brief(known, one, best, letter), folder / done[-1].file))
            if step:
                step(at + 1, len(whose))
        for written in writing:
            written.result()
    language = letter.languages[0] if letter.languages else "en"
    title = title or ", ".join(network.networks) or known.speaker(language).text("brief.index")
    write_text(index(done, title=title, language=language, known=known), folder / INDEX)
    return done


def _asked(network: Network, given: Asked) -> frozenset[str]:
    return asked(network, given.rules.whose, given.today)


def _best(found: Sequence[Suggestion], top: int) -> list[Suggestion]:
    """Keep the best few of each kind; links to ask about come last among those to wake."""
    return [one for kind in SUGGESTION_KINDS for one in [s for s in found if s.kind == kind][:top]]


def suggested(network: Network, a: Organisation, b: Organisation, *, rules: Rules, today: dt.date) -> Suggestion:
    """Return the suggestion of a pair, to start or about its link, whatever the rules and decisions say of the pair.

    >>> towns = [Organisation(id="town-1", name="Bari", country="IT"), Organisation(id="town-2", name="Pula")]
    >>> suggested(Network(towns), *towns, rules=Rules(), today=dt.date(2026, 1, 1)).kind
    'start'
    """
    limits = ("population", "distance", "kinds", "languages", "never", "among", "cap")
    free = {name: Rules.model_fields[name].get_default(call_default_factory=True) for name in limits}
    rules = rules.model_copy(update={**free, "whose": (f"organisation:{a.id}",)})
    question = Question.of(network, rules, today, None)
    row, column = question.index.position[a.id], question.index.position[b.id]
    ends = zip(network.links.column("a"), network.links.column("b"), strict=True)
    links = [network.links[at] for at, pair in enumerate(ends) if {*pair} == {a.id, b.id}]
    if not links:
        return Started(question, {row: Best(np.array([column]), np.array([0]))})[0]
    undecided = copy.copy(network)
    undecided.__dict__.pop("matters", None)
    undecided.decisions = Facts.of(Decision, ())
    for verb in (revive, deepen):
        for one in verb(undecided, top=None, rules=rules, today=today):
            if one.candidate.id == b.id:
                return one
    states = [lifecycle.state(link, today) for link in links]
    lively = states.index("active") if "active" in states else 0
    fit = _fit(question, row, column)
    return Suggestion(
        kind="develop" if states[lively] == "active" else "revitalise",
        organisation=question.party(row),
        candidate=question.party(column),
        score=sum(reason.points for reason in fit),
        reasons=tuple(fit),
        link=links[lively].id,
        state=states[lively],
    )


def _fit(question: Question, row: int, column: int) -> list[Evidence]:
    """Return how well two partners fit, as if they were not linked, strongest first."""
    rows, columns = np.array([row]), np.array([column])
    points = score(Block(question.index, rows, columns, pairs=True), question.table).points(np.arange(1), columns)
    found = []
    for reason in REASONS:
        value = int(points[reason.key][0]) if reason.key in points else 0
        if value and (told := reason.tell(question.index, row, column)) is not None:
            found.append(Evidence.told(reason.key, value, *told))
    return sorted(found, key=lambda evidence: -evidence.points)


def file_name(*organisations: Organisation) -> str:
    """Return the name of a letter's file: the same for the same organisations, and safe on every system.

    It has small letters of ASCII, digits and hyphens alone. That of one organisation has its id, so no two are alike.

    >>> file_name(Organisation(id="town-3194828", name="Mostar", country="BA"))
    'mostar-ba-town-3194828.html'
    >>> towns = [Organisation(id="town-1", name="Łódź", country="PL"), Organisation(id="town-2", name="Битола")]
    >>> file_name(*towns)
    'lodz-bitola.html'
    """
    if len(organisations) > 1:
        return f"{'-'.join(_plain(one.name) or _identified(one.id) for one in organisations)}.html"
    [one] = organisations
    parts = (_plain(one.name), (one.country or "").lower(), _identified(one.id))
    return f"{'-'.join(part for part in parts if part)}.html"


def _plain(name: str) -> str:
    return _NOT_PLAIN.sub("-", fold(name))[:_LONGEST].strip("-")


def _identified(identifier: str) -> str:
    """Return an id as part of a file's name; one with other signs gets a digest, so that no two are alike."""
    plain = _NOT_PLAIN.sub("-", identifier.lower())[:_LONGEST].strip("-")
    if plain == identifier:
        return plain
    digest = hashlib.sha256(identifier.encode("utf-8", "backslashreplace")).hexdigest()[:12]
    return f"{plain}-{digest}".strip("-")
