"""All that a store holds, as one value."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Literal, Self, TypeAlias

from pydantic import model_validator

from twinnet.decisions import Decision, Moment
from twinnet.graph import OwnPoints
from twinnet.models import Contact, Judgement, Model, Source, content_id

Key: TypeAlias = tuple[str, int, str, str, int]
"""Source, row, kind, subject, and a number that tells apart what one row says twice of one subject."""

Said: TypeAlias = dict[Key, str]
"""All statements of a store: their values as canonical JSON text."""

encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
"""Canonical JSON: the same text for the same value."""

Verb = Literal["imported", "judged", "withdrawn", "learned", "dropped", "forgotten", "synced"]
"""What was done."""


class Change(Model):
    """An item of a store was put there, changed or taken away.

    ``when`` it was done, and how (``verb``). ``item`` is ``list NAME``, ``answer ID``, ``taxonomy`` or ``points``.
    ``was`` and ``became`` are check sums of its content before and after, empty where it was not there. ``id`` is made
    of all of it.

    >>> Change(when="2026-11-26T14:03:22Z", verb="imported", item="list ALDA", became="ab").id
    'change-70d856b1505d'
    """

    id: str = ""
    when: Moment
    verb: Verb
    item: str
    was: str = ""
    became: str = ""

    @model_validator(mode="after")
    def _named(self) -> Self:
        self.__dict__["id"] = content_id("change", self.when, self.verb, self.item, self.was, self.became)
        return self


@dataclass(frozen=True, slots=True)
class State:
    """All that a store holds: sources by name, judgements by id, and contacts, each sorted.

    ``decisions`` are in their order. ``taxonomy`` is the TOML of the network's own, empty where it has none; ``points``
    are those it has learned. ``history`` tells what became of all this.
    """

    sources: dict[str, Source] = field(default_factory=dict)
    said: Said = field(default_factory=dict)
    judgements: dict[str, Judgement] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()
    contacts: tuple[Contact, ...] = ()
    taxonomy: str = ""
    points: OwnPoints | None = None
    history: tuple[Change, ...] = ()
