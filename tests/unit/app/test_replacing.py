"""A wizard that is open for a part of a connection only: its route, what it asks for, what is saved, and its words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from desktop_app.app.drafts import Aim, ClientSecretDraft, OAuthDraft, PatDraft, draft_from
from desktop_app.app.flows import ClientSecretPage, OAuthPage, PatPage, client_secret_flow, oauth_flow, pat_flow
from desktop_app.app.renewal_words import suggested_end
from desktop_app.app.renewals import Offer
from desktop_app.app.replacement_words import done_words, kept_words, not_put_back, other_account_words
from desktop_app.app.wizard_tokens import end_of, make_pat, makers, save_and_settle
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.changes import Change, Step
from desktop_app.core.cloud import CHINA
from desktop_app.core.credential import Secret
from desktop_app.core.history import EventKind
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method
from tests.fakes.clock import NOON
from tests.fakes.profiles import a_profile
from tests.unit.app.renewing import OLD_KEY, OLD_PAT, R1_SCOPES, RenewalWorld
from tests.unit.app.world import CLIENT_SECRET, PAT, World

TODAY = date(2026, 11, 25)
NEW_SECRET = "new" + CLIENT_SECRET[3:]


# -- the route --------------------------------------------------------------------------------------------------------


def test_a_replacement_begins_where_the_secret_is_entered() -> None:
    saved, aim = a_profile(), Aim.NEW_SECRET
    pat, app, person = PatDraft(editing=saved, aim=aim), ClientSecretDraft(editing=saved, aim=aim), OAuthDraft(aim=aim)
    assert pat_flow(pat).path(pat)[0] is PatPage.TOKEN
    assert client_secret_flow(app).path(app)[0] is ClientSecretPage.DETAILS
    assert oauth_flow(person).path(person)[:2] == (OAuthPage.DETAILS, OAuthPage.SIGN_IN)


def test_a_new_sign_in_begins_at_the_sign_in() -> None:
    draft = OAuthDraft(editing=a_profile(), aim=Aim.NEW_SIGN_IN)
    assert oauth_flow(draft).path(draft) == tuple(OAuthPage)[3:]


def test_whole_wizards_begin_at_the_beginning() -> None:
    assert pat_flow(PatDraft()).start is PatPage.ORGANIZATION
    assert client_secret_flow(ClientSecretDraft()).start is ClientSecretPage.ORGANIZATION
    assert oauth_flow(OAuthDraft()).start is OAuthPage.ORGANIZATION


# -- the draft --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", Method)
def test_a_replacement_keeps_neither_the_secret_nor_its_end(method: Method) -> None:
    profile = replace(a_profile(), method=method, credential_ends=TODAY)
    assert draft_from(profile).keeps_secret
    assert draft_from(profile).ends == TODAY
    draft = draft_from(profile, Aim.NEW_SECRET)
    assert not draft.keeps_secret
    assert draft.ends is None
    assert draft.organization == profile.organization
    again = draft_from(profile, Aim.NEW_SIGN_IN)
    assert again.keeps_secret
    assert again.ends == TODAY


def test_a_new_sign_in_is_noted_as_one_and_loses_nothing(world: World) -> None:
    before = world.connections.rename(world.saved(Method.OAUTH).id, "Mine")
    draft = draft_from(before, Aim.NEW_SIGN_IN)
    assert isinstance(draft, OAuthDraft)
    world.sign_in(draft)
    after = world.connections.save(world.prove(draft), "Mine")
    assert world.history.load(after.id)[-1].kind is EventKind.SIGNED_IN_AGAIN
    told = ("last_check", "renewed_at")
    assert replace(after, **{name: getattr(before, name) for name in told}) == before


def test_a_new_secret_of_a_sign_in_is_noted_as_replaced(world: World) -> None:
    before = world.saved(Method.OAUTH)
    draft = draft_from(before, Aim.NEW_SECRET)
    assert isinstance(draft, OAuthDraft)
    draft.client_secret = Secret(NEW_SECRET)
    world.sign_in(draft)
    world.connections.save(world.prove(draft), before.name)
    assert world.history.load(before.id)[-1].kind is EventKind.REPLACED
    assert world.connections.long_lived_secret(before.id) == Secret(NEW_SECRET)


@pytest.mark.parametrize("method", Method)
def test_the_part_that_a_person_must_replace_is_told(world: World, method: Method) -> None:
    secret = world.connections.long_lived_secret(world.saved(method).id)
    assert secret == Secret(PAT if method is Method.PAT else CLIENT_SECRET)


# -- a token that is made for a draft ---------------------------------------------------------------------------------


def test_the_end_of_a_day_is_never_more_than_a_year_away() -> None:
    assert end_of(TODAY, NOON) == datetime(2026, 11, 25, 23, 59, 59, tzinfo=UTC)
    far = NOON.date() + timedelta(days=365)
    assert end_of(far, NOON) <= NOON + timedelta(days=365)
    assert end_of(far, NOON).date() == far


def test_only_sign_ins_to_the_same_organization_make_tokens_one_for_each_account() -> None:
    person = replace(a_profile(1), organization="Contoso", account="b@contoso.example")
    others = (
        replace(person, id=a_profile(2).id, account="B@contoso.example"),
        replace(person, id=a_profile(3).id, account="a@contoso.example"),
        replace(person, id=a_profile(4).id, organization="fabrikam"),
        replace(person, id=a_profile(5).id, cloud=CHINA),
        replace(person, id=a_profile(6).id, method=Method.PAT),
        replace(person, id=a_profile(7).id, account=""),
    )
    found = makers((person, *others), person.cloud, "contoso")
    assert [profile.account for profile in found] == ["a@contoso.example", "b@contoso.example"]


@pytest.fixture
def azure() -> RenewalWorld:
    return RenewalWorld()


def made_draft(azure: RenewalWorld) -> PatDraft:
    """A draft whose token Azure made a moment ago."""
    through = azure.saved(Method.OAUTH, "Sign-in")
    ends_at = azure.clock.now().replace(microsecond=0) + timedelta(days=20)
    made = make_pat(azure.renewals, through, "contoso", ends_at, Cancel())
    return PatDraft(organization="contoso", token=made.token, made=made, ends=ends_at.date())


def save(azure: RenewalWorld, draft: PatDraft, cancel: Cancel | None = None) -> None:
    azure.prove(draft)
    save_and_settle(azure.connections, azure.renewals, draft, "Made", cancel or Cancel())


def test_a_made_token_is_saved_with_what_azure_told_and_kept(azure: RenewalWorld) -> None:
    draft = made_draft(azure)
    made = draft.made
    assert made is not None
    save(azure, draft)
    (profile,) = (profile for profile in azure.connections.load() if profile.method is Method.PAT)
    assert (profile.credential_id, profile.credential_ends_at) == (made.id, made.ends_at)
    assert frozenset(profile.scopes) == R1_SCOPES
    assert azure.entries.load() == ()
    assert set(azure.pats.tokens) == {made.id}
    assert draft.made is None


def test_another_end_than_azures_is_the_persons_word(azure: RenewalWorld) -> None:
    draft = made_draft(azure)
    draft.ends = TODAY
    save(azure, draft)
    (profile,) = (profile for profile in azure.connections.load() if profile.method is Method.PAT)
    assert (profile.credential_ends, profile.credential_ends_at) == (TODAY, None)
    assert profile.credential_id


def test_a_made_token_that_is_not_the_one_saved_is_revoked(azure: RenewalWorld) -> None:
    draft = made_draft(azure)
    assert draft.made is not None
    made_id, draft.token = draft.made.id, Secret(PAT)
    azure.pats.put(replace(azure.pats.tokens[made_id][0], authorization_id="mine"), Secret(PAT))
    save(azure, draft)
    assert set(azure.pats.tokens) == {"mine"}
    (profile,) = (profile for profile in azure.connections.load() if profile.method is Method.PAT)
    assert profile.credential_id == ""


def test_a_made_token_whose_saving_is_cancelled_is_revoked(azure: RenewalWorld) -> None:
    draft, cancel = made_draft(azure), Cancel()
    cancel.request()
    with pytest.raises(Cancelled):
        save(azure, draft, cancel)
    assert azure.pats.tokens == {}
    assert azure.entries.load() == ()


# -- renewing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", [Method.PAT, Method.CLIENT_SECRET])
def test_an_offer_tells_how_long_the_old_one_was_made_to_last(azure: RenewalWorld, method: Method) -> None:
    offer = azure.renewals.offer(azure.with_old(method).id, Cancel())
    assert (offer.knows_old, offer.lasted) == (True, timedelta(days=90))
    assert {OLD_PAT, OLD_KEY} >= set(azure.at_azure(azure.connections.load()[-1]))


def test_an_offer_for_a_token_that_azure_did_not_tell_of_knows_neither(azure: RenewalWorld) -> None:
    offer = azure.renewals.offer(azure.with_old(Method.PAT, known=False).id, Cancel())
    assert (offer.knows_old, offer.lasted) == (False, None)


def test_an_offer_fails_where_the_sign_in_may_not_manage_tokens(azure: RenewalWorld) -> None:
    profile = azure.with_old(Method.PAT, known=False)
    azure.pats.allowed = False
    with pytest.raises(ConnectionProblem) as failure:
        azure.renewals.offer(profile.id, Cancel())
    assert failure.value.problem is Problem.PAT_LIFECYCLE_REFUSED


@pytest.mark.parametrize(
    ("lasted", "days"),
    [(None, 90), (timedelta(days=30, hours=5), 30), (timedelta(days=730), 365), (timedelta(hours=5), 1)],
)
def test_the_suggested_end_is_as_far_away_as_the_old_one_was_but_never_over_a_year(
    lasted: timedelta | None, days: int
) -> None:
    assert suggested_end(Offer(None, False, lasted), TODAY) == TODAY + timedelta(days=days)


# -- words ------------------------------------------------------------------------------------------------------------


def test_every_step_of_a_journal_has_a_notice_or_is_over_in_a_moment() -> None:
    for method in Method:
        profile = replace(a_profile(), method=method)
        said = {step: kept_words(Change(profile.id, step, NOON, before=profile), profile) for step in Step}
        silent = {step for step, words in said.items() if words is None}
        assert silent == {Step.ADDING, Step.SWAPPING, Step.FORGETTING, Step.PUTTING_BACK, Step.REMOVING}
        kept, revoking = said[Step.KEPT], said[Step.REVOKING]
        assert kept is not None
        assert revoking is not None
        assert kept.link is not None
        assert kept.forget
        assert kept.put_back
        assert revoking.put_back == "", "what is being revoked is not put back"
        assert ("token" in kept.title) is (method is Method.PAT)


def test_an_old_one_that_does_not_work_is_explained_by_its_own_problem() -> None:
    guidance = not_put_back(ConnectionProblem(Problem.PAT_EXPIRED), replace(a_profile(), method=Method.PAT))
    assert "the new one is still in use" in guidance.now
    assert guidance.action is None


def test_no_account_is_no_other_account(world: World) -> None:
    before = world.saved(Method.OAUTH)
    draft = draft_from(before, Aim.NEW_SIGN_IN)
    assert other_account_words(draft) == ""
    assert isinstance(draft, OAuthDraft)
    world.sign_in(draft)
    assert other_account_words(world.prove(draft)) == ""
    draft.editing = replace(before, account="somebody@else.example")
    assert "somebody@else.example until now" in other_account_words(draft)


@pytest.mark.parametrize("aim", Aim)
def test_the_last_page_tells_a_new_connection_from_a_changed_one(aim: Aim) -> None:
    assert done_words(PatDraft())[0] == "Connection created"
    assert done_words(PatDraft(editing=a_profile(), aim=aim))[0] != "Connection created"
