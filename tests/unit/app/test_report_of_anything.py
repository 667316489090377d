"""A report stands whatever JSON Azure DevOps answers with: optional fields absent, nulls, any text, any number of
projects. What cannot be read becomes a verdict that says so."""

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from desktop_app.app.grants import Means
from desktop_app.app.report_export import report_html, report_json
from desktop_app.app.report_wish import ReportWish
from desktop_app.app.reports import make_report
from desktop_app.auth.inquiry import layers
from desktop_app.auth.probes import Target
from desktop_app.core.cancel import Cancel
from desktop_app.core.cloud import PUBLIC
from desktop_app.core.credential import AccessToken, Credential, Grant, OAuthCredential, PatCredential, Scheme, Secret
from desktop_app.core.permissions import needed
from desktop_app.core.ports import Request, Response
from desktop_app.core.profile import Method, Profile, ProfileId
from desktop_app.core.report import MAX_PROJECTS, EvidenceKind, PermissionReport
from desktop_app.infra.azure_devops import AzureDevOpsRest
from desktop_app.infra.pace import Pace
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.http import empty_answer, json_answer
from tests.unit.infra.azure import CHALLENGE, TENANT

TOKEN = "opaque-" + "w" * 60
USER_ID = "d6245f20-2af8-44f4-9451-8107cb2767db"
Fields = dict[str, Any]  # JSON has no static type

_leaf = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
_anything = st.recursive(_leaf, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner))


def _record(required: Mapping[str, Any], optional: Mapping[str, Any]) -> st.SearchStrategy[Fields]:
    """A JSON object; optional fields are absent, null or there, and there may be others."""
    absent_or_null = {name: st.none() | value for name, value in optional.items()}
    return st.builds(
        lambda known, more: {**more, **known},
        st.fixed_dictionaries(dict(required), optional=absent_or_null),
        st.dictionaries(st.text(min_size=9, max_size=12), _leaf, max_size=2),
    )


def _list(item: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[Fields]:
    return _record({"value": st.lists(item, max_size=most)}, {"count": st.integers()})


_character = st.characters(exclude_categories=())  # JSON can hold halves of surrogate pairs too
_text = st.text(_character, max_size=12)
_user = _record(
    {"id": st.just(USER_ID)},
    {
        "descriptor": _text,
        "subjectDescriptor": _text,
        "providerDisplayName": _text,
        "customDisplayName": _text,
        "properties": _anything,
        "isActive": st.booleans(),
    },
)
_connection_data = _record(
    {"authenticatedUser": _user}, {"authorizedUser": st.just({"id": USER_ID}), "instanceId": _text}
)
_project = _record(
    {"id": st.uuids().map(str), "name": st.text(_character, min_size=1, max_size=8)},
    {"description": _text, "state": _text, "revision": st.integers(), "visibility": _text, "url": _anything},
)
_action = _record(
    {
        "name": st.sampled_from([action for need in needed(Method.PAT) for action in need.actions]),
        "bit": st.integers(1, 2**31),
    },
    {"displayName": _text, "namespaceId": _text},
)
_namespace = _list(_record({"actions": st.lists(_action | _leaf, max_size=12)}, {"namespaceId": _text}), 2)
_error = _record({}, {"message": _text | _leaf, "typeKey": _text | _leaf, "errorCode": _leaf, "value": _anything})
_refusal = st.builds(
    json_answer, _error, st.sampled_from([400, 401, 403, 404, 409, 429, 500]), st.just({"Retry-After": "7"})
)
_empty = st.builds(empty_answer, st.sampled_from([200, 203, 204, 401, 403, 404]))


def _answers(content: st.SearchStrategy[Any]) -> st.SearchStrategy[Response]:
    good = st.builds(json_answer, content)
    return st.one_of(good, good, good, _refusal, _empty, st.builds(json_answer, _anything))


@dataclass
class AnyAzureDevOps:
    """Implements HttpSession: answers by path. Rights get one verdict for each project, or `odd_rights`."""

    pages: Sequence[Fields]
    connection_data: Fields
    of_path: Mapping[str, Sequence[Response]]
    odd_rights: Response | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)
    asked: int = 0

    def send(self, request: Request) -> Response:
        with self.lock:
            self.asked += 1
        parts = urlsplit(request.url)
        query = parse_qs(parts.query)
        if request.method == "HEAD":
            return empty_answer(401, {"WWW-Authenticate": CHALLENGE})
        if parts.path.endswith("/connectionData"):
            return json_answer(self.connection_data)
        if parts.path.endswith("/_apis/projects"):
            number = int(query.get("continuationToken", ["0"])[0])
            more = number + 1 < len(self.pages)
            headers = {"x-ms-continuationtoken": str(number + 1)} if more else {}
            return json_answer(self.pages[number] if self.pages else {"value": []}, headers=headers)
        if "/_apis/permissions/" in parts.path:
            tokens = query["tokens"][0].split(",")
            return self.odd_rights or json_answer({"value": [len(token) % 2 == 0 for token in tokens]})
        name = next(name for name in self.of_path if name in parts.path or not name)
        choices = self.of_path[name]
        return choices[len(parts.path) % len(choices)]


_devops = st.builds(
    AnyAzureDevOps,
    pages=st.lists(_list(_project), max_size=3),
    connection_data=_connection_data,
    of_path=st.fixed_dictionaries(
        {
            "/securitynamespaces/": st.lists(_answers(_namespace), min_size=1, max_size=4),
            "": st.lists(_answers(_list(_anything)), min_size=1, max_size=5),
        }
    ),
    odd_rights=st.none() | _answers(_list(st.booleans() | _leaf, 30)),
)


def report_of(http: AnyAzureDevOps, method: Method, *, closely: bool = False) -> PermissionReport:
    clock = FakeClock()
    pace = Pace(clock.monotonic, clock.advance)
    credential: Credential = OAuthCredential(Secret("refresh"))
    scheme, tenant_id = Scheme.BEARER, lambda: TENANT
    if method is Method.PAT:
        credential, scheme = PatCredential(Secret(TOKEN)), Scheme.BASIC
    scopes = frozenset({"user_impersonation", "vso.code"} if method is Method.OAUTH else ())
    grant = Grant(credential, AccessToken(Secret(TOKEN), scheme, scopes))
    means = Means(Target(PUBLIC, "contoso"), method, lambda: grant, None if method is Method.PAT else tenant_id)
    devops = AzureDevOpsRest(http, clock=clock, pace=pace)
    wish = ReportWish(closely=closely)
    report, _grant = make_report(
        devops, clock, means, wish, remembered=(), on_event=lambda event: None, cancel=Cancel()
    )
    return report


def assert_whole(report: PermissionReport, http: AnyAzureDevOps) -> None:
    """Every permission has a verdict by every layer in every project, and every request is on record."""
    for permission in report.permissions:
        for project in report.projects or (None,):
            found = report.joint(permission, project).findings
            assert [finding.layer for finding in found] == list(layers(report.method))
    assert len(report.exchanges) == http.asked
    assert TOKEN not in repr(report)
    profile = Profile(ProfileId("1"), "C", "contoso", report.method, PUBLIC, NOON)
    json.loads(report_json(profile, report))
    assert report_html(profile, report)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(http=_devops, method=st.sampled_from(Method), closely=st.booleans())
def test_a_report_is_whole_whatever_is_answered(http: AnyAzureDevOps, method: Method, closely: bool) -> None:
    report = report_of(http, method, closely=closely)

    assert_whole(report, http)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(first=st.one_of(_anything, _list(_anything)), method=st.sampled_from(Method))
@example(first={"authenticatedUser": {"id": USER_ID}, "value": None}, method=Method.PAT)
def test_a_report_is_whole_if_even_the_identity_is_anything(first: Any, method: Method) -> None:
    http = AnyAzureDevOps([first if isinstance(first, dict) else {"value": first}], {}, {"": [json_answer(first)]})
    http.connection_data = first

    assert_whole(report_of(http, method), http)


def test_ten_thousand_projects_over_pages() -> None:
    names = [
        {"id": f"00000000-0000-0000-0000-{number:012}", "name": f"Project {number:05}"} for number in range(10_000)
    ]
    pages = [{"value": names[start : start + 100]} for start in range(0, len(names), 100)]
    user = {"authenticatedUser": {"id": USER_ID}}
    http = AnyAzureDevOps(pages, user, {"": [json_answer({"value": [{}]})]})

    report = report_of(http, Method.PAT)

    assert [project.name for project in report.projects] == [f"Project {n:05}" for n in range(MAX_PROJECTS)]
    assert {one.evidence.kind for one in report.findings} >= {EvidenceKind.LISTED, EvidenceKind.RIGHTS_NOT_TOLD}
    assert_whole(report, http)
