"""A file of connections that is broken, gone, edited or of a later version: nothing is lost, and it is told."""

import codecs
import json
import os
import stat
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import filelock
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.core.cloud import WELL_KNOWN
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Profile
from desktop_app.infra.profile_file import ProfileFile
from tests.fakes.profiles import a_profile

NOW = datetime(2026, 11, 25, 8, 40, tzinfo=UTC)
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")


def opened(folder: Path) -> ProfileFile:
    """As the program opens it at its start."""
    return ProfileFile(folder, WELL_KNOWN, 1.0, settle_s=0, now=lambda: NOW)


@pytest.fixture
def file(tmp_path: Path) -> ProfileFile:
    """With two connections, whose names are "Contoso 1" and "Contoso 2"."""
    file = opened(tmp_path / "config")
    for number in (1, 2):
        file.save(a_profile(number))
    return opened(tmp_path / "config")


def aside(file: ProfileFile) -> list[Path]:
    return sorted(file.path.parent.glob("connections.broken-*.json"))


def copy_of(file: ProfileFile) -> Path:
    return file.path.with_name("connections.last-good.json")


def told(file: ProfileFile) -> list[Problem]:
    return [notice.problem for notice in file.noticed()]


def names(file: ProfileFile) -> list[str]:
    return [profile.name for profile in file.load()]


def rows_of(file: ProfileFile) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(file.path.read_text())["connections"]
    return rows


def with_rows(*rows: object, version: object = 1) -> bytes:
    return json.dumps({"version": version, "connections": list(rows)}).encode()


BROKEN = {
    "nothing in it": b"",
    "zero bytes": b"\0" * 700,
    "garbage": bytes(range(256)) * 4,
    "cut off": b'{"version": 1, "connections": [{"id": "1", "na',
    "not UTF-8": b'{"version":1,"connections":[{"name":"\xff"}]}',
    "UTF-16": '{"version": 1, "connections": []}'.encode("utf-16"),
    "a list": b"[]",
    "a number": b"5",
    "no version": b'{"connections": []}',
    "version is text": with_rows(version="1"),
    "version is true": with_rows(version=True),
    "version 0": with_rows(version=0),
    "no connections": b'{"version": 1}',
    "connections is an object": b'{"version": 1, "connections": {}}',
    "too deep": b"[" * 100_000,
}
USES: dict[str, Callable[[ProfileFile], object]] = {
    "shown": lambda file: file.load(),
    "added to": lambda file: file.save(a_profile(3)),
    "updated": lambda file: file.update(a_profile(1).id, lambda profile: replace(profile, account="new")),
    "removed from": lambda file: file.remove(a_profile(1).id),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_broken_file_is_kept_aside_and_the_good_copy_used_by_whatever_comes_first(
    file: ProfileFile, content: bytes, use: Callable[[ProfileFile], object]
) -> None:
    file.path.write_bytes(content)

    use(file)

    [kept] = aside(file)
    assert kept.read_bytes() == content
    moment = NOW.astimezone().strftime("%Y-%m-%dT%H-%M-%S")
    assert kept.name == f"connections.broken-{moment}.json"
    assert "Contoso 2" in names(file)
    [notice] = file.noticed()
    assert notice.problem is Problem.PROFILE_FILE_RESTORED
    assert notice.facts["kept"] == str(kept)
    assert notice.facts["file"] == str(file.path)
    assert datetime.fromisoformat(notice.facts["copied_at"]).tzinfo is not None
    later = opened(file.path.parent)
    assert later.load() == file.load()
    assert told(later) == told(file) == []


def test_change_to_a_broken_file_is_made_to_the_good_copy(file: ProfileFile) -> None:
    file.path.write_bytes(b"\0" * 80)
    file.save(a_profile(3))
    assert names(file) == ["Contoso 1", "Contoso 2", "Contoso 3"]


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_without_a_good_copy_the_list_begins_empty_and_everything_broken_is_kept(
    file: ProfileFile, content: bytes
) -> None:
    file.path.write_bytes(content)
    copy_of(file).write_bytes(b"no copy either")

    assert file.load() == ()

    assert {path.read_bytes() for path in aside(file)} == {content, b"no copy either"}
    assert told(file) == [Problem.PROFILE_FILE_BEGUN_ANEW]
    assert not file.whole
    file.save(a_profile(5))
    assert names(opened(file.path.parent)) == ["Contoso 5"]
    assert len(aside(file)) == 2


def test_file_that_was_never_copied_begins_empty(file: ProfileFile) -> None:
    copy_of(file).unlink()
    file.path.write_bytes(b"{")
    assert file.load() == ()
    assert [path.read_bytes() for path in aside(file)] == [b"{"]


def test_what_was_broken_twice_in_a_second_is_kept_twice(file: ProfileFile) -> None:
    for content in (b"one", b"two", b"three"):
        file.path.write_bytes(content)
        file.load()
    assert {path.read_bytes() for path in aside(file)} == {b"one", b"two", b"three"}
    assert told(file) == [Problem.PROFILE_FILE_RESTORED] * 3


@pytest.mark.parametrize("spoil", ["", 5, None, [], {}, {"id": ""}, {"id": 5}, {"id": "x", "method": "certificate"}])
def test_one_bad_entry_loses_no_other(file: ProfileFile, spoil: object) -> None:
    first, second = rows_of(file)
    content = with_rows(first, spoil, second | {"name": "Edited by hand"})
    file.path.write_bytes(content)

    assert names(file) == ["Contoso 1", "Edited by hand"]

    [notice] = file.noticed()
    assert notice.problem is Problem.PROFILE_FILE_PARTLY_READ
    assert (notice.facts["unread"], notice.facts["lost"]) == ("1", "1")
    assert [path.read_bytes() for path in aside(file)] == [content]
    assert names(opened(file.path.parent)) == ["Contoso 1", "Edited by hand"]


BAD_VALUES = {
    "no name": ("name", None),
    "a cloud that is not known": ("cloud", "moon"),
    "a custom cloud without hosts": ("cloud", "custom"),
    "a moment without a zone": ("created_at", "2026-03-01T12:30:00"),
    "a day that is none": ("credential_ends", "soon"),
}


@pytest.mark.parametrize(("member", "value"), BAD_VALUES.values(), ids=BAD_VALUES)
def test_bad_entry_that_the_good_copy_has_comes_from_there_in_its_place(
    file: ProfileFile, member: str, value: object
) -> None:
    first, second = rows_of(file)
    content = with_rows(first | {member: value}, second | {"name": "Edited by hand"})
    file.path.write_bytes(content)

    assert names(file) == ["Contoso 1", "Edited by hand"]

    [notice] = file.noticed()
    assert (notice.problem, notice.facts["lost"]) == (Problem.PROFILE_FILE_PARTLY_READ, "0")
    assert [path.read_bytes() for path in aside(file)] == [content]


def test_of_an_id_that_is_there_twice_the_first_entry_counts(file: ProfileFile) -> None:
    first, second = rows_of(file)
    file.path.write_bytes(with_rows(first, second, first | {"name": "Pasted"}))
    assert names(file) == ["Contoso 1", "Contoso 2"]
    [notice] = file.noticed()
    assert (notice.facts["unread"], notice.facts["lost"]) == ("1", "1")


def test_byte_order_mark_does_no_harm(file: ProfileFile) -> None:
    file.path.write_bytes(codecs.BOM_UTF8 + file.path.read_bytes())
    assert names(file) == ["Contoso 1", "Contoso 2"]
    file.save(a_profile(3))
    assert names(opened(file.path.parent)) == ["Contoso 1", "Contoso 2", "Contoso 3"]
    assert told(file) == []
    assert aside(file) == []


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, 2000), what=st.binary(min_size=1, max_size=8))
def test_whatever_is_written_into_the_file_both_connections_are_still_there(
    tmp_path_factory: pytest.TempPathFactory, at: int, what: bytes
) -> None:
    folder = tmp_path_factory.mktemp("spoilt")
    file = opened(folder)
    for number in (1, 2):
        file.save(a_profile(number))
    before, keys = file.path.read_bytes(), {a_profile(number).id for number in (1, 2)}
    spoilt = before[: at % len(before)] + what + before[at % len(before) + len(what) :]
    file.path.write_bytes(spoilt)

    later = opened(folder)
    found = {profile.id for profile in later.load()}

    kept = [path.read_bytes() for path in aside(later)]
    if not keys <= found:  # then an id was changed, or the version: it is all there still
        assert spoilt in [*kept, later.path.read_bytes()]
    if kept:
        assert told(later) != []


@posix_only
def test_copy_and_what_is_kept_aside_are_the_persons_own(file: ProfileFile) -> None:
    before = os.umask(0)
    try:
        file.save(a_profile(3))
        file.path.write_bytes(b"{")
        file.load()
    finally:
        os.umask(before)
    for path in (copy_of(file), *aside(file), file.path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_file_that_is_still_being_written_is_waited_for(tmp_path: Path) -> None:
    file = ProfileFile(tmp_path, WELL_KNOWN)
    file.save(a_profile(1))
    whole = file.path.read_bytes()
    parts = iter([whole[:100], whole.replace(b"Contoso 1", b"Contoso 9")])
    content = ProfileFile._content

    class Edited(ProfileFile):
        def _content(self) -> bytes | None:
            file.path.write_bytes(next(parts, file.path.read_bytes()))
            return content(self)

    edited = Edited(tmp_path, WELL_KNOWN, settle_s=0.01)
    assert names(edited) == ["Contoso 9"]
    assert told(edited) == []
    assert aside(file) == []


# -- where nothing can be written -----------------------------------------------------------------------------------


def test_broken_file_in_a_folder_that_is_held_is_shown_from_the_copy_and_told_once(file: ProfileFile) -> None:
    file.path.write_bytes(b"{")
    held = ProfileFile(file.path.parent, WELL_KNOWN, 0.01, settle_s=0)
    with filelock.FileLock(file.path.with_suffix(".lock")):
        assert names(held) == ["Contoso 1", "Contoso 2"]
        [notice] = held.noticed()
        assert held.load() == held.load()
        assert told(held) == []
        with pytest.raises(ConnectionProblem) as caught:
            held.save(a_profile(3))
        assert (caught.value.problem, caught.value.facts["why"]) == (Problem.PROFILE_FILE_UNWRITABLE, "held")
    assert notice.problem is Problem.PROFILE_FILE_RESTORED
    assert notice.facts["kept"] == str(file.path)
    assert file.path.read_bytes() == b"{"


# -- deleted or edited by hand --------------------------------------------------------------------------------------


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_file_that_was_deleted_is_put_back_before_anything_else(
    file: ProfileFile, use: Callable[[ProfileFile], object]
) -> None:
    file.load()
    file.path.unlink()

    use(file)

    assert {"Contoso 2"} <= set(names(file))
    assert told(file) == [Problem.PROFILE_FILE_MISSING]
    assert file.path.exists()
    assert aside(file) == []


def test_folder_that_was_deleted_while_the_program_runs_is_told_and_not_filled_again(file: ProfileFile) -> None:
    file.load()
    for path in file.path.parent.iterdir():
        path.unlink()
    file.path.parent.rmdir()

    with pytest.raises(ConnectionProblem) as caught:
        file.update(a_profile(1).id, lambda profile: profile)

    assert caught.value.problem is Problem.PROFILE_GONE
    assert file.load() == ()
    assert told(file) == [Problem.PROFILE_FILE_REMOVED]
    file.save(a_profile(3))
    assert names(file) == ["Contoso 3"]


def test_file_that_was_never_there_is_nothing_to_tell(tmp_path: Path) -> None:
    file = opened(tmp_path / "config")
    assert file.load() == ()
    assert told(file) == []
    assert file.whole
    assert not file.path.parent.exists()


def test_list_without_connections_comes_back_without_a_word(file: ProfileFile) -> None:
    for number in (1, 2):
        file.remove(a_profile(number).id)
    file.path.unlink()
    assert file.load() == ()
    assert told(file) == []


def test_edits_by_hand_are_kept_by_the_next_change(file: ProfileFile) -> None:
    file.load()
    first, second = rows_of(file)
    file.path.write_bytes(with_rows(second | {"name": "By hand"}, first))

    file.update(a_profile(1).id, lambda profile: replace(profile, account="new"))

    assert [(profile.name, profile.account) for profile in file.load()] == [
        ("By hand", a_profile(2).account),
        ("Contoso 1", "new"),
    ]
    assert told(file) == []
    assert json.loads(copy_of(file).read_text()) == json.loads(file.path.read_text())


# -- of a later version ---------------------------------------------------------------------------------------------


def later_version(file: ProfileFile, *more: object) -> bytes:
    rows = [row | {"vault": "new"} for row in rows_of(file)]
    content = json.dumps({"version": 7, "theme": "dark", "connections": [*rows, *more]}).encode()
    file.path.write_bytes(content)
    return content


def untouched(file: ProfileFile, content: bytes, copy: bytes) -> bool:
    return file.path.read_bytes() == content and copy_of(file).read_bytes() == copy and aside(file) == []


def test_file_of_a_later_version_is_shown_and_never_written(file: ProfileFile) -> None:
    copy = copy_of(file).read_bytes()
    content = later_version(file, {"id": "3", "method": "certificate"})

    assert names(file) == ["Contoso 1", "Contoso 2"]

    assert file.read_only is not None
    [notice] = file.noticed()
    assert notice.problem is Problem.PROFILE_FILE_NEWER
    assert (notice.facts["version"], notice.facts["unread"]) == ("7", "1")
    for use in (
        lambda: file.save(a_profile(3)),
        lambda: file.update(a_profile(1).id, lambda profile: replace(profile, name="x")),
        lambda: file.remove(a_profile(1).id),
    ):
        with pytest.raises(ConnectionProblem) as caught:
            use()
        assert caught.value.problem is Problem.PROFILE_FILE_NEWER
        assert caught.value.facts["version"] == "7"
    assert told(file) == []
    assert untouched(file, content, copy)


@pytest.mark.parametrize("content", [b'{"version": 2, "vaults": []}', b'{"version": 2, "connections": {"a": 1}}'])
def test_file_of_a_later_version_of_another_form_is_left_alone(file: ProfileFile, content: bytes) -> None:
    copy = copy_of(file).read_bytes()
    file.path.write_bytes(content)
    assert file.load() == ()
    assert told(file) == [Problem.PROFILE_FILE_NEWER]
    with pytest.raises(ConnectionProblem) as caught:
        file.save(a_profile(3))
    assert caught.value.problem is Problem.PROFILE_FILE_NEWER
    assert untouched(file, content, copy)


def test_file_of_a_later_version_that_comes_while_the_program_runs_is_noticed_at_the_next_change(
    file: ProfileFile,
) -> None:
    file.load()
    copy = copy_of(file).read_bytes()
    content = later_version(file)
    with pytest.raises(ConnectionProblem) as caught:
        file.save(a_profile(3))
    assert caught.value.problem is Problem.PROFILE_FILE_NEWER
    assert untouched(file, content, copy)


def test_broken_file_whose_copy_is_of_a_later_version_is_put_back_as_that(file: ProfileFile) -> None:
    content = later_version(file)
    copy_of(file).write_bytes(content)
    file.path.write_bytes(b"{")
    assert names(file) == ["Contoso 1", "Contoso 2"]
    assert set(told(file)) == {Problem.PROFILE_FILE_RESTORED, Problem.PROFILE_FILE_NEWER}
    assert file.path.read_bytes() == copy_of(file).read_bytes() == content
    with pytest.raises(ConnectionProblem):
        file.save(a_profile(3))


def test_later_version_that_went_away_again_permits_changes(file: ProfileFile) -> None:
    before = file.path.read_bytes()
    later_version(file)
    file.load()
    file.path.write_bytes(before)
    file.save(a_profile(3))
    assert file.read_only is None
    assert len(names(file)) == 3


def test_profiles_without_damage_are_whole(file: ProfileFile) -> None:
    profiles: tuple[Profile, ...] = file.load()
    assert len(profiles) == 2
    assert file.whole
    assert told(file) == []
