"""Least privilege in words: what a credential can do that its connection does not need, and the way to a narrower one;
for client secrets, what decides instead of the app's API permissions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from desktop_app.app.guidance import Place
from desktop_app.app.i18n import _
from desktop_app.app.report_words import listed_words, projects_words
from desktop_app.core.cloud import Cloud
from desktop_app.core.permissions import FULL_ACCESS, short_scope
from desktop_app.core.ports import Project
from desktop_app.core.profile import Method, Profile
from desktop_app.core.report import Excess


def excess_words(excess: Excess) -> str:
    """One sentence for one thing too much."""
    if excess.scope:
        return _scope_words(short_scope(excess.scope))
    return _right_words([excess.right], excess.project)


def excess_sentences(found: Sequence[Excess]) -> tuple[str, ...]:
    """A sentence for each scope too much, and one for the rights that are too much in the same projects."""
    scopes = dict.fromkeys(short_scope(excess.scope) for excess in found if excess.scope)
    places: dict[str, list[Project]] = {}
    for excess in found:
        if not excess.scope:
            places.setdefault(excess.right, []).append(Project("", excess.project))
    together: dict[tuple[Project, ...], list[str]] = {}
    for right, projects in places.items():
        together.setdefault(tuple(projects), []).append(right)
    return (
        *(_scope_words(scope) for scope in scopes),
        *(_right_words(rights, _named(projects)) for projects, rights in together.items()),
    )


def _named(projects: Sequence[Project]) -> str:
    named = [project for project in projects if project.name]
    return projects_words(named) if named else ""


def _scope_words(scope: str) -> str:
    if scope in FULL_ACCESS:
        return _("This token can do everything its owner can, and this connection needs far less.")
    match scope:
        case "vso.code":
            return _("This token can also read code, which this connection does not need.")
        case "vso.build":
            return _("This token can also read builds, which this connection does not need.")
        case "vso.work":
            return _("This token can also read work items, which this connection does not need.")
        case "vso.wiki":
            return _("This token can also read wikis, which this connection does not need.")
        case "vso.agentpools":
            return _("This token can also read agent pools, which this connection does not need.")
        case "vso.taskgroups_read":
            return _("This token can also read task groups, which this connection does not need.")
        case "vso.securefiles_read":
            return _("This token can also read secure files, which this connection does not need.")
        case "vso.graph":
            return _("This token can also read users and groups, which this connection does not need.")
        case _:
            return _("This token also has the scope {scope}, which this connection does not need.").format(scope=scope)


def _right_words(rights: Sequence[str], projects: str) -> str:
    action = listed_words([_action(right) for right in rights])
    if projects:
        where = _("In {projects}, the account can also {action}, which this connection does not need.")
        return where.format(projects=projects, action=action)
    return _("The account can also {action}, which this connection does not need.").format(action=action)


def _action(right: str) -> str:
    """A right for the middle of a sentence. `right` is "Namespace/Action"; how the namespace is written is not relied
    on."""
    namespace, _slash, action = right.rpartition("/")
    match action.casefold():
        case "delete":
            return _("delete the project")
        case "deletereleasedefinition":
            return _("delete release pipelines")
        case "administer" if "endpoint" in namespace.casefold():
            return _("administer service connections")
        case _:
            return _("use the right “{right}”").format(right=right)


@dataclass(frozen=True, slots=True)
class Way:
    """The way to something better: a sentence, and a page to open."""

    words: str
    label: str
    url: str


def way_to_less(profile: Profile) -> Way:
    """Where a credential that can do less is made."""
    place = Place(profile.cloud, profile.organization, profile.tenant, profile.client_id)
    match profile.method:
        case Method.PAT:
            return Way(
                _("Make a new token with only the scopes that are needed, then enter it under Edit."),
                _("Open the tokens of {organization}").format(organization=profile.organization),
                profile.cloud.token_page_url(profile.organization),
            )
        case Method.OAUTH:
            return Way(
                _("Remove what is not needed from the app's API permissions, then sign in again."),
                _("Open API permissions"),
                place.app_page("CallAnAPI"),
            )
        case Method.CLIENT_SECRET:
            return Way(
                _("Put the app into a project group that may do less, such as Contributors or Readers."),
                _("Open the users of {organization}").format(organization=profile.organization),
                profile.cloud.users_page_url(profile.organization),
            )
        case _:
            assert_never(profile.method)


@dataclass(frozen=True, slots=True)
class AppWords:
    """What decides for an app that signs in with a client secret: a heading, sentences, and the page to open."""

    title: str
    sentences: tuple[str, ...]
    label: str
    url: str


def client_secret_words(cloud: Cloud, organization: str) -> AppWords:
    """API permissions of an app count for people who sign in through it; for the app itself the organization decides
    (Azure DevOps docs, service principals)."""
    return AppWords(
        _("API permissions on the app do not decide."),
        (
            _("They only count for people who sign in through the app, not for the app itself."),
            _("What decides is in Azure DevOps, under Organization settings, Users: the app must be added there."),
            _("Its access level must be Basic. Stakeholder is not enough."),
            _("Its project groups decide what it may do in each project."),
            _("Readers may read the project, its variable groups, releases and service connections."),
            _("Contributors may also create variable groups, and edit and run releases."),
            _("Project Administrators may also manage every variable group and edit the project itself."),
            _("An organization can change what a group may do, so the verdicts of the report are what counts."),
        ),
        _("Open the users of {organization}").format(organization=organization),
        cloud.users_page_url(organization),
    )
