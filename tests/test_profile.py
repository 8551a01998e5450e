"""Themes that no list states are found in texts, projects and networks, say where they are from, and stay weaker."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinnet import profile, tagging
from twinnet.graph import Network
from twinnet.models import Membership, Organisation, Origin, Partner, Project
from twinnet.profile import MOST, READINGS, Held, Profiles, Side, overall, readings, strengths
from twinnet.tagging import Tag
from twinnet.taxonomy import Taxonomy


class Reader:
    """A tagger that reads one word a theme, and remembers what it was asked."""

    name = "by single words"
    score = 0.5
    words: ClassVar = {"mladi": "youth", "giovani": "youth", "mir": "peace", "bees": "rural_food", "castle": "heritage"}
    opened: list[dict[str, Any]]
    read: list[list[str]]

    def tag_all(self, texts: Iterable[str], *, top: int = 3) -> list[tuple[Tag, ...]]:
        asked = list(texts)
        self.read.append(asked)
        found = [
            [Tag(theme, self.score, (word,)) for word, theme in self.words.items() if word in text.casefold().split()]
            for text in asked
        ]
        return [tuple(tags[:top]) for tags in found]


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    """Put a small tagger in the place of the real one."""
    made = Reader()
    made.opened, made.read = [], []

    class Door:
        @classmethod
        def open(cls, **asked: Any) -> Reader:
            made.opened.append(asked)
            return made

    monkeypatch.setattr(tagging, "Tagger", Door, raising=False)
    return made


def town(name: str, **values: Any) -> Organisation:
    return Organisation(id=f"town-{name}", name=name, country="BA", **values)


def held(network: Network, name: str, **asked: Any) -> list[tuple[str, str, str, str]]:
    """Return theme, side, basis and reason of what a town holds."""
    found = Profiles.of(network, **asked).themes_of(f"town-{name}")
    return [(one.theme, one.side, one.basis, one.why) for one in found]


def test_stated_themes_say_which_rows_state_them() -> None:
    origins = (
        Origin(source="ALDA members", row=4, fields=("themes_offered", "name")),
        Origin(source="EFUS members", row=7, fields=("themes_offered",)),
        Origin(source="UBC members", row=9, fields=("name",)),
    )
    a = town("a", themes_offered=("youth",), themes_sought=("peace",), tags=(("Jugend", "youth"),), origins=origins)
    profiles = Profiles.of(Network([a]))
    found = [(one.theme, one.side, one.basis, one.source, one.words) for one in profiles.themes_of("town-a")]
    assert found == [
        ("peace", "sought", "stated", "the network", ()),
        ("youth", "offered", "stated", "ALDA members, row 4 and EFUS members, row 7", ("Jugend",)),
    ]
    assert not any(one.inferred for one in profiles.themes_of("town-a"))
    assert profiles.inferred() == {}
    assert profiles.tagger == ""
    with pytest.raises(KeyError):
        profiles.themes_of("town-b")


def test_words_that_name_no_theme_are_read_on_the_side_where_they_stand(reader: Reader) -> None:
    a = town("a", themes_sought=("we look for bees", "youth"), themes_offered=("castle",))
    assert held(Network([a]), "a") == [
        ("castle", "offered", "stated", "the network"),
        ("we look for bees", "sought", "stated", "the network"),
        ("youth", "sought", "stated", "the network"),
        ("heritage", "offered", "text", "a text in the network, by the words 'castle'"),
        ("rural_food", "sought", "text", "a text in the network, by the words 'bees'"),
    ]
    assert reader.read == [["castle", "we look for bees"]]


def test_a_description_tells_what_an_organisation_works_on(reader: Reader) -> None:
    origin = Origin(source="ALDA members", row=4, fields=("description",))
    a = town("a", description="Mladi za mir", origins=(origin,))
    profiles = Profiles.of(Network([a, town("b", description="open from nine to five")]), embed=True)
    assert [(one.theme, one.side, one.words) for one in profiles.themes_of("town-a")] == [
        ("peace", "works on", ("mir",)),
        ("youth", "works on", ("mladi",)),
    ]
    assert profiles.themes_of("town-a")[0].why == "a text in ALDA members, row 4, by the words 'mir'"
    assert profiles.themes_of("town-b") == ()
    assert profiles.tagger == reader.name
    assert {asked["embed"] for asked in reader.opened} == {True}


def test_projects_tell_their_themes_texts_and_programmes(reader: Reader) -> None:
    projects = [
        Project(id="p1", name="MAVRIC", title="Mladi i mir", themes=("youth",)),
        Project(id="p2", name="MIR", programme="Europe for Citizens", measure="2.1 Town twinning"),
        Project(id="p3", name="mladi mir", description="About a castle"),
    ]
    partners = [Partner(project=p, organisation="town-a") for p in ("p1", "p2", "p3")]
    network = Network([town("a"), town("b")], projects=projects, partners=partners)
    found = held(network, "a")
    assert ("youth", "works on", "project", "project MAVRIC") in found
    assert ("peace", "works on", "project text", "project MAVRIC, by the words 'mir'") in found
    assert ("citizenship", "works on", "project", "project MIR of Europe for Citizens") in found
    assert ("heritage", "works on", "project text", "project mladi mir, by the words 'castle'") in found
    assert sum(theme == "youth" and "MAVRIC" in why for theme, _, _, why in found) == 1, "once a source"
    assert reader.read == [["Mladi i mir", "mladi mir. About a castle"]], "an acronym is no text"
    assert held(network, "b") == []


def test_networks_tell_what_they_stand_for() -> None:
    memberships = [
        Membership(organisation="town-a", network="Energy Cities"),
        Membership(organisation="town-a", network="A network nobody knows"),
        Membership(organisation="town-b", network="Energy Cities", former=True),
        Membership(organisation="town-c", network="Energy Cities", until="2020"),
        Membership(organisation="town-c", network="EFUS", since="2021"),
    ]
    network = Network([town(x) for x in "abc"], memberships=memberships)
    assert held(network, "a") == [("climate_energy", "works on", "network", "member of Energy Cities")]
    assert held(network, "b") == []
    assert held(network, "c") == [("safety", "works on", "network", "member of EFUS")]
    before = dt.date(2019, 6, 1)
    assert held(network, "c", as_of=before) == [("climate_energy", "works on", "network", "member of Energy Cities")]


def test_what_began_after_the_day_is_left_out(reader: Reader) -> None:
    projects = [Project(id="p1", name="P1", themes=("youth",), start="2010"), Project(id="p2", name="P2 castle")]
    partners = [Partner(project=p, organisation="town-a") for p in ("p1", "p2")]
    network = Network([town("a")], projects=projects, partners=partners)
    assert [theme for theme, *_ in held(network, "a", as_of=dt.date(2009, 12, 31))] == ["heritage"]
    assert [theme for theme, *_ in held(network, "a", as_of=dt.date(2010, 1, 1))] == ["youth", "heritage"]


def test_a_networks_own_taxonomy_is_used() -> None:
    text = '[themes.wine]\nlabel = "wine"\narea = "green"\n[networks."Wine Towns"]\nthemes = ["wine"]\n'
    memberships = [Membership(organisation="town-a", network="Wine Towns")]
    network = Network(
        [town("a", themes_offered=("wine",))], memberships=memberships, taxonomy=Taxonomy.from_text(text, name="own")
    )
    assert held(network, "a") == [
        ("wine", "offered", "stated", "the network"),
        ("wine", "works on", "network", "member of Wine Towns"),
    ]


def test_each_text_is_read_once_and_only_when_it_is_asked_for(reader: Reader) -> None:
    towns = [town("a", description="Mladi"), town("b", description="Mladi"), town("c", description="mir")]
    profiles = Profiles.of(Network(towns))
    assert reader.opened == []
    profiles.themes_of("town-a")
    profiles.themes_of("town-b")
    assert reader.read == [["Mladi"]]
    assert set(profiles.inferred()) == {"town-a", "town-b", "town-c"}
    assert reader.read == [["Mladi"], ["mir"]]
    profiles.inferred()
    assert len(reader.read) == 2


def test_several_questions_to_a_network_read_its_texts_once(reader: Reader) -> None:
    network = Network([town("a", description="Mladi")])
    for day in (None, dt.date(2020, 1, 1), dt.date(2026, 1, 1)):
        assert [one.theme for one in Profiles.of(network, as_of=day).themes_of("town-a")] == ["youth"]
    assert reader.read == [["Mladi"]]
    Profiles.of(network, embed=True).themes_of("town-a")
    assert [asked["embed"] for asked in reader.opened] == [False, True]


def test_what_a_text_tells_with_little_certainty_is_left_out(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "score", 0.2)
    network = Network([town("a", description="Mladi", themes_offered=("castle",))])
    assert [one.theme for one in Profiles.of(network).themes_of("town-a")] == ["castle", "heritage"]


def test_a_network_without_texts_does_not_load_the_tagger(reader: Reader) -> None:
    towns = [town("a", themes_offered=("youth",)), town("b")]
    partners = [Partner(project="p", organisation="town-a")]
    network = Network(towns, projects=[Project(id="p", name="P", themes=("peace",))], partners=partners)
    profiles = Profiles.of(network)
    assert [one.theme for one in profiles.inferred()["town-a"]] == ["youth", "peace"]
    assert reader.opened == []
    assert profiles.tagger == ""


def of(strength: float, source: str = "p", side: Side = "works on", project: str | None = None) -> Held:
    return Held("youth", side, "project" if strength < 1 else "stated", strength, source, project=project)


def test_sources_add_up_and_stay_below_what_is_stated() -> None:
    assert strengths([of(0.5, "a"), of(0.5, "b")])["works on"] == {"youth": 0.75}
    many = [of(0.6, str(k)) for k in range(50)]
    assert strengths(many)["works on"] == {"youth": MOST}
    assert MOST < strengths([of(1, side="offered")])["offered"]["youth"] == 1
    assert strengths([of(1, side="offered"), of(0.5, side="offered")])["offered"] == {"youth": 1}
    assert strengths([of(0.0001)])["works on"] == {}
    assert strengths([of(0.5, project="p")], without={"p"})["works on"] == {}
    assert overall(strengths([of(1, side="sought"), of(0.5)])) == {"youth": 1}


@given(
    parts=st.lists(st.floats(0, 0.8), max_size=8),
    more=st.floats(0, 0.8),
    order=st.randoms(use_true_random=False),
)
def test_another_source_never_makes_a_theme_weaker(parts: list[float], more: float, order: Any) -> None:
    sources = [of(part, str(k)) for k, part in enumerate(parts)]
    before = strengths(sources)["works on"].get("youth", 0)
    shuffled = sources.copy()
    order.shuffle(shuffled)
    assert strengths(shuffled)["works on"].get("youth", 0) == pytest.approx(before, abs=1 / 256)
    assert before <= strengths([*sources, of(more, "more")])["works on"].get("youth", 0) < 1


class TestKeptReadings:
    """What texts were read as is kept with a stored network, and holds as long as it would be read the same."""

    described = (town("Bihać", description="mladi u gradu"), town("Tuzla", description="mir"))

    def with_kept(self, kept: dict[str, bytes], taxonomy: Taxonomy | None = None) -> Network:
        return Network(self.described, taxonomy=taxonomy, prepared=kept)

    def test_no_text_is_read_again(self, reader: Reader) -> None:
        kept = readings(Network(self.described))
        assert reader.read == [["mir", "mladi u gradu"]]
        reader.opened.clear()
        again = self.with_kept(kept)
        assert held(again, "Bihać") == held(Network(self.described), "Bihać") != []
        assert len(reader.opened) == 1  # for the network without them
        assert Profiles.of(again).tagger == reader.name

    def test_a_new_text_is_read_alone(self, reader: Reader) -> None:
        before = readings(Network(self.described))
        reader.read.clear()
        more = Network((*self.described, town("Travnik", description="bees")))
        assert readings(more, before[READINGS]) == readings(Network(more.organisations))
        assert reader.read[0] == ["bees"]

    def test_a_text_that_is_gone_is_not_kept(self, reader: Reader) -> None:
        before = readings(Network((*self.described, town("Travnik", description="bees"))))
        assert b"bees" in before[READINGS]
        fewer = Network(self.described)
        assert readings(fewer, before[READINGS]) == readings(Network(self.described))

    def test_another_taxonomy_reads_anew(self, reader: Reader) -> None:
        kept = readings(Network(self.described))
        reader.read.clear()
        own = Taxonomy.from_text('[themes.wine]\nlabel = "wine"\nmaps_to = ["rural_food"]')
        held(self.with_kept(kept, own), "Bihać")
        assert reader.read

    def test_other_data_read_anew(self, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
        kept = readings(Network(self.described))
        reader.read.clear()
        monkeypatch.setattr(profile, "_READINGS_VERSION", 0)
        held(self.with_kept(kept), "Bihać")
        assert reader.read

    @pytest.mark.parametrize("damage", [b"", b"[]", b"{", b'{"with": 1}', b"\xff"])
    def test_damaged_ones_are_passed_over(self, reader: Reader, damage: bytes) -> None:
        assert held(self.with_kept({READINGS: damage}), "Bihać")
        assert reader.read

    def test_readings_by_meaning_are_not_mixed_with_them(self, reader: Reader) -> None:
        kept = readings(Network(self.described))
        held(self.with_kept(kept), "Bihać", embed=True)
        assert reader.opened[-1]["embed"] is True

    def test_many_texts_are_left_to_who_asks(self, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(profile, "_FEW_TEXTS", 1)
        assert readings(Network(self.described)) == {}
        assert not reader.read
