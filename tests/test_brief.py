"""`twinnet brief`: what letters say, in which languages, what never gets into them, and how they lie on paper."""

import datetime as dt
import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.browsing import HOSTILE, LONG, PHONE
from twinnet import workspace
from twinnet.decisions import Decision
from twinnet.errors import InputError, OptionError
from twinnet.graph import Network
from twinnet.models import Link, Membership, Organisation, Partner, Project, Rules, link_id
from twinnet.reading import ReadOptions
from twinnet.views.letter import Letter
from twinnet.views.letter.known import Known, language_of
from twinnet.views.letter.steps import Example, Pair
from twinnet.wording import LANGUAGES, Speaker, texts
from twinnet.workspace import briefing
from twinnet.workspace.briefing import Asked, brief_of, file_name, pair_letter, suggested, write_letters
from twinnet.workspace.examples import examples

TODAY = dt.date(2026, 5, 9)
DAY = ("--today", TODAY.isoformat())
ASKED = Asked(Rules(), TODAY)
MEMBERS = """name,country,themes offered,themes sought,languages,e-mail
Mostar,BA,youth; culture,tourism,bs; en,mayor@mostar.example
Bihać,BA,youth,,,
Bari,IT,tourism,youth,it; en,office@bari.example
Graz,AT,environment; youth,,de,
Celje,SI,,culture,,
"""
LINKS = """from_name,from_country,to_name,to_country,since,last_activity
Mostar,BA,Graz,AT,1987,2016
Graz,AT,Bihać,BA,1972,2025
Bihać,BA,Bari,IT,2001,
"""


def town(number: int, name: str, country: str | None, **values: Any) -> Organisation:
    place = {"latitude": 42.0 + number / 10, "longitude": 16.0 + number / 10}
    return Organisation(**{"id": f"town-{number}", "name": name, "country": country, **place, **values})


def link(a: Organisation, b: Organisation, **values: Any) -> Link:
    first, second = sorted((a.id, b.id))
    return Link(id=link_id(first, second), a=first, b=second, **values)


MOSTAR = town(1, "Mostar", "BA", population=105_000, themes_offered=("youth",), themes_sought=("tourism",))
BARI = town(2, "Bari", "IT", population=315_000, themes_offered=("tourism",), languages=("en", "it"))
GRAZ = town(3, "Graz", "AT", population=290_000, themes_offered=("youth",))
PULA = town(4, "Pula", "HR", population=52_000, themes_sought=("youth",))
CELJE = town(5, "Celje", "SI", population=38_000)


def network(**facts: Any) -> Network:
    return Network([MOSTAR, BARI, GRAZ, PULA, CELJE], **facts)


def letter(a: Organisation, b: Organisation, *, among: Network | None = None, **given: Any) -> str:
    return pair_letter(among or network(), a, b, asked=ASKED, letter=Letter(TODAY, **given))


def pages(text: str) -> list[str]:
    return re.findall(r"(?s)<article.*?</article>", text)


def languages(text: str) -> list[str]:
    return re.findall(r'<article [^>]*lang="(\w+)"', text)


def said(text: str) -> str:
    """What a reader sees, tags taken away."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", re.sub(r"(?s)<head>.*?</head>", "", text)))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A small stored network, made once, with contacts kept."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "alda.csv").write_text(MEMBERS, encoding="utf-8")
    (folder / "links.csv").write_text(LINKS, encoding="utf-8")
    lists = [folder / "alda.csv", folder / "links.csv"]
    options = ReadOptions(today=TODAY, keep_contacts=True)
    workspace.import_lists(lists, folder / "my.twinnet", options=options)
    return folder / "my.twinnet"


@pytest.fixture
def run(called, made, tmp_path):
    """Call the command line where a copy of the small network lies."""
    shutil.copy(made, tmp_path / "my.twinnet")
    return called


# The introduction of two.


class TestIntroduction:
    def test_it_has_a_page_in_the_language_of_each(self):
        text = letter(MOSTAR, BARI)
        assert languages(text) == ["bs", "it"]
        assert '<html lang="bs">' in text
        for page, language in zip(pages(text), ("bs", "it"), strict=True):
            for key in ("brief.who", "brief.why", "reasons.against", "brief.steps", "brief.like", "brief.contacts"):
                assert f"<h2>{texts(language)[key]}</h2>" in page
            assert texts(language)["brief.dear.mayors"] in page

    def test_each_page_says_that_there_is_another(self):
        first, second = pages(letter(MOSTAR, BARI))
        assert "italiano" in first.rpartition("<footer>")[2]
        assert "bosanski" in second.rpartition("<footer>")[2]

    def test_a_second_page_in_the_same_language_says_what_is_behind_it(self):
        text = letter(MOSTAR, PULA)
        first, second = pages(text)
        assert languages(text) == ["bs", "bs"]
        assert texts("bs")["brief.behind"] in second
        assert texts("bs")["brief.steps"] not in second
        assert "bosanski" not in first.rpartition("<footer>")[2]

    def test_without_a_language_of_theirs_it_is_english(self):
        assert languages(letter(CELJE, MOSTAR)) == ["en", "bs"]

    def test_languages_can_be_chosen(self):
        assert languages(letter(MOSTAR, BARI, languages=("fr", "sq"))) == ["fr", "sq"]
        assert languages(letter(MOSTAR, BARI, languages=("fr",))) == ["fr", "fr"]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_no_text_of_english_is_left_in_another_language(self, language):
        """All that is not a name is a text of the language: no word of a longer English text is in it."""
        text = said(pages(letter(MOSTAR, BARI, languages=(language,)))[0])
        for key, english in texts("en").items():
            if language != "en" and len(english) > 25 and "{" not in english and english != texts(language)[key]:
                assert english not in text

    def test_reasons_are_those_of_the_suggestion_with_their_points(self):
        among = network()
        suggestion, speaker = suggested(among, MOSTAR, BARI, rules=Rules(), today=TODAY), Speaker("it")
        page = said(pages(letter(MOSTAR, BARI, among=among))[1])
        strongest = max(suggestion.reasons, key=lambda reason: reason.points)
        assert f"+{speaker.number(strongest.points)}" in page
        assert texts("it")[f"reason.{strongest.key}"] in page
        assert speaker.text("points.n", n=suggestion.score) in page

    def test_what_speaks_against_is_said(self):
        far = town(6, "Kiruna", "SE", population=900, latitude=67.8, longitude=20.2)
        among = Network([MOSTAR, far, GRAZ, PULA], links=[link(MOSTAR, GRAZ, since="1999"), link(GRAZ, PULA)])
        suggestion = suggested(among, MOSTAR, far, rules=Rules(), today=TODAY)
        worst = min(suggestion.reasons, key=lambda reason: reason.points)
        assert worst.points < 0
        against = pages(letter(MOSTAR, far, among=among))[1].partition(texts("en")["reasons.against"])[2]
        assert texts("en")[f"reason.{worst.key}"] in against

    def test_a_pair_for_which_little_speaks_is_not_praised(self):
        large, small = town(6, "Large", "SI", population=900_000), town(7, "Small", "HU", population=300)
        weak = pages(letter(large, small, among=Network([large, small])))[0]
        assert texts("en")["brief.open.weak"] in said(weak)

    def test_what_is_not_known_is_said(self):
        page = said(pages(letter(CELJE, MOSTAR))[0])
        assert "working languages, themes" in page

    def test_organisations_that_have_no_mayor_are_addressed_otherwise(self):
        house = Organisation(id="house-1", name="European House", kind="european_house", country="FR")
        text = letter(house, MOSTAR, among=Network([house, MOSTAR]))
        assert texts("fr")["brief.dear.all"] in said(text)
        assert texts("bs")["brief.dear.mayors"] not in said(text)

    def test_a_link_that_sleeps_is_to_be_woken(self):
        among = network(links=[link(MOSTAR, BARI, since="1987-06", last_activity="2014")])
        page = said(pages(letter(MOSTAR, BARI, among=among, languages=("en",)))[0])
        assert "A partnership to wake" in page
        assert "since 1987-06" in page
        assert "In 2027 the signing is 40 years ago" in page

    def test_of_a_link_of_which_nothing_is_known_is_asked_first(self):
        page = said(pages(letter(MOSTAR, BARI, among=network(links=[link(MOSTAR, BARI)]), languages=("en",)))[0])
        assert texts("en")["brief.open.ask"] in page
        assert texts("en")["brief.step.ask.first"] in page

    def test_a_living_link_is_to_be_developed(self):
        among = network(links=[link(MOSTAR, GRAZ, last_activity="2026-01")])
        page = said(pages(letter(MOSTAR, GRAZ, among=among, languages=("en",)))[0])
        assert "A partnership to develop" in page
        assert "Bring those in charge together on youth" in page

    def test_a_living_link_that_has_every_theme_has_a_letter_too(self):
        among = network(links=[link(MOSTAR, GRAZ, last_activity="2026-01", themes=("youth",))])
        page = said(pages(letter(MOSTAR, GRAZ, among=among, languages=("en",)))[0])
        assert "A partnership to develop" in page
        assert texts("en")["brief.step.plan"] in page

    def test_rules_do_not_keep_apart_whom_a_person_names(self):
        rules = Rules(never=(("Mostar", "Bari"),), population=(1, 10), corridor="SE:NO")
        text = pair_letter(network(), MOSTAR, BARI, asked=Asked(rules, TODAY), letter=Letter(TODAY))
        assert len(pages(text)) == 2

    def test_an_organisation_is_not_introduced_to_itself(self):
        with pytest.raises(OptionError, match="both are Mostar: name two organisations"):
            letter(MOSTAR, MOSTAR)

    def test_the_same_input_gives_the_same_bytes(self):
        assert letter(MOSTAR, BARI) == letter(MOSTAR, BARI)

    def test_a_name_that_runs_from_right_to_left_does_not_turn_a_sentence(self):
        right = town(6, "القدس", "BA", themes_offered=("youth",))
        text = letter(right, PULA, among=Network([right, PULA]), sender="القدس")
        assert re.findall(r"<(\w+)[^>]* dir=", text) == ["span"] * 3
        assert "<bdi>القدس</bdi> – <bdi>Pula</bdi>" in text

    def test_small_print_names_the_rules(self):
        rules = Rules(corridor="old-europe:south-east-europe", cap=3, same_country=True)
        text = pair_letter(network(), MOSTAR, BARI, asked=Asked(rules, TODAY), letter=Letter(TODAY, languages=("en",)))
        assert "Corridor: old-europe:south-east-europe; At most so often one candidate: 3" in said(text)
        assert "Partners of the same country too: yes" in said(text)
        assert "The default rules" in said(letter(MOSTAR, BARI, languages=("en",)))


class TestDecided:
    def row(self, **values: Any) -> Decision:
        told = {"kind": "start", "verdict": "accepted", "because": "SO FITTING", "note": "A SECRET"}
        moment = {"when": "2026-05-01T10:00:00Z", "who": "AN OFFICER"}
        return Decision(**{"organisation": MOSTAR.id, "candidate": BARI.id, **told, **moment, **values})

    def test_a_pair_that_was_decided_on_has_a_letter_that_says_nothing_of_it(self):
        for verdict in ("accepted", "declined", "later", "contacted"):
            text = letter(MOSTAR, BARI, among=network(decisions=[self.row(verdict=verdict)]))
            assert len(pages(text)) == 2
            assert not re.search("SECRET|FITTING|OFFICER", text)

    def test_a_link_that_was_decided_on_has_one_too(self):
        links = [link(MOSTAR, BARI, since="1987", last_activity="2014")]
        with_row = network(links=links, decisions=[self.row(kind="revitalise")])
        without = letter(MOSTAR, BARI, among=network(links=links))
        assert letter(MOSTAR, BARI, among=with_row) == without
        assert with_row.matters

    def test_what_was_decided_is_told_to_the_person_alone(self, run):
        run("decide", "my.twinnet", "Mostar", "Bari", "--verdict", "declined", "--because", "too far")
        done = run("brief", "my.twinnet", "Mostar", "Bari", *DAY)
        assert done.code == 0
        assert ": declined" in done.err
        assert "too far" not in Path("mostar-bari.html").read_text(encoding="utf-8")


# The steps.


class TestSteps:
    def steps(self, a: Organisation, b: Organisation, *, found: tuple[Example, ...] = (), **facts: Any) -> list[str]:
        return self.among(Network([MOSTAR, BARI, GRAZ, PULA, CELJE], **facts), a, b, found)

    def among(self, network: Network, a: Organisation, b: Organisation, found: tuple[Example, ...] = ()) -> list[str]:
        known = Known(network, Rules(), TODAY)
        suggestion = suggested(network, a, b, rules=Rules(), today=TODAY)
        steps = Pair(known, suggestion, found).steps()
        assert len(steps) == 3
        return [" ".join(map(known.speaker("en").say, step)) for step in steps]

    def test_a_theme_that_one_offers_and_the_other_seeks_is_talked_about(self):
        first, *_ = self.steps(MOSTAR, PULA)
        assert first.startswith("Hold a first call about youth: Mostar offers it and Pula seeks it.")

    def test_a_common_theme_is_talked_about(self):
        assert self.steps(MOSTAR, GRAZ)[0].startswith("Hold a first call about youth, on which you both work.")

    def test_without_a_theme_the_first_call_finds_one(self):
        assert "names two topics" in self.steps(CELJE, BARI)[0]

    def test_the_language_of_both_is_named(self):
        a, b = (town(n, f"T{n}", country, languages=("de", "en")) for n, country in ((8, "AT"), (9, "SI")))
        assert self.among(Network([a, b]), a, b)[0].endswith("You can speak in German, English.")

    def test_a_common_partner_brings_them_together(self):
        steps = self.steps(MOSTAR, PULA, links=[link(MOSTAR, GRAZ), link(PULA, GRAZ)])
        assert steps[1].startswith("Ask Graz, a partner of you both")

    def test_a_project_together_comes_before_a_common_partner(self):
        facts = {"projects": [Project(id="p", name="MAVRIC")], "links": [link(MOSTAR, GRAZ), link(PULA, GRAZ)]}
        facts["partners"] = [Partner(project="p", organisation=one.id) for one in (MOSTAR, PULA)]
        assert "You know each other from the project MAVRIC" in self.steps(MOSTAR, PULA, **facts)[1]

    def test_a_mentor_is_named(self):
        projects = [Project(id=name, name=name) for name in "ab"]
        partners = [Partner(project=name, organisation=BARI.id) for name in "ab"]
        small = town(7, "Neum", "BA", population=3_000, capital=False)
        steps = self.among(Network([BARI, small], projects=projects, partners=partners), small, BARI)
        assert any("Bari knows projects and can show Neum" in step for step in steps)

    def test_young_people_make_the_exchange_of_their_themes(self):
        assert any("a mixed team of young people" in step for step in self.steps(MOSTAR, PULA))
        assert any("those who work on it" in step for step in self.steps(MOSTAR, BARI))

    def test_a_milestone_ahead_is_used(self):
        skopje = town(8, "Skopje", "MK", geonames_id=785842)
        among = Network([MOSTAR, skopje])
        assert "Skopje is European Capital of Culture in 2028" in self.among(among, MOSTAR, skopje)[2]

    def test_with_nothing_known_there_are_three_steps_all_the_same(self):
        bare = [Organisation(id=f"x-{n}", name=name) for n, name in enumerate("AB")]
        assert self.among(Network(bare), *bare)[1:] == [
            texts("en")["brief.step.visit"],
            texts("en")["brief.step.decide.start"],
        ]

    def test_a_common_network_helps_where_nobody_nearer_does(self):
        memberships = [Membership(organisation=one.id, network="ALDA") for one in (CELJE, BARI)]
        assert "You both belong to ALDA" in self.steps(CELJE, BARI, memberships=memberships)[1]

    def test_a_similar_pair_is_asked(self):
        found = (Example("Neum", "Ancona", None, None, ("countries",)),)
        assert "how it began: Neum – Ancona" in self.steps(CELJE, BARI, found=found)[1]


class TestExamples:
    def found(self, *facts: Link, others: tuple[Organisation, ...] = (), **more: Any) -> list[tuple[str, str, Any]]:
        among = Network([MOSTAR, BARI, GRAZ, *others], links=facts, **more)
        return [(one.a, one.b, one.how) for one in examples(Known(among, Rules(), TODAY), MOSTAR, BARI)]

    def test_a_living_link_between_the_same_countries_is_one(self):
        neum, lecce = town(11, "Neum", "BA", population=90_000), town(12, "Lecce", "IT", population=10)
        living = link(lecce, neum, last_activity="2026")
        assert self.found(living, others=(neum, lecce))[0][:2] == ("Neum", "Lecce")

    def test_one_that_sleeps_is_none_and_neither_is_their_own(self):
        neum, lecce = town(11, "Neum", "BA"), town(12, "Lecce", "IT")
        links = [link(lecce, neum, last_activity="2012"), link(MOSTAR, BARI, last_activity="2026")]
        assert self.found(*links, link(MOSTAR, lecce, last_activity="2026"), others=(neum, lecce)) == []

    def test_the_most_like_come_first_and_there_are_three_at_most(self):
        near = {"latitude": MOSTAR.latitude, "longitude": MOSTAR.longitude}
        far = {"latitude": 60.0, "longitude": 30.0}
        bosnian = [town(20 + n, f"B{n}", "BA", **(near if n == 3 else far)) for n in range(4)]
        lecce = town(12, "Lecce", "IT", latitude=BARI.latitude, longitude=BARI.longitude)
        links = [link(one, lecce, last_activity="2026") for one in bosnian]
        found = self.found(*links, others=(*bosnian, lecce))
        assert len(found) == 3
        assert found[0] == ("B3", "Lecce", ("countries", "near"))

    def test_neighbours_of_other_countries_are_alike_and_size_is_told(self):
        near = {"latitude": MOSTAR.latitude, "longitude": MOSTAR.longitude, "population": 100_000}
        dubrovnik = town(11, "Dubrovnik", "HR", **near)
        lecce = town(12, "Lecce", "IT", latitude=BARI.latitude, longitude=BARI.longitude, population=300_000)
        living = link(dubrovnik, lecce, last_activity="2026")
        assert self.found(living, others=(dubrovnik, lecce)) == [("Dubrovnik", "Lecce", ("near", "size"))]

    def test_projects_follow_links(self):
        neum, lecce = town(11, "Neum", "BA"), town(12, "Lecce", "IT", latitude=None, longitude=None)
        partners = [Partner(project="p", organisation=one.id) for one in (neum, lecce)]
        more = {"projects": [Project(id="p", name="MAVRIC")], "partners": partners}
        assert self.found(others=(neum, lecce), **more) == [("Neum", "Lecce", ("countries",))]
        among = Network([MOSTAR, BARI, neum, lecce], **more)
        assert "together in the project MAVRIC (the same two countries)" in said(
            letter(MOSTAR, BARI, among=among, languages=("en",))
        )

    def test_where_there_is_none_the_letter_says_so(self):
        assert texts("it")["brief.like.none"] in said(letter(MOSTAR, BARI))


# Languages and names of files.


@pytest.mark.parametrize(
    ("country", "own", "language"),
    [
        ("AL", ("en", "sq"), "sq"),
        ("BA", (), "bs"),
        ("HR", ("hr",), "bs"),
        ("RS", ("de", "sr"), "bs"),
        ("ME", (), "bs"),
        ("CH", (), "de"),
        ("BE", ("en", "fr", "nl"), "fr"),
        ("MK", (), "mk"),
        ("XK", (), "sq"),
        ("MD", (), "ro"),
        ("SI", ("de", "sl"), "de"),
        ("SI", (), "en"),
        ("FR", ("pt",), "en"),
        (None, (), "en"),
    ],
)
def test_the_language_is_the_organisations_own(country, own, language):
    assert language_of(Organisation(id="a", name="A", country=country, languages=own)) == language


RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}


@pytest.mark.parametrize(
    "name", ["Mostar", "CON", "aux", "../../etc", "a/b\\c:*?<>|", "القدس", "ქუთაისი", "", " .", "\ud800", LONG, HOSTILE]
)
def test_names_of_files_are_safe_on_every_system(name):
    one = Organisation.trusted(**{**MOSTAR.model_dump(), "name": name})
    for made in (file_name(one), file_name(one, one)):
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*\.html", made)
        assert made[:-5] not in RESERVED
        assert len(made) < 200
    assert file_name(MOSTAR) == "mostar-ba-town-1.html"


def test_ids_that_a_system_would_confuse_have_names_that_differ():
    ids = ["a-1", "A-1", "a_1", "a 1", "ä-1", "a-1.", "村"]
    names = {file_name(Organisation(id=identifier, name="A")) for identifier in ids}
    assert len({name.casefold() for name in names}) == len(ids)


# The brief of one.


class TestBrief:
    def text(self, one: Organisation, among: Network, **given: Any) -> str:
        return brief_of(among, one, asked=ASKED, letter=Letter(TODAY, **given))

    def test_it_says_all_that_is_known(self):
        bari = BARI.model_copy(update={"other_names": ("Бари",), "website": "https://bari.example"})
        links = [link(MOSTAR, bari, since="1998", last_activity="2025-09"), link(bari, GRAZ, until="2010")]
        among = Network(
            [MOSTAR, bari, GRAZ, PULA],
            links=links,
            memberships=[
                Membership(organisation=bari.id, network="ALDA", since="2001"),
                Membership(organisation=bari.id, network="Eurocities", former=True),
            ],
            projects=[Project(id="p", name="MAVRIC", programme="Europe for Citizens", start="2011", end="2012-05")],
            partners=[Partner(project="p", organisation=bari.id, role="lead")],
        )
        text = said(self.text(bari, among, languages=("en",)))
        for words in (
            *("315,000 inhabitants", "Italy", "English, Italian", "tourism", "Бари", "https://bari.example"),
            *("ALDA (since 2001)", "Eurocities (former member)", "Partners (2)"),
            *("Mostar (BA, since 1998, last sign of life 2025-09)", "Graz (AT, until 2010)"),
            "MAVRIC: Europe for Citizens, 2011–2012, lead, 1 organisation",
        ):
            assert words in text
        assert "Place not confirmed" in text

    def test_it_is_in_the_language_of_the_organisation(self):
        assert languages(self.text(GRAZ, network())) == ["de"]
        assert languages(self.text(GRAZ, network(), languages=("ro",))) == ["ro"]

    def test_suggestions_of_each_kind_have_boxes_for_the_answer(self):
        links = [link(GRAZ, MOSTAR, since="1987", last_activity="2014"), link(GRAZ, BARI, last_activity="2026")]
        bari = BARI.model_copy(update={"themes_offered": ("youth",)})
        text = self.text(GRAZ, Network([MOSTAR, bari, GRAZ, PULA], links=links), languages=("en",))
        for heading in ("Whom we suggest to you", "Partnerships to wake", "Themes for your partnerships"):
            assert f"<h2>{heading}</h2>" in text
        assert said(text).count("Your answer:☐ yes, please☐ later☐ no, because") == 3

    def test_so_many_of_each_kind_as_are_asked_for(self):
        text = brief_of(network(), GRAZ, asked=Asked(Rules(), TODAY, top=1), letter=Letter(TODAY))
        assert text.count('class="whom"') == 1

    def test_where_nothing_is_recorded_it_says_so(self):
        text = said(self.text(GRAZ, Network([GRAZ])))
        assert f"Partner{texts('de')['none_recorded']}" in text
        assert f"Projekte{texts('de')['none_recorded']}" in text

    def test_where_nobody_can_be_suggested_it_says_so(self):
        assert texts("de")["brief.own.none"] in said(self.text(GRAZ, Network([GRAZ])))

    def test_inferred_themes_are_nobodys_own_words(self):
        among = network(
            projects=[Project(id="p", name="MAVRIC", themes=("peace",))],
            partners=[Partner(project="p", organisation=CELJE.id)],
        )
        text = said(self.text(CELJE, among))
        assert "Works on (inferred)peace and reconciliation (project MAVRIC)" in text


# Contacts.


class TestContacts:
    def test_kept_contacts_are_never_printed(self, run):
        run("brief", "my.twinnet", "Mostar", "Bari", *DAY)
        run("brief", "my.twinnet", "Mostar", *DAY)
        run("brief", "my.twinnet", "--all", "--out", "letters", *DAY)
        written = [*Path().glob("*.html"), *Path("letters").iterdir()]
        assert len(written) == 8
        assert [path for path in written if re.search("mayor@|office@", path.read_text(encoding="utf-8"))] == []

    def test_they_are_printed_where_they_are_asked_for(self, run):
        done = run("brief", "my.twinnet", "Mostar", "Bari", "--kept-contacts", "--contact-b", "Ms Rossi", *DAY)
        assert done.code == 0
        text = said(Path("mostar-bari.html").read_text(encoding="utf-8"))
        assert text.count("mayor@mostar.example") == 2
        assert "office@bari.example" not in text
        assert text.count("Ms Rossi") == 2

    def test_without_any_there_are_lines_to_fill_in(self):
        assert letter(MOSTAR, BARI).count('<dl class="blank">') == 4
        assert letter(MOSTAR, BARI, contacts=("Amra", "")).count('<dl class="blank">') == 2


# Safety.


class TestSafety:
    def hostile(self) -> tuple[Network, Organisation, Organisation]:
        a = town(1, HOSTILE, "FR", themes_offered=(HOSTILE,), other_names=(HOSTILE,), website=HOSTILE)
        b = town(2, f"{LONG}'\"&", "DE", themes_sought=(HOSTILE,))
        c = town(3, "{{style}}", "DE")
        links = [link(b, c, last_activity="2026", themes=(HOSTILE,)), link(a, c)]
        projects = [Project(id="p", name=HOSTILE, programme=HOSTILE)]
        partners = [Partner(project="p", organisation=one.id, role=HOSTILE) for one in (a, c)]
        memberships = [Membership(organisation=one.id, network=HOSTILE) for one in (a, b)]
        facts = {"links": links, "projects": projects, "partners": partners, "memberships": memberships}
        return Network([a, b, c], **facts), a, b

    def test_text_of_the_network_is_data(self):
        among, a, b = self.hostile()
        for text in (
            letter(a, b, among=among, sender=HOSTILE, contacts=(HOSTILE, HOSTILE)),
            brief_of(among, a, asked=ASKED, letter=Letter(TODAY, sender=HOSTILE)),
        ):
            tags = "".join(re.findall("<[^>]*>", text))
            assert not re.search(r"<script|<img|javascript:|onerror|__xss", tags)
            assert "&lt;script&gt;" in text

    def test_a_slot_in_a_name_is_not_filled(self):
        among, _, b = self.hostile()
        text = letter(among.organisation("town-3"), b, among=among)
        assert "<bdi>{{style}}</bdi>" in text

    def test_the_policy_allows_this_style_and_nothing_else(self):
        text = letter(MOSTAR, BARI)
        style = re.search(r"(?s)<style>(.*)</style>", text)[1]
        import base64

        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"default-src &#x27;none&#x27;; style-src &#x27;sha256-{digest}&#x27;" in text
        assert "style=" not in re.sub(r"(?s)<style>.*</style>", "", text)
        assert not re.search(r"(?:src|href)=\"(?!data:,)", text)


# All.


class TestAll:
    def test_each_of_whom_the_rules_ask_gets_one_and_an_index_lists_them(self, run):
        done = run("brief", "my.twinnet", "--all", "--out", "letters", *DAY)
        assert (done.code, done.out) == (0, f"{Path('letters') / 'index.html'}\n")
        assert done.err == "5 letters\n"
        files = sorted(path.name for path in Path("letters").iterdir())
        assert files[:2] == ["bari-it-town-3182351.html", "bihac-ba-town-3204222.html"]
        index = Path("letters/index.html").read_text(encoding="utf-8")
        assert sorted(re.findall(r'href="([^"]+\.html)"', index)) == [name for name in files if name != "index.html"]
        assert languages(Path("letters/graz-at-town-2778067.html").read_text(encoding="utf-8")) == ["de"]

    def test_whom_a_list_of_links_brought_gets_none(self, run):
        run("import", "more.csv", "--into", "my.twinnet", files={"more.csv": LINKS.replace("Graz,AT", "Linz,AT")})
        assert run("brief", "my.twinnet", "--all", *DAY).err == "5 letters\n"
        assert not list(Path("letters").glob("linz*"))
        assert run("brief", "my.twinnet", "--all", "--for", "country:AT", "--out", "at", *DAY).err == "2 letters\n"

    def test_other_files_in_the_folder_are_left_alone(self, run):
        Path("letters").mkdir()
        Path("letters/mine.html").write_text("mine", encoding="utf-8")
        Path("letters/bari-it-town-3182351.html").write_text("old", encoding="utf-8")
        assert run("brief", "my.twinnet", "--all", *DAY).code == 0
        assert Path("letters/mine.html").read_text(encoding="utf-8") == "mine"
        assert Path("letters/bari-it-town-3182351.html").stat().st_size > 1000
        assert [path for path in Path("letters").iterdir() if path.suffix == ".tmp"] == []

    def test_the_same_input_gives_the_same_bytes_whatever_the_hashes(self, made, tmp_path):
        sums = set()
        for seed in ("0", "77"):
            out = tmp_path / seed
            words = ["-m", "twinnet", "brief", made, "--all", "--out", out, *DAY]
            subprocess.run([sys.executable, *words], check=True, env={"PYTHONHASHSEED": seed}, capture_output=True)
            sums.add(tuple((p.name, hashlib.sha256(p.read_bytes()).hexdigest()) for p in sorted(out.iterdir())))
        assert len(sums) == 1

    def test_a_brief_in_the_folder_is_the_one_that_is_asked_for_alone(self, run):
        run("brief", "my.twinnet", "--all", *DAY)
        run("brief", "my.twinnet", "Bari", *DAY)
        name = "bari-it-town-3182351.html"
        assert Path(name).read_bytes() == Path("letters", name).read_bytes()

    def test_a_file_that_stands_where_the_folder_should_is_told(self, run, tmp_path):
        Path("letters").write_text("", encoding="utf-8")
        done = run("brief", "my.twinnet", "--all", *DAY)
        assert done.code == 1
        assert "letters: the folder cannot be made" in done.err

    def test_a_letter_that_cannot_be_written_is_told(self, tmp_path):
        among = network(memberships=[Membership(organisation=BARI.id, network="ALDA")])
        (tmp_path / file_name(BARI)).mkdir()
        with pytest.raises(InputError, match="cannot be written"):
            write_letters(among, tmp_path, asked=ASKED, letter=Letter(TODAY))

    def test_progress_is_told(self, tmp_path):
        steps: list[tuple[int, int]] = []
        found = write_letters(
            network(), tmp_path / "x", asked=ASKED, letter=Letter(TODAY), progress=lambda *step: steps.append(step)
        )
        assert len(found) == 5
        assert steps[-1] == (10, 10)

    def test_a_network_with_nobody_has_an_empty_index(self, tmp_path):
        assert write_letters(Network(), tmp_path, asked=ASKED, letter=Letter(TODAY)) == []
        assert texts("en")["brief.index"] in (tmp_path / briefing.INDEX).read_text(encoding="utf-8")


# The command.


class TestCommand:
    def test_a_letter_lies_beside_the_network_and_its_path_is_printed(self, run):
        done = run("brief", "my.twinnet", "Mostar", "Bari, IT", "--from", "ALDA", *DAY)
        assert (done.code, done.out) == (0, "mostar-bari.html\n")
        assert "ALDA" in said(Path("mostar-bari.html").read_text(encoding="utf-8"))

    def test_it_goes_where_it_is_told(self, run):
        assert run("brief", "my.twinnet", "Mostar", "--out", "it.html", *DAY).out == "it.html\n"
        assert run("brief", "my.twinnet", "Mostar", "--out", "-", *DAY).out.startswith("<!doctype html>")

    def test_languages_can_be_chosen(self, run):
        run("brief", "my.twinnet", "Mostar", "Bari", "--page-language", "hr", "--page-language", "fr", *DAY)
        assert languages(Path("mostar-bari.html").read_text(encoding="utf-8")) == ["bs", "fr"]

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            ((), "name one organisation, or two"),
            (("A", "B", "C"), "for one organisation or for two"),
            (("Mostar", "--all"), "name organisations, or --all"),
            (("--all", "--kept-contacts"), "leave them out with --all"),
            (("--all", "--contact-a", "x"), "leave them out with --all"),
            (("--all", "--out", "x.html"), "name a folder with --out"),
            (("--all", "--out", "-"), "name a folder with --out"),
            (("Mostar", "--out", "x.pdf"), "should end in .html or .htm"),
            (("Mostar", "--contact-b", "x"), "there is no B"),
            (("Mostr",), "no organisation is called 'Mostr'"),
            (("Mostar", "Mostar"), "name two organisations"),
        ],
    )
    def test_a_call_that_was_put_wrongly_is_told(self, run, words, message):
        done = run("brief", "my.twinnet", *words, *DAY)
        assert done.code == 2
        assert message in done.err
        assert not list(Path().glob("*.html"))

    def test_the_network_is_not_written_over(self, run, tmp_path):
        shutil.copy("my.twinnet", "my.html")
        done = run("brief", "my.html", "Mostar", "--out", "my.html", *DAY)
        assert (done.code, done.err.count("take the place of the network")) == (2, 1)

    def test_a_rule_that_keeps_them_apart_is_told(self, run):
        done = run("brief", "my.twinnet", "Mostar", "Bari", "--never", "Bari;Mostar", *DAY)
        assert "never to put these two together" in done.err
        assert done.code == 0


# On paper and on the screen.


def sheets(browser: Any, text: str) -> int:
    """How many sheets of paper a letter takes."""
    page = browser.new_page()
    try:
        page.set_content(text)
        return len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(prefer_css_page_size=True, print_background=True)))
    finally:
        page.close()


def overlaps(page: Any) -> list[Any]:
    """Blocks that lie over each other, or over the edge."""
    return page.evaluate("""() => {
        const blocks = [...document.querySelectorAll("h1, h2, h3, p, dt, dd, li, th, td, footer")]
            .filter((one) => !one.querySelector("p, dt, dd, li, h3"));
        const boxes = blocks.map((one) => [one, one.getBoundingClientRect()]).filter(([, box]) => box.width > 0);
        const found = [];
        const edge = document.documentElement.clientWidth + 1;
        for (const [one, box] of boxes) if (box.right > edge) found.push(["edge", one.textContent.slice(0, 40)]);
        for (const [i, [one, a]] of boxes.entries()) for (const [other, b] of boxes.slice(i + 1))
            if (!one.contains(other) && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
                && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3)
                found.push([one.textContent.slice(0, 40), other.textContent.slice(0, 40)]);
        return found;
    }""")


class TestPaper:
    def test_a_pair_takes_two_sheets_in_every_language(self, browser, demo):
        network, asked = demo.network, Asked(demo.rules, demo.today)
        step = len(demo.suggestions) // 8
        for number, one in enumerate(demo.suggestions[::step]):
            ends = [network.organisation(side.id) for side in (one.organisation, one.candidate)]
            pair = LANGUAGES[number % len(LANGUAGES)], LANGUAGES[(number + 3) % len(LANGUAGES)]
            given = Letter(demo.today, sender="ALDA – European Association for Local Democracy", languages=pair)
            text = pair_letter(network, *ends, asked=asked, letter=given)
            assert sheets(browser, text) == 2, (ends[0].name, ends[1].name, pair)

    def test_who_says_little_says_it_in_larger_letters(self, browser):
        text = letter(CELJE, BARI)
        assert text.count('class="page large"') == 2
        assert sheets(browser, text) == 2

    def test_the_same_language_twice_takes_two_sheets(self, browser, demo):
        one = max(demo.suggestions, key=lambda s: len(s.reasons))
        ends = [demo.network.organisation(side.id) for side in (one.organisation, one.candidate)]
        text = pair_letter(
            demo.network, *ends, asked=Asked(demo.rules, demo.today), letter=Letter(demo.today, languages=("de",))
        )
        assert sheets(browser, text) == 2

    def test_hostile_lengths_may_grow_but_nothing_overlaps(self, browser):
        among, a, b = TestSafety().hostile()
        text = letter(a, b, among=among, sender=LONG, contacts=(LONG, HOSTILE))
        assert sheets(browser, text) >= 2
        for size in ({"width": 1000, "height": 1200}, PHONE):
            page = browser.new_page(viewport=size)
            messages: list[str] = []
            page.on("console", lambda message, found=messages: found.append(message.text))
            page.set_content(text)
            assert overlaps(page) == []
            assert page.evaluate("window.__xss") is None
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
            assert messages == []
            page.close()

    @pytest.mark.parametrize("size", [{"width": 1100, "height": 900}, PHONE], ids=["screen", "phone"])
    def test_letters_and_their_index_lie_well_on_the_screen(self, browser, demo, size, tmp_path):
        asked, given = Asked(Rules(whose=("country:BA",)), demo.today), Letter(demo.today)
        written = write_letters(demo.network, tmp_path, asked=asked, letter=given)
        assert len(written) > 10
        page = browser.new_page(viewport=size)
        asked_for: list[str] = []
        page.on("request", lambda request: asked_for.append(request.url))
        for name in (briefing.INDEX, written[0].file):
            page.goto((tmp_path / name).as_uri())
            assert overlaps(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        page.goto((tmp_path / briefing.INDEX).as_uri())
        page.click(f'a[href="{written[0].file}"]')
        assert written[0].organisation.name in page.title()
        assert [url for url in asked_for if not url.startswith(("file:", "data:"))] == []
        page.close()
