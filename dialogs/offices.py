"""Who to ask: the office of a municipality, in lines ready to be said."""

from datetime import date

from dialogs.readers import grouped
from dialogs.service import Municipality, Service
from locales.phrase import Name, Phrase, Proper, Value, say


def name(service: Service, municipality: Municipality, today: date) -> Phrase:
    """The office that decides on this service there."""
    return service.phrase(service.locals[municipality.slug].office(today).title)


def _head(service: Service | None, municipality: Municipality, today: date) -> Phrase:
    place = Name(municipality.slug)
    if service is None:
        return say("Municipality: {municipality}.", municipality=place)
    return say("Office: {office}, {municipality}.", municipality=place, office=name(service, municipality, today))


def lines(service: Service | None, municipality: Municipality, today: date) -> tuple[Phrase, ...]:
    """The office with every confirmed way to reach it, one a line, and the day these were checked."""
    contacts = municipality.contacts
    ways = {
        "address": "Address: {value}",
        "phone": "Phone: {value}",
        "hours": "Open: {value}",
        "web": "Web: {value}",
    }
    reach = tuple(say(ways[way], value=shown(way, contacts[way].value)) for way in ways if way in contacts)
    checks = [contact.checked for contact in contacts.values()]
    named = [service.locals[municipality.slug].office(today).basis.checked] if service else []
    checked = (say("Checked on {day}.", day=min(checks + named)),) if checks or named else ()
    return (_head(service, municipality, today), *reach, *checked)


def shown(way: str, value: str) -> Value:
    """A phone number grouped as people write it here, an address in the reader's alphabet, anything else as it is."""
    if way == "phone":
        return grouped(value)
    return Proper(value) if way == "address" else value
