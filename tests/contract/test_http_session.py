"""What HttpSession promises, kept by RequestsSession in front of the practice cloud."""

import pytest

from desktop_app.core.ports import HttpSession, Request, Timeout
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.http import RequestsSession
from desktop_app.practice import Fault, FaultKind, PracticeCloud

SHORT = Timeout(connect_s=5, read_s=5)


def discovery(practice_cloud: PracticeCloud, timeout: Timeout = SHORT) -> Request:
    url = f"{practice_cloud.cloud.login}/contoso.example/v2.0/.well-known/openid-configuration"
    return Request("GET", url, timeout)


def test_answer_is_whole(practice_cloud: PracticeCloud, session: HttpSession) -> None:
    answer = session.send(discovery(practice_cloud))

    assert answer.status == 200
    assert answer.is_json
    assert answer.json()["token_endpoint"].startswith(practice_cloud.cloud.login)


def test_status_is_an_answer_and_not_a_problem(practice_cloud: PracticeCloud, session: HttpSession) -> None:
    practice_cloud.faults.add(Fault(FaultKind.STATUS, times=None, status=500))

    assert session.send(discovery(practice_cloud)).status == 500


@pytest.mark.parametrize(
    ("kind", "problem"),
    [(FaultKind.DROP, Problem.CONNECTION_LOST), (FaultKind.TRUNCATE, Problem.ANSWER_CUT_OFF)],
)
def test_lost_answer_is_told(
    practice_cloud: PracticeCloud, session: HttpSession, kind: FaultKind, problem: Problem
) -> None:
    practice_cloud.faults.add(Fault(kind, times=None))

    with pytest.raises(ConnectionProblem) as caught:
        session.send(discovery(practice_cloud))

    assert caught.value.problem is problem


def test_one_lost_connection_is_made_good_by_asking_again(practice_cloud: PracticeCloud, session: HttpSession) -> None:
    practice_cloud.faults.add(Fault(FaultKind.DROP, times=1))

    assert session.send(discovery(practice_cloud)).status == 200


def test_late_answer_runs_into_the_time_limit(practice_cloud: PracticeCloud, session: HttpSession) -> None:
    practice_cloud.faults.add(Fault(FaultKind.DELAY, seconds=2.0))

    with pytest.raises(ConnectionProblem) as caught:
        session.send(discovery(practice_cloud, Timeout(connect_s=5, read_s=0.05)))

    assert caught.value.problem is Problem.TIMED_OUT


def test_unknown_authority_is_untrusted(practice_cloud: PracticeCloud) -> None:
    with pytest.raises(ConnectionProblem) as caught:
        RequestsSession().send(discovery(practice_cloud))

    assert caught.value.problem is Problem.CERTIFICATE_UNTRUSTED
