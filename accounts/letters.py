"""The words of the mails with which somebody chooses a password."""

from collections.abc import Sequence

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import tokens
from accounts.messages import Letter, Letters
from accounts.models import Customer, Lender, Message, StaffMessage, User


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
        says = [_("Here you choose a new password for your account with %(lender)s.") % {"lender": name}]
    else:
        says = [
            _(
                "%(lender)s has opened an account for you. There you see what you owe and what you paid, "
                "and you can pay."
            )
            % {"lender": name}
        ]
    says += [
        _("You sign in with your customer number, %(number)s, and the password that you choose.") % {"number": number},
        ngettext(
            "The link works once, within %(days)s day. Give it to nobody.",
            "The link works once, within %(days)s days. Give it to nobody.",
            tokens.DAYS,
        )
        % {"days": tokens.DAYS},
    ]
    return Letter(_("Choose your password"), says, more=_("Choose a password"), path=path, open=True)


def resets(customer: Customer, rows: Sequence[Message]) -> Letters:
    """As an invitation's, the link is made now; it also dies with the address."""
    user = User.objects.filter(customer=customer, is_active=True).first()
    return {row.pk: reset(user) for row in rows} if user else {}


def staff_reset(row: StaffMessage) -> Letter:
    return reset(User.objects.get(manager=row.manager))


def reset(user: User) -> Letter:
    if user.customer_id:
        says = _("somebody, most likely you, asked for a new password for customer number %(number)s.")
    elif user.manager_id:
        says = _("somebody, most likely you, asked for a new password for staff number %(number)s.")
    else:
        says = _("somebody, most likely you, asked for a new password for %(name)s.")
    says %= {"number": user.customer_id or user.manager_id, "name": user.username}
    once = _("The link works once. If you did not ask for it, do nothing: your password stays as it is.")
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    path = reverse("account_reset_password_from_key", kwargs=key)
    return Letter(_("A new password"), [says, once], more=_("Choose a new password"), path=path, open=True)
