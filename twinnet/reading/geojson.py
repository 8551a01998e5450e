"""GeoJSON -> raw tables: a point is a place with its properties, a line between two points is a link.

Points make one table (their properties, ``latitude`` and ``longitude``), lines another (their properties and the
coordinates of both ends). Whose ends a line joins is told by its properties (``from_name``, ``to_name``) alone; what
has both is a link, also without a line. Other shapes keep their properties and have no coordinates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twinnet.errors import InputError
from twinnet.reading.raw import Limits, RawFault, RawTable
from twinnet.reading.records import tabulate

_DEGREES = ("CRS84", "4326", "EPSG:4258")
_BAD = "the coordinates are no numbers in degrees, the longitude first: they were left out"
_LINE = "the line has no two ends: its coordinates were left out"
_SHAPE = "the shape is neither a point nor a line between two: it was kept without coordinates"


def tables(value: Mapping[str, Any], *, file: str, limits: Limits) -> list[RawTable]:
    """Return the tables of a collection of features, or of one.

    Rows are numbered from 2 in the order of the features, each table by itself.

    Raises
    ------
    InputError
        There is no feature, a feature is none, or the file is over a limit.
    """
    features = value.get("features") if value["type"] == "FeatureCollection" else [value]
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise InputError("the features of this GeoJSON are no list: save it again", file=file)
    if not features:
        raise InputError("the list is empty", file=file)
    limits.check("rows", len(features), file=file, what="the number of rows")
    points = _Features(("latitude", "longitude"))
    lines = _Features(("from_latitude", "from_longitude", "to_latitude", "to_longitude"))
    in_degrees = _in_degrees(value.get("crs"))
    for feature in features:
        properties = feature.get("properties")
        properties = dict(properties) if isinstance(properties, dict) else {}
        shape = feature.get("geometry")
        kind = shape.get("type") if isinstance(shape, dict) else None
        found = shape.get("coordinates") if isinstance(shape, dict) and in_degrees else None
        if kind == "LineString":
            lines.add(properties, _ends(found), _LINE if in_degrees else None)
        elif kind == "MultiPoint" and isinstance(found, list) and len(found) == 1:
            points.add(properties, position(found[0]), _BAD)
        elif kind == "Point":
            points.add(properties, position(found), _BAD if in_degrees else None)
        elif "from_name" in properties and "to_name" in properties:
            lines.add(properties, None, None)
        elif kind is None:
            listed = position([properties.get(f"listed_{name}") for name in ("longitude", "latitude")])
            points.add(properties, listed, None)
        else:
            points.add(properties, None, _SHAPE)
    made = [points.table(None, file=file, limits=limits)] if points.records else []
    if lines.records:
        made.append(lines.table("links" if made else None, file=file, limits=limits))
    if not in_degrees:
        reason = "the coordinates are not in degrees (WGS 84): they were left out; save the list in EPSG:4326"
        made[0].faults.append(RawFault(None, None, "note", reason))
    return made


class _Features:
    """Collects features of one kind and what is wrong with them."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._columns = columns
        self._faults: list[RawFault] = []
        self.records: list[dict[str, Any]] = []

    def add(self, properties: dict[str, Any], coordinates: tuple[float, ...] | None, reason: str | None) -> None:
        """Add a feature; ``reason`` says why it has no coordinates, None where nothing is wrong with that."""
        if coordinates is not None:
            properties |= zip(self._columns, coordinates, strict=True)
        self.records.append(properties)
        if coordinates is None and reason is not None:
            held = "note" if reason == _SHAPE else "value"
            self._faults.append(RawFault(len(self.records) + 1, None, held, reason))

    def table(self, sheet: str | None, *, file: str, limits: Limits) -> RawTable:
        """Return the features as a table."""
        table = tabulate(self.records, sheet=sheet, file=file, limits=limits)
        table.faults += self._faults
        return table


def position(value: object) -> tuple[float, float] | None:
    """Return latitude and longitude of a position, None where it is none.

    >>> position([17.81, 43.34]), position([17.81, 43.34, 60]), position([17.81]), position([400, 43.34])
    ((43.34, 17.81), (43.34, 17.81), None, None)
    """
    if not isinstance(value, list) or len(value) < 2:
        return None
    longitude, latitude = value[0], value[1]
    for number, bound in ((longitude, 180), (latitude, 90)):
        if isinstance(number, bool) or not isinstance(number, int | float) or not -bound <= number <= bound:
            return None
    return float(latitude), float(longitude)


def _ends(value: object) -> tuple[float, ...] | None:
    """Return the coordinates of the first and the last position of a line."""
    if not isinstance(value, list) or len(value) < 2:
        return None
    first, last = position(value[0]), position(value[-1])
    return (*first, *last) if first is not None and last is not None and first != last else None


def _in_degrees(crs: object) -> bool:
    """Return whether coordinates are degrees: they are unless the file names another system."""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return not isinstance(name, str) or any(known in name.upper() for known in _DEGREES)
