"""One at a time, over all processes; and whatever goes wrong with that is an OSError."""

import errno
import os
import stat
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import filelock
import pytest

from desktop_app.infra.file_locks import file_lock, is_held


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "some.lock"


def test_only_one_holds_it(path: Path) -> None:
    with file_lock(path, 0), pytest.raises(TimeoutError) as caught, file_lock(path, 0):
        pytest.fail("it was held twice")
    assert is_held(caught.value)
    with file_lock(path, 0):
        pass  # it was given back


def test_another_process_is_kept_out_and_told(path: Path) -> None:
    code = f"""
from pathlib import Path
from desktop_app.infra.file_locks import file_lock, is_held
try:
    with file_lock(Path({str(path)!r}), 0.05):
        print("got it")
except OSError as error:
    print(is_held(error))
"""
    ask = [sys.executable, "-c", code]
    with file_lock(path, 0):
        assert subprocess.run(ask, capture_output=True, text=True, check=True).stdout == "True\n"
    assert subprocess.run(ask, capture_output=True, text=True, check=True).stdout == "got it\n"


def test_it_is_given_back_when_something_fails_inside(path: Path) -> None:
    with pytest.raises(KeyError), file_lock(path, 0):
        raise KeyError
    with file_lock(path, 0):
        pass


def test_another_thread_may_give_it_back(path: Path) -> None:
    held = ExitStack()
    held.enter_context(file_lock(path, 0))
    thread = threading.Thread(target=held.close)
    thread.start()
    thread.join()
    with file_lock(path, 0), pytest.raises(TimeoutError), file_lock(path, 0):
        pytest.fail("it was held twice")


def test_whether_a_lock_is_held_is_told_without_importing_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    """With too many open files nothing can be imported, and that very fault is asked about."""
    monkeypatch.setitem(sys.modules, "filelock", None)  # importing it fails
    assert not is_held(OSError(errno.EMFILE, "too many open files"))


@pytest.mark.skipif(os.name == "nt", reason="no such permissions")
def test_only_this_user_may_open_it(path: Path) -> None:
    with file_lock(path, 0):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_system_without_locks_is_told_like_any_other_fault(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def acquire(lock: filelock.FileLock) -> None:
        raise NotImplementedError

    monkeypatch.setattr(filelock.FileLock, "acquire", acquire)
    with pytest.raises(OSError, match="no locks here") as caught, file_lock(path, 0):
        pytest.fail("it was not held")
    assert caught.value.errno == errno.ENOLCK
    assert not is_held(caught.value)
