"""A renewal handles secrets, and none of them is where it must not be."""

import logging

import pytest

from desktop_app.app.renewals import Stage
from desktop_app.core.changes import Change
from desktop_app.core.credential import Secret
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method
from tests.unit.app.renewing import (
    RENEWABLE,
    RenewalWorld,
)
from tests.unit.app.world import CLIENT_SECRET, PAT

both = pytest.mark.parametrize("method", RENEWABLE)


@pytest.fixture
def world() -> RenewalWorld:
    return RenewalWorld()


@both
@pytest.mark.parametrize("ends_well", [True, False])
def test_no_secret_is_in_journal_history_logs_or_exceptions(
    world: RenewalWorld, method: Method, ends_well: bool, caplog: pytest.LogCaptureFixture
) -> None:
    profile = world.with_old(method)
    written: list[str] = []
    put = world.entries.put

    def heard(change: Change) -> None:
        written.append(repr(change))
        put(change)

    world.entries.put = heard  # type: ignore[method-assign]  # heard as well
    made: list[Secret] = []

    def look(stage: Stage) -> None:
        made.extend(world.at_azure(profile).values())
        if stage is Stage.CHECKING and not ends_well:
            world.devops.problems["projects"] = ConnectionProblem(Problem.PERMISSION_DENIED)

    failures = world.pats.failures if method is Method.PAT else world.app_secrets.failures
    failures.add("revoke" if method is Method.PAT else "remove", Problem.SERVICE_UNAVAILABLE)
    with caplog.at_level(logging.DEBUG):
        try:
            written.append(repr(world.renew(profile, look)))
        except ConnectionProblem as failure:
            written += [repr(failure), str(failure), repr(failure.facts)]
    written += [repr(event) for event in world.history.load(profile.id)]
    written += [record.getMessage() for record in caplog.records] + [caplog.text]

    assert len({secret.reveal() for secret in made}) == 2
    assert len(written) > 6
    for secret in made:
        assert not any(secret.reveal() in text for text in written)


@both
def test_secret_that_was_made_is_in_no_exception_of_a_lost_answer(world: RenewalWorld, method: Method) -> None:
    profile = world.with_old(method)
    failures = world.pats.failures if method is Method.PAT else world.app_secrets.failures
    failures.add("create" if method is Method.PAT else "add", Problem.CONNECTION_LOST, after_acting=True)
    with pytest.raises(ConnectionProblem) as failure:
        world.renew(profile)
    told = f"{failure.value!r} {failure.value.facts} {failure.value.__cause__!r} {failure.value.__context__!r}"
    assert PAT not in told
    assert CLIENT_SECRET not in told
