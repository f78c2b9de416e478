"""A payment order as a page of its own: to be printed, copied, or scanned with a bank's app. It needs no script."""

from bot.pages.page import TEMPLATES
from bot.pages.words import words
from dialogs.payments import lines, rows
from integrations.bills.order import PaymentOrder, qr
from locales.phrase import say
from locales.wording import word

PHRASES = {
    "title": say("Payment order"),
    "how": say("Take this page to a bank, or copy the lines into your bank's app."),
    "compare": say("Compare it with your bill before you pay. Only the municipality can confirm a debt."),
    "scan": say("Scan it with your bank's app"),
    "code": say("QR code with the same payment order"),
    "check": say("Check every line in the app before you agree."),
    "no_code": say("There is no QR code, because it could not carry the reference unchanged. Please copy the lines."),
    "text": say("Text to copy"),
    "back": say("Back to the conversation"),
}


def payment_page(order: PaymentOrder, language: str) -> str:
    """The page in this language. Its values stay as they are on the bill, to the letter."""
    phrases = {key: word(phrase, language) for key, phrase in PHRASES.items()}
    return TEMPLATES.get_template("payment.html").render(
        language=language,
        words=words(language),
        said=phrases,
        rows=[(word(label, language), value) for label, value in rows(order)],
        text="\n".join(word(line, language) for line in lines(order)),
        code=qr(order, phrases["code"]),
    )
