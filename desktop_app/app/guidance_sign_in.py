"""Words for what can happen on the way to a sign-in: pages that stay empty, and codes for another device."""

from __future__ import annotations

from desktop_app.app.guidance import Action, ActionKind, Guidance, Place
from desktop_app.app.guidance_pieces import browser
from desktop_app.app.i18n import _


def _site(place: Place) -> str:
    return place.fact("host", _("the sign-in service"))


def sign_in_page_blank(place: Place) -> Guidance:
    return Guidance(
        _("The sign-in page stayed empty"),
        _("The page of {host} was loaded, but there is nothing to see on it.").format(host=_site(place)),
        _("Some sign-in pages work in a full browser only, and some proxies remove parts of a page."),
        _("Continue in your own browser, or start again."),
        browser(),
    )


def sign_in_page_stalled(place: Place) -> Guidance:
    return Guidance(
        _("The sign-in page did not arrive"),
        _("The page of {host} was asked for, and no answer came within the time limit.").format(host=_site(place)),
        _("The network is slow, or a proxy or firewall holds the page back."),
        _("Continue in your own browser, or start again in a moment."),
        browser(),
    )


def sign_in_page_restless(place: Place) -> Guidance:
    return Guidance(
        _("The sign-in page does not come to rest"),
        _("One page after another of {host} was opened, although nobody typed or pressed anything.").format(
            host=_site(place)
        ),
        _("A setting of the sign-in service sends the page in circles, or the page is not what it pretends to be."),
        _("Continue in your own browser. If that goes in circles too, show the details to your Entra administrator."),
        browser(),
    )


def sign_in_page_crashed(place: Place) -> Guidance:
    return Guidance(
        _("The built-in sign-in window stopped working"),
        _("The part of the program that shows web pages ended while a page was open. Nothing else was harmed."),
        _("The page took more memory than a sign-in needs, the computer ran out of it, or another program ended it."),
        _("Continue in your own browser, or start again."),
        browser(),
    )


def device_code_ended(place: Place) -> Guidance:
    return Guidance(
        _("The code is not good any more"),
        _("Nobody finished the sign-in with this code before it ended."),
        _(
            "The time was too short, or the page on the other device refused the sign-in. Many companies do not "
            "allow codes."
        ),
        _("Get a new code. If the other page said that your access is blocked, continue in your browser instead."),
        Action(_("Get a new code"), ActionKind.USE_DEVICE_CODE),
    )


def device_code_not_allowed(place: Place) -> Guidance:
    return Guidance(
        _("The app registration does not allow codes"),
        _("Microsoft gives codes for another device to apps only whose “Allow public client flows” is set to Yes."),
        _("The app was registered as a web app, and this setting is off by default."),
        _(
            "Continue in your browser. Or open the app's page in the Azure portal, choose Authentication, set “Allow "
            "public client flows” to Yes, and try the code again."
        ),
        Action(_("Open the app's page"), ActionKind.OPEN_URL, place.app_page("Authentication")),
    )


def device_code_blocked(place: Place) -> Guidance:
    return Guidance(
        _("Your company does not allow codes"),
        _("A rule of your company (Conditional Access) refused the sign-in with a code from another device."),
        _("Codes can be misused by deceivers, so many companies block them."),
        _("Continue in your own browser. If that is refused too, show the details to your Entra administrator."),
        browser(),
    )
