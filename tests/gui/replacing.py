"""The ways from a connection's page to a new secret, by keyboard, and what is left of the old one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton

from desktop_app.core.profile import Profile
from desktop_app.gui.renewal_dialog import RenewalDialog, State
from desktop_app.infra.profile_file import ProfileFile
from tests.gui.driving import Desk
from tests.gui.world import World

PATS = "_apis/tokens/pats"
TODAY = datetime.now(UTC).astimezone().date()


def idle(desk: Desk) -> None:
    desk.wait(lambda: not desk.runner.active)


def show(desk: Desk, profile: Profile) -> None:
    """Put a connection on screen."""
    desk.window.reload(profile.id)
    desk.wait(lambda: desk.window.profile is not None and desk.window.profile.id == profile.id)
    idle(desk)


def choose_way(desk: Desk, words: str) -> None:
    """Open the menu of the button Replace, walk to the entry with these words and press Return."""
    desk.keyboard.push(desk.button("replaceSecret"))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    entries = [action for action in menu.actions() if action.isVisible()]
    names = [action.text() for action in entries]
    for _press in range(names.index(words) + 1):
        QTest.keyClick(menu, Qt.Key.Key_Down)
    assert menu.activeAction().text() == words
    QTest.keyClick(menu, Qt.Key.Key_Return)


def open_renewal(desk: Desk, words: str = "Renew this token for me…") -> RenewalDialog:
    """The dialog, once it knows whether it can be done."""
    choose_way(desk, words)
    dialog = desk.dialog("renewalDialog")
    assert isinstance(dialog, RenewalDialog)
    desk.wait(lambda: dialog.state is not State.LOOKING)
    return dialog


def reach(desk: Desk, dialog: RenewalDialog, state: State) -> None:
    desk.wait(lambda: dialog.state is state)


def answer(desk: Desk, box: str, *, yes: bool = True) -> None:
    """Answer a question that was asked."""
    asked = desk.dialog(box)
    if yes:
        desk.keyboard.push(desk.button("confirm", asked))
    else:
        desk.keyboard.press(Qt.Key.Key_Escape)
    desk.wait(lambda: QApplication.activeWindow() in {None, desk.window})
    idle(desk)


def notice(desk: Desk) -> str:
    """What the page says about the old secret; empty where it says nothing."""
    kept = desk.window.connection_page.kept
    return kept.accessibleName() if kept.isVisible() else ""


def press_notice(desk: Desk, name: str) -> None:
    button = desk.window.connection_page.kept.findChild(QPushButton, name)
    assert isinstance(button, QPushButton)
    desk.keyboard.push(button)


def know_the_token(world: World, profile: Profile, token: str = "four-scopes") -> Profile:
    """As if Azure had told which of its tokens this is."""
    known = replace(profile, credential_id=world.practice_cloud.directory.pat(token).authorization_id)
    save(world, known)
    return known


def save(world: World, profile: Profile) -> None:
    cloud = world.practice_cloud.cloud
    ProfileFile(world.folder, {cloud.key: cloud}).save(profile)


def saved_secret(world: World, profile: Profile) -> str:
    """The token or client secret in use."""
    secret = world.connections.long_lived_secret(profile.id)
    return secret.reveal() if secret else ""


def slots(world: World) -> set[str]:
    """Which kinds of secrets lie in the keyring: "" is the credential itself."""
    stored = getattr(world.secrets, "_secrets", {})
    return {str(key)[32:] for key in stored}


def live_tokens(world: World) -> set[str]:
    """The names of the tokens that are neither revoked nor over."""
    now = datetime.now(UTC)
    return {
        one.display_name
        for one in world.practice_cloud.directory.pats.values()
        if not one.revoked and one.valid_to > now
    }


def looks_again(desk: Desk) -> bool:
    """Whether the window will look by itself for what is left at Azure."""
    return desk.window.companions.recovery.waiting
