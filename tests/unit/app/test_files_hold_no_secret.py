"""Whatever happens to a connection: no secret in its history, among the given warnings, or in what is exported."""

from datetime import UTC, date, timedelta
from pathlib import Path

import pytest

from desktop_app.app.history_export import save_history
from desktop_app.app.learning import Learning, enter_end
from desktop_app.app.reminder import save_reminder
from desktop_app.app.warnings import EndWarnings
from desktop_app.core.cancel import Cancel
from desktop_app.core.credential import Secret
from desktop_app.core.ends import ends_of
from desktop_app.core.history import Event
from desktop_app.core.lifecycle import AppSecretRecord, PatRecord
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method
from desktop_app.infra.history_file import HistoryFolder
from desktop_app.infra.warnings_file import WarningsFile
from tests.fakes.clock import NOON
from tests.fakes.entra import FakeEntra
from tests.fakes.lifecycle import FakeAppSecrets, FakePatLifecycle
from tests.unit.app.world import CLIENT_SECRET, PAT, World, unheard

SECRETS = (
    PAT,
    CLIENT_SECRET,
    *(FakeEntra.refresh_token(number) for number in range(9)),
    *(FakeEntra.access_token(number) for number in range(9)),
)


def texts_of(event: Event) -> str:
    return " ".join([repr(event), event.kind, *event.facts.values()])


@pytest.mark.parametrize("method", Method)
def test_no_secret_is_kept_or_exported(world: World, tmp_path: Path, method: Method) -> None:
    folder = tmp_path / "config"
    world.connections.history = history = HistoryFolder(folder)
    pats, secrets = FakePatLifecycle(world.clock), FakeAppSecrets(world.clock)
    ends = NOON + timedelta(days=20)
    pats.put(PatRecord("one", "Token", frozenset({"vso.project"}), NOON, ends), Secret(PAT))
    secrets.put(AppSecretRecord("one", "", CLIENT_SECRET[:3], NOON, ends), Secret(CLIENT_SECRET))
    learning = Learning(connections=world.connections, pats=pats, app_secrets=secrets, clock=world.clock, zone=UTC)
    warnings = EndWarnings(
        profiles=world.profiles, store=WarningsFile(folder), history=history, clock=world.clock, zone=UTC
    )
    world.saved(Method.OAUTH, "Sign-in")

    profile = world.saved(method, "Contoso")
    world.connections.check(profile.id, unheard, Cancel())
    world.fresh_token(profile)
    world.connections.rename(profile.id, f"named like {PAT} by mistake")
    learning.ask(profile.id, Cancel())
    warnings.take()
    enter_end(world.connections, profile.id, date(2026, 11, 9))
    warnings.take()
    world.devops.problems["identity"] = ConnectionProblem(Problem.CREDENTIAL_REJECTED, {"description": CLIENT_SECRET})
    world.clock.advance(7200)
    world.connections.check(profile.id, unheard, Cancel())

    events = history.load(profile.id)
    kept = world.connections.profile(profile.id)
    for name in ("history.csv", "history.json"):
        assert save_history(tmp_path / name, kept, events) == ""
    assert save_reminder(tmp_path / "reminder.ics", kept, ends_of(kept), world.clock.now()) == ""
    assert len(events) >= 6
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".lock"]
    assert {path.name for path in files} >= {"warnings.json", "history.csv", f"{profile.id}.jsonl", "reminder.ics"}
    found = [
        f"{path.name}: {number}"
        for path in files
        for number, secret in enumerate(SECRETS)
        if secret in path.read_text(encoding="utf-8").replace("\n ", "")
    ]
    said = "\n".join(texts_of(event) for event in events)
    found += [f"event: {number}" for number, secret in enumerate(SECRETS) if secret in said]
    assert found == []
