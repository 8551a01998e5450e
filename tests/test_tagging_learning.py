"""What the package ships is learned from the taxonomy it ships, and learning is the same each time."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from twinnet.tagging import Tagger, embedding
from twinnet.tagging import words as of_words
from twinnet.tagging.keywords import Keywords
from twinnet.tagging.learning import (
    KEYWORDS,
    Labelled,
    LearnOptions,
    Vocabulary,
    common_words,
    folds_of,
    learn,
    learn_embedding,
)
from twinnet.tagging.words import DATA, Places, Weights, built_in, words
from twinnet.taxonomy import Taxonomy, Theme
from twinnet.text import fold

SENTENCES = Path(__file__).parent / "labels" / "theme_sentences.csv"
LEARN_AGAIN = "the taxonomy and what was learned for it differ: run scripts/learn_themes.py (with --embed too)"


def rows() -> list[dict[str, str]]:
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- what the package ships


def test_the_shipped_weights_are_of_the_shipped_themes() -> None:
    keys = Taxonomy.builtin().keys()
    weights = built_in()
    assert weights.themes == keys, LEARN_AGAIN
    assert {*weights.card["constants"]} == {*keys, "any theme"}, LEARN_AGAIN
    assert {*weights.card["thresholds"]} == {*keys}, LEARN_AGAIN
    assert embedding.Embedding.load(DATA).themes == keys, LEARN_AGAIN


def test_the_shipped_weights_fit_together() -> None:
    weights = built_in()
    assert len(weights.constants) == len(weights.themes) + 1
    assert len(weights.thresholds) == len(weights.themes)
    assert weights.table.shape == (len(weights.of), len(weights.themes) + 1)
    assert [*weights.of] == sorted(weights.of)
    assert [*weights.of.values()] == list(range(len(weights.of)))
    assert [*weights.common] == sorted(weights.common)
    assert all(0 <= share <= 1 for share in weights.common.values())


def test_the_function_of_vectors_fits_together() -> None:
    found = embedding.Embedding.load(DATA)
    assert found.table.shape == (384, len(found.themes) + 1)
    assert found.constants.shape == (len(found.themes) + 1,)
    assert found.thresholds.shape == (len(found.themes),)


def test_the_card_says_what_it_was_learned_from() -> None:
    learned_from = built_in().card["learned_from"]
    assert {"keywords", "sentences", "projects"} <= {*learned_from}
    again = f"the sentences to learn from changed: {LEARN_AGAIN}"
    assert learned_from["sentences"] == sum(row["part"] == "learn" for row in rows()), again


def test_what_is_shipped_holds_no_text() -> None:
    # Of the descriptions nothing but pieces of words is kept: a word, up to five of its letters, or two beginnings.
    for piece in built_in().of:
        assert " " not in piece.strip() or all(len(part) <= 5 for part in piece.split(" "))
        assert piece.startswith("=") or len(piece) <= 11
    assert (DATA / "theme_weights.npz").stat().st_size < 3_000_000


def test_weights_are_kept_as_they_are(tmp_path: Path) -> None:
    ours = built_in()
    ours.save(tmp_path)
    again = Weights.load(tmp_path)
    assert (again.themes, again.of, again.common) == (ours.themes, ours.of, ours.common)
    for name in ("constants", "named", "thresholds"):
        assert (getattr(again, name) == getattr(ours, name)).all()
    assert (again.table != ours.table).nnz == 0
    for name in ("theme_weights.json", "theme_common_words.csv", "theme_keywords.tsv"):
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes()


def test_the_keywords_shipped_are_those_of_the_taxonomy() -> None:
    # They are kept folded, since folding 25,000 of them takes longer than all else that a reader of texts needs.
    assert built_in().keywords.by_start == Keywords.of(Taxonomy.builtin().themes()).by_start, (
        "learn the weights again (scripts/learn_themes.py), or write the keywords alone: "
        "Keywords.of(Taxonomy.builtin().themes()).save(...)"
    )


def test_pieces_are_found_whether_few_or_many_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_words, "_MANY", 3)
    places = Places(["a", "b", "d"])
    asked = ["b", "c", "a", "d", "e", "b"]
    assert [places.get(one) for one in asked] == [1, None, 0, 2, None, 1]
    assert "d" in places
    assert "c" not in places
    assert 1 not in places
    with pytest.raises(KeyError):
        places["c"]


# --- the sentences


class TestSentences:
    def test_they_are_of_known_themes_parts_styles_and_languages(self) -> None:
        keys = {*Taxonomy.builtin().keys()}
        for row in rows():
            assert row["part"] in ("learn", "check")
            assert row["theme"] in {*keys, "none"}
            assert {*row["also"].split(";")} - {""} <= keys - {row["theme"]}
            assert row["lang"] in Taxonomy.builtin().languages()
            assert (row["style"] in ("k", "p")) == (row["part"] == "check" and row["theme"] != "none")
            assert row["text"].strip() == row["text"] != ""
            assert not (row["theme"] == "none" and row["also"])

    def test_every_language_has_sentences_of_every_theme_and_of_none(self) -> None:
        keys = {*Taxonomy.builtin().keys(), "none"}
        met: dict[str, set[str]] = defaultdict(set)
        for row in rows():
            met[row["lang"]].add(row["theme"])
        assert {*met} == {*Taxonomy.builtin().languages()}
        assert all(found == keys for found in met.values())

    def test_those_to_check_by_cover_every_theme_twice_a_language(self) -> None:
        count = Counter((row["lang"], row["style"]) for row in rows() if row["part"] == "check")
        languages = {language for language, _ in count}
        assert len(languages) >= 18
        assert all(count[language, "k"] >= 29 and count[language, "p"] >= 29 for language in languages)
        assert all(count[language, ""] >= 8 for language in languages)

    def test_none_stands_in_both_parts(self) -> None:
        parts: dict[str, set[str]] = defaultdict(set)
        for row in rows():
            parts[" ".join(key for _, key in words(row["text"]))].add(row["part"])
        assert [text for text, found in parts.items() if len(found) > 1] == []

    def test_none_stands_twice_in_a_language(self) -> None:
        count = Counter((row["lang"], fold(row["text"])) for row in rows())
        assert [text for text, times in count.items() if times > 1] == []


class TestHowWellTheyAreTold:
    """The part ``check``, which nothing was learned from."""

    @pytest.fixture(scope="class")
    @classmethod
    def told(cls) -> list[tuple[dict[str, str], bool]]:
        """Each sentence to check by, and whether its first theme is right (for none: whether nothing was told)."""
        tagger = Tagger.open()
        found = []
        for row in rows():
            if row["part"] == "check":
                tags = tagger.tag(row["text"])
                right = {row["theme"], *row["also"].split(";")}
                found.append((row, tags == () if row["theme"] == "none" else bool(tags) and tags[0].theme in right))
        return found

    def test_texts_that_name_their_theme(self, told: list[tuple[dict[str, str], bool]]) -> None:
        right = [one for row, one in told if row["style"] == "k"]
        assert sum(right) >= 0.95 * len(right)

    def test_texts_that_name_their_theme_in_each_language(self, told: list[tuple[dict[str, str], bool]]) -> None:
        by_language: dict[str, list[bool]] = defaultdict(list)
        for row, one in told:
            if row["style"] == "k":
                by_language[row["lang"]].append(one)
        shares = {language: sum(found) / len(found) for language, found in by_language.items()}
        assert {language: share for language, share in shares.items() if share < 0.9} == {}

    def test_texts_that_paraphrase_it(self, told: list[tuple[dict[str, str], bool]]) -> None:
        right = [one for row, one in told if row["style"] == "p"]
        assert sum(right) >= 0.6 * len(right)

    def test_texts_without_a_theme_get_none(self, told: list[tuple[dict[str, str], bool]]) -> None:
        right = [one for row, one in told if row["theme"] == "none"]
        assert sum(right) >= 0.9 * len(right)


@pytest.mark.usefixtures("embed")
def test_the_extra_tells_paraphrases_better() -> None:
    some = [row for row in rows() if row["part"] == "check" and row["style"] == "p"][::10]
    right = []
    for embed in (False, True):
        tagger = Tagger.open(embed=embed)
        told = [tagger.tag(row["text"], top=1) for row in some]
        right.append(
            sum(
                bool(tags) and tags[0].theme in {row["theme"], *row["also"].split(";")}
                for tags, row in zip(told, some, strict=True)
            )
        )
    assert right[1] > right[0]


# --- learning

THEMES = ("water", "music")
OF = {
    "water": ["river and lake", "the lake is clean", "rivers of the valley", "clean water for all", "lakes and rivers"],
    "music": ["a choir sings", "choirs and concerts", "concert of the choir", "the singers sing", "songs and concerts"],
    "": ["open on Monday", "closed on Sunday", "the office is closed", "office hours", "thanks for the letter"],
}
NAMES = Keywords.of(
    [
        Theme("water", "nature", keywords={"en": ("waterfall", "clean water")}),
        Theme("music", "arts", keywords={"en": ("concert of the choir",)}),
    ]
)
SMALL = LearnOptions(least_weight=0.01, least_cell=0.001, common_from=3)


def corpus() -> list[Labelled]:
    texts = [
        Labelled(f"{text} {extra}".strip(), frozenset({theme} - {""}), "sentences")
        for theme, some in OF.items()
        for text in some
        for extra in ("", "today", "for everybody")
    ]
    return [
        *texts,
        Labelled("waterfall", frozenset({"water"}), KEYWORDS),
        Labelled("tune", frozenset({"music"}), KEYWORDS),
    ]


@pytest.fixture(scope="module")
def learned() -> Weights:
    return learn(corpus(), THEMES, SMALL, keywords=NAMES, about={"date": "2026-11"})


class TestLearning:
    def test_what_was_learned_tells_new_texts(self, learned: Weights) -> None:
        tagger = Tagger(learned, Taxonomy.builtin())
        assert tagger.tag("A river, a lake")[0].theme == "water"
        assert tagger.tag("They sing in choirs")[0].theme == "music"
        assert tagger.tag("The office is open on Sunday") == ()
        assert tagger.tag("The lakes")[0].words == ("lakes",)

    def test_it_is_the_same_each_time(self, learned: Weights, tmp_path: Path) -> None:
        again = learn(corpus(), THEMES, SMALL, keywords=NAMES, about={"date": "2026-11"})
        assert same(learned, again)
        for number, weights in enumerate((learned, again)):
            (tmp_path / str(number)).mkdir()
            weights.save(tmp_path / str(number))
        for name in ("theme_weights.npz", "theme_weights.json", "theme_common_words.csv", "theme_keywords.tsv"):
            assert (tmp_path / "0" / name).read_bytes() == (tmp_path / "1" / name).read_bytes()

    def test_it_is_saved_and_loaded_whole(self, learned: Weights, tmp_path: Path) -> None:
        learned.save(tmp_path)
        again = Weights.load(tmp_path)
        assert same(learned, again)
        assert again.card["date"] == "2026-11"
        texts = ["A river, a lake", "They sing in choirs", "open"]
        one, other = (Tagger(weights, Taxonomy.builtin()).tag_all(texts) for weights in (learned, again))
        assert [[tag.theme for tag in tags] for tags in one] == [[tag.theme for tag in tags] for tags in other]

    def test_weights_of_a_few_themes_read_texts_of_others(self, learned: Weights, tmp_path: Path) -> None:
        learned.save(tmp_path)
        assert Weights.load(tmp_path).keywords.by_start == NAMES.by_start
        assert Tagger(Weights.load(tmp_path), Taxonomy.builtin()).tag("youth council and football club") == ()

    def test_the_order_of_texts_hardly_matters(self, learned: Weights) -> None:
        again = learn(corpus()[::-1], THEMES, SMALL, keywords=NAMES)
        assert again.common == learned.common
        texts = ["A river, a lake", "They sing in choirs", "The office is open on Sunday"]
        one, other = (Tagger(weights, Taxonomy.builtin()).tag_all(texts) for weights in (learned, again))
        assert [[tag.theme for tag in tags] for tags in one] == [[tag.theme for tag in tags] for tags in other]

    def test_thresholds_let_few_texts_without_a_theme_get_one(self) -> None:
        strict, loose = (
            learn(corpus(), THEMES, LearnOptions(least_weight=0.01, common_from=3, false_tags=share), keywords=NAMES)
            for share in (0.01, 0.9)
        )
        assert (strict.thresholds >= loose.thresholds).all()
        assert ((strict.thresholds >= -2) & (strict.thresholds <= 6)).all()

    def test_pieces_of_one_text_are_left_out(self) -> None:
        weights = learn(
            [*corpus(), Labelled("xylophone", frozenset({"music"}), "sentences")], THEMES, SMALL, keywords=NAMES
        )
        assert "=xylophone" not in weights.of

    def test_words_of_most_texts_count_little(self) -> None:
        common = common_words(corpus(), 3)
        assert common["the"] < common["rivers"] < 1
        assert "xylophone" not in common
        assert [*common] == sorted(common)

    def test_texts_of_one_group_are_in_one_fold(self) -> None:
        texts = [Labelled(f"text {at}", frozenset(), "projects", group=f"project {at % 30}") for at in range(90)]
        fold_of = dict(zip((text.group for text in texts), folds_of(texts, 3).tolist(), strict=True))
        assert [fold_of[text.group] for text in texts] == folds_of(texts, 3).tolist()
        assert set(fold_of.values()) == {0, 1, 2}

    @settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.sampled_from(["the", "lakes", "and", "rivers", "vaults", "x", "2020", ","]), max_size=12))
    def test_a_text_is_weighed_alike_where_it_is_learned_from_and_where_it_is_read(self, some: list[str]) -> None:
        # The sum is written twice: over all pieces where weights are learned, word by word where texts are read.
        text = " ".join(some)
        vocabulary = Vocabulary({"the": 0.1, "and": 0.0})
        row = vocabulary.matrix([text])
        hundredths = np.random.default_rng(1).integers(-500, 500, (len(vocabulary.of), 3)).astype(np.int32)
        flat = np.zeros(3, np.float32)
        none = Keywords.of(())
        weights = Weights(
            THEMES, vocabulary.of, csr_array(hundredths), flat, flat, flat[:2], vocabulary.common, none, {}
        )
        assert weights.read(text).total == pytest.approx((row @ (hundredths / 100))[0], abs=1e-4)


def same(one: Weights, other: Weights) -> bool:
    arrays = ("constants", "named", "thresholds")
    return (
        (one.themes, one.of, one.common) == (other.themes, other.of, other.common)
        and (one.table != other.table).nnz == 0
        and all((getattr(one, name) == getattr(other, name)).all() for name in arrays)
    )


class TestLearningByVectors:
    def test_it_is_the_same_each_time_and_tells_apart(self) -> None:
        texts = [text for text in corpus() if text.collection != KEYWORDS]
        made = np.random.default_rng(0)
        middle = {"water": 0, "music": 1, "": 2}
        vectors = made.normal(0, 0.05, (len(texts), 8)).astype(np.float32)
        for at, text in enumerate(texts):
            vectors[at, middle[next(iter(text.themes), "")]] += 1
        of = {text.text: vector for text, vector in zip(texts, vectors, strict=True)}
        one, other = (learn_embedding(corpus(), THEMES, of.__getitem__, about={"date": "x"}) for _ in range(2))
        for name in ("table", "constants", "thresholds"):
            assert (getattr(one, name) == getattr(other, name)).all()
        said = vectors @ one.table + one.constants
        for at, text in enumerate(texts):
            assert (said[at, :-1] > 0).tolist() == [theme in text.themes for theme in THEMES]
            assert (said[at, -1] > 0) == bool(text.themes)
