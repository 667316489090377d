"""Translations through gettext; English where there is none.

Whole sentences only, with named places: `_("Sign in to {organization}").format(organization=...)`.
"""

from __future__ import annotations

import gettext

from desktop_app.resources import resource

DOMAIN = "ado-connect"

_translations: gettext.NullTranslations = gettext.NullTranslations()


def choose_language(languages: list[str] | None = None) -> None:
    """Load the catalogue for `languages` (POSIX names, best first), or for the environment's own where None."""
    global _translations  # noqa: PLW0603 - one language for the whole program, chosen once at start
    _translations = gettext.translation(DOMAIN, str(resource("locale")), languages, fallback=True)


def _(text: str) -> str:
    """`text` in the person's language."""
    return _translations.gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    """The right plural for `count`."""
    return _translations.ngettext(one, many, count)
