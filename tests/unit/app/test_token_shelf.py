"""The token that processes share: it is of its credential, and what a killed process left of one goes."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from desktop_app.app.token_shelf import TokenShelf
from desktop_app.core.credential import AccessToken, OAuthCredential, Scheme, Secret
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import ProfileId
from desktop_app.infra.keyring_store import KeyringSecretStore
from desktop_app.infra.memory_store import MemorySecretStore
from tests.fakes.keyring import ShortKeyring

KEY = ProfileId("a" * 32)
CREDENTIAL = OAuthCredential(Secret("refresh"))
TOKEN = AccessToken(Secret("x" * 1500), Scheme.BEARER, frozenset({"vso.project"}))
NOW = datetime(2026, 11, 25, tzinfo=UTC)


class Killed(BaseException):
    """The process is gone."""


def test_token_is_found_by_the_credential_that_gave_it_and_no_other() -> None:
    shelf = TokenShelf(MemorySecretStore())
    shelf.put(KEY, CREDENTIAL, TOKEN, NOW)
    found = shelf.find(KEY, CREDENTIAL)
    assert found is not None
    assert found.token == TOKEN
    assert shelf.find(KEY, replace(CREDENTIAL, refresh_token=Secret("rotated"))) is None


@pytest.mark.parametrize("writes", range(6))
def test_part_of_a_token_that_a_killed_process_left_goes_when_the_token_is_looked_for(writes: int) -> None:
    """Two chunks and a manifest are written, two older chunks removed; the process dies before any of it."""
    keyring = ShortKeyring()
    TokenShelf(KeyringSecretStore(backend=keyring)).put(KEY, CREDENTIAL, TOKEN, NOW)
    keyring.fail_at, keyring.error = writes, Killed()  # type: ignore[assignment]  # nobody catches this one
    newer = replace(TOKEN, value=Secret("y" * 1500))
    try:
        TokenShelf(KeyringSecretStore(backend=keyring)).put(KEY, CREDENTIAL, newer, NOW)
    except Killed:
        assert writes < 5
    keyring.fail_at = None

    found = TokenShelf(KeyringSecretStore(backend=keyring)).find(KEY, CREDENTIAL)

    assert found is not None
    assert found.token == (newer if writes > 2 else TOKEN)
    assert len(keyring.items) == 3


def test_keyring_that_refuses_to_be_tidied_up_costs_a_token_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = MemorySecretStore()
    shelf = TokenShelf(secrets)
    shelf.put(KEY, CREDENTIAL, TOKEN, NOW)
    with monkeypatch.context() as locked:

        def refuse(key: ProfileId) -> None:
            raise ConnectionProblem(Problem.KEYRING_LOCKED)

        locked.setattr(secrets, "tidy", refuse)
        assert shelf.find(KEY, CREDENTIAL) is None
    assert shelf.find(KEY, CREDENTIAL) is not None
