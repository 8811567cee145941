"""How money came: words stored in English, shown and chosen in the reader's language; any other word stays as it is."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "bank transfer": pgettext_lazy("how money came", "bank transfer"),
    "mobile money": pgettext_lazy("how money came", "mobile money"),
    "cash": pgettext_lazy("how money came", "cash"),
    "card": pgettext_lazy("how money came", "card"),
    "cheque": pgettext_lazy("how money came", "cheque"),
    "bank": pgettext_lazy("how money came", "bank"),
    "web": pgettext_lazy("how money came", "web"),
}
OFFERED = ("bank transfer", "mobile money", "cash", "card", "cheque")


def spoken(channel: str) -> str:
    return str(WORDS.get(channel, channel))


def stored(said: str) -> str:
    """What the books keep of a word in the reader's language."""
    wanted = said.strip().casefold()
    return next((channel for channel, word in WORDS.items() if str(word).casefold() == wanted), said)
