"""ProfileFile: what is in the file, and that no failure and no other program costs a connection."""

import errno
import json
import os
import stat
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import filelock
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.cloud import PUBLIC, US_GOVERNMENT, WELL_KNOWN
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import LastCheck, Method, Profile
from desktop_app.infra.profile_file import ProfileFile
from desktop_app.infra.whole_file import replace_file
from tests.fakes.profiles import CUSTOM, a_profile, profiles

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "config" / "ado-connect"


@pytest.fixture
def file(folder: Path) -> ProfileFile:
    return ProfileFile(folder, WELL_KNOWN, settle_s=0)


def document(file: ProfileFile) -> Any:  # decoded JSON
    return json.loads(file.path.read_text())


def put(file: ProfileFile, text: str | bytes) -> bytes:
    file.path.parent.mkdir(parents=True, exist_ok=True)
    content = text.encode() if isinstance(text, str) else text
    file.path.write_bytes(content)
    return content


@given(written=st.lists(profiles(), max_size=5, unique_by=lambda profile: profile.id))
def test_any_profiles_come_back_as_they_were_and_in_order(written: list[Profile]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for profile in written:
            ProfileFile(Path(folder), WELL_KNOWN).save(profile)

        assert ProfileFile(Path(folder), WELL_KNOWN).load() == tuple(written)


def test_hosts_of_an_earlier_version_have_no_graph(file: ProfileFile) -> None:
    file.save(replace(a_profile(), cloud=replace(CUSTOM, graph="https://graph.example")))
    written = document(file)
    del written["connections"][0]["cloud_hosts"]["graph"]
    put(file, json.dumps(written))

    [read] = file.load()

    assert read.cloud == CUSTOM
    file.save(read)
    assert "graph" not in document(file)["connections"][0]["cloud_hosts"]


def test_a_host_of_graph_is_kept(file: ProfileFile) -> None:
    profile = replace(a_profile(), cloud=replace(CUSTOM, graph="https://graph.example"))
    file.save(profile)

    assert file.load() == (profile,)


def test_file_is_readable_by_people(file: ProfileFile) -> None:
    file.save(a_profile())

    written = document(file)
    assert written["version"] == 1
    assert written["connections"][0] == {
        "id": a_profile().id,
        "name": "Contoso 1",
        "organization": "contoso",
        "method": "oauth",
        "cloud": "public",
        "created_at": "2026-03-01T12:30:15.250000Z",
        "tenant": "contoso.example",
        "client_id": "11111111-2222-3333-4444-555555555555",
        "redirect_uri": "http://localhost",
        "account": "admin@contoso.example",
        "credential_ends": "2026-09-01",
        "scopes": ["vso.project", "vso.release"],
        "ca_file": "/etc/contoso-ca.pem",
        "last_check": {"at": "2026-03-01T13:00:00Z", "identity_proved": True, "problem": "scope-missing"},
    }
    assert len(file.path.read_text().splitlines()) > 15


def test_cloud_is_a_key_and_only_a_custom_one_has_its_hosts_beside_it(file: ProfileFile) -> None:
    file.save(a_profile(1, cloud=US_GOVERNMENT))
    file.save(a_profile(2, cloud=CUSTOM))

    first, second = document(file)["connections"]
    assert (first["cloud"], "cloud_hosts" in first) == ("usgov", False)
    assert (second["cloud"], second["cloud_hosts"]["devops"]) == ("custom", CUSTOM.devops)
    assert [profile.cloud for profile in file.load()] == [US_GOVERNMENT, CUSTOM]


def test_cloud_of_a_key_is_the_one_of_this_run(folder: Path) -> None:
    old = replace(PUBLIC, key="practice", login="https://127.0.0.1:1000")
    new = replace(old, login="https://127.0.0.1:2000")
    ProfileFile(folder, {"practice": old}).save(a_profile(cloud=old))

    assert ProfileFile(folder, {"practice": new}).load()[0].cloud == new


def test_replacing_keeps_the_place_and_what_a_later_version_added(file: ProfileFile) -> None:
    for number in (1, 2, 3):
        file.save(a_profile(number))
    content = document(file)
    content["theme"] = "dark"
    content["connections"][1]["color"] = "red"
    put(file, json.dumps(content))

    file.save(a_profile(2, name="Renamed", account=""))
    file.remove(a_profile(1).id)

    written = document(file)
    assert written["theme"] == "dark"
    assert [(row["name"], row.get("color")) for row in written["connections"]] == [
        ("Renamed", "red"),
        ("Contoso 3", None),
    ]
    assert file.load()[0].account == ""


def test_fields_with_nothing_to_say_may_be_missing(file: ProfileFile) -> None:
    row = {name: value for name, value in _row().items() if name not in {"tenant", "scopes", "ca_file", "last_check"}}
    put(file, json.dumps({"version": 1, "connections": [row]}))

    [profile] = file.load()

    assert (profile.tenant, profile.scopes, profile.last_check) == ("", (), None)


def test_problem_of_a_later_version_is_still_a_problem(file: ProfileFile) -> None:
    row = _row() | {"last_check": {"at": "2026-03-01T13:00:00Z", "identity_proved": False, "problem": "brand-new"}}
    put(file, json.dumps({"version": 1, "connections": [row]}))

    check = file.load()[0].last_check

    assert isinstance(check, LastCheck)
    assert check.problem is Problem.INTERNAL


def _row(**changes: object) -> dict[str, object]:
    return {
        "id": "1",
        "name": "Contoso",
        "organization": "contoso",
        "method": "pat",
        "cloud": "public",
        "created_at": "2026-03-01T12:30:00Z",
    } | changes


def test_file_that_can_not_be_opened_is_told_and_left_alone(file: ProfileFile, monkeypatch: pytest.MonkeyPatch) -> None:
    file.save(a_profile())
    before, read = file.path.read_bytes(), Path.read_bytes

    def refused(path: Path) -> bytes:
        if path == file.path:
            raise PermissionError(errno.EACCES, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refused)  # root reads whatever its mode is
    key = a_profile().id
    for use in (
        file.load,
        lambda: file.save(a_profile(2)),
        lambda: file.update(key, lambda profile: profile),
        lambda: file.remove(key),
    ):
        with pytest.raises(ConnectionProblem) as caught:
            use()
        assert caught.value.problem is Problem.PROFILE_FILE_UNREADABLE
        assert caught.value.facts["file"] == str(file.path)
        assert caught.value.facts["why"] == "forbidden"
    monkeypatch.undo()
    assert file.path.read_bytes() == before


def test_folder_in_the_place_of_the_file_is_unreadable(file: ProfileFile) -> None:
    file.path.mkdir(parents=True)

    with pytest.raises(ConnectionProblem) as caught:
        file.load()

    assert caught.value.problem is Problem.PROFILE_FILE_UNREADABLE


@posix_only
def test_only_the_owner_can_read_the_file_whatever_the_umask(file: ProfileFile) -> None:
    before = os.umask(0)
    try:
        file.save(a_profile())
    finally:
        os.umask(before)

    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("step", ["os.fsync", "os.replace"])
def test_write_that_fails_leaves_the_old_file_and_nothing_beside_it(
    file: ProfileFile, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    file.save(a_profile())
    before = file.path.read_bytes()
    with monkeypatch.context() as broken:
        broken.setattr(step, full)
        with pytest.raises(ConnectionProblem) as caught:
            file.save(a_profile(2))

    assert caught.value.problem is Problem.PROFILE_FILE_UNWRITABLE
    assert file.path.read_bytes() == before
    assert {path.name for path in file.path.parent.iterdir()} - {"connections.lock"} == {
        "connections.json",
        "connections.last-good.json",
    }


def test_folder_that_can_not_be_made_is_unwritable(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    file = ProfileFile(tmp_path / "taken" / "inside", WELL_KNOWN)

    with pytest.raises(ConnectionProblem) as caught:
        file.save(a_profile())

    assert caught.value.problem is Problem.PROFILE_FILE_UNWRITABLE


def test_file_that_another_process_holds_is_unwritable_after_the_time_limit(folder: Path) -> None:
    folder.mkdir(parents=True)
    file = ProfileFile(folder, WELL_KNOWN, lock_timeout_s=0.01)

    with filelock.FileLock(folder / "connections.lock"), pytest.raises(ConnectionProblem) as caught:
        file.save(a_profile())

    assert caught.value.problem is Problem.PROFILE_FILE_UNWRITABLE
    assert file.load() == ()


def test_writers_at_the_same_time_lose_nothing(folder: Path) -> None:
    numbers = range(24)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: ProfileFile(folder, WELL_KNOWN, 60).save(a_profile(number)), numbers))

    names = {profile.name for profile in ProfileFile(folder, WELL_KNOWN).load()}
    assert names == {f"Contoso {number}" for number in numbers}


def test_writers_in_two_places_lose_nothing(folder: Path) -> None:
    for number in range(8):
        ProfileFile(folder, WELL_KNOWN).save(a_profile(number))
    files = [ProfileFile(folder, WELL_KNOWN, 60) for _place in range(2)]

    def mark(number: int) -> None:
        key, new = a_profile(number).id, f"new {number}"
        files[0].update(key, lambda profile: replace(profile, name=new))
        files[1].update(key, lambda profile: replace(profile, account=new))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(mark, range(8)))

    assert [(profile.name, profile.account) for profile in files[0].load()] == [
        (f"new {number}", f"new {number}") for number in range(8)
    ]


def test_updates_asked_for_during_a_write_are_written_together(
    file: ProfileFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        file.save(a_profile(number))
    writing, go_on, asked = threading.Event(), threading.Event(), threading.Semaphore(0)
    writes: list[int] = []

    def slow(path: Path, content: bytes) -> None:
        writes.append(len(content))
        writing.set()
        assert go_on.wait(30)
        replace_file(path, content)

    class Asked(list[object]):
        def append(self, wish: object) -> None:
            super().append(wish)
            asked.release()

    def rename(number: int) -> Profile:
        return file.update(a_profile(number).id, lambda profile: replace(profile, name=f"new {number}"))

    monkeypatch.setattr("desktop_app.infra.profile_file.replace_file", slow)
    with ThreadPoolExecutor(20) as pool:
        first = pool.submit(rename, 0)
        assert writing.wait(30)
        monkeypatch.setattr(file, "_wishes", Asked())
        others = [pool.submit(rename, number) for number in range(1, 20)]
        for _other in others:
            assert asked.acquire(timeout=30)
        go_on.set()
        results = [first.result(30), *(other.result(30) for other in others)]

    assert len(writes) == 2
    assert tuple(results) == file.load()
    assert {profile.name for profile in results} == {f"new {number}" for number in range(20)}


def test_write_that_fails_is_told_to_everybody_who_asked(file: ProfileFile, monkeypatch: pytest.MonkeyPatch) -> None:
    file.save(a_profile(1))
    file.save(a_profile(2))
    before = file.load()

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("desktop_app.infra.profile_file.replace_file", full)
    with ThreadPoolExecutor(8) as pool:
        keys = [profile.id for profile in before] * 8
        asked = [pool.submit(file.update, key, lambda profile: replace(profile, name="x")) for key in keys]

    failures = [future.exception() for future in asked]
    assert all(isinstance(failure, ConnectionProblem) for failure in failures)
    assert {getattr(failure, "problem", None) for failure in failures} == {Problem.PROFILE_FILE_UNWRITABLE}
    assert len({id(failure) for failure in failures}) == len(failures)
    assert file.load() == before


def test_update_keeps_what_a_later_version_wrote_into_the_row(file: ProfileFile) -> None:
    file.save(a_profile(1))
    content = document(file)
    content["connections"][0]["color"] = "red"
    put(file, json.dumps(content))

    file.update(a_profile(1).id, lambda profile: replace(profile, name="Renamed"))

    assert (document(file)["connections"][0]["name"], document(file)["connections"][0]["color"]) == ("Renamed", "red")


def test_what_was_read_before_hides_no_later_change(file: ProfileFile) -> None:
    file.save(a_profile(1))
    file.save(a_profile(2))
    assert len(file.load()) == 2
    stamp = file.path.stat()

    put(file, file.path.read_bytes().replace(b"Contoso 1", b"Fabrikam1"))
    os.utime(file.path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))  # in place, as long and as old as before
    assert [profile.name for profile in file.load()] == ["Fabrikam1", "Contoso 2"]

    put(file, file.path.read_bytes().replace(b'"oauth"', b'"oatmi"', 1))
    assert [profile.name for profile in file.load()] == ["Contoso 1", "Contoso 2"]
    assert [notice.problem for notice in file.noticed()] == [Problem.PROFILE_FILE_PARTLY_READ]


@posix_only
def test_link_to_the_file_stays_a_link(file: ProfileFile, tmp_path: Path) -> None:
    file.path.parent.mkdir(parents=True)
    real = tmp_path / "synchronised.json"
    file.path.symlink_to(real)

    file.save(a_profile(method=Method.PAT))

    assert file.path.is_symlink()
    assert json.loads(real.read_text())["connections"][0]["method"] == "pat"
