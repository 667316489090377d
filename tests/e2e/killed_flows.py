"""What a person does with connections, from the state before it to the end: flows that a process may die in.

Values are the practice cloud's seeded ones (desktop_app/practice/seed.py), so that no secret has to be told to a child.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from desktop_app.app.drafts import ClientSecretDraft, Draft, OAuthDraft, PatDraft, draft_from
from desktop_app.app.renewals import Renewed, Wish
from desktop_app.app.secret_slots import token_slot
from desktop_app.core.cancel import Cancel
from desktop_app.core.checks import CheckResult
from desktop_app.core.credential import Secret
from desktop_app.core.profile import Method, Profile
from desktop_app.infra.clock import SystemClock
from desktop_app.infra.credential_json import decode_token, encode_token
from desktop_app.practice.derivation import client_secret, guid, personal_access_token
from desktop_app.practice.seed import ADMINISTRATOR, CONTOSO
from tests.e2e.killing import Program
from tests.fakes.scripted_sign_in import ScriptedSignIn

SECOND_SECRET = "automation/second"
"""Of the app "automation", beside its own; the test puts it into the directory."""

Deed = Callable[[Program], None]


@dataclass(frozen=True, slots=True)
class Flow:
    """`before` makes the state that `act` begins with. `fewest` and `most` are how many connections there may be
    afterwards."""

    before: tuple[Deed, ...]
    act: Deed
    fewest: int
    most: int


def unheard(result: CheckResult) -> None:
    """Nobody listens."""


def draft(running: Program, method: Method) -> Draft:
    common = {"cloud": running.cloud, "organization": "contoso"}
    if method is Method.PAT:
        return PatDraft(**common, token=Secret(personal_access_token("pat/four-scopes")))  # type: ignore[arg-type]  # each has its own type
    app = "automation" if method is Method.CLIENT_SECRET else "web"
    secret = Secret(client_secret(f"app/{app}"))
    signs_in = {"tenant": CONTOSO.id, "client_id": guid(f"app/{app}"), "client_secret": secret}
    if method is Method.CLIENT_SECRET:
        return ClientSecretDraft(**common, **signs_in)  # type: ignore[arg-type]  # as above
    return OAuthDraft(**common, **signs_in, redirect_uri="http://localhost")  # type: ignore[arg-type]  # as above


def save(running: Program, draft: Draft, name: str) -> Profile:
    if isinstance(draft, OAuthDraft):
        surface = ScriptedSignIn(running.browser, ADMINISTRATOR.name)
        grant = running.connections.sign_in(draft, surface, draft.redirect_uri, Cancel())
        draft.last_sign_in = (draft.sign_in_key, grant)
    draft.last_proof = running.connections.prove(draft, unheard, Cancel())
    return running.connections.save(draft, name)


def add(method: Method) -> Deed:
    """Azure's id of a personal access token is known, as after its end was asked for."""

    def deed(running: Program) -> None:
        profile = save(running, draft(running, method), str(method))
        if method is Method.PAT:
            running.profiles.save(replace(profile, credential_id=guid("pat/four-scopes")))

    return deed


def add_only(method: Method) -> Deed:
    return lambda running: _ignore(save(running, draft(running, method), str(method)))


def replace_secret(method: Method) -> Deed:
    def deed(running: Program) -> None:
        edited = draft_from(running.the(method))
        if isinstance(edited, PatDraft):
            edited.token = Secret(personal_access_token("pat/wide"))
        if isinstance(edited, ClientSecretDraft):
            edited.client_secret = Secret(client_secret(SECOND_SECRET))
        save(running, edited, edited.name)

    return deed


def edit_without_a_new_secret(method: Method) -> Deed:
    return lambda running: _ignore(save(running, draft_from(running.the(method)), "Edited"))


def rename(method: Method) -> Deed:
    return lambda running: _ignore(running.connections.rename(running.the(method).id, "Renamed"))


def remove(method: Method) -> Deed:
    return lambda running: running.connections.remove(running.the(method).id)


def put_back(method: Method) -> Deed:
    return lambda running: _ignore(running.connections.put_back(running.the(method).id, unheard, Cancel()))


def forget_old(method: Method) -> Deed:
    return lambda running: running.connections.forget_old(running.the(method).id)


def renewed(running: Program, method: Method, *, revoke_old: bool = True) -> Renewed:
    wish = Wish(SystemClock().now() + timedelta(days=90), revoke_old)
    return running.renewals.renew(running.the(method).id, wish, lambda stage: None, unheard, Cancel())


def renew(method: Method, *, revoke_old: bool = True) -> Deed:
    def deed(running: Program) -> None:
        assert renewed(running, method, revoke_old=revoke_old).left is None

    return deed


def use(method: Method) -> Deed:
    return lambda running: _ignore(running.connections.fresh_token(running.the(method).id, Cancel()))


def let_token_end(method: Method) -> Deed:
    """The access token that the processes share has ended."""

    def deed(running: Program) -> None:
        slot = token_slot(running.the(method).id)
        stored = running.secrets.get(slot)
        obtained = decode_token(stored) if stored else None
        assert obtained is not None
        ended = replace(obtained.token, expires_at=SystemClock().now() - timedelta(minutes=1))
        running.secrets.set(slot, encode_token(replace(obtained, token=ended)))

    return deed


def make_token(*, save_it: bool) -> Deed:
    """The wizard has a token made, and is finished or left."""

    def deed(running: Program) -> None:
        ends_at = SystemClock().now() + timedelta(days=90)
        key, value, _made = running.renewals.make_pat(running.the(Method.OAUTH).id, "contoso", ends_at, Cancel())
        if not save_it:
            running.renewals.discard_made(key, Cancel())
            return
        made = draft(running, Method.PAT)
        assert isinstance(made, PatDraft)
        made.token = value
        save(running, made, "Made")
        running.renewals.keep_made(key)

    return deed


def _ignore(outcome: object) -> None:
    """What comes of it is looked at afterwards, by another process."""


PAT, APP, PERSON = Method.PAT, Method.CLIENT_SECRET, Method.OAUTH
FLOWS: Mapping[str, Flow] = {
    "add a token": Flow((), add_only(PAT), 0, 1),
    "add an app": Flow((), add_only(APP), 0, 1),
    "add a sign-in": Flow((), add_only(PERSON), 0, 1),
    "replace a token": Flow((add(PAT),), replace_secret(PAT), 1, 1),
    "replace a client secret": Flow((add(APP),), replace_secret(APP), 1, 1),
    "sign in again": Flow((add(PERSON),), edit_without_a_new_secret(PERSON), 1, 1),
    "edit with an older secret kept": Flow((add(APP), replace_secret(APP)), edit_without_a_new_secret(APP), 1, 1),
    "rename": Flow((add(PAT),), rename(PAT), 1, 1),
    "remove": Flow((add(APP), replace_secret(APP), use(APP)), remove(APP), 0, 1),
    "remove a sign-in": Flow((add(PERSON), use(PERSON)), remove(PERSON), 0, 1),
    "put a token back": Flow((add(PAT), replace_secret(PAT)), put_back(PAT), 1, 1),
    "put a client secret back": Flow((add(APP), replace_secret(APP), use(APP)), put_back(APP), 1, 1),
    "forget the old one": Flow((add(PAT), replace_secret(PAT)), forget_old(PAT), 1, 1),
    "renew a token": Flow((add(PERSON), add(PAT)), renew(PAT), 2, 2),
    "renew a token, keep the old": Flow((add(PERSON), add(PAT)), renew(PAT, revoke_old=False), 2, 2),
    "renew a client secret": Flow((add(APP),), renew(APP), 1, 1),
    "renew a client secret, keep the old": Flow((add(APP),), renew(APP, revoke_old=False), 1, 1),
    "refresh a sign-in": Flow((add(PERSON), use(PERSON), let_token_end(PERSON)), use(PERSON), 1, 1),
    "refresh a sign-in again": Flow(
        (add(PERSON), use(PERSON), let_token_end(PERSON), use(PERSON), let_token_end(PERSON)), use(PERSON), 1, 1
    ),
    "use an app for the first time": Flow((add(APP),), use(APP), 1, 1),
    "use an app again": Flow((add(APP), use(APP)), use(APP), 1, 1),
    "make a token and save it": Flow((add(PERSON),), make_token(save_it=True), 1, 2),
    "make a token and leave": Flow((add(PERSON),), make_token(save_it=False), 1, 1),
}
