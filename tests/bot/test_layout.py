"""How a reply is laid out and cut, whatever the platform is."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.layout import Kind, Line, lines, parts, picture, split, utf16, written
from dialogs.session import Choice, Reply
from integrations.bills.order import PaymentOrder, qr_picture

ORDER = PaymentOrder("Opština Tivat", "ME25510000000906801436", 12_345, "Porez na nepokretnosti", "001234")
YES_NO = (Choice("1:yes", "Yes"), Choice("1:no", "No"))


def test_every_choice_stands_in_the_text_under_its_number() -> None:
    assert written(Reply("Do you rent?", "en", YES_NO)) == "Do you rent?\n\n1. Yes\n2. No"


def test_a_reply_of_choices_only_begins_with_the_first() -> None:
    assert written(Reply("", "en", YES_NO)) == "1. Yes\n2. No"


def test_what_has_to_be_copied_is_told_from_its_name() -> None:
    said = lines(Reply("This is your order.\nReference: 001234", "en", payment=ORDER))

    assert said[0] == Line(Kind.TEXT, "This is your order.")
    assert said[1] == Line(Kind.VALUE, "001234", "Reference: ")


def test_a_line_that_only_looks_like_a_value_stays_text() -> None:
    assert lines(Reply("Time: 8:00", "en", payment=ORDER)) == (Line(Kind.TEXT, "Time: 8:00"),)


def test_a_short_reply_is_one_message() -> None:
    reply = Reply("Do you rent?", "en", YES_NO)

    assert parts(reply, 100) == (reply,)


def test_only_the_last_message_of_a_long_reply_has_the_choices() -> None:
    reply = Reply("The first paragraph.\n\nThe second paragraph.", "en", YES_NO)

    first, last = parts(reply, 45)

    assert first == Reply("The first paragraph.", "en")
    assert last == Reply("The second paragraph.", "en", YES_NO)


def test_a_payment_order_is_shown_as_a_code_before_its_text_where_pictures_can_be_shown() -> None:
    reply = Reply("This is your order.", "en", YES_NO, payment=ORDER)

    code, text = parts(reply, 100, pictures=True)

    assert picture(code) == ORDER
    assert code.choices == ()
    assert text == reply
    assert picture(text) is None


def test_an_order_that_no_code_can_carry_is_text_only() -> None:
    reply = Reply("This is your order.", "en", payment=replace(ORDER, reference="ž-1"))

    assert parts(reply, 100, pictures=True) == (reply,)


def test_the_code_is_a_png() -> None:
    code = qr_picture(ORDER)

    assert code is not None
    assert code.startswith(b"\x89PNG\r\n\x1a\n")


def test_a_text_is_cut_between_paragraphs_rather_than_lines() -> None:
    assert split("One.\n\nTwo.\nThree.", 14, "en") == ("One.", "Two.\nThree.")


def test_a_text_is_cut_between_lines_rather_than_sentences() -> None:
    assert split("First line.\nOne. Two. Three.", 22, "en") == ("First line.", "One. Two. Three.")


def test_a_text_is_cut_at_the_end_of_a_sentence_rather_than_a_word() -> None:
    assert split("It is done. It was easy enough.", 20, "en") == ("It is done.", "It was easy enough.")


def test_the_full_stop_of_a_date_ends_no_sentence() -> None:
    cut = split("Rok je prošao. Platite do 5. marta 2026. godine.", 30, "cnr")

    assert cut == ("Rok je prošao.", "Platite do 5. marta 2026.", "godine.")


def test_a_sentence_that_is_too_long_is_cut_between_words() -> None:
    assert split("one two three", 8, "en") == ("one two", "three")


def test_a_word_that_is_too_long_is_cut_where_it_must_be() -> None:
    assert split("abcdefghij", 4, "en") == ("abcd", "efgh", "ij")


def test_an_emoji_counts_as_the_platform_counts_it() -> None:
    assert split("👶👶👶", 4, "en", utf16) == ("👶👶", "👶")


@given(st.text(alphabet="ab. \n5Č👶", max_size=200), st.integers(min_value=2, max_value=40))
def test_nothing_but_white_space_is_lost_and_no_piece_is_too_long(text: str, longest: int) -> None:
    pieces = split(text, longest, "en", utf16)

    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert max(map(utf16, pieces)) <= longest
    assert split(text, longest, "en", utf16) == pieces
