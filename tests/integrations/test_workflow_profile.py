"""A process definition is portable, or it is refused with a sentence that names what is not."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnValidator

from integrations.workflow.definitions import load
from integrations.workflow.expressions import BadExpression
from integrations.workflow.profile import NotPortable, duration, read

Redrawn = Callable[..., Path]

TASK = '<serviceTask id="tell_late" name="Tell: late" camunda:type="external" camunda:topic="citizen-notification">'
CONDITION = "${decision == 'approve'}"
WHOLE_CONDITION = f'<conditionExpression xsi:type="tFormalExpression">{CONDITION}</conditionExpression>'
EVENT = '<camunda:inputParameter name="event">late</camunda:inputParameter>'
START = '<startEvent id="submitted" name="Application submitted">'


def test_the_process_is_valid_bpmn_by_the_schema_of_its_makers(process: Path) -> None:
    BpmnValidator().validate(etree.parse(process), process.name)


def test_the_process_is_portable(process: Path) -> None:
    assert load(process, "newborn_aid").name == "newborn_aid"


def test_the_diagram_shows_every_step_and_every_way(process: Path) -> None:
    tree = etree.parse(process)
    steps = {element.get("id") for element in tree.getroot()[0].iterchildren() if element.get("id")}

    drawn = {element.get("bpmnElement") for element in tree.iter("{*}BPMNShape", "{*}BPMNEdge")}

    assert drawn == steps


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (START, '<scriptTask id="s1"><script>import os</script></scriptTask>' + START, "scriptTask 's1'"),
        (START, '<businessRuleTask id="r1" camunda:decisionRef="x" />' + START, "businessRuleTask 'r1'"),
        (START, '<callActivity id="c1" calledElement="x" />' + START, "callActivity 'c1'"),
        (START, '<subProcess id="p1" />' + START, "subProcess 'p1'"),
        (START, '<parallelGateway id="g1" />' + START, "parallelGateway 'g1'"),
        (START, '<dataObject id="d1" />' + START, "dataObject 'd1'"),
        (START, '<somethingElse id="x1" />' + START, "somethingElse 'x1'"),
        (START, '<?php echo ?><hack xmlns="urn:x" />' + START, "hack"),
        (START, START[:-1] + ' camunda:initiator="who">', "startEvent 'submitted' has 'initiator'"),
        (TASK, TASK[:-1] + ' camunda:expression="${x.y()}">', "serviceTask 'tell_late' has 'expression'"),
        (EVENT, '<camunda:executionListener event="start" class="Evil" />', "executionListener"),
        (EVENT, EVENT.replace("late<", "<camunda:script scriptFormat='js'>x</camunda:script><"), "script"),
        ('<conditionExpression xsi:type="tFormalExpression">', '<conditionExpression language="groovy">', "'language'"),
    ],
)
def test_an_element_the_profile_does_not_know_is_refused(old: str, new: str, named: str, redrawn: Redrawn) -> None:
    path = redrawn((old, new))

    with pytest.raises(NotPortable) as refusal:
        load(path, "newborn_aid")

    assert named in str(refusal.value)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (CONDITION, "${__import__('os').system('x')}", "if_approve"),
        (CONDITION, "${().__class__}", "if_approve"),
        (CONDITION, "decision == 'approve'", "if_approve"),
        ("${legal_time}", "${legal_time.toString()}", "legal_time_timer"),
        ("${legal_time}", "P1M", "legal_time_timer"),
        ("${legal_time}", "2026-03-01T00:00:00Z", "legal_time_timer"),
        (">${reason}<", ">${reason()}<", "tell_approved"),
        (">${reason}<", ">Dear ${reason}<", "tell_approved"),
        ('dueDate="${until}"', 'dueDate="${until.x}"', "supply"),
        ('dueDate="${until}"', 'dueDate="tomorrow"', "supply"),
    ],
)
def test_an_expression_outside_the_profile_is_refused(old: str, new: str, named: str, redrawn: Redrawn) -> None:
    path = redrawn((old, new))

    with pytest.raises(NotPortable, match="expression outside the portable profile") as refusal:
        load(path, "newborn_aid")

    assert named in str(refusal.value)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('isExecutable="true"', 'isExecutable="false"', "isExecutable and historyTimeToLive"),
        (' camunda:historyTimeToLive="P180D"', "", "isExecutable and historyTimeToLive"),
        (START, '<startEvent id="again"><outgoing>from_submitted</outgoing></startEvent>' + START, "exactly one start"),
        ('candidateGroups="office"', 'candidateGroups="mayor"', "'decide' needs candidateGroups"),
        ('camunda:type="external" ', "", "'tell_late' must be external"),
        ('topic="citizen-notification"', 'topic="mail"', "'tell_late' must be external"),
        (EVENT, EVENT.replace("late<", "${decision}<"), "'tell_late' needs an inputParameter 'event'"),
        (EVENT, "", "'tell_late' needs an inputParameter 'event'"),
        (' default="otherwise"', "", "'decision_made' needs one default way out"),
        (WHOLE_CONDITION, "", "'decision_made' needs one default way out"),
        ('attachedToRef="decide"', 'attachedToRef="tell_late"', "'legal_time_over' must be a timer"),
        ('cancelActivity="false"', 'cancelActivity="0"', "must say true or false"),
        ('targetRef="supply"', 'targetRef="office_door"', "'from_tell_returned' leads nowhere"),
        ('targetRef="decide"', 'targetRef="decision_made"', "is in a loop without a user task"),
        ('targetRef="late_told"', 'targetRef="supply"', "'supply' comes after a timer that only reminds"),
        ('targetRef="late_told"', 'targetRef="approved"', "'approved' comes after a timer that only reminds"),
        ('targetRef="approved"', 'targetRef="late_told"', "'late_told' must have one of the ids approved, refused"),
        ("<userTask ", '<userTask camunda:assignee="demo" ', "has 'assignee'"),
    ],
)
def test_a_process_that_could_not_run_to_its_end_is_refused(old: str, new: str, why: str, redrawn: Redrawn) -> None:
    path = redrawn((old, new))

    with pytest.raises(NotPortable) as refusal:
        load(path, "newborn_aid")

    assert why in str(refusal.value)


def test_a_second_way_out_of_a_task_is_refused(redrawn: Redrawn) -> None:
    another = '<sequenceFlow id="another" sourceRef="decide" targetRef="to_office" />'
    path = redrawn(('<sequenceFlow id="from_submitted"', another + '<sequenceFlow id="from_submitted"'))

    with pytest.raises(NotPortable, match="userTask 'decide' must have one way out"):
        load(path, "newborn_aid")


def test_a_broken_file_is_refused(redrawn: Redrawn, tmp_path: Path) -> None:
    with pytest.raises(NotPortable):
        read(redrawn(("</definitions>", "")))

    with pytest.raises(NotPortable):
        read(redrawn(('id="from_submitted" sourceRef="submitted"', 'id="from_submitted"')))

    with pytest.raises(NotPortable):
        read(tmp_path / "nothing.bpmn")


def test_a_document_type_is_refused_with_whatever_it_would_fetch(redrawn: Redrawn) -> None:
    entity = '<!DOCTYPE definitions [<!ENTITY x SYSTEM "file:///etc/hostname">]><definitions xmlns="'

    with pytest.raises(NotPortable, match="document type"):
        read(redrawn(('<definitions xmlns="', entity)))


def test_a_process_under_another_id_is_not_taken_for_the_one_asked_for(process: Path) -> None:
    with pytest.raises(NotPortable, match="no process 'tax'"):
        load(process, "tax")


def test_a_duration_is_counted_in_weeks_or_in_days_hours_and_minutes() -> None:
    assert duration("P30D") == timedelta(days=30)
    assert duration("P2W") == timedelta(weeks=2)
    assert duration("P1DT2H30M") == timedelta(days=1, hours=2, minutes=30)
    assert duration("PT15M") == timedelta(minutes=15)


@pytest.mark.parametrize("text", ["", "P", "PT", "P1DT", "P1M", "P1Y", "30", "P99999D", "P-1D", "p30d", "P30D ", "P٣D"])
def test_a_duration_that_is_not_one_is_refused(text: str) -> None:
    with pytest.raises(BadExpression):
        duration(text)
