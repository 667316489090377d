"""What a verdict of a permission report rests on, in words: one sentence for each kind of evidence.

The `match` ends in `assert_never`: a kind without words fails the type check. Facts that are not there are replaced by
neutral phrases, so a sentence is always whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from desktop_app.app.guidance import Place
from desktop_app.app.guidance_index import guidance_for
from desktop_app.app.i18n import _
from desktop_app.app.report_words import listed_words
from desktop_app.app.words import check_title
from desktop_app.core.checks import CheckName
from desktop_app.core.permissions import FULL_ACCESS, PAT_SCOPES, Area, short_scope
from desktop_app.core.problems import Problem
from desktop_app.core.report import Evidence, EvidenceKind


def evidence_words(evidence: Evidence) -> str:  # noqa: PLR0912 - one branch per kind
    """What was seen, as one sentence."""
    facts = evidence.facts
    match evidence.kind:
        case EvidenceKind.SCOPE_GRANTED:
            return _scope_granted(facts)
        case EvidenceKind.SCOPE_ABSENT:
            return _("The token does not have the scope {scope}.").format(scope=_scope(facts))
        case EvidenceKind.SCOPES_NOT_TOLD:
            return _("The token came without a list of its scopes.")
        case EvidenceKind.LISTED:
            return _listing(facts, _("Listing {what} in {project} was allowed."), _("Listing {what} was allowed."))
        case EvidenceKind.LIST_REFUSED_BY_SCOPE:
            return _("Listing {what} was refused, because the token does not have the scope {scope}.").format(
                what=_what(facts), scope=_scope(facts)
            )
        case EvidenceKind.LIST_REFUSED_BY_RIGHT:
            return _listing(
                facts,
                _("The token was let through, but the account may not list {what} in {project}."),
                _("The token was let through, but the account may not list {what}."),
            )
        case EvidenceKind.LIST_FAILED:
            said = _listing(facts, _("Listing {what} in {project} failed."), _("Listing {what} failed."))
            return f"{said} {_problem(facts)}".strip()
        case EvidenceKind.NO_HARMLESS_REQUEST:
            return _("No request shows it without changing something.")
        case EvidenceKind.NOT_ASKED_CLOSELY:
            return _("Reading alone does not show it; an empty request may, under “Ask more closely”.")
        case EvidenceKind.EMPTY_REQUEST_LET_THROUGH:
            return _("An empty request was let through and then turned down for being empty.")
        case EvidenceKind.EMPTY_REQUEST_REFUSED:
            return _("An empty request was refused, because the token does not have the scope {scope}.").format(
                scope=_scope(facts)
            )
        case EvidenceKind.EMPTY_REQUEST_UNCLEAR:
            return f"{_('An empty request was answered in a way that decides nothing.')} {_problem(facts)}".strip()
        case EvidenceKind.MEMBER:
            return _("{account} belongs to {organization}.").format(
                account=facts.get("account") or _("The account"),
                organization=facts.get("organization") or _("the organization"),
            )
        case EvidenceKind.ALLOWED:
            return _right(
                facts,
                _("Azure DevOps says that the account may {actions} in {project}."),
                _("Azure DevOps says that the account may {actions}."),
            )
        case EvidenceKind.DENIED:
            return _right(
                facts,
                _("Azure DevOps says that the account may not {actions} in {project}."),
                _("Azure DevOps says that the account may not {actions}."),
            )
        case EvidenceKind.RIGHTS_NOT_TOLD:
            return f"{_('Azure DevOps did not say what the account is allowed.')} {_not_told(facts)}".strip()
        case EvidenceKind.NEEDS_CHECK:
            return _needs_check(facts)
        case _:
            assert_never(evidence.kind)


def area_words(area: Area) -> str:
    """What is listed, for the middle of a sentence."""
    match area:
        case Area.PROJECTS:
            return _("projects")
        case Area.VARIABLE_GROUPS:
            return _("variable groups")
        case Area.RELEASES:
            return _("release pipelines")
        case Area.SERVICE_CONNECTIONS:
            return _("service connections")
        case _:
            assert_never(area)


def scope_words(scope: str) -> str:
    """A scope with the line of the token page that stands for it: "vso.release (Release: Read)"."""
    short = short_scope(scope)
    known = next((line for line in PAT_SCOPES if line.scope == short), None)
    return f"{short} ({known.area}: {known.choice})" if known else short


def _scope_granted(facts: Mapping[str, str]) -> str:
    scope, by = facts.get("scope", ""), short_scope(facts.get("by", ""))
    if by in FULL_ACCESS:
        return _("The token lets everything through that the account may do ({by}).").format(by=by)
    if by and by != short_scope(scope):
        return _("The token has the scope {by}, which includes {scope}.").format(by=by, scope=_scope(facts))
    return _("The token has the scope {scope}.").format(scope=_scope(facts))


def _listing(facts: Mapping[str, str], in_project: str, without: str) -> str:
    project = facts.get("project", "")
    return (in_project if project else without).format(what=_what(facts), project=project)


def _right(facts: Mapping[str, str], in_project: str, without: str) -> str:
    project = facts.get("project", "")
    return (in_project if project else without).format(actions=_actions(facts), project=project)


def _actions(facts: Mapping[str, str]) -> str:
    """The rights in plain words, for the middle of a sentence."""
    named = [action.strip() for action in facts.get("actions", "").split(",") if action.strip()]
    told = [_action(facts.get("area", ""), action) for action in named]
    return listed_words(told or [_("do what this needs")])


def _action(area: str, action: str) -> str:
    """One right of a security namespace; what has no words here is called by its own name."""
    match area, action:
        case Area.PROJECTS.value, "GENERIC_READ":
            return _("read the project")
        case Area.PROJECTS.value, "GENERIC_WRITE":
            return _("edit the project")
        case Area.VARIABLE_GROUPS.value, "View":
            return _("view variable groups")
        case Area.VARIABLE_GROUPS.value, "Create":
            return _("create variable groups")
        case Area.VARIABLE_GROUPS.value, "Administer":
            return _("manage variable groups")
        case Area.RELEASES.value, "ViewReleaseDefinition":
            return _("view release pipelines")
        case Area.RELEASES.value, "ViewReleases":
            return _("view releases")
        case Area.RELEASES.value, "EditReleaseDefinition":
            return _("edit release pipelines")
        case Area.RELEASES.value, "CreateReleases":
            return _("create releases")
        case Area.SERVICE_CONNECTIONS.value, "ViewEndpoint":
            return _("view service connections")
        case Area.SERVICE_CONNECTIONS.value, "Use":
            return _("use service connections")
        case _:
            return _("use the right “{action}”").format(action=action)


def _not_told(facts: Mapping[str, str]) -> str:
    if facts.get("problem"):
        return _problem(facts)
    if facts.get("actions"):
        return _("It does not know the right {actions}.").format(actions=_quoted(facts["actions"]))
    return ""


def _needs_check(facts: Mapping[str, str]) -> str:
    try:
        title = check_title(CheckName(facts.get("check", "")))
    except ValueError:
        return f"{_('Not asked, because an earlier check failed.')} {_problem(facts)}".strip()
    said = _("Not asked, because the check “{check}” did not pass.").format(check=title)
    return f"{said} {_problem(facts)}".strip()


def _quoted(actions: str) -> str:
    return ", ".join(f"“{action.strip()}”" for action in actions.split(","))


def _what(facts: Mapping[str, str]) -> str:
    try:
        return area_words(Area(facts.get("area", "")))
    except ValueError:
        return _("what is there")


def _scope(facts: Mapping[str, str]) -> str:
    scope = facts.get("scope", "")
    return scope_words(scope) if scope else _("that this needs")


def _problem(facts: Mapping[str, str]) -> str:
    try:
        problem = Problem(facts.get("problem", ""))
    except ValueError:
        return _("The answer had the status {status}.").format(status=facts["status"]) if facts.get("status") else ""
    return f"{guidance_for(problem, Place(facts=facts)).title}."
