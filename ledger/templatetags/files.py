"""What the pages of files say of a file."""

from django import template

from accounts.telling import told
from ledger.bulk.registry import called

register = template.Library()


@register.filter
def file_kind(kind: str) -> str:
    """What it holds: customers, dues, payments, outcomes."""
    return told(called(kind))
