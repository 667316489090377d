"""What the browser shows when a sign-in that began in it is over."""

from __future__ import annotations

from desktop_app.app.i18n import _
from desktop_app.infra.loopback_http import LoopbackPage


def loopback_page() -> LoopbackPage:
    """The page that says "you can close this"."""
    return LoopbackPage(
        title=_("You are signed in"),
        text=_("ADO Connect has received the answer. You can close this page and go back to the program."),
    )
