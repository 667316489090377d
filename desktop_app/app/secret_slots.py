"""Where a connection's secrets lie in the SecretStore, besides the credential itself under the ProfileId.

Whatever is kept under one of these names goes when the connection goes.
"""

from __future__ import annotations

from desktop_app.core.profile import ProfileId


def token_slot(key: ProfileId) -> ProfileId:
    """The newest access token, for other processes of this user."""
    return ProfileId(f"{key}.token")


def new_slot(key: ProfileId) -> ProfileId:
    """A credential that was made and is not yet proved."""
    return ProfileId(f"{key}.new")


def old_slot(key: ProfileId) -> ProfileId:
    """The credential that was replaced, until somebody confirms that it is not needed any more."""
    return ProfileId(f"{key}.old")


def all_slots(key: ProfileId) -> tuple[ProfileId, ...]:
    """Everything that belongs to a connection, the credential itself last."""
    return token_slot(key), new_slot(key), old_slot(key), key
