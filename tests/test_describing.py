"""What show says of an organisation's themes: stated ones as its own, inferred ones apart and with their source."""

import datetime as dt

import pytest

from twinnet.graph import Network
from twinnet.models import Membership, Organisation, Partner, Project
from twinnet.taxonomy import Taxonomy
from twinnet.workspace.describing import describe

TODAY = dt.date(2026, 1, 1)


def said(network: Network, name: str) -> list[str]:
    """Return the lines about the themes of an organisation."""
    starts = ("offers", "seeks", "works on", "no theme", "texts")
    return [line for line in describe(network, name, today=TODAY) if line.startswith(starts)]


@pytest.mark.usefixtures("reader")
def test_inferred_themes_stand_apart_with_their_source() -> None:
    network = Network(
        [Organisation(id="a", name="Bihać", country="BA", themes_offered=("sport",), themes_sought=("peace",))],
        memberships=[Membership(organisation="a", network="Energy Cities")],
        projects=[Project(id="p", name="MAVRIC", title="Mladi u gradu", themes=("sport",))],
        partners=[Partner(project="p", organisation="a")],
    )
    assert said(network, "a") == [
        "offers: sport",
        "seeks: peace and reconciliation",
        (
            "works on (inferred): climate and energy - member of Energy Cities; "
            "youth - project MAVRIC, by the words 'mladi', 'omladina'"
        ),
        "texts read by: a reader",
    ]


def test_where_nothing_is_found_it_says_so() -> None:
    network = Network([Organisation(id="a", name="Bihać", country="BA")])
    assert said(network, "a") == [
        "offers: not known",
        "seeks: not known",
        "no theme found: in no list, project, text or network",
    ]


def test_where_a_list_puts_it_is_said_if_that_was_not_trusted() -> None:
    bari = Organisation(id="a", name="Bari", place="Bari", latitude=41.1, longitude=16.9)
    astray = bari.model_copy(update={"id": "b", "listed_latitude": 45.1, "listed_longitude": 10.2})
    network = Network([bari, astray])
    line = "a list puts it at 45.10, 10.20, which was not trusted"
    assert [line in describe(network, name, today=TODAY) for name in ("a", "b")] == [False, True]


def test_many_sources_are_counted() -> None:
    projects = [Project(id=f"p{k}", name=f"P{k}", themes=("youth",)) for k in range(5)]
    parts = [Partner(project=p.id, organisation="a") for p in projects]
    network = Network([Organisation(id="a", name="Bihać")], projects=projects, partners=parts)
    assert said(network, "a")[-1] == "works on (inferred): youth - project P0, project P1, project P2 and 2 more"


def test_a_networks_own_theme_shows_by_its_label() -> None:
    own = Taxonomy.from_text('[themes.wine]\nlabel = "wine culture"\narea = "green"\n', name="own")
    network = Network([Organisation(id="a", name="Alba", country="IT", themes_offered=("wine",))], taxonomy=own)
    assert said(network, "a") == ["offers: wine culture", "seeks: not known"]
