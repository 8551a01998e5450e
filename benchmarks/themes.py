"""How well themes of texts are told, beside the nearest label by characters; and how fast.

Four sets of texts. The labelled cases of the shared data were looked at while the tagger was made, though nothing is
learned from them. Our own sentences to check by were not learned from, but the same hands wrote those to learn from and
the keywords. The projects are learned from: with ``held_out`` they are told by weights that were learned from the other
two thirds of them. Of the 10,000 texts only the time counts.
"""

from __future__ import annotations

import csv
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks import theme_texts
from benchmarks.shared import DATA, has, show
from benchmarks.theme_texts import Described
from twinnet.tagging import Tagger
from twinnet.tagging.embedding import Embedding, installed
from twinnet.tagging.learning import Labelled, folds_of, learn, learn_embedding
from twinnet.tagging.words import DATA as WEIGHTS
from twinnet.tagging.words import Weights
from twinnet.taxonomy import Taxonomy

_CASES = "themes/cases.csv"
_FOLDS = 3
_LENGTH = 400
_MANY = 10_000
_SEED = 4
"""Of the projects one description each is told, by the choice of the measuring script beside the shared data."""


@dataclass(frozen=True, slots=True)
class Case:
    """A text, the themes that are right (none: it names no theme), its language and style."""

    text: str
    themes: frozenset[str]
    language: str
    style: str


Tell = Callable[[Sequence[str]], list[list[str]]]
"""Gives the themes of each text, the likeliest first."""


class NearestLabel:
    """What a user would do instead: the label whose character n-grams are nearest, by TF-IDF; it never abstains."""

    def __init__(self) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        labels = [(label, theme.key) for theme in Taxonomy.builtin().themes() for label in theme.labels.values()]
        self._keys = np.array([key for _, key in labels])
        self._vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4))
        self._labels = self._vectorizer.fit_transform([label for label, _ in labels])

    def __call__(self, texts: Sequence[str]) -> list[list[str]]:
        found = []
        for start in range(0, len(texts), 1000):
            near = (self._vectorizer.transform(texts[start : start + 1000]) @ self._labels.T).toarray()
            order = np.argsort(-near, axis=1, kind="stable")[:, :60]
            found += [[*dict.fromkeys(self._keys[row].tolist())][:3] for row in order]
        return found


def by(tagger: Tagger) -> Tell:
    return lambda texts: [[tag.theme for tag in tags] for tags in tagger.tag_all(texts)]


def cases() -> list[Case]:
    """Return the labelled cases of the shared data."""
    with (DATA / _CASES).open(encoding="utf-8", newline="") as file:
        return [
            Case(row["text"], frozenset({row["theme"], *row["also_acceptable"].split(";")} - {""}), row["lang"], "")
            for row in csv.DictReader(file)
        ]


def checks() -> list[Case]:
    """Return our own sentences to check by."""
    styles = {"k": "named", "p": "paraphrased", "": "without a theme"}
    return [Case(one.text, one.themes, one.language, styles[one.style]) for one in theme_texts.sentences("check")]


def share(told: Iterable[Sequence[str]], right: Iterable[Case], top: int) -> float:
    """Return the share of texts with a right theme among the first ``top``; of texts without one, that nothing is told.

    >>> share([["youth", "sport"], []], [Case("", frozenset({"sport"}), "en", ""), Case("", frozenset(), "en", "")], 1)
    0.5
    """
    marks = [
        bool(one.themes & {*themes[:top]}) if one.themes else not themes
        for themes, one in zip(told, right, strict=True)
    ]
    return sum(marks) / len(marks)


def run(*, held_out: bool, embed: bool) -> None:
    """Print every figure; with ``embed`` also of the extra, with ``held_out`` also of projects not learned from."""
    taggers: dict[str, Tell] = {"words": by(Tagger.open())}
    if embed and installed():
        taggers["embed"] = by(Tagger.open(embed=True))
    elif embed:
        print("the extra twinnet[embed] is not installed: its figures are left out")
    baseline = NearestLabel()
    if has(_CASES):
        print("labelled cases (seen while the tagger was made, not learned from)")
        _cases({**taggers, "nearest label": baseline}, cases())
    print("our sentences to check by (not learned from; written by those who wrote what is learned from)")
    _checks({**taggers, "nearest label": baseline}, checks())
    described = theme_texts.projects()
    if described:
        _projects(taggers, described, held_out=held_out)
    _speed(baseline, described)


def _cases(taggers: Mapping[str, Tell], found: list[Case]) -> None:
    for name, tell in taggers.items():
        told = tell([one.text for one in found])
        top = {at: share(told, found, at) for at in (1, 3)}
        show(f"  {name}: top-1 of {len(found)}", top[1], "", f"top-3 {top[3]:.3f}; {_weakest(told, found)}")


def _checks(taggers: Mapping[str, Tell], found: list[Case]) -> None:
    for name, tell in taggers.items():
        told = tell([one.text for one in found])
        for style in ("named", "paraphrased", "without a theme"):
            some = [(themes, one) for themes, one in zip(told, found, strict=True) if one.style == style]
            themes, right = [one for one, _ in some], [one for _, one in some]
            beside = f"top-3 {share(themes, right, 3):.3f}; " if right[0].themes else "abstains; "
            show(f"  {name}: {style}, {len(some)}", share(themes, right, 1), "", beside + _weakest(themes, right))


def _weakest(told: Sequence[Sequence[str]], found: Sequence[Case]) -> str:
    """Say the share of each language, the weakest first."""
    by_language: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(found):
        by_language[one.language].append(at)
    shares = {
        language: share([told[at] for at in rows], [found[at] for at in rows], 1)
        for language, rows in by_language.items()
    }
    ranked = sorted(shares.items(), key=lambda item: (item[1], item[0]))
    return "weakest " + ", ".join(f"{language} {value:.2f}" for language, value in ranked[:5])


def _projects(taggers: Mapping[str, Tell], described: list[Described], *, held_out: bool) -> None:
    chance = random.Random(_SEED)  # noqa: S311 - a sample
    texts = [chance.choice(one.texts)[:_LENGTH] for one in described]
    right = [Case(text, one.themes, "", "") for text, one in zip(texts, described, strict=True)]
    print("descriptions of Interreg projects")
    for name, tell in taggers.items():
        _said(f"  {name}, learned from them too", tell(texts), right)
    if not held_out:
        print("  told by weights learned without them: not measured (--held-out)")
        return
    groups = [Labelled("", frozenset(), "projects", group=one.name) for one in described]
    fold_of = folds_of(groups, _FOLDS).tolist()
    vectors = _Vectors() if "embed" in taggers else None
    told: dict[str, dict[int, list[str]]] = {name: {} for name in taggers}
    for fold in range(_FOLDS):
        rest = [one for one, at in zip(described, fold_of, strict=True) if at != fold]
        left = [row for row, at in enumerate(fold_of) if at == fold]
        parts = theme_texts.to_learn_from(rest)
        texts_of = [text for part in parts.values() for text in part]
        weights = learn(texts_of, Taxonomy.builtin().keys())
        tellers = {"words": by(Tagger(weights, Taxonomy.builtin()))}
        if vectors is not None:
            tellers["embed"] = by(_without(vectors, weights, texts_of))
        for name, tell in tellers.items():
            told[name].update(zip(left, tell([texts[row] for row in left]), strict=True))
    for name, found in told.items():
        _said(f"  {name}, held out in {_FOLDS} folds", [found[row] for row in range(len(texts))], right)


def _said(what: str, told: list[list[str]], right: list[Case]) -> None:
    silent = sum(not themes for themes in told) / len(told)
    beside = f"top-3 {share(told, right, 3):.3f}, abstains {silent:.3f}"
    show(f"{what}: top-1 of {len(right)}", share(told, right, 1), "", beside)


class _Vectors:
    """Vectors of texts, each made once."""

    def __init__(self) -> None:
        empty = np.zeros((0, 0), np.float32)
        self._model = Embedding((), empty, empty, empty, {})
        self._known: dict[str, np.ndarray] = {}

    def __call__(self, text: str) -> np.ndarray:
        if text not in self._known:
            self._known[text] = self._model.vector(text)
        return self._known[text]


def _without(vectors: _Vectors, weights: Weights, texts: list[Labelled]) -> Tagger:
    """Return the extra's tagger, learned from these texts only."""
    found = learn_embedding(texts, Taxonomy.builtin().keys(), vectors)
    return Tagger(weights, Taxonomy.builtin(), embedding=found)


def _speed(baseline: NearestLabel, described: list[Described]) -> None:
    whose = "of descriptions of projects" if described else "of our sentences"
    some = [text for one in described for text in one.texts] or [one.text for one in theme_texts.sentences("learn")]
    # Each text begins elsewhere in the row of all texts, so that none is met twice.
    row = " ".join(some)
    step = max(1, (len(row) - _LENGTH) // _MANY)
    texts = [row[at * step : at * step + _LENGTH] for at in range(_MANY)]
    fresh = Tagger(Weights.load(WEIGHTS), Taxonomy.builtin())
    spent = {}
    for name, tell in (("ours", by(fresh)), ("theirs", baseline)):
        start = time.perf_counter()
        tell(texts)
        spent[name] = time.perf_counter() - start
    beside = f"nearest label: {spent['theirs']:.1f} s, {spent['theirs'] / spent['ours']:.1f} x as long"
    show(f"{_MANY:,} texts of {_LENGTH} letters, {whose}", spent["ours"], "s", beside)
