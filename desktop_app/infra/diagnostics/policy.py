"""Which policy of the company's IT is in force on this computer."""

from __future__ import annotations

from collections.abc import Callable

from desktop_app.core.diagnosis import Answer, Results
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.policy_file import FoundPolicy


def policy(read: Callable[[], FoundPolicy]) -> Callable[[Results], Answer]:
    """Facts: file, and policy ("none", "in-force", "changeable"). Raises POLICY_UNREADABLE (file, policy_fault)."""

    def run(_results: Results) -> Answer:
        found = read()
        facts = {"file": str(found.path)}
        if found.policy.fault is not None:
            raise ConnectionProblem(Problem.POLICY_UNREADABLE, {**facts, "policy_fault": str(found.policy.fault)})
        if not found.there:
            return {"policy": "none"}
        return {**facts, "policy": "changeable" if found.changeable else "in-force"}

    return run
