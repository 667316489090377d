"""Words for a proxy in the way: one that asks who we are, one that says no."""

from __future__ import annotations

from desktop_app.app.guidance import Guidance, Place
from desktop_app.app.guidance_pieces import again, host
from desktop_app.app.i18n import _


def proxy_authentication(place: Place) -> Guidance:
    return Guidance(
        _("The proxy asks for a user name and password"),
        _("The connection to {host} goes through a proxy, and the proxy lets only people in that it knows.").format(
            host=host(place)
        ),
        _("The system's proxy settings hold no user name, or the password there was changed."),
        _("Ask your network team to let {host} through without a sign-in, or for the right proxy settings.").format(
            host=host(place)
        ),
        again(),
    )


def proxy_blocked(place: Place) -> Guidance:
    return Guidance(
        _("The proxy does not allow {host}").format(host=host(place)),
        _("The proxy of this network answered, and refused to connect to this address."),
        _("The address is not on the list of sites that your company allows."),
        _("Ask your network team to allow {host}, then try again.").format(host=host(place)),
        again(),
    )
