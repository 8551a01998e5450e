"""The page as text: safe whatever the facts say, the same for the same input, and honest about what it leaves out."""

import base64
import datetime as dt
import hashlib
import json
import os
import re
import subprocess
import sys
import textwrap
import zlib
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from twinnet import matching
from twinnet.errors import TwinnetError
from twinnet.graph import Network
from twinnet.models import (
    Evidence,
    Link,
    Membership,
    Organisation,
    Partner,
    Party,
    Project,
    Rules,
    Source,
    Suggestion,
    link_id,
)
from twinnet.taxonomy import Taxonomy
from twinnet.views import contents as page_contents
from twinnet.views.contents import SIDES, contents
from twinnet.views.explorer import page
from twinnet.views.network import script
from twinnet.views.suggested import foremost, sentences
from twinnet.wording import english, phrase

TODAY = dt.date(2026, 3, 1)
SOURCES = Path(page_contents.__file__).parent / "page"
ENGLISH = SOURCES.parents[1] / "data" / "languages" / "en.json"
HOSTILE = "</script><script>window.__xss=1</script>\"'><img src=x onerror=window.__xss=1><!--{{data}}&lt;"


class Parsed(HTMLParser):
    """What a page consists of: elements with attributes, and the text inside scripts, styles and the title."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[tuple[str, dict[str, str | None], str]] = []
        self.words = ""
        self.open: str | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag in {"script", "style", "title"}:
            self.inside.append((tag, dict(attributes), ""))
        self.open = tag if tag in {"script", "style", "title"} else None

    def handle_endtag(self, tag):
        self.open = None

    def handle_data(self, data):
        if self.open:
            tag, attributes, text = self.inside[-1]
            self.inside[-1] = (tag, attributes, text + data)
        else:
            self.words += data

    def data(self):
        """Return the data block, unpacked."""
        [text] = [text for _, attributes, text in self.inside if attributes.get("id") == "data"]
        data = json.loads(text)
        return json.loads(zlib.decompress(base64.b64decode(data["zlib"]))) if "zlib" in data else data


def town(number, **values):
    given = {"name": f"Town {number}", "country": "BA" if number % 2 else "IT", "latitude": 44.0 + number % 7}
    return Organisation(**{"id": f"town-{number}", "longitude": 10.0 + number % 11, **given, **values})


def party(organisation):
    return Party(id=organisation.id, name=organisation.name, country=organisation.country)


def suggestion(organisation, candidate, *, kind="start", points=(900, 300, -200), **values):
    reasons = tuple(
        Evidence(key=key, points=p, sentence=f"{key} say so", detail=f"{p} for {candidate.name}")
        for key, p in zip(("themes", "size", "distance"), points, strict=True)
    )
    given = {"score": sum(points), "reasons": reasons, "missing": ("language",), **values}
    return Suggestion(kind=kind, organisation=party(organisation), candidate=party(candidate), **given)


def link(one, other, kind="partnership", **values):
    a, b = sorted((one.id, other.id))
    return Link(id=link_id(a, b, kind), a=a, b=b, kind=kind, **values)


@pytest.fixture
def small():
    """Three towns, two parallel links, a project, a suggestion of each kind."""
    mostar = town(1, name="Mostar", themes_offered=("youth",), languages=("bs",), population=105_000, capital=False)
    bari = town(2, name="Bari", themes_sought=("youth", "beekeeping"), place_state="own")
    lodz = town(3, name="Łódź", country="PL", latitude=None, longitude=None)
    links = [
        link(mostar, bari, since="1998", themes=("culture",)),
        link(mostar, bari, "friendship", last_activity="2025"),
    ]
    network = Network(
        [mostar, bari, lodz],
        links=links,
        memberships=[Membership(organisation="town-1", network="ALDA", since="2005", former=True)],
        projects=[Project(id="project-1", name="Bridges", programme="CERV", themes=("solidarity",))],
        partners=[Partner(project="project-1", organisation="town-1", role="lead")],
        sources=[Source(name="ALDA", kind="members", file="alda.csv", date="2024")],
    )
    found = [
        suggestion(mostar, lodz, probability=0.001, times=24.318),
        suggestion(mostar, bari, kind="revitalise", link=links[0].id, state="unknown", ask_first=True),
        suggestion(mostar, bari, kind="develop", link=links[1].id, state="active", themes=("youth",)),
    ]
    return network, found


def said(data: dict[str, Any], at: int) -> str:
    """Say in English, as the page's script does, one of the values that a page holds."""
    block = data["sayings"]
    shape = block["sequence"][at]
    row = block["sequence"][:at].count(shape)
    numbers = iter([column[row] for column in block["columns"][shape]])

    def say(shape: Any) -> Any:
        if shape == "s":
            return data["texts"][next(numbers)]
        if shape == "t":
            return data["languages"]["en"]["themes"][data["texts"][next(numbers)]]
        assert shape[0] not in {"a", "b", "l"}
        return phrase(shape[0], **{slot: say(of) for slot, of in zip(shape[1::2], shape[2::2], strict=True)})

    return english().say(say(block["shapes"][shape]))


def make(network, found, *, title="Twinning", rules=None):
    return page(network, found, title=title, rules=rules or Rules(), today=TODAY)


def hostile():
    """A network whose every text tries to run a script."""
    a = Organisation(
        id=HOSTILE, name=HOSTILE, country="BA", place=HOSTILE, latitude=44, longitude=18, themes_offered=(HOSTILE,),
        themes_sought=(HOSTILE,), languages=(HOSTILE,), other_names=(HOSTILE,), website="javascript:window.__xss=1",
    )  # fmt: skip
    b = Organisation(id=HOSTILE + "2", name=HOSTILE, country=HOSTILE, latitude=42, longitude=12)
    joined = Link(id=HOSTILE, a=a.id, b=b.id, themes=(HOSTILE,))
    reasons = (Evidence(key=HOSTILE, points=7, sentence=HOSTILE, detail=HOSTILE),)
    network = Network(
        [a, b],
        links=[joined],
        memberships=[Membership(organisation=a.id, network=HOSTILE, status=HOSTILE)],
        projects=[
            Project(id=HOSTILE, name=HOSTILE, title=HOSTILE, programme=HOSTILE, measure=HOSTILE, themes=(HOSTILE,))
        ],
        partners=[Partner(project=HOSTILE, organisation=a.id, role=HOSTILE)],
        sources=[Source(name=HOSTILE, kind="members", file=HOSTILE)],
    )
    common = {"organisation": party(a), "candidate": party(b), "score": 7, "reasons": reasons, "missing": (HOSTILE,)}
    found = [
        Suggestion(kind="start", **common),
        Suggestion(kind="develop", link=HOSTILE, state="active", themes=(HOSTILE,), **common),
    ]
    return network, found, Rules(whose=(HOSTILE,), weights={HOSTILE: 2.0}, never=((HOSTILE, HOSTILE),))


def test_hostile_text_stays_text_in_every_field():
    network, found, rules = hostile()
    parsed = Parsed(make(network, found, title=HOSTILE, rules=rules))
    assert [tag for tag, _ in parsed.elements].count("script") == 5
    assert "img" not in {tag for tag, _ in parsed.elements}
    assert [text for tag, _, text in parsed.inside if tag == "title"] == [HOSTILE]
    data = parsed.data()
    assert data["organisations"][0]["name"] == HOSTILE
    assert data["title"] == HOSTILE
    assert parsed.words.count(HOSTILE) >= 5  # heading and table for readers without JavaScript


def test_no_element_carries_script_style_or_a_foreign_address(small):
    for text in (make(*small), make(*hostile()[:2], title=HOSTILE)):
        for tag, attributes in Parsed(text).elements:
            assert not [name for name in attributes if name.startswith("on") or name in {"style", "src", "srcset"}]
            assert tag not in {"iframe", "object", "embed", "base", "img", "form action"}
            address = attributes.get("href") or ""
            if tag == "a":
                assert address.startswith(("https://", "#"))
            else:
                assert address in {"", "data:,"}
        [style] = [text for tag, _, text in Parsed(text).inside if tag == "style"]
        assert "url(" not in style
        assert "@import" not in style


def test_policy_allows_exactly_the_scripts_and_the_style_of_the_page(small):
    parsed = Parsed(make(*small))
    [policy] = [a["content"] for tag, a in parsed.elements if tag == "meta" and a.get("http-equiv")]
    rules = {name: values for name, *values in (rule.split() for rule in policy.split(";"))}

    def digests(tag):
        # vis-network waits as a text until a network is looked at, and runs under the same policy.
        runs = (None, "text/plain")
        found = [text for t, attributes, text in parsed.inside if t == tag and attributes.get("type") in runs]
        return [f"'sha256-{base64.b64encode(hashlib.sha256(t.encode()).digest()).decode()}'" for t in found]

    assert rules["default-src"] == ["'none'"]
    assert rules["script-src"] == digests("script")
    assert rules["style-src"] == digests("style")
    assert len(rules["script-src"]) == 3
    assert "unsafe" not in policy


def test_scripts_can_stand_in_a_script_element(small):
    for tag, _, text in Parsed(make(*small)).inside:
        if tag == "script":
            assert "</script" not in text.lower()
            assert "<!--" not in text
            assert "\r" not in text


def test_same_bytes_for_the_same_facts_in_any_order(small):
    network, found = small
    expected = make(network, found)
    again = Network(
        reversed(list(network.organisations)), links=reversed(list(network.links)), memberships=network.memberships,
        projects=network.projects, partners=network.partners, sources=network.sources,
    )  # fmt: skip
    assert make(again, found[::-1]) == expected


@pytest.mark.parametrize("seed", ["0", "7"])
def test_same_bytes_under_every_hash_seed(seed):
    code = """
        import datetime, hashlib
        from twinnet import matching
        from twinnet.graph import Network
        from twinnet.models import Link, Organisation, Rules
        from twinnet.views.explorer import page
        towns = [Organisation(id=str(i), name=str(i), country=c, themes_offered=("youth", c), languages=("bs", "it"))
                 for i, c in enumerate(("BA", "IT", "PL", "FR"))]
        network = Network(towns, links=[Link(id="l", a="0", b="1"), Link(id="m", a="1", b="2")])
        found = list(matching.suggest(network))
        assert found and found[0].reasons
        text = page(network, found, title="t", rules=Rules(cap=5), today=datetime.date(2026, 1, 1))
        print(hashlib.sha256(text.encode()).hexdigest())
    """
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], env=environment, capture_output=True, text=True, check=True
    )
    other = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env={**environment, "PYTHONHASHSEED": "42"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout == other.stdout


def points_of(columns: dict[str, Any]) -> list[list[int]]:
    """Return the points of each suggestion of a page."""
    columns_of = [iter(points) for points in columns["points"]]
    return [[next(columns_of[place]) for place in columns["patterns"][n][0]] for n in columns["pattern"]]


def test_points_of_a_suggestion_add_up_to_its_score(small):
    columns = contents(*small, title="", rules=Rules(), today=TODAY)["suggestions"]
    assert [sum(points) for points in points_of(columns)] == columns["score"]
    assert columns["times"] == [24.3, 0, 0]
    assert columns["reasons"] == ["distance", "size", "themes", "language"]


def test_a_membership_that_ended_is_marked_as_former() -> None:
    bari = Organisation(id="town-2", name="Bari", country="IT")
    ended = Network([bari], memberships=[Membership(organisation="town-2", network="ALDA", until="2025")])
    held = [
        contents(ended, [], title="t", rules=Rules(), today=day)["organisations"][0]["memberships"][0]
        for day in (dt.date(2025, 12, 31), dt.date(2026, 1, 1))
    ]
    assert [one.get("former") for one in held] == [None, True]


def test_data_says_what_is_known_and_leaves_out_what_is_not(small):
    data = contents(*small, title="T", rules=Rules(cap=5, population=(400, None)), today=TODAY)
    mostar, bari, lodz = data["organisations"]
    assert mostar["memberships"] == [{"network": "ALDA", "since": "2005", "former": True}]
    assert mostar["capital"] is False
    assert "population" not in bari
    assert bari["place_state"] == "own"
    assert "latitude" not in lodz
    assert data["regions"] == {"BA": "see", "IT": "old", "PL": "other"}
    assert data["languages"]["en"]["countries"]["BA"] == "Bosnia and Herzegovina"
    assert data["languages"]["de"]["countries"]["IT"] == "Italien"
    assert set(data["themes"]) >= {"beekeeping", "culture", "solidarity", "youth"}
    assert data["languages"]["mk"]["themes"]["beekeeping"] == "beekeeping"
    assert sorted(row[3] for row in data["links"]) == ["active", "unknown"]
    assert data["rules"] == [["cap", "5"], ["population", "400, …"]]
    assert data["projects"][0]["partners"] == [[0, "lead"]]
    assert data["left_out"] == {"organisations": 0, "links": 0, "suggestions": 0}


def test_inferred_themes_stand_apart_with_their_strongest_source():
    """They are no words of the organisation, and what it states is not told again."""
    own = Taxonomy.from_text(
        '[themes.bees]\nlabel = "honey bees"\narea = "green"\n[networks.ALDA]\nthemes = ["bees"]\n'
    )
    bari = town(2, themes_offered=("youth",), themes_sought=("sport",))
    network = Network(
        [town(1), bari, town(3)],
        memberships=[Membership(organisation="town-2", network="ALDA", since="2020")],
        projects=[Project(id=f"p{k}", name=f"P{k}", themes=("youth", "sport", "peace")) for k in range(3)],
        partners=[Partner(project=f"p{k}", organisation=f"town-{1 + k % 2}") for k in range(3)],
        taxonomy=own,
    )

    def read(rules: Rules) -> list[list[tuple[str, str, str, int]]]:
        data = contents(network, [suggestion(bari, town(9))], title="T", rules=rules, today=TODAY)
        assert set(data["themes"]) == {"youth", "sport", "peace"} | ({"bees"} if not rules.as_of else set())
        assert data["languages"]["en"]["themes"].get("bees", "honey bees") == "honey bees"
        assert data["tagger"] == ""
        found = []
        for one in data["organisations"]:
            flat = one.get("inferred", [])
            fives = [flat[at : at + 5] for at in range(0, len(flat), 5)]
            found.append([(SIDES[s], data["texts"][t], said(data, w), more) for s, t, w, _, more in fives])
        return found

    two = [("works on", theme, "project P0", 1) for theme in ("peace", "sport", "youth")]
    ours = [("works on", theme, "project P1", 0) for theme in ("peace", "sport")]
    assert read(Rules()) == [two, [*ours, ("works on", "bees", "member of ALDA", 0)], [], []]
    assert read(Rules(as_of=dt.date(2010, 1, 1))) == [two, ours, [], []]


def test_the_page_says_what_read_the_texts(small):
    network = Network([town(1, description="youth exchange of young people")])
    data = contents(network, [], title="T", rules=Rules(), today=TODAY)
    assert data["tagger"]
    assert data["tagger"] in json.dumps(Parsed(make(network, [])).data())


def test_a_reason_of_unknown_key_and_a_side_that_is_no_organisation_still_show():
    network = Network([town(1)])
    stranger = town(2, name="Elsewhere")
    found = Suggestion(
        kind="start", organisation=party(town(1)), candidate=party(stranger), score=5,
        reasons=(Evidence(key="good_luck", points=5, sentence="Luck"),),
    )  # fmt: skip
    data = contents(network, [found], title="", rules=Rules(), today=TODAY)
    assert data["suggestions"]["reasons"] == ["good_luck"]
    assert said(data, data["suggestions"]["first"]) == "Luck"
    assert [o["name"] for o in data["organisations"]] == ["Town 1", "Elsewhere"]


def test_an_empty_network_and_no_suggestions_say_so(small):
    empty = Parsed(make(Network(), []))
    assert "There are no suggestions on this page." in empty.words
    assert empty.data()["organisations"] == []
    without = Parsed(make(small[0], []))
    assert len(without.data()["organisations"]) == 3


def test_a_large_network_is_cut_to_what_matters_and_says_what_is_left_out():
    towns = [town(i, latitude=40 + i / 100, longitude=10 + i / 200) for i in range(2000)]
    links = [link(towns[i], towns[i + 1]) for i in range(0, 1998, 3)] + [link(towns[0], towns[500])]
    project = Project(id="project-1", name="P")
    partners = [Partner(project="project-1", organisation=f"town-{i}") for i in (0, 700)]
    network = Network(towns, links=links, projects=[project], partners=partners)
    data = contents(network, [suggestion(towns[0], towns[999])], title="", rules=Rules(), today=TODAY)
    assert {o["id"] for o in data["organisations"]} == {f"town-{i}" for i in (0, 1, 500, 700, 999, 1000)}
    assert len(data["links"]) == 3
    assert len(data["others"]) == 2 * (2000 - 6)
    assert data["left_out"]["organisations"] == 1994
    assert data["left_out"]["links"] == len(links) - 3


def test_the_best_of_each_kind_come_first_and_those_to_ask_about_last():
    towns = [town(i) for i in range(30)]
    found = [suggestion(towns[0], towns[i], points=(i, 0, 0)) for i in range(1, 20)]
    found += [suggestion(towns[1], towns[i], kind="revitalise", points=(i, 0, 0)) for i in range(2, 6)]
    asked = suggestion(towns[1], towns[9], kind="revitalise", points=(99, 0, 0), ask_first=True)
    best = foremost([*found, asked], 8)
    assert [(s.kind, s.score) for s in best] == [("start", p) for p in (19, 18, 17, 16)] + [
        ("revitalise", p) for p in (5, 4, 3, 2)
    ]
    assert foremost([*found, asked], 100)[-1] == asked


def test_the_static_table_holds_at_most_500_suggestions_of_all_kinds():
    towns = [town(i) for i in range(60)]
    found = [suggestion(a, b) for a in towns[:30] for b in towns[30:]]
    found += [suggestion(towns[0], towns[31], kind="develop")]
    parsed = Parsed(make(Network(towns), found))
    assert [tag for tag, _ in parsed.elements].count("tr") == 501
    assert "The best 500 of 901 suggestions." in parsed.words
    assert "Develop" in parsed.words


def test_350_organisations_stay_under_the_size():
    towns = [town(i, name=f"Villeneuve-lès-Bourg {i}", themes_offered=("youth", "culture")) for i in range(350)]
    links = {x.id: x for x in (link(towns[i % 350], towns[(i * i + 7) % 350], since="1990") for i in range(700))}
    found = [suggestion(towns[i % 350], towns[i * 13 % 349], points=(i * 97 % 2003, 7, -9)) for i in range(2100)]
    text = make(Network(towns, links=links.values()), found)
    assert len(text.encode()) < 1_500_000
    assert Parsed(text).data()["counts"]["links"] == len(links)


def test_why_says_the_strongest_reasons_for_a_pair_only(small):
    assert sentences(small[1][0], english()) == "Themes say so. Size say so."
    assert not sentences(suggestion(town(1), town(2), points=(-1, 0, -5)), english())


def test_a_missing_pyvis_is_told(monkeypatch):
    script.cache_clear()
    monkeypatch.setattr("twinnet.views.network.find_spec", lambda _: None)
    with pytest.raises(TwinnetError, match="pyvis"):
        script()
    script.cache_clear()


def test_building_a_page_does_not_import_pyvis():
    code = "import sys; from twinnet.views.network import script; script(); sys.exit('pyvis' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_text_that_the_page_asks_for_exists():
    strings = json.loads(ENGLISH.read_text(encoding="utf-8"))
    assert list(strings) == sorted(strings)
    asked = set(re.findall(r"\{\{t:([\w.-]+)\}\}", (SOURCES / "explorer.html").read_text(encoding="utf-8")))
    for module in SOURCES.glob("*.js"):
        asked |= set(re.findall(r"""\bt\("([\w.]+)"[,)]""", module.read_text(encoding="utf-8")))
    assert {key for key in asked if key not in strings and f"{key}.other" not in strings} == set()
    assert len(asked) > 60


def test_no_module_makes_elements_from_text():
    for module in SOURCES.glob("*.js"):
        text = module.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text)


def test_a_network_says_how_a_country_is_called() -> None:
    prizren = Organisation(id="town-1", name="Prizren", country="XK")
    made = Network([prizren, Organisation(id="town-2", name="Bari", country="IT")])
    today = dt.date(2026, 1, 1)
    rules = Rules(country_names={"XK": "Kosovo*"}, corridor="XK:IT")
    found = matching.suggest(made, rules=rules, today=today)
    shown = Parsed(page(made, found, title="Called", rules=rules, today=today))
    for language in shown.data()["languages"].values():
        assert language["countries"]["XK"] == "Kosovo*"
    assert "Kosovo*" in shown.words
    [corridor] = [reason for reason in found[0].reasons if reason.key == "corridor"]
    assert "Kosovo*" in corridor.sentence
    with pytest.raises(ValueError, match="there is no country 'KS'"):
        Rules(country_names={"KS": "Kosovo*"})
