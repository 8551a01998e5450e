"""What is computed of a network and kept with it is read as it was; what is damaged is not there."""

import struct
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import sparse

from twinnet.prepared import Ready, pack, unpack

KINDS = ("float64", "float32", "int64", "int32", "uint8", "bool")
some_arrays = st.sampled_from(KINDS).flatmap(
    lambda kind: arrays.arrays(kind, arrays.array_shapes(max_dims=2, min_side=0, max_side=5))
)
values = st.recursive(
    st.one_of(some_arrays, st.text(max_size=5), st.integers(-9, 9), st.none(), st.floats(allow_nan=False)),
    lambda inner: st.lists(inner, max_size=3).map(tuple),
    max_leaves=6,
)


def same(one: Any, other: Any) -> bool:
    if isinstance(one, tuple):
        return isinstance(other, tuple) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, np.ndarray):
        return bool(one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes())
    return bool(one == other) and type(one) is type(other)


@given(value=values, view=st.booleans())
def test_a_value_is_read_as_it_was(value: Any, view: bool) -> None:
    assert same(unpack(pack(value), view=view), value)
    assert pack(value) == pack(value)


def test_numbers_take_as_few_bytes_as_hold_them() -> None:
    sizes = [len(pack(np.array(numbers * 800))) for numbers in ([1, 2], [300], [1 << 20], [1 << 40])]
    assert sizes == sorted(sizes)
    assert sizes[0] < 1800
    assert sizes[-1] > 6400
    assert len(pack(np.array([0.5] * 1000))) < 4200
    assert len(pack(np.array([0.1] * 1000))) > 8000
    assert np.signbit(unpack(pack(np.array([-0.0, 1.0])))).tolist() == [True, False]


def test_a_matrix_keeps_its_kinds_of_numbers() -> None:
    matrix = sparse.csr_array(np.array([[0.0, 2.0], [3.5, 0.0]], np.float32))
    found = unpack(pack(("x", matrix)))[1]
    assert np.array_equal(found.toarray(), matrix.toarray())
    assert (found.dtype, found.indices.dtype) == (matrix.dtype, matrix.indices.dtype)


def test_what_is_only_looked_at_is_not_copied() -> None:
    kept = pack(np.array([0.1, 0.2]))
    assert not unpack(kept, view=True).flags.writeable
    assert unpack(kept).flags.writeable


@pytest.mark.parametrize("value", [{"a": 1}, object(), np.array(["text"])])
def test_what_is_no_number_and_no_text_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot be kept"):
        pack(value)


@given(at=st.integers(0, 400), change=st.integers(1, 255))
def test_a_damaged_byte_is_noticed(at: int, change: int) -> None:
    kept = bytearray(pack((np.arange(40.0) / 3, "text")))
    kept[at % len(kept)] ^= change
    assert Ready({"value": bytes(kept)}).read("value") is None
    assert Ready({"value": bytes(kept[: at % len(kept)])}).read("value") is None


@pytest.mark.parametrize(("columns", "ends"), [([0, 3], [0, 1, 2]), ([0, -1], [0, 1, 2]), ([0, 1], [0, 2, 1])])
def test_a_matrix_that_points_outside_of_itself_is_not_taken(columns: list[int], ends: list[int]) -> None:
    made = sparse.csr_array((np.ones(2), np.array([0, 1]), np.array([0, 1, 2])), shape=(2, 3))
    made.indices, made.indptr = np.array(columns), np.array(ends)
    with pytest.raises(ValueError, match="ind"):
        unpack(pack(made))
    assert Ready({"made": pack(made)}).read("made") is None


@pytest.mark.parametrize(
    "described",
    [
        '{"a":1}',
        '{"csr":[1],"shape":[1,1]}',
        '{"array":"zz","as":"i8","shape":[0]}',
        '{"array":"i4","shape":["x"]}',
        "[",
    ],
)
def test_what_is_whole_and_makes_no_sense_is_passed_over(described: str) -> None:
    body = described.encode()
    kept = struct.pack("<II", zlib.crc32(body), len(body)) + body
    with pytest.raises(ValueError, match=r".+"):
        unpack(kept)
    assert Ready({"value": kept}).read("value") is None
