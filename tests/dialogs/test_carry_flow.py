"""A draft goes on at another place: a code only with consent, the draft only with the code, and nothing seen before."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dialogs.catalogue import services
from dialogs.engine import advance, wanted
from dialogs.outside import Carried, Kind, Lookup, Outside
from dialogs.session import Answer, Place, Session, Turn
from nlu.embedded import Embedded
from tests.dialogs.said import Said

SERVICE = next(iter(services().values()))
FORM = SERVICE.forms[0]
HERE = {"service": SERVICE.name, "form": FORM.id}
BEGUN: dict[str, Answer] = {"municipality": "kotor", "answered_for": "kotor", "relation": "mother"}
FILLED: dict[str, Answer] = {
    **BEGUN,
    "born": "2026-03-05",
    "children": 1,
    "residence": 3,
    "elsewhere": False,
    "applicant": "Ana Marković",
    "child": "Maja Marković",
    "street": "Riva 5",
    "phone": "+38267123456",
    "jmbg": "0101900210001",
    "account": "ME25510000000906801436",
}
NEW = Session("en")
AT_THE_CODE = Session("en", where=Place("carry", "code"))

Talk = Callable[..., Turn]


@pytest.fixture
def say(engine: Embedded) -> Talk:
    """The last of some lines said; `drafts` are those that go by a code, found as the product finds them."""

    def say(session: Session, *lines: str, drafts: dict[str, Carried] | None = None, private: bool = True) -> Turn:
        turn = Turn(session, ())
        for line in lines:
            lookup = wanted(turn.session, Said(line))
            outside = Outside(
                now=datetime(2026, 11, 24, 22, 30, tzinfo=UTC),
                meaning=engine.understand(line),
                cases=(),
                reference="KOM-2026-7F3K9A",
                key="key",
                private=private,
                code="K7Q2MX",
                carried=(drafts or {}).get(lookup.text) if lookup else None,
            )
            turn = advance(turn.session, Said(line), outside)
        return turn

    return say


def begun(answers: dict[str, Answer] = BEGUN, where: Place | None = None) -> Session:
    return Session("en", municipality="kotor", where=where, answers={FORM.key: answers}, drafts=(FORM.key,))


def going_by(code: str, answers: dict[str, Answer] = BEGUN) -> dict[str, Carried]:
    return {code: Carried(FORM.key, answers)}


def text(turn: Turn) -> str:
    return "\n".join(reply.text for reply in turn.replies)


def labels(turn: Turn) -> tuple[str, ...]:
    return tuple(choice.label for choice in turn.replies[-1].choices)


def test_whoever_stops_is_offered_to_go_on_elsewhere(say: Talk) -> None:
    stopped = say(begun(where=Place("apply", "question", {**HERE, "id": "born"})), "stop")

    assert labels(stopped) == ("Continue my application", "Go on elsewhere", "To the start")


def test_in_the_review_it_is_offered_too_but_not_as_a_fourth_thing_in_simple_messages(say: Talk) -> None:
    session = begun(FILLED, Place("apply", "review", {**HERE, "key": "key"}))

    assert "Go on elsewhere" in labels(say(session, "repeat"))
    assert labels(say(replace(session, tier="simple"), "repeat")) == ("Send", "Change an answer", "Stop and keep it")


def test_what_a_code_does_is_said_before_one_is_made(say: Talk) -> None:
    asked = say(begun(), "stop", "Go on elsewhere")

    assert "Whoever has it can see your answers." in text(asked)
    assert not asked.orders


def test_a_no_makes_no_code_and_goes_back_to_the_review(say: Talk) -> None:
    refused = say(begun(FILLED, Place("apply", "review", {**HERE, "key": "key"})), "Go on elsewhere", "no")

    assert not refused.orders
    assert "Please check everything before I send it." in text(refused)


def test_a_question_in_between_comes_back_to_the_consent(say: Talk) -> None:
    answered = say(begun(), "stop", "Go on elsewhere", "what happens to my data")

    assert "It is locked with a key." in text(answered)
    assert text(answered).endswith("Shall I make one?")


def test_with_a_yes_every_answer_goes_under_the_code_until_the_time_that_is_told(say: Talk) -> None:
    made = say(begun(FILLED), "stop", "Go on elsewhere", "yes")

    [order] = made.orders
    until = "2026-11-25T22:30:00+00:00"
    assert (order.kind, order.body) == (
        "carry",
        {"code": "K7Q2MX", "form": FORM.key, "answers": FILLED, "until": until},
    )
    assert "K7Q 2MX" in text(made)
    assert "25 November 2026, 23:30 in Montenegro" in text(made)


def test_the_code_is_shown_again_on_repeat_and_no_other_is_made(say: Talk) -> None:
    again = say(begun(), "stop", "Go on elsewhere", "yes", "repeat")

    assert "K7Q 2MX" in text(again)
    assert not again.orders


def test_after_a_code_was_made_back_leads_to_the_form_and_not_to_a_second_code(say: Talk) -> None:
    review = Place("apply", "review", {**HERE, "key": "key"})

    turn = say(begun(FILLED, review), "Go on elsewhere", "yes", "back")

    assert turn.session.where == review


def test_whoever_has_no_application_is_asked_for_a_code(say: Talk) -> None:
    asked = say(NEW, "continue")

    assert "You have no application to continue." in text(asked)
    assert "please write it here" in text(asked)


def test_without_a_code_what_was_interrupted_goes_on(say: Talk) -> None:
    question = Place("entitlement", "question", {"service": SERVICE.name, "id": "born"})

    turn = say(Session("en", municipality="kotor", where=question), "continue", "I have no code")

    assert turn.session.where == question


def test_a_draft_is_named_but_none_of_its_answers_shown_before_it_is_taken_over(say: Talk) -> None:
    found = say(AT_THE_CODE, "K7Q 2MX", drafts=going_by("K7Q 2MX", FILLED))

    assert "The municipal payment, Kotor" in text(found)
    assert "Marković" not in text(found) + str(found.session)
    assert not found.orders


def test_the_draft_goes_on_at_its_first_open_question_and_the_code_is_used_up(say: Talk) -> None:
    drafts = going_by("K7Q2MX")

    taken = say(AT_THE_CODE, "K7Q2MX", "yes", drafts=drafts)

    assert [(order.kind, order.body) for order in taken.orders] == [("take", {"code": "K7Q2MX"})]
    assert taken.session.answers[FORM.key] == BEGUN
    assert taken.session.drafts == (FORM.key,)
    assert "When was the child born?" in text(taken)


def test_a_complete_draft_goes_on_at_the_review_and_can_be_sent(say: Talk) -> None:
    sent = say(AT_THE_CODE, "K7Q2MX", "yes", "send", drafts=going_by("K7Q2MX", FILLED))

    assert [order.kind for order in sent.orders] == ["submit"]


def test_where_others_read_along_sensitive_answers_stay_away(say: Talk) -> None:
    taken = say(AT_THE_CODE, "K7Q2MX", "yes", drafts=going_by("K7Q2MX", FILLED), private=False)

    assert not taken.session.answers[FORM.key].keys() & {"jmbg", "account"}
    assert "You can bring it to the counter." in text(taken)
    assert "Bring to the counter: your bank account number." in text(taken)


def test_a_code_that_stopped_working_before_the_yes_takes_nothing_over(say: Talk) -> None:
    found = say(AT_THE_CODE, "K7Q2MX", drafts=going_by("K7Q2MX"))

    late = say(found.session, "yes")

    assert "That code does not work any more." in text(late)
    assert not late.orders
    assert not late.session.drafts


def test_the_code_is_looked_up_again_whatever_is_said_next(say: Talk) -> None:
    found = say(AT_THE_CODE, "k7q-2mx", drafts=going_by("k7q-2mx")).session

    assert wanted(AT_THE_CODE, Said("k7q-2mx")) == Lookup(Kind.DRAFT, "k7q-2mx")
    assert wanted(AT_THE_CODE, Said("K7Q2MX", choice="0:none")) is None
    assert wanted(found, Said("yes")) == wanted(found, Said("Yes", choice="0:yes")) == Lookup(Kind.DRAFT, "K7Q2MX")


def test_what_is_begun_here_is_only_replaced_after_it_was_said(say: Talk) -> None:
    session = replace(begun({**BEGUN, "relation": "father"}), where=AT_THE_CODE.where)

    found = say(session, "K7Q2MX", drafts=going_by("K7Q2MX"))
    kept = say(found.session, "no")

    assert "Its answers will be replaced." in text(found)
    assert kept.session.answers == session.answers


def test_a_wrong_code_is_said_to_be_wrong_and_asked_again(say: Talk) -> None:
    wrong = say(AT_THE_CODE, "K7Q 2MZ")

    assert "I know no code K7Q 2MZ." in text(wrong)
    assert wrong.session.where == AT_THE_CODE.where


def test_after_five_wrong_codes_even_a_right_one_is_refused(say: Talk) -> None:
    guesses = ("222222", "333333", "444444", "555555", "666666")

    turn = say(AT_THE_CODE, *guesses, "K7Q2MX", drafts=going_by("K7Q2MX"))

    assert "Too many codes did not fit." in text(turn)
    assert not turn.session.drafts


def test_a_right_code_does_not_buy_more_guesses(say: Talk) -> None:
    taken = say(AT_THE_CODE, "222222", "333333", "K7Q2MX", "yes", drafts=going_by("K7Q2MX"))

    assert taken.session.wrong_references == 2


def test_a_town_of_six_letters_is_no_wrong_code(say: Talk) -> None:
    turn = say(AT_THE_CODE, "Berane")

    assert turn.session.wrong_references == 0
    assert turn.session.municipality == "berane"


def test_a_draft_of_a_form_that_is_no_more_is_not_found(say: Talk) -> None:
    turn = say(AT_THE_CODE, "K7Q2MX", drafts={"K7Q2MX": Carried("gone.form", BEGUN)})

    assert "I know no code K7Q 2MX." in text(turn)


def test_what_was_sent_meanwhile_cannot_be_carried(say: Talk) -> None:
    session = Session("en", where=Place("carry", "consent", HERE))

    turn = say(session, "yes")

    assert not turn.orders
