"""The file of connections is read while the keyring is waited for."""

import threading
from pathlib import Path

import pytest

from desktop_app.core.cloud import WELL_KNOWN
from desktop_app.core.problems import ConnectionProblem
from desktop_app.infra import profile_document, profile_file
from desktop_app.infra.profile_file import FILE_NAME, ProfileFile
from desktop_app.main import _profiles
from tests.fakes.profiles import a_profile


def end_of_reading() -> None:
    for thread in threading.enumerate():
        if thread.name == "ado-read-ahead":
            thread.join(10.0)
            assert not thread.is_alive()


def test_what_was_read_ahead_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ProfileFile(tmp_path, WELL_KNOWN).save(a_profile())
    understood: list[bytes] = []
    document_of = profile_document.document_of

    def counted(content: bytes, *rest: object) -> object:
        understood.append(content)
        return document_of(content, *rest)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(profile_file, "document_of", counted)
    profiles = _profiles(tmp_path, WELL_KNOWN)
    end_of_reading()
    assert profiles.load() == (a_profile(),)
    assert len(understood) == 1


def test_a_broken_file_is_mended_only_for_whoever_can_be_told(tmp_path: Path) -> None:
    broken = tmp_path / FILE_NAME
    broken.write_bytes(b"{")
    profiles = _profiles(tmp_path, WELL_KNOWN)
    end_of_reading()
    assert broken.read_bytes() == b"{"
    assert list(tmp_path.iterdir()) == [broken]
    profiles.load()
    assert profiles.noticed()


def test_a_file_that_can_not_be_read_is_told_to_whoever_needs_it(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    profiles = _profiles(tmp_path, WELL_KNOWN)
    end_of_reading()
    with pytest.raises(ConnectionProblem):
        profiles.load()
