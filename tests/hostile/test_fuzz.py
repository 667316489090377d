"""Readers of bytes that somebody else wrote, on whatever Hypothesis makes of them: named problems, nothing else."""

import contextlib
import json
from collections import Counter
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hostile.targets import SEEDS, TARGETS, answers

_ODD: list[Any] = [  # JSON has no static type
    None,
    True,
    -1,
    0,
    2**63,
    10**400,
    1e308,
    "",
    "x" * 5_000,
    "\ud800",
    "\x00",
    "\u202e<b>bold</b>",
    "9999-12-31T23:59:59+14:00",
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00",
    "2026-11-25T00:00:00",
    "https://evil.example",
    "http://login.contoso.example",
    [],
    {},
    [[]],
]
_odd = st.sampled_from(_ODD)
_json = st.recursive(
    _odd | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def _places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # JSON has no static type
    """The way to every part of a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for name, part in inner for place in _places(part, (*at, name)))]


def _changed(value: Any, at: tuple[Any, ...], new: Any) -> Any:  # as above
    if not at:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[at[0]] = _changed(value[at[0]], at[1:], new)
    return copy


@st.composite
def bent(draw: st.DrawFn, seed: bytes) -> bytes:
    """`seed` with something else in the place of one of its parts: of a JSON value, or of any bytes."""
    start = seed.find(b"{")
    if start >= 0 and draw(st.booleans()):
        with contextlib.suppress(ValueError):
            whole = json.loads(seed[start:])
            place = draw(st.sampled_from(_places(whole)))
            return seed[:start] + json.dumps(
                _changed(whole, place, draw(_json)), ensure_ascii=draw(st.booleans())
            ).encode("utf-8", "surrogatepass")
    at = draw(st.integers(0, len(seed)))
    end = draw(st.integers(at, min(len(seed), at + 40)))
    return seed[:at] + draw(st.binary(max_size=12)) + seed[end:]


@pytest.mark.parametrize("name", TARGETS)
def test_it_reads_what_it_is_made_for(name: str, tried: Counter[str]) -> None:
    for seed in SEEDS[TARGETS[name]]:
        TARGETS[name](seed)


@pytest.mark.parametrize("name", TARGETS)
def test_it_reads_anything_without_a_crash(name: str, tried: Counter[str]) -> None:
    target = TARGETS[name]
    seeds = SEEDS[target]
    contents = (
        st.sampled_from(seeds).flatmap(bent)
        | st.binary(max_size=200)
        | _json.map(lambda value: json.dumps(value).encode())
    )

    @settings(max_examples=1_200 if target is answers else 250, suppress_health_check=[HealthCheck.too_slow])
    @given(contents | st.text(max_size=80).map(lambda text: text.encode("utf-8", "surrogatepass")))
    def read(data: bytes) -> None:
        tried[f"contents for the reader of {name.replace('_', ' ')}"] += 1
        target(data)

    read()


@pytest.mark.parametrize("name", TARGETS)
def test_it_reads_every_part_of_it_as_anything_else(name: str, tried: Counter[str]) -> None:
    """Where what is read is JSON: each part replaced by each odd value, and left out."""
    target = TARGETS[name]
    for seed in SEEDS[target]:
        start = seed.find(b"{")
        try:
            whole = json.loads(seed[start:]) if start >= 0 else None
        except ValueError:
            continue
        for place, value in product(_places(whole) if whole else (), _ODD[:: 3 if target is answers else 1]):
            tried[f"contents for the reader of {name.replace('_', ' ')}"] += 1
            target(seed[:start] + json.dumps(_changed(whole, place, value)).encode())


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 1_000,
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"\xff\xfe" * 500,
        b"9" * 10_000,
        b'"\\ud800"',
        b"NaN",
        b"\xef\xbb\xbf{}",
    ],
    ids=["nothing", "zeros", "lists", "objects", "no text", "digits", "half a letter", "not a number", "a mark"],
)
def test_it_reads_what_breaks_other_readers(name: str, data: bytes, tried: Counter[str]) -> None:
    tried[f"contents for the reader of {name.replace('_', ' ')}"] += 1
    TARGETS[name](data)
