"""The support file: what somebody who helps needs, and nothing that is secret or names a connection."""

import base64
import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest

from desktop_app.app.doctor import Checkup
from desktop_app.app.support import SupportFiles
from desktop_app.core.checks import CheckStatus
from desktop_app.core.cloud import PUBLIC
from desktop_app.core.credential import Secret
from desktop_app.core.diagnosis import DiagnosisName, DiagnosisResult, Line, Scope
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import LastCheck, Method
from desktop_app.core.settings import Settings
from tests.fakes.clock import NOON
from tests.unit.app.world import PAT, World

HOME = Path("/home/anna")


def checkup(**facts: str) -> Checkup:
    failed = DiagnosisResult(
        Line(DiagnosisName.CONNECTION, "dev.azure.com"), CheckStatus.FAILED, Problem.TIMED_OUT, facts
    )
    return Checkup(Scope(PUBLIC), (failed,), NOON)


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def made(world: World, logs: dict[str, str] | None = None) -> SupportFiles:
    return SupportFiles(world.connections.load, Settings, lambda: logs or {}, world.clock, HOME)


@pytest.mark.parametrize("method", Method)
def test_it_tells_the_state_of_each_connection_and_not_whose_it_is(world: World, method: Method) -> None:
    profile = world.saved(method, "Payroll pipeline")

    found = parts(made(world).content(checkup()))

    about = json.loads(found["about.json"])
    assert (about["format"], about["version"]) == ("ado-connect-support", 1)
    assert about["settings"]["clipboard_seconds"] == 30
    [connection] = about["connections"]
    assert connection["method"] == method.value
    assert connection["works"] is True
    assert json.loads(found["computer.json"])["checks"][0]["problem"] == "timed-out"
    everything = "".join(found.values())
    for value in (profile.name, profile.organization, profile.account, profile.tenant, profile.client_id, profile.id):
        assert not value or value not in everything


def test_what_a_log_holds_by_mistake_is_taken_out(world: World) -> None:
    world.saved(Method.PAT, "Contoso")
    secret = Secret("a secret of " + "no known shape")  # known because it is in memory
    value = secret.reveal()
    forms = (PAT, value, quote(value), base64.b64encode(f":{value}".encode()).decode())
    log = "\n".join(f"by mistake {form} in /home/anna/.config" for form in forms)

    found = parts(made(world, {"ado-connect.log": log, "ado-connect.log.1": log}).content(checkup(file=PAT)))

    assert sorted(found) == ["about.json", "computer.json", "log/ado-connect.log", "log/ado-connect.log.1"]
    everything = "".join(found.values())
    for form in forms:
        assert form not in everything
    assert "anna" not in everything
    assert found["log/ado-connect.log"].count("by mistake") == len(forms), "nothing else is lost"


def test_connections_that_can_not_be_read_are_told_by_their_problem(world: World) -> None:
    def broken() -> tuple[()]:
        raise ConnectionProblem(Problem.PROFILE_FILE_UNREADABLE, {"file": "/home/anna/.config/profiles.json"})

    support = SupportFiles(broken, Settings, dict, world.clock, HOME)

    about = json.loads(parts(support.content(checkup()))["about.json"])
    assert about["connections"] == {"problem": Problem.PROFILE_FILE_UNREADABLE.value}


def test_ends_and_failures_are_in_it(world: World) -> None:
    profile = world.saved(Method.PAT, "Contoso")
    failed = LastCheck(NOON, identity_proved=False, problem=Problem.CREDENTIAL_REJECTED)
    world.profiles.save(replace(profile, credential_ends=date(2026, 12, 24), last_check=failed))

    [connection] = json.loads(parts(made(world).content(checkup()))["about.json"])["connections"]

    assert (connection["ends"], connection["works"]) == ("2026-12-24", False)
    assert connection["problem"] == Problem.CREDENTIAL_REJECTED.value


def test_the_same_content_is_the_same_file(world: World) -> None:
    support = made(world, {"ado-connect.log": "one line"})
    assert support.content(checkup()) == support.content(checkup())


def test_a_file_that_can_not_be_written_is_told_in_words(world: World, tmp_path: Path) -> None:
    assert made(world).save(tmp_path / "support.zip", checkup()) == ""
    assert "choose another one" in made(world).save(tmp_path / "gone" / "support.zip", checkup())
