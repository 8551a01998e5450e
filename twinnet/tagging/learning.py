"""Learn what words speak for which theme, from texts whose themes are known (this module is scikit-learn's door here).

One linear support vector machine a theme ("this theme or not"), and one for "any theme at all", over the pieces of
:mod:`twinnet.tagging.words`: convex, so the same texts give the same weights. A text may have several themes, or none.
For "any theme" texts of one collection share a constant of their own, since collections differ in how many of their
texts name none. What a machine says of texts that it was not fitted to, and whether a keyword of the theme stands in
them, is turned into log-odds (Platt scaling), and into a threshold for each theme.

Platt: Probabilistic outputs for support vector machines, in: Advances in large margin classifiers, MIT Press 1999.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from twinnet.tagging.keywords import Keywords
from twinnet.tagging.words import PAIR, UNIT, Places, Weights, pairs_of, pieces, shares_of, text_size, words
from twinnet.taxonomy import Taxonomy

if TYPE_CHECKING:
    from scipy import sparse

    from twinnet.tagging.embedding import Embedding

Floats = npt.NDArray[np.float64]
Vector = npt.NDArray[np.float32]

KEYWORDS = "keywords"
"""The collection of the taxonomy's keywords."""
MIXED = "mixed"
"""The collection of texts put together of keywords and of sentences that name no theme."""
_UNJUDGED = (KEYWORDS, MIXED)
_EMBEDDING_STRENGTH = 10.0
"""The inverse of the ridge of the function of vectors."""
_THRESHOLDS = (-2.0, 6.0)
"""The least and the most that a threshold may be, in log-odds."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text whose themes are known (none: it names no theme).

    ``collection`` is where it is from, ``weight`` how much it counts and ``group`` what it is never parted from
    (the descriptions of one project).
    """

    text: str
    themes: frozenset[str]
    collection: str
    weight: float = 1.0
    group: str = ""


@dataclass(frozen=True, slots=True)
class LearnOptions:
    """How weights are learned.

    ``strength`` is the inverse of the ridge. Pieces that stand in fewer than ``least_texts`` texts are left out, then
    those whose greatest weight is below ``least_weight`` (log-odds); single weights below ``least_cell`` too. A word
    counts less the more texts of the ``common_from`` or more that have it. Thresholds let at most the share
    ``false_tags`` of texts without a theme get one, by texts left out in one of ``folds`` folds.
    """

    strength: float = 1.0
    least_texts: int = 2
    least_weight: float = 1.0
    least_cell: float = 0.4
    common_from: int = 6
    folds: int = 3
    false_tags: float = 0.25


def common_words(texts: Iterable[Labelled], least: int) -> dict[str, float]:
    """Return how much each word of at least ``least`` texts counts: the inverse document frequency, from 0 to 1."""
    counts: Counter[str] = Counter()
    size = 0
    for text in texts:
        counts.update({key for _, key in words(text.text)})
        size += 1
    return {
        word: round(math.log((size + 1) / (count + 1)) / math.log(size + 1), 2)
        for word, count in sorted(counts.items())
        if count >= least
    }


class Vocabulary:
    """Turns texts into rows of pieces; each new piece is a new column."""

    def __init__(self, common: Mapping[str, float]) -> None:
        self.common = common
        self.of: dict[str, int] = {}
        self._pieces: dict[str, tuple[list[int], float]] = {}

    def matrix(self, texts: Sequence[str]) -> sparse.csr_array:
        """Return the texts (rows) by their pieces (columns), float32."""
        from scipy import sparse as sp

        data: list[float] = []
        indices: list[int] = []
        indptr = [0]
        for text in texts:
            row = self._row(text)
            indices += row.keys()
            data += row.values()
            indptr.append(len(indices))
        shape = (len(texts), len(self.of))
        cells = (np.array(data, np.float32), np.array(indices, np.int32), np.array(indptr, np.int32))
        return sp.csr_array(cells, shape=shape)

    def _row(self, text: str) -> dict[int, float]:
        keys = [key for _, key in words(text)]
        shares = shares_of(keys, self.common)
        row: dict[int, float] = {}
        for key, share in shares.items():
            columns, scale = self._columns(key)
            for column in columns:
                row[column] = row.get(column, 0.0) + share * scale
        beside = pairs_of(keys, shares)
        for piece in beside:
            row[self.of.setdefault(piece, len(self.of))] = PAIR
        size = text_size(shares.values(), len(beside))
        return {column: value / size for column, value in sorted(row.items())}

    def _columns(self, key: str) -> tuple[list[int], float]:
        found = self._pieces.get(key)
        if found is None:
            every = pieces(key)
            columns = [self.of.setdefault(piece, len(self.of)) for piece in every]
            found = self._pieces[key] = (columns, 1 / math.sqrt(len(every)))
        return found


def learn(
    texts: Sequence[Labelled],
    themes: Sequence[str],
    options: LearnOptions | None = None,
    *,
    keywords: Keywords | None = None,
    about: Mapping[str, Any] | None = None,
) -> Weights:
    """Learn the weights of pieces of words and of keywords, the constants and the thresholds.

    Texts of the collections ``keywords`` and ``mixed`` are learned from and not judged by. ``keywords`` are those that
    are looked for in texts (None: those of the built-in taxonomy); ``about`` is what the card says.
    """
    from scipy import sparse as sp

    options = options or LearnOptions()
    keywords = keywords or _known(themes)
    judged = _judge(texts, themes, options, keywords)
    thresholds = _thresholds(judged.log_odds, judged.said, options.false_tags)
    matrix, scale = judged.matrix, judged.scale
    coefficients, constants = _fit(matrix, judged.said, texts, options.strength)
    coefficients = coefficients * scale
    coefficients = np.where(np.abs(coefficients) < options.least_cell, 0, coefficients)
    strong = np.flatnonzero(np.abs(coefficients).max(1) >= options.least_weight)
    rows = sorted(strong.tolist(), key=judged.pieces.__getitem__)
    table = sp.csr_array(np.rint(coefficients[rows] * UNIT).astype(np.int32))
    of = Places([judged.pieces[row] for row in rows])
    whole = np.round(constants * scale + judged.shift, 2).astype(np.float32)
    by_keyword = np.round(judged.named, 2).astype(np.float32)
    return Weights(tuple(themes), of, table, whole, by_keyword, thresholds, judged.common, keywords, dict(about or {}))


@dataclass(frozen=True, slots=True)
class _Judged:
    """Texts as rows of pieces, and what is said of those that were left out.

    ``matrix`` is (texts x ``pieces``); ``said`` which themes and, last, whether any is right (texts x (themes + 1));
    ``log_odds`` what machines that were not fitted to a text say of it, NaN for those unjudged; ``scale``, ``named``
    and ``shift`` (themes + 1) turn a machine's value, and whether a keyword stands in the text, into log-odds.
    """

    matrix: sparse.csr_array
    pieces: list[str]
    common: dict[str, float]
    said: npt.NDArray[np.bool_]
    log_odds: Floats
    scale: Floats
    named: Floats
    shift: Floats


def _judge(texts: Sequence[Labelled], themes: Sequence[str], options: LearnOptions, keywords: Keywords) -> _Judged:
    common = common_words((text for text in texts if text.collection not in _UNJUDGED), options.common_from)
    vocabulary = Vocabulary(common)
    matrix = vocabulary.matrix([text.text for text in texts])
    kept = np.flatnonzero(np.bincount(matrix.indices, minlength=matrix.shape[1]) >= options.least_texts)
    names = list(vocabulary.of)
    matrix = matrix[:, kept]
    said = _said(texts, themes)
    found = _found(texts, themes, keywords)
    left_out = _left_out(matrix, said, texts, options)
    scale, named, shift = _calibrated(left_out, found, said, texts)
    log_odds = left_out * scale + found * named + shift
    return _Judged(matrix, [names[at] for at in kept], common, said, log_odds, scale, named, shift)


def _said(texts: Sequence[Labelled], themes: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return which themes, and, last, whether any is right of each text (texts x (themes + 1))."""
    return np.array([[*(theme in text.themes for theme in themes), bool(text.themes)] for text in texts])


def _known(themes: Sequence[str]) -> Keywords:
    """Return the built-in keywords of these themes."""
    return Keywords.of(theme for theme in Taxonomy.builtin().themes() if theme.key in themes)


def _found(texts: Sequence[Labelled], themes: Sequence[str], keywords: Keywords) -> Floats:
    """Return whether a keyword of each theme, and, last, of any theme, stands in each text (texts x (themes + 1))."""
    found = np.zeros((len(texts), len(themes) + 1))
    columns = {theme: at for at, theme in enumerate(themes)}
    for row, text in enumerate(texts):
        named = keywords.find([key for _, key in words(text.text)])
        for theme in named:
            found[row, columns[theme]] = 1
        found[row, -1] = bool(named)
    return found


def folds_of(texts: Sequence[Labelled], folds: int) -> npt.NDArray[np.int64]:
    """Return the fold of each text: by its content, or that of its group, so that the order does not matter."""
    marks = (zlib.crc32((text.group or text.text).encode("utf-8")) for text in texts)
    return np.array([mark % folds for mark in marks], np.int64)


def _fit(
    matrix: sparse.csr_array, said: npt.NDArray[np.bool_], texts: Sequence[Labelled], strength: float
) -> tuple[Floats, Floats]:
    """Return the coefficients (pieces x themes) and constants of all themes."""
    from scipy import sparse as sp
    from sklearn.svm import LinearSVC

    collections = sorted({text.collection for text in texts})
    own = np.zeros((len(texts), len(collections)), np.float32)
    for at, text in enumerate(texts):
        own[at, collections.index(text.collection)] = 1
    alone = _narrow(matrix)
    whole = _narrow(sp.csr_array(sp.hstack([matrix, sp.csr_array(own)], format="csr")))
    weight = np.array([text.weight for text in texts])
    coefficients = np.zeros((matrix.shape[1], said.shape[1]))
    constants = np.zeros(said.shape[1])
    for at in range(said.shape[1]):
        model = LinearSVC(C=strength, tol=1e-2, random_state=0, dual=True)
        model.fit(whole if at == said.shape[1] - 1 else alone, said[:, at], sample_weight=weight)
        coefficients[:, at] = model.coef_[0, : matrix.shape[1]]
        constants[at] = model.intercept_[0]
    return coefficients, constants


def _narrow(matrix: sparse.csr_array) -> sparse.csr_array:
    """Return a matrix with the narrow indices that scikit-learn asks for."""
    from scipy import sparse as sp

    cells = (matrix.data, matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32))
    return sp.csr_array(cells, shape=matrix.shape)


def _left_out(
    matrix: sparse.csr_array, said: npt.NDArray[np.bool_], texts: Sequence[Labelled], options: LearnOptions
) -> Floats:
    """Return what machines say (texts x (themes + 1)) of texts that they were not fitted to; NaN for those unjudged."""
    fold = folds_of(texts, options.folds)
    keywords = np.array([text.collection == KEYWORDS for text in texts])
    judged = np.array([text.collection not in _UNJUDGED for text in texts])
    found = np.full(said.shape, np.nan)
    for at in range(options.folds):
        inside = np.flatnonzero(keywords | (fold != at)).tolist()
        outside = np.flatnonzero(judged & (fold == at)).tolist()
        fitted = [texts[row] for row in inside]
        coefficients, constants = _fit(matrix[inside], said[inside], fitted, options.strength)
        found[outside] = matrix[outside] @ coefficients + constants
    return found


def _calibrated(
    left_out: Floats, found: Floats, said: npt.NDArray[np.bool_], texts: Sequence[Labelled]
) -> tuple[Floats, Floats, Floats]:
    """Return by what machines' values are multiplied to be log-odds, what a keyword adds, and what is added to all."""
    from sklearn.linear_model import LogisticRegression

    judged = np.flatnonzero(~np.isnan(left_out[:, 0])).tolist()
    weight = np.array([texts[row].weight for row in judged])
    scale, named, shift = np.ones(said.shape[1]), np.zeros(said.shape[1]), np.zeros(said.shape[1])
    for at in range(said.shape[1]):
        model = LogisticRegression(C=100.0)
        both = np.column_stack([left_out[judged, at], found[judged, at]])
        model.fit(both, said[judged, at], sample_weight=weight)
        scale[at], named[at], shift[at] = model.coef_[0, 0], max(model.coef_[0, 1], 0.0), model.intercept_[0]
    return scale, named, shift


def _thresholds(log_odds: Floats, said: npt.NDArray[np.bool_], false_tags: float) -> Vector:
    """Return from which log-odds (of the theme and of any theme, together) each theme is said.

    Texts without a theme that were left out get one in at most the share ``false_tags`` of cases, of which each theme
    has an equal part: a theme that such texts seem to name (capacity) has to be surer than one that they never do
    (sport).
    """
    without = ~np.isnan(log_odds[:, 0]) & ~said[:, -1]
    themes = said.shape[1] - 1
    if not without.any():
        return np.zeros(themes, np.float32)
    together = log_odds[without, :-1] + log_odds[without, -1:]
    found: Vector = np.clip(np.quantile(together, 1 - false_tags / themes, axis=0), *_THRESHOLDS).astype(np.float32)
    return np.round(found, 2)


def learn_embedding(
    texts: Sequence[Labelled],
    themes: Sequence[str],
    vector: Callable[[str], Vector],
    options: LearnOptions | None = None,
    *,
    about: Mapping[str, Any] | None = None,
) -> Embedding:
    """Learn the linear function of texts' vectors (``vector``: a text -> 384 numbers): a logistic regression a column.

    ``texts`` are those that :func:`learn` takes: what words say of them is needed for the thresholds of both together.
    """
    from twinnet.tagging.embedding import Embedding

    options = options or LearnOptions()
    rows = [row for row, text in enumerate(texts) if text.collection not in _UNJUDGED]
    by_words = _judge(texts, themes, options, _known(themes)).log_odds[rows]
    judged = [texts[row] for row in rows]
    vectors = np.array([vector(text.text) for text in judged])
    said, fold = _said(judged, themes), folds_of(judged, options.folds)
    weight = np.array([text.weight for text in judged])
    left_out = np.zeros(said.shape)
    for at in range(options.folds):
        table, constants = _regressed(vectors[fold != at], said[fold != at], weight[fold != at])
        left_out[fold == at] = vectors[fold == at] @ table + constants
    thresholds = _thresholds((left_out + by_words) / 2, said, options.false_tags)
    rounded = [np.round(part, 3).astype(np.float32) for part in _regressed(vectors, said, weight)]
    return Embedding(tuple(themes), rounded[0], rounded[1], thresholds, dict(about or {}))


def _regressed(vectors: Vector, said: npt.NDArray[np.bool_], weight: Floats) -> tuple[Floats, Floats]:
    """Return the coefficients (384 x columns) and constants; a vector's mean is taken out while they are sought."""
    from sklearn.linear_model import LogisticRegression

    mean = vectors.mean(0)
    table, constants = np.zeros((vectors.shape[1], said.shape[1])), np.zeros(said.shape[1])
    for at in range(said.shape[1]):
        model = LogisticRegression(C=_EMBEDDING_STRENGTH, max_iter=500)
        model.fit(vectors - mean, said[:, at], sample_weight=weight)
        table[:, at], constants[at] = model.coef_[0], model.intercept_[0] - mean @ model.coef_[0]
    return table, constants
