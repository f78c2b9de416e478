"""Applications that are begun and not sent."""

from dataclasses import replace

from dialogs.catalogue import forms, services
from dialogs.service import Form
from dialogs.session import Session
from dialogs.steps import Talk


def latest(talk: Talk, named: str | None = None) -> Form | None:
    """The form begun last: of the service that was named or that the place is about, else of any. None for none."""
    begun = [forms()[key] for key in talk.session.drafts if key in forms()]
    about = [form for form in begun if form.service == (named or talk.data.get("service"))]
    return next(reversed(about or begun), None)


def renewed(session: Session) -> Session:
    """The session with its drafts under the keys of today's forms.

    Before services had several forms a draft went by the name of its service. One of a form that is gone is dropped.
    """
    if all(key in forms() for key in session.drafts):
        return session
    first = {name: service.forms[0].key for name, service in services().items()}
    keys = {key: first.get(key, key) for key in session.drafts}
    moved = {keys[key]: answers for key, answers in session.answers.items() if key in first and key in keys}
    drafts = tuple(dict.fromkeys(key for key in keys.values() if key in forms()))
    return replace(session, drafts=drafts, answers={**moved, **session.answers})
