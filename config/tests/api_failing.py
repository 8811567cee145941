"""The server where some payments fail in the last moment, with all that is to be told written; nobody else opens it."""

from unittest import mock

from config.wsgi import application
from ledger.acting import Books
from ledger.figures import Figure
from ledger.tests.mailing import NEVER
from ledger.tests.shop import D

__all__ = ["application"]
close = Books.close


def close_and_fail(books: Books) -> None:
    close(books)
    if books.moved(Figure.RECEIVED) == D(NEVER):
        raise RuntimeError("a fault after all was written")


mock.patch.object(Books, "close", close_and_fail).start()
