"""The settings in use."""

from desktop_app.app.settings import SettingsInMemory, SettingsInUse
from desktop_app.core.settings import Settings


def test_what_was_saved_is_in_use_from_the_start() -> None:
    assert SettingsInUse(SettingsInMemory(Settings(clipboard_seconds=7))).now.clipboard_seconds == 7


def test_followers_hear_of_a_change_until_they_leave() -> None:
    settings = SettingsInUse(SettingsInMemory())
    heard: list[int] = []
    leave = settings.follow(lambda now: heard.append(now.clipboard_seconds))

    settings.change(Settings(clipboard_seconds=10))
    settings.change(Settings(clipboard_seconds=10))
    settings.change(Settings(clipboard_seconds=20))
    leave()
    leave()
    settings.change(Settings())

    assert heard == [10, 20]
    assert settings.now == Settings()


def test_a_change_is_kept_when_it_is_saved() -> None:
    store = SettingsInMemory()
    settings = SettingsInUse(store)
    settings.change(Settings(tray_icon=True))
    assert store.load() == Settings()

    settings.save()
    assert store.load() == Settings(tray_icon=True)
