"""Prints the table of faults at the end of the test report."""

from collections import defaultdict

import pytest

CELLS = pytest.StashKey[dict[str, dict[str, str]]]()
"""fault -> question -> how it ended."""


def pytest_configure(config: pytest.Config) -> None:
    cells: dict[str, dict[str, str]] = defaultdict(dict)
    config.stash[CELLS] = cells


@pytest.fixture(scope="session")
def cells(pytestconfig: pytest.Config) -> dict[str, dict[str, str]]:
    return pytestconfig.stash[CELLS]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    cells = config.stash.get(CELLS, {})
    if not cells:
        return
    terminalreporter.section("what each fault is told as")
    for fault, ended in cells.items():
        terminalreporter.line(f"{fault} ({len(ended)} requests)")
        by_problem: dict[str, list[str]] = defaultdict(list)
        for question, problem in ended.items():
            by_problem[problem].append(question)
        for problem, questions in sorted(by_problem.items(), key=lambda one: len(one[1])):
            which = ", ".join(questions)
            if len(questions) > len(ended) // 2:
                which = "all" if len(by_problem) == 1 else "all others"
            terminalreporter.line(f"    {problem:24} {which}")
