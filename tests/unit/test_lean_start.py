"""What is loaded when: nothing heavy before the window is there, the network not before it is needed."""

import json
import subprocess
import sys

NETWORK = {"requests", "urllib3", "msal"}
HEAVY = NETWORK | {"keyring", "cryptography", "msgspec", "PySide6.QtWebEngineCore", "PySide6.QtSvg"}
BEFORE_THE_WINDOW = """
from desktop_app.gui.plain_imports import use_plain_imports
use_plain_imports()
import desktop_app.gui.application
from desktop_app.infra.clock import SystemClock
"""
WITH_CONTENT = (
    BEFORE_THE_WINDOW
    + """
import desktop_app.gui.connection_actions
import desktop_app.gui.menus
import desktop_app.gui.window_content
import desktop_app.gui.wizard_opener
"""
)
UNSEEN_AT_FIRST = {
    "desktop_app.core.checks",
    "desktop_app.core.ports",
    "desktop_app.core.profile",
    "desktop_app.gui.announce",
    "desktop_app.gui.connection_list",
    "desktop_app.gui.connection_page",
    "desktop_app.gui.connection_rows",
    "desktop_app.gui.problem_panel",
    "desktop_app.gui.wizards.flow_wizard",
}
BEHIND_THE_WINDOW = """
from desktop_app.main import build_workspace
workspace = build_workspace(practice=False)
"""
PRACTISING = BEHIND_THE_WINDOW.replace("practice=False", "practice=True")
WARMED_UP = BEHIND_THE_WINDOW + "workspace.warm_up()\n"


def modules_after(code: str) -> set[str]:
    """The names of everything that is loaded in a fresh process that ran `code`."""
    code += "\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)
    return set(json.loads(run.stdout.splitlines()[-1]))


def test_window_comes_before_everything_heavy() -> None:
    loaded = modules_after(BEFORE_THE_WINDOW)

    assert loaded & HEAVY == set()
    assert {"desktop_app.gui.first_run", "desktop_app.gui.connection_page"} & loaded == set()


def test_content_comes_before_what_is_not_seen_at_first() -> None:
    loaded = modules_after(WITH_CONTENT)

    assert "desktop_app.gui.first_run" in loaded
    assert loaded & (HEAVY | UNSEEN_AT_FIRST) == set()


def test_practice_cloud_waits_for_the_first_request_with_what_answers_it() -> None:
    loaded = modules_after(PRACTISING)

    assert "desktop_app.practice.practice_cloud" in loaded
    assert loaded & (NETWORK | {"werkzeug", "trustme", "jwt"}) == set()


def test_network_is_not_loaded_before_it_is_needed() -> None:
    assert modules_after(BEHIND_THE_WINDOW) & NETWORK == set()


def test_warming_up_loads_what_the_first_request_needs() -> None:
    assert modules_after(WARMED_UP) >= NETWORK


def test_imports_do_not_read_and_keep_the_source_of_every_module() -> None:
    code = """
from desktop_app.gui.plain_imports import use_plain_imports
use_plain_imports()
import linecache
import desktop_app.core.checks
assert not [name for name in linecache.cache if "desktop_app" in name]
"""
    assert {"PySide6.QtCore", "desktop_app.core.checks"} <= modules_after(code)
