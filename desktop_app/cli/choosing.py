"""A connection or a project by the name a person typed."""

from __future__ import annotations

from desktop_app.app.connections import Connections
from desktop_app.app.i18n import _
from desktop_app.cli.failures import not_there
from desktop_app.core.cancel import Cancel
from desktop_app.core.profile import Profile


def connection_named(connections: Connections, name: str) -> Profile:
    """By its name, upper and lower case alike. Raises UsageFault."""
    profiles = connections.load()
    for profile in profiles:
        if profile.name.casefold() == name.casefold():
            return profile
    if not profiles:
        raise not_there(_("There is no saved connection yet. Make one in the window first."), ())
    sentence = _("There is no connection called “{name}”.").format(name=name)
    raise not_there(sentence, [profile.name for profile in profiles])


def projects_named(
    connections: Connections, profile: Profile, names: tuple[str, ...], cancel: Cancel
) -> tuple[str, ...]:
    """The ids of projects by name or id. Raises UsageFault, and ConnectionProblem as Connections.projects does."""
    if not names:
        return ()
    projects = connections.projects(profile.id, cancel)
    ids = {project.name.casefold(): project.id for project in projects}
    ids |= {project.id.casefold(): project.id for project in projects}
    for name in names:
        if name.casefold() not in ids:
            sentence = _("This connection sees no project called “{name}”.").format(name=name)
            raise not_there(sentence, [project.name for project in projects[:20]])
    return tuple(dict.fromkeys(ids[name.casefold()] for name in names))
