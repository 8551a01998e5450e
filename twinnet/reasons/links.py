"""What speaks for waking or widening a recorded link; the points are set by rule."""

from __future__ import annotations

from twinnet import lifecycle
from twinnet.reasons.base import LinkFacts, LinkReason, Told
from twinnet.wording import listed, phrase


class Idle(LinkReason):
    """How long the link has shown no sign of life."""

    key = "idle"
    about = "a link that sleeps is easier to wake after a few years than after decades"
    _steps = ((0, 0), (2, 300), (5, 500), (10, 200), (15, 0), (25, -300))

    def points(self, facts: LinkFacts) -> int:
        """Look the whole years up."""
        years = lifecycle.idle_years(facts.link, facts.today)
        return 0 if years is None else [points for least, points in self._steps if years >= least][-1]

    def tell(self, facts: LinkFacts) -> Told | None:
        """Give the years and the last sign of life."""
        years = lifecycle.idle_years(facts.link, facts.today)
        if years is None:
            return None
        last = _last_sign(facts)
        how = phrase("say.idle.last", date=last or "")
        return Told(phrase("say.idle", n=years, how=how) if years else how, how)


def _last_sign(facts: LinkFacts) -> str | None:
    """Return the last sign of life as it is recorded: an activity, or a signing that comes after it."""
    activity, since = facts.link.last_activity, facts.link.since
    if activity is None or lifecycle.first_day(activity) > facts.today:
        return since
    if since is None or lifecycle.first_day(since) <= lifecycle.last_day(activity):
        return activity
    signed = lifecycle.first_day(since)
    counts = signed <= facts.today <= lifecycle.years_after(signed, lifecycle.ACTIVE_YEARS)
    return since if counts else activity


class Ended(LinkReason):
    """The link was ended."""

    key, expected = "ended", False
    about = "a link that was ended needs more than a letter"

    def points(self, facts: LinkFacts) -> int:
        """Count against it."""
        return -700 if facts.state == "ended" else 0

    def tell(self, facts: LinkFacts) -> Told | None:
        """Give the date."""
        return Told(phrase("say.ended", date=facts.link.until or "")) if facts.state == "ended" else None


class Anniversary(LinkReason):
    """An anniversary of the signing lies ahead."""

    key = "anniversary"
    about = (
        "10, 20, 25, 30, 40, 50, 60, 75 or 100 years since the signing of a link that was not ended, within two years"
    )

    def points(self, facts: LinkFacts) -> int:
        """Count for it."""
        alive = facts.state != "ended"
        return 600 if alive and lifecycle.next_anniversary(facts.link.since, facts.today) else 0

    def tell(self, facts: LinkFacts) -> Told | None:
        """Give the years and the date."""
        if facts.link.since is None:
            return None
        found = lifecycle.next_anniversary(facts.link.since, facts.today)
        if found is None:
            return Told(phrase("say.anniversary.none", date=facts.link.since))
        years, day = found
        said = phrase("say.anniversary", n=years, year=str(day.year), date=facts.link.since)
        return Told(said, day.isoformat())


class NewThemes(LinkReason):
    """Themes that the link could take up."""

    key = "new_themes"
    about = (
        "themes that both hold, or one offers and the other seeks, and that the link does not have yet; an inferred "
        "one counts half"
    )
    _steps = (0, 700, 1100, 1400, 1600)

    def points(self, facts: LinkFacts) -> int:
        """Count the themes, the first most; between two steps lies their middle."""
        halves = min(2 * len(facts.gaps) + len(facts.inferred), 2 * (len(self._steps) - 1))
        return (self._steps[halves // 2] + self._steps[(halves + 1) // 2]) // 2

    def tell(self, facts: LinkFacts) -> Told | None:
        """Name the themes, the inferred ones last and with what they are from."""
        if not facts.gaps and not facts.inferred:
            return None
        words = listed([*map(facts.word, facts.gaps), *(said for _, said in facts.inferred)])
        has = phrase("say.take_up.none")
        if facts.link.themes:
            has = phrase("say.take_up.has", themes=listed([facts.word(theme) for theme in facts.link.themes]))
        return Told(phrase("say.take_up", n=len(facts.gaps) + len(facts.inferred), themes=words), has)
