"""Words for answers that came, but can not be used: cut off, too long, too slow, or of another kind."""

from __future__ import annotations

from desktop_app.app.guidance import Guidance, Place
from desktop_app.app.guidance_pieces import again, host, host_first
from desktop_app.app.i18n import _


def answer_not_understood(place: Place) -> Guidance:
    return Guidance(
        _("The answer of {host} makes no sense here").format(host=host(place)),
        _("The answer is complete, but a part that must be in it is missing or has another form."),
        _("The service has changed, or an address of a custom cloud leads to another service."),
        _("Check the addresses under Advanced if you entered any. Otherwise look for a newer version of ADO Connect."),
        again(),
    )


def answer_cut_off(place: Place) -> Guidance:
    return Guidance(
        _("The answer of {host} arrived in part only").format(host=host(place)),
        _("The beginning of the answer came, its end did not."),
        _("An unsteady network or a proxy that looks into the traffic can cut an answer short."),
        _("Try again. If it happens every time, try without the proxy or VPN and tell your network team."),
        again(),
    )


def answer_too_large(place: Place) -> Guidance:
    return Guidance(
        _("{host} sent far too much").format(host=host_first(place)),
        _("The answer was many times longer than any that belongs here, so it was not read to the end."),
        _("Something other than Azure DevOps answered, for example a download page of the network."),
        _("Check the network and the addresses under Advanced, then try again."),
        again(),
    )


def answer_too_slow(place: Place) -> Guidance:
    return Guidance(
        _("The answer of {host} came too slowly").format(host=host(place)),
        _("The answer began, but it trickled in and was not complete within the time limit."),
        _("The network is overloaded, or a proxy or security program holds the answer back."),
        _("Try again in a moment, best from another network; tell your network team if it stays so."),
        again(),
    )
