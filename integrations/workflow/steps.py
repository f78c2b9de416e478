"""How an application stands, told from the node of its process that an engine is at."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from integrations.workflow import Status
from integrations.workflow.profile import APPLICANT, BPMN, CAMUNDA, OUTCOMES, read


@dataclass(frozen=True)
class Step:
    """A user task or an outcome. `name` is for people, in English."""

    name: str
    status: Status


def steps(path: Path) -> Mapping[str, Step]:
    """The step that counts while an engine is at a node, by the node's id; raises NotPortable.

    An engine stays at a node that tells something until it has been told. What is told stands by then, so such a node
    counts as the step it leads to. A node that leads to none, as a mere reminder does, is left out.
    """
    tree = read(path)
    nodes = {node.get("id", ""): node for node in tree.iter(*(BPMN + kind for kind in ("userTask", "endEvent")))}
    known = {id: step for id, node in nodes.items() if (step := _step(node)) is not None}
    ways = [(flow.get("sourceRef", ""), flow.get("targetRef", "")) for flow in tree.iter(BPMN + "sequenceFlow")]
    telling = {node.get("id", "") for node in tree.iter(BPMN + "serviceTask")}
    # A row of them is as long as there are any.
    for _ in telling:
        known |= {source: known[target] for source, target in ways if source in telling and target in known}
    return known


def _step(node: etree._Element) -> Step | None:
    id = node.get("id", "")
    name = node.get("name", id)
    if node.tag == BPMN + "endEvent":
        return Step(name, OUTCOMES[id]) if id in OUTCOMES else None
    is_sent_back = node.get(CAMUNDA + "candidateGroups") == APPLICANT
    return Step(name, Status.SENDBACK if is_sent_back else Status.PENDING)
