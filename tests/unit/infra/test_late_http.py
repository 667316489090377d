"""What is to happen when the network is first used happens before anything is sent, and once."""

from desktop_app.infra.http import RequestsSession
from desktop_app.infra.late_http import LateSession


def test_what_waits_for_the_session_gets_it_when_it_is_made() -> None:
    late, seen = LateSession(), list[RequestsSession]()
    late.when_made(seen.append)
    assert seen == []

    made = late.load()
    late.load()
    assert seen == [made]
    late.close()


def test_what_comes_later_gets_the_session_at_once() -> None:
    late, seen = LateSession(), list[RequestsSession]()
    made = late.load()

    late.when_made(seen.append)
    assert seen == [made]
    late.close()
