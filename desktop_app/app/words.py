"""Short words: the names of methods, checks and states, and one sentence for every fault of a field."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Literal, assert_never

from desktop_app.app.guidance import Place
from desktop_app.app.guidance_index import guidance_for
from desktop_app.app.i18n import _, ngettext
from desktop_app.core.checks import CheckName, CheckResult, CheckStatus
from desktop_app.core.ends import OVER, end_of_connection, ends_of, may_be_due
from desktop_app.core.inputs import LEAST_PASSPHRASE, InputFault, InputNote
from desktop_app.core.profile import Method, Profile

StateKind = Literal["good", "attention", "bad", "neutral"]

URGENCY: dict[StateKind, int] = {"bad": 0, "attention": 1, "neutral": 2, "good": 3}
"""Where states stand in a list: the one to look at first in front."""


def method_name(method: Method) -> str:
    match method:
        case Method.OAUTH:
            return _("OAuth")
        case Method.PAT:
            return _("Personal access token")
        case Method.CLIENT_SECRET:
            return _("Client secret")
        case _:
            assert_never(method)


def check_title(name: CheckName) -> str:
    """A line of the list of checks, before it ran."""
    match name:
        case CheckName.REACH:
            return _("Reach the organization")
        case CheckName.TENANT:
            return _("Find the tenant")
        case CheckName.TOKEN:
            return _("Get a token")
        case CheckName.IDENTITY:
            return _("Know who it acts as")
        case CheckName.PROJECTS:
            return _("Read projects")
        case CheckName.VARIABLE_GROUPS:
            return _("Read variable groups")
        case CheckName.RELEASES:
            return _("Read releases")
        case CheckName.SERVICE_CONNECTIONS:
            return _("Read service connections")
        case _:
            assert_never(name)


def check_outcome(result: CheckResult, place: Place) -> str:
    """The same line, after it ran: what was seen, or why it failed."""
    match result.status:
        case CheckStatus.PASSED:
            return _passed(result)
        case CheckStatus.FAILED:
            if result.problem is None:
                return _("Failed.")
            where = Place(place.cloud, place.organization, place.tenant, place.client_id, result.facts)
            return f"{guidance_for(result.problem, where).title}."
        case CheckStatus.UNKNOWN:
            return _("There was no project to try it with.")
        case CheckStatus.SKIPPED:
            return _("Not checked, because something before it failed.")
        case _:
            assert_never(result.status)


def _passed(result: CheckResult) -> str:
    facts = result.facts
    count = int(facts.get("count", "0"))
    match result.name:
        case CheckName.REACH:
            return _("{organization} answered.").format(organization=facts.get("organization") or _("The organization"))
        case CheckName.TENANT:
            return _("The organization trusts this tenant.")
        case CheckName.TOKEN:
            return _("Microsoft gave a token.")
        case CheckName.IDENTITY:
            return _("It acts as {account}.").format(account=facts.get("account") or _("an account without a name"))
        case CheckName.PROJECTS:
            return ngettext("Listed {count} project.", "Listed {count} projects.", count).format(count=count)
        case CheckName.VARIABLE_GROUPS | CheckName.RELEASES | CheckName.SERVICE_CONNECTIONS:
            return _("Reading them in {project} was allowed.").format(project=facts.get("project") or _("a project"))
        case _:
            assert_never(result.name)


def status_words(profile: Profile, now: datetime, zone: tzinfo | None = None) -> tuple[StateKind, str]:
    """(kind of pill, words) for a connection's state at `now` (aware UTC), by the calendar of `zone` (core/ends.py)."""
    if profile.refused is not None:
        return "bad", _("Not allowed")
    last = profile.last_check
    end = end_of_connection(ends_of(profile, zone=zone)) if may_be_due(profile, now) else None
    step = end.step(now, zone) if end else None
    if step == OVER:
        return "bad", _("Expired")
    if last is not None and not last.identity_proved:
        return "bad", _("Needs you")
    days = end.days_left(now, zone) if end else None
    if step is not None and days is not None:
        words = _("Expires today") if days == 0 else ngettext("Expires in {n} day", "Expires in {n} days", days)
        return "attention", words.format(n=days)
    if last is None:
        return "neutral", _("Not checked yet")
    if last.problem is not None:
        return "attention", _("Works in part")
    return "good", _("Works")


def moment_words(moment: datetime) -> str:
    """A point in time in this computer's own time zone."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


def note_words(note: InputNote, value: str) -> str:
    """What to say about a value that was accepted."""
    match note:
        case InputNote.ORGANIZATION_FROM_URL:
            return _("The organization in this address is {organization}.").format(organization=value)
        case InputNote.BLANKS_REMOVED:
            return _("Blanks around it were left out.")
        case _:
            assert_never(note)


def fault_words(fault: InputFault) -> str:  # noqa: PLR0912 - one branch per code
    """One sentence to stand beside the field."""
    match fault:
        case InputFault.EMPTY:
            return _("Please fill this in.")
        case InputFault.ORGANIZATION_SPACES:
            return _("An organization's name has no spaces. Is this perhaps a project's name?")
        case InputFault.ORGANIZATION_TOO_LONG:
            return _("An organization's name has at most 50 characters.")
        case InputFault.ORGANIZATION_CHARACTERS:
            return _("An organization's name has only English letters, digits and hyphens.")
        case InputFault.ORGANIZATION_HYPHEN_END:
            return _("An organization's name begins and ends with a letter or digit.")
        case InputFault.ORGANIZATION_OTHER_SITE:
            return _("This is not an address of Azure DevOps. Paste one that begins with https://dev.azure.com/.")
        case InputFault.ORGANIZATION_NOT_IN_URL:
            return _("This address names no organization. It is the first word after dev.azure.com/.")
        case InputFault.TENANT_SHAPE:
            return _(
                "A tenant ID looks like 00000000-0000-0000-0000-000000000000; a domain like contoso.com works too."
            )
        case InputFault.TENANT_SHARED:
            return _("This word stands for no tenant in particular. Enter your own tenant's ID.")
        case InputFault.CLIENT_ID_SHAPE:
            return _("A client ID looks like 00000000-0000-0000-0000-000000000000.")
        case InputFault.SECRET_IS_ID:
            return _("This is the secret's ID. Copy what stands in the column “Value” instead.")
        case InputFault.SECRET_HAS_BLANKS:
            return _("A client secret has no blanks inside. Was more than the value copied?")
        case InputFault.PAT_IS_JWT:
            return _("This is a sign-in token of another kind, not a personal access token.")
        case InputFault.PAT_IS_GUID:
            return _("This is an ID, not a token. The token itself is shown only once, right after it was made.")
        case InputFault.PAT_HAS_SCHEME:
            return _("Paste the token alone, without “Bearer” or “Basic” in front of it.")
        case InputFault.PAT_HAS_BLANKS:
            return _("A token has no blanks or line breaks inside.")
        case InputFault.PAT_SHAPE:
            return _("This does not look like a personal access token: those have 84 characters, older ones 52.")
        case InputFault.SECRET_SAME:
            return _("This is the one that is saved already. Enter the new one.")
        case InputFault.EXPIRY_SHAPE:
            return _("Write the date as year-month-day, for example 2027-03-31.")
        case InputFault.EXPIRY_PAST:
            return _("This day is over already. An expired token can not be used.")
        case InputFault.EXPIRY_OUTSIDE:
            return _("Choose a day from tomorrow to one year from now.")
        case InputFault.REDIRECT_SHAPE:
            return _("A redirect URI is a complete address, for example https://secrets.example.com/callback.")
        case InputFault.REDIRECT_INSECURE:
            return _("The address must begin with https://; http:// is allowed for localhost only.")
        case InputFault.REDIRECT_TOO_LONG:
            return _("A redirect URI has at most 256 characters.")
        case InputFault.NAME_TAKEN:
            return _("Another connection has this name already.")
        case InputFault.NAME_TOO_LONG:
            return _("A name has at most 64 characters.")
        case InputFault.PASSPHRASE_SHORT:
            return _(
                "Take at least {count} characters: a few words that you can remember are better than a short one."
            ).format(count=LEAST_PASSPHRASE)
        case InputFault.PASSPHRASE_DIFFERS:
            return _("This is not the same passphrase.")
        case InputFault.HOST_SHAPE:
            return _("Enter a complete address that begins with https://, for example https://devops.example.com.")
        case _:
            assert_never(fault)


def organization_url_words(profile: Profile) -> str:
    """The organization's address without its scheme, as people write it."""
    return profile.cloud.organization_url(profile.organization).removeprefix("https://")
