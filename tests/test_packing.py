"""What the page holds of suggestions: shapes and columns of what is said, which ones, and what each language calls."""

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.phrases import TREES
from twinnet import countries, wording
from twinnet.models import Evidence, Party, Suggestion
from twinnet.taxonomy import Taxonomy
from twinnet.views.packing import End, Sayings, Texts
from twinnet.views.suggested import columns, fairest
from twinnet.views.tongues import languages
from twinnet.wording import Listed, Name, Word, listed, phrase

PAIR = (End("town-1", 105_000), End("town-2"))


def packed(*values: Any, pair: tuple[End, End] = PAIR) -> tuple[dict[str, Any], list[str]]:
    """The block of values, and the texts that it speaks of."""
    texts = Texts()
    sayings = Sayings(texts, {"town-1": 0, "town-2": 1, "town-3": 2})
    for value in values:
        sayings.add(value, pair)
    return sayings.block(), texts.all


# Shapes and columns.


def test_values_of_one_shape_share_it_and_stand_in_columns() -> None:
    far = [phrase("say.near.away", name=Name("x", "town-3"), km=km, end=Name("y", "town-1")) for km in (5, 70)]
    block, _ = packed(far[0], phrase("say.distance", km=9), far[1])
    assert block == {
        "shapes": [["say.near.away", "name", "o", "km", "n", "end", "a"], ["say.distance", "km", "n"]],
        "columns": [[[2, 2], [5, 70]], [[9]]],
        "sequence": [0, 1, 0],
    }


def test_what_the_page_knows_of_a_pair_takes_no_room() -> None:
    both = phrase("say.size.both", a=105_000, b=7)
    assert packed(both)[0]["shapes"] == [["say.size.both", "a", "A", "b", "n"]]
    assert packed(both)[0]["columns"] == [[[7]]]
    assert packed(Name("Bari", "town-2"))[0] == {"shapes": ["b"], "columns": [[]], "sequence": [0]}
    assert packed(both, pair=(End("town-2"), End("town-1", 7)))[0]["shapes"] == [["say.size.both", "a", "n", "b", "B"]]


def test_an_organisation_that_the_page_does_not_hold_is_a_text() -> None:
    block, texts = packed(Name("Elsewhere", "town-9"), "a text", Word("theme", "youth", "youth"))
    assert block["shapes"] == ["s", "t"]
    assert block["columns"] == [[[0, 1]], [[2]]]
    assert texts == ["Elsewhere", "a text", "youth"]


def test_lists_say_how_many_are_not_named_only_where_some_are_not() -> None:
    block, texts = packed(listed(["x", "y"], by="and"), listed(["x", "y", "z"], most=2, by="and"), listed([]))
    assert block["shapes"] == [["l", "and", 0, "s", "s"], ["l", "and", 1, "s", "s"], ["l", ",", 0]]
    assert block["columns"] == [[[0], [1]], [[0], [1], [1]], []]
    assert texts == ["x", "y"]


def test_words_that_are_said_are_known() -> None:
    sayings = Sayings(Texts(), {})
    sayings.add(listed([Word("theme", "youth", ""), Word("country", "BA", ""), Word("language", "bs", "")]))
    assert [sayings.words(kind) for kind in ("theme", "country", "language")] == [{"youth"}, {"BA"}, {"bs"}]


@given(st.lists(TREES, max_size=12))
def test_columns_hold_every_value_in_its_turn(values: list[Any]) -> None:
    block, _ = packed(*values)
    assert len(block["sequence"]) == len(values)
    assert len({str(shape) for shape in block["shapes"]}) == len(block["shapes"]) == len(block["columns"])
    times = Counter(block["sequence"])
    for at, of_shape in enumerate(block["columns"]):
        assert {len(column) for column in of_shape} <= {times[at]}


# Which suggestions.


def party(at: int) -> Party:
    return Party(id=f"town-{at:03}", name=f"Town {at:03}", country="BA")


def suggestion(one: int, other: int, score: int, kind: Any = "start", **values: Any) -> Suggestion:
    reasons = (Evidence(key="size", points=score, sentence="as large"),)
    sides = {"organisation": party(one), "candidate": party(other)}
    return Suggestion(kind=kind, score=score, reasons=reasons, **sides, **values)


def test_everybody_has_a_suggestion_before_anybody_has_a_second_one() -> None:
    found = [suggestion(1, other, 1000 - other) for other in range(10, 20)]
    found += [suggestion(one, 30, one) for one in range(2, 6)]
    kept = fairest(found, 6)
    assert [(s.organisation.id, s.score) for s in kept] == [
        ("town-001", 990), ("town-001", 989), ("town-002", 2), ("town-003", 3), ("town-004", 4), ("town-005", 5),
    ]  # fmt: skip
    assert fairest(found, len(found)) == found
    assert fairest(found, 1) == [found[0]]
    assert fairest([], 5) == []


def test_of_equal_rank_the_better_ones_are_taken_and_those_to_ask_about_last() -> None:
    found = [suggestion(1, 9, 5), suggestion(2, 9, 7), suggestion(3, 9, 9, ask_first=True), suggestion(4, 9, 7)]
    assert fairest(found, 1) == [found[1]]
    assert fairest(found, 2) == [found[1], found[3]]
    assert fairest(found, 3) == [found[0], found[1], found[3]]


def test_each_kind_counts_by_itself() -> None:
    found = [
        suggestion(1, 9, 5),
        suggestion(1, 8, 4),
        suggestion(1, 9, 1, "revitalise"),
        suggestion(1, 9, 0, "develop"),
    ]
    assert fairest(found, 3) == [found[0], found[2], found[3]]


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(7, 9), st.integers(-50, 50)), max_size=30),
    st.integers(0, 30),
)
def test_fairest_is_fair(rows: list[tuple[int, int, int]], most: int) -> None:
    found = [suggestion(*row) for row in rows]
    kept = fairest(found, most)
    assert len(kept) == min(most, len(found))
    assert kept == [s for s in found if any(s is k for k in kept)]
    have, all_of = (Counter(s.organisation.id for s in some) for some in (kept, found))
    least = min((have[town] for town in all_of if have[town] < all_of[town]), default=len(found))
    assert max(have.values(), default=0) <= least + 1
    for town in all_of:
        scores = sorted((s.score for s in found if s.organisation.id == town), reverse=True)
        assert sorted((s.score for s in kept if s.organisation.id == town), reverse=True) == scores[: have[town]]


def test_columns_stand_in_the_order_of_organisations_and_kinds() -> None:
    found = [suggestion(2, 1, 3), suggestion(1, 2, -4, "revitalise", link="link-7", state="unknown", ask_first=True)]
    texts = Texts()
    at = {"town-001": 0, "town-002": 1}
    made = columns(
        found, Sayings(texts, at), texts, at=at, links={"link-7": 5}, population=dict.fromkeys(at), details=True
    )
    rows = {name: made[name] for name in ("kind", "a", "b", "score", "state", "link", "ask", "times", "pattern")}
    assert rows == {
        "kind": [1, 0], "a": [0, 1], "b": [1, 0], "score": [-4, 3], "state": [4, -1], "link": [5, -1], "ask": [1, 0],
        "times": [0, 0], "pattern": [0, 0],
    }  # fmt: skip
    assert made["points"] == [[-4, 3]]
    assert made["patterns"] == [[[0], []]]
    assert (made["first"], made["details"], made["themes"]) == (0, True, {})


# Languages.


def test_every_language_of_the_page_stands_in_it_with_what_the_page_names() -> None:
    own = Taxonomy.from_text('[themes.bees]\nlabel = "honey bees"\narea = "green"\n')
    made = languages(
        of_countries=["XK", "BA"],
        of_themes={"youth", "bees"},
        of_languages={"bs"},
        called={"XK": "Kosovo*"},
        taxonomy=own,
    )
    assert tuple(made) == wording.LANGUAGES
    for code, language in made.items():
        assert language["name"] == wording.called(code)
        assert set(language["texts"]) >= set(wording.texts("en"))
        assert {key: language["texts"][key] for key in wording.texts(code)} == dict(wording.texts(code))
        assert language["countries"] == {"BA": countries.name("BA", code), "XK": "Kosovo*"}
        assert list(language["countries"]) == ["BA", "XK"]
        assert language["themes"]["bees"] == "honey bees"
        assert language["tongues"] == {"bs": countries.language_name("bs", code)}
        assert len(language["plural"]) == 200
        assert {int(digit) for digit in language["plural"]} == set(range(len(language["categories"])))
        assert set(language["numbers"]) == {"decimal", "group"}
    names = [made[code]["countries"]["BA"] for code in ("en", "fr", "de")]
    assert names == ["Bosnia and Herzegovina", "Bosnie-Herzégovine", "Bosnien und Herzegowina"]
    themes = {language["themes"]["youth"] for language in made.values()}
    assert len(themes) > 5


def test_a_list_of_nothing_and_more_is_kept() -> None:
    assert packed(Listed((), 3))[0] == {"shapes": [["l", ",", 1]], "columns": [[[3]]], "sequence": [0]}
