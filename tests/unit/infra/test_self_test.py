"""A part of the installation that is missing is found, and called by its name."""

import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from desktop_app.infra import self_test
from desktop_app.infra.keyring_store import SYSTEM_KEYRINGS
from desktop_app.infra.self_test import FOLDERS, load_every_keyring, read_every_resource
from desktop_app.resources import resource


def test_every_file_of_this_installation_is_read() -> None:
    files = [path for folder in FOLDERS for path in resource(folder).rglob("*") if path.is_file()]

    assert read_every_resource() == len(files) > 30


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in FOLDERS:
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "file").write_text("something")
    monkeypatch.setattr(self_test, "resource", lambda name: tmp_path / name)
    return tmp_path


def test_an_empty_folder_is_missed(installation: Path) -> None:
    assert read_every_resource() == len(FOLDERS)
    (installation / "style" / "file").unlink()

    with pytest.raises(FileNotFoundError, match="style"):
        read_every_resource()


def test_an_empty_file_is_told(installation: Path) -> None:
    (installation / "help" / "file").write_bytes(b"")

    with pytest.raises(ValueError, match="is empty"):
        read_every_resource()


def test_every_keyring_of_every_system_is_loaded() -> None:
    assert {"SecretService", "kwallet", "Windows", "macOS", "fail"} <= set(load_every_keyring())


def test_a_keyring_that_nobody_would_find_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [EntryPoint("fail", "keyring.backends.fail", "keyring.backends")]
    monkeypatch.setattr(self_test, "entry_points", lambda group: known)

    with pytest.raises(LookupError, match=f"not registered: .*{sorted(SYSTEM_KEYRINGS)[0]}"):
        load_every_keyring()


def test_what_the_keyring_of_this_system_speaks_through_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(self_test._LIBRARIES, "here", ("a_library_that_is_not_there",))

    with pytest.raises(ImportError, match="a_library_that_is_not_there"):
        load_every_keyring("here")


@pytest.mark.skipif(sys.platform != "linux", reason="the library is Linux's")
def test_linux_needs_the_secret_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "secretstorage", None)

    with pytest.raises(ImportError, match="secretstorage"):
        load_every_keyring("linux")
