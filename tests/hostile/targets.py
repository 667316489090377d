"""What reads bytes that somebody else wrote: one function for each reader, which fails for what it must never do.

The same functions serve Hypothesis (test_fuzz.py, always) and atheris (fuzz.py, `make fuzz`, for as long as one likes).
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from PySide6.QtCore import QUrl

from desktop_app.app.guidance import Place
from desktop_app.app.guidance_index import guidance_of
from desktop_app.auth.aadsts import problem_from_error, problem_from_number
from desktop_app.auth.entra import Tenant
from desktop_app.auth.oauth import _answer
from desktop_app.core.backup import BackupEntry
from desktop_app.core.changes import Change, Step
from desktop_app.core.cloud import PUBLIC, WELL_KNOWN
from desktop_app.core.credential import AccessToken, OAuthCredential, PatCredential, Scheme, Secret
from desktop_app.core.ends import EndKind
from desktop_app.core.history import Event, EventKind
from desktop_app.core.inputs import (
    MAX_ORGANIZATION,
    judge_client_id,
    judge_host,
    judge_name,
    judge_organization,
    judge_redirect_uri,
    judge_tenant,
)
from desktop_app.core.ports import Request, Response, Timeout
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Profile, ProfileId
from desktop_app.core.redact import quotable, redact
from desktop_app.core.settings import Settings
from desktop_app.core.warnings import Given
from desktop_app.gui.sign_in_rules import NavigationRules, Verdict, host_of, sign_in_hosts
from desktop_app.gui.sign_in_watch import error_on
from desktop_app.infra import backup_file
from desktop_app.infra.backup_file import Kdf, seal, unseal
from desktop_app.infra.change_journal import ChangeFile
from desktop_app.infra.credential_json import (
    ObtainedToken,
    decode_credential,
    decode_token,
    encode_credential,
    encode_token,
)
from desktop_app.infra.history_file import HistoryFolder
from desktop_app.infra.loopback_http import Answer, Target, read_target
from desktop_app.infra.moments import moment_of
from desktop_app.infra.pace import Pace
from desktop_app.infra.profile_file import ProfileFile
from desktop_app.infra.remembered_hosts import HostsFile
from desktop_app.infra.settings_file import SettingsFile
from desktop_app.infra.warnings_file import WarningsFile
from tests.fakes.profiles import CUSTOM, a_profile
from tests.faults.misbehaving import Asked
from tests.faults.questions import PROJECT, QUESTIONS, Wire, good_answer
from tests.faults.renewal import RENEWAL, renewal_answer
from tests.hostile.clouds import cloud_at

HOST = "https://fuzz.example"
CLOUD = cloud_at(HOST)
PASSPHRASE = Secret("correct horse battery staple")
MADE = datetime(2026, 11, 25, tzinfo=UTC)
QUICK = Kdf(b"0" * 16, memory_kib=32, iterations=1, lanes=1)
ENTRIES = (BackupEntry(a_profile(), PatCredential(Secret("p" * 52))), BackupEntry(a_profile(2, cloud=CUSTOM), None))
STATE = "state-of-this-sign-in"
ISSUER = f"{PUBLIC.login}/{PROJECT.id}/v2.0"
_QUESTIONS = (*QUESTIONS, *RENEWAL)


def text_of(data: bytes) -> str:
    """Any text, half letters too: what a clipboard may hold."""
    return data.decode("utf-8", "surrogateescape")


def fits(failure: ConnectionProblem, *beginnings: str) -> None:
    """A failure has a name, facts that can be shown, and words."""
    assert failure.problem is not Problem.INTERNAL
    assert not beginnings or failure.problem.value.startswith(beginnings), failure.problem
    for fact in failure.facts.values():
        assert len(fact) <= 2_000
        fact.encode()
    told = guidance_of(failure, Place(CLOUD, "contoso"))
    assert all((told.title, told.happened, told.likely, told.now))


def is_sound(profile: Profile) -> None:
    for base in profile.cloud.bases:
        assert base.startswith("https://")
        assert profile.cloud.owns(base)


# -- what a person types or pastes


def organization(data: bytes) -> None:
    text = text_of(data)
    for cloud in (None, CUSTOM):
        judged = judge_organization(text, cloud)
        assert (judged.value is None) != (judged.fault is None)
        if judged.value is not None:
            assert 0 < len(judged.value) <= MAX_ORGANIZATION
            assert judged.value.replace("-", "a").isalnum()
            assert judged.value.isascii()


def other_inputs(data: bytes) -> None:
    text = text_of(data)
    for judge in (judge_tenant, judge_client_id, judge_redirect_uri, judge_host):
        judged = judge(text)
        assert (judged.value is None) != (judged.fault is None)
    assert judge_name(text, frozenset()) is not None


# -- files


_MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else None


def _in_folder(name: str, data: bytes, read: Callable[[Path], None]) -> None:
    with tempfile.TemporaryDirectory(dir=_MEMORY) as folder:
        Path(folder, name).write_bytes(data)
        read(Path(folder))
        kept = [Path(folder, name), *Path(folder).glob("*.broken-*")]
        assert data in [path.read_bytes() for path in kept]  # in its place, or kept aside


def connections(data: bytes) -> None:
    def read(folder: Path) -> None:
        file = ProfileFile(folder, WELL_KNOWN, settle_s=0)
        try:
            for profile in file.load():
                is_sound(profile)
            assert file.load() == ProfileFile(folder, WELL_KNOWN, settle_s=0).load()
        except ConnectionProblem as failure:
            fits(failure, "profile-file-")
        for notice in file.noticed():
            fits(notice, "profile-file-")

    _in_folder("connections.json", data, read)


def journal(data: bytes) -> None:
    def read(folder: Path) -> None:
        try:
            for change in ChangeFile(folder, WELL_KNOWN).load():
                for profile in filter(None, (change.before, change.after)):
                    is_sound(profile)
        except ConnectionProblem as failure:
            fits(failure, "profile-file-")

    _in_folder("changes.json", data, read)


def remembered_hosts(data: bytes) -> None:
    def read(folder: Path) -> None:
        for host in HostsFile(folder).of("login.example/contoso.example"):
            assert host.isascii()
            assert "/" not in host
            assert "@" not in host

    _in_folder("sign-in-hosts.json", data, read)


def history(data: bytes) -> None:
    with tempfile.TemporaryDirectory(dir=_MEMORY) as folder:
        store = HistoryFolder(Path(folder))
        Path(folder, "history").mkdir()
        Path(folder, "history", "k.jsonl").write_bytes(data)
        for event in store.load(ProfileId("k")):
            assert event.at.tzinfo is UTC
        store.add(ProfileId("k"), Event(MADE, EventKind.CHECKED))
        assert store.load(ProfileId("k"))[-1].at == MADE  # whatever stands before it


def settings(data: bytes) -> None:
    def read(folder: Path) -> None:
        assert SettingsFile(folder).load().clipboard_seconds in Settings.SECONDS

    _in_folder("settings.json", data, read)


def warnings(data: bytes) -> None:
    with tempfile.TemporaryDirectory(dir=_MEMORY) as folder:
        Path(folder, "warnings.json").write_bytes(data)
        store = WarningsFile(Path(folder))
        for kind in EndKind:
            store.claim(ProfileId("k"), kind, Given(7, MADE))
        assert not store.claim(ProfileId("k"), EndKind.PAT, Given(7, MADE))
        store.keep_only([])


def backup(data: bytes) -> None:
    try:
        for entry in unseal(data, PASSPHRASE, WELL_KNOWN, practice=False):
            is_sound(entry.profile)
    except ConnectionProblem as failure:
        fits(failure, "backup-")


def backup_content(data: bytes) -> None:
    """What is inside, of whoever knows the passphrase."""
    try:
        for entry in backup_file._entries(data, WELL_KNOWN, False):
            is_sound(entry.profile)
    except ConnectionProblem as failure:
        fits(failure, "backup-")


def keyring_items(data: bytes) -> None:
    stored = Secret(text_of(data))
    try:
        encode_credential(decode_credential(stored))
    except ConnectionProblem as failure:
        fits(failure, "keyring-damaged")
    token = decode_token(stored)
    if token is not None:
        token.token.is_fresh(MADE)
        assert token.obtained_at <= MADE or token.obtained_at > MADE


# -- the sign-in


def redirects(data: bytes) -> None:
    text = text_of(data)
    rules = NavigationRules(PUBLIC.native_redirect_uri, sign_in_hosts(PUBLIC))
    url = QUrl(text)
    verdict = rules.judge(url, main_frame=True)
    host_of(url).encode()
    assert verdict is not Verdict.CATCH or url.scheme() == "https"
    assert verdict is not Verdict.OPEN or url.toString() == "about:blank" or rules.is_known(rules.name_of(url))
    try:
        query = _answer(text, STATE, Tenant(PROJECT.id, Response(200, {}, b""), ISSUER))
        assert query["state"] == STATE
        fits(problem_from_error(query))
    except ConnectionProblem as failure:
        fits(failure, "sign-in-state-mismatch")
    except ValueError:
        assert not is_url(text)  # whoever catches a redirect has parsed it


def is_url(text: str) -> bool:
    try:
        urlsplit(text)
    except ValueError:
        return False
    return True


def loopback(data: bytes) -> None:
    found = read_target(data, Target(53111, "/", STATE))
    if not isinstance(found, Answer):
        assert parse_qs(found)["state"] == [STATE]
        assert data.startswith(b"GET /?")


def error_pages(data: bytes) -> None:
    found = error_on(text_of(data))
    if found is not None:
        number, message, facts = found
        fits(problem_from_number(number, message).with_facts(**facts))


def oauth_errors(data: bytes) -> None:
    try:
        content = Response(200, {}, data).json()
    except (ValueError, RecursionError):
        content = {"error": text_of(data), "error_description": text_of(data)}
    fits(problem_from_error(content if isinstance(content, dict) else {"error_description": content}))


# -- answers


class _One:
    """An HttpSession that is well but for one request."""

    def __init__(self, method: str, path: str, answer: Response) -> None:
        self.nonce: list[str] = []
        self._method, self._path, self._answer = method, path, answer
        self._asked = 0

    def send(self, request: Request) -> Response:
        path = request.url.partition("?")[0]
        if request.method == self._method and path.endswith(self._path):
            self._asked += 1
            return self._answer if self._asked < 5 else Response(404, {}, b"")
        asked = Asked(request.method, path)
        good = renewal_answer(asked) or good_answer(HOST, self.nonce)(asked)
        return Response(good.status, {"content-type": "application/json"}, good.body)


_STATUSES = (200, 200, 200, 201, 203, 204, 302, 400, 401, 403, 404, 409, 429, 500, 503)
_TYPES = ("application/json", "application/json; charset=utf-8", "text/html", "text/plain", "", "application/xml")


def answers(data: bytes) -> None:
    """The first bytes choose the question, the status and the type; headers and body are the rest."""
    which, status, kind, rest = (*data[:3].ljust(3, b"\0"), data[3:])
    question = _QUESTIONS[which % len(_QUESTIONS)]
    head, _, body = rest.partition(b"\0") if b"\0" in rest[:200] else (b"", b"", rest)
    header = head.decode("latin-1")
    headers = {
        "content-type": _TYPES[kind % len(_TYPES)],
        **dict.fromkeys(("location", "www-authenticate", "x-tfs-serviceerror", "activityid", "request-id"), header),
        **dict.fromkeys(("retry-after", "date", "x-ratelimit-delay", "x-vss-resourcetenant"), header),
        **({"x-ms-continuationtoken": header} if header else {}),
    }
    answer = Response(_STATUSES[status % len(_STATUSES)], headers, body)
    http = _One(question.method, question.path, answer)
    try:
        question.ask(Wire(http, Timeout(), CLOUD, http.nonce))
    except ConnectionProblem as failure:
        fits(failure)


def waiting(data: bytes) -> None:
    pace = Pace(monotonic=lambda: 0.0, sleep=lambda seconds: None)
    first, _, second = data.decode("latin-1").partition("\n")
    pace.heard("o", {"retry-after": first, "date": second, "x-ratelimit-delay": second})
    moment_of(first)


def words(data: bytes) -> None:
    text = text_of(data)
    quotable(text, 50, [PASSPHRASE]).encode()
    redact(text)


SEEDS: dict[Callable[[bytes], None], tuple[bytes, ...]] = {}
"""What each reader reads when all is well: attacks begin there."""


def _seeds() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ProfileFile(folder, WELL_KNOWN).save(a_profile())
        ProfileFile(folder, WELL_KNOWN).save(a_profile(2, cloud=CUSTOM))
        ChangeFile(folder, WELL_KNOWN).put(Change(a_profile().id, Step.ADDING, MADE, None, a_profile()))
        HostsFile(folder).remember("login.example/contoso.example", ["adfs.contoso.example"])
        SettingsFile(folder).save(Settings(clipboard_seconds=20))
        WarningsFile(folder).claim(ProfileId("k"), EndKind.PAT, Given(30, MADE))
        HistoryFolder(folder).add(ProfileId("k"), Event(MADE, EventKind.CHECKED, Problem.PAT_EXPIRED, {"name": "a"}))
        files = {file.name: file.read_bytes() for file in folder.rglob("*.json*")}
    sealed = seal(ENTRIES, PASSPHRASE, MADE, practice=False, kdf=QUICK)
    rows = json.loads(files["connections.json"])["connections"]
    inside = {"made_at": MADE.isoformat(), "practice": False, "connections": [{"profile": row} for row in rows]}
    credential = encode_credential(OAuthCredential(Secret("r" * 40), Secret("s" * 40))).reveal().encode()
    token = ObtainedToken(AccessToken(Secret("a" * 40), Scheme.BEARER, frozenset({"vso.code"}), MADE), MADE, "of")
    good = [b"\0\0\0" + json.dumps({"value": [{"id": PROJECT.id, "name": "a"}], "message": "TF400813: 'x'"}).encode()]
    for number, question in enumerate(_QUESTIONS):
        asked = Asked(question.method, f"{HOST}{question.path}")
        found = renewal_answer(asked) or good_answer(HOST, [])(asked)
        good.append(bytes([number, 0, 0]) + found.body)
    page = b"AADSTS50034: The user does not exist. Trace ID: 1 Correlation ID: aaaa0000-bb11-2222-33cc-444444dddddd"
    oauth = {"error": "invalid_grant", "error_description": page.decode(), "error_codes": [50034]}
    redirect = f"{PUBLIC.native_redirect_uri}?code=c&state={STATE}&iss={ISSUER}".encode()
    SEEDS.update(
        {
            organization: (
                b"contoso",
                b"https://dev.azure.com/contoso/_git/x",
                b"git@ssh.dev.azure.com:v3/contoso/p/r",
            ),
            other_inputs: (b"contoso.example", PROJECT.id.encode(), b"http://localhost:8080/cb", HOST.encode()),
            connections: (files["connections.json"],),
            journal: (files["changes.json"],),
            remembered_hosts: (files["sign-in-hosts.json"],),
            history: (files["k.jsonl"], files["k.jsonl"] * 3),
            settings: (files["settings.json"],),
            warnings: (files["warnings.json"],),
            backup: (sealed, sealed[:200]),
            backup_content: (json.dumps(inside).encode(),),
            keyring_items: (credential, encode_token(token).reveal().encode()),
            redirects: (redirect, b"https://login.microsoftonline.com@evil.example/", b"about:blank"),
            loopback: (f"GET /?code=c&state={STATE} HTTP/1.1\r\nHost: localhost:53111\r\n\r\n".encode(),),
            error_pages: (b"<title>Sign in</title>" + page, page),
            oauth_errors: (json.dumps(oauth).encode(),),
            answers: tuple(good),
            waiting: (b"30\n", b"Wed, 25 Nov 2026 12:00:00 GMT\nWed, 25 Nov 2026 11:59:00 GMT"),
            words: (b"Authorization: Bearer eyJ0.eyJ1.x password=abc code: 1234567890123456",),
        }
    )


_seeds()
TARGETS = {target.__name__: target for target in SEEDS}
