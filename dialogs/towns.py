"""The municipality that a place is about, whatever was asked about another in between."""

from dialogs.steps import Talk

MUNICIPALITY = "municipality"


def there(talk: Talk) -> Talk:
    """The talk in the municipality that its place names; where it names none, the talk as it is."""
    named = talk.data.get(MUNICIPALITY)
    return talk.but(municipality=named) if named else talk
