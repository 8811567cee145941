"""The transaction of an act on the books: the piece of accounts that all rooms share, under the ledger's name."""

from accounts.transactions import TRIES, Refused, lock, one_transaction

__all__ = ["TRIES", "Refused", "lock", "one_transaction"]
