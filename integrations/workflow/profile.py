"""The portable profile: which BPMN files run here, and the same files in Operaton. Anything else is refused when read.

A process of the profile starts once, waits in user tasks for the office or the applicant, tells the applicant through
external tasks, decides in exclusive gateways, and ends in one of OUTCOMES. A timer may stand at the edge of a user
task; one that does not interrupt only reminds.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnValidator
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from integrations.workflow import Status
from integrations.workflow.expressions import BadExpression, check, check_expression, is_expression, is_name

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
DIAGRAM = "{http://www.omg.org/spec/BPMN/20100524/DI}BPMNDiagram"
OFFICE, APPLICANT = "office", "applicant"
OUTCOMES = {"approved": Status.APPROVED, "refused": Status.REJECTED, "withdrawn": Status.WITHDRAWN}
TOPIC = "citizen-notification"

_MODELER = "{http://camunda.org/schema/modeler/1.0}"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_NODES = ("startEvent", "endEvent", "userTask", "serviceTask", "exclusiveGateway", "boundaryEvent")
_VALIDATOR = BpmnValidator()
# Months and years have no fixed length, and each engine counts them in its own way.
_DURATION = re.compile(
    r"P(?:(?P<weeks>\d{1,3})W|(?:(?P<days>\d{1,4})D)?(?:T(?=\d)(?:(?P<hours>\d{1,4})H)?(?:(?P<minutes>\d{1,4})M)?)?)",
    re.ASCII,
)

# Every element of the profile, with every attribute it may carry.
_PROFILE: Mapping[str, tuple[str, ...]] = {
    BPMN + "definitions": (
        *("id", "name", "targetNamespace", "exporter", "exporterVersion"),
        *(_MODELER + "executionPlatform", _MODELER + "executionPlatformVersion"),
    ),
    BPMN + "process": ("id", "name", "isExecutable", CAMUNDA + "historyTimeToLive"),
    BPMN + "documentation": (),
    BPMN + "extensionElements": (),
    CAMUNDA + "inputOutput": (),
    CAMUNDA + "inputParameter": ("name",),
    BPMN + "startEvent": ("id", "name"),
    BPMN + "endEvent": ("id", "name"),
    BPMN + "userTask": ("id", "name", CAMUNDA + "candidateGroups", CAMUNDA + "dueDate"),
    BPMN + "serviceTask": ("id", "name", CAMUNDA + "type", CAMUNDA + "topic"),
    BPMN + "exclusiveGateway": ("id", "name", "default"),
    BPMN + "boundaryEvent": ("id", "name", "attachedToRef", "cancelActivity"),
    BPMN + "timerEventDefinition": ("id",),
    BPMN + "timeDuration": ("id", _TYPE),
    BPMN + "sequenceFlow": ("id", "name", "sourceRef", "targetRef"),
    BPMN + "conditionExpression": ("id", _TYPE),
    BPMN + "incoming": (),
    BPMN + "outgoing": (),
}


class NotPortable(Exception):
    """The process definition leaves the portable profile."""


def read(path: Path) -> etree._ElementTree:
    """The definition as a tree, checked; raises NotPortable with a sentence that names the element."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        tree = etree.parse(path, parser)
        _check_elements(tree)
        _VALIDATOR.validate(tree, path.name)
        _Process(tree).check()
    except (OSError, etree.XMLSyntaxError, ValidationException, NotPortable) as error:
        raise NotPortable(f"{path.name}: {error}") from error
    return tree


def duration(text: str) -> timedelta:
    """An ISO 8601 duration in weeks, or in days, hours and minutes; raises BadExpression for any other text."""
    found = _DURATION.fullmatch(text)
    if found is None or not any(found.groups()):
        raise BadExpression(f"{text[:40]!r} is not a duration in weeks, days, hours or minutes")
    return timedelta(**{unit: int(count) for unit, count in found.groupdict(default="0").items()})


def facts(node: etree._Element) -> dict[str, str]:
    """What an external task passes on, by name: plain text or an expression each."""
    parameters = node.iter(CAMUNDA + "inputParameter")
    return {parameter.get("name", ""): (parameter.text or "").strip() for parameter in parameters}


def _refusal(element: etree._Element, words: str) -> NotPortable:
    names = [above.get("id") for above in (element, *element.iterancestors()) if above.get("id")]
    whose = "" if not names else f" {names[0]!r}" if element.get("id") else f" of {names[0]!r}"
    return NotPortable(f"line {element.sourceline}: {_kind(element)}{whose} {words}")


def _kind(element: etree._Element) -> str:
    return etree.QName(element).localname


def _check_elements(tree: etree._ElementTree) -> None:
    if tree.docinfo.doctype:
        raise NotPortable("it declares a document type")
    diagrams = {element for diagram in tree.iter(DIAGRAM) for element in diagram.iter()}
    for element in tree.iter():
        if element not in diagrams:
            _check_element(element)


def _check_element(element: etree._Element) -> None:
    allowed = _PROFILE.get(str(element.tag))
    if allowed is None:
        raise _refusal(element, "is not part of the portable profile")
    for attribute in map(str, element.attrib):
        if attribute not in allowed:
            raise _refusal(element, f"has {etree.QName(attribute).localname!r}, which the portable profile leaves out")
    try:
        _check_words(element)
    except BadExpression as error:
        raise _refusal(element, f"has an expression outside the portable profile: {error}") from error


def _check_words(element: etree._Element) -> None:
    text = (element.text or "").strip()
    match _kind(element):
        case "conditionExpression":
            check_expression(text)
        case "timeDuration":
            check(text) if is_expression(text) else duration(text)
        case "inputParameter":
            check(text)
        case "userTask" if CAMUNDA + "dueDate" in element.attrib:
            check_expression(element.get(CAMUNDA + "dueDate", ""))


class _Process:
    """The one process of a definition, and the rules that no schema knows."""

    def __init__(self, tree: etree._ElementTree) -> None:
        self.roots = list(tree.iter(BPMN + "process"))
        self.nodes = {node.get("id", ""): node for kind in _NODES for node in tree.iter(BPMN + kind)}
        self.flows: dict[str, list[etree._Element]] = {name: [] for name in self.nodes}
        for flow in tree.iter(BPMN + "sequenceFlow"):
            self.flows.setdefault(flow.get("sourceRef", ""), []).append(flow)

    def check(self) -> None:
        self._check_frame()
        for node in self.nodes.values():
            self._check_node(node)
            self._check_ways(node)
        self._check_loops()
        self._check_ends()

    def _check_frame(self) -> None:
        if len(self.roots) != 1:
            raise NotPortable("it must hold exactly one process")
        process = self.roots[0]
        if process.get("isExecutable") != "true" or not process.get(CAMUNDA + "historyTimeToLive"):
            raise _refusal(process, "needs isExecutable and historyTimeToLive")
        if len(self._all("startEvent")) != 1:
            raise _refusal(process, "needs exactly one start event")

    def _check_node(self, node: etree._Element) -> None:
        if node.tag == BPMN + "boundaryEvent":
            if len(list(node.iter(BPMN + "timeDuration"))) != 1 or not self._is(
                node.get("attachedToRef", ""), "userTask"
            ):
                raise _refusal(node, "must be a timer with one duration, at a user task")
            if node.get("cancelActivity", "true") not in ("true", "false"):
                raise _refusal(node, "must say true or false for cancelActivity")
        elif node.find(BPMN + "timerEventDefinition") is not None:
            raise _refusal(node, "must not be a timer")
        if node.tag == BPMN + "userTask" and node.get(CAMUNDA + "candidateGroups") not in (OFFICE, APPLICANT):
            raise _refusal(node, f"needs candidateGroups {OFFICE!r} or {APPLICANT!r}")
        if node.tag == BPMN + "serviceTask":
            _check_telling(node)
        elif facts(node):
            raise _refusal(node, "must not have an inputParameter")

    def _check_ways(self, node: etree._Element) -> None:
        flows = self.flows[node.get("id", "")]
        plain = [flow for flow in flows if flow.find(BPMN + "conditionExpression") is None]
        if node.tag == BPMN + "exclusiveGateway" and len(flows) > 1:
            if [flow.get("id") for flow in plain] != [node.get("default")]:
                raise _refusal(node, "needs one default way out, and a condition on every other")
        elif plain != flows or len(flows) != (0 if node.tag == BPMN + "endEvent" else 1):
            raise _refusal(node, "must have one way out without a condition, or none if it is an end")
        for flow in flows:
            if flow.get("targetRef") not in self.nodes:
                raise _refusal(flow, "leads nowhere")

    def _check_loops(self) -> None:
        # A loop that waits for nobody would never come to rest.
        restless = {name: self._next(name) for name in self.nodes if not self._is(name, "userTask")}
        try:
            TopologicalSorter(restless).prepare()
        except CycleError as error:
            raise _refusal(self.nodes[error.args[1][0]], "is in a loop without a user task") from error

    def _check_ends(self) -> None:
        for name in self._reached(*(node for node in self._all("boundaryEvent") if _reminds(node))):
            if name in OUTCOMES or not self._is(name, "serviceTask", "boundaryEvent", "endEvent"):
                raise _refusal(self.nodes[name], "comes after a timer that only reminds: that may only tell, and stop")
        for name in self._reached(*self._all("startEvent")):
            if name not in OUTCOMES and self._is(name, "endEvent"):
                raise _refusal(self.nodes[name], f"must have one of the ids {', '.join(OUTCOMES)}")

    def _reached(self, *starts: etree._Element) -> list[str]:
        """Every node on the way from these, themselves first, but not past timers that only remind."""
        seen: list[str] = []
        ahead = [node.get("id", "") for node in starts]
        while ahead:
            name = ahead.pop()
            if name not in seen:
                seen.append(name)
                ahead += [*self._next(name), *self._interruptions(name)]
        return seen

    def _next(self, name: str) -> list[str]:
        return [flow.get("targetRef", "") for flow in self.flows[name]]

    def _interruptions(self, name: str) -> list[str]:
        edges = [node for node in self._all("boundaryEvent") if node.get("attachedToRef") == name]
        return [node.get("id", "") for node in edges if not _reminds(node)]

    def _all(self, kind: str) -> list[etree._Element]:
        return [node for node in self.nodes.values() if _kind(node) == kind]

    def _is(self, name: str, *kinds: str) -> bool:
        return name in self.nodes and _kind(self.nodes[name]) in kinds


def _reminds(node: etree._Element) -> bool:
    return node.get("cancelActivity") == "false"


def _check_telling(node: etree._Element) -> None:
    if node.get(CAMUNDA + "type") != "external" or node.get(CAMUNDA + "topic") != TOPIC:
        raise _refusal(node, f"must be external, with the topic {TOPIC!r}")
    told = facts(node)
    if is_expression(told.get("event", "${}")) or not told["event"] or not all(map(is_name, told)):
        raise _refusal(node, "needs an inputParameter 'event' in plain text, and names in small letters")
