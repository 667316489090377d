"""KeyringSecretStore on a keyring in memory that can fail at any of its calls."""

import contextlib
import logging
import traceback
from collections.abc import Callable

import keyring
import keyring.errors
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend

from desktop_app.core.credential import Secret
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import ProfileId
from desktop_app.infra.keyring_store import CHUNK_CHARACTERS, MAX_CHUNKS, KeyringSecretStore
from tests.fakes.keyring import ShortKeyring

KEY = ProfileId("0123456789abcdef")


def store_on(backend: ShortKeyring) -> KeyringSecretStore:
    return KeyringSecretStore("ado-connect-test", backend)


def made_secret(characters: int, letter: str = "s") -> Secret:
    return Secret(letter * characters)


@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=3_000)
    | st.integers(0, 9_000).map(lambda length: "k" * length)
    | st.integers(0, 5_000).map(lambda length: "\N{KEY}" * length)
)
def test_any_text_comes_back_as_it_was(text: str) -> None:
    store = store_on(ShortKeyring())

    store.set(KEY, Secret(text))

    found = store.get(KEY)
    assert found is not None
    assert found.reveal() == text


@given(lengths=st.lists(st.integers(0, 5_000), min_size=1, max_size=6))
def test_replacing_leaves_nothing_of_what_was_there_before(lengths: list[int]) -> None:
    backend = ShortKeyring()
    store = store_on(backend)

    for number, length in enumerate(lengths):
        store.set(KEY, made_secret(length, chr(ord("a") + number)))

    assert store.get(KEY) == made_secret(lengths[-1], chr(ord("a") + len(lengths) - 1))
    chunks = -(-lengths[-1] // CHUNK_CHARACTERS)
    assert len(backend.items) == 1 + chunks


def test_all_items_of_a_connection_lie_under_one_service_name() -> None:
    backend = ShortKeyring()

    store_on(backend).set(KEY, made_secret(2_500))

    assert {service for service, _ in backend.items} == {f"ado-connect-test:{KEY}"}


def test_practice_and_real_secrets_are_apart() -> None:
    backend = ShortKeyring()
    real, practice = KeyringSecretStore("ado-connect", backend), KeyringSecretStore("ado-connect-practice", backend)

    real.set(KEY, Secret("real"))

    assert practice.get(KEY) is None
    assert not practice.delete(KEY)
    assert real.get(KEY) == Secret("real")


def writes_of_a_replacement() -> int:
    backend = ShortKeyring()
    store = store_on(backend)
    store.set(KEY, made_secret(2_500, "o"))
    backend.fail_at = 1_000
    store.set(KEY, made_secret(3_500, "n"))
    return 1_000 - backend.fail_at


@pytest.mark.parametrize("fail_at", range(writes_of_a_replacement()))
def test_replacement_that_fails_anywhere_leaves_a_whole_secret_and_delete_finds_every_part(fail_at: int) -> None:
    backend = ShortKeyring()
    store = store_on(backend)
    old, new = made_secret(2_500, "o"), made_secret(3_500, "n")
    store.set(KEY, old)
    backend.fail_at = fail_at

    failure = None
    try:
        store.set(KEY, new)
    except ConnectionProblem as error:
        failure = error.problem

    # A replacement that only failed to tidy up has succeeded.
    assert (failure, store.get(KEY)) in [(Problem.KEYRING_REFUSED, old), (None, new)]
    backend.fail_at = None
    assert store.delete(KEY)
    assert backend.items == {}


@pytest.mark.parametrize("fail_at", range(5))
def test_first_write_that_fails_leaves_nothing_behind_after_delete(fail_at: int) -> None:
    backend = ShortKeyring()
    store = store_on(backend)
    backend.fail_at = fail_at

    with pytest.raises(ConnectionProblem):
        store.set(KEY, made_secret(4_500))

    assert store.get(KEY) is None
    backend.fail_at = None
    store.delete(KEY)
    assert backend.items == {}


def test_delete_that_fails_half_way_can_be_finished() -> None:
    backend = ShortKeyring()
    store = store_on(backend)
    store.set(KEY, made_secret(4_500))
    backend.fail_at, backend.error = 2, keyring.errors.PasswordDeleteError("no")

    with pytest.raises(ConnectionProblem) as caught:
        store.delete(KEY)
    assert caught.value.problem is Problem.KEYRING_REFUSED

    backend.fail_at = None
    assert store.delete(KEY)
    assert backend.items == {}
    assert not store.delete(KEY)


def test_write_that_arrived_although_it_failed_stays_readable() -> None:
    class LateKeyring(ShortKeyring):
        def set_password(self, service: str, username: str, password: str) -> None:
            super().set_password(service, username, password)
            if username == "manifest" and self.fail_at == 0:
                raise TimeoutError

        def _count_down(self) -> None:
            """Fails in its own way."""

    backend = LateKeyring()
    store = store_on(backend)
    store.set(KEY, made_secret(1_500, "o"))
    backend.fail_at = 0

    with pytest.raises(ConnectionProblem):
        store.set(KEY, made_secret(1_500, "n"))

    assert store.get(KEY) == made_secret(1_500, "n")


def test_keyring_that_does_not_keep_what_it_takes_is_noticed_before_the_old_secret_goes() -> None:
    class Forgetful(ShortKeyring):
        cut = False

        def set_password(self, service: str, username: str, password: str) -> None:
            super().set_password(service, username, password[:500] if self.cut else password)

    backend = Forgetful()
    store = store_on(backend)
    store.set(KEY, made_secret(900, "o"))
    backend.cut = True

    with pytest.raises(ConnectionProblem) as caught:
        store.set(KEY, made_secret(900, "n"))

    assert caught.value.problem is Problem.KEYRING_REFUSED
    assert store.get(KEY) == made_secret(900, "o")


@given(
    lengths=st.tuples(*[st.integers(0, 3 * CHUNK_CHARACTERS)] * 3),
    picks=st.lists(st.integers(0, 4), min_size=12, max_size=12),
)
def test_items_of_several_writes_in_any_mixture_never_make_a_wrong_secret(
    lengths: tuple[int, ...], picks: list[int]
) -> None:
    keyring, states, secrets = ShortKeyring(), [], []
    for letter, length in zip("xyz", lengths, strict=True):
        secrets.append(Secret(letter * length))
        KeyringSecretStore(backend=keyring).set(KEY, secrets[-1])
        states.append(dict(keyring.items))
    names = sorted({name for state in states for name in state})
    choose = dict(zip(names, picks, strict=False))
    keyring.items = {}
    for name, pick in choose.items():  # of one of the writes, nobody's, or somebody else's
        if pick < len(states) and name in states[pick]:
            keyring.items[name] = states[pick][name]
        elif pick > len(states):
            keyring.items[name] = "x" * CHUNK_CHARACTERS
    store = KeyringSecretStore(backend=keyring)
    with contextlib.suppress(ConnectionProblem):
        assert store.get(KEY) in {None, *secrets}
    store.set(KEY, Secret("entered again"))
    assert store.get(KEY) == Secret("entered again")
    store.delete(KEY)
    assert store.get(KEY) is None


@pytest.mark.parametrize("username", ["a.0", "a.1", "a.2"])
@pytest.mark.parametrize("change", [None, "", "x" * CHUNK_CHARACTERS])
def test_part_that_is_missing_or_another_writes_is_damage(username: str, change: str | None) -> None:
    backend = ShortKeyring()
    store = store_on(backend)
    store.set(KEY, made_secret(2_500))
    item = (f"ado-connect-test:{KEY}", username)
    assert item in backend.items
    if change is None:
        del backend.items[item]
    else:
        backend.items[item] = change

    with pytest.raises(ConnectionProblem) as caught:
        store.get(KEY)

    assert caught.value.problem is Problem.KEYRING_DAMAGED


@pytest.mark.parametrize(
    "text", ["", "{}", "null", "[]", '{"place":"c","chunks":1,"sha256":""}', '{"place":"a","chunks":-1,"sha256":""}']
)
def test_manifest_that_makes_no_sense_is_damage_and_can_be_replaced_or_deleted(text: str) -> None:
    backend = ShortKeyring()
    store = store_on(backend)
    store.set(KEY, made_secret(2_500))
    backend.items[f"ado-connect-test:{KEY}", "manifest"] = text

    with pytest.raises(ConnectionProblem) as caught:
        store.get(KEY)
    assert caught.value.problem is Problem.KEYRING_DAMAGED

    store.set(KEY, Secret("fresh"))
    assert store.get(KEY) == Secret("fresh")
    assert store.delete(KEY)
    assert backend.items == {}


@pytest.mark.parametrize("gone", ["a.0", "a.1"])
@pytest.mark.parametrize("after", ["delete", "set"])
def test_parts_behind_one_that_somebody_deleted_go_with_the_secret(gone: str, after: str) -> None:
    backend = ShortKeyring()
    store = store_on(backend)
    store.set(KEY, made_secret(3_500))
    del backend.items[f"ado-connect-test:{KEY}", gone]
    if after == "set":
        store.set(KEY, Secret("entered again"))
    store.delete(KEY)
    assert backend.items == {}


def test_replacement_by_another_process_while_reading_is_no_damage() -> None:
    class Busy(ShortKeyring):
        def get_password(self, service: str, username: str) -> str | None:
            found = super().get_password(service, username)
            if username == "manifest" and self.error_after_first:
                self.error_after_first = False
                store_on(self).set(KEY, made_secret(1_500, "n"))
            return found

        error_after_first = False

    backend = Busy()
    store_on(backend).set(KEY, made_secret(1_500, "o"))
    backend.error_after_first = True

    assert store_on(backend).get(KEY) == made_secret(1_500, "n")


def test_secret_that_is_too_long_is_refused_before_anything_is_written() -> None:
    backend = ShortKeyring()

    with pytest.raises(ConnectionProblem) as caught:
        store_on(backend).set(KEY, made_secret(CHUNK_CHARACTERS * MAX_CHUNKS + 1))

    assert caught.value.problem is Problem.KEYRING_REFUSED
    assert backend.items == {}


def test_no_secret_in_repr_log_or_traceback(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "hidden" + "z" * 2_000
    backend = ShortKeyring()
    store = store_on(backend)
    store.set(KEY, Secret(secret))
    backend.fail_at = 1

    with pytest.raises(ConnectionProblem) as caught:
        store.set(KEY, Secret(secret * 2))

    seen = "".join([*traceback.format_exception(caught.value), caplog.text, repr(store), repr(caught.value.facts)])
    assert "hidden" not in seen
    assert "zzzz" not in seen


# --- which keyring


def test_computer_without_a_keyring_says_so() -> None:
    with pytest.raises(ConnectionProblem) as caught:
        KeyringSecretStore().available()

    assert caught.value.problem is Problem.KEYRING_MISSING
    assert caught.value.facts["backend"] == "keyring.backends.fail.Keyring"


class PlainFileKeyring(KeyringBackend):
    """As third-party packages bring them."""

    priority = 9

    def __init__(self) -> None:
        """Reads no settings."""

    def get_password(self, service: str, username: str) -> str | None:
        raise AssertionError("asked a keyring that may be a plain file")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError("told a keyring that may be a plain file")


def test_keyring_that_may_be_a_plain_file_is_not_used() -> None:
    keyring.set_keyring(PlainFileKeyring())
    store = KeyringSecretStore()

    uses: list[Callable[[], object]] = [
        store.available,
        lambda: store.get(KEY),
        lambda: store.set(KEY, Secret("word")),
    ]
    for use in uses:
        with pytest.raises(ConnectionProblem) as caught:
            use()
        assert caught.value.problem is Problem.KEYRING_MISSING


def test_systems_own_keyring_is_found_in_a_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    class SystemKeyring(PlainFileKeyring):
        def get_password(self, service: str, username: str) -> str | None:
            return None

    SystemKeyring.__module__ = "keyring.backends.SecretService"
    monkeypatch.setattr(ChainerBackend, "backends", [PlainFileKeyring(), SystemKeyring()])
    keyring.set_keyring(ChainerBackend())  # type: ignore[no-untyped-call]  # keyring annotates this in part

    assert KeyringSecretStore().get(KEY) is None
