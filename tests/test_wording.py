"""What the page says: every language says every text, with what fills it, and says numbers and lists as it should."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import twinnet
from tests.phrases import FORMS, NAMES, SLOT, TREES, english_of, parts, slots, stem
from twinnet import milestones, wording
from twinnet.models import Suggestion
from twinnet.wording import LANGUAGES, Listed, Name, Phrase, Speaker, Word, listed, phrase, texts

PACKAGE = Path(twinnet.__file__).parent
OTHERS = [language for language in LANGUAGES if language != "en"]


def expected(language: str) -> set[str]:
    """The keys that a language's file must have: those of English, with the forms of its own plural.

    Where English says a number without forms, as "Show all {n}", a language may have forms.
    """
    categories, found = wording.counting(language)["categories"], set()
    for key in texts("en"):
        bare, form = stem(key)
        formed = form or ("n" in slots(texts("en")[key]) and key not in texts(language))
        found |= {f"{bare}.{category}" for category in categories} if formed else {key}
    return found


# Texts.


def test_english_has_the_forms_of_its_plural_for_every_text_that_has_any() -> None:
    assert set(texts("en")) == expected("en")
    alone = [key for key in texts("en") if stem(key)[0] == key and key.rpartition(".")[2] in FORMS]
    assert [key for key in alone if "n" in slots(texts("en")[key])] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_the_texts_of_english_with_the_forms_of_its_own_plural(language: str) -> None:
    has, needs = set(texts(language)), expected(language)
    lacks, too_much = sorted(needs - has), sorted(has - needs)
    assert not lacks, f"{language}.json lacks {len(lacks)} texts: {', '.join(lacks)}"
    assert not too_much, f"{language}.json has {len(too_much)} texts too much: {', '.join(too_much)}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_has_the_slots_of_the_english_one(language: str) -> None:
    """A form of the plural may say its number in words, and so leave out {n}, where it stands for one number alone."""
    counting = wording.counting(language)
    wrong = []
    for key, text in texts(language).items():
        try:
            wanted = slots(english_of(key))
        except KeyError:
            continue  # too much, as another test says
        bare = key.rpartition(".")
        digit = counting["categories"].index(bare[2]) if bare[2] in counting["categories"] else -1
        alone = counting["plural"].count(str(digit)) == 1
        found = slots(text)
        if set(found) != set(wanted) and not (alone and set(found) == set(wanted) - {"n"}):
            wrong.append(f"{key}: {sorted(found)}, in English {sorted(wanted)}")
    assert not wrong, f"{language}.json fills other slots: {'; '.join(wrong)}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_has_a_brace_too_much(language: str) -> None:
    broken = [key for key, text in texts(language).items() if not text.strip() or text != text.strip()]
    broken += [key for key, text in texts(language).items() if re.search(r"[{}<>]", SLOT.sub("", text))]
    assert broken == []
    assert list(texts(language)) == sorted(texts(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_decimals_are_those_of_english(language: str) -> None:
    digits = re.compile(r"\{(\w+):(\d)\}")
    both = {key: text for key, text in texts(language).items() if key in texts("en")}
    wrong = [
        key for key, text in both.items() if sorted(digits.findall(text)) != sorted(digits.findall(texts("en")[key]))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_is_not_english_under_another_name(language: str) -> None:
    """Words that two languages share are few; whole sentences are never the same."""
    same = [key for key, text in texts(language).items() if text == texts("en").get(key)]
    words = {key: re.findall(r"[^\W\d_]{2,}", SLOT.sub("", texts("en")[key])) for key in same}
    assert [key for key, found in words.items() if len(found) > 2] == []
    assert len(same) < len(texts("en")) / 12


def test_a_language_that_is_not_there_is_told() -> None:
    with pytest.raises(ValueError, match="there is no language 'eo': choose one of en, bs, de"):
        texts("eo")
    with pytest.raises(ValueError, match="there is no language"):
        Speaker("eo")


def test_languages_say_their_own_names() -> None:
    assert [wording.called(language) for language in LANGUAGES] == [
        "English", "bosanski / hrvatski / srpski", "Deutsch", "français", "italiano", "македонски", "română", "shqip",
    ]  # fmt: skip


# What reasons say.


def asked() -> set[str]:
    """The keys of sentences in the sources of reasons, profiles and milestones; one that ends in "." begins several."""
    sources = [*(PACKAGE / "reasons").glob("*.py"), *(PACKAGE / f"{name}.py" for name in ("profile", "milestones"))]
    found = set()
    for source in (path.read_text(encoding="utf-8") for path in sources):
        found |= {key.partition("{")[0] for key in re.findall(r"\"(say\.[\w.{}]+)\"", source)}
    return found | {f"say.milestones.{kind}" for kind in milestones.KINDS} | {"say.and", "say.more"}


def test_every_sentence_of_the_sources_is_a_text_and_every_text_is_a_sentence_of_the_sources() -> None:
    found = asked()
    stems = {stem(key)[0] for key in texts("en") if key.startswith("say.")}
    assert {key for key in found if not key.endswith((".", "country", "countries"))} <= stems
    assert {"say.countries", "say.country"} <= found
    unsaid = {key for key in stems - found if not key.startswith("say.because.")}
    assert unsaid <= {"say.countries.none", "say.country.none"}
    assert {key.replace("because", "source") for key in stems - found if key.startswith("say.because.")} <= stems
    assert len(found) > 60


def values(found: Iterable[Suggestion]) -> set[Any]:
    """What the reasons of suggestions say, each once; not what says nothing."""
    said = {part for one in found for reason in one.reasons for part in (reason.said, reason.behind) if part}
    return {part for part in said if not (isinstance(part, Listed) and not part.items)}


@pytest.fixture(scope="module")
def evidence(demo: Any) -> set[Any]:
    """What the reasons of the demo's suggestions say: the best of each kind for everybody."""
    seen: Counter[tuple[str, str]] = Counter()
    kept = []
    for one in demo.suggestions:
        seen[one.kind, one.organisation.id] += 1
        if seen[one.kind, one.organisation.id] <= 2:
            kept.append(one)
    assert {one.kind for one in kept} == {"start", "revitalise", "develop"}
    return values(kept)


def test_the_demo_says_most_of_the_sentences(evidence: set[Any]) -> None:
    keys = {part.key for value in evidence for part in parts(value) if isinstance(part, Phrase)}
    stems = {stem(key)[0] for key in texts("en") if key.startswith("say.")}
    assert keys <= stems | {"say.countries", "say.country"}
    assert len(keys) > 40
    assert all(isinstance(value, Phrase | Listed | str) for value in evidence)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_of_the_demo_is_said_in_every_language(language: str, evidence: set[Any]) -> None:
    speaker = Speaker(language)
    english = wording.english()
    same = 0
    for value in evidence:
        said = speaker.say(value)
        assert said.strip()
        assert not re.search(r"[{}\0]", said), said
        for part in parts(value):
            if isinstance(part, Name):
                assert part.text in said
        same += said == english.say(value)
    assert same == len(evidence) if language == "en" else same < len(evidence) / 4


def test_a_suggestion_that_was_written_and_read_is_the_same(demo: Any) -> None:
    """Its reasons are in English alone then, in the order in which they were written."""
    for one in demo.suggestions[::20]:
        written = one.model_dump_json()
        read = Suggestion.model_validate_json(written)
        assert read == one
        assert hash(read) == hash(one)
        assert read.model_dump_json() == written
        assert all(reason.said is None and reason.behind is None for reason in read.reasons)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_of_every_text_is_said(language: str) -> None:
    """Each slot's own value is to be found in what is said, with every number that counts differently."""
    speaker = Speaker(language)
    for key in {stem(key)[0] for key in texts("en")}:
        wanted = slots(english_of(key if key in texts("en") else f"{key}.other"))
        counts = (0, 1, 2, 3, 5, 11, 19, 20, 21, 22, 101, 112, 1001) if "n" in wanted else (0,)
        for n in counts:
            given: dict[str, Any] = {slot: f"<{slot}>" for slot in wanted}
            said = speaker.text(key, **{**given, **({"n": n} if "n" in wanted else {})})
            assert "{" not in said
            assert [slot for slot in wanted if slot != "n" and f"<{slot}>" not in said] == []


# Known answers.


def test_english_known_answers() -> None:
    say = wording.english().say
    partners = ["Bari", "Graz", "Pula", "Sisak"]
    assert say(phrase("say.partners.common", n=1, names=listed(["Bari"]))) == "1 partner in common: Bari"
    assert (
        say(phrase("say.partners.common", n=4, names=listed(partners, most=3)))
        == "4 partners in common: Bari, Graz, Pula and 1 more"
    )
    assert say(phrase("say.distance", km=1234)) == "1,234 km apart"
    assert say(phrase("say.likeness", x=0.5)) == "likeness 0.50"
    assert say(phrase("say.by_chance", chance=phrase("say.hardly_any"))) == "by chance hardly any"
    assert say(phrase("say.by_chance", chance=0.3)) == "by chance 0.3"
    official = phrase("say.language.official", n=1, languages=listed([Word("language", "de", "German")], by="and"))
    assert say(official) == "German is an official language in both countries"
    assert str(official) == say(official)


@pytest.mark.parametrize(
    ("language", "value", "digits", "said"),
    [
        ("en", 1234567, None, "1,234,567"),
        ("en", -12.5, None, "−12.5"),
        ("en", 0, None, "0"),
        ("en", 7.0, None, "7"),
        ("en", 0.126, 2, "0.13"),
        ("de", 1234567.25, 1, "1.234.567,2"),
        ("de", -1200, None, "−1.200"),
        ("fr", 1234567, None, "1\u202f234\u202f567"),
        ("fr", 0.5, 2, "0,50"),
        ("sq", 12345.6, None, "12\u00a0345,6"),
        ("mk", 12345, None, "12.345"),
    ],
)
def test_numbers_have_the_marks_of_their_language(language: str, value: float, digits: int | None, said: str) -> None:
    assert Speaker(language).number(value, digits) == said


@pytest.mark.parametrize(
    ("language", "n", "form"),
    [
        ("en", 1, "one"), ("en", 0, "other"), ("fr", 0, "one"), ("fr", 2, "other"),
        ("bs", 1, "one"), ("bs", 11, "other"), ("bs", 21, "one"), ("bs", 22, "few"), ("bs", 112, "other"),
        ("bs", 1002, "few"), ("mk", 21, "one"), ("mk", 11, "other"), ("ro", 1, "one"), ("ro", 0, "few"),
        ("ro", 19, "few"), ("ro", 20, "other"), ("ro", 101, "few"), ("ro", 1020, "other"),
    ],
)  # fmt: skip
def test_numbers_choose_the_form_of_the_plural(language: str, n: int, form: str) -> None:
    text = texts(language)[f"links.n.{form}"]
    assert Speaker(language).text("links.n", n=n) == text.replace("{n}", Speaker(language).number(n))


def test_lists_have_commas_semicolons_or_an_and() -> None:
    say = wording.english().say
    names = [Name("Bari", "1"), Name("Graz", "2"), Name("Pula", "3")]
    assert say(listed(names)) == "Bari, Graz, Pula"
    assert say(listed(names, by=";")) == "Bari; Graz; Pula"
    assert say(listed(names, by="and")) == "Bari, Graz and Pula"
    assert say(listed(names[:1], by="and")) == "Bari"
    assert say(listed([])) == ""
    assert say(listed(names, most=1)) == "Bari and 2 more"
    assert Speaker("de").say(listed(names, by="and")) == "Bari, Graz und Pula"
    assert Speaker("de").say(listed(names, most=2)).startswith("Bari, Graz")
    assert listed(names, most=5) == listed(names)


def test_countries_themes_and_languages_are_called_as_the_network_calls_them_else_as_cldr_does() -> None:
    kosovo, theme = Word("country", "XK", "Kosovo"), Word("theme", "youth", "youth")
    assert Speaker("de").say(Word("country", "BA", "Bosnia and Herzegovina")) == "Bosnien und Herzegowina"
    assert Speaker("de").say(Word("language", "sq", "Albanian")) == "Albanisch"
    assert Speaker("de").say(theme) == "youth"
    own: Mapping[str, str] = {"XK": "Kosovo*", "youth": "Jugend"}
    speaker = Speaker("de", words=lambda word: own.get(word.key))
    assert [speaker.say(word) for word in (kosovo, theme)] == ["Kosovo*", "Jugend"]
    assert speaker.say(Word("country", "BA", "?")) == "Bosnien und Herzegowina"


# Whatever is said.


@given(TREES)
def test_whatever_is_said_keeps_its_names(tree: Any) -> None:
    said = wording.english().say(tree)
    for part in parts(tree):
        if isinstance(part, Name):
            assert part.text in said


@given(TREES, st.sampled_from(OTHERS))
def test_every_language_says_whatever_is_said(tree: Any, language: str) -> None:
    speaker = Speaker(language, words=lambda word: f"[{word.key}]")
    said = speaker.say(tree)
    assert said == Speaker(language, words=lambda word: f"[{word.key}]").say(tree)
    for part in parts(tree):
        if isinstance(part, Name):
            assert part.text in said
        if isinstance(part, Word):
            assert f"[{part.key}]" in said


@given(st.lists(NAMES, min_size=1, max_size=9), st.one_of(st.none(), st.integers(1, 9)))
def test_a_list_names_some_and_counts_the_others(names: list[str], most: int | None) -> None:
    found = listed(names, most=most)
    assert len(found.items) + found.more == len(names)
    assert list(found.items) == names[: len(found.items)]
