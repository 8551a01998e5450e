"""The fields of each kind of list: what a column may be read as."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from twinnet.reading.words import CONTACTS, SIDED, Side

REPEATED = ("title", "description", "themes", "themes_offered", "themes_sought", *CONTACTS)
"""Fields that several columns may fill: texts take the first that is filled, themes and contacts take all."""
UNUSED = ("none", "-")
"""What a user writes instead of a field for a column that is not to be imported."""
EXAMPLE = "EXAMPLE, not imported"
"""How the first cell of a template's example begins."""
WORDS_SHEET = "twinnet words"
"""The hidden sheet of a template, with the words of its drop-downs."""
FIELDS: Mapping[str, tuple[str, ...]] = {
    "members": (
        *("name", "locality", "country", "region", "postcode", "kind", "latitude", "longitude", "location"),
        *("population", "themes_offered", "themes_sought", "languages", "geonames_id", "since", "until", "former"),
        *("status", "website", "description", "list_date"),
        *CONTACTS,
    ),
    "links": (
        *(f"{side}_{base}" for side in get_args(Side) for base in SIDED),
        *("kind", "since", "until", "last_activity", "themes", "list_date"),
    ),
    "projects": (*("programme", "acronym", "title", "themes", "measure", "start", "end", "description", "list_date"),),
    "partners": (
        *("programme", "acronym", "name", "locality", "country", "region", "postcode", "kind", "role"),
        *("latitude", "longitude", "location", "list_date"),
        *CONTACTS,
    ),
}
"""``location`` is a cell with both coordinates, ``former`` a note, ``list_date`` the list's own date, ``contact_…`` is
read only where a user keeps contacts."""
NEEDED: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "members": ((("name",), "the row has no name"),),
    "links": (
        (("from_name",), "a link needs the names of both ends; the first is missing"),
        (("to_name",), "a link needs the names of both ends; the second is missing"),
    ),
    "projects": ((("acronym", "title"), "a project needs an acronym or a title"),),
    "partners": (
        (("name",), "the row has no name"),
        (("acronym",), "the row does not say its project: it needs an acronym"),
    ),
}
"""What every row of a kind of list has to say (one of several fields), and what is said of one that does not."""
