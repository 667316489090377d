"""Who asks Azure for a connection's new credential: the sign-in of a PAT's owner, or the app itself.

Everything that the issuers do may block (network, keyring).
"""

from __future__ import annotations

from desktop_app.app.connections import Connections
from desktop_app.app.issuers import AppSecretIssuer, Issuer, PatIssuer, person_behind
from desktop_app.core.cancel import Cancel
from desktop_app.core.changes import Change
from desktop_app.core.lifecycle import AppSecrets, PatLifecycle
from desktop_app.core.ports import Clock
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, Profile, ProfileId


class RenewalIssuers:
    """Finds an issuer among the saved connections."""

    def __init__(self, connections: Connections, pats: PatLifecycle, app_secrets: AppSecrets, clock: Clock) -> None:
        self._connections = connections
        self._pats = pats
        self._app_secrets = app_secrets
        self._clock = clock

    def through(self, profile: Profile) -> Profile | None:
        """The OAuth connection by which the owner of a PAT could ask; None for any other connection."""
        return person_behind(profile, self._connections.load()) if profile.method is Method.PAT else None

    def of(self, profile: Profile, cancel: Cancel) -> tuple[Issuer, Profile | None]:
        """For a renewal that begins, and the connection whose person asks. Raises RENEWAL_NEEDS_SIGN_IN (facts:
        account)."""
        match profile.method:
            case Method.CLIENT_SECRET:
                return self._of_app(profile), None
            case Method.PAT:
                through = self.through(profile)
                if through is None:
                    raise ConnectionProblem(Problem.RENEWAL_NEEDS_SIGN_IN, {"account": profile.account})
                return self.of_person(profile, through.id, cancel), through
            case Method.OAUTH:
                raise ValueError("a sign-in is renewed by its person")

    def of_change(self, change: Change, cancel: Cancel) -> Issuer | None:
        """For a renewal under way: who began it, or another sign-in of the same person; None if there is none any
        more. The connection itself may be gone."""
        known = {profile.id: profile for profile in self._connections.load()}
        profile = known.get(change.key) or change.before or change.after
        through = change.renewal.through if change.renewal else None
        if profile is None:
            return None
        if through is None:
            return self._of_app(profile)
        asking = known.get(through) or person_behind(profile, known.values())
        return self.of_person(profile, asking.id, cancel) if asking else None

    def of_person(self, profile: Profile, through: ProfileId, cancel: Cancel) -> PatIssuer:
        """For the tokens of whoever signs in by the connection `through`."""
        return PatIssuer(self._pats, profile, lambda: self._connections.fresh_token(through, cancel))

    def _of_app(self, profile: Profile) -> Issuer:
        def current() -> Profile:
            return next((saved for saved in self._connections.load() if saved.id == profile.id), profile)

        return AppSecretIssuer(
            self._app_secrets,
            profile,
            lambda: self._connections.graph_token(current()),
            lambda: self._connections.credential(current()),
            now=self._clock.now,
        )
