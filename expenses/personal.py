"""The notebook: all of it is the customer's own, handed out to nobody else, and all of it goes."""

from accounts.holdings import PARTS, Holding, Part
from expenses.own_data import erase_all, nouns

# A new model of the notebook is one of these by itself: nothing of it is ever kept.
HOLDINGS = tuple(Holding(noun._meta.label, "the notebook", goes=True, private=True) for noun in nouns())

PARTS["expenses"] = Part(HOLDINGS, erase=erase_all)
