"""Each command answers on standard output, in words or JSON, and its exit code says how it went."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from desktop_app.cli.check import Wanted, check
from desktop_app.cli.doctor import Asked, doctor
from desktop_app.cli.failures import UsageFault
from desktop_app.cli.listing import listing
from desktop_app.cli.progress import Progress
from desktop_app.core.cancel import Cancel
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.practice import Fault, FaultKind, PracticeCloud, Service
from tests.gui.world import World

Captured = pytest.CaptureFixture[str]
NAME = "Contoso build"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def run_check(world: World, *projects: str, name: str = NAME, as_json: bool = False, closely: bool = False) -> int:
    wanted = Wanted(name, projects, closely=closely, as_json=as_json)
    return check(world.workspace(), wanted, Progress(io.StringIO()), Cancel())


def run_doctor(world: World, name: str = "", *, as_json: bool = False, save: Path | None = None) -> int:
    return doctor(world.workspace(), Asked(name, as_json=as_json, save=save), Progress(io.StringIO()), Cancel())


# -- check ------------------------------------------------------------------------------------------------------------


def test_connection_with_all_it_needs_ends_well(world: World, capsys: Captured) -> None:
    world.save_pat(NAME)

    code = run_check(world, "Website")

    told = capsys.readouterr()
    assert code == 0, told.out
    assert told.out.startswith("Contoso build: Personal access token, organization contoso\n")
    assert "Read variable groups" in told.out
    assert world.pat() not in told.out
    assert told.err == ""


def test_missing_permission_ends_with_one_and_is_named(world: World, capsys: Captured) -> None:
    world.save_pat(NAME, "read-only")

    assert run_check(world, "Website", closely=True) == 1
    told = capsys.readouterr().out
    assert "Manage variable groups: Likely missing in Website" in told
    assert "likely missing in at least one project." in told


def test_projects_that_are_alike_share_their_lines(world: World, capsys: Captured) -> None:
    world.save_pat(NAME)

    run_check(world)

    told = capsys.readouterr().out
    assert "Query service connections: Cannot be told in all" in told
    assert told.count("No request shows it without changing something.") == 1


def test_json_is_the_report_of_the_window(world: World, capsys: Captured) -> None:
    world.save_pat(NAME)

    run_check(world, "website", as_json=True)

    document = json.loads(capsys.readouterr().out)
    assert document["format"] == "ado-connect-permission-report"
    assert [project["name"] for project in document["projects"]] == ["Website"]
    assert world.pat() not in json.dumps(document)


def test_name_may_be_typed_in_small_letters(world: World, capsys: Captured) -> None:
    world.save_pat(NAME)

    assert run_check(world, name="contoso BUILD") == 0


def test_connection_that_fails_ends_with_one_and_says_what_to_do(
    world: World, practice_cloud: PracticeCloud, capsys: Captured
) -> None:
    world.save_pat(NAME)
    practice_cloud.faults.add(Fault(FaultKind.STATUS, service=Service.DEVOPS, status=503, times=None))

    assert run_check(world) == 1
    assert "problem: service-unavailable" in capsys.readouterr().out


def test_unknown_connection_is_a_mistake_that_names_the_others(world: World) -> None:
    world.save_pat(NAME)

    with pytest.raises(UsageFault, match=r"no connection called “other”\. There is: Contoso build\."):
        run_check(world, name="other")


def test_unknown_project_is_a_mistake_that_names_the_others(world: World) -> None:
    world.save_pat(NAME)

    with pytest.raises(UsageFault, match=r"no project called “Nowhere”\. There is: .*Website"):
        run_check(world, "Nowhere")


def test_without_any_connection_the_window_is_named(world: World) -> None:
    with pytest.raises(UsageFault, match="Make one in the window first"):
        run_check(world)


# -- doctor -----------------------------------------------------------------------------------------------------------


def test_sound_computer_ends_well(world: World, capsys: Captured) -> None:
    assert run_doctor(world) == 0
    told = capsys.readouterr().out
    assert "Nothing on this computer stands in the way." in told
    assert "Secure connection to 127.0.0.1" in told


def test_doctor_of_a_connection_asks_for_its_hosts_only(world: World, capsys: Captured) -> None:
    world.save_pat(NAME)

    run_doctor(world, NAME, as_json=True)

    document = json.loads(capsys.readouterr().out)
    hosts = {entry["host"] for entry in document["checks"] if entry["check"] == "connection"}
    assert world.practice_cloud.cloud.devops.removeprefix("https://") in hosts
    assert world.practice_cloud.cloud.login.removeprefix("https://") not in hosts


def test_what_is_wrong_is_explained_and_ends_with_one(
    world: World, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(self: object) -> str:
        raise ConnectionProblem(Problem.KEYRING_MISSING)

    monkeypatch.setattr("tests.fakes.keyring.NamedMemoryStore.backend_name", gone)

    assert run_doctor(world) == 1
    told = capsys.readouterr().out
    assert "1 thing on this computer needs you." in told
    assert "problem: keyring-missing" in told


def test_what_was_found_can_be_saved_for_whoever_helps(world: World, capsys: Captured, tmp_path: Path) -> None:
    world.save_pat(NAME)
    file = tmp_path / "support.zip"

    assert run_doctor(world, save=file) == 0
    assert "Nothing on this computer stands in the way." in capsys.readouterr().out
    with zipfile.ZipFile(file) as archive:
        assert json.loads(archive.read("computer.json"))["all_well"] is True

    assert run_doctor(world, save=tmp_path / "nowhere" / "support.zip") == 1
    assert "The folder is not there; choose another one." in capsys.readouterr().err


# -- list and progress ------------------------------------------------------------------------------------------------


def test_list_has_a_line_for_each_connection(world: World, capsys: Captured) -> None:
    assert listing(world.workspace(), as_json=False) == 0
    assert capsys.readouterr().out == "There is no saved connection yet.\n"
    world.save_pat(NAME)

    listing(world.workspace(), as_json=False)
    assert capsys.readouterr().out.splitlines() == ["Contoso build  Personal access token  contoso  Works"]

    listing(world.workspace(), as_json=True)
    (entry,) = json.loads(capsys.readouterr().out)
    assert (entry["name"], entry["method"], entry["organization"], entry["problem"]) == (NAME, "pat", "contoso", None)


def test_progress_shows_on_a_terminal_only_and_goes_away() -> None:
    file, terminal = io.StringIO(), Terminal()
    for stream in (file, terminal):
        progress = Progress(stream)
        progress.say("one")
        progress.say("two " * 100)
        progress.clear()
        progress.clear()

    assert file.getvalue() == ""
    assert "one" in terminal.getvalue()
    assert terminal.getvalue().count("\r\x1b[K") == 3
    assert "\n" not in terminal.getvalue()
