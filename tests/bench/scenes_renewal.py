"""A secret that is renewed, replaced or put back, and a sign-in that is done again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.core.changes import Change, Renewal, Step
from desktop_app.core.problems import Problem
from desktop_app.core.profile import LastCheck, Method, Profile
from desktop_app.gui.renewal_dialog import RenewalDialog, State
from desktop_app.infra.profile_file import ProfileFile
from desktop_app.practice.faults import Fault, FaultKind
from desktop_app.practice.organization import PatPolicy
from desktop_app.practice.service import Service
from tests.bench.stage import Stage

Scene = tuple[str, QWidget]


def renewal(stage: Stage) -> Iterator[Scene]:
    """The dialog, from the question to what was done, and what can go wrong."""
    _save(stage)
    for name, key in (("Release pipeline", "pat"), ("Nightly sync", "secret")):
        stage.choose(name)
        dialog = _dialog(stage)
        yield f"renewal-{key}-asks", dialog
        stage.cloud.faults.add(Fault(FaultKind.DELAY, Service.DEVOPS, "_apis/projects", seconds=2.0))
        dialog.go_on.click()
        stage.wait(dialog.checks.isVisible)
        stage.pause(600)
        yield f"renewal-{key}-runs", dialog
        stage.wait(lambda: _is(dialog, State.DONE))  # noqa: B023 - asked at once
        yield f"renewal-{key}-done", dialog
        dialog.accept()
        stage.wait(lambda: not stage.runner.active)
    stage.choose("Release pipeline")
    dialog = _dialog(stage)
    stage.cloud.directory.organization("contoso").pat_policy = PatPolicy(longest_days=30)
    dialog.go_on.click()
    stage.wait(lambda: dialog.state is State.FAILED)
    yield "renewal-fails", dialog
    dialog.reject()
    stage.wait(lambda: not stage.runner.active)
    stage.choose("Somebody else's")
    dialog = _dialog(stage)
    yield "renewal-refused", dialog
    dialog.reject()
    stage.pause()


def replacing(stage: Stage) -> Iterator[Scene]:
    """A new secret that is entered, and the old one that is kept."""
    _save(stage)
    window, page = stage.window, stage.window.connection_page
    for name, key in (("Release pipeline", "pat"), ("Nightly sync", "secret"), ("My sign-in", "sign-in")):
        stage.choose(name)
        menu = page.replace.menu()
        assert isinstance(menu, QMenu)
        menu.popup(page.replace.mapToGlobal(page.replace.rect().bottomLeft()))
        stage.pause()
        yield f"replace-menu-{key}", menu
        menu.close()
    stage.choose("Release pipeline")
    page.replace.enter.trigger()
    stage.wait(lambda: stage.wizard.complete and not stage.runner.active)
    yield "replace-token", stage.wizard
    stage.fill(token=stage.world.pat())
    yield "replace-token-same", stage.wizard
    stage.fill(token=stage.world.pat("read-only"))
    stage.go_on("ChecksPage")
    stage.settle()
    stage.go_on("PutInPlacePage")
    yield "replace-token-put-in-place", stage.wizard
    stage.go_on("DonePage")
    yield "replace-token-done", stage.wizard
    stage.finish()
    stage.wait(lambda: not stage.runner.active)
    yield "kept-old", window
    page.kept.put_back.click()
    box = stage.dialog("putBackBox")
    yield "put-back-question", box
    box.close()
    page.kept.forget.click()
    box = stage.dialog("forgetBox")
    yield "forget-question", box
    box.close()
    profile = window.profile
    assert profile is not None
    for step in (Step.REVOKING, Step.UNDOING):
        renewal = Renewal("new")
        stage.world.journal.put(Change(profile.id, step, datetime.now(UTC), before=profile, renewal=renewal))
        window.reload()
        stage.wait(lambda: not stage.runner.active)
        yield f"kept-{step}", window
    stage.world.journal.drop(profile.id)
    stage.choose("Nightly sync")
    page.replace.enter.trigger()
    stage.wait(lambda: stage.wizard.complete and not stage.runner.active)
    yield "replace-client-secret", stage.wizard
    stage.leave()
    stage.choose("My sign-in")
    yield "needs-sign-in", window


def token_maker(stage: Stage) -> Iterator[Scene]:
    """*Create a token for me*, in the wizard."""
    _save(stage)
    stage.world.save_oauth("A colleague's", "reader@contoso.example")
    stage.start(Method.PAT)
    stage.fill(organization="contoso")
    stage.go_on("CreateTokenPage")
    stage.wait(stage.page.maker.make.isVisible)
    yield "maker", stage.wizard
    scroll = stage.page.findChild(QWidget, "pageScroll")
    scroll.verticalScrollBar().setValue(10_000)
    stage.pause()
    yield "maker-below", stage.wizard
    stage.page.maker.make.click()
    stage.wait(lambda: stage._place() == "TokenPage")
    yield "maker-filled-in", stage.wizard
    stage.leave()
    stage.wait(lambda: not stage.runner.active)


def _is(dialog: RenewalDialog, state: State) -> bool:
    return dialog.state is state


def _dialog(stage: Stage) -> RenewalDialog:
    stage.window.connection_page.replace.renew.trigger()
    dialog = stage.dialog("renewalDialog")
    assert isinstance(dialog, RenewalDialog)
    stage.wait(lambda: dialog.state is not State.LOOKING)
    return dialog


def _save(stage: Stage) -> None:
    now, world = datetime.now(UTC), stage.world
    broken = LastCheck(now - timedelta(days=2), identity_proved=False, problem=Problem.SIGN_IN_EXPIRED)
    file = ProfileFile(world.folder, {stage.cloud.cloud.key: stage.cloud.cloud})
    pat = world.save_pat("Release pipeline")
    known = stage.cloud.directory.pat("four-scopes").authorization_id
    rows: tuple[Profile, ...] = (
        replace(pat, credential_id=known, credential_ends=(now + timedelta(days=9)).date()),
        world.save_client_secret("Nightly sync"),
        replace(world.save_pat("Somebody else's", "read-only"), account="reader@contoso.example"),
        replace(world.save_oauth("My sign-in"), last_check=broken),
    )
    for row in rows:
        file.save(row)
    stage.window.reload()
    stage.wait(lambda: not stage.runner.active)
