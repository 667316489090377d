"""Whether the embedded sign-in page can start, told without starting it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.gui.sign_in_engine import prepare_web_engine, sign_in_unavailable

USER = 1000


def kernel(root: Path, **files: str) -> Path:
    places = {
        "clone": "proc/sys/kernel/unprivileged_userns_clone",
        "most": "proc/sys/user/max_user_namespaces",
        "apparmor": "proc/sys/kernel/apparmor_restrict_unprivileged_userns",
        "profile": "proc/self/attr/current",
    }
    for name, text in files.items():
        place = root / places[name]
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text + "\n")
    return root


def reason(answer: ConnectionProblem | None) -> str | None:
    if answer is None:
        return None
    assert answer.problem is Problem.VIEW_UNAVAILABLE
    return answer.facts["reason"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, None),
        ({"clone": "1", "most": "31000"}, None),
        ({"clone": "0"}, "user-namespaces"),
        ({"most": "0"}, "user-namespaces"),
        ({"apparmor": "1", "profile": "unconfined"}, "user-namespaces"),
        ({"apparmor": "1", "profile": "ado-connect (unconfined)"}, None),
        ({"apparmor": "0", "profile": "unconfined"}, None),
    ],
)
def test_user_namespaces_decide_on_linux(tmp_path: Path, files: dict[str, str], expected: str | None) -> None:
    assert reason(sign_in_unavailable(kernel(tmp_path, **files), {}, "linux", USER)) == expected


def test_root_is_refused_before_chromium_ends_the_process(tmp_path: Path) -> None:
    assert reason(sign_in_unavailable(tmp_path, {}, "linux", 0)) == "root"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("QTWEBENGINE_DISABLE_SANDBOX", "1", None),
        ("QTWEBENGINE_DISABLE_SANDBOX", "0", "root"),
        ("QTWEBENGINE_CHROMIUM_FLAGS", "--disable-gpu --no-sandbox", None),
        ("QTWEBENGINE_CHROMIUM_FLAGS", "--disable-gpu", "root"),
    ],
)
def test_sandbox_that_is_switched_off_needs_nothing(
    tmp_path: Path, name: str, value: str, expected: str | None
) -> None:
    assert reason(sign_in_unavailable(tmp_path, {name: value}, "linux", 0)) == expected


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_bring_their_own_sandbox(tmp_path: Path, platform: str) -> None:
    assert sign_in_unavailable(kernel(tmp_path, most="0"), {}, platform, 0) is None


def test_remote_debugging_is_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QTWEBENGINE_REMOTE_DEBUGGING", "9222")
    prepare_web_engine()
    assert "QTWEBENGINE_REMOTE_DEBUGGING" not in os.environ


def test_keys_of_connections_are_not_written_down(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    prepare_web_engine()
    assert "SSLKEYLOGFILE" not in os.environ


@pytest.mark.parametrize(
    ("flags", "left"),
    [
        ("--disable-gpu", "--disable-gpu"),
        ("--use-gl=egl  --lang=de --no-sandbox", "--use-gl=egl --lang=de --no-sandbox"),
        ("--ignore-certificate-errors --disable-gpu-compositing", "--disable-gpu-compositing"),
        ("--ignore-certificate-errors-spki-list=abc=", ""),
        ("--remote-debugging-port=9222 --remote-allow-origins=*", ""),
        ("--remote-debugging-pipe", ""),
        ("--disable-web-security --user-data-dir=/tmp/x", ""),
        ("--host-resolver-rules=MAP * 127.0.0.1", ""),
        ("--log-net-log=/tmp/log --enable-logging --ssl-key-log-file=/tmp/keys", ""),
        ("--enable-features=X --js-flags=--expose-gc --load-extension=/tmp/x", ""),
        ("--auth-server-allowlist=*.contoso.example", "--auth-server-allowlist=*.contoso.example"),
    ],
)
def test_only_flags_that_touch_no_safety_reach_the_web_engine(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, flags: str, left: str
) -> None:
    monkeypatch.setenv("QTWEBENGINE_CHROMIUM_FLAGS", flags)
    prepare_web_engine()
    assert os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] == left
    assert bool(caplog.records) is (left != " ".join(flags.split()))
    assert "abc" not in caplog.text


def test_asking_does_not_load_the_web_engine() -> None:
    script = (
        "import sys; from desktop_app.gui.sign_in_engine import prepare_web_engine, sign_in_unavailable; "
        "prepare_web_engine(); sign_in_unavailable(); "
        "sys.exit(any('WebEngine' in name for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
