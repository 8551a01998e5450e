"""What was computed of a network and is kept with it: arrays as bytes, read when they are asked for.

A value is an array, a sparse matrix, a text, a number, None, or a tuple of such. Nothing in it can be run, and bytes
that do not fit their check sum are passed over.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator, Mapping
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


def unpack(kept: bytes) -> Any:
    """Return the value that bytes stand for; raise :class:`ValueError` where they are damaged."""
    view = memoryview(kept)
    if len(view) < _HEAD.size:
        raise ValueError("the bytes end too early")
    check, length = _HEAD.unpack_from(view)
    body = view[_HEAD.size :]
    if zlib.crc32(body) != check:
        raise ValueError("the bytes do not fit their check sum")
    return _value(json.loads(bytes(body[:length])), _Reader(body, length))


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
        back = array.astype(narrow).astype(array.dtype)
    if array.dtype.kind == "f" and (np.signbit(back) != np.signbit(array)).any():
        return False
    return bool(np.array_equal(back, array, equal_nan=array.dtype.kind == "f"))


class _Reader:
    """Takes arrays from bytes, one after the other."""

    def __init__(self, body: memoryview, at: int) -> None:
        self._body, self._at = body, at

    def __call__(self, kind: str, shape: tuple[int, ...]) -> Array:
        dtype, count = np.dtype(f"<{kind}" if kind[1:] != "1" else kind), int(np.prod(shape))
        found = np.frombuffer(self._body, dtype, count, self._at).reshape(shape)
        self._at += -(-count * dtype.itemsize // _ALIGNED) * _ALIGNED
        return found


def _value(described: Any, read: _Reader) -> Any:
    if isinstance(described, list):
        return tuple([_value(part, read) for part in described])
    if not isinstance(described, dict):
        return described
    shape = tuple(described["shape"])
    if "csr" in described:
        data, indices, ends = (_value(part, read) for part in described["csr"])
        return sparse.csr_array((data, indices, ends), shape=shape)
    # A copy of its own: arrays are written to, and the bytes need not stay.
    return read(described["array"], shape).astype(np.dtype(described["as"]), copy=True)


class Ready(Mapping[str, Any]):
    """Values by name that are read from bytes; what is damaged is not there.

    >>> Ready({"sizes": pack(np.arange(2)), "broken": b"?"}).get("broken") is None
    True
    """

    def __init__(self, kept: Mapping[str, bytes] | None = None) -> None:
        self._kept = dict(kept or {})

    def __getitem__(self, name: str) -> Any:
        try:
            return unpack(self._kept[name])
        except ValueError:
            del self._kept[name]
            raise KeyError(name) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)
