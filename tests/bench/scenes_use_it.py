"""Handing a token to other tools, and the settings."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QMenu

from desktop_app.gui.connection_parts import Part
from desktop_app.gui.use_it_view import UseItView
from tests.bench.scenes import Scene
from tests.bench.stage import Stage


def use_it(stage: Stage) -> Iterator[Scene]:
    window = stage.window
    stage.save_several()
    stage.choose("Release pipeline")
    page = window.connection_page
    menu = page.copy_as.menu()
    menu.aboutToShow.emit()
    menu.popup(page.copy_as.mapToGlobal(page.copy_as.rect().bottomLeft()))
    stage.pause()
    yield "copy-menu", menu
    git = next(part for part in menu.findChildren(QMenu) if part.title() == "Git")
    git.popup(menu.pos())
    stage.pause()
    yield "copy-menu-git", git
    git.close()
    menu.close()
    page.tabs.setCurrentIndex(tuple(Part).index(Part.USE_IT))
    view = page.part(Part.USE_IT)
    assert isinstance(view, UseItView)
    stage.wait(lambda: view.complete)
    stage.pause()
    yield "use-it", window
    page.verticalScrollBar().setValue(page.verticalScrollBar().maximum())
    stage.pause()
    yield "use-it-end", window
    next(action for action in window.findChildren(type(menu.menuAction())) if action.text() == "&Settings…").trigger()
    dialog = stage.dialog("settingsDialog")
    yield "settings", dialog
    dialog.close()
    stage.wait(lambda: not stage.runner.active)
