"""Process definitions of the portable profile, made ready for SpiffWorkflow, and what it leaves out of them."""

import logging
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import BoundaryEventParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG, TimerConditionalEventDefinitionConverter
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, UserTask
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.task import Task

from integrations.workflow.expressions import value
from integrations.workflow.profile import BPMN, CAMUNDA, DIAGRAM, NotPortable, duration, facts, read

# SpiffWorkflow logs every step, with the variables.
logging.getLogger("spiff").setLevel(logging.WARNING)


class Timer(TimerEventDefinition):  # type: ignore[misc]
    """Goes off a duration after its user task was reached, by the clock of the process and not that of the machine."""

    def has_fired(self, my_task: Task) -> bool:
        now: datetime = my_task.workflow.script_engine.now
        if "due" not in my_task.internal_data:
            length = duration(str(value(self.expression, my_task.data)))
            my_task.internal_data["due"] = (now + length).isoformat()
        return now >= datetime.fromisoformat(my_task.internal_data["due"])


class _BoundaryParser(BoundaryEventParser):  # type: ignore[misc]
    def parse_timer_event(self, event: Any) -> Timer:
        return Timer(self.bpmn_id, event.findtext(BPMN + "timeDuration").strip())


class _TaskParser(TaskParser):  # type: ignore[misc]
    def parse_extensions(self, node: Any = None) -> dict[str, Any]:
        if self.node.tag == BPMN + "serviceTask":
            return {"facts": facts(self.node)}
        return {"group": self.node.get(CAMUNDA + "candidateGroups"), "due": self.node.get(CAMUNDA + "dueDate")}


class _Parser(BpmnParser):  # type: ignore[misc]
    # An external task, too, waits until somebody outside has done it: that is a user task to SpiffWorkflow.
    OVERRIDE_PARSER_CLASSES: Mapping[str, tuple[type, type]] = {
        BPMN + "userTask": (_TaskParser, UserTask),
        BPMN + "serviceTask": (_TaskParser, UserTask),
        BPMN + "boundaryEvent": (_BoundaryParser, BoundaryEvent),
    }


SERIALIZER = BpmnWorkflowSerializer(
    BpmnWorkflowSerializer.configure({**DEFAULT_CONFIG, Timer: TimerConditionalEventDefinitionConverter})
)


def load(path: Path, id: str) -> BpmnProcessSpec:
    """The process of this id, ready to be started; raises NotPortable."""
    tree = read(path)
    # With a diagram, SpiffWorkflow tries the ways out of a gateway from top to bottom; Operaton goes by the file.
    etree.strip_elements(tree, DIAGRAM)
    parser = _Parser()
    parser.add_bpmn_xml(tree, path.name)
    if id not in parser.get_process_ids():
        raise NotPortable(f"{path.name}: there is no process {id!r}")
    try:
        return parser.get_spec(id)
    except ValidationException as error:
        raise NotPortable(f"{path.name}: {error}") from error
