"""What every SettingsStore promises: the file and the one in memory."""

from pathlib import Path

import pytest

from desktop_app.app.settings import SettingsInMemory
from desktop_app.core.settings import Settings, SettingsStore
from desktop_app.infra.settings_file import SettingsFile

CHOSEN = Settings(clipboard_seconds=10, reveal_seconds=60, background_checks=False, tray_icon=True)


class SettingsStoreContract:
    """Subclasses give the fixture `store`, empty."""

    def test_new_store_gives_the_defaults(self, store: SettingsStore) -> None:
        assert store.load() == Settings()

    def test_what_is_saved_comes_back(self, store: SettingsStore) -> None:
        store.save(CHOSEN)
        assert store.load() == CHOSEN
        store.save(Settings())
        assert store.load() == Settings()


class TestFile(SettingsStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> SettingsStore:
        return SettingsFile(tmp_path / "config")


class TestMemory(SettingsStoreContract):
    @pytest.fixture
    def store(self) -> SettingsStore:
        return SettingsInMemory()
