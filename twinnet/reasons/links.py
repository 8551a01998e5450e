"""What speaks for waking or widening a recorded link; the points are set by rule."""

from __future__ import annotations

from twinnet import lifecycle
from twinnet.reasons.base import LinkFacts, LinkReason, Told, counted


class Idle(LinkReason):
    """How long the link has shown no sign of life."""

    key, label = "idle", "Years without a sign of life"
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
        how = f"last sign of life {last}"
        return Told(f"no sign of life recorded for {counted(years, 'year', 'years')} ({how})" if years else how, how)


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

    key, label, expected = "ended", "Ended", False
    about = "a link that was ended needs more than a letter"

    def points(self, facts: LinkFacts) -> int:
        """Count against it."""
        return -700 if facts.state == "ended" else 0

    def tell(self, facts: LinkFacts) -> Told | None:
        """Give the date."""
        return Told(f"recorded as ended {facts.link.until}") if facts.state == "ended" else None


class Anniversary(LinkReason):
    """An anniversary of the signing lies ahead."""

    key, label = "anniversary", "Anniversary ahead"
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
            return Told(f"no anniversary of the signing ({facts.link.since}) within two years")
        years, day = found
        return Told(f"{years} years since the signing in {day.year} (signed {facts.link.since})", day.isoformat())


class NewThemes(LinkReason):
    """Themes that the link could take up."""

    key, label = "new_themes", "Themes to take up"
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
        words = ", ".join([*map(facts.label, facts.gaps), *(said for _, said in facts.inferred)])
        has = ", ".join(map(facts.label, facts.link.themes)) or "none recorded"
        count = counted(len(facts.gaps) + len(facts.inferred), "theme", "themes")
        return Told(f"{count} the link could take up: {words}", f"themes of the link: {has}")
