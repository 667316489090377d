"""What every ProfileStore promises: the file and the one in memory that other tests use."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.core.cloud import WELL_KNOWN
from desktop_app.core.ports import ProfileStore
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, ProfileId
from desktop_app.infra.profile_file import ProfileFile
from tests.fakes.profile_store import MemoryProfileStore
from tests.fakes.profiles import CUSTOM, a_profile


class ProfileStoreContract:
    """Subclasses give the fixture `store`, empty."""

    def test_new_store_is_empty(self, store: ProfileStore) -> None:
        assert store.load() == ()

    def test_profiles_come_back_in_the_order_they_were_added(self, store: ProfileStore) -> None:
        for number in (3, 1, 2):
            store.save(a_profile(number))

        assert store.load() == (a_profile(3), a_profile(1), a_profile(2))

    def test_saving_again_replaces_in_its_place(self, store: ProfileStore) -> None:
        for number in (1, 2, 3):
            store.save(a_profile(number))

        store.save(a_profile(2, name="Renamed", last_check=None))

        assert store.load() == (a_profile(1), a_profile(2, name="Renamed", last_check=None), a_profile(3))

    def test_update_changes_a_profile_as_it_stands_in_its_place(self, store: ProfileStore) -> None:
        for number in (1, 2):
            store.save(a_profile(number))
        store.save(a_profile(1, name="Renamed"))

        updated = store.update(a_profile(1).id, lambda profile: replace(profile, account="someone"))

        assert updated == a_profile(1, name="Renamed", account="someone")
        assert store.load() == (updated, a_profile(2))

    def test_update_of_a_removed_profile_says_so_and_adds_nothing(self, store: ProfileStore) -> None:
        store.save(a_profile(1))

        with pytest.raises(ConnectionProblem) as caught:
            store.update(ProfileId("unknown"), lambda profile: profile)

        assert caught.value.problem is Problem.PROFILE_GONE
        assert store.load() == (a_profile(1),)

    def test_update_that_fails_changes_nothing(self, store: ProfileStore) -> None:
        store.save(a_profile(1))

        with pytest.raises(ZeroDivisionError):
            store.update(a_profile(1).id, lambda profile: replace(profile, name=str(1 // 0)))

        assert store.load() == (a_profile(1),)

    def test_updates_at_the_same_time_lose_nothing(self, store: ProfileStore) -> None:
        store.save(a_profile(1, name=""))
        letters = "abcdefghijklmnopqrstuvwxyz"

        def add(letter: str) -> None:
            store.update(a_profile(1).id, lambda profile: replace(profile, name=profile.name + letter))

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(add, letters))

        assert sorted(store.load()[0].name) == list(letters)

    def test_removed_profile_is_gone(self, store: ProfileStore) -> None:
        store.save(a_profile(1))
        store.save(a_profile(2))

        assert store.remove(a_profile(1).id) is True
        assert store.load() == (a_profile(2),)

    def test_unknown_profile_can_not_be_removed(self, store: ProfileStore) -> None:
        store.save(a_profile(1))

        assert store.remove(ProfileId("unknown")) is False
        assert store.load() == (a_profile(1),)

    @pytest.mark.parametrize("method", Method)
    def test_every_method_and_a_custom_cloud_come_back(self, store: ProfileStore, method: Method) -> None:
        profile = a_profile(method=method, cloud=CUSTOM, credential_ends=None)

        store.save(profile)

        assert store.load() == (profile,)


class TestMemoryProfileStore(ProfileStoreContract):
    @pytest.fixture
    def store(self) -> ProfileStore:
        return MemoryProfileStore()


class TestProfileFile(ProfileStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> ProfileStore:
        return ProfileFile(tmp_path / "config", WELL_KNOWN)
