"""*Check this computer* in words: every line has some, and what is copied holds no secret and no person's name."""

import json
import re
from itertools import product
from pathlib import Path

import pytest

from desktop_app.app.doctor import Checkup, Doctor, anonymous, checkup_json, checkup_text, guidance_of_result
from desktop_app.app.doctor_words import headline, keyring_words, line_title, line_words
from desktop_app.app.guidance import ActionKind, Place
from desktop_app.app.guidance_index import guidance_for, guidance_of
from desktop_app.core.cancel import Cancel
from desktop_app.core.checks import CheckStatus
from desktop_app.core.cloud import PUBLIC
from desktop_app.core.diagnosis import DiagnosisName, DiagnosisResult, Line, Scope
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.clock import SystemClock
from desktop_app.infra.diagnostics.computer import Computer
from desktop_app.practice import PracticeCloud
from tests.fakes.clock import NOON
from tests.fakes.computer import FakeComputer
from tests.gui.world import Network

SCOPE = Scope(PUBLIC)
HOME = Path("/home/anna")
FACTS = {
    "host": "dev.azure.com",
    "address": "192.0.2.7",
    "proxy": "proxy.contoso.example:8080",
    "source": "system",
    "issuer": "Contoso Gateway",
    "inspected": "yes",
    "skew_s": "-400",
    "keyring": "KWallet",
    "file": "/home/anna/.config/ado-connect",
}
JARGON = re.compile(r"\b(DNS|HTTPS?|TLS|SSL|JSON|None|null|exception|errno|timeout|stderr)\b")


def result(name: DiagnosisName, status: CheckStatus, facts: dict[str, str] | None = None) -> DiagnosisResult:
    problem = Problem.TIMED_OUT if status is CheckStatus.FAILED else None
    return DiagnosisResult(Line(name, "dev.azure.com"), status, problem, facts or {})


@pytest.mark.parametrize(("name", "status", "facts"), [*product(DiagnosisName, CheckStatus, ({}, FACTS))])
def test_every_line_ends_in_a_whole_sentence(name: DiagnosisName, status: CheckStatus, facts: dict[str, str]) -> None:
    words = line_words(result(name, status, facts), SCOPE)

    assert words.endswith(".")
    assert words[0].isupper() or words[0] in "“d0123456789p"
    assert not re.search(r"[{}]|\(\)|  |\.\.", words)
    assert not JARGON.search(words)
    assert not JARGON.search(line_title(Line(name, "dev.azure.com")))


def test_no_two_lines_have_the_same_title() -> None:
    titles = [line_title(Line(name, "dev.azure.com")) for name in DiagnosisName]

    assert len(set(titles)) == len(titles)


def test_inspecting_authority_is_named_as_information() -> None:
    words = line_words(result(DiagnosisName.INSPECTION, CheckStatus.PASSED, FACTS), SCOPE)

    assert "“Contoso Gateway” vouches for every server" in words


@pytest.mark.parametrize(
    ("skew", "words"),
    [("400", "6 minutes ahead"), ("-400", "6 minutes behind"), ("60", "1 minute ahead"), ("", "another time")],
)
def test_wrong_clock_says_how_wrong(skew: str, words: str) -> None:
    assert words in guidance_for(Problem.CLOCK_WRONG, Place(facts={"skew_s": skew})).happened


def test_proxy_says_where_it_is_set() -> None:
    environment = guidance_for(Problem.PROXY_UNREACHABLE, Place(facts={"proxy": "p:1", "source": "environment"}))
    system = guidance_for(Problem.PROXY_UNREACHABLE, Place(facts={"proxy": "p:1", "source": "system"}))

    assert "HTTPS_PROXY" in environment.likely
    assert "network settings" in system.likely


def test_failure_of_the_network_offers_to_check_this_computer() -> None:
    network = guidance_of(ConnectionProblem(Problem.NAME_NOT_RESOLVED), Place()).second
    secret = guidance_of(ConnectionProblem(Problem.SECRET_WRONG), Place()).second

    assert network is not None
    assert network.kind is ActionKind.CHECK_COMPUTER
    assert secret is None


@pytest.mark.parametrize(("count", "words"), [(0, "Nothing"), (1, "1 thing on this computer needs"), (2, "2 things")])
def test_headline_counts_what_failed(count: int, words: str) -> None:
    assert headline(count).startswith(words)


def test_unknown_keyring_is_named_as_it_is() -> None:
    assert keyring_words("odd") == "odd"
    assert keyring_words("") == "the system's keyring"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("in /home/anna/.config/x", "in ~/.config/x"),
        ("/home/anna", "~"),
        ("/home/annabel/x", "/home/annabel/x"),
        ("/data/users/anna/x", "/data/users/~/x"),
        ("/home/anna-old/x", "/home/anna-old/x"),
        (r"D:\people\anna\x", r"D:\people\~\x"),
        ("anna said so", "anna said so"),
    ],
)
def test_home_folder_is_not_named(text: str, told: str) -> None:
    assert anonymous(text, HOME) == told


def a_checkup() -> Checkup:
    token = "A" * 52 + "JQQJ" + "99" + "B" * 26
    return Checkup(
        SCOPE,
        (
            DiagnosisResult(Line(DiagnosisName.NETWORK), CheckStatus.PASSED),
            DiagnosisResult(
                Line(DiagnosisName.FOLDERS),
                CheckStatus.FAILED,
                Problem.FOLDER_UNWRITABLE,
                {"file": "/home/anna/.config/ado-connect", "error": f"EACCES {token}"},
                0.25,
            ),
        ),
        NOON,
    )


@pytest.mark.parametrize("write", [checkup_text, checkup_json])
def test_what_is_copied_holds_no_secret_and_no_home(write: object) -> None:
    assert callable(write)
    text = write(a_checkup(), HOME)

    assert "anna" not in text
    assert "JQQJ" not in text
    assert "~/.config/ado-connect" in text
    assert "folder-unwritable" in text


def test_copy_says_what_was_found_and_what_to_do() -> None:
    text = checkup_text(a_checkup(), HOME)

    assert text.startswith("1 thing on this computer needs you.\n")
    assert "[OK] Network: This computer is connected to a network.\n" in text
    assert "[Failed] Folders and disk: A folder of ADO Connect can not be written to.\n" in text
    assert "Give yourself the right to write there" in text
    assert "2026-11-02T12:00:00Z" in text


def test_json_has_stable_codes() -> None:
    document = json.loads(checkup_json(a_checkup(), HOME))

    assert (document["format"], document["version"], document["all_well"]) == ("ado-connect-computer-check", 1, False)
    assert document["checks"][1] == {
        "check": "folders",
        "host": "",
        "title": "Folders and disk",
        "status": "failed",
        "problem": "folder-unwritable",
        "words": "A folder of ADO Connect can not be written to.",
        "now": "Give yourself the right to write there, or ask your IT team to. Then check again.",
        "facts": {"file": "~/.config/ado-connect", "error": "EACCES [removed]"},
        "took_s": 0.25,
    }


def test_only_a_failed_line_has_something_to_do() -> None:
    passed, failed = a_checkup().results

    assert guidance_of_result(passed, SCOPE) is None
    told = guidance_of_result(failed, SCOPE)
    assert told is not None
    assert "/home/anna/.config/ado-connect" in told.happened


def test_doctor_tells_each_line_as_it_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QTWEBENGINE_DISABLE_SANDBOX", "1")
    fake = FakeComputer(tmp_path)
    doctor = Doctor(fake.computer().diagnoses, fake.clock)
    heard: list[DiagnosisResult] = []

    checkup = doctor.run(SCOPE, heard.append, Cancel())

    assert {one.line for one in heard} == set(doctor.lines(SCOPE))
    assert [one.line for one in checkup.results] == list(doctor.lines(SCOPE))
    assert checkup.all_well


def test_practice_cloud_is_reached_over_the_real_network(
    practice_cloud: PracticeCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QTWEBENGINE_DISABLE_SANDBOX", "1")
    network, fake = Network(), FakeComputer(tmp_path)
    network.trust.add(practice_cloud.ca_pem, practice_cloud.cloud.bases)
    real = real_computer(network, fake)

    checkup = Doctor(real.diagnoses, real.clock).run(Scope(practice_cloud.cloud), lambda one: None, Cancel())
    network.http.close()

    assert [one for one in checkup.results if one.status is CheckStatus.FAILED] == []
    connections = [one for one in checkup.results if one.line.name is DiagnosisName.CONNECTION]
    assert {one.facts["issuer"] for one in connections} == {"ADO Connect practice cloud"}
    assert {abs(int(one.facts["skew_s"])) <= 5 for one in connections} == {True}


def test_practice_cloud_that_is_not_trusted_is_told_with_its_issuer(
    practice_cloud: PracticeCloud, tmp_path: Path
) -> None:
    network, fake = Network(), FakeComputer(tmp_path)
    real = real_computer(network, fake)

    checkup = Doctor(real.diagnoses, real.clock).run(Scope(practice_cloud.cloud), lambda one: None, Cancel())
    network.http.close()

    connections = [one for one in checkup.results if one.line.name is DiagnosisName.CONNECTION]
    assert {one.problem for one in connections} == {Problem.CERTIFICATE_UNTRUSTED}
    assert {one.facts["issuer"] for one in connections} == {"ADO Connect practice cloud"}


def real_computer(network: Network, fake: FakeComputer) -> Computer:
    return Computer(
        http=network.http,
        clock=SystemClock(),
        keyring=fake.keyring,
        folders=(fake.folder,),
        environment={},
        trust_ca=network.trust.add_file,
        engine_missing=lambda: "",
    )
