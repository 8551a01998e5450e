"""What was computed of a network and is kept with it: arrays as bytes, read when they are asked for.

A value is an array, a sparse matrix, a text, a number, None, or a tuple of such. Nothing in it can be run, and bytes
that do not fit their check sum are passed over.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

Array = npt.NDArray[Any]

_HEAD = struct.Struct("<II")
"""What bytes begin with: their check sum, and how long the description of the value is."""

_ALIGNED = 8


def pack(value: Any) -> bytes:
    """Return a value as bytes, the same for the same value; raise :class:`TypeError` for what cannot be kept.

    >>> unpack(pack((1.5, ("BA", None))))
    (1.5, ('BA', None))
    >>> unpack(pack(np.arange(3)))
    array([0, 1, 2])
    """
    arrays: list[bytes] = []
    described = json.dumps(_described(value, arrays), ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    described += b" " * (-(len(described) + _HEAD.size) % _ALIGNED)
    body = described + b"".join(part + bytes(-len(part) % _ALIGNED) for part in arrays)
    return _HEAD.pack(zlib.crc32(body), len(described)) + body


def unpack(kept: bytes, *, view: bool = False) -> Any:
    """Return the value that bytes stand for; raise :class:`ValueError` where they are damaged or make no sense.

    With ``view`` arrays of a kept width are the bytes themselves, which cannot be written to.
    """
    whole = memoryview(kept)
    if len(whole) < _HEAD.size:
        raise ValueError("the bytes end too early")
    check, length = _HEAD.unpack_from(whole)
    body = whole[_HEAD.size :]
    if zlib.crc32(body) != check:
        raise ValueError("the bytes do not fit their check sum")
    try:
        return _value(json.loads(bytes(body[:length])), _Reader(body, length, view))
    except (LookupError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError("the bytes do not say what they hold") from error


def _described(value: Any, arrays: list[bytes]) -> Any:
    """Describe a value; the bytes of its arrays are put aside in the order of the description."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, tuple):
        return [_described(part, arrays) for part in value]
    if isinstance(value, sparse.csr_array):
        parts = [_described(part, arrays) for part in (value.data, value.indices, value.indptr)]
        return {"csr": parts, "shape": [int(size) for size in value.shape]}
    if isinstance(value, np.ndarray) and value.dtype.kind in "buif":
        kept = _narrowed(np.ascontiguousarray(value))
        arrays.append(kept.astype(kept.dtype.newbyteorder("<"), copy=False).tobytes())
        return {"array": kept.dtype.str[1:], "as": value.dtype.str[1:], "shape": list(value.shape)}
    raise TypeError(f"{type(value).__name__} cannot be kept")


def _narrowed(array: Array) -> Array:
    """Return the array in the fewest bytes that hold all its numbers as they are."""
    for kind in {"i": ("u1", "u2", "i4"), "f": ("u1", "u2", "f4")}.get(array.dtype.kind, ()):
        narrow = np.dtype(kind)
        if narrow.itemsize < array.dtype.itemsize and _fits(array, narrow):
            return array.astype(narrow)
    return array


def _fits(array: Array, narrow: np.dtype[Any]) -> bool:
    if not array.size:
        return True
    if narrow.kind in "ui":
        limits = np.iinfo(narrow)
        least, most = array.min(), array.max()  # NaN is neither above nor below.
        if not (least >= limits.min and most <= limits.max):
            return False
    with np.errstate(over="ignore", invalid="ignore"):
        return array.astype(narrow).astype(array.dtype).tobytes() == array.tobytes()


class _Reader:
    """Takes arrays from bytes, one after the other."""

    def __init__(self, body: memoryview, at: int, view: bool) -> None:
        self._body, self._at, self._view = body, at, view

    def __call__(self, kind: str, shape: tuple[int, ...], wide: str) -> Array:
        dtype, count = np.dtype(f"<{kind}" if kind[1:] != "1" else kind), int(np.prod(shape))
        found = np.frombuffer(self._body, dtype, count, self._at).reshape(shape)
        self._at += -(-count * dtype.itemsize // _ALIGNED) * _ALIGNED
        return found.astype(np.dtype(wide), copy=not self._view)


def _value(described: Any, read: _Reader) -> Any:
    if isinstance(described, list):
        return tuple([_value(part, read) for part in described])
    if not isinstance(described, dict):
        return described
    shape = tuple(described["shape"])
    if "csr" in described:
        data, indices, ends = (_value(part, read) for part in described["csr"])
        made = sparse.csr_array((data, indices, ends), shape=shape)
        # A file may come from anybody: what points outside of the matrix would be read, and written, there.
        made.check_format(full_check=True)
        return made
    return read(described["array"], shape, described["as"])


class Ready:
    """Values by name that are read from bytes; what is damaged is not there.

    >>> Ready({"sizes": pack(1.5), "broken": b"?"}).read("sizes"), Ready().read("sizes")
    (1.5, None)
    """

    def __init__(self, kept: Mapping[str, bytes] | None = None) -> None:
        self._kept = kept or {}

    def read(self, name: str, *, view: bool = False) -> Any | None:
        """Return a value, None where it is not there; ``view`` is that of :func:`unpack`."""
        kept = self._kept.get(name)
        try:
            return None if kept is None else unpack(kept, view=view)
        except ValueError:
            return None
