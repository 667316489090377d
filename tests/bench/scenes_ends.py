"""How long a connection lasts, in every state a person can see: time line, banners, answers of Azure, history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtWidgets import QLineEdit

from desktop_app.core.history import Event, EventKind
from desktop_app.core.problems import Problem
from desktop_app.core.profile import LastCheck, Method, Profile, ProfileId
from desktop_app.gui.connection_parts import Part
from tests.bench.scenes import Scene
from tests.bench.stage import Stage


def _sign_in(stage: Stage, name: str, **values: object) -> Profile:
    tenant, client_id, _secret = stage.world.app("web")
    now = datetime.now(UTC)
    whole = Profile(
        id=ProfileId(f"{len(name):032x}"),
        name=name,
        organization="contoso",
        method=Method.OAUTH,
        cloud=stage.cloud.cloud,
        created_at=now - timedelta(days=100),
        tenant=tenant,
        client_id=client_id,
        redirect_uri="http://localhost",
        account="admin@contoso.example",
        scopes=("vso.project", "vso.release"),
        last_check=LastCheck(now - timedelta(hours=2), identity_proved=True),
    )
    return replace(whole, **values)  # type: ignore[arg-type]  # any field of Profile


def ends(stage: Stage) -> Iterator[Scene]:
    window, world = stage.window, stage.world
    now, today = datetime.now(UTC), datetime.now().astimezone().date()
    soon = replace(world.save_pat("Backup of the boards"), credential_ends=today + timedelta(days=6))
    unknown = world.save_pat("Nightly sync", "read-only")
    over = replace(
        world.save_client_secret("Reports"), credential_ends_at=now - timedelta(days=2, hours=3), credential_id="1"
    )
    everywhere = replace(
        world.save_pat("Old helper", "wide"),
        credential_ends_at=now + timedelta(days=200),
        credential_id="1",
        all_organizations=True,
    )
    sign_in = _sign_in(
        stage,
        "Team sign-in",
        renewed_at=now - timedelta(days=70),
        app_has_secret=True,
        credential_ends_at=now + timedelta(days=120),
        signed_in_scopes=("vso.project", "vso.release", "vso.variablegroups_manage"),
    )
    for profile in (soon, unknown, over, everywhere, sign_in):
        world.profile_store.save(profile)
    window.reload()
    stage.wait(lambda: not stage.runner.active)
    for name, scene in (
        (soon.name, "ends-soon"),
        (over.name, "ends-over"),
        (everywhere.name, "ends-all-organizations"),
        (sign_in.name, "ends-sign-in"),
        (unknown.name, "ends-unknown"),
    ):
        stage.choose(name)
        yield scene, window
    yield from _asking(stage)
    yield from _history(stage, unknown.id)


def _asking(stage: Stage) -> Iterator[Scene]:
    window, page = stage.window, stage.window.connection_page
    stage.press("askAzure", page)
    stage.wait(lambda: not stage.runner.active)
    yield "ends-azure-does-not-tell", window
    stage.press("enterDate", page)
    field = page.findChild(QLineEdit, "endField")
    assert isinstance(field, QLineEdit)
    field.setText("2020-01-01")
    field.clearFocus()
    stage.pause()
    page.ensureWidgetVisible(field)
    yield "ends-enter-date", window
    stage.press("cancelDate", page)
    page.ends.show_answer(
        "There are 4 active tokens of admin@contoso.example in contoso. Say which one it is.", choice=True
    )
    page.ends.show_saved("Open /home/admin/reminder.ics with your calendar.")
    page.verticalScrollBar().setValue(0)
    stage.pause()
    yield "ends-choose", window
    from desktop_app.core.lifecycle import PatRecord
    from desktop_app.gui.token_chooser import TokenChooser

    now = datetime.now(UTC)
    tokens = tuple(
        PatRecord(str(number), name, frozenset(scopes.split()), now, now + timedelta(days=30 * number))
        for number, (name, scopes) in enumerate(
            (("ADO Connect", "vso.project vso.release"), ("Laptop", "app_token"), ("Build", "vso.build_execute")), 1
        )
    )
    chooser = TokenChooser("Nightly sync", tokens, window)
    chooser.show()
    stage.pause()
    yield "ends-token-chooser", chooser
    chooser.close()
    chooser.deleteLater()


def _history(stage: Stage, key: ProfileId) -> Iterator[Scene]:
    window, page = stage.window, stage.window.connection_page
    now = datetime.now(UTC).replace(microsecond=0)
    for ago, event in (
        (30, Event(now, EventKind.CHECKED)),
        (29, Event(now, EventKind.RENAMED, facts={"before": "Sync", "name": "Nightly sync"})),
        (20, Event(now, EventKind.COPIED, facts={"form": "curl"})),
        (9, Event(now, EventKind.CHECKED, Problem.TIMED_OUT)),
        (7, Event(now, EventKind.WARNED, facts={"ends": "2026-12-31", "days": "30"})),
        (1, Event(now, EventKind.END_LEARNED, facts={"ends": "2026-12-31", "source": "told"})),
    ):
        stage.world.history.add(key, replace(event, at=now - timedelta(days=ago)))
    page.tabs.setCurrentIndex(tuple(Part).index(Part.HISTORY))
    stage.wait(lambda: not stage.runner.active)
    page.verticalScrollBar().setValue(0)
    yield "history", window
