"""What stands below a letter in small letters: the points, the rules, the lists and the day they were told on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from twinnet.applied import applied
from twinnet.scoring import shipped

if TYPE_CHECKING:
    from twinnet.models import Rules, Suggestion
    from twinnet.views.letter.known import Known
    from twinnet.wording import Speaker

_SOURCES = 5
_LONGEST = 60


def small_print(known: Known, speaker: Speaker, suggestion: Suggestion | None = None) -> Iterator[str]:
    """Say what a letter rests on; ``suggestion``: the one that it is about (None: it is about several)."""
    t, table = speaker.text, applied(known.network)
    yield t("min.meaning")
    if suggestion is None or suggestion.times is not None:
        yield t("about.times")
    card = table.card
    if table is shipped():
        yield t("about.points.shipped", n=card.get("links", 0))
    else:
        yield t("about.points.own", n=card.get("links", 0), date=str(card.get("date", "")))
    yield f"{t('about.rules')}: {'; '.join(told_rules(known.rules, speaker)) or t('about.rules.default')}"
    newest = sorted(known.network.sources, key=lambda source: (source.date or "", source.name), reverse=True)
    if newest:
        named = [f"{_cut(one.name)} ({one.date})" if one.date else _cut(one.name) for one in newest[:_SOURCES]]
        said = ", ".join(named)
        if len(newest) > _SOURCES:
            said = t("say.more", some=said, n=len(newest) - _SOURCES)
        yield f"{t('about.files')}: {said}"
    yield t("since", date=known.today.isoformat())
    yield f"{t('attribution.places')}: GeoNames CC BY 4.0"


def told_rules(rules: Rules, speaker: Speaker) -> Iterator[str]:
    """Say every rule that is not the default: what it is called, and its value."""
    for name, value in rules.model_dump(mode="json", exclude_defaults=True).items():
        label = speaker.text(f"rule.{name}")
        if isinstance(value, bool):
            yield f"{label}: {speaker.text('yes' if value else 'no')}"
        else:
            yield f"{label}: {_cut(rule_value(value), 3 * _LONGEST)}"


def rule_value(value: Any) -> str:
    """Write a rule's value.

    >>> rule_value([400, None]), rule_value({"size": 2.0}), rule_value([["a", "b"]])
    ('400, …', 'size × 2', 'a – b')
    """
    if isinstance(value, dict):
        said = ((key, f"× {held:g}" if isinstance(held, float) else held) for key, held in sorted(value.items()))
        return ", ".join(f"{key} {held}" for key, held in said)
    if isinstance(value, list):
        return ", ".join(" – ".join(map(str, each)) if isinstance(each, list) else rule_value(each) for each in value)
    return "…" if value is None else str(value)


def _cut(text: str, most: int = _LONGEST) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
