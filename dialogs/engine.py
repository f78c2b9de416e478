"""One turn of a talk: a message and a session go in, replies, orders and the next session come out. Pure."""

from dataclasses import replace

from dialogs import attachments, codes, offers, openings
from dialogs.catalogue import services
from dialogs.drafts import renewed
from dialogs.flows import entries, steps
from dialogs.meaning import sharpened
from dialogs.outside import Kind, Lookup, Outside
from dialogs.privacy import kept
from dialogs.session import Attachment, Message, Place, Reply, Say, Session, Turn
from dialogs.steps import HOME, PHONE, SOUGHT, Heard, Move, Step, Talk, aside, go, stay
from locales import DEFAULT, match
from locales.phrase import Name, Phrase, say
from locales.wording import word
from nlu import Decision, Understanding

LONGEST_MESSAGE = 1000
LONGEST_TRAIL = 30
WORDS_OF_A_SENTENCE = 3
WORDS_OF_A_PLACE = 4
EXACT = 1.0
SURE = 0.8
LIKELY = 0.5
PERSON = "0"
GREETING = "greet"
BACK = "go_back"
WORDS_OF_BACK = 2
WHICH = Place("meaning", "which")
ABOUT = Place("meaning", "about")
CODE = Place("carry", "code")
# Always understood, at every step (accessibility rules, "always understood").
COMMANDS = frozenset(
    {
        "repeat", "go_back", "help", "human", "cancel", "main_menu", "change_language", "simple_mode_on",
        "simple_mode_off", "read_aloud", "resume_application",
    }
)  # fmt: skip


def advance(session: Session, message: Message, outside: Outside) -> Turn:
    """What this message leads to. Never raises for anything a citizen can write or press."""
    session = renewed(session)
    outside = replace(outside, meaning=sharpened(outside.meaning, session, message.text))
    talk = _begin(session, message, outside)
    talk, move = _answer(talk, message, is_new=session.where is None)
    if move.missed:
        talk = talk.but(language=session.language or talk.session.language)
    return replace(_settle(talk, move), masked=_masked(talk, message))


def _masked(talk: Talk, message: Message) -> str | None:
    """What is kept instead of the words, None where they may be kept; a phone number that nobody asked for is not."""
    step = _step(talk.place)
    is_unasked = attachments.is_contact(message.attachment) and step.kind(talk) != PHONE
    return "" if is_unasked else kept(message.text, talk, step)


def wanted(session: Session, message: Message) -> Lookup | None:
    """What is to be looked up outside before this message can be answered; None for nothing."""
    place = session.where or HOME
    is_wordless = message.choice is not None or attachments.is_contact(message.attachment)
    text = str(place.data.get(SOUGHT, "" if is_wordless else message.text.strip()))
    kind = _step(place).looks_up or (Kind.DRAFT if _is_code(place, message) else None)
    return Lookup(kind, text) if kind and text and len(text) <= LONGEST_MESSAGE else None


def _is_code(place: Place, message: Message) -> bool:
    """A code by itself, where nothing else is asked that could look like one."""
    return _is_free(place) and message.choice is None and codes.alone(message.text) is not None


def _is_free(place: Place) -> bool:
    return place in (HOME, openings.WELCOME, Place("start", "stopped"))


def apologise(session: Session) -> Reply:
    """What a citizen is told when no answer could be made; the talk stays where it was."""
    language = session.language or DEFAULT
    lines = (
        say("Something went wrong here, and I could not answer."),
        say("Nothing you told me is lost. Please write it again, or write 0 for a person."),
    )
    return Reply("\n".join(word(line, language, session.tier) for line in lines), language, tier=session.tier)


def _begin(session: Session, message: Message, outside: Outside) -> Talk:
    talk = Talk(session, session.where or HOME, outside)
    return talk.but(language=_language(talk, message, outside.meaning), where=talk.place)


def _language(talk: Talk, message: Message, meaning: Understanding) -> str:
    """The link they came by or their own words choose the language: the first ones, a greeting, any clear sentence."""
    known = talk.session.language
    if known is None or talk.session.where is None:
        own = openings.read(message.opens).language or meaning.language or known
        return own or (match(message.language) if message.language else DEFAULT)
    is_unheard = len(message.text) > LONGEST_MESSAGE or (message.edited and not talk.session.misses)
    if message.choice is not None or is_unheard or _step(talk.place).reads(talk):
        return known
    says_something = len(message.text.split()) >= WORDS_OF_A_SENTENCE or meaning.intent == GREETING
    return meaning.language if says_something and meaning.language else known


def _answer(talk: Talk, message: Message, *, is_new: bool) -> tuple[Talk, Move]:
    """What came instead of words or beside them first, then the words."""
    if message.edited and not is_new and not talk.session.misses:
        note = say("You changed a message that I have answered already.")
        return talk, stay(note, say("To change an answer, write “back”. Here is where you are."))
    if message.attachment is not None:
        return _attached(talk, message, message.attachment, is_new=is_new)
    is_start = openings.is_start(message)
    if message.opens is None and not (is_start and (message.choice or _is_free(talk.place))):
        return _said(talk, message)
    opening = openings.read(message.opens)
    if message.text.strip() and not is_start:
        return _said(talk.but(**opening.remembered), message)
    return talk, openings.enter(talk, opening, is_new=is_new, is_open=_step(talk.place).open(talk))


def _attached(talk: Talk, message: Message, attachment: Attachment, *, is_new: bool) -> tuple[Talk, Move]:
    """Thanks for what came. Words that came with it are answered too, but nobody has said anything wrong by it."""
    step = _step(talk.place)
    if attachments.is_contact(attachment) and step.kind(talk) == PHONE and message.text.strip():
        there, move = _said(talk, message)
        return there, replace(move, missed=False)
    thanks = attachments.thanks(attachment, step.kind(talk), is_open=step.open(talk))
    if message.text.strip() and not attachments.is_contact(attachment):
        there, move = _said(talk, message)
        if not move.missed:
            return there, replace(move, note=(*thanks, *move.note))
    return talk, Move(to=openings.WELCOME, note=thanks) if is_new else stay(*thanks)


def _said(talk: Talk, message: Message) -> tuple[Talk, Move]:
    """Offered choices first, then what is always understood, then the step itself, then everything else."""
    meaning, said = talk.outside.meaning, _step(talk.place).ask(talk)
    id = offers.pressed(message, said, talk.place)
    if id == offers.STALE or ((id or "").startswith(offers.WISH) and _wish(str(id)) not in entries()):
        return talk, stay(say("That was answered already. Here is where you are."))
    if id is None:
        return _typed(talk, message, said, meaning)
    return _hear(talk, Heard(message.text, id, meaning))


def _typed(talk: Talk, message: Message, said: Say, meaning: Understanding) -> tuple[Talk, Move]:
    text = message.text.strip()
    if not text:
        return talk, _silence(talk)
    if len(text) > LONGEST_MESSAGE:
        return talk, stay(say("That message is too long for me. Please write it in one or two sentences."))
    if text == PERSON:
        return talk, aside("handover", "person")
    id = offers.meant(text, said, talk.session, meaning)
    if id is not None:
        return _hear(talk, Heard(text, id, meaning))
    if _is_code(talk.place, message):
        there = replace(talk, place=CODE)
        return talk, _step(CODE).hear(there, Heard(text, None, meaning)) or stay()
    return _freely(talk, Heard(text, None, meaning))


def _silence(talk: Talk) -> Move:
    is_new = talk.place == HOME and not talk.session.trail
    return go("start", "welcome") if is_new else stay(say("Your message was empty."))


def _freely(talk: Talk, heard: Heard) -> tuple[Talk, Move]:
    meaning, step = heard.meaning, _step(talk.place)
    if _is_command(meaning, EXACT if step.verbatim(talk) else SURE):
        return _corrected(talk, heard) or _enter(talk, meaning)
    if step.reads(talk) and not step.verbatim(talk) and _is_wish(meaning):
        return _enter(talk, meaning)
    move = step.hear(talk, heard)
    if move is not None and not move.missed:
        return talk, move
    id = offers.begun(heard.text, step.ask(talk).choices)
    is_wish = meaning.decision is Decision.ANSWER and not _is_aside(meaning)
    if id is not None and (not is_wish or len(heard.text.split()) > 1):
        return _hear(talk, replace(heard, choice=id))
    if is_wish:
        return _corrected(talk, heard) or _enter(talk, meaning)
    return talk, move or _unclear(talk, heard)


def _corrected(talk: Talk, heard: Heard) -> tuple[Talk, Move] | None:
    """A way back that says more than "back": with the new answer to what was named or came before, or where it is."""
    if heard.meaning.intent != BACK or len(heard.text.split()) <= WORDS_OF_BACK:
        return None
    named = _step(talk.place).corrects(talk, heard)
    session = _back(talk.session) if named is None else talk.session
    there = replace(talk, session=session, place=(named and named.to) or session.where or HOME)
    for text in (heard.text, heard.text.rpartition(",")[2].strip()):
        move = _step(there.place).hear(there, replace(heard, text=text)) if _step(there.place).open(there) else None
        if move is not None and not move.missed:
            return there, move
    return None if named is None else (talk, named)


def _is_aside(meaning: Understanding) -> bool:
    """A yes or no with a place or a number in it means the place or the number ("po në Tivat?")."""
    return meaning.intent in offers.SPOKEN and bool(meaning.entities.keys() & {"municipality", "reference"})


def _is_command(meaning: Understanding, confidence: float) -> bool:
    return meaning.intent in COMMANDS and meaning.decision is Decision.ANSWER and meaning.confidence >= confidence


def _is_wish(meaning: Understanding) -> bool:
    """A wish worth leaving a question for: one that has a name, not a greeting or a thank-you."""
    entry = entries().get(meaning.intent)
    is_sure = meaning.decision is Decision.ANSWER and meaning.confidence >= SURE
    return is_sure and entry is not None and entry.label is not None


def _enter(talk: Talk, meaning: Understanding) -> tuple[Talk, Move]:
    """A wish, with the municipality and the service it named; another office's service is not answered with ours."""
    named = _named(meaning)
    if named.get("service", "") not in {"", *services()} or meaning.intent not in entries():
        return talk, aside("handover", "elsewhere")
    talk = talk.but(**named)
    entry, there = entries()[meaning.intent], _away(talk, named.get("service"))
    if entry.about_service and there.named_service is None and len(services()) > 1:
        return talk, aside(ABOUT.flow, ABOUT.step, intent=meaning.intent)
    return talk, entry.enter(there, meaning)


def _away(talk: Talk, named: str | None) -> Talk:
    """The talk as a wish sees it: away from a place that is about another service than the one just named."""
    is_elsewhere = named is not None and talk.data.get("service", named) != named
    return replace(talk, place=HOME) if is_elsewhere else talk


def _named(meaning: Understanding) -> dict[str, str]:
    return {name: meaning.entities[name] for name in ("municipality", "service") if name in meaning.entities}


def _unclear(talk: Talk, heard: Heard) -> Move:
    """No wish was understood: a number or a place that was named, likely meanings on offer, or a plain word."""
    meaning = heard.meaning
    if "reference" in meaning.entities:
        return entries()["check_status"].enter(talk, meaning)
    slug = meaning.entities.get("municipality")
    if slug and (meaning.decision is not Decision.ASK or len(heard.text.split()) <= WORDS_OF_A_PLACE):
        return stay(say("Municipality: {municipality}.", municipality=Name(slug)), municipality=slug)
    likely = _likely(meaning) if meaning.decision is Decision.ASK else ()
    if len(likely) > 1:
        return replace(aside(WHICH.flow, WHICH.step, intents=",".join(likely)), changes=_named(meaning))
    if meaning.intent == "out_of_scope" and meaning.confidence >= LIKELY:
        return aside("handover", "elsewhere")
    return Move(note=(say("I did not understand that."),), missed=True)


def _likely(meaning: Understanding) -> tuple[str, ...]:
    """The two or three likeliest wishes that have a name."""
    ranked = (meaning.intent, *(intent for intent, _ in meaning.alternatives))
    return tuple(intent for intent in ranked if intent in entries() and entries()[intent].label)[:3]


def _hear(talk: Talk, heard: Heard) -> tuple[Talk, Move]:
    """A choice that was made: the next page, a wish, or an answer to the step."""
    if heard.choice == offers.MORE:
        return talk, stay(page=talk.session.page + 1)
    if str(heard.choice).startswith(offers.WISH):
        return _enter(talk, replace(heard.meaning, intent=_wish(str(heard.choice)), entities={}))
    return talk, _step(talk.place).hear(talk, heard) or stay(say("I did not understand that."))


def _wish(id: str) -> str:
    return id.removeprefix(offers.WISH)


def _settle(talk: Talk, move: Move) -> Turn:
    """The move carried out: the next place asked, and everything said on the way there."""
    move = _after_misses(talk, _from_the_first(talk, move))
    misses = talk.session.misses + 1 if move.missed else 0
    session = _moved(replace(talk, session=replace(talk.session, misses=misses)), move)
    note = move.note
    if move.to or move.done:
        session, note = _onward(session, talk.outside, note)
    if _is_remark(talk, move):
        remark = replace(_step(talk.place).ask(talk), lines=note, more=(), payment=None)
        return Turn(session, (_reply(session, remark, ()),))
    session, replies = _asked(session, talk.outside, note)
    return Turn(replace(session, asks_private=replies[-1].asks_private), replies, move.orders)


def _from_the_first(talk: Talk, move: Move) -> Move:
    """Before the first question there is nothing to go back to: it stays, and nobody is thrown out of a form."""
    has_before = bool(talk.session.under or talk.session.trail)
    if not move.back or has_before or not _step(talk.place).open(talk):
        return move
    return stay(say("This is the first question. Write “stop” to leave; your answers are kept."))


def _is_remark(talk: Talk, move: Move) -> bool:
    """A word in between, after which an answer already given is not given again."""
    stays = move.to is None and not move.done and not move.back and not move.changes and not move.orders
    return stays and bool(move.note) and _step(talk.place).passing


def _after_misses(talk: Talk, move: Move) -> Move:
    if not move.missed:
        return move
    patience = 1 if talk.simple else 2
    misses = talk.session.misses + 1
    if misses > patience:
        return replace(aside("handover", "person"), note=move.note, changes={"misses": 0})
    if misses == patience:
        return replace(move, note=(*move.note, say("If you want a person, write 0.")))
    return move


def _moved(talk: Talk, move: Move) -> Session:
    session = replace(talk.session, **move.changes)
    if move.back:
        return _back(session)
    if move.done:
        return replace(session, where=session.under[-1] if session.under else HOME, under=session.under[:-1], page=0)
    if move.to is None or move.to == talk.place:
        return session if "page" in move.changes else replace(session, page=0)
    return replace(_left(session, talk, move), where=move.to, page=0)


def _left(session: Session, talk: Talk, move: Move) -> Session:
    """A question that is left is remembered: to go on with it afterwards, or to come back to it."""
    if not _step(talk.place).open(talk) or move.changes.keys() & {"under", "trail"}:
        return session
    if move.aside:
        return replace(session, under=(*session.under, talk.place))
    return replace(session, trail=(*session.trail, talk.place)[-LONGEST_TRAIL:])


def _back(session: Session) -> Session:
    if session.under:
        return replace(session, where=session.under[-1], under=session.under[:-1], page=0)
    if session.trail:
        return replace(session, where=session.trail[-1], trail=session.trail[:-1], page=0)
    return replace(session, where=HOME, page=0)


def _asked(session: Session, outside: Outside, note: tuple[Phrase, ...]) -> tuple[Session, tuple[Reply, ...]]:
    """The step that is next is asked, and after a step that only passes by, the question it interrupted."""
    replies: tuple[Reply, ...] = ()
    while True:
        place = session.where or HOME
        said = _step(place).ask(Talk(session, place, outside))
        replies = (*replies, _reply(session, said, note))
        note = ()
        if not (_step(place).passing and session.under):
            return session, replies
        session, note = _onward(replace(session, where=session.under[-1], under=session.under[:-1]), outside, ())


def _onward(session: Session, outside: Outside, note: tuple[Phrase, ...]) -> tuple[Session, tuple[Phrase, ...]]:
    """Past the steps that have nothing to ask, with what they say on the way."""
    place = session.where or HOME
    move = _step(place).onward(Talk(session, place, outside))
    if move is None:
        return session, note
    return _onward(replace(session, where=move.to, **move.changes), outside, (*note, *move.note))


def _reply(session: Session, said: Say, note: tuple[Phrase, ...]) -> Reply:
    place = session.where or HOME
    language = str(session.language)
    paragraphs = filter(None, (note, said.lines, *said.more))
    text = "\n\n".join("\n".join(word(line, language, session.tier) for line in lines) for lines in paragraphs)
    choices = offers.worded(offers.shown(said, session), session, place)
    return Reply(text, language, choices, said.asks_private, said.payment, session.tier)


def _step(place: Place) -> Step:
    """The step of this place; a place that a newer version no longer has is the start."""
    return steps().get((place.flow, place.step)) or steps()[(HOME.flow, HOME.step)]
