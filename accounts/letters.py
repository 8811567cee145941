"""The words of an invitation to choose a password."""

from collections.abc import Sequence

from django.urls import reverse

from accounts import tokens
from accounts.messages import Letter, Letters
from accounts.models import Customer, Lender, Message, User


def invites(customer: Customer, rows: Sequence[Message]) -> Letters:
    """The link is made now, works once, and is stored nowhere. None for a sign-in that was shut or used since."""
    user = User.objects.filter(customer=customer, is_active=True).first()
    if user is None:
        return {}
    return {row.pk: _invite(user) for row in rows if row.facts.get("again") or not user.has_usable_password()}


def _invite(user: User) -> Letter:
    name, number = Lender.load().name, user.customer_id
    path = reverse("invitation", args=[user.pk, tokens.make_token(user)])
    if user.has_usable_password():
        says = [f"Here you choose a new password for your account with {name}."]
    else:
        says = [f"{name} has opened an account for you. There you see what you owe and what you paid, and you can pay."]
    says += [
        f"You sign in with your customer number, {number}, and the password that you choose.",
        f"The link works once, within {tokens.DAYS} days. Give it to nobody.",
    ]
    return Letter("Choose your password", says, more="Choose a password", path=path, open=True)
