"""Counts what was tried, and prints it at the end of the test report."""

from collections import Counter

import pytest

TRIED = pytest.StashKey[Counter[str]]()
"""What was tried -> how many cases."""


def pytest_configure(config: pytest.Config) -> None:
    config.stash[TRIED] = Counter()


@pytest.fixture(scope="session")
def tried(pytestconfig: pytest.Config) -> Counter[str]:
    return pytestconfig.stash[TRIED]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    tried = config.stash.get(TRIED, Counter())
    if not tried:
        return
    terminalreporter.section("what hostile servers and broken files tried")
    for what, cases in sorted(tried.items()):
        terminalreporter.line(f"{cases:8} {what}")
    terminalreporter.line(f"{tried.total():8} cases in all")
