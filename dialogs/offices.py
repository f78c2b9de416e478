"""Who to ask: the office of a municipality, in lines ready to be said."""

from datetime import date

from dialogs.catalogue import Municipality, Service
from dialogs.readers import grouped
from locales.phrase import Name, Phrase, Proper, Value, say


def name(service: Service, municipality: Municipality) -> Phrase:
    """The office that decides on this service there."""
    return service.phrase(service.locals[municipality.slug].office)


def lines(service: Service, municipality: Municipality) -> tuple[Phrase, ...]:
    """The office with every confirmed way to reach it, one a line, and the day these were checked."""
    place = Name(municipality.slug)
    contacts = municipality.contacts
    ways = {
        "address": "Address: {value}",
        "phone": "Phone: {value}",
        "hours": "Open: {value}",
        "web": "Web: {value}",
    }
    reach = tuple(say(ways[way], value=shown(way, contacts[way].value)) for way in ways if way in contacts)
    checked = (say("Checked on {day}.", day=oldest(municipality)),) if contacts else ()
    head = say("Office: {office}, {municipality}.", municipality=place, office=name(service, municipality))
    return (head, *reach, *checked)


def oldest(municipality: Municipality) -> date:
    return min(contact.checked for contact in municipality.contacts.values())


def shown(way: str, value: str) -> Value:
    """A phone number grouped as people write it here, an address in the reader's alphabet, anything else as it is."""
    if way == "phone":
        return grouped(value)
    return Proper(value) if way == "address" else value
