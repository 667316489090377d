"""Every way a connection can fail, as stable codes, and the one exception that carries them.

    ConnectionProblem
     |-- the network      NAME_NOT_RESOLVED ... CONNECTION_LOST
     |-- Entra            TENANT_NOT_FOUND ... ENTRA_UNKNOWN
     |-- Azure DevOps     ORGANIZATION_NOT_FOUND ... DEVOPS_UNEXPECTED
     |-- renewal          PAT_LIFECYCLE_REFUSED ... APP_SECRETS_FULL
     |-- the sign-in      SIGN_IN_TIMED_OUT ... VIEW_UNAVAILABLE
     `-- this computer    KEYRING_MISSING ... PROFILE_FILE_NEWER

Adapters translate their library's errors into these; words for people are found in app/guidance.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Problem(StrEnum):
    """Stable codes; their values are stored in profiles and shown under Details, so they never change."""

    # the network
    NAME_NOT_RESOLVED = "name-not-resolved"
    CONNECTION_REFUSED = "connection-refused"
    CONNECTION_LOST = "connection-lost"
    TIMED_OUT = "timed-out"
    CERTIFICATE_UNTRUSTED = "certificate-untrusted"
    CERTIFICATE_EXPIRED = "certificate-expired"
    CERTIFICATE_NOT_YET_VALID = "certificate-not-yet-valid"
    CERTIFICATE_WRONG_HOST = "certificate-wrong-host"
    CERTIFICATE_STRICT = "certificate-strict"
    TLS_FAILED = "tls-failed"
    PROXY_FAILED = "proxy-failed"
    PROXY_AUTHENTICATION = "proxy-authentication"
    PROXY_BLOCKED = "proxy-blocked"
    REDIRECTED = "redirected"
    THROTTLED = "throttled"
    SERVICE_UNAVAILABLE = "service-unavailable"
    NOT_JSON = "not-json"
    ANSWER_NOT_UNDERSTOOD = "answer-not-understood"
    ANSWER_CUT_OFF = "answer-cut-off"
    ANSWER_TOO_LARGE = "answer-too-large"
    ANSWER_TOO_SLOW = "answer-too-slow"
    CA_FILE_UNREADABLE = "ca-file-unreadable"
    # Entra
    TENANT_NOT_FOUND = "tenant-not-found"
    TENANT_MISMATCH = "tenant-mismatch"
    TENANT_IN_OTHER_CLOUD = "tenant-in-other-cloud"
    TENANT_WORD_SHARED = "tenant-word-shared"
    TENANT_RESTRICTED = "tenant-restricted"
    APP_NOT_FOUND = "app-not-found"
    APP_DISABLED = "app-disabled"
    APP_SINGLE_TENANT = "app-single-tenant"
    SECRET_WRONG = "secret-wrong"
    SECRET_IS_ID = "secret-is-id"
    SECRET_EXPIRED = "secret-expired"
    SECRET_REQUIRED = "secret-required"
    SECRET_NOT_ALLOWED = "secret-not-allowed"
    SECRET_NOT_KNOWN_YET = "secret-not-known-yet"
    REDIRECT_URI_MISMATCH = "redirect-uri-mismatch"
    REDIRECT_URI_WRONG_PLATFORM = "redirect-uri-wrong-platform"
    RESOURCE_NOT_IN_TENANT = "resource-not-in-tenant"
    RESOURCE_DISABLED = "resource-disabled"
    PERMISSION_NOT_ON_APP = "permission-not-on-app"
    CONSENT_REQUIRED = "consent-required"
    CONSENT_DECLINED = "consent-declined"
    ADMIN_CONSENT_REQUIRED = "admin-consent-required"
    CONSENT_REQUEST_PENDING = "consent-request-pending"
    SCOPE_INVALID = "scope-invalid"
    ACCOUNT_NOT_IN_TENANT = "account-not-in-tenant"
    ACCOUNT_NOT_FOUND = "account-not-found"
    GUEST_PENDING = "guest-pending"
    ACCOUNT_NOT_ASSIGNED = "account-not-assigned"
    ACCOUNT_UNUSABLE = "account-unusable"
    ACCOUNT_LOCKED = "account-locked"
    ACCOUNT_DISABLED = "account-disabled"
    PASSWORD_WRONG = "password-wrong"
    PASSWORD_EXPIRED = "password-expired"
    MFA_REQUIRED = "mfa-required"
    MFA_ENROLMENT = "mfa-enrolment"
    MFA_EXPIRED = "mfa-expired"
    CONDITIONAL_ACCESS = "conditional-access"
    DEVICE_NOT_COMPLIANT = "device-not-compliant"
    DEVICE_NOT_JOINED = "device-not-joined"
    SIGN_IN_EXPIRED = "sign-in-expired"
    SIGN_IN_REVOKED = "sign-in-revoked"
    SIGN_IN_TOO_OLD = "sign-in-too-old"
    SIGN_IN_CODE_REJECTED = "sign-in-code-rejected"
    ENTRA_BUSY = "entra-busy"
    ENTRA_UNKNOWN = "entra-unknown"
    # Azure DevOps
    ORGANIZATION_NOT_FOUND = "organization-not-found"
    PERSONAL_ACCOUNT_ORGANIZATION = "personal-account-organization"
    CREDENTIAL_REJECTED = "credential-rejected"
    CREDENTIAL_ANONYMOUS = "credential-anonymous"
    SIGN_IN_NOT_ACCEPTED = "sign-in-not-accepted"
    PAT_EXPIRED = "pat-expired"
    TOKEN_ENDING = "token-ending"
    NOT_IN_ORGANIZATION = "not-in-organization"
    APP_NOT_IN_ORGANIZATION = "app-not-in-organization"
    SCOPE_MISSING = "scope-missing"
    PERMISSION_DENIED = "permission-denied"
    LICENCE_MISSING = "licence-missing"
    POLICY_BLOCKED = "policy-blocked"
    NO_PROJECTS = "no-projects"
    PROJECT_NOT_FOUND = "project-not-found"
    API_NOT_OFFERED = "api-not-offered"
    EMPTY_REQUEST_ACCEPTED = "empty-request-accepted"
    CONFLICT = "conflict"
    DEVOPS_UNEXPECTED = "devops-unexpected"
    # renewing a personal access token (Azure DevOps) or a client secret (Microsoft Graph)
    PAT_LIFECYCLE_REFUSED = "pat-lifecycle-refused"
    PAT_POLICY_LIFESPAN = "pat-policy-lifespan"
    PAT_POLICY_FULL_ACCESS = "pat-policy-full-access"
    PAT_POLICY_GLOBAL = "pat-policy-global"
    PAT_END_REFUSED = "pat-end-refused"
    PAT_SCOPES_REFUSED = "pat-scopes-refused"
    PAT_CREATION_REFUSED = "pat-creation-refused"
    PAT_REVOCATION_REFUSED = "pat-revocation-refused"
    GRAPH_NOT_OFFERED = "graph-not-offered"
    GRAPH_PERMISSION_MISSING = "graph-permission-missing"
    GRAPH_SIGN_IN_REFUSED = "graph-sign-in-refused"
    GRAPH_UNEXPECTED = "graph-unexpected"
    APP_SECRETS_FORBIDDEN = "app-secrets-forbidden"
    APP_SECRET_LIFETIME = "app-secret-lifetime"
    APP_SECRETS_FULL = "app-secrets-full"
    # the sign-in
    SIGN_IN_TIMED_OUT = "sign-in-timed-out"
    SIGN_IN_STATE_MISMATCH = "sign-in-state-mismatch"
    SIGN_IN_PAGE_FAILED = "sign-in-page-failed"
    SIGN_IN_PAGE_BLANK = "sign-in-page-blank"
    SIGN_IN_PAGE_STALLED = "sign-in-page-stalled"
    SIGN_IN_PAGE_CRASHED = "sign-in-page-crashed"
    SIGN_IN_PAGE_RESTLESS = "sign-in-page-restless"
    SIGN_IN_HOST_REFUSED = "sign-in-host-refused"
    DEVICE_CODE_ENDED = "device-code-ended"
    DEVICE_CODE_NOT_ALLOWED = "device-code-not-allowed"
    DEVICE_CODE_BLOCKED = "device-code-blocked"
    VIEW_UNAVAILABLE = "view-unavailable"
    LOOPBACK_UNAVAILABLE = "loopback-unavailable"
    ACCOUNT_CHANGED = "account-changed"
    # this computer
    KEYRING_MISSING = "keyring-missing"
    KEYRING_LOCKED = "keyring-locked"
    KEYRING_REFUSED = "keyring-refused"
    KEYRING_DAMAGED = "keyring-damaged"
    SECRET_GONE = "secret-gone"
    PROFILE_FILE_UNREADABLE = "profile-file-unreadable"
    PROFILE_FILE_UNWRITABLE = "profile-file-unwritable"
    PROFILE_FILE_NEWER = "profile-file-newer"
    PROFILE_GONE = "profile-gone"
    OLD_SECRET_KEPT = "old-secret-kept"
    RENEWAL_UNFINISHED = "renewal-unfinished"
    RENEWAL_NEEDS_SIGN_IN = "renewal-needs-sign-in"
    NAME_TAKEN = "name-taken"
    NO_NETWORK = "no-network"
    CAPTIVE_PORTAL = "captive-portal"
    PROXY_UNREACHABLE = "proxy-unreachable"
    CLOCK_WRONG = "clock-wrong"
    WEB_ENGINE_MISSING = "web-engine-missing"
    FOLDER_UNWRITABLE = "folder-unwritable"
    DISK_FULL = "disk-full"
    BACKUP_PASSPHRASE_WRONG = "backup-passphrase-wrong"
    BACKUP_CUT_OFF = "backup-cut-off"
    BACKUP_DAMAGED = "backup-damaged"
    BACKUP_NOT_ONE = "backup-not-one"
    BACKUP_NEWER = "backup-newer"
    BACKUP_OTHER_MODE = "backup-other-mode"
    BACKUP_UNREADABLE = "backup-unreadable"
    BACKUP_UNWRITABLE = "backup-unwritable"
    SETTINGS_FILE_UNREADABLE = "settings-file-unreadable"
    SETTINGS_FILE_UNWRITABLE = "settings-file-unwritable"
    POLICY_FORBIDS_METHOD = "policy-forbids-method"
    POLICY_FORBIDS_TENANT = "policy-forbids-tenant"
    POLICY_FORBIDS_HOST = "policy-forbids-host"
    POLICY_UNREADABLE = "policy-unreadable"
    CLIENT_SECRET_NOT_KEPT = "client-secret-not-kept"
    FORM_CANNOT_CARRY = "form-cannot-carry"
    INTERNAL = "internal"


class ConnectionProblem(Exception):
    """A failure somebody can be told about. `facts` are short texts that are safe to show and to log.

    Usual facts: host, status, organization, tenant, object_id, aadsts, correlation_id, description, method, url_path,
    issuer and certificate_fault (infra/certificate_faults.py), pat_error (why Azure DevOps made no token, in its own
    word), code and request_id (of Microsoft Graph).
    """

    def __init__(self, problem: Problem, facts: Mapping[str, str] | None = None) -> None:
        self.problem = problem
        self.facts: Mapping[str, str] = MappingProxyType(dict(facts or {}))
        super().__init__(problem.value)

    def with_facts(self, **facts: str) -> ConnectionProblem:
        """The same problem with more known about it; facts already there win."""
        richer = ConnectionProblem(self.problem, {**facts, **self.facts})
        richer.__cause__ = self.__cause__
        return richer
