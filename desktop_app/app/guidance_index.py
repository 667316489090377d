"""From a Problem to its words. The `match` ends in `assert_never`: a code without words fails the type check."""

from __future__ import annotations

from typing import assert_never

from desktop_app.app import (
    guidance_account,
    guidance_answers,
    guidance_backup,
    guidance_changes,
    guidance_computer,
    guidance_devops,
    guidance_entra,
    guidance_handover,
    guidance_local,
    guidance_network,
    guidance_policy,
    guidance_proxy,
    guidance_renewal,
    guidance_settings,
    guidance_sign_in,
)
from desktop_app.app.guidance import Guidance, Place
from desktop_app.core.problems import ConnectionProblem, Problem


def guidance_of(failure: ConnectionProblem, place: Place) -> Guidance:
    """The words for a failure, with its facts filled in; one of the network can be looked into."""
    known = Place(place.cloud, place.organization, place.tenant, place.client_id, failure.facts)
    return guidance_computer.with_check(failure.problem, guidance_for(failure.problem, known))


def guidance_for(problem: Problem, place: Place | None = None) -> Guidance:  # noqa: PLR0912, PLR0915 - one branch per code
    """The words for a problem at a place."""
    where = place or Place()
    match problem:
        case Problem.NAME_NOT_RESOLVED:
            return guidance_network.name_not_resolved(where)
        case Problem.CONNECTION_REFUSED:
            return guidance_network.connection_refused(where)
        case Problem.CONNECTION_LOST:
            return guidance_network.connection_lost(where)
        case Problem.TIMED_OUT:
            return guidance_network.timed_out(where)
        case Problem.CERTIFICATE_UNTRUSTED:
            return guidance_network.certificate_untrusted(where)
        case Problem.CERTIFICATE_EXPIRED:
            return guidance_network.certificate_expired(where)
        case Problem.CERTIFICATE_NOT_YET_VALID:
            return guidance_network.certificate_not_yet_valid(where)
        case Problem.CERTIFICATE_WRONG_HOST:
            return guidance_network.certificate_wrong_host(where)
        case Problem.CERTIFICATE_STRICT:
            return guidance_network.certificate_strict(where)
        case Problem.TLS_FAILED:
            return guidance_network.tls_failed(where)
        case Problem.PROXY_FAILED:
            return guidance_network.proxy_failed(where)
        case Problem.REDIRECTED:
            return guidance_network.redirected(where)
        case Problem.THROTTLED:
            return guidance_network.throttled(where)
        case Problem.SERVICE_UNAVAILABLE:
            return guidance_network.service_unavailable(where)
        case Problem.NOT_JSON:
            return guidance_network.not_json(where)
        case Problem.CA_FILE_UNREADABLE:
            return guidance_network.ca_file_unreadable(where)
        case Problem.TENANT_NOT_FOUND:
            return guidance_entra.tenant_not_found(where)
        case Problem.TENANT_MISMATCH:
            return guidance_entra.tenant_mismatch(where)
        case Problem.TENANT_IN_OTHER_CLOUD:
            return guidance_entra.tenant_in_other_cloud(where)
        case Problem.APP_NOT_FOUND:
            return guidance_entra.app_not_found(where)
        case Problem.APP_DISABLED:
            return guidance_entra.app_disabled(where)
        case Problem.SECRET_WRONG:
            return guidance_entra.secret_wrong(where)
        case Problem.SECRET_EXPIRED:
            return guidance_entra.secret_expired(where)
        case Problem.SECRET_REQUIRED:
            return guidance_entra.secret_required(where)
        case Problem.SECRET_NOT_ALLOWED:
            return guidance_entra.secret_not_allowed(where)
        case Problem.REDIRECT_URI_MISMATCH:
            return guidance_entra.redirect_uri_mismatch(where)
        case Problem.REDIRECT_URI_WRONG_PLATFORM:
            return guidance_entra.redirect_uri_wrong_platform(where)
        case Problem.RESOURCE_NOT_IN_TENANT:
            return guidance_entra.resource_not_in_tenant(where)
        case Problem.PERMISSION_NOT_ON_APP:
            return guidance_entra.permission_not_on_app(where)
        case Problem.CONSENT_REQUIRED:
            return guidance_entra.consent_required(where)
        case Problem.CONSENT_DECLINED:
            return guidance_entra.consent_declined(where)
        case Problem.ADMIN_CONSENT_REQUIRED:
            return guidance_entra.admin_consent_required(where)
        case Problem.SCOPE_INVALID:
            return guidance_entra.scope_invalid(where)
        case Problem.ACCOUNT_NOT_IN_TENANT:
            return guidance_account.account_not_in_tenant(where)
        case Problem.ACCOUNT_NOT_ASSIGNED:
            return guidance_account.account_not_assigned(where)
        case Problem.ACCOUNT_UNUSABLE:
            return guidance_account.account_unusable(where)
        case Problem.MFA_REQUIRED:
            return guidance_account.mfa_required(where)
        case Problem.CONDITIONAL_ACCESS:
            return guidance_account.conditional_access(where)
        case Problem.SIGN_IN_EXPIRED:
            return guidance_account.sign_in_expired(where)
        case Problem.SIGN_IN_CODE_REJECTED:
            return guidance_account.sign_in_code_rejected(where)
        case Problem.ENTRA_BUSY:
            return guidance_entra.entra_busy(where)
        case Problem.ENTRA_UNKNOWN:
            return guidance_entra.entra_unknown(where)
        case Problem.ORGANIZATION_NOT_FOUND:
            return guidance_devops.organization_not_found(where)
        case Problem.PERSONAL_ACCOUNT_ORGANIZATION:
            return guidance_devops.personal_account_organization(where)
        case Problem.CREDENTIAL_REJECTED:
            return guidance_devops.credential_rejected(where)
        case Problem.CREDENTIAL_ANONYMOUS:
            return guidance_devops.credential_anonymous(where)
        case Problem.PAT_EXPIRED:
            return guidance_devops.pat_expired(where)
        case Problem.TOKEN_ENDING:
            return guidance_devops.token_ending(where)
        case Problem.NOT_IN_ORGANIZATION:
            return guidance_devops.not_in_organization(where)
        case Problem.APP_NOT_IN_ORGANIZATION:
            return guidance_devops.app_not_in_organization(where)
        case Problem.SCOPE_MISSING:
            return guidance_devops.scope_missing(where)
        case Problem.PERMISSION_DENIED:
            return guidance_devops.permission_denied(where)
        case Problem.POLICY_BLOCKED:
            return guidance_devops.policy_blocked(where)
        case Problem.NO_PROJECTS:
            return guidance_devops.no_projects(where)
        case Problem.PROJECT_NOT_FOUND:
            return guidance_devops.project_not_found(where)
        case Problem.EMPTY_REQUEST_ACCEPTED:
            return guidance_devops.empty_request_accepted(where)
        case Problem.DEVOPS_UNEXPECTED:
            return guidance_devops.devops_unexpected(where)
        case Problem.SIGN_IN_TIMED_OUT:
            return guidance_local.sign_in_timed_out(where)
        case Problem.SIGN_IN_STATE_MISMATCH:
            return guidance_local.sign_in_state_mismatch(where)
        case Problem.SIGN_IN_PAGE_FAILED:
            return guidance_local.sign_in_page_failed(where)
        case Problem.SIGN_IN_PAGE_BLANK:
            return guidance_sign_in.sign_in_page_blank(where)
        case Problem.SIGN_IN_PAGE_STALLED:
            return guidance_sign_in.sign_in_page_stalled(where)
        case Problem.SIGN_IN_PAGE_RESTLESS:
            return guidance_sign_in.sign_in_page_restless(where)
        case Problem.SIGN_IN_PAGE_CRASHED:
            return guidance_sign_in.sign_in_page_crashed(where)
        case Problem.DEVICE_CODE_ENDED:
            return guidance_sign_in.device_code_ended(where)
        case Problem.DEVICE_CODE_NOT_ALLOWED:
            return guidance_sign_in.device_code_not_allowed(where)
        case Problem.DEVICE_CODE_BLOCKED:
            return guidance_sign_in.device_code_blocked(where)
        case Problem.SIGN_IN_HOST_REFUSED:
            return guidance_local.sign_in_host_refused(where)
        case Problem.VIEW_UNAVAILABLE:
            return guidance_local.view_unavailable(where)
        case Problem.LOOPBACK_UNAVAILABLE:
            return guidance_local.loopback_unavailable(where)
        case Problem.ACCOUNT_CHANGED:
            return guidance_local.account_changed(where)
        case Problem.KEYRING_MISSING:
            return guidance_local.keyring_missing(where)
        case Problem.KEYRING_LOCKED:
            return guidance_local.keyring_locked(where)
        case Problem.KEYRING_REFUSED:
            return guidance_local.keyring_refused(where)
        case Problem.KEYRING_DAMAGED:
            return guidance_local.keyring_damaged(where)
        case Problem.SECRET_GONE:
            return guidance_local.secret_gone(where)
        case Problem.PROFILE_FILE_UNREADABLE:
            return guidance_local.profile_file_unreadable(where)
        case Problem.PROFILE_FILE_UNWRITABLE:
            return guidance_local.profile_file_unwritable(where)
        case Problem.PROFILE_FILE_NEWER:
            return guidance_local.profile_file_newer(where)
        case Problem.PROFILE_GONE:
            return guidance_local.profile_gone(where)
        case Problem.OLD_SECRET_KEPT:
            return guidance_changes.old_secret_kept(where)
        case Problem.RENEWAL_UNFINISHED:
            return guidance_changes.renewal_unfinished(where)
        case Problem.RENEWAL_NEEDS_SIGN_IN:
            return guidance_changes.renewal_needs_sign_in(where)
        case Problem.BACKUP_PASSPHRASE_WRONG:
            return guidance_backup.passphrase_wrong(where)
        case Problem.BACKUP_CUT_OFF:
            return guidance_backup.cut_off(where)
        case Problem.BACKUP_DAMAGED:
            return guidance_backup.damaged(where)
        case Problem.BACKUP_NOT_ONE:
            return guidance_backup.not_one(where)
        case Problem.BACKUP_NEWER:
            return guidance_backup.newer(where)
        case Problem.BACKUP_OTHER_MODE:
            return guidance_backup.other_mode(where)
        case Problem.BACKUP_UNREADABLE:
            return guidance_backup.unreadable(where)
        case Problem.BACKUP_UNWRITABLE:
            return guidance_backup.unwritable(where)
        case Problem.NAME_TAKEN:
            return guidance_local.name_taken(where)
        case Problem.NO_NETWORK:
            return guidance_computer.no_network(where)
        case Problem.CAPTIVE_PORTAL:
            return guidance_computer.captive_portal(where)
        case Problem.PROXY_UNREACHABLE:
            return guidance_computer.proxy_unreachable(where)
        case Problem.CLOCK_WRONG:
            return guidance_computer.clock_wrong(where)
        case Problem.WEB_ENGINE_MISSING:
            return guidance_computer.web_engine_missing(where)
        case Problem.FOLDER_UNWRITABLE:
            return guidance_computer.folder_unwritable(where)
        case Problem.DISK_FULL:
            return guidance_computer.disk_full(where)
        case Problem.INTERNAL:
            return guidance_local.internal(where)
        case Problem.PROXY_AUTHENTICATION:
            return guidance_proxy.proxy_authentication(where)
        case Problem.PROXY_BLOCKED:
            return guidance_proxy.proxy_blocked(where)
        case Problem.ANSWER_NOT_UNDERSTOOD:
            return guidance_answers.answer_not_understood(where)
        case Problem.ANSWER_CUT_OFF:
            return guidance_answers.answer_cut_off(where)
        case Problem.ANSWER_TOO_LARGE:
            return guidance_answers.answer_too_large(where)
        case Problem.ANSWER_TOO_SLOW:
            return guidance_answers.answer_too_slow(where)
        case Problem.TENANT_WORD_SHARED:
            return guidance_entra.tenant_word_shared(where)
        case Problem.TENANT_RESTRICTED:
            return guidance_entra.tenant_restricted(where)
        case Problem.APP_SINGLE_TENANT:
            return guidance_entra.app_single_tenant(where)
        case Problem.SECRET_IS_ID:
            return guidance_entra.secret_is_id(where)
        case Problem.RESOURCE_DISABLED:
            return guidance_entra.resource_disabled(where)
        case Problem.CONSENT_REQUEST_PENDING:
            return guidance_entra.consent_request_pending(where)
        case Problem.ACCOUNT_NOT_FOUND:
            return guidance_account.account_not_found(where)
        case Problem.GUEST_PENDING:
            return guidance_account.guest_pending(where)
        case Problem.ACCOUNT_LOCKED:
            return guidance_account.account_locked(where)
        case Problem.ACCOUNT_DISABLED:
            return guidance_account.account_disabled(where)
        case Problem.PASSWORD_WRONG:
            return guidance_account.password_wrong(where)
        case Problem.PASSWORD_EXPIRED:
            return guidance_account.password_expired(where)
        case Problem.MFA_ENROLMENT:
            return guidance_account.mfa_enrolment(where)
        case Problem.MFA_EXPIRED:
            return guidance_account.mfa_expired(where)
        case Problem.DEVICE_NOT_COMPLIANT:
            return guidance_account.device_not_compliant(where)
        case Problem.DEVICE_NOT_JOINED:
            return guidance_account.device_not_joined(where)
        case Problem.SIGN_IN_REVOKED:
            return guidance_account.sign_in_revoked(where)
        case Problem.SIGN_IN_TOO_OLD:
            return guidance_account.sign_in_too_old(where)
        case Problem.SIGN_IN_NOT_ACCEPTED:
            return guidance_devops.sign_in_not_accepted(where)
        case Problem.LICENCE_MISSING:
            return guidance_devops.licence_missing(where)
        case Problem.API_NOT_OFFERED:
            return guidance_devops.api_not_offered(where)
        case Problem.CONFLICT:
            return guidance_renewal.conflict(where)
        case Problem.SECRET_NOT_KNOWN_YET:
            return guidance_renewal.secret_not_known_yet(where)
        case Problem.PAT_LIFECYCLE_REFUSED:
            return guidance_renewal.pat_lifecycle_refused(where)
        case Problem.PAT_POLICY_LIFESPAN:
            return guidance_renewal.pat_policy_lifespan(where)
        case Problem.PAT_POLICY_FULL_ACCESS:
            return guidance_renewal.pat_policy_full_access(where)
        case Problem.PAT_POLICY_GLOBAL:
            return guidance_renewal.pat_policy_global(where)
        case Problem.PAT_END_REFUSED:
            return guidance_renewal.pat_end_refused(where)
        case Problem.PAT_SCOPES_REFUSED:
            return guidance_renewal.pat_scopes_refused(where)
        case Problem.PAT_CREATION_REFUSED:
            return guidance_renewal.pat_creation_refused(where)
        case Problem.PAT_REVOCATION_REFUSED:
            return guidance_renewal.pat_revocation_refused(where)
        case Problem.GRAPH_NOT_OFFERED:
            return guidance_renewal.graph_not_offered(where)
        case Problem.GRAPH_PERMISSION_MISSING:
            return guidance_renewal.graph_permission_missing(where)
        case Problem.GRAPH_SIGN_IN_REFUSED:
            return guidance_renewal.graph_sign_in_refused(where)
        case Problem.GRAPH_UNEXPECTED:
            return guidance_renewal.graph_unexpected(where)
        case Problem.APP_SECRETS_FORBIDDEN:
            return guidance_renewal.app_secrets_forbidden(where)
        case Problem.APP_SECRET_LIFETIME:
            return guidance_renewal.app_secret_lifetime(where)
        case Problem.APP_SECRETS_FULL:
            return guidance_renewal.app_secrets_full(where)
        case Problem.SETTINGS_FILE_UNREADABLE:
            return guidance_settings.settings_file_unreadable(where)
        case Problem.SETTINGS_FILE_UNWRITABLE:
            return guidance_settings.settings_file_unwritable(where)
        case Problem.CLIENT_SECRET_NOT_KEPT:
            return guidance_handover.client_secret_not_kept(where)
        case Problem.FORM_CANNOT_CARRY:
            return guidance_handover.form_cannot_carry(where)
        case Problem.POLICY_FORBIDS_METHOD:
            return guidance_policy.forbids_method(where)
        case Problem.POLICY_FORBIDS_TENANT:
            return guidance_policy.forbids_tenant(where)
        case Problem.POLICY_FORBIDS_HOST:
            return guidance_policy.forbids_host(where)
        case Problem.POLICY_UNREADABLE:
            return guidance_policy.unreadable(where)
        case _:
            assert_never(problem)
