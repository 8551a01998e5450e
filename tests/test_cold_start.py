"""The pure cold start: who has no links and two themes is suggested what shares them, is of its size, and says why."""

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from twinnet import matching
from twinnet.graph import Network
from twinnet.models import Link, Organisation, Rules


@pytest.fixture(scope="module")
def cold() -> ModuleType:
    return pytest.importorskip("benchmarks.cold_start", reason="needs the checkout: benchmarks/ is not here")


def town(name: str, country: str, population: int, **values: Any) -> Organisation:
    return Organisation(id=name, name=name, country=country, population=population, **values)


ASKS = town("Asks", "BA", 20_000, themes_offered=("youth",), themes_sought=("culture",), languages=("bs", "en"))
BOTH = town("Both", "IT", 25_000, themes_offered=("culture",), themes_sought=("youth",), languages=("it", "en"))
OTHERS = [town(f"Other {at}", "IT", 25_000 * (1 + at), themes_offered=("sport",)) for at in range(8)]


class TestOneMember:
    def test_the_first_is_the_one_that_shares_its_themes_and_says_so(self) -> None:
        first = matching.suggest(Network([ASKS, BOTH, *OTHERS]), rules=Rules(whose=("Asks",)))[0]
        assert first.candidate.name == "Both"
        assert first.reasons[0].key in ("themes", "offer_and_need")
        said = " ".join(reason.sentence for reason in first.reasons)
        assert "Asks offers what Both seeks" in said
        assert "Both offers what Asks seeks" in said
        assert "similar size" in said
        assert first.score == sum(reason.points for reason in first.reasons)

    def test_links_among_the_others_do_not_drown_its_themes(self) -> None:
        linked = [town(f"Linked {at}", "HR", 30_000) for at in range(6)]
        links = [
            Link(id=f"{a.id}|{b.id}", a=a.id, b=b.id)
            for a, b in ((a, b) for a in OTHERS for b in linked if (a.population or 0) < 150_000)
        ]
        network = Network([ASKS, BOTH, *OTHERS, *linked], links=links)
        assert matching.suggest(network, rules=Rules(whose=("Asks",)))[0].candidate.name == "Both"


class TestShares:
    @pytest.mark.parametrize("name", ["demo", "newcomers"])
    def test_of_made_up_members_over_real_places(self, cold: ModuleType, name: str) -> None:
        network, asked = getattr(cold, name)()
        ids = set(asked)
        assert len(asked) > 50
        assert not [link for link in network.links if link.a in ids or link.b in ids]
        self.better(cold, cold.measure(network, asked))

    @pytest.mark.shared
    def test_of_real_members_with_two_themes_by_chance(self, cold: ModuleType, shared_data: Path) -> None:
        network, asked = cold.lists(shared_data)
        assert len(asked) > 40
        themed = cold.two_themes(network)
        assert not len(themed.links)
        assert all(len(one.themes_offered) == len(one.themes_sought) == 1 for one in themed.organisations)
        self.better(cold, cold.measure(themed, asked))

    @staticmethod
    def better(cold: ModuleType, found: Any) -> None:
        """More of the first ten share themes and size than by chance and than the nearest, and language by chance."""
        for what, who in (("theme", "chance"), ("theme", "nearest"), ("size", "chance"), ("size", "nearest")):
            _, low, _ = found.figure(what, "suggested", who)
            assert low > 0, f"{what} over {who}"
        mean, _, _ = found.figure("language", "suggested", "chance")
        assert mean > 0
        assert found.explained > 0.99
        assert found.by_theme > 0.9


class TestMeasure:
    def test_shares_are_those_of_a_small_network(self, cold: ModuleType) -> None:
        near = town("Near", "HR", 900_000, latitude=45.0, longitude=16.0, languages=("hr",))
        asks = ASKS.model_copy(update={"latitude": 44.8, "longitude": 15.9})
        found = cold.measure(Network([asks, BOTH, near]), ["Asks"])
        assert found.figure("theme", "chance") == (0.5, 0.5, 0.5)
        assert found.figure("theme", "suggested")[0] == 0.5  # both are among the first ten
        assert found.figure("size", "chance")[0] == 0.5
        assert found.figure("language", "chance")[0] == 0.5
        assert found.figure("language", "suggested", "nearest")[0] == 0

    def test_its_command_is_listed(self) -> None:
        main = pytest.importorskip("benchmarks.__main__")
        assert "cold_start" in main.WHAT
