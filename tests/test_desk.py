"""What a page knows of deciding: everything in a review, in a page that is sent nobody's words."""

import json
import zlib
from base64 import b64decode
from typing import Any

import pytest

from tests.browsing import HOSTILE, TODAY, network
from twinnet.decisions import Decision, matters
from twinnet.graph import Facts, Network
from twinnet.models import Organisation, Rules, Suggestion
from twinnet.views import contents, explorer
from twinnet.views.desk import Desk, Scope, matter_values, row_values

PAIR: dict[str, Any] = {"organisation": "town-1", "candidate": "town-9", "kind": "start"}
WORDS = "not for the mayor"


def rows() -> list[Decision]:
    """A pair that was accepted, then met, which was taken back; a correction; a pair of whom one is nowhere."""
    said: dict[str, Any] = {"note": WORDS, "because": WORDS, "who": WORDS}
    accepted = Decision(**PAIR, verdict="accepted", when="2026-02-01T09:00:00Z", **said)
    met = Decision(**PAIR, verdict="met", when="2026-02-02T09:00:00Z", after=accepted.id)
    back = Decision(**PAIR, verdict="withdrawn", withdraws=met.id, when="2026-02-03T09:00:00Z", after=met.id)
    languages: dict[str, Any] = {
        "field": "languages",
        "verdict": "corrected",
        "value": ("bs",),
        "when": "2026-02-04T09:00:00Z",
    }
    return [accepted, met, back, Decision(organisation="town-1", who=WORDS, **languages)]


def decided() -> tuple[Network, list[Suggestion]]:
    facts, found = network()
    facts.decisions = Facts.of(Decision, rows())
    return facts, found


def page(facts: Network, found: list[Suggestion], **values: Any) -> str:
    return explorer.page(facts, found, title="Made up", rules=Rules(), today=TODAY, **values)


def block(text: str) -> dict[str, Any]:
    """The desk of a page, as the page unpacks it."""
    packed = text.partition('<script type="application/json" id="data">')[2].partition("</script>")[0]
    return dict(json.loads(zlib.decompress(b64decode(json.loads(packed)["zlib"])))["desk"])


def test_a_page_that_is_sent_holds_verdicts_and_nobodys_words() -> None:
    text = page(*decided())
    desk = block(text)
    accepted, _, back, corrected = rows()
    assert (desk["review"], desk["base"], desk["who"]) == (False, "", "")
    assert "scopes" not in desk
    ends = {"organisation": "town-1", "candidate": "town-9", "what": "start"}
    assert desk["matters"] == [
        {**ends, "head": back.id, "verdict": "accepted", "stands": accepted.id},
        {"organisation": "town-1", "candidate": None, "what": "languages", "head": corrected.id,
         "verdict": "corrected", "stands": corrected.id},
    ]  # fmt: skip
    assert WORDS not in json.dumps(desk)
    assert "connect-src" not in text


def test_a_matter_of_which_all_was_taken_back_has_a_head_alone() -> None:
    accepted = Decision(**PAIR, verdict="accepted", when="2026-02-01T09:00:00Z")
    back = Decision(**PAIR, verdict="withdrawn", withdraws=accepted.id, when="2026-02-03T09:00:00Z")
    [matter] = matters([accepted, back]).values()
    ends = {"organisation": "town-1", "candidate": "town-9", "what": "start"}
    assert matter_values(matter, rows=False) == {**ends, "head": back.id}


def test_a_review_holds_every_row_and_may_ask_its_server_alone() -> None:
    facts, found = decided()
    scopes = (Scope("country:BA", country="BA", n=1),)
    desk = Desk("/secret/", kept="one", who="Ana", now=4, matters=tuple(facts.matters.values()), scopes=scopes,
                scope=Scope("town-1", label=HOSTILE, n=1))  # fmt: skip
    text = page(facts, found, desk=desk)
    held = block(text)
    assert (held["review"], held["base"], held["kept"], held["who"], held["now"]) == (True, "/secret/", "one", "Ana", 4)
    assert held["scope"] == {"selector": "town-1", "label": HOSTILE, "n": 1}
    assert held["scopes"] == [{"selector": "country:BA", "country": "BA", "n": 1}]
    assert [Decision.model_validate(row).id for row in held["matters"][0]["rows"]] == [row.id for row in rows()[:3]]
    assert held["matters"][0]["rows"][0]["note"] == WORDS
    policy = text.partition('Content-Security-Policy" content="')[2].partition('"')[0]
    assert policy.endswith("; connect-src 'self'")
    assert HOSTILE not in text


def test_all_themes_and_languages_can_be_chosen_in_every_language() -> None:
    facts, _ = network()
    data = contents.contents(facts, [], title="", rules=Rules(), today=TODAY)
    assert set(data["desk"]["themes"]) == set(facts.taxonomy.keys())
    assert {"bs", "sq", "mk", "uk", "fi"} <= set(data["desk"]["language_codes"])
    for language in data["languages"].values():
        assert set(data["desk"]["themes"]) <= set(language["themes"])
        assert set(data["desk"]["language_codes"]) <= set(language["tongues"])


@pytest.mark.parametrize("reviewed", [True, False])
def test_a_large_page_holds_both_sides_of_what_is_under_way(monkeypatch: pytest.MonkeyPatch, reviewed: bool) -> None:
    """They may be suggested no more; a page that is sent leaves them out then."""
    monkeypatch.setattr(contents, "WHOLE", 2)
    towns = [Organisation(id=f"town-{n}", name=f"Town {n}") for n in range(9)]
    row = Decision(organisation="town-3", candidate="town-4", kind="start", verdict="met", when="2026-02-01T09:00:00Z")
    gone = row.model_copy(update={"candidate": "nowhere"})
    facts = Network(towns, decisions=[row])
    found = tuple(matters([row, gone]).values())
    desk = Desk("/secret/", matters=found) if reviewed else None
    data = contents.contents(facts, [], title="", rules=Rules(), today=TODAY, desk=desk)
    assert [one["id"] for one in data["organisations"]] == (["town-3", "town-4"] if reviewed else [])
    assert len(data["desk"]["matters"]) == (len(found) if reviewed else 0)


def test_a_row_as_json_is_read_again_and_says_nothing_empty() -> None:
    for row in rows():
        values = row_values(row, identified=True)
        assert values["id"] == row.id
        assert Decision.model_validate(values) == row
        assert [name for name, value in values.items() if value in (None, "", []) and name != "after"] == []
    assert "id" not in row_values(rows()[0])
