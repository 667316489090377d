"""Words for what Microsoft Entra ID says about an account: who may sign in, with what proof, from which computer."""

from __future__ import annotations

from desktop_app.app.guidance import Guidance, Place
from desktop_app.app.guidance_pieces import browser, sign_in_again
from desktop_app.app.i18n import _


def account_not_in_tenant(place: Place) -> Guidance:
    return Guidance(
        _("This account does not belong to the tenant"),
        _("The account that signed in is not a member or guest of the directory."),
        _("Another account was chosen, often a personal one or one of another company."),
        _("Sign in again with an account of the organization's tenant, or have this one invited as a guest."),
        sign_in_again(),
    )


def account_not_assigned(place: Place) -> Guidance:
    return Guidance(
        _("This account may not use the app"),
        _("The app is limited to people who were assigned to it."),
        _("“Assignment required” is on, and the account is not on the list."),
        _("Ask an Entra administrator to add the account under Enterprise applications, Users and groups."),
        sign_in_again(),
    )


def account_unusable(place: Place) -> Guidance:
    return Guidance(
        _("The account can not sign in"),
        _("The password was wrong or has expired, or the account is locked or switched off."),
        _("Microsoft does not tell which of these to other programs."),
        _("Try the same account on a Microsoft page in your browser; your IT team can reset it."),
        sign_in_again(),
    )


def mfa_required(place: Place) -> Guidance:
    return Guidance(
        _("A second proof of identity is needed"),
        _("Microsoft asks for more than a password, for example a code from your phone."),
        _("Your company's rules ask for it at this point."),
        _("Sign in again and complete the second step; set it up first if Microsoft asks for that."),
        sign_in_again(),
    )


def conditional_access(place: Place) -> Guidance:
    return Guidance(
        _("Your company's access rules stopped the sign-in"),
        _("A Conditional Access rule did not allow this sign-in from here."),
        _("Rules often ask for a company computer or browser, which a window inside another program can not prove."),
        _("Continue in your own browser. If that fails too, show the details to your Entra administrator."),
        browser(),
    )


def sign_in_expired(place: Place) -> Guidance:
    return Guidance(
        _("The sign-in is over"),
        _("Microsoft no longer accepts the saved sign-in."),
        _("It was unused for 90 days, the password was changed, or an administrator ended it."),
        _("Sign in again with the same account; nothing else has to be entered anew."),
        sign_in_again(),
    )


def sign_in_code_rejected(place: Place) -> Guidance:
    return Guidance(
        _("The sign-in took too long or was used twice"),
        _("Microsoft did not accept the one-time code of this sign-in."),
        _("Such a code works once and for a few minutes only."),
        _("Start the sign-in again."),
        sign_in_again(),
    )


def account_not_found(place: Place) -> Guidance:
    return Guidance(
        _("Microsoft does not know this account"),
        _("There is no account of this name in the directory that was asked."),
        _("The name has a typing error, the account was deleted, or it belongs to another company."),
        _("Sign in again and type the whole name, like name@company.com; or ask for the account to be invited."),
        sign_in_again(),
    )


def guest_pending(place: Place) -> Guidance:
    return Guidance(
        _("The invitation was not accepted yet"),
        _("The account was invited to the directory as a guest, and the invitation is still open."),
        _("The mail with the invitation was not opened, or its link was never followed to the end."),
        _("Open the mail from Microsoft Invitations, accept it, then sign in again. It can be sent a second time."),
        sign_in_again(),
    )


def account_locked(place: Place) -> Guidance:
    return Guidance(
        _("The account is locked for now"),
        _("Microsoft has blocked sign-ins with this account, or from this network address."),
        _("A wrong password was tried too often, or the address is known for attacks."),
        _("Wait some minutes before you sign in again. Ask your IT team to unlock the account if it stays so."),
        sign_in_again(),
    )


def account_disabled(place: Place) -> Guidance:
    return Guidance(
        _("The account is switched off"),
        _("The account exists, but an administrator has disabled it."),
        _("The person has left, or the account was switched off for safety."),
        _("Sign in with another account, or ask your IT team to enable this one."),
        sign_in_again(),
    )


def password_wrong(place: Place) -> Guidance:
    return Guidance(
        _("The user name or password is not right"),
        _("Microsoft did not accept what was typed on the sign-in page."),
        _("There is a typing error, or the password was changed a short time ago."),
        _("Sign in again. If you do not know the password any more, your IT team can reset it."),
        sign_in_again(),
    )


def password_expired(place: Place) -> Guidance:
    return Guidance(
        _("The password has expired"),
        _("The account is fine, but Microsoft wants a new password before anybody signs in with it."),
        _("Your company asks for a new password from time to time."),
        _("Continue in your own browser and choose a new password there, then sign in here with the new one."),
        browser(),
    )


def mfa_enrolment(place: Place) -> Guidance:
    return Guidance(
        _("A second proof of identity must be set up first"),
        _("Your company asks for more than a password, and this account has no second proof yet."),
        _("The account is new, or the rule was switched on recently."),
        _("Continue in your own browser: Microsoft leads you through setting up an app or a phone number."),
        browser(),
    )


def mfa_expired(place: Place) -> Guidance:
    return Guidance(
        _("The second proof of identity is too old"),
        _("The account was confirmed with a second proof before, but Microsoft wants to see it again."),
        _("Your company lets such a proof count for a limited time only."),
        _("Sign in again and confirm on your phone or with your key when you are asked."),
        sign_in_again(),
    )


def device_not_compliant(place: Place) -> Guidance:
    return Guidance(
        _("This computer does not meet your company's rules"),
        _("Microsoft knows the computer, but it is not marked as compliant."),
        _("An update, disk encryption or virus protection may be missing, or the last check is too old."),
        _("Open your company's portal app, let it check this computer, then continue in your own browser."),
        browser(),
    )


def device_not_joined(place: Place) -> Guidance:
    return Guidance(
        _("This computer does not belong to your company yet"),
        _("The access rules allow computers only that are registered with your company, and this one gave no proof."),
        _("It is a private computer, or a window inside another program can not show that it is registered."),
        _("Continue in your own browser, which can give the proof; or use a computer of your company."),
        browser(),
    )


def sign_in_revoked(place: Place) -> Guidance:
    return Guidance(
        _("The saved sign-in was withdrawn"),
        _("Microsoft ended every sign-in of this account that is older than a certain moment."),
        _("The password was changed or reset, or an administrator signed the account out everywhere."),
        _("Sign in again with the same account; everything else stays as it is."),
        sign_in_again(),
    )


def sign_in_too_old(place: Place) -> Guidance:
    return Guidance(
        _("Your company wants a fresh sign-in"),
        _("The saved sign-in is older than the access rules of your company allow."),
        _("A rule (sign-in frequency) asks people to sign in again after some hours or days."),
        _("Sign in again with the same account; the rule will ask for it again from time to time."),
        sign_in_again(),
    )
