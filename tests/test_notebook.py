"""What a value shows of itself in a notebook: small, safe whatever the facts say, with sums that are right."""

import os
import re
import subprocess
import sys
import textwrap
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinnet import matching, notebook
from twinnet.graph import Network
from twinnet.models import Evidence, Link, Membership, Organisation, Party, Source, Suggestion
from twinnet.notebook import MOST_BYTES, Name, card

HOSTILE = "</script><script>window.__xss=1</script>\"'><img src=x onerror=window.__xss=1><!--{{data}}&lt;"
ALLOWED = {"div", "b", "bdi", "table", "tr", "td", "th"}
STYLES = {"margin", "margin-left", "width", "min-width", "height", "background-color", "text-align"}


class Parsed(HTMLParser):
    """The elements of a piece, its words, and the texts of its ``bdi`` elements; what is open at the end is a fault."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.styles, self.names = [], [], []
        self.words = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        assert tag in ALLOWED
        assert {name for name, _ in attributes} <= {"style"}
        self.styles += [value for _, value in attributes]
        self.open.append(tag)
        if tag == "bdi":
            self.names.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_comment(self, data):
        pytest.fail("no comment comes in")

    def handle_data(self, data):
        self.words += data
        if self.open and self.open[-1] == "bdi":
            self.names[-1] += data

    def bars(self):
        """Where each bar begins and how wide it is, in percent."""
        found = (re.match(r"margin-left:([\d.]+)%;width:([\d.]+)%", style) for style in self.styles)
        return [(float(one[1]), float(one[2])) for one in found if one]


def suggestion(*reasons, **values):
    """A suggestion of Mostar to Bari, for reasons given as (sentence, points)."""
    said = tuple(Evidence(key=f"key_{at}", points=p, sentence=text) for at, (text, p) in enumerate(reasons))
    sides = {
        "organisation": Party(id="town-1", name="Mostar", country="BA"),
        "candidate": Party(id="town-2", name="Bari", country="IT"),
    }
    score = sum(reason.points for reason in said)
    return Suggestion(**{"kind": "start", "score": score, "reasons": said, **sides, **values})


def shown(value):
    """What a value shows, after a look at what is promised of all."""
    text = value._repr_html_()
    assert len(text.encode("utf-8")) <= MOST_BYTES
    parsed = Parsed(text)
    for style in parsed.styles:
        assert {part.partition(":")[0] for part in style.split(";")} <= STYLES
    return parsed


class TestSuggestion:
    def test_it_says_who_how_good_why_and_what_is_missing(self):
        found = suggestion(("2 themes in common", 900), ("far apart", -200), times=24.318, missing=("size", "language"))
        words = shown(found).words
        assert "Mostar (BA) – Bari (IT)" in words
        assert "to start · +700 points · 24 times as likely as a chance pair" in words
        assert "+9002 themes in common" in words
        assert "−200far apart" in words
        assert "+700score" in words
        assert "nothing to go on for: size, language" in words

    def test_each_bar_begins_where_the_one_above_ended_and_the_last_is_the_sum(self):
        assert shown(suggestion(("a", 600), ("b", 400), ("c", -500))).bars() == [
            (0, 60), (60, 40), (50, 50), (0, 50),
        ]  # fmt: skip
        # Below zero: zero stands at a third, and the sum reaches from there to the left.
        assert shown(suggestion(("a", 400), ("b", -600))).bars() == [(33.3, 66.7), (0, 100), (0, 33.3)]

    def test_without_points_nothing_is_divided(self):
        assert shown(suggestion(("a corridor asked for", 0))).bars() == [(0, 0), (0, 0)]

    def test_without_reasons_it_says_so(self):
        found = shown(suggestion())
        assert "no reason speaks for it or against it" in found.words
        assert found.bars() == []

    def test_a_link_is_told_with_its_state(self):
        asked = suggestion(("a", 1), kind="revitalise", state="unknown", ask_first=True)
        assert "to revitalise · +1 points · nothing is known of the link · ask first" in shown(asked).words
        wider = suggestion(("a", 1), kind="develop", state="active", themes=("youth", "culture"))
        assert "the link is active" in shown(wider).words
        assert "themes to take up: youth, culture" in shown(wider).words

    def test_a_name_from_right_to_left_stands_apart(self):
        found = suggestion(("a", 1), organisation=Party(id="town-3", name="القدس", country="PS"))
        assert "<b><bdi>القدس</bdi> (PS)</b> – <b><bdi>Bari</bdi> (IT)</b>" in found._repr_html_()

    def test_no_country_is_said(self):
        assert "Nowhere (?)" in shown(suggestion(organisation=Party(id="x", name="Nowhere"))).words

    def test_hostile_text_is_text(self):
        side = Party(id=HOSTILE, name=HOSTILE, country=HOSTILE)
        found = suggestion(
            (HOSTILE, 7), organisation=side, candidate=side, missing=(HOSTILE,), themes=(HOSTILE,), rules=HOSTILE,
            link=HOSTILE,
        )  # fmt: skip
        parsed = shown(found)
        assert HOSTILE in parsed.words
        assert all(HOSTILE.startswith(name.rstrip("…")) for name in parsed.names)

    def test_of_many_reasons_the_rest_is_one_bar_and_the_sum_stays_right(self):
        found = suggestion(*((f"reason {at}: {'because of this ' * 12}", 100) for at in range(40)))
        parsed = shown(found)
        *named, rest, _ = parsed.bars()
        assert 0 < len(named) < 39
        assert f"+{100 * (40 - len(named)):,}{40 - len(named)} more+4,000score" in parsed.words
        assert rest[1] == pytest.approx(100 - 2.5 * len(named), abs=0.1)
        assert sum(width for _, width in parsed.bars()[:-1]) == pytest.approx(100, abs=1)

    @given(
        st.text(max_size=400),
        st.lists(st.tuples(st.text(max_size=400), st.integers(-9_000, 9_000)), max_size=30),
        st.lists(st.text(max_size=200), max_size=20),
    )
    def test_it_is_small_and_whole_whatever_is_in_it(self, name, reasons, missing):
        side = Party(id="x", name=name, country=name)
        shown(suggestion(*reasons, organisation=side, candidate=side, missing=tuple(missing), themes=tuple(missing)))

    def test_half_a_surrogate_pair_can_be_written(self):
        assert "Mo?tar" in Parsed(card(notebook.named("Mo\ud800tar", "BA"))).words


class TestNetwork:
    def test_it_counts(self):
        towns = [Organisation(id=f"town-{at}", name=f"Town {at}", country="BA" if at < 3 else "IT") for at in range(4)]
        links = [
            Link(id="link-1", a="town-0", b="town-3", since="1998", last_activity="2025"),
            Link(id="link-2", a="town-1", b="town-3", since="1998"),
        ]
        members = [Membership(organisation=f"town-{at}", network="ALDA") for at in range(3)]
        members += [Membership(organisation="town-3", network="Eurocities")]
        network = Network([*towns, Organisation(id="x", name="X")], links=links, memberships=members)
        words = shown(network).words
        assert "5 organisations, 4 memberships, 2 links, 0 projects" in words
        assert "newest date: 2025-12-31" in words
        assert "links by stateactive 1, unknown 1" in words
        assert "networksALDA 3, Eurocities 1" in words
        assert "countriesBosnia and Herzegovina 3, Italy 1, not known 1" in words

    def test_an_empty_one_says_that_it_is(self):
        words = shown(Network()).words
        assert words == "Network0 organisations, 0 memberships, 0 links, 0 projectsno date is known"

    def test_of_many_networks_and_countries_the_first_are_shown(self):
        codes = ("AT", "BA", "BE", "BG", "HR", "IT", "RS")
        towns = [Organisation(id=f"t{at}", name="T", country=code) for at, code in enumerate(codes)]
        members = [Membership(organisation="t0", network=f"Net {at:02}") for at in range(30)]
        words = shown(Network(towns, memberships=members)).words
        assert "Net 00 1, Net 01 1, Net 02 1, Net 03 1, Net 04 1 and 25 more" in words
        assert "Austria 1, Belgium 1, Bosnia and Herzegovina 1, Bulgaria 1, Croatia 1 and 2 more" in words

    def test_hostile_text_is_text(self):
        a, b = (Organisation(id=HOSTILE + end, name=HOSTILE, country=HOSTILE) for end in "ab")
        network = Network(
            [a, b],
            links=[Link(id=HOSTILE, a=a.id, b=b.id, themes=(HOSTILE,))],
            memberships=[Membership(organisation=a.id, network=HOSTILE, status=HOSTILE)],
            sources=[Source(name=HOSTILE, kind="members", file=HOSTILE)],
        )
        parsed = shown(network)
        assert len([name for name in parsed.names if HOSTILE.startswith(name.rstrip("…"))]) == 2

    def test_names_of_networks_stand_apart(self):
        network = Network([Organisation(id="x", name="X")], memberships=[Membership(organisation="x", network="رابطة")])
        assert "<bdi>رابطة</bdi> 1" in network._repr_html_()


class TestStarted:
    def towns(self, count):
        return Network(
            [
                Organisation(
                    id=f"town-{at}", name=f"Town {at}", country="BA" if at % 2 else "IT", themes_offered=("youth",)
                )
                for at in range(count)
            ]
        )

    def test_the_best_few_are_shown_with_what_speaks_most_for_each(self):
        found = matching.suggest(self.towns(30))
        parsed = shown(found)
        assert f"{len(found)} suggestions to start" in parsed.words
        assert "the best 10" in parsed.words
        assert f"{found[0].organisation.name} ({found[0].organisation.country})" in parsed.words
        assert found[0].reasons[0].sentence in parsed.words
        assert len(parsed.names) == 20

    def test_few_and_none(self):
        assert "the best" not in shown(matching.suggest(self.towns(2))).words
        assert shown(matching.suggest(Network())).words == "0 suggestions to start"


class TestCard:
    def test_rows_that_are_too_many_are_counted(self):
        text = card("Many", heads=("name",), rows=[(Name(f"row {at} " + "x" * 40),) for at in range(300)])
        parsed = Parsed(text)
        assert len(text.encode("utf-8")) <= MOST_BYTES
        assert f"{300 - len(parsed.names)} more" in parsed.words

    def test_long_texts_are_cut(self):
        parsed = Parsed(card(Name("n" * 300), notes=["t" * 300]))
        assert parsed.words == "n" * 59 + "…" + "t" * 139 + "…"

    def test_the_foremost_are_those_with_most_then_by_name(self):
        assert "".join(notebook.foremost([("b", 1), ("a", 1), ("c", 1200)], 3)) == "c 1,200, a 1, b 1"


def test_the_bytes_are_the_same_under_every_hash_seed():
    code = textwrap.dedent("""
        import sys
        from twinnet import matching
        from twinnet.graph import Network
        from twinnet.models import Membership, Organisation
        towns = [Organisation(id=f"t{i}", name=f"T{i}", country=c, themes_offered=("youth", "culture"))
                 for i, c in enumerate(("BA", "IT", "AT", "DE", "FR", "HR", "RS"))]
        network = Network(towns, memberships=[Membership(organisation="t1", network=n) for n in "abcdefgh"])
        found = matching.suggest(network)
        made = "".join(one._repr_html_() for one in (network, found, found[0]))
        sys.stdout.buffer.write(made.encode("utf-8"))
    """)

    def made(seed):
        seeded = {**os.environ, "PYTHONHASHSEED": seed}
        return subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, timeout=60, env=seeded
        ).stdout

    assert made("1") == made("2")


def test_a_model_still_is_what_it_was():
    found = suggestion(("a", 1))
    assert Suggestion.model_validate(found.model_dump()) == found
    assert "_repr_html_" not in found.model_dump()
