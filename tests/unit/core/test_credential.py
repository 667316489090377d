"""Secret never shows its value by accident; AccessToken knows when it must be renewed."""

import copy
import dataclasses
import json
import pickle
import traceback
from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.credential import (
    RENEWAL_MARGIN,
    AccessToken,
    ClientSecretCredential,
    Credential,
    Grant,
    OAuthCredential,
    PatCredential,
    Scheme,
    Secret,
)
from tests.fakes.clock import NOON

VALUE = "-".join(["very", "private", "value"])

WAYS_TO_TEXT: dict[str, Callable[[object], str]] = {
    "repr": repr,
    "str": str,
    "ascii": ascii,
    "format": format,
    "format with a width": lambda thing: f"{thing!s:>40}",
    "f-string": lambda thing: f"{thing}",
    "f-string with !r": lambda thing: f"{thing!r}",
    "percent s": lambda thing: "%s" % (thing,),  # noqa: UP031 - logging formats this way
    "percent r": lambda thing: "%r" % (thing,),  # noqa: UP031 - as above
    "in a list": lambda thing: str([thing]),
    "in a dict": lambda thing: str({"token": thing}),
}


def credentials() -> list[Credential]:
    secret = Secret(VALUE)
    return [
        OAuthCredential(secret),
        OAuthCredential(secret, secret),
        PatCredential(secret),
        ClientSecretCredential(secret),
    ]


def things_with_a_secret() -> list[object]:
    token = AccessToken(Secret(VALUE), Scheme.BEARER, frozenset({"vso.project"}), NOON)
    return [Secret(VALUE), *credentials(), token, *(Grant(credential, token) for credential in credentials())]


@pytest.mark.parametrize("way", WAYS_TO_TEXT)
@pytest.mark.parametrize("thing", things_with_a_secret(), ids=lambda thing: type(thing).__name__)
def test_no_way_to_text_shows_a_secret(way: str, thing: object) -> None:
    assert VALUE not in WAYS_TO_TEXT[way](thing)


@pytest.mark.parametrize("spec", ["", "s", ">40", "r", "^5", "x"])
def test_format_specification_is_ignored(spec: str) -> None:
    assert format(Secret(VALUE), spec) == "Secret(...)"


@pytest.mark.parametrize("thing", things_with_a_secret(), ids=lambda thing: type(thing).__name__)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_nothing_with_a_secret_is_pickled(thing: object, protocol: int) -> None:
    with pytest.raises(TypeError) as refusal:
        pickle.dumps(thing, protocol)

    assert VALUE not in str(refusal.value)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_a_secret_is_not_copied(duplicate: Callable[[Secret], Secret]) -> None:
    with pytest.raises(TypeError):
        duplicate(Secret(VALUE))


@pytest.mark.parametrize("credential", credentials(), ids=lambda credential: type(credential).__name__)
def test_a_credential_is_not_turned_into_a_dict(credential: Credential) -> None:
    with pytest.raises(TypeError):
        dataclasses.asdict(credential)


def test_a_secret_is_no_json() -> None:
    with pytest.raises(TypeError) as refusal:
        json.dumps({"token": Secret(VALUE)})

    assert VALUE not in str(refusal.value)
    assert VALUE not in json.dumps({"token": Secret(VALUE)}, default=str)


def test_a_secret_is_no_json_to_the_library_that_writes_the_files_either() -> None:
    grant = Grant(PatCredential(Secret(VALUE)), AccessToken(Secret(VALUE), Scheme.BASIC))
    for thing in (Secret(VALUE), [Secret(VALUE)], grant):
        with pytest.raises(TypeError) as refusal:
            msgspec.json.encode(thing)
        assert VALUE not in str(refusal.value)


def test_a_secret_has_no_dict_to_look_into() -> None:
    with pytest.raises(TypeError):
        vars(Secret(VALUE))


def test_a_traceback_that_prints_local_variables_shows_no_secret() -> None:
    def fails(token: Secret, grant: Grant) -> None:
        raise ValueError(token, grant)

    credential = OAuthCredential(Secret(VALUE), Secret(VALUE))
    with pytest.raises(ValueError, match="Secret") as failure:
        fails(Secret(VALUE), Grant(credential, AccessToken(Secret(VALUE), Scheme.BASIC)))

    text = "".join(traceback.TracebackException.from_exception(failure.value, capture_locals=True).format())
    assert "grant = " in text
    assert VALUE not in text


def test_reveal_gives_the_text() -> None:
    assert Secret(VALUE).reveal() == VALUE


def test_truth_means_not_empty() -> None:
    assert Secret("x")
    assert Secret(" ")
    assert not Secret("")


@given(st.text(st.characters()), st.text(st.characters()))  # with lone surrogates: a clipboard may hold them
def test_equality_and_hash_are_those_of_the_text(one: str, other: str) -> None:
    assert (Secret(one) == Secret(other)) is (one == other)
    assert Secret(one) == Secret(one)
    assert hash(Secret(one)) == hash(Secret(one))


def test_a_text_with_a_lone_surrogate_can_be_compared() -> None:
    assert Secret("a\ud800") == Secret("a\ud800")
    assert Secret("a\ud800") != Secret("a\ud801")


def test_a_secret_never_equals_a_plain_text() -> None:
    assert Secret(VALUE) != VALUE
    assert VALUE != Secret(VALUE)  # noqa: SIM300 - each side is asked first once
    assert VALUE not in {Secret(VALUE)}


@pytest.mark.parametrize(
    ("left", "fresh"),
    [
        (RENEWAL_MARGIN + timedelta(hours=1), True),
        (RENEWAL_MARGIN, True),
        (RENEWAL_MARGIN - timedelta(microseconds=1), False),
        (timedelta(0), False),
        (-timedelta(days=1), False),
    ],
)
def test_a_token_is_fresh_while_the_margin_is_left(left: timedelta, fresh: bool) -> None:
    token = AccessToken(Secret(VALUE), Scheme.BEARER, expires_at=NOON + left)

    assert token.is_fresh(NOON) is fresh


def test_the_renewal_margin_is_five_minutes() -> None:
    assert timedelta(minutes=5) == RENEWAL_MARGIN


def test_a_token_whose_end_is_unknown_is_fresh() -> None:
    assert AccessToken(Secret(VALUE), Scheme.BASIC).is_fresh(NOON)
