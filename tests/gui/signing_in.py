"""The sign-in page of the OAuth wizard without a web view: somebody at the practice cloud's own pages instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop_app.app.workspace import BrowserSurface
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.ports import HttpSession, SignInSurface
from desktop_app.core.problems import ConnectionProblem, Problem
from tests.fakes.scripted_sign_in import ScriptedSignIn
from tests.gui.world import Surface

MODULE = "desktop_app.gui.wizards.sign_in_page"
LOOPBACK = "http://localhost"


class NobodyThere:
    """A SignInSurface that nobody signs in on: it waits until it is cancelled."""

    def show(self, start_url: str, redirect_uri: str, cancel: Cancel) -> str:
        while not cancel.wait(60.0):
            pass
        raise Cancelled


class ScriptedView(QWidget):
    """Stands where the web view stands; `surface()` gives the next one of the scripted surfaces."""

    start_again_requested = Signal()

    def __init__(self, surfaces: Iterator[SignInSurface]) -> None:
        super().__init__()
        self.surfaces = surfaces
        self.cancelled = False
        self.last_button = QPushButton("Start again")
        QVBoxLayout(self).addWidget(self.last_button)

    def surface(self) -> SignInSurface:
        return next(self.surfaces)

    def cancel(self) -> None:
        self.cancelled = True


def script_the_view(monkeypatch: pytest.MonkeyPatch, *surfaces: SignInSurface) -> list[ScriptedView]:
    """Each sign-in inside the window uses the next surface; returns the views that will have been shown."""
    views: list[ScriptedView] = []
    script = iter(surfaces)

    def make(target: object, **options: Any) -> ScriptedView:  # SignInView's own
        views.append(ScriptedView(script))
        return views[-1]

    monkeypatch.setattr(f"{MODULE}.sign_in_unavailable", lambda: None)
    monkeypatch.setattr("desktop_app.gui.sign_in_view.SignInView", make)
    return views


def forbid_the_view(monkeypatch: pytest.MonkeyPatch) -> None:
    """The web view can not run here."""
    monkeypatch.setattr(f"{MODULE}.sign_in_unavailable", lambda: ConnectionProblem(Problem.VIEW_UNAVAILABLE))


class ScriptedBrowser(ScriptedSignIn):
    """The person's own browser: it is opened first, then somebody signs in there."""

    redirect_uri = LOOPBACK

    def __init__(self, open_browser: Callable[[str], bool], http: HttpSession, account: str) -> None:
        super().__init__(http, account)
        self._open_browser = open_browser

    def show(self, start_url: str, redirect_uri: str, cancel: Cancel) -> str:
        self._open_browser(start_url)
        return super().show(start_url, redirect_uri, cancel)


def browser_of(http: HttpSession, account: str) -> Surface:
    """What Workspace.browser_surface is, with this person at the browser."""

    @contextmanager
    def surface(open_browser: Callable[[str], bool]) -> Iterator[BrowserSurface]:
        yield ScriptedBrowser(open_browser, http, account)

    return surface
