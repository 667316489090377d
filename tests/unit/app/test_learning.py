"""Ends that Azure tells: of a token to its owner's sign-in, of a secret to the app itself, and never a silent guess."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from desktop_app.app.issuers import sign_ins_of_owner
from desktop_app.app.learning import Answer, Learning, Untold, enter_end
from desktop_app.app.learning_words import answer_words, token_words
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.cloud import US_GOVERNMENT
from desktop_app.core.credential import Secret
from desktop_app.core.history import EventKind
from desktop_app.core.lifecycle import AppSecretRecord, PatRecord
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import LastCheck, Method, Profile, ProfileId
from tests.fakes.clock import NOON
from tests.fakes.entra import ACCOUNT
from tests.fakes.lifecycle import FakeAppSecrets, FakePatLifecycle
from tests.fakes.profiles import a_profile
from tests.unit.app.world import CLIENT_SECRET, PAT, World, unheard

ENDS = datetime(2027, 1, 31, 22, 30, tzinfo=UTC)
SCOPES = frozenset({"vso.release", "vso.project"})


@dataclass
class School:
    """A world with a Learning in it."""

    world: World

    def __post_init__(self) -> None:
        self.pats = FakePatLifecycle(self.world.clock)
        self.secrets = FakeAppSecrets(self.world.clock)
        self.start()

    def start(self) -> None:
        self.learning = Learning(
            connections=self.world.connections,
            pats=self.pats,
            app_secrets=self.secrets,
            clock=self.world.clock,
            zone=UTC,
        )

    def token(self, id: str, ends: datetime = ENDS, **values: Any) -> PatRecord:
        whole = PatRecord(id, f"Token {id}", SCOPES, NOON, ends)
        record = replace(whole, **values)
        self.pats.put(record, Secret(PAT))
        return record

    def secret(self, id: str, value: str = CLIENT_SECRET, ends: datetime = ENDS) -> AppSecretRecord:
        record = AppSecretRecord(id, "", value[:3], NOON - timedelta(days=9), ends)
        self.secrets.put(record, Secret(value))
        return record

    def ask(self, profile: Profile) -> Answer:
        return self.learning.ask(profile.id, Cancel())

    def saved(self, profile: Profile) -> Profile:
        return self.world.connections.profile(profile.id)

    def change(self, profile: Profile, **values: Any) -> Profile:
        return self.world.connections.change(profile.id, **values)

    def noted(self, profile: Profile) -> list[tuple[str, str]]:
        events = self.world.history.load(profile.id)
        learned = [event.facts for event in events if event.kind is EventKind.END_LEARNED]
        return [(facts["ends"], facts["source"]) for facts in learned]


@pytest.fixture
def school(world: World) -> School:
    return School(world)


@pytest.fixture
def pat(school: School) -> Profile:
    """A token, and a sign-in of the same person."""
    school.world.saved(Method.OAUTH, "Sign-in")
    return school.world.saved(Method.PAT, "Nightly sync")


@pytest.fixture
def app(school: School) -> Profile:
    return school.world.saved(Method.CLIENT_SECRET, "Automation")


# -- personal access tokens -------------------------------------------------------------------------------------------


def test_the_only_active_token_of_its_owner_is_the_one(school: School, pat: Profile) -> None:
    school.token("one", all_organizations=True)

    answer = school.ask(pat)

    assert answer.untold is None
    kept = school.saved(pat)
    assert answer.profile == kept
    assert (kept.credential_ends_at, kept.credential_ends, kept.credential_id) == (ENDS, date(2027, 1, 31), "one")
    assert (kept.scopes, kept.all_organizations) == (("vso.project", "vso.release"), True)
    assert school.noted(pat) == [("2027-01-31", "told")]


def test_asking_again_finds_the_same_token_and_notes_nothing(school: School, pat: Profile) -> None:
    school.token("one")
    school.ask(pat)
    school.token("two")

    assert school.ask(pat).untold is None
    assert school.saved(pat).credential_id == "one"
    assert len(school.noted(pat)) == 1


def test_a_token_that_was_given_another_end_is_noticed(school: School, pat: Profile) -> None:
    record = school.token("one")
    school.ask(pat)
    school.pats.put(replace(record, valid_to=ENDS + timedelta(days=60)), Secret(PAT))
    school.ask(pat)

    assert school.saved(pat).credential_ends == date(2027, 4, 1)
    assert school.noted(pat) == [("2027-01-31", "told"), ("2027-04-01", "told")]


def test_the_end_that_was_entered_tells_one_of_several(school: School, pat: Profile) -> None:
    school.change(pat, credential_ends=date(2027, 2, 1))  # a day off: the page shows local time
    school.token("one")
    school.token("two", ENDS + timedelta(days=40))

    assert school.ask(pat).untold is None
    assert school.saved(pat).credential_id == "one"


def test_of_several_with_the_same_end_the_namesake_is_the_one(school: School, pat: Profile) -> None:
    school.change(pat, credential_ends=date(2027, 1, 31))
    school.token("one")
    school.token("two", name="Nightly sync")

    assert school.ask(pat).untold is None
    assert school.saved(pat).credential_id == "two"


def test_among_several_the_person_chooses_and_nothing_is_kept_before(school: School, pat: Profile) -> None:
    one = school.token("one")
    two = school.token("two", name="Nightly sync")

    answer = school.ask(pat)

    assert (answer.untold, set(answer.tokens)) == (Untold.SEVERAL, {one, two})
    assert school.saved(pat) == pat
    assert school.noted(pat) == []
    assert f"2 active tokens of {ACCOUNT} in contoso" in answer_words(answer)
    kept = school.learning.choose(pat.id, two)
    assert (kept.credential_id, kept.credential_ends_at) == ("two", ENDS)
    assert school.noted(pat) == [("2027-01-31", "told")]


def test_tokens_with_the_entered_end_stand_first_in_the_list(school: School, pat: Profile) -> None:
    school.change(pat, credential_ends=date(2027, 1, 31))
    other = school.token("a", ENDS + timedelta(days=40))
    likely = [school.token("x"), school.token("y")]

    assert school.ask(pat).tokens == (*likely, other)


def test_an_entered_end_that_fits_none_is_not_overruled(school: School, pat: Profile) -> None:
    school.change(pat, credential_ends=date(2028, 1, 1))
    school.token("one")

    assert school.ask(pat).untold is Untold.SEVERAL
    assert school.saved(pat).credential_ends == date(2028, 1, 1)


def test_the_only_token_proves_nothing_of_a_connection_that_does_not_work(school: School, pat: Profile) -> None:
    school.change(pat, last_check=LastCheck(NOON, False, Problem.CREDENTIAL_REJECTED))
    school.token("one")

    assert school.ask(pat).untold is Untold.SEVERAL
    assert school.saved(pat).credential_id == ""


@pytest.mark.parametrize("known", ["", "gone"])
def test_a_token_that_is_not_listed_stays_unknown(school: School, pat: Profile, known: str) -> None:
    school.change(pat, credential_id=known)
    if known:
        school.token("another")
    answer = school.ask(pat)

    assert answer.untold is Untold.NOT_LISTED
    assert f"not among the active tokens of {ACCOUNT}" in answer_words(answer)


def test_without_a_sign_in_of_its_owner_it_is_said_what_would_help(school: School) -> None:
    profile = school.world.saved(Method.PAT)

    answer = school.ask(profile)

    assert answer.untold is Untold.NO_SIGN_IN
    assert school.pats.failures.calls == []
    assert f"set up an OAuth connection as {ACCOUNT} to contoso" in answer_words(answer)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({}, True),
        ({"account": ACCOUNT.upper(), "organization": "CONTOSO"}, True),
        ({"account": "somebody@contoso.example"}, False),
        ({"account": ""}, False),
        ({"organization": "fabrikam"}, False),
        ({"cloud": US_GOVERNMENT}, False),
        ({"method": Method.CLIENT_SECRET}, False),
    ],
)
def test_only_the_same_person_at_the_same_place_can_ask(values: dict[str, Any], found: bool) -> None:
    token = a_profile(1, method=Method.PAT, account=ACCOUNT)
    sign_in = a_profile(2, **({"account": ACCOUNT} | values))

    assert sign_ins_of_owner(token, [token, sign_in]) == ((sign_in,) if found else ())


def test_nobody_asks_for_a_token_whose_owner_is_not_known() -> None:
    assert sign_ins_of_owner(a_profile(1, method=Method.PAT, account=""), [a_profile(2, account="")]) == ()


def test_a_sign_in_that_works_is_asked_first() -> None:
    token = a_profile(1, method=Method.PAT)
    broken = a_profile(2, last_check=LastCheck(NOON, False))
    works = a_profile(3, last_check=LastCheck(NOON, True))

    assert sign_ins_of_owner(token, [broken, works]) == (works, broken)


def test_a_sign_in_that_may_not_ask_is_calmly_explained(school: School, pat: Profile) -> None:
    school.pats.allowed = False

    answer = school.ask(pat)

    assert (answer.untold, answer.problem) == (Untold.REFUSED, Problem.PAT_LIFECYCLE_REFUSED)
    assert answer_words(answer).endswith("Look at the token page and enter the date by hand.")
    assert school.saved(pat) == pat


def test_another_sign_in_is_tried_where_the_first_one_fails(school: School, pat: Profile) -> None:
    school.world.saved(Method.OAUTH, "Second sign-in")
    school.token("one")
    school.pats.failures.add("list", Problem.PAT_LIFECYCLE_REFUSED)

    assert school.ask(pat).untold is None


def test_a_sign_in_that_is_over_is_no_failure_of_asking(school: School, pat: Profile) -> None:
    sign_in = next(profile for profile in school.world.connections.load() if profile.method is Method.OAUTH)
    school.world.connections.use_secret_store(school.world.secrets)
    school.world.secrets.delete(sign_in.id)
    school.world.clock.advance(7200)

    answer = school.ask(pat)

    assert (answer.untold, answer.problem) == (Untold.REFUSED, Problem.SECRET_GONE)
    assert answer_words(answer).endswith("You can enter the date by hand.")


# -- client secrets ---------------------------------------------------------------------------------------------------


def test_a_secret_is_found_by_its_first_characters(school: School, app: Profile) -> None:
    school.secret("mine")
    school.secret("other", "abc" + CLIENT_SECRET[3:], ENDS + timedelta(days=9))

    assert school.ask(app).untold is None
    kept = school.saved(app)
    assert (kept.credential_id, kept.credential_ends_at, kept.credential_ends) == ("mine", ENDS, date(2027, 1, 31))


def test_a_secret_that_has_ended_is_not_the_one_that_works(school: School, app: Profile) -> None:
    school.secret("old", ends=NOON - timedelta(days=1))
    school.secret("mine")

    assert school.ask(app).untold is None
    assert school.saved(app).credential_id == "mine"


def test_secrets_that_look_alike_are_not_guessed(school: School, app: Profile) -> None:
    school.secret("one")
    school.secret("two")

    answer = school.ask(app)

    assert answer.untold is Untold.ALIKE
    assert school.saved(app) == app


def test_a_secret_whose_id_is_known_is_found_by_it(school: School, app: Profile) -> None:
    school.secret("one")
    school.secret("two", ends=ENDS + timedelta(days=9))
    school.change(app, credential_id="two")

    assert school.ask(app).untold is None
    assert school.saved(app).credential_ends_at == ENDS + timedelta(days=9)


@pytest.mark.parametrize("known", ["", "gone"])
def test_a_secret_that_was_removed_is_told(school: School, app: Profile, known: str) -> None:
    school.change(app, credential_id=known)

    assert school.ask(app).untold is Untold.NOT_LISTED


def test_most_apps_may_not_read_their_own_secrets(school: School, app: Profile) -> None:
    school.secrets.allowed = False

    answer = school.ask(app)

    assert (answer.untold, answer.problem) == (Untold.REFUSED, Problem.GRAPH_PERMISSION_MISSING)
    assert "like most apps" in answer_words(answer)


def test_the_secret_of_a_sign_ins_app_is_asked_for_too(school: School) -> None:
    profile = school.world.saved(Method.OAUTH)
    assert profile.app_has_secret
    school.secret("mine")

    assert school.ask(profile).untold is None
    assert school.saved(profile).credential_id == "mine"


def test_a_sign_in_without_a_secret_has_nothing_to_ask_for(school: School) -> None:
    profile = school.world.saved(Method.OAUTH)
    school.change(profile, app_has_secret=False)

    assert school.ask(profile).untold is Untold.NOTHING_TO_ASK
    assert school.secrets.failures.calls == []


# -- after a check ----------------------------------------------------------------------------------------------------


def after_check(school: School, profile: Profile) -> Answer | None:
    checked, _report = school.world.connections.check(profile.id, unheard, Cancel())
    return school.learning.ask_after_check(checked, Cancel())


def test_a_check_learns_the_end(school: School, pat: Profile) -> None:
    school.token("one")

    answer = after_check(school, pat)

    assert answer is not None
    assert answer.profile.credential_ends_at == ENDS
    assert after_check(school, pat) is None  # known now


def test_what_was_asked_in_vain_is_not_asked_at_each_check_of_a_run(school: School, app: Profile) -> None:
    school.secrets.allowed = False

    assert [after_check(school, app) is None for _check in range(3)] == [False, True, True]
    assert school.secrets.failures.calls == ["list"]
    assert school.ask(app).untold is Untold.REFUSED  # by hand
    school.start()
    assert after_check(school, app) is not None


def test_nothing_is_asked_where_there_is_nothing_to_learn(school: School, pat: Profile, app: Profile) -> None:
    school.world.devops.problems["identity"] = ConnectionProblem(Problem.CREDENTIAL_REJECTED)
    assert after_check(school, app) is None
    sign_in = next(profile for profile in school.world.connections.load() if profile.method is Method.OAUTH)
    del school.world.devops.problems["identity"]
    checked, _report = school.world.connections.check(sign_in.id, unheard, Cancel())
    assert school.learning.ask_after_check(replace(checked, app_has_secret=False), Cancel()) is None


# -- what goes wrong --------------------------------------------------------------------------------------------------


def test_a_connection_that_is_gone_is_told(school: School) -> None:
    with pytest.raises(ConnectionProblem) as failure:
        school.learning.ask(ProfileId("gone"), Cancel())
    assert failure.value.problem is Problem.PROFILE_GONE


def test_asking_can_be_cancelled(school: School, pat: Profile) -> None:
    cancel = Cancel()
    cancel.request()
    with pytest.raises(Cancelled):
        school.learning.ask(pat.id, cancel)


@pytest.mark.parametrize("untold", [None, *Untold])
@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize(
    "problem", [Problem.PAT_LIFECYCLE_REFUSED, Problem.GRAPH_PERMISSION_MISSING, Problem.TIMED_OUT]
)
def test_every_answer_is_told_in_whole_sentences(untold: Untold | None, method: Method, problem: Problem) -> None:
    words = answer_words(Answer(a_profile(method=method), untold, problem=problem, facts={"host": "dev.azure.com"}))

    assert words[0].isupper()
    assert words.endswith(".")
    assert "{" not in words
    if untold in (Untold.NO_SIGN_IN, Untold.NOT_LISTED, Untold.ALIKE, Untold.REFUSED):
        assert "by hand" in words


def test_a_token_in_a_list_tells_what_it_is() -> None:
    record = PatRecord("one", "Laptop", SCOPES, NOON, datetime(2027, 6, 15, 12, tzinfo=UTC))

    assert token_words(record) == "Laptop (until 2027-06-15): vso.project, vso.release"
    assert token_words(replace(record, scopes=frozenset({"app_token"}))).endswith(": full access")


def test_an_end_that_is_entered_by_hand_takes_the_place_of_what_azure_told(school: School, pat: Profile) -> None:
    school.token("one", all_organizations=True)
    school.ask(pat)

    kept = enter_end(school.world.connections, pat.id, date(2027, 5, 1))

    assert (kept.credential_ends, kept.credential_ends_at, kept.credential_id) == (date(2027, 5, 1), None, "")
    assert not kept.all_organizations
    assert school.noted(pat)[-1] == ("2027-05-01", "entered")
