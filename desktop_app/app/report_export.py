"""A permission report as a file for an auditor: JSON for programs, and one self-contained HTML page for people.

Who (connection, account, organization, method), when (UTC), in which projects, every verdict with both layers and what
it rests on, what is too much, and every request with how it was answered. No token, secret, header or body is in a
report to begin with; all text passes `redact` all the same.

The JSON is an object with `format` "ado-connect-permission-report" and `version` 1. A later version only adds members;
what a reader knows keeps its meaning. Codes (permission, verdict, layer, evidence kind, scope) are stable; whatever is
called `words` or `title` is for people and may change.

    connection   name, method, organization, organization_url, account, tenant, client_id
    identity     null, or id, display_name, username, is_service_principal: whom Azure DevOps saw
    started_at, ended_at   UTC, ISO 8601 with "Z"
    closely      true if empty requests were sent too
    projects     [{id, name}]
    checks       [{name, status, problem, words, took_s}]
    permissions  [{permission, title, scope, verdict, likely, words, projects: [{project: null or {id, name}, verdict,
                 likely, words, layers: [{layer, verdict, likely, evidence: {kind, facts, words}}]}]}]
    excess       [{scope, right, project, seen, words}]
    narrower     null, or words and url
    requests     [{at, method, url, status, outcome}]; status 0 where no answer came
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypeAlias

from desktop_app.app.guidance import Place
from desktop_app.app.i18n import _
from desktop_app.app.report_evidence import evidence_words
from desktop_app.app.report_excess import excess_words, way_to_less
from desktop_app.app.report_page import page
from desktop_app.app.report_words import permission_title, rows_of, summary_of, utc, verdict_words
from desktop_app.app.saved_file import why_not_saved
from desktop_app.app.words import check_outcome
from desktop_app.core.checks import CheckResult
from desktop_app.core.permissions import NEEDS, Permission
from desktop_app.core.ports import Exchange, Identity, Project
from desktop_app.core.profile import Profile
from desktop_app.core.redact import redact
from desktop_app.core.report import Excess, Finding, PermissionReport

FORMAT = "ado-connect-permission-report"
VERSION = 1

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"


def report_json(profile: Profile, report: PermissionReport) -> str:
    """The report in the shape above, indented, ending in a line break."""
    return json.dumps(_clean(_document(profile, report)), ensure_ascii=False, indent=2) + "\n"


def report_html(profile: Profile, report: PermissionReport) -> str:
    """The report as one page without scripts or links to anything that loads."""
    return page(profile, report)


def save_report(file: Path, profile: Profile, report: PermissionReport) -> str:
    """Write the report to `file`, as JSON if it ends in ".json", else as HTML; blocks, for a worker thread.

    Returns an empty text, or the sentence that tells why it could not be written.
    """
    text = report_json(profile, report) if file.suffix.lower() == ".json" else report_html(profile, report)
    try:
        file.write_bytes(text.encode())  # as it is: the page's policy knows its style sheet by its exact bytes
    except OSError as failure:
        return f"{_('The report could not be saved as {file}.').format(file=file)} {why_not_saved(failure)}"
    return ""


def file_stem(profile: Profile, report: PermissionReport) -> str:
    """A name for the file, without a folder or an ending: "permissions-contoso-2026-11-02"."""
    plain = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in profile.organization)
    return f"permissions-{plain.strip('-') or 'report'}-{utc(report.ended_at)[:10]}"


def _document(profile: Profile, report: PermissionReport) -> Json:
    way = way_to_less(profile) if report.excess else None
    place = Place(profile.cloud, profile.organization, profile.tenant, profile.client_id)
    return {
        "format": FORMAT,
        "version": VERSION,
        "connection": {
            "name": profile.name,
            "method": report.method.value,
            "organization": report.organization,
            "organization_url": profile.cloud.organization_url(report.organization),
            "account": profile.account,
            "tenant": profile.tenant,
            "client_id": profile.client_id,
        },
        "identity": _identity(report.identity),
        "started_at": utc(report.started_at),
        "ended_at": utc(report.ended_at),
        "closely": report.closely,
        "projects": [_project(project) for project in report.projects],
        "checks": [_check(result, place) for result in report.checks.results],
        "permissions": [_permission(report, permission) for permission in report.permissions],
        "excess": [_excess(excess) for excess in report.excess],
        "narrower": {"words": way.words, "url": way.url} if way else None,
        "requests": [_exchange(exchange) for exchange in report.exchanges],
    }


def _identity(identity: Identity | None) -> Json:
    if identity is None:
        return None
    return {
        "id": identity.id,
        "display_name": identity.display_name,
        "username": identity.username,
        "is_service_principal": identity.is_service_principal,
    }


def _project(project: Project | None) -> Json:
    return None if project is None else {"id": project.id, "name": project.name}


def _check(result: CheckResult, place: Place) -> Json:
    return {
        "name": result.name.value,
        "status": result.status.value,
        "problem": result.problem.value if result.problem else None,
        "words": check_outcome(result, place),
        "took_s": round(result.took_s, 3),
    }


def _permission(report: PermissionReport, permission: Permission) -> Json:
    summary = summary_of(report, permission)
    return {
        "permission": permission.value,
        "title": permission_title(permission, report.method),
        "scope": NEEDS[permission].scope,
        "verdict": summary.verdict.value,
        "likely": summary.likely,
        "words": summary.words,
        "projects": [_verdict(report, permission, project) for project in rows_of(report, permission)],
    }


def _verdict(report: PermissionReport, permission: Permission, project: Project | None) -> Json:
    joint = report.joint(permission, project)
    return {
        "project": _project(project),
        "verdict": joint.verdict.value,
        "likely": joint.likely,
        "words": verdict_words(joint.verdict, joint.likely),
        "layers": [_finding(finding) for finding in joint.findings],
    }


def _finding(finding: Finding) -> Json:
    return {
        "layer": finding.layer.value,
        "verdict": finding.verdict.value,
        "likely": finding.likely,
        "evidence": {
            "kind": finding.evidence.kind.value,
            "facts": dict(finding.evidence.facts),
            "words": evidence_words(finding.evidence),
        },
    }


def _excess(excess: Excess) -> Json:
    return {
        "scope": excess.scope,
        "right": excess.right,
        "project": excess.project,
        "seen": excess.seen.value,
        "words": excess_words(excess),
    }


def _exchange(exchange: Exchange) -> Json:
    return {
        "at": utc(exchange.at),
        "method": exchange.method,
        "url": exchange.url,
        "status": exchange.status,
        "outcome": exchange.outcome,
    }


def _clean(value: Json) -> Json:
    """Every text without anything that looks like a secret, and without half of a surrogate pair."""
    if isinstance(value, str):
        return redact(value).encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {name: _clean(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_clean(member) for member in value]
    return value
