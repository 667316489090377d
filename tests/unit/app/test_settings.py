"""The settings in use."""

from dataclasses import replace

from desktop_app.app.settings import SettingsInMemory, SettingsInUse
from desktop_app.core.policy import policy_from
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


def test_what_a_policy_sets_can_not_be_changed_and_holds_no_longer_than_it() -> None:
    store = SettingsInMemory(Settings(clipboard_seconds=60, notifications=True))
    under = SettingsInUse(store, policy_from({"version": 1, "clipboard_seconds": 20, "notifications": False}))
    assert (under.now.clipboard_seconds, under.now.notifications) == (20, False)

    under.change(replace(under.now, clipboard_seconds=300, notifications=True, tray_icon=True))
    assert (under.now.clipboard_seconds, under.now.notifications, under.now.tray_icon) == (20, False, True)

    under.change(replace(under.now, clipboard_seconds=10))
    assert under.now.clipboard_seconds == 10
    under.save()
    assert SettingsInUse(store).now == Settings(clipboard_seconds=10, notifications=True, tray_icon=True)


def test_changing_something_else_keeps_the_own_choice_under_a_limit() -> None:
    store = SettingsInMemory(Settings(clipboard_seconds=60))
    under = SettingsInUse(store, policy_from({"version": 1, "clipboard_seconds": 20}))
    under.change(replace(under.now, tray_icon=True))
    under.save()
    assert store.load().clipboard_seconds == 60
