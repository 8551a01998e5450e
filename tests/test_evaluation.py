"""Hidden links stay hidden, ranks are what they should be, and figures have known answers."""

import dataclasses
import datetime as dt
import itertools
import json
from collections.abc import Iterable

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from twinnet import scoring
from twinnet.errors import RulesError
from twinnet.evaluation import MODEL, Plan, baselines, evaluate, filling, markdown, measures, splits, text, trials
from twinnet.evaluation.measures import Resampling, Seen, calibration, expected_share
from twinnet.evaluation.splits import Split
from twinnet.evaluation.trials import Queries
from twinnet.evidence import Block
from twinnet.graph import Network
from twinnet.index import MatchIndex
from twinnet.models import Link, Organisation, Partner, Project
from twinnet.reasons import learned_features

COUNTRIES = {"AT": (47.0, 13.0), "BA": (44.0, 18.0), "FR": (46.0, 3.0), "IT": (43.0, 12.0), "RS": (44.0, 21.0)}
TODAY = dt.date(2026, 1, 1)


def town(country: str, at: int, **more: object) -> Organisation:
    """A made-up town; those of a country stand on a grid, 20 km and more apart."""
    south, west = COUNTRIES[country]
    given = {
        "id": f"{country}-{at:03}",
        "name": f"{country} {at:03}",
        "country": country,
        "latitude": south + 0.2 * (at % 10),
        "longitude": west + 0.3 * (at // 10),
        "population": 1000 * (1 + at * at),
        **more,
    }
    return Organisation.model_validate(given)


def linked(pairs: Iterable[tuple[str, str]], **more: object) -> list[Link]:
    return [
        Link.model_validate({"id": f"link-{k:04}", "a": min(a, b), "b": max(a, b), **more})
        for k, (a, b) in enumerate(pairs)
    ]


def made(seed: int = 0, size: int = 12, links: int = 90, lonely: int = 4) -> Network:
    """A network of towns of five countries, linked by chance; the last ``lonely`` of each country have no link."""
    rng = np.random.default_rng(seed)
    towns = [town(country, at) for country in COUNTRIES for at in range(size)]
    able = [t.id for t in towns if int(t.id[3:]) < size - lonely]
    pairs = [(a, b) for a, b in itertools.combinations(able, 2) if a[:2] != b[:2]]
    chosen = rng.permutation(len(pairs))[:links]
    return Network(towns, links=linked([pairs[k] for k in sorted(chosen)]))


def hide(index: MatchIndex, hidden: list[tuple[int, int]]) -> Split:
    """A split that hides the links given."""
    belongs = splits.towns(index)
    links, keys = splits._links_abroad(index, belongs)
    rows = np.array([k for k, pair in enumerate(links.tolist()) if tuple(pair) in hidden])
    return splits._split(index, belongs, keys[rows], asked=links[rows], name="by hand", seed=0)


def ranks(split: Split, scores: np.ndarray) -> trials.Placed:
    queries = Queries.of(split, 10**6)
    return trials.place(split, queries, [trials.baseline(lambda _, rows: scores[rows], "it")])["it"]


class TestSplits:
    @given(seed=st.integers(0, 50), share=st.sampled_from([0.05, 0.1, 0.4]))
    @settings(max_examples=20)
    def test_what_is_hidden_is_in_no_index_and_the_rest_is(self, seed: int, share: float) -> None:
        index = MatchIndex.of(made())
        before = index.links.toarray()
        split = splits.at_random(index, seed, share)
        left = split.index.links.toarray()
        for a, b in split.hidden.tolist():
            assert before[a, b] == 1 == before[b, a]
            assert left[a, b] == 0 == left[b, a]
        assert left.sum() == before.sum() - 2 * len(split.hidden)
        assert (index.links.toarray() == before).all()
        assert len(split.hidden) == round(share * 90)
        assert split.index.degree.sum() == left.sum()
        assert split.share == pytest.approx(len(split.hidden) / 90)

    def test_nothing_that_was_kept_of_the_whole_network_is_seen(self) -> None:
        index = MatchIndex.of(made())
        index.near(25.0)
        baselines.svd(index, np.array([0]))
        split = splits.at_random(index, 0)
        assert split.index.cache == {}
        assert split.index.degree is not index.degree

    def test_scores_are_those_of_a_network_that_never_had_the_hidden_links(self) -> None:
        network = made(links=200)
        whole, table, rows = MatchIndex.of(network), scoring.shipped(), np.arange(60)
        before = scoring.score(Block(whole, rows), table).total
        split = splits.at_random(whole, 0, 0.3)
        gone = {(split.index.ids[a], split.index.ids[b]) for a, b in split.hidden.tolist()}
        left = [link for link in network.links if not {(link.a, link.b), (link.b, link.a)} & gone]
        clean = MatchIndex.of(Network(network.organisations, links=left))
        found = scoring.score(Block(split.index, rows), table).total
        assert (found == scoring.score(Block(clean, rows), table).total).all()
        assert (found != before).any()

    def test_a_seed_gives_the_same_split_and_another_another(self) -> None:
        index = MatchIndex.of(made())
        one, same, other = (splits.at_random(index, seed) for seed in (3, 3, 4))
        assert one.hidden.tolist() == same.hidden.tolist()
        assert one.hidden.tolist() != other.hidden.tolist()

    def test_links_of_one_town_fall_on_one_side(self) -> None:
        """Every town stands twice, 1 km apart, and each link is recorded of both pairs."""
        network = made()
        doubles = [
            Organisation.model_validate({**o.model_dump(), "id": f"{o.id}-b", "latitude": (o.latitude or 0) + 0.009})
            for o in network.organisations
        ]
        links = [
            Link(id=f"{link.id}{side}", a=link.a + side, b=link.b + side)
            for link in network.links
            for side in ("", "-b")
        ]
        index = MatchIndex.of(Network([*network.organisations, *doubles], links=links))
        split = splits.at_random(index, 1)
        assert len(np.unique(split.towns)) == len(network.organisations)
        assert len(split.hidden) == 9
        left = splits._pairs_of_towns(split.index.links, split.towns)
        for a, b in split.hidden.tolist():
            assert left[split.towns[a], split.towns[b]] == 0
        assert split.index.links.nnz == 2 * 2 * (90 - 9)

    def test_towns_chain_and_do_not_cross_borders(self) -> None:
        along = [town("AT", k, latitude=47 + 0.018 * k, longitude=13.0) for k in range(3)]
        across = town("IT", 0, latitude=47.0, longitude=13.0)
        nowhere = [town("AT", 7, latitude=None, longitude=None), town("AT", 8, latitude=None, longitude=None)]
        index = MatchIndex.of(Network([*along, across, *nowhere]))
        of = dict(zip(index.ids, splits.towns(index).tolist(), strict=True))
        assert of["AT-000"] == of["AT-001"] == of["AT-002"]
        assert len({of[i] for i in ("AT-000", "IT-000", "AT-007", "AT-008")}) == 4

    def test_links_inside_a_country_and_of_none_are_never_hidden(self) -> None:
        network = made()
        extra = Organisation(id="x", name="x")
        more = [Link(id="home", a="AT-000", b="AT-001"), Link(id="lost", a="AT-000", b="x")]
        index = MatchIndex.of(Network([*network.organisations, extra], links=[*network.links, *more]))
        for seed in range(5):
            split = splits.at_random(index, seed, 0.5)
            at = index.position
            assert split.index.links[at["AT-000"], at["AT-001"]] == 1
            assert split.index.links[at["AT-000"], at["x"]] == 1

    def test_too_few_links_are_an_error(self) -> None:
        with pytest.raises(RulesError, match="7 recorded links between countries: at least 20"):
            splits.at_random(MatchIndex.of(made(links=7)), 0)


class TestByTime:
    @pytest.fixture
    def network(self) -> Network:
        towns = [town(country, at) for country in ("AT", "IT") for at in range(6)]
        pairs = [("AT-000", "IT-000", "1970"), ("AT-001", "IT-001", "1985-05"), ("AT-002", "IT-002", None)]
        pairs += [("AT-000", "IT-001", "1995"), ("AT-001", "IT-000", "2000"), ("AT-003", "IT-003", "1999-01-02")]
        links = [
            Link.model_validate({"id": f"l{k}", "a": a, "b": b, "since": since})
            for k, (a, b, since) in enumerate(pairs)
        ]
        return Network(towns, links=[*links, Link(id="again", a="AT-000", b="IT-001", kind="friendship", since="1999")])

    def named(self, split: Split) -> list[tuple[str, str]]:
        return [(split.index.ids[a], split.index.ids[b]) for a, b in split.hidden.tolist()]

    def test_newer_links_of_towns_that_had_one_are_asked_for(self, network: Network) -> None:
        index = MatchIndex.of(network)
        split = splits.after(index, network, 1990)
        assert self.named(split) == [("AT-000", "IT-001"), ("AT-001", "IT-000")]
        assert split.index.links.nnz == 2 * 2
        assert split.share == pytest.approx(3 / 5)
        assert split.barred.nnz == index.links.nnz

    def test_placeholders_are_no_years(self, network: Network) -> None:
        split = splits.after(MatchIndex.of(network), network, 1990, ignore_years=(2000,))
        assert self.named(split) == [("AT-000", "IT-001")]
        assert split.index.links.nnz == 2 * 2

    def test_undated_links_are_known_and_newcomers_asked_for_only_if_wanted(self, network: Network) -> None:
        split = splits.after(MatchIndex.of(network), network, 1990, undated_known=True, newcomers=True)
        assert ("AT-003", "IT-003") in self.named(split)
        assert split.index.links.nnz == 2 * 3

    def test_nothing_that_began_since_is_known_be_it_a_link_at_home_or_a_project(self, network: Network) -> None:
        home = [Link(id=f"home {year}", a="AT-000", b=f"AT-00{year[2]}", since=year) for year in ("1940", "1950")]
        home += [Link(id="new home", a="AT-000", b="AT-002", since="1995"), Link(id="old", a="IT-000", b="IT-004")]
        both = [Project(id=name, name=name, start=start) for name, start in (("p1", "1980"), ("p2", "1995"))]
        partners = [Partner(project=p.id, organisation=f"{c}-000") for p in both for c in ("AT", "IT")]
        wider = Network(network.organisations, links=[*network.links, *home], projects=both, partners=partners)
        for undated in (False, True):
            index = splits.after(MatchIndex.of(wider), wider, 1990, undated_known=undated).index
            at = index.position
            assert index.links[at["AT-000"], at["AT-004"]] == 1 == index.links[at["AT-000"], at["AT-005"]]
            assert index.links[at["AT-000"], at["AT-002"]] == 0
            assert index.links[at["IT-000"], at["IT-004"]] == undated
            assert index.project_ids == ("p1",)
            assert index.ids == MatchIndex.of(wider).ids

    @pytest.mark.parametrize("year", [1950, 2020])
    def test_a_year_before_or_after_all_is_an_error(self, network: Network, year: int) -> None:
        with pytest.raises(RulesError, match="both are needed"):
            splits.after(MatchIndex.of(network), network, year)

    def test_new_towns_alone_are_an_error(self, network: Network) -> None:
        with pytest.raises(RulesError, match="joins two towns that had one before"):
            splits.after(MatchIndex.of(network), network, 1971)


class TestBetween:
    def test_every_link_of_the_two_is_hidden_once_and_no_other(self) -> None:
        index = MatchIndex.of(made())
        folds = splits.between(index, "IT,FR:western-balkans", folds=4, today=TODAY)
        hidden = [tuple(pair) for fold in folds for pair in fold.hidden.tolist()]
        ends = [{index.countries[index.country[k]] for k in pair} for pair in hidden]
        assert len(set(hidden)) == len(hidden)
        assert all(len(pair & {"IT", "FR"}) == 1 == len(pair & {"BA", "RS"}) for pair in ends)
        inside = {"IT", "FR"}, {"BA", "RS"}
        coo = index.links.tocoo()
        code = [index.countries[k] for k in index.country]
        every = sum(code[a] in inside[0] and code[b] in inside[1] for a, b in zip(coo.row, coo.col, strict=True))
        assert len(hidden) == every
        for fold in folds:
            assert fold.index.links.nnz == index.links.nnz - 2 * len(fold.hidden)

    def test_two_without_links_are_an_error(self) -> None:
        with pytest.raises(RulesError, match="DE:ES has 0 recorded links"):
            splits.between(MatchIndex.of(made()), "DE:ES", today=TODAY)


class TestRanks:
    def test_a_perfect_scorer_is_always_first(self) -> None:
        split = splits.at_random(MatchIndex.of(made()), 0)
        perfect = np.zeros((len(split.index),) * 2)
        perfect[split.hidden[:, 0], split.hidden[:, 1]] = perfect[split.hidden[:, 1], split.hidden[:, 0]] = 1
        # Another hidden partner of the asked town is no candidate, so it stands before nobody.
        placed = ranks(split, perfect)
        assert placed.rank.tolist() == [1] * len(placed.rank)
        assert np.nanmin(placed.even) == 1 == np.nanmin(placed.alike)

    def test_ranks_count_candidates_abroad_that_are_no_partners(self) -> None:
        towns = [town(c, at) for c, at in (("AT", 0), ("AT", 1), ("IT", 0), ("IT", 1), ("IT", 2), ("FR", 0))]
        links = linked([("AT-000", "IT-000"), ("AT-000", "IT-001"), ("AT-001", "FR-000")])
        index = MatchIndex.of(Network(towns, links=links))
        at = index.position
        split = hide(index, [(at["AT-000"], at["IT-001"])])
        score = np.zeros((6, 6))
        for name, value in (("AT-001", 9), ("IT-000", 8), ("IT-002", 7), ("IT-001", 5), ("FR-000", 3)):
            score[at["AT-000"], at[name]] = value
        placed = ranks(split, score)
        asked = Queries.of(split, 10).asked.tolist()
        # Left are IT-002 and FR-000: at home is AT-001, and IT-000 is a partner already.
        assert placed.rank[asked.index(at["AT-000"])] == 2
        assert placed.even[asked.index(at["AT-000"])] == 0.5

    def test_a_town_counts_once_with_its_best_organisation(self) -> None:
        double = town("IT", 2, id="IT-002-b", name="body of IT 002", latitude=COUNTRIES["IT"][0] + 0.4 + 0.009)
        towns = [*(town(c, at) for c, at in (("AT", 0), ("IT", 0), ("IT", 1), ("IT", 2))), double]
        index = MatchIndex.of(Network(towns, links=linked([("AT-000", "IT-000"), ("AT-000", "IT-001")])))
        at = index.position
        split = hide(index, [(at["AT-000"], at["IT-001"])])
        score = np.zeros((5, 5))
        score[at["AT-000"], [at["IT-002"], at["IT-002-b"], at["IT-001"]]] = [7, 8, 5]
        placed = ranks(split, score)
        assert placed.rank[Queries.of(split, 10).asked.tolist().index(at["AT-000"])] == 2

    def test_ties_are_broken_evenly(self) -> None:
        placed = [ranks(splits.at_random(MatchIndex.of(made()), s, 0.3), np.zeros((60, 60))) for s in range(30)]
        rank = np.concatenate([p.rank for p in placed])
        # 48 towns are abroad, less some partners: in the middle, and each rank about as often.
        assert 18 < rank.mean() < 25
        assert rank.min() == 1
        assert np.concatenate([p.even for p in placed]).mean() == 0.5

    def test_random_scores_have_half_the_area(self) -> None:
        split = splits.at_random(MatchIndex.of(made(links=200)), 0, 0.5)
        placed = ranks(split, np.random.default_rng(1).random((60, 60)))
        assert np.nanmean(placed.even) == pytest.approx(0.5, abs=0.07)
        assert np.nanmean(placed.alike) == pytest.approx(0.5, abs=0.07)

    def test_popularity_is_worth_nothing_among_those_as_well_linked(self) -> None:
        split = splits.at_random(MatchIndex.of(made(links=200)), 0, 0.5)
        placed = ranks(split, np.tile(np.minimum(split.degree, 5)[split.towns], (60, 1)))
        exact = split.degree[Queries.of(split, 10**6).target] < 5
        assert np.nanmean(placed.alike[exact]) == 0.5

    def test_the_share_without_a_link_among_the_first_ten(self) -> None:
        assert trials._share_of_top(np.arange(20.0), np.arange(20) >= 15) == 0.5
        assert trials._share_of_top(np.zeros(20), np.arange(20) >= 15) == 0.25
        assert trials._share_of_top(np.array([3.0, 2, 1]), np.array([True, False, False])) == pytest.approx(1 / 3)
        assert np.isnan(trials._share_of_top(np.zeros(0), np.zeros(0, bool)))

    def test_the_answer_is_the_same_under_another_size_of_block(self, monkeypatch: pytest.MonkeyPatch) -> None:
        split = splits.at_random(MatchIndex.of(made()), 0, 0.3)
        queries = Queries.of(split, 10**6)
        scorers = [trials.baseline(b.scores, b.key) for b in baselines.BASELINES[:5]]
        one = trials.place(split, queries, scorers)
        monkeypatch.setattr(trials, "blocks", lambda rows: (rows[k : k + 5] for k in range(0, len(rows), 5)))
        other = trials.place(split, queries, scorers)
        for key, placed in one.items():
            assert placed.rank.tolist() == other[key].rank.tolist(), key

    def test_fewer_queries_are_asked_from_both_ends(self) -> None:
        split = splits.at_random(MatchIndex.of(made()), 0, 0.5)
        queries = Queries.of(split, 10)
        assert queries.main.sum() == 10
        assert len(np.unique(queries.link[queries.main])) == 5
        inside = trials.slices(split, queries)
        # Those of the corridor are all asked, beside the main ones, and counted there alone.
        every = trials.slices(split, Queries.of(split, 10**6))
        for name in ("old Europe – South-East", "Western Balkans"):
            assert inside[name].sum() == every[name].sum()
        assert inside["all"].sum() == 10
        alone = Queries.of(split, 10, groups=False)
        assert len(alone) == 10 == alone.main.sum()
        assert set(alone.link) == set(queries.link[queries.main])

    def test_slices_say_what_they_mean(self) -> None:
        index = MatchIndex.of(made())
        split = splits.at_random(index, 2, 0.5)
        queries = Queries.of(split, 10**6)
        found = trials.slices(split, queries)
        degree = split.index.degree
        for k, row in enumerate(queries.asked.tolist()):
            partner = degree[split.towns == queries.target[k]].sum()
            assert found["cold query"][k] == (degree[row] == 0)
            assert found["cold partner"][k] == (partner == 0)
            assert found["cold"][k] == (degree[row] == 0 or partner == 0)
            assert found["warm"][k] != found["cold"][k]
            assert found["under 20,000"][k] == (index.population[row] < 20_000)


class TestBaselines:
    @pytest.fixture
    def index(self) -> MatchIndex:
        return MatchIndex.of(made(3))

    @pytest.fixture
    def graph(self, index: MatchIndex) -> "nx.Graph[int]":
        graph: nx.Graph[int] = nx.from_scipy_sparse_array(index.links)
        return graph

    rows = np.array([0, 5, 17, 40])

    def pairs(self, index: MatchIndex) -> list[tuple[int, int]]:
        return [(int(a), b) for a in self.rows for b in range(len(index)) if a != b]

    def test_each_has_a_source_or_needs_none_and_gives_a_score_for_every_pair(self, index: MatchIndex) -> None:
        for baseline in baselines.BASELINES:
            scores = baseline.scores(index, self.rows)
            assert scores.shape == (4, 60), baseline.key
            assert scores.dtype == np.float64
            assert not np.isnan(scores).any()
            assert baseline.about.startswith("Prefer")
        assert len({b.key for b in baselines.BASELINES}) == 10

    def test_adamic_adar_and_resource_allocation(self, index: MatchIndex, graph: "nx.Graph[int]") -> None:
        for ours, theirs in (
            (baselines.adamic_adar, nx.adamic_adar_index),
            (baselines.resource_allocation, nx.resource_allocation_index),
        ):
            found = dict(zip(self.rows.tolist(), ours(index, self.rows), strict=True))
            for a, b, value in theirs(graph, self.pairs(index)):
                assert found[a][b] == pytest.approx(value, abs=1e-6)

    def test_walks_of_three(self, index: MatchIndex, graph: "nx.Graph[int]") -> None:
        found = dict(zip(self.rows.tolist(), baselines.walks_of_three(index, self.rows), strict=True))
        for a, b in self.pairs(index):
            value = sum(
                1 / np.sqrt(graph.degree[u] * graph.degree[v])
                for u in graph[a]
                for v in graph[b]
                if graph.has_edge(u, v)
            )
            assert found[a][b] == pytest.approx(value)

    def test_katz(self, index: MatchIndex) -> None:
        dense, beta = index.links.toarray().astype(float), baselines.katz_beta(index)
        assert beta == pytest.approx(min(0.05, 0.5 / np.abs(np.linalg.eigvalsh(dense)).max()))
        exact = np.linalg.inv(np.eye(60) - beta * dense) - np.eye(60)
        assert np.allclose(baselines.katz(index, self.rows), exact[self.rows], atol=1e-10)

    def test_pagerank_is_near_that_without_end(self, index: MatchIndex, graph: "nx.Graph[int]") -> None:
        found = baselines.pagerank(index, self.rows)
        for row, line in zip(self.rows.tolist(), found, strict=True):
            if graph.degree[row]:
                exact = nx.pagerank(graph.subgraph(nx.node_connected_component(graph, row)), 0.85, {row: 1})
                assert abs(line - np.array([exact.get(k, 0) for k in range(60)])).sum() < 2 * 0.85**12
        assert found.sum(1) == pytest.approx([1 - 0.85**12 if index.degree[r] else 0.15 for r in self.rows])

    def test_svd_is_the_best_approximation_of_its_rank(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(baselines, "_DIMENSIONS", 10)
        large, small = MatchIndex.of(made(3)), MatchIndex.of(made(3, size=3, lonely=0, links=30))
        for index in (large, small):
            dense = index.links.toarray().astype(float)
            s = np.linalg.svd(dense, compute_uv=False)
            rows = np.arange(len(index))
            off = np.linalg.norm(baselines.svd(index, rows) - dense)
            assert off == pytest.approx(np.linalg.norm(s[10:]), rel=1e-3)

    def test_popularity_nearest_and_gravity(self, index: MatchIndex) -> None:
        assert baselines.popularity(index, self.rows)[2].tolist() == index.degree.tolist()
        near = baselines.nearest(index, self.rows)
        at = index.position
        assert near[0, at["AT-001"]] == pytest.approx(-22.24, abs=0.01)
        gravity = baselines.gravity(index, self.rows)
        ratio = np.exp(gravity[0, at["AT-002"]] - gravity[0, at["AT-001"]])
        assert ratio == pytest.approx((5000 / 2000) / 2**2, rel=1e-3)

    def test_who_has_no_place_or_size_is_last(self) -> None:
        lost = town("IT", 3, latitude=None, longitude=None)
        index = MatchIndex.of(Network([town("AT", 0), town("IT", 1), lost, town("IT", 2, population=None)]))
        rows = np.array([index.position["AT-000"]])
        assert baselines.nearest(index, rows)[0, index.position["IT-003"]] == -np.inf
        gravity = baselines.gravity(index, rows)[0]
        assert gravity[index.position["IT-003"]] == gravity[index.position["IT-002"]] == -np.inf
        assert np.isfinite(gravity[index.position["IT-001"]])

    def test_without_a_link_none_fails(self) -> None:
        index = MatchIndex.of(Network([town("AT", 0), town("IT", 1)]))
        for baseline in baselines.BASELINES:
            assert np.isfinite(baseline.scores(index, np.array([0, 1]))).all(), baseline.key


class TestMeasures:
    def test_known_answers(self) -> None:
        rank = np.array([1, 2, 10, 50, 100, 101])
        assert measures.reciprocal_rank(rank).tolist() == [1, 0.5, 0.1, 0.02, 0.01, 0]
        assert [measures.hits(rank, k).sum() for k in (10, 50, 100)] == [3, 4, 5]
        assert measures.gain(np.array([3, 101])).tolist() == [0.5, 0]

    def test_an_interval_holds_the_mean_and_shrinks_with_links(self) -> None:
        rng = np.random.default_rng(0)
        spans = []
        for size in (50, 5000):
            links = np.repeat(np.arange(size), 2)
            figure = Resampling(links, links, seed=1).mean(rng.random(2 * size))
            assert figure is not None
            assert figure.low < figure.value < figure.high
            spans.append(figure.high - figure.low)
        assert spans[1] < spans[0] / 5

    def test_two_ends_of_a_link_are_no_independent_witnesses(self) -> None:
        values = np.repeat(np.random.default_rng(0).random(200), 2)
        together, apart = np.repeat(np.arange(200), 2), np.arange(400)
        wide, narrow = (Resampling(k, k, seed=1).mean(values) for k in (together, apart))
        assert wide is not None
        assert narrow is not None
        assert (wide.high - wide.low) / (narrow.high - narrow.low) == pytest.approx(2**0.5, rel=0.15)

    def test_the_interval_is_that_of_the_normal_law_where_it_should_be(self) -> None:
        values = np.random.default_rng(0).random(2000)
        figure = Resampling(np.arange(2000), np.arange(2000), seed=0).mean(values)
        assert figure is not None
        assert (figure.high - figure.low) / 2 == pytest.approx(1.96 * values.std() / 2000**0.5, rel=0.1)

    def test_nothing_has_no_figure_and_nan_is_left_out(self) -> None:
        resampling = Resampling(np.arange(3), np.arange(3), seed=0)
        assert resampling.mean(np.ones(3), np.zeros(3, bool)) is None
        figure = resampling.mean(np.array([1.0, np.nan, 3.0]))
        assert figure is not None
        assert (figure.value, figure.count) == (2, 2)

    def test_a_seed_gives_the_same_interval(self) -> None:
        values = np.random.default_rng(0).random(100)
        one, other = (Resampling(np.arange(100), np.arange(100), seed=5).mean(values) for _ in range(2))
        assert one == other


class TestCalibration:
    def test_right_probabilities_are_found_right(self) -> None:
        """Links are drawn by known probabilities, a tenth is hidden: found is what the formula expects."""
        rng = np.random.default_rng(0)
        truth = np.repeat([0.002, 0.02, 0.2, 0.6], [200_000, 50_000, 5_000, 2_000])
        link = rng.random(len(truth)) < truth
        hidden = link & (rng.random(len(truth)) < 0.1)
        left = ~link | hidden
        for saw_all, said in ((False, truth * 0.9), (True, truth)):
            number = np.flatnonzero(hidden)
            seen = Seen(said[left], np.ones(left.sum()), said[number], np.ones(len(number)), number)
            found = calibration([(seen, 0.1, saw_all)], Resampling(number, number, seed=0))
            for one in found.bins:
                assert one.low <= one.expected * 1.1
                assert one.expected * 0.9 <= one.high
                assert one.ratio == pytest.approx(1, abs=0.3)
            assert found.misplaced < 0.15
            assert sum(one.positives for one in found.bins) == hidden.sum()

    def test_the_formula(self) -> None:
        p, h = 0.3, 0.1
        exact = h * p / (1 - (1 - h) * p)
        assert expected_share(np.array([(1 - h) * p]), h)[0] == pytest.approx(exact)
        assert expected_share(np.array([p]), h, saw_all=True)[0] == pytest.approx(exact)
        assert expected_share(np.array([1.0]), h)[0] == 1

    def test_all_pairs_that_are_not_known_are_looked_at(self) -> None:
        index = MatchIndex.of(made())
        split = splits.at_random(index, 0)
        some = trials.look_at_all(split, scoring.shipped(), most=9)
        assert some.pairs.sum() == pytest.approx(60 * 48 - split.known.nnz, rel=0.1)
        assert some.weight.sum() == pytest.approx(2 * len(split.hidden), rel=0.35)
        assert some.weight.min() > 1
        for others in (10**6, 20):
            seen = trials.look_at_all(split, scoring.shipped(), others=others)
            known = int(split.known.nnz)
            assert seen.pairs.sum() == pytest.approx(60 * 48 - known, rel=1e-9 if others > 100 else 0.05)
            assert len(seen.links) == 2 * len(split.hidden)
            assert (seen.weight == 1).all()
        total = scoring.score(Block(split.index, np.arange(60)), scoring.shipped()).total
        a, b = split.hidden[0].tolist()
        assert scoring.shipped().probability(int(total[a, b])) in seen.positive


class TestFilling:
    def test_the_balance_counts_towns(self) -> None:
        index = MatchIndex.of(made())
        balance = filling.Balance.of(index)
        assert balance.linkless + balance.linked == 60
        assert not balance.betrays
        assert filling.Balance(95, 5).betrays

    def test_places_without_a_link_are_added_by_country_and_apart(self) -> None:
        network = made(lonely=0, links=200)
        index = MatchIndex.of(network)
        filled = filling.fill(network, index)
        new = [o for o in filled.organisations if not network.organisations.has(o.id)]
        balance = filling.Balance.of(MatchIndex.of(filled))
        assert balance.linked == 60
        assert len(new) == round(60 * 7 / 9)
        counts = {country: sum(o.country == country for o in new) for country in COUNTRIES}
        assert set(counts.values()) <= {9, 10}
        assert all((o.population or 0) >= 1000 and o.geonames_id for o in new)
        whole = MatchIndex.of(filled)
        first = np.isin(whole.ids, [o.id for o in new])
        gone = baselines._kilometres(whole, np.flatnonzero(first))[:, ~first]
        assert gone.min() > 2.5
        assert [o.id for o in filling.fill(network, index).organisations] == list(filled.organisations.column("id"))
        assert filling.fill(network, index, seed=1).digest != filled.digest

    def test_where_there_are_enough_nothing_is_added(self) -> None:
        network = made(lonely=8)
        assert filling.fill(network, MatchIndex.of(network)) is network


class TestEvaluate:
    def test_the_best_possible_points_are_found_best(self) -> None:
        """Partners are of one size: points for size alone find them, and without size nothing does."""
        rng = np.random.default_rng(0)
        pairs = [
            (f"{a}-{k:03}", f"{b}-{k:03}") for a, b in itertools.combinations(COUNTRIES, 2) for k in range(12) if k % 4
        ]
        towns = [
            town(
                country, at, population=int(1000 * 3**at), latitude=40 + 10 * rng.random(), longitude=20 * rng.random()
            )
            for country in COUNTRIES
            for at in range(12)
        ]
        network = Network(towns, links=linked(pairs))
        none = {key: np.zeros_like(row) for key, row in scoring.shipped().points.items()}
        like = {("size", "ratio of inhabitants"): np.arange(0, -25_600, -100, np.int32)}
        size = dataclasses.replace(scoring.shipped(), points=none | like)
        plan = Plan(seeds=(0, 1), ablation=True, baselines=("random", "popularity"))
        found = evaluate(network, plan, learner=lambda _: size)
        assert found.method(MODEL).slices["all"]["hits@10"].value > 0.95
        assert found.method(MODEL).mrr.value > 2 * found.method("random").mrr.value
        assert "twinnet is better, by more than the choice of links explains" in markdown(found)
        away = evaluate(network, plan, learner=lambda _: size.weighted({"size": -1}))
        assert "twinnet is worse, by more than the choice of links explains" in markdown(away)
        left = {one.reason: one for one in found.ablation}
        assert left["size"].difference.high < 0
        assert left["distance"].difference.value == 0
        assert set(left) == {reason.key for reason, _ in learned_features()}

    def test_no_learner_sees_what_is_hidden(self) -> None:
        network = made()
        whole = MatchIndex.of(network)
        seen = []

        def learner(index: MatchIndex) -> scoring.PointsTable:
            seen.append(index)
            return scoring.shipped()

        found = evaluate(network, Plan(seeds=(0, 1), baselines=()), learner=learner)
        assert len(seen) == 2 == len(found.parts)
        for index, seed in zip(seen, (0, 1), strict=True):
            split = splits.at_random(whole, seed)
            assert (index.links[split.hidden[:, 0], split.hidden[:, 1]] == 0).all()

    @pytest.fixture
    def every(self) -> "Plan":
        return Plan(seeds=(0, 1), table="both", ablation=True)

    def test_figures_come_whole_and_are_the_same_again(self, every: Plan) -> None:
        network = made()
        steps: list[tuple[int, int]] = []
        found = evaluate(network, every, progress=lambda *at: steps.append(at))
        assert found == evaluate(network, every)
        assert steps == sorted(steps)
        assert steps[-1] == (200, 200)
        assert [m.key for m in found.methods] == [
            MODEL,
            "twinnet, shipped points",
            *(b.key for b in baselines.BASELINES),
        ]
        plain = json.loads(json.dumps(found.to_dict()))
        assert plain["network"]["towns without a link"] == found.linkless
        assert plain["methods"][0]["slices"]["all"]["MRR"]["value"] == pytest.approx(
            found.methods[0].mrr.value, abs=1e-6
        )
        assert plain["methods"][0]["MRR by split"] == pytest.approx(found.methods[0].splits, abs=1e-6)
        # With fewer than 300 links nothing is learned, and the report says so.
        assert {part.table for part in found.parts} == {"shipped"}
        assert found.methods[0].mrr == found.methods[1].mrr
        for report in (text(found), markdown(found)):
            assert "too few links known to learn points" in report
            assert "lower bound" in report
            assert "cannot be known here" in report
            assert "personalised PageRank" in report
            assert "Each learned reason left out" in report
            assert "nan" not in report

    def test_other_protocols(self) -> None:
        network = made()
        between = evaluate(network, Plan(protocol="between", ends="IT:BA,RS", folds=3, baselines=("random",)))
        assert len(between.parts) == 3
        assert between.calibration is None
        assert "one of 3 parts at a time" in text(between)
        dated = [link.model_copy(update={"since": str(1960 + k)}) for k, link in enumerate(network.links)]
        by_time = Network(network.organisations, links=dated)
        plan = Plan(protocol="after", year=2030, ignore_years=(1999,), baselines=("random",))
        after = evaluate(by_time, plan)
        assert len(after.parts) == 1
        assert "began in 2030 or later" in text(after)
        assert "1999 is a placeholder" in markdown(after)
        whole = evaluate(by_time, dataclasses.replace(plan, newcomers=True, undated_known=True))
        assert whole.calibration is not None
        assert whole.parts[0].hidden >= after.parts[0].hidden

    def test_a_list_without_lonely_towns_is_warned_of_and_can_be_filled(self) -> None:
        network = made(lonely=0, links=300)
        plan = Plan(seeds=(0,), table="shipped", queries=10, baselines=("random",))
        found = evaluate(network, plan)
        assert "With 10 queries the figures say little." in markdown(found)
        assert "that flatters the figures: see the end" in markdown(found)
        assert any("betrays the hidden partner" in note and "only 0 of 60" in note for note in found.notes)
        filled = evaluate(network, dataclasses.replace(plan, fill=True))
        assert filled.filled == round(60 * 7 / 9)
        assert not any("betrays" in note for note in filled.notes)
        assert any("were added from the gazetteer" in note for note in filled.notes)

    @pytest.mark.parametrize(
        ("plan", "said"),
        [
            (Plan(protocol="after"), "needs a year"),
            (Plan(protocol="between"), "needs them"),
            (Plan(seeds=()), "needs a seed"),
            (Plan(baselines=("magic",)), "no baseline 'magic'"),
            (Plan(share=1.0), "share of links to hide is 1: it has to lie between 0 and 1"),
            (Plan(protocol="between", ends="IT:BA", folds=1), "need two parts"),
            (Plan(protocol="between", ends="mars:IT"), "neither a country nor a group"),
        ],
    )
    def test_what_cannot_be_done_is_said(self, plan: Plan, said: str) -> None:
        with pytest.raises(RulesError, match=said):
            evaluate(made(), plan)

    def test_points_are_learned_again_without_each_reason(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[object] = []

        def learn(index: MatchIndex, options: object = None) -> scoring.PointsTable:
            asked.append(options)
            return scoring.shipped()

        monkeypatch.setattr(scoring, "learn", learn)
        plan = Plan(seeds=(0,), ablation=True, relearn=True, baselines=())
        found = evaluate(made(), plan)
        assert len(asked) == 1 + len(found.ablation)
        assert all(one.relearned and one.relearned.value == 0 for one in found.ablation)
        assert "learned again without it" in markdown(found)

    def test_few_queries_are_said(self) -> None:
        found = evaluate(made(links=200), Plan(seeds=(0,), share=0.3, queries=20, table="shipped", baselines=()))
        assert found.parts[0].queries == 20
        assert any("At most 20 ends are asked" in note for note in found.notes)

    def test_the_network_is_left_as_it_was(self) -> None:
        network = made()
        digest = network.digest
        evaluate(network, Plan(seeds=(0,), baselines=(), fill=True))
        assert network.digest == digest

    def test_scores_may_be_whole_numbers_or_not(self) -> None:
        split = splits.at_random(MatchIndex.of(made()), 0)
        score = np.random.default_rng(0).integers(0, 5, (60, 60))
        assert ranks(split, score.astype(np.int32)).rank.tolist() == ranks(split, score.astype(float)).rank.tolist()

    def test_barred_are_all_recorded_pairs(self) -> None:
        index = MatchIndex.of(made())
        split = splits.at_random(index, 0)
        assert isinstance(split.barred, sparse.csr_array)
        assert (split.barred.toarray() == index.links.toarray()[np.ix_(*[np.argsort(split.towns)] * 2)]).all()
