"""Endpoints for the staff about who the customers are: add one, change one, invite, shut a sign-in."""

import hashlib
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from ninja import Schema, Status
from pydantic import Field

from accounts import actions, tokens
from accounts.api.access import Access, ApiRequest, customer_of
from accounts.api.fields import WHOLE, Body, CreditLimit, Number, text
from accounts.api.problems import Problem
from accounts.forms import CustomerForm
from accounts.management.links import link
from accounts.messages import put
from accounts.models import Customer
from ledger.api.customer import Key
from ledger.api.staff import CustomerOut, router
from ledger.portal.pages import READ
from ledger.portal.people import invited

__all__ = ["router"]  # of the same addresses, which one router must hold
NAME = text(200, 1, pattern=r"^[^\u0000]*\S[^\u0000]*$", examples=["Asha Rao"])
Age = Annotated[int, Field(ge=1, le=130), WHOLE]


class NewCustomer(Body):
    """customer_id: the number wanted, else the next one. With it, twice is as good as once: a number that is taken is
    refused (409)."""

    name: NAME  # type: ignore[valid-type]
    customer_id: Number | None = None
    email: text(254) = ""  # type: ignore[valid-type]
    phone: text(40) = ""  # type: ignore[valid-type]
    age: Age | None = None
    credit_limit: CreditLimit | None = None


class CustomerChange(Body):
    """What is left out stays as it is."""

    name: NAME = ""  # type: ignore[valid-type]
    email: text(254) = ""  # type: ignore[valid-type]
    phone: text(40) = ""  # type: ignore[valid-type]
    age: Age | None = None
    credit_limit: CreditLimit | None = None


class Invitation(Body):
    """again: also to who chose a password already and lost it. mail: send the link to the customer's address."""

    again: bool = False
    mail: bool = False


class Invited(Schema):
    """`made`: hand the link over; it is told once. `mailed`: it is on its way, and nobody else sees it."""

    state: Literal["made", "mailed"]
    login: str
    link: str | None
    days: Annotated[int, Field(description="How long the link is good.")]


class SignIn(Body):
    active: bool


class SignInOut(Schema):
    login: str
    active: bool


@router.post(
    "/customers",
    response={201: CustomerOut},
    auth=Access(*READ, "accounts.add_customer", scope="customers"),
    summary="Add a customer",
)
def add_customer(request: ApiRequest, told: NewCustomer) -> Any:
    """Without a sign-in: invite for that."""
    fields = told.model_dump(exclude={"customer_id"})
    return Status(201, actions.register_customer(_checked({**fields, "id": told.customer_id})))


@router.patch(
    "/customers/{int:customer_id}",
    response=CustomerOut,
    auth=Access(*READ, "accounts.change_customer", scope="customers"),
    summary="Change a customer",
)
def change_customer(request: ApiRequest, customer_id: Number, told: CustomerChange) -> Any:
    owner = customer_of(request, customer_id)
    now = {name: getattr(owner, name) for name in CustomerForm.Meta.fields}
    sent = told.model_dump(exclude_unset=True)
    return actions.update_customer(_checked(now | sent, owner), sent)


@router.post(
    "/customers/{int:customer_id}/invitation",
    response={201: Invited},
    auth=Access(*READ, "accounts.change_customer", sessions_only=True),
    summary="Invite a customer to sign in",
)
def invite_customer(request: ApiRequest, customer_id: Number, told: Invitation, key: Key) -> Any:
    """For who is signed in, not for a personal token: the link lets choose a password. The same key is one mail."""
    owner = customer_of(request, customer_id)
    if told.mail and not owner.email:
        raise Problem("refused", _("Nothing was sent. Give the customer an e-mail address first."))
    user = invited(owner, again=told.again)
    if told.mail:
        put("invite", owner.pk, hashlib.sha256(key.encode()).hexdigest(), read=True, again=told.again)
        return Status(201, {"state": "mailed", "login": user.username, "link": None, "days": tokens.DAYS})
    made = link(user, f"{request.scheme}://{request.get_host()}")
    return Status(201, {"state": "made", "login": user.username, "link": made, "days": tokens.DAYS})


@router.put(
    "/customers/{int:customer_id}/sign-in",
    response=SignInOut,
    auth=Access(*READ, sessions_only=True),
    summary="Shut a customer's sign-in, or let it in again",
)
def set_sign_in(request: ApiRequest, customer_id: Number, told: SignIn) -> Any:
    """For superusers who are signed in. Who is shut out is out at once, with every program."""
    if not request.user.is_superuser:
        raise Problem("forbidden", _("Your role does not allow this."))
    user = getattr(customer_of(request, customer_id), "login", None)
    if user is None:
        raise Problem("refused", _("This customer has no sign-in. Invite first."))
    if not actions.set_active([user], told.active):
        raise Problem("refused", _("Customer %(number)s is erased, and stays so.") % {"number": customer_id})
    return {"login": user.username, "active": told.active}


def _checked(told: dict[str, Any], owner: Customer | None = None) -> Customer:
    """By the form of the portal, which has the last word on addresses."""
    form = CustomerForm(told, instance=owner)
    if not form.is_valid():
        raise Problem("refused", " ".join(str(one) for sentences in form.errors.values() for one in sentences))
    customer: Customer = form.instance
    return customer
