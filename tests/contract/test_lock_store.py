"""What every LockStore promises, over the store in memory and over the real keyring."""

import sys
from collections.abc import Iterator

import pytest

from desktop_app.core.credential import Secret
from desktop_app.core.lock import LockRecord, LockStore
from desktop_app.infra.keyring_store import KeyringSecretStore
from desktop_app.infra.lock_keyring import KEY, Argon2Hash, LockKeyring
from desktop_app.infra.memory_store import MemorySecretStore
from tests.fakes.clock import NOON

RECORD = LockRecord(Secret("$argon2id$" + "v" * 90), 3, NOON)


class LockStoreContract:
    """Subclasses give the fixture `store`, empty."""

    def test_nothing_was_chosen_yet(self, store: LockStore) -> None:
        assert store.load() is None

    @pytest.mark.parametrize("record", [RECORD, LockRecord(RECORD.verifier)])
    def test_what_is_saved_comes_back(self, store: LockStore, record: LockRecord) -> None:
        store.save(record)
        assert store.load() == record

    def test_a_newer_record_takes_its_place(self, store: LockStore) -> None:
        store.save(LockRecord(Secret("another")))
        store.save(RECORD)
        assert store.load() == RECORD

    def test_deleted_it_is_gone_and_may_be_deleted_again(self, store: LockStore) -> None:
        store.save(RECORD)
        store.delete()
        store.delete()
        assert store.load() is None

    def test_a_real_verifier_fits(self, store: LockStore) -> None:
        hashing = Argon2Hash(memory_kib=32, iterations=1)
        store.save(LockRecord(hashing.make(Secret("correct horse"))))
        kept = store.load()
        assert kept is not None
        assert hashing.matches(Secret("correct horse"), kept.verifier)
        assert not hashing.matches(Secret("correct horsf"), kept.verifier)


class TestMemory(LockStoreContract):
    @pytest.fixture
    def store(self) -> LockStore:
        secrets = MemorySecretStore()
        return LockKeyring(lambda: secrets)


@pytest.mark.keyring
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the keyring is the person's own")
class TestKeyring(LockStoreContract):
    @pytest.fixture
    def store(self, secret_service: None) -> Iterator[LockStore]:
        secrets = KeyringSecretStore("ado-connect-test-lock")
        yield LockKeyring(lambda: secrets)
        secrets.delete(KEY)
