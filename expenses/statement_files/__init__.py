"""Reads any bank's CSV, TSV, OFX, QFX or QIF unconfigured: what the file does not decide is asked, never guessed."""

from expenses.statement_files.nouns import Asking, BadFile, Choice, Note, Question, Reading, Row
from expenses.statement_files.reading import read_statement_file

__all__ = ["Asking", "BadFile", "Choice", "Note", "Question", "Reading", "Row", "read_statement_file"]
