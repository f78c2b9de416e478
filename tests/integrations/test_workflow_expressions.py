"""What a process definition may ask, and that nothing in it is ever executed."""

import pytest

from integrations.workflow.expressions import BadExpression, Variables, check_expression, holds, value

FACTS: Variables = {"decision": "approve", "children": 2, "late": True, "until": None}

HOSTILE = (
    "${__import__('os').system('x')}",
    "${().__class__}",
    "${decision.__class__.__mro__}",
    "${decision['x']}",
    "${(lambda: 1)()}",
    "${[x for x in decision]}",
    "${open}(1)",
    "${f'{decision}'}",
    "${decision if late else children}",
    "${(decision := 'refuse') == 'refuse'}",
    "${children + 1}",
    "${'x' * 999999999 == decision}",
    "${-children}",
    "${decision in 'approve'}",
    "${decision is late}",
    "${1 < children < 3}",
    "${b'approve' == decision}",
    "${True}",
    "${None}",
    "${empty}",
    "${null}",
    "${__builtins__}",
    "${Decision == 'approve'}",
    "${decision == 'a\\x70prove'}",
    "${decision == 'approve'} or ${late}",
    "#{late}",
    "${late",
    "${}",
    "${late; late}",
    "${" + "(" * 120 + "late" + ")" * 120 + "}",
    "${" + " and ".join(["late"] * 1000) + "}",
    "decision == 'approve'",
    "",
    "${late\x00}",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_expression_is_refused_when_it_is_read_and_when_it_is_asked(text: str) -> None:
    with pytest.raises(BadExpression):
        check_expression(text)

    with pytest.raises(BadExpression):
        holds(text, FACTS)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("${decision == 'approve'}", True),
        ('${ decision != "refuse" }', True),
        ("${children >= 2}", True),
        ("${children > 2}", False),
        ("${children < 3 and not (children <= 1)}", True),
        ("${late}", True),
        ("${not late or false}", False),
        ("${true}", True),
        ("${late == true}", True),
        ("${until == 'x'}", False),
    ],
)
def test_a_condition_of_the_profile_is_answered(text: str, answer: bool) -> None:
    assert holds(text, FACTS) is answer


@pytest.mark.parametrize(
    "text",
    [
        "${missing == 1}",
        "${decision}",
        "${children}",
        "${until}",
        "${decision and late}",
        "${not children}",
        "${children == '2'}",
        "${children == late}",
        "${decision < 'b'}",
        "${until < 3}",
        "${'approve'}",
    ],
)
def test_a_condition_that_cannot_be_answered_is_refused_and_not_guessed(text: str) -> None:
    with pytest.raises(BadExpression):
        holds(text, FACTS)


def test_a_value_is_a_variable_or_the_text_as_it_stands() -> None:
    assert value("${children}", FACTS) == 2
    assert value("${until}", FACTS) is None
    assert value("P30D", FACTS) == "P30D"
