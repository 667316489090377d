"""Words for problems on the way to a server: names, connections, certificates, proxies, busy services."""

from __future__ import annotations

from desktop_app.app.guidance import Action, ActionKind, Guidance, Place
from desktop_app.app.guidance_pieces import again, host, host_first
from desktop_app.app.i18n import _


def name_not_resolved(place: Place) -> Guidance:
    return Guidance(
        _("This computer can not find {host}").format(host=host(place)),
        _("The name {host} could not be turned into an address.").format(host=host(place)),
        _("Most often there is no network connection, or a VPN or name server is missing."),
        _("Check that other web pages open on this computer, connect the VPN if your company has one, then try again."),
        again(),
    )


def connection_refused(place: Place) -> Guidance:
    return Guidance(
        _("{host} did not accept the connection").format(host=host_first(place)),
        _("The computer behind that name answered, but refused to talk."),
        _("A firewall may block it, or the address of a custom cloud has a wrong port."),
        _("Ask your network team whether {host} may be reached from here, then try again.").format(host=host(place)),
        again(),
    )


def connection_lost(place: Place) -> Guidance:
    return Guidance(
        _("The connection to {host} broke off").format(host=host(place)),
        _("The connection was made, and then it ended without an answer."),
        _("This happens on unsteady networks, or when a firewall or proxy cuts connections."),
        _("Try again. If it happens every time, try from another network and tell your network team."),
        again(),
    )


def timed_out(place: Place) -> Guidance:
    return Guidance(
        _("{host} took too long to answer").format(host=host_first(place)),
        _("There was no answer within the time limit."),
        _("The network may be slow, or a firewall silently drops the connection."),
        _("Try again in a moment. If it stays so, ask your network team whether {host} is allowed.").format(
            host=host(place)
        ),
        again(),
    )


def certificate_untrusted(place: Place) -> Guidance:
    issuer = place.fact("issuer", "")
    likely = (
        _(
            "Companies often look into web traffic with a certificate of their own, and security programs do the same; "
            "if that is what “{issuer}” is for, this computer has not been told to trust it."
        ).format(issuer=issuer)
        if issuer
        else _(
            "Companies often look into web traffic with a certificate of their own; this computer has not been told "
            "to trust it."
        )
    )
    return Guidance(
        _("The certificate of {host} is not trusted here").format(host=host(place)),
        _issued_by(
            place,
            _("The server showed a certificate from an authority that this computer does not know."),
            _("The server showed a certificate from “{issuer}”, and this computer does not trust that name."),
        ),
        likely,
        _(
            "Ask your IT team whether that is right, and for the company's root certificate: it can be installed on "
            "this computer, or chosen as a file under Advanced."
        ),
        Action(_("Choose a certificate file"), ActionKind.EDIT_FIELD, "ca_file"),
    )


def certificate_expired(place: Place) -> Guidance:
    return Guidance(
        _("The certificate of {host} has expired").format(host=host(place)),
        _issued_by(
            place,
            _("The certificate with which the server proves its identity is past its last day."),
            _("The certificate with which the server proves its identity is past its last day. It is from “{issuer}”."),
        ),
        _("This computer's clock is wrong, or whoever runs the server or the proxy has not renewed it in time."),
        _(
            "Look at the date and time of this computer first, and set them to be kept automatically. If they are "
            "right, tell your network team; no setting in ADO Connect gets around it."
        ),
        again(),
    )


def certificate_not_yet_valid(place: Place) -> Guidance:
    return Guidance(
        _("The certificate of {host} is not valid yet").format(host=host(place)),
        _issued_by(
            place,
            _("The certificate with which the server proves its identity begins at a later date than today's."),
            _(
                "The certificate with which the server proves its identity begins at a later date than today's. "
                "It is from “{issuer}”."
            ),
        ),
        _("Almost always this computer's clock is behind: a flat battery or a sleeping virtual machine is enough."),
        _("Set the date and time of this computer, best by letting it keep them automatically, then try again."),
        again(),
    )


def certificate_wrong_host(place: Place) -> Guidance:
    return Guidance(
        _("Another server answered in place of {host}").format(host=host(place)),
        _issued_by(
            place,
            _("The server that answered has a certificate for another name, so it is not the one that was asked for."),
            _(
                "The server that answered has a certificate for another name, so it is not the one that was asked for. "
                "The certificate is from “{issuer}”."
            ),
        ),
        _(
            "The sign-in page of a guest network or a proxy may stand in the way, or an address of a custom cloud "
            "is not exact."
        ),
        _(
            "Open any web page in your browser: does this network ask you to sign in first? If you entered addresses "
            "under Advanced, compare them letter by letter, then try again."
        ),
        again(),
    )


def certificate_strict(place: Place) -> Guidance:
    return Guidance(
        _("The certificate of {host} does not meet this computer's rules").format(host=host(place)),
        _issued_by(
            place,
            _("The server's certificate is known here, but it was made in a way that is no longer accepted."),
            _(
                "The server's certificate, which is from “{issuer}”, was made in a way that is no longer accepted "
                "on this computer."
            ),
        ),
        _(
            "A company's own authority often makes such certificates: a part that newer rules ask for is missing, "
            "or the key is too weak."
        ),
        _(
            "Send the details below to your IT team: they name the rule, and a newly issued certificate mends it. "
            "Then try again."
        ),
        again(),
    )


def _issued_by(place: Place, unknown: str, known: str) -> str:
    """The sentence that names the issuer, where it could be found out."""
    issuer = place.fact("issuer", "")
    return known.format(issuer=issuer) if issuer else unknown


def tls_failed(place: Place) -> Guidance:
    return Guidance(
        _("No secure connection to {host}").format(host=host(place)),
        _("The two computers could not agree on a secure connection."),
        _("A proxy or an old server stands in between, or this computer's clock is wrong."),
        _("Check the date and time of this computer, then try again; otherwise ask your network team."),
        again(),
    )


def proxy_failed(place: Place) -> Guidance:
    return Guidance(
        _("The proxy did not let the connection through"),
        _("This computer reaches the internet through a proxy, and the proxy refused or did not answer."),
        _("It may ask for a sign-in, or its address in the system settings is out of date."),
        _("Check the proxy in your system's network settings, or ask your network team to allow {host}.").format(
            host=host(place)
        ),
        again(),
    )


def redirected(place: Place) -> Guidance:
    return Guidance(
        _("{host} sent us somewhere else").format(host=host_first(place)),
        _("Instead of an answer came a reference to another page, and ADO Connect never follows those with a secret."),
        _(
            "A sign-in page of a hotel or guest network may be in the way, or an address of a custom "
            "cloud is not exact."
        ),
        _("Open any web page in your browser: does this network ask you to sign in first? Then try again."),
        again(),
    )


def throttled(place: Place) -> Guidance:
    wait = place.fact("retry_after_s", "")
    pause = (
        _("Wait {seconds} seconds, then try again.").format(seconds=wait)
        if wait
        else _("Wait a minute, then try again.")
    )
    return Guidance(
        _("{host} asks us to slow down").format(host=host_first(place)),
        _("The server received too many requests from this account in a short time."),
        _("Another tool may be using the same account or token right now."),
        pause,
        again(),
    )


def service_unavailable(place: Place) -> Guidance:
    return Guidance(
        _("{host} has trouble at the moment").format(host=host_first(place)),
        _("The server answered that it can not work right now (status {status}).").format(
            status=place.fact("status", _("unknown"))
        ),
        _("This is on Microsoft's side, or on that of your server, and usually passes."),
        _("Look at the service status page, and try again in a few minutes."),
        Action(_("Open the status page"), ActionKind.OPEN_URL, "https://status.dev.azure.com"),
    )


def not_json(place: Place) -> Guidance:
    return Guidance(
        _("{host} sent something unexpected").format(host=host_first(place)),
        _("A web page or a broken answer came where data was expected."),
        _("A proxy, a sign-in page of the network, or a wrong address in a custom cloud can cause this."),
        _("Check the network and the addresses under Advanced, then try again."),
        again(),
    )


def ca_file_unreadable(place: Place) -> Guidance:
    return Guidance(
        _("The certificate file can not be used"),
        _("The file {file} is missing, can not be read, or holds no certificate in PEM form.").format(
            file=place.fact("file", _("you chose"))
        ),
        _("It may have been moved, or it is in another form (for example .pfx or .der)."),
        _("Choose the file again under Advanced; it begins with the line “-----BEGIN CERTIFICATE-----”."),
        Action(_("Choose the file"), ActionKind.EDIT_FIELD, "ca_file"),
    )
