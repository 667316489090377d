"""Makes a form of a saved connection, after the connection was proved."""

from __future__ import annotations

import uuid

from desktop_app.app.connections import Connections, OnResult
from desktop_app.app.handover.table import Form, Takes, fill_in
from desktop_app.app.handover.texts import Material
from desktop_app.core.cancel import Cancel
from desktop_app.core.credential import PatCredential, Secret
from desktop_app.core.history import EventKind
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Profile, ProfileId


def make_form(
    connections: Connections,
    key: ProfileId,
    form: Form,
    cancel: Cancel,
    on_result: OnResult = lambda result: None,
) -> Secret:
    """The finished text, with a token that was proved within the last minute; noted as copied. Blocks (network,
    keyring).

    Raises as `Connections.fresh_token` does; CLIENT_SECRET_NOT_KEPT, FORM_CANNOT_CARRY.
    """
    token = connections.fresh_token(key, cancel, on_result)
    cancel.raise_if_cancelled()
    profile = connections.profile(key)
    if form.takes is Takes.TOKEN:
        material = Material(profile, token.value, token.scheme)
    else:
        material = Material(profile, _client_secret(connections, profile), tenant_id=_tenant_id(connections, profile))
    made = fill_in(form, material)
    connections.note(key, EventKind.COPIED, form=form.key)
    return made


def _client_secret(connections: Connections, profile: Profile) -> Secret:
    credential = connections.credential(profile)
    kept = None if isinstance(credential, PatCredential) else credential.client_secret
    if kept is None:
        raise ConnectionProblem(Problem.CLIENT_SECRET_NOT_KEPT)
    return kept


def _tenant_id(connections: Connections, profile: Profile) -> str:
    """The tenant may be saved by its domain; tools want the GUID."""
    try:
        return str(uuid.UUID(profile.tenant))
    except ValueError:
        return connections.find_tenant_id(profile.cloud, profile.tenant, profile.ca_file)
