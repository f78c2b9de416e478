"""What a message means for the services there are: an event of life, or a subject that only one service has."""

from collections.abc import Mapping
from dataclasses import replace

from dialogs import offers
from dialogs.catalogue import forms, services
from dialogs.service import Event, Form, Service, Subject
from dialogs.session import Session
from locales import LANGUAGES
from locales.wording import word
from nlu import Decision, Understanding
from nlu.phrasing import is_question
from nlu.text import fold

APPLY = "apply"
ENTITLED = "ask_eligibility"
EVENT = "tell_event"
SUBJECT = "ask_subject"
ESTIMATE = "estimate"
QUESTION = "ask_"
# Wishes that say little by themselves: what was named besides says more.
VAGUE_OF_FORM = frozenset({APPLY, "out_of_scope", "help"})
VAGUE_OF_EVENT = frozenset({"ask_service_info", "list_services", "out_of_scope", "greet", "help"})
VAGUE_OF_SUBJECT = frozenset({"ask_service_info", "ask_amount", "ask_fee", "ask_deadline", "ask_office", "help"})
# "Can I pay in two parts?" asks, and does not want to pay yet.
ACTS = frozenset({"pay"})
CERTAIN = 0.95
RATHER = 0.6


def sharpened(meaning: Understanding, session: Session, text: str) -> Understanding:
    """The meaning with the form, the event or the subject in place of a wish that says less, and its service."""
    form = _form_of(meaning.entities, session, text)
    if form and (_is_vague(meaning, VAGUE_OF_FORM) or _is_title(form, text)):
        return _meant(meaning, APPLY, services()[form.service], form=form.key)
    entitled = _entitling(text)
    if entitled:
        return _meant(meaning, ENTITLED, entitled)
    happened = event(meaning.entities.get("event", ""))
    if happened and _is_told(meaning):
        return _meant(meaning, EVENT, happened[0])
    asked = _asked(meaning, session)
    vague = VAGUE_OF_SUBJECT | ACTS if is_question(text) else VAGUE_OF_SUBJECT
    if asked and (_is_vague(meaning, vague) or meaning.intent in asked[1].replaces):
        return _meant(meaning, ESTIMATE if asked[1].id == ESTIMATE else SUBJECT, asked[0])
    return meaning


def _is_vague(meaning: Understanding, vague: frozenset[str]) -> bool:
    return meaning.decision is not Decision.ANSWER or meaning.intent in vague


def _is_told(meaning: Understanding) -> bool:
    """What happened is told, and not only mentioned beside a question or a clear wish."""
    if meaning.intent == APPLY:
        return meaning.confidence < CERTAIN
    is_asked = meaning.intent.startswith(QUESTION) and meaning.confidence >= RATHER
    return meaning.intent in VAGUE_OF_EVENT or (meaning.decision is not Decision.ANSWER and not is_asked)


def event(id: str) -> tuple[Service, Event] | None:
    """The event of this id, with the service it belongs to."""
    found = ((service, event) for service in services().values() for event in service.events if event.id == id)
    return next(found, None)


def _form_of(entities: Mapping[str, str], session: Session, text: str) -> Form | None:
    """The form of this very title; else the one that goes by the words of the text, of the service talked about."""
    exactly = next((form for form in forms().values() if _is_title(form, text)), None)
    service = services().get(entities.get("service") or session.service or "")
    if exactly or service is None:
        return exactly or _titled(text)
    if len(service.forms) == 1:
        return None
    titles = tuple((form.id, service.phrase(form.title)) for form in service.forms)
    id = offers.mentioned(text, titles)
    return service.form(id) if id else None


def _entitling(text: str) -> Service | None:
    """The service whose own words for "Am I entitled?" all stand in the text."""
    labels = ((service.name, service.entitled_label) for service in services().values() if service.entitled_label)
    name = offers.mentioned(text, tuple((name, services()[name].phrase(label)) for name, label in labels))
    return services()[name] if name else None


def _titled(text: str) -> Form | None:
    """The one form of any service whose whole title stands in the text."""
    several = [form for form in forms().values() if len(services()[form.service].forms) > 1]
    titles = tuple((form.key, services()[form.service].phrase(form.title)) for form in several)
    key = offers.mentioned(text, titles)
    return forms()[key] if key else None


def _is_title(form: Form, text: str) -> bool:
    title = services()[form.service].phrase(form.title)
    return fold(text) in {offers.plain(word(title, language)) for language in LANGUAGES}


def _asked(meaning: Understanding, session: Session) -> tuple[Service, Subject] | None:
    """The subject with its service: the one that was named, or is talked about, or else the only one that has it.

    What was refused as not ours is only ours where the service or a municipality is named, or where the service is
    talked about: music is also on the radio.
    """
    id = meaning.entities.get("subject", "")
    having = {service.name: subject for service in services().values() if (subject := _subject(service, id))}
    named = meaning.entities.get("service")
    name = named or (session.service if session.service in having else None)
    is_ours = meaning.decision is not Decision.REFUSE or "municipality" in meaning.entities
    if name is None and session.service is None and len(having) == 1 and is_ours:
        name = next(iter(having))
    return (services()[name], having[name]) if name in having else None


def _subject(service: Service, id: str) -> Subject | None:
    estimate = (Subject(ESTIMATE, service.estimate.title),) if service.estimate else ()
    return next((subject for subject in (*service.subjects, *estimate) if subject.id == id), None)


def _meant(meaning: Understanding, intent: str, service: Service, **named: str) -> Understanding:
    entities = {**meaning.entities, "service": service.name, **named}
    return replace(meaning, intent=intent, decision=Decision.ANSWER, confidence=1.0, entities=entities)
