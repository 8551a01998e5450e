"""What a user could pick instead: rankings that need no learning, on the same candidates.

Each takes the index (without the hidden links) and some rows, and scores every organisation as their partner (rows x n,
float64); -inf is last. Ties are broken at random by who counts the ranks. What a baseline needs once is kept in the
index's cache.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from twinnet.index import EARTH_RADIUS, MatchIndex

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]

_STEPS, _RESTART = 12, 0.15
"""Of the walker of :func:`pagerank`."""
_DIMENSIONS = 64
_KATZ, _MOST_STEPS = 0.05, 60
"""Of :func:`katz`: what a link more counts at most, and where the sum ends if it has not become still before."""


@dataclass(frozen=True)
class Baseline:
    """A named way to rank partners."""

    key: str
    label: str
    scores: Callable[[MatchIndex, Rows], Scores]

    @property
    def about(self) -> str:
        """What it does, in the first sentence of its function."""
        return (self.scores.__doc__ or "").strip().splitlines()[0]


def random(index: MatchIndex, rows: Rows) -> Scores:
    """Prefer nobody: all are equal, and ties are broken at random."""
    return np.zeros((len(rows), len(index)))


def popularity(index: MatchIndex, rows: Rows) -> Scores:
    """Prefer those with most known partners (preferential attachment).

    Barabási, Albert: Emergence of scaling in random networks, Science 286 (1999) 509-512.
    """
    return np.tile(index.degree, (len(rows), 1))


def nearest(index: MatchIndex, rows: Rows) -> Scores:
    """Prefer the nearest; who has no known place is last."""
    return -_kilometres(index, rows)


def gravity(index: MatchIndex, rows: Rows) -> Scores:
    """Prefer the large and near: product of inhabitants over the square of the distance (1 km at least).

    Zipf: The P1 P2 / D hypothesis: on the intercity movement of persons, American Sociological Review 11 (1946)
    677-686. The logarithm is taken; who has no known place or size is last.
    """
    with np.errstate(divide="ignore"):
        size = np.log(np.nan_to_num(index.population, nan=0))
        mine = np.nan_to_num(size[rows], neginf=0)
        found: Scores = mine[:, None] + size - 2 * np.log(np.maximum(_kilometres(index, rows), 1))
    return found


def adamic_adar(index: MatchIndex, rows: Rows) -> Scores:
    """Prefer those with partners in common, rare ones more: sum over common partners of 1 / ln(their partners).

    Adamic, Adar: Friends and neighbors on the Web, Social Networks 25 (2003) 211-230.
    """
    degree = index.degree
    return _common(index, rows, np.where(degree > 1, 1 / np.log(np.maximum(degree, 1.0001)), 0))


def resource_allocation(index: MatchIndex, rows: Rows) -> Scores:
    """Prefer those with partners in common: sum over common partners of 1 / their partners.

    Zhou, Lü, Zhang: Predicting missing links via local information, European Physical Journal B 71 (2009) 623-630.
    """
    return _common(index, rows, _inverse(index.degree))


def walks_of_three(index: MatchIndex, rows: Rows) -> Scores:
    """Prefer those whose partners are linked with one's own: walks u-v of three links, each over sqrt(k_u k_v).

    Kovács et al.: Network-based prediction of protein interactions, Nature Communications 10 (2019) 1240.
    """
    links = _links(index)
    root = np.sqrt(_inverse(index.degree))
    middle = sparse.csr_array(links * root[:, None] * root)
    return np.asarray((links[rows] @ middle @ links).toarray())


def katz(index: MatchIndex, rows: Rows) -> Scores:
    """Prefer those that many short walks lead to: sum over lengths l of beta^l times the walks of l links.

    beta is .05, or half of 1 / the largest eigenvalue where that is less. Katz: A new status index derived from
    sociometric analysis, Psychometrika 18 (1953) 39-43.
    """
    links, beta = _links(index), katz_beta(index)
    walks = np.zeros((len(rows), len(index)))
    walks[np.arange(len(rows)), rows] = 1
    total = np.zeros_like(walks)
    for _ in range(_MOST_STEPS):
        walks = beta * np.asarray((links @ walks.T).T)
        total += walks
        if walks.max(initial=0) <= 1e-12 * total.max(initial=0):
            break
    return total


def katz_beta(index: MatchIndex) -> float:
    """Return how much a walk counts less for each link more."""
    key = "evaluation: katz beta"
    if key not in index.cache:
        values = np.abs(_eigen(index)[0])
        index.cache[key] = min(_KATZ, 0.5 / max(float(values.max(initial=0)), 1e-9))
    return float(index.cache[key])


def pagerank(index: MatchIndex, rows: Rows) -> Scores:
    """Prefer those where a walker along links is found that starts anew with .15 a step (12 steps).

    Haveliwala: Topic-sensitive PageRank, WWW (2002) 517-526.
    """
    links = _links(index)
    step = sparse.csr_array(links * _inverse(index.degree))
    at = np.zeros((len(index), len(rows)))
    at[rows, np.arange(len(rows))] = 1
    total = np.zeros_like(at)
    for length in range(_STEPS):
        total += _RESTART * (1 - _RESTART) ** length * at
        at = np.asarray(step @ at)
    return np.ascontiguousarray(total.T)


def svd(index: MatchIndex, rows: Rows) -> Scores:
    """Prefer those that the links, brought down to 64 dimensions by singular values, lie near.

    Liben-Nowell, Kleinberg: The link-prediction problem for social networks, JASIST 58 (2007) 1019-1031.
    """
    values, vectors = _eigen(index)
    return np.asarray((vectors[rows] * values) @ vectors.T)


BASELINES: tuple[Baseline, ...] = (
    Baseline("random", "random", random),
    Baseline("popularity", "popularity", popularity),
    Baseline("nearest", "nearest", nearest),
    Baseline("gravity", "gravity", gravity),
    Baseline("adamic_adar", "Adamic-Adar", adamic_adar),
    Baseline("resource_allocation", "resource allocation", resource_allocation),
    Baseline("walks_of_three", "walks of three (L3)", walks_of_three),
    Baseline("katz", "Katz", katz),
    Baseline("pagerank", "personalised PageRank", pagerank),
    Baseline("svd", "SVD, 64 dimensions", svd),
)
"""Every baseline, simplest first."""


def _links(index: MatchIndex) -> sparse.csr_array:
    key = "evaluation: links"
    if key not in index.cache:
        index.cache[key] = index.links.astype(np.float64)
    found: sparse.csr_array = index.cache[key]
    return found


def _inverse(degree: Scores) -> Scores:
    return np.where(degree > 0, 1 / np.maximum(degree, 1), 0)


def _common(index: MatchIndex, rows: Rows, weight: Scores) -> Scores:
    links = _links(index)
    return np.asarray((sparse.csr_array(links[rows] * weight) @ links).toarray())


def _kilometres(index: MatchIndex, rows: Rows) -> Scores:
    """Return the distances along the Earth's surface, inf where a place is unknown."""
    chord2 = 2 - 2 * np.clip(index.unit[rows] @ index.unit.T, -1, 1)
    apart = 2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.maximum(chord2, 0)) / 2)
    return np.where(np.isnan(apart), np.inf, apart)


def _eigen(index: MatchIndex) -> tuple[Scores, Scores]:
    """Return the eigenvalues of the links that are largest in size, and their vectors (n x dimensions).

    The matrix is symmetric: its singular values are the sizes of its eigenvalues. Among the orthogonal vectors of one
    value any choice spans the same space; a start that does not change keeps the choice the same.
    """
    key = "evaluation: eigen"
    if key not in index.cache:
        links, n = _links(index), len(index)
        if n <= 2 * _DIMENSIONS:
            values, vectors = np.linalg.eigh(links.toarray())
            largest = np.argsort(-np.abs(values), kind="stable")[:_DIMENSIONS]
            index.cache[key] = values[largest], vectors[:, largest]
        else:
            from scipy.sparse.linalg import eigsh

            index.cache[key] = eigsh(links, k=_DIMENSIONS, which="LM", v0=np.ones(n), tol=1e-6)
    found: tuple[Scores, Scores] = index.cache[key]
    return found
