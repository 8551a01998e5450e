"""What the page's script says is, word for word, what Python says: in all languages, of all values."""

import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.phrases import ORGANISATIONS, TREES, WORDS
from twinnet.taxonomy import Taxonomy
from twinnet.views.packing import End, Sayings, Texts
from twinnet.views.tongues import languages
from twinnet.wording import LANGUAGES, Listed, Name, Speaker, Word, listed, phrase

ROOT = Path(__file__).resolve().parent.parent
CALLED = {"XK": "Kosovo*"}
IDS = list(ORGANISATIONS)
PEOPLE = {IDS[0]: 105_000, IDS[1]: 680_000, IDS[2]: None, IDS[3]: 1}
Pair = tuple[int, int] | None


def by_node(node: str, values: Sequence[Any], pairs: Sequence[Pair]) -> dict[str, list[str]]:
    """Pack values as the page does, and have node say them."""
    texts = Texts()
    sayings = Sayings(texts, {key: at for at, key in enumerate(IDS)})
    for value, pair in zip(values, pairs, strict=True):
        sides = [End(IDS[at], PEOPLE[IDS[at]]) for at in pair] if pair else [End("-"), End("-")]
        sayings.add(value, sides)
    given = {
        "languages": languages(
            of_countries=sayings.words("country"),
            of_themes=sayings.words("theme"),
            of_languages=sayings.words("language"),
            called=CALLED,
            taxonomy=Taxonomy.builtin(),
        ),
        "sayings": sayings.block(),
        "texts": texts.all,
        "organisations": [{"name": ORGANISATIONS[key], "population": PEOPLE[key]} for key in IDS],
        "pairs": pairs,
    }
    script = ROOT / "tests" / "page" / "say.mjs"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "said.json"
        file.write_text(json.dumps(given), encoding="utf-8")
        done = subprocess.run([node, script, file], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def speaker(language: str) -> Speaker:
    """What Python says them with: themes and countries as the page's own network calls them."""
    taxonomy = Taxonomy.builtin()

    def said(word: Word) -> str | None:
        if word.kind == "theme":
            return taxonomy.label(word.key, language)
        return CALLED.get(word.key) if word.kind == "country" else None

    return Speaker(language, words=said)


def differ(node: str, values: Sequence[Any], pairs: Sequence[Pair]) -> list[tuple[str, str, str]]:
    """What is said differently: the language, Python's words and the script's."""
    found = by_node(node, values, pairs)
    assert sorted(found) == sorted(LANGUAGES)
    return [
        (language, ours, theirs)
        for language in LANGUAGES
        for ours, theirs in zip(map(speaker(language).say, values), found[language], strict=True)
        if ours != theirs
    ]


pair = st.one_of(st.none(), st.permutations(range(len(IDS))).map(lambda order: (order[0], order[1])))


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(said=st.lists(st.tuples(TREES, pair), min_size=1, max_size=40))
def test_whatever_is_said_is_said_alike(node: str, said: list[tuple[Any, Pair]]) -> None:
    assert differ(node, [value for value, _ in said], [pair for _, pair in said]) == []


def test_hundreds_of_numbers_are_said_alike(node: str) -> None:
    """With as many decimals as are said, also where another stands for the inhabitants of a side."""
    values: list[Any] = [phrase("say.likeness", x=n / 100) for n in range(0, 1000, 7)]
    tenths = [n / 10 for n in (*range(120), 9_999, 12_345, 10**6 + 5)]
    values += [phrase("say.by_chance", chance=x) for x in tenths]
    values += [phrase("say.size.larger", name="x", ratio=x, a=105_000, b=1) for x in tenths]
    values += [phrase("say.partners.common", n=n, names=listed(["Bari"])) for n in (*range(125), 999, 1000, 10**6)]
    assert differ(node, values, [(0, 3)] * len(values)) == []


def test_what_the_demo_says_is_said_alike(node: str, demo: Any) -> None:
    """The reasons of suggestions, as the page holds them."""
    said = [part for one in demo.suggestions[::10] for reason in one.reasons for part in (reason.said, reason.behind)]
    values = list(dict.fromkeys(part for part in said if part))
    assert len(values) > 300
    assert differ(node, values, [None] * len(values)) == []


def test_lists_and_words_are_said_alike(node: str) -> None:
    names = [Name(name, key) for key, name in ORGANISATIONS.items()]
    values: list[Any] = [Listed(tuple(names), more, by) for more in (0, 1, 2, 21) for by in (",", ";", "and")]
    values += [listed([]), listed(["x"], by="and"), *WORDS, listed(WORDS, by="and"), Name("Elsewhere", "?"), "", 7, 0.5]
    assert differ(node, values, [(1, 0)] * len(values)) == []
