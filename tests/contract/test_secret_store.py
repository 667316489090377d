"""What every SecretStore promises: the one in memory and the one on the real keyring."""

import contextlib
import sys
import uuid

import pytest

from desktop_app.core.credential import Secret
from desktop_app.core.ports import SecretStore
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import ProfileId, new_profile_id
from desktop_app.infra.keyring_store import KeyringSecretStore
from desktop_app.infra.memory_store import MemorySecretStore


class SecretStoreContract:
    """Subclasses give the fixture `store`, empty."""

    @pytest.fixture
    def key(self) -> ProfileId:
        return new_profile_id()

    def test_unknown_key_has_no_secret(self, store: SecretStore, key: ProfileId) -> None:
        assert store.get(key) is None

    def test_unknown_key_can_not_be_deleted(self, store: SecretStore, key: ProfileId) -> None:
        assert store.delete(key) is False

    @pytest.mark.parametrize("length", [0, 1, 999, 1_000, 1_001, 8_000])
    def test_secret_of_any_length_comes_back(self, store: SecretStore, key: ProfileId, length: int) -> None:
        secret = Secret("k" * length)

        store.set(key, secret)

        assert store.get(key) == secret

    @pytest.mark.parametrize("text", ["Grüße", "\N{KEY}" * 1_500, "line\nline\ttab", ' {"quoted": "\\"} ', "'\"`$\\"])
    def test_any_text_comes_back(self, store: SecretStore, key: ProfileId, text: str) -> None:
        store.set(key, Secret(text))

        assert store.get(key) == Secret(text)

    @pytest.mark.parametrize(("first", "second"), [(3_500, 10), (10, 3_500), (2_000, 2_000)])
    def test_newer_secret_takes_the_place_of_the_older(
        self, store: SecretStore, key: ProfileId, first: int, second: int
    ) -> None:
        store.set(key, Secret("o" * first))
        store.set(key, Secret("n" * second))

        assert store.get(key) == Secret("n" * second)

    def test_deleted_secret_is_gone(self, store: SecretStore, key: ProfileId) -> None:
        store.set(key, Secret("k" * 2_500))

        assert store.delete(key) is True
        assert store.get(key) is None
        assert store.delete(key) is False

    def test_keys_do_not_touch_each_other(self, store: SecretStore, key: ProfileId) -> None:
        other = new_profile_id()
        store.set(key, Secret("one"))
        store.set(other, Secret("two"))

        store.delete(key)

        assert store.get(other) == Secret("two")

    def test_secret_is_there_for_a_store_made_later(self, store: SecretStore, key: ProfileId) -> None:
        store.set(key, Secret("kept"))

        assert self.made_later(store).get(key) == Secret("kept")

    def made_later(self, store: SecretStore) -> SecretStore:
        """A store as a new start of the program makes it; the same one where nothing outlives the program."""
        return store


class TestMemorySecretStore(SecretStoreContract):
    @pytest.fixture
    def store(self) -> SecretStore:
        return MemorySecretStore()


@pytest.mark.keyring
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the real keyring is the person's own")
@pytest.mark.usefixtures("secret_service")
class TestKeyringSecretStore(SecretStoreContract):
    @pytest.fixture
    def store(self) -> SecretStore:
        self.prefix = f"ado-connect-{uuid.uuid4().hex}"
        return KeyringSecretStore(self.prefix)

    def made_later(self, store: SecretStore) -> SecretStore:
        return KeyringSecretStore(self.prefix)

    def test_real_keyring_is_available(self) -> None:
        KeyringSecretStore().available()

    def test_nothing_stays_in_the_keyring_after_delete(self, store: SecretStore, key: ProfileId) -> None:
        store.set(key, Secret("k" * 3_500))
        assert self.items(key) == 5

        store.set(key, Secret("k" * 1_500))
        assert self.items(key) == 3

        store.delete(key)
        assert self.items(key) == 0

    @pytest.mark.parametrize(
        ("name", "problem"), [("manifest", None), ("a.0", Problem.KEYRING_DAMAGED), ("a.3", Problem.KEYRING_DAMAGED)]
    )
    def test_item_that_somebody_deleted_is_noticed_and_the_secret_can_be_entered_again(
        self, store: SecretStore, key: ProfileId, name: str, problem: Problem | None
    ) -> None:
        store.set(key, Secret("k" * 3_500))
        self.delete_item(key, name)

        if problem is None:
            assert store.get(key) is None
        else:
            with pytest.raises(ConnectionProblem) as failure:
                store.get(key)
            assert failure.value.problem is problem

        store.set(key, Secret("entered again"))
        assert store.get(key) == Secret("entered again")
        store.delete(key)
        assert self.items(key) == 0

    def delete_item(self, key: ProfileId, name: str) -> None:
        import secretstorage

        with contextlib.closing(secretstorage.dbus_init()) as connection:
            collection = secretstorage.get_default_collection(connection)
            wanted = {"service": f"{self.prefix}:{key}", "username": name}
            [item] = collection.search_items(wanted)
            item.delete()

    def items(self, key: ProfileId) -> int:
        import secretstorage  # there on Linux only

        with contextlib.closing(secretstorage.dbus_init()) as connection:
            collection = secretstorage.get_default_collection(connection)
            return len(list(collection.search_items({"service": f"{self.prefix}:{key}"})))
