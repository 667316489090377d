"""Each way a computer can stand in the way is told by its exact problem, and nothing else is blamed for it."""

import socket
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import keyring.errors
import pytest

from desktop_app.core.checks import CheckStatus
from desktop_app.core.cloud import PUBLIC, Cloud
from desktop_app.core.diagnosis import DiagnosisName, Line, Scope, host_of
from desktop_app.core.ports import Response
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method
from desktop_app.infra.diagnostics.folders import folders
from desktop_app.infra.diagnostics.inspection import root_names
from desktop_app.infra.diagnostics.names import first_address
from desktop_app.infra.diagnostics.proxy import knock
from desktop_app.infra.diagnostics.web_engine import web_engine, web_engine_missing
from desktop_app.infra.keyring_store import KeyringSecretStore
from desktop_app.infra.way_out import has_way_out
from tests.fakes.computer import FakeComputer
from tests.fakes.http import empty_answer, html_answer, json_answer
from tests.fakes.keyring import ShortKeyring

LOGIN, DEVOPS = "login.microsoftonline.com", "dev.azure.com"
HOSTS = [host_of(base) for base in Scope(PUBLIC).bases]
D = DiagnosisName


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeComputer:
    monkeypatch.setenv("QTWEBENGINE_DISABLE_SANDBOX", "1")  # whoever runs the tests may be root
    return FakeComputer(tmp_path)


def failed(fake: FakeComputer, scope: Scope | None = None) -> dict[str, Problem | None]:
    return {line.key: one.problem for line, one in fake.results(scope).items() if one.status is CheckStatus.FAILED}


def on_all(fault: Response | ConnectionProblem) -> dict[str, Response | ConnectionProblem]:
    return dict.fromkeys(HOSTS, fault)


def not_found(host: str) -> str:
    raise OSError("no such name")


def test_sound_computer_passes_everywhere(fake: FakeComputer) -> None:
    results = fake.results()

    assert {one.status for one in results.values()} == {CheckStatus.PASSED}
    assert [line.host for line in results if line.name is D.CONNECTION] == HOSTS
    assert [line.host for line in results if line.name is D.NAME] == HOSTS


def test_nothing_but_harmless_questions_is_sent(fake: FakeComputer) -> None:
    fake.results()

    assert {(one.method, one.body) for one in fake.asked} == {("HEAD", None), ("GET", None)}
    assert all("authorization" not in {name.lower() for name in one.headers} for one in fake.asked)
    assert [one.url for one in fake.asked if one.method == "GET"] == [
        f"{PUBLIC.login}/common/v2.0/.well-known/openid-configuration"
    ]


def test_name_that_is_not_found_blames_the_name_alone(fake: FakeComputer) -> None:
    fake.addresses = lambda host: not_found(host) if host == DEVOPS else "192.0.2.7"

    results = fake.results()

    assert failed(fake) == {f"name {DEVOPS}": Problem.NAME_NOT_RESOLVED}
    assert results[Line(D.CONNECTION, DEVOPS)].status is CheckStatus.SKIPPED
    assert results[Line(D.NAME, DEVOPS)].facts["host"] == DEVOPS


def test_no_way_out_and_no_name_is_no_network(fake: FakeComputer) -> None:
    fake.addresses, fake.way_out = not_found, False

    assert fake.result(D.NETWORK).problem is Problem.NO_NETWORK


def test_names_that_are_not_found_in_a_network_are_no_missing_network(fake: FakeComputer) -> None:
    fake.addresses = not_found

    assert fake.result(D.NETWORK).status is CheckStatus.PASSED


def test_no_way_out_with_names_from_elsewhere_is_left_open(fake: FakeComputer) -> None:
    fake.way_out = False

    assert fake.result(D.NETWORK).status is CheckStatus.UNKNOWN


def test_proxy_is_named_without_its_password(fake: FakeComputer) -> None:
    knocked = []
    fake.proxy = "http://anna:" + "hush" + "@proxy.contoso.example:8080"
    fake.environment = {"HTTPS_PROXY": fake.proxy}
    fake.knock = lambda host, port: knocked.append((host, port))

    result = fake.result(D.PROXY)

    assert result.facts == {"proxy": "proxy.contoso.example:8080", "source": "environment"}
    assert knocked == [("proxy.contoso.example", 8080)]


@pytest.mark.parametrize(("environment", "source"), [({"https_proxy": "x"}, "environment"), ({}, "system")])
def test_proxy_that_does_not_answer_is_told_with_its_source(
    fake: FakeComputer, environment: Mapping[str, str], source: str
) -> None:
    def refuse(host: str, port: int) -> None:
        raise ConnectionRefusedError

    fake.proxy, fake.knock, fake.environment = "proxy.contoso.example:3128", refuse, environment

    result = fake.result(D.PROXY)

    assert result.problem is Problem.PROXY_UNREACHABLE
    assert result.facts == {
        "proxy": "proxy.contoso.example:3128",
        "source": source,
        "error": "ConnectionRefusedError",
    }


def test_proxy_setting_that_cannot_be_read_is_not_repeated(fake: FakeComputer) -> None:
    fake.proxy = "http://anna:" + "hush" + "@proxy:port"

    result = fake.result(D.PROXY)

    assert result.problem is Problem.PROXY_UNREACHABLE
    assert "hush" not in str(result)


def test_names_are_the_proxys_business_where_there_is_one(fake: FakeComputer) -> None:
    fake.proxy, fake.addresses = "http://proxy.contoso.example:8080", not_found

    results = fake.results()

    assert {one.status for line, one in results.items() if line.name is D.NAME} == {CheckStatus.UNKNOWN}
    assert {one.status for line, one in results.items() if line.name is D.CONNECTION} == {CheckStatus.PASSED}


@pytest.mark.parametrize(
    "problem",
    [
        Problem.CONNECTION_REFUSED,
        Problem.CONNECTION_LOST,
        Problem.TIMED_OUT,
        Problem.CERTIFICATE_UNTRUSTED,
        Problem.CERTIFICATE_EXPIRED,
        Problem.CERTIFICATE_STRICT,
        Problem.CERTIFICATE_WRONG_HOST,
        Problem.PROXY_FAILED,
        Problem.TLS_FAILED,
    ],
)
def test_host_that_is_not_reached_fails_with_what_the_network_said(fake: FakeComputer, problem: Problem) -> None:
    fake.answers[DEVOPS] = ConnectionProblem(problem, {"host": DEVOPS, "issuer": "Contoso Gateway"})

    assert failed(fake) == {f"connection {DEVOPS}": problem}
    assert fake.result(D.CONNECTION, DEVOPS).facts["issuer"] == "Contoso Gateway"


@pytest.mark.parametrize("status", [200, 302, 401, 404, 503])
def test_any_answer_shows_that_a_host_is_there(fake: FakeComputer, status: int) -> None:
    fake.answers[DEVOPS] = empty_answer(status)

    result = fake.result(D.CONNECTION, DEVOPS)

    assert result.status is CheckStatus.PASSED
    assert result.facts == {"host": DEVOPS, "status": str(status), "skew_s": "0", "issuer": "Public Authority B"}


@pytest.mark.parametrize(
    ("answer", "problem", "status"),
    [
        (html_answer("<html>Welcome to the train</html>"), Problem.CAPTIVE_PORTAL, CheckStatus.FAILED),
        (
            empty_answer(302, {"Location": "https://portal.example/login"}),
            Problem.CAPTIVE_PORTAL,
            CheckStatus.FAILED,
        ),
        (empty_answer(511), Problem.CAPTIVE_PORTAL, CheckStatus.FAILED),
        (empty_answer(302, {"Location": "/elsewhere"}), None, CheckStatus.UNKNOWN),
        (empty_answer(302), None, CheckStatus.UNKNOWN),
        (empty_answer(503), None, CheckStatus.UNKNOWN),
        (empty_answer(200), None, CheckStatus.UNKNOWN),
        (json_answer({"error": "invalid_tenant"}, 400), None, CheckStatus.PASSED),
    ],
)
def test_page_of_the_network_is_told_from_the_sign_in_service(
    fake: FakeComputer, answer: Response, problem: Problem | None, status: CheckStatus
) -> None:
    fake.answers[LOGIN] = answer

    result = fake.result(D.CAPTIVE_PORTAL)

    assert (result.problem, result.status) == (problem, status)


def test_another_server_on_every_host_is_a_page_of_the_network(fake: FakeComputer) -> None:
    fake.answers = on_all(ConnectionProblem(Problem.CERTIFICATE_WRONG_HOST))

    assert fake.result(D.CAPTIVE_PORTAL).problem is Problem.CAPTIVE_PORTAL


def test_page_of_the_network_is_not_looked_for_without_a_sign_in(fake: FakeComputer) -> None:
    result = fake.result(D.CAPTIVE_PORTAL, scope=Scope(PUBLIC, frozenset({Method.PAT})))

    assert result.status is CheckStatus.SKIPPED


@pytest.mark.parametrize(("behind_s", "skew"), [(301, "-301"), (-3600, "3600")])
def test_clock_that_is_minutes_off_is_wrong(fake: FakeComputer, behind_s: float, skew: str) -> None:
    fake.behind_s = behind_s

    assert failed(fake) == {"clock": Problem.CLOCK_WRONG}
    assert fake.result(D.CLOCK).facts == {"skew_s": skew}


@pytest.mark.parametrize("behind_s", [300, -300, 0])
def test_clock_may_be_five_minutes_off(fake: FakeComputer, behind_s: float) -> None:
    fake.behind_s = behind_s

    assert failed(fake) == {}


def test_one_server_with_a_wrong_clock_does_not_blame_this_computer(fake: FakeComputer) -> None:
    fake.answers[DEVOPS] = json_answer({}, headers={"Date": "Thu, 01 Jan 2015 00:00:00 GMT"})

    assert fake.result(D.CLOCK).status is CheckStatus.PASSED


@pytest.mark.parametrize("problem", [Problem.CERTIFICATE_EXPIRED, Problem.CERTIFICATE_NOT_YET_VALID])
def test_certificates_of_another_time_everywhere_mean_a_wrong_clock(fake: FakeComputer, problem: Problem) -> None:
    fake.answers = on_all(ConnectionProblem(problem))

    result = fake.result(D.CLOCK)

    assert (result.problem, dict(result.facts)) == (Problem.CLOCK_WRONG, {})


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_answers_without_a_time_leave_the_clock_open(fake: FakeComputer, date: str) -> None:
    fake.answers = on_all(json_answer({}, headers={"Date": date}))

    assert fake.result(D.CLOCK).status is CheckStatus.UNKNOWN


def test_clock_is_not_compared_where_nobody_answered(fake: FakeComputer) -> None:
    fake.answers = on_all(ConnectionProblem(Problem.TIMED_OUT))

    assert fake.result(D.CLOCK).status is CheckStatus.SKIPPED


def test_different_issuers_mean_that_nobody_looks_in(fake: FakeComputer) -> None:
    assert fake.result(D.INSPECTION).facts == {"inspected": "no"}


def test_one_added_root_for_every_host_looks_in(
    fake: FakeComputer, tmp_path: Path, company_ca: tuple[Path, str]
) -> None:
    file, fake.issuers = company_ca

    result = fake.result(D.INSPECTION, scope=Scope(PUBLIC, ca_file=str(file)))

    assert result.status is CheckStatus.PASSED
    assert result.facts == {"inspected": "yes", "issuer": fake.issuers}


def test_one_issuer_that_is_no_root_is_named_and_left_open(fake: FakeComputer) -> None:
    fake.issuers = "Some Issuing Authority 3"

    result = fake.result(D.INSPECTION)

    assert (result.status, result.facts) == (CheckStatus.UNKNOWN, {"issuer": "Some Issuing Authority 3"})


def test_authority_that_is_not_trusted_is_compared_too(fake: FakeComputer) -> None:
    fake.answers = on_all(ConnectionProblem(Problem.CERTIFICATE_UNTRUSTED, {"issuer": "Contoso Gateway"}))

    assert fake.result(D.INSPECTION).facts == {"issuer": "Contoso Gateway"}


def test_nothing_leaves_this_computer_where_the_cloud_is_on_it(fake: FakeComputer) -> None:
    hosts = {field: f"https://127.0.0.1:{port}" for port, field in enumerate(("login", "devops", "release"), 5000)}
    here = replace(PUBLIC, key="custom", **hosts, identity=hosts["devops"], entitlements=hosts["devops"])
    scope = Scope(here, frozenset({Method.CLIENT_SECRET}))

    results = fake.results(scope)

    assert results[Line(D.INSPECTION)].status is CheckStatus.SKIPPED
    assert [line for line in results if line.name is D.NAME] == []
    assert [line.host for line in results if line.name is D.CONNECTION] == [
        f"127.0.0.1:{port}" for port in (5000, 5001, 5002)
    ]


def test_certificate_file_is_trusted_before_anything_is_reached(fake: FakeComputer) -> None:
    sent_before: list[int] = []
    fake.trust_ca = lambda file, cloud: sent_before.append(len(fake.asked))

    fake.results(Scope(PUBLIC, ca_file="/a/file.pem"))

    assert sent_before == [0]
    assert fake.asked


def test_certificate_file_that_cannot_be_read_is_told_once(fake: FakeComputer) -> None:
    def refuse(file: str, cloud: Cloud) -> None:
        raise ConnectionProblem(Problem.CA_FILE_UNREADABLE, {"file": file})

    fake.trust_ca = refuse

    assert failed(fake, Scope(PUBLIC, ca_file="/a/file.pem")) == {"ca-file": Problem.CA_FILE_UNREADABLE}


# -- the keyring ------------------------------------------------------------------------------------------------------


class Keyring(ShortKeyring):
    """Notes whether anything was ever in it; `changes` gives back something else, `keeps` does not remove."""

    def __init__(self, changes: bool = False) -> None:
        super().__init__()
        self.writes = 0
        self.changes = changes

    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password)
        self.writes += 1
        if self.changes:
            self.items[service, username] = password[:-1]


def test_throw_away_item_goes_into_the_keyring_and_out_again(fake: FakeComputer) -> None:
    backend = Keyring()
    fake.keyring = KeyringSecretStore(backend=backend)

    result = fake.result(D.KEYRING)

    assert result.status is CheckStatus.PASSED
    assert "keyring" in result.facts
    assert backend.writes >= 2
    assert backend.items == {}


def test_keyring_that_changes_what_it_keeps_is_refused_and_left_empty(fake: FakeComputer) -> None:
    backend = Keyring(changes=True)
    fake.keyring = KeyringSecretStore(backend=backend)

    assert fake.result(D.KEYRING).problem is Problem.KEYRING_REFUSED
    assert backend.items == {}


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (keyring.errors.KeyringLocked(), Problem.KEYRING_LOCKED),
        (keyring.errors.PasswordSetError(), Problem.KEYRING_REFUSED),
        (keyring.errors.NoKeyringError(), Problem.KEYRING_MISSING),
        (RuntimeError("odd"), Problem.KEYRING_REFUSED),
    ],
)
@pytest.mark.parametrize("write", range(4))
def test_keyring_that_fails_once_at_any_write_keeps_nothing(
    fake: FakeComputer, error: Exception, problem: Problem, write: int
) -> None:
    class Once(Keyring):
        def _count_down(self) -> None:
            if self.fail_at is not None:
                self.fail_at -= 1
                if self.fail_at < 0:
                    self.fail_at = None
                    raise self.error

    backend = Once()
    backend.fail_at, backend.error = write, error
    fake.keyring = KeyringSecretStore(backend=backend)

    result = fake.result(D.KEYRING)

    assert backend.items == {}
    assert result.problem in {problem, None}
    assert (result.problem is None) == (write >= 2), "a removal that fails once is tried again"


def test_no_keyring_at_all_is_told(fake: FakeComputer) -> None:
    fake.keyring = KeyringSecretStore()  # the tests' own setting has none

    assert fake.result(D.KEYRING).problem is Problem.KEYRING_MISSING


# -- the web engine ---------------------------------------------------------------------------------------------------


def test_web_engine_that_cannot_be_loaded_is_told_with_the_reason(fake: FakeComputer) -> None:
    fake.engine_missing = "libnss3.so: cannot open shared object file"

    result = fake.result(D.WEB_ENGINE)

    assert (result.problem, result.facts) == (Problem.WEB_ENGINE_MISSING, {"reason": fake.engine_missing})


@pytest.mark.parametrize("reason", ["root", "user-namespaces"])
def test_sandbox_that_may_not_run_is_told(reason: str) -> None:
    with pytest.raises(ConnectionProblem) as caught:
        web_engine(lambda: "", lambda: reason)({})

    assert (caught.value.problem, caught.value.facts) == (Problem.VIEW_UNAVAILABLE, {"reason": reason})


def test_this_computers_web_engine_is_found_and_loads() -> None:
    assert web_engine_missing() == ""


def test_python_without_qt_lacks_the_web_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_app.infra.diagnostics.web_engine.find_spec", lambda name: None)

    assert web_engine_missing() == "not-installed"


# -- files ------------------------------------------------------------------------------------------------------------


def test_folder_that_is_not_there_yet_is_not_made(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "deeper"

    seen = folders([folder])({})

    assert isinstance(seen, dict)
    assert int(seen["free_mb"]) > 0
    assert list(tmp_path.iterdir()) == []


def test_file_in_the_place_of_a_folder_is_told(fake: FakeComputer, tmp_path: Path) -> None:
    fake.folder = tmp_path / "taken"
    fake.folder.write_text("")

    result = fake.result(D.FOLDERS)

    assert (result.problem, result.facts["file"]) == (Problem.FOLDER_UNWRITABLE, str(fake.folder))


def test_folder_of_somebody_else_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(dir: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)

    with pytest.raises(ConnectionProblem) as caught:
        folders([tmp_path])({})
    assert (caught.value.problem, caught.value.facts["error"]) == (Problem.FOLDER_UNWRITABLE, "EACCES")


def test_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConnectionProblem) as little:
        folders([tmp_path], lambda place: 19_999_999)({})

    def full(dir: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(ConnectionProblem) as none:
        folders([tmp_path])({})
    assert (little.value.problem, none.value.problem) == (Problem.DISK_FULL, Problem.DISK_FULL)


def test_systems_own_authorities_are_known_by_name() -> None:
    assert len(root_names()) > 10


# -- the real network of this computer --------------------------------------------------------------------------------


def test_own_name_is_found_and_one_that_cannot_be_is_not() -> None:
    assert first_address("127.0.0.1") == "127.0.0.1"
    for impossible in ("name.invalid", "a..b", "x" * 300):
        with pytest.raises(OSError):  # noqa: PT011 - of whatever kind
            first_address(impossible)


def test_knocking_tells_an_open_door_from_a_closed_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        knock("127.0.0.1", port)
    with pytest.raises(ConnectionRefusedError):
        knock("127.0.0.1", port)


def test_way_out_is_asked_of_the_system_for_both_kinds_of_address(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, str]] = []

    class Nowhere:
        def __init__(self, family: int, kind: int) -> None:
            self.family = family

        def __enter__(self) -> "Nowhere":
            return self

        def __exit__(self, *_error: object) -> None:
            return None

        def connect(self, place: tuple[str, int]) -> None:
            asked.append((self.family, place[0]))
            if self.family == reachable:
                return
            raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket, "socket", Nowhere)
    reachable: int | None = None
    assert not has_way_out()
    assert asked == [(socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")]
    reachable = socket.AF_INET6
    assert has_way_out()
