"""The tokens Entra issues: signed id and access tokens, and refresh tokens that outlive a restart.

Access tokens are RS256 under a key of this run, as the published JWKS says. Azure DevOps' side recognises them by the
sealed `aio` claim instead, derived from the fixed seed: a token from before a restart stays good until it ends.
"""

from __future__ import annotations

import base64
import json
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from desktop_app.core.cloud import AZURE_DEVOPS_RESOURCE
from desktop_app.practice.derivation import guid, keyed_digest, seal, unseal
from desktop_app.practice.directory import Account, AppRegistration, Tenant

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import rsa

_REFRESH_PURPOSE = "refresh-token"
_REFRESH_PREFIX = "1.A"


class TokenSigner:
    """Signs with a 2048-bit RSA key that is made when first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: rsa.RSAPrivateKey | None = None

    @property
    def key(self) -> rsa.RSAPrivateKey:
        with self._lock:
            if self._key is None:
                from cryptography.hazmat.primitives.asymmetric import rsa

                self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            return self._key

    @property
    def key_id(self) -> str:
        number = self.key.public_key().public_numbers().n.to_bytes(256, "big")
        return base64.urlsafe_b64encode(keyed_digest("key-id", number)[:20]).rstrip(b"=").decode()

    def jwks(self) -> dict[str, object]:
        """The JSON Web Key Set (RFC 7517) to publish."""
        import jwt

        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**public, "use": "sig", "kid": self.key_id, "alg": "RS256"}]}

    def signed(self, claims: Mapping[str, object]) -> str:
        import jwt

        return jwt.encode(dict(claims), self.key, algorithm="RS256", headers={"kid": self.key_id})


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """What a service reads from an access token. `account` is None for an app's own token."""

    tenant_id: str
    object_id: str
    client_id: str
    scopes: frozenset[str]
    is_app: bool
    audience: str
    expires_at: float
    roles: frozenset[str] = frozenset()
    """Application permissions (an app's own token)."""

    @property
    def for_azure_devops(self) -> bool:
        return self.audience == AZURE_DEVOPS_RESOURCE


def access_token(
    signer: TokenSigner,
    *,
    tenant: Tenant,
    app: AppRegistration,
    account: Account | None,
    scopes: frozenset[str],
    resource: str,
    used_secret: bool,
    now: datetime,
    lifetime_s: int,
    roles: frozenset[str] = frozenset(),
) -> str:
    """An access token in Entra's version 1 format; of the app itself, with `roles`, when `account` is None."""
    object_id = account.object_id(tenant) if account else app.service_principal_id(tenant)
    issued_at = int(now.timestamp())
    claims: dict[str, object] = {
        "aud": resource,
        "iss": f"https://sts.windows.net/{tenant.id}/",
        "iat": issued_at,
        "nbf": issued_at,
        "exp": issued_at + lifetime_s,
        "appid": app.client_id,
        "appidacr": "1" if used_secret else "0",
        "oid": object_id,
        "sub": object_id,
        "tid": tenant.id,
        "uti": uuid.uuid4().hex,
        "ver": "1.0",
    }
    if account is None:
        claims |= {"idtyp": "app", "roles": sorted(roles)} if roles else {"idtyp": "app"}
    else:
        claims |= {"scp": " ".join(sorted(scopes)), "upn": account.name, "name": account.display_name}
    claims["aio"] = _access_mark(claims)
    return signer.signed(claims)


def read_access_token(token: str) -> AccessClaims | None:
    """The claims of an access token of this cloud (also of an earlier run); None for anything else."""
    import jwt

    try:
        claims: dict[str, object] = jwt.decode(token, options={"verify_signature": False})
        mark = claims.pop("aio", None)
        if mark != _access_mark(claims):
            return None
        roles = claims.get("roles")
        return AccessClaims(
            tenant_id=str(claims["tid"]),
            object_id=str(claims["oid"]),
            client_id=str(claims["appid"]),
            scopes=frozenset(str(claims.get("scp", "")).split()),
            is_app=claims.get("idtyp") == "app",
            audience=str(claims["aud"]),
            expires_at=float(str(claims["exp"])),
            roles=frozenset(str(role) for role in roles) if isinstance(roles, list) else frozenset(),
        )
    except (jwt.PyJWTError, KeyError, ValueError):
        return None


def _access_mark(claims: Mapping[str, object]) -> str:
    canonical = json.dumps(claims, sort_keys=True).encode()
    return base64.urlsafe_b64encode(keyed_digest("access-token", canonical)).decode()


def id_token(
    signer: TokenSigner,
    *,
    login: str,
    tenant: Tenant,
    app: AppRegistration,
    account: Account,
    nonce: str | None,
    now: datetime,
) -> str:
    """An OpenID Connect id_token (version 2.0 claims)."""
    issued_at = int(now.timestamp())
    object_id = account.object_id(tenant)
    claims: dict[str, object] = {
        "aud": app.client_id,
        "iss": f"{login}/{tenant.id}/v2.0",
        "iat": issued_at,
        "nbf": issued_at,
        "exp": issued_at + 3600,
        "name": account.display_name,
        "oid": object_id,
        "preferred_username": account.name,
        "sub": guid(f"subject/{app.client_id}/{object_id}"),
        "tid": tenant.id,
        "uti": uuid.uuid4().hex,
        "ver": "2.0",
    }
    if nonce:
        claims["nonce"] = nonce
    return signer.signed(claims)


def client_info(account: Account) -> str:
    """msal's `client_info`: the account's home object id and home tenant id, base64url JSON."""
    content = {"uid": account.object_id(account.home), "utid": account.home.id}
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class RefreshGrant:
    """What a refresh token stands for. `scopes` are the short Azure DevOps scopes granted; `used_secret`: a Web app."""

    account: str
    client_id: str
    tenant_id: str
    scope: str
    scopes: frozenset[str]
    used_secret: bool
    issued_at: datetime

    def is_inactive(self, now: datetime) -> bool:
        """True after 90 days without use (Entra docs, refresh token lifetime)."""
        return now - self.issued_at > timedelta(days=90)


def refresh_token(grant: RefreshGrant) -> str:
    """An opaque refresh token. Stateless: any later run of the practice cloud can read it."""
    return _REFRESH_PREFIX + seal(
        _REFRESH_PURPOSE,
        {
            "account": grant.account,
            "client": grant.client_id,
            "tenant": grant.tenant_id,
            "scope": grant.scope,
            "granted": sorted(grant.scopes),
            "secret": grant.used_secret,
            "issued": grant.issued_at.isoformat(),
            "id": uuid.uuid4().hex,
        },
    )


def read_refresh_token(token: str) -> RefreshGrant | None:
    """What a refresh token stands for, or None if this cloud never issued it."""
    if not token.startswith(_REFRESH_PREFIX):
        return None
    content = unseal(_REFRESH_PURPOSE, token.removeprefix(_REFRESH_PREFIX))
    if content is None:
        return None
    granted = content["granted"]
    return RefreshGrant(
        account=str(content["account"]),
        client_id=str(content["client"]),
        tenant_id=str(content["tenant"]),
        scope=str(content["scope"]),
        scopes=frozenset(str(name) for name in granted) if isinstance(granted, list) else frozenset(),
        used_secret=bool(content["secret"]),
        issued_at=datetime.fromisoformat(str(content["issued"])),
    )
