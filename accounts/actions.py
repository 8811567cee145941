"""Acts on people: register, invite, let in and shut out; passwords are hashed before a transaction opens."""

from collections.abc import Collection, Iterable
from copy import copy

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import audit, logos, programs, roles
from accounts.audit import Entry
from accounts.logos import Picture
from accounts.models import LARGEST_NUMBER, Customer, Erasure, Lender, Manager, User
from accounts.transactions import Refused

DETAILS = ("name", "email", "phone", "age", "age_given_on", "credit_limit")
SETTINGS = tuple(field.name for field in Lender._meta.concrete_fields if field.name != "id")
FIRST_CUSTOMER = 101
FIRST_MANAGER = 1
FACTORS = {"totp": gettext_noop("authenticator app"), "recovery_codes": gettext_noop("recovery codes")}


def register_customer(customer: Customer, password: str | None = None) -> Customer:
    """Store a new customer, under the next number when it has none; with a password, also the customer's login.

    Raises ValidationError for a number that is taken.
    """
    hashed = make_password(password) if password is not None else None
    with transaction.atomic():
        lender = _hold_lender()
        customer.id = _number(Customer.objects.all(), customer.id, FIRST_CUSTOMER)
        if customer.age is not None and customer.age_given_on is None:
            customer.age_given_on = lender.today()
        customer.save(force_insert=True)
        if hashed is not None:
            _login_of(customer, hashed)
        told = audit.values(customer, DETAILS) | {"login": audit.fact(hashed is not None)}
        audit.record([Entry(customer.pk, "register_customer", told)])
    return customer


def update_customer(customer: Customer, changed: Collection[str] = DETAILS) -> Customer:
    """Store these details alone, on the row as it is under the lock; its login follows to a new e-mail address, and a
    new age is dated today."""
    with transaction.atomic():
        row = Customer.objects.select_for_update().get(pk=customer.pk)
        refuse_erased([row.pk])
        before = copy(row)
        for name in changed:
            setattr(row, name, getattr(customer, name))
        if row.age != before.age:
            row.age_given_on = None if row.age is None else Lender.load().today()
        row.save(update_fields={*changed, "age_given_on"})
        User.objects.filter(customer=row).update(email=row.email)
        if told := audit.changes(before, row, DETAILS):
            audit.record([Entry(row.pk, "update_customer", told)])
    return row


def update_lender(lender: Lender, changed: Collection[str] = SETTINGS, picture: Picture | bool | None = None) -> Lender:
    """Store changed settings, these fields alone; `picture` is a new logo, or False to take the logo off."""
    with transaction.atomic():
        before = _hold_lender()
        if picture is not None:
            lender.logo = logos.put(picture if isinstance(picture, Picture) else None)
            changed = {*changed, "logo"}
        lender.save(update_fields=list(changed))
        if told := audit.changes(before, lender, changed):
            audit.record_house("update_lender", told)
    return lender


def invite(customer: Customer) -> User:
    """The customer's login, made without a password if there was none; accounts.tokens makes the link for it."""
    with transaction.atomic():
        Customer.objects.select_for_update().get(pk=customer.pk)
        refuse_erased([customer.pk])
        user = User.objects.filter(customer=customer).first() or _login_of(customer, make_password(None))
        audit.record([Entry(customer.pk, "invite", {"login": user.username})])
    return user


def add_manager(manager: Manager, *, role: str = roles.MANAGER, all_rights: bool = False) -> User:
    """Store a new member of staff, under the next staff number when it has none, with a login without a password.

    Raises ValidationError for a number that is taken.
    """
    with transaction.atomic():
        _hold_lender()
        manager.id = _number(Manager.objects.all(), manager.id, FIRST_MANAGER)
        manager.save(force_insert=True)
        user = User(username=f"m{manager.id}", email=manager.email, manager=manager, is_staff=True)
        user.password, user.is_superuser = make_password(None), all_rights
        user.save(force_insert=True)
        user.groups.set([roles.group_of(role)])
        told = audit.values(manager, ("name", "email", "phone", "age"))
        told |= {"login": user.username, "role": role, "all_rights": audit.fact(all_rights)}
        audit.record_house("add_manager", told)
    return user


def add_first_manager() -> User | None:
    """The owner, with all rights, where there is nobody of the staff; None where there is somebody."""
    with transaction.atomic():
        _hold_lender()
        if User.objects.filter(is_staff=True).exists():
            return None
        return add_manager(Manager(name="Owner"), all_rights=True)


def invite_colleague(manager: Manager, role: str) -> User:
    """A new member of staff; named again before the link was used, the same one, with the role named last.

    A name alone tells nobody: without an e-mail address it is always somebody new.
    """
    with transaction.atomic():
        _hold_lender()
        same = User.objects.filter(manager__name=manager.name, manager__email=manager.email, is_superuser=False)
        waiting = same.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX, is_active=True).order_by("pk")
        known = waiting.first() if manager.email else None
        if known is None:
            return add_manager(manager, role=role)
        set_role(known, role)
        return known


def accept_invitation(user: User, password: str) -> bool:
    """Set the password, unless the link was used a moment ago in another window."""
    hashed = make_password(password)
    with transaction.atomic():
        _hold_people([user])
        same = User.objects.filter(pk=user.pk, password=user.password, is_active=True)
        if not same.update(password=hashed):
            return False
        _record_of([user], "accept_invitation", {})
    return True


def choose_language(user: User, language: str) -> None:
    """What somebody reads and is written to in; "" for the lender's."""
    with transaction.atomic():
        _hold_people([user])
        was = User.objects.values_list("language", flat=True).get(pk=user.pk)
        if was != language:
            User.objects.filter(pk=user.pk).update(language=language)
            _record_of([user], "choose_language", {"language_was": was, "language": language})


def set_active(users: Iterable[User], active: bool) -> int:
    """Shut people out, or let them in again. The sessions of who is shut out end with their next request, the keys of
    their programs at once and for good."""
    with transaction.atomic():
        chosen = User.objects.filter(pk__in=[user.pk for user in users])
        _hold_people(chosen)
        _record_of(chosen.exclude(is_active=active), "let_in" if active else "shut_out", {})
        if active:
            chosen = chosen.exclude(customer__in=Erasure.objects.done().values("customer"))
        else:
            programs.shut(chosen)
        return chosen.update(is_active=active)


def set_role(user: User, role: str) -> None:
    """Give a member of staff this role and no other right; without a role ("") they may sign in and see nothing.

    Raises ValidationError for a customer.
    """
    if not user.is_staff:
        raise ValidationError(_("%(name)s is not of the staff. Roles are for the staff alone.") % {"name": user})
    with transaction.atomic():
        _hold_people([user])
        was, extra = roles.role_of(user), user.user_permissions.count()
        user.groups.set([roles.group_of(role)] if role else [])
        user.user_permissions.clear()
        if was != role or extra:
            told = {"role_was": was, "role": role} | ({"single_rights_taken": extra} if extra else {})
            _record_of([user], "set_role", told)


def reset_second_factor(user: User) -> list[str]:
    """Take away every app, passkey and recovery code, and end the person's sessions: the phone may be in other hands.

    Returns what was taken away, in words.
    """
    with transaction.atomic():
        _hold_people([user])
        held = Authenticator.objects.select_for_update().filter(user=user).order_by("pk")
        taken = [FACTORS.get(one.type, f"passkey {one}") for one in held]
        held.delete()
        for session in UserSession.objects.filter(user=user):
            session.end()
        programs.shut([user])
        if taken:
            _record_of([user], "reset_second_factor", {"taken": ", ".join(taken)})
    return taken


def refuse_erased(customers: Collection[int]) -> None:
    """Nothing personal is written to who is erased. Raises Refused."""
    if gone := Erasure.objects.done().filter(customer__in=customers).first():
        stays = _("Customer %(number)s is erased, and stays so. Add the person anew, under another number.")
        raise Refused(stays % {"number": gone.customer_id})


def _hold_lender() -> Lender:
    """The lender's row, locked: whoever hands out numbers waits here. On SQLite the transaction is the lock."""
    return Lender.objects.select_for_update().get(pk=Lender.load().pk)


def _hold_people(users: Iterable[User]) -> None:
    """Lock what their entries are chained under: the lender for the staff, before any customer, ascending."""
    users = list(users)
    if any(user.customer_id is None for user in users):
        _hold_lender()
    owned = Customer.objects.filter(pk__in=[user.customer_id for user in users if user.customer_id])
    list(owned.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _record_of(users: Iterable[User], act: str, told: audit.Facts) -> None:
    """A customer's sign-in is told of in the customer's chain, one of the staff in the house's."""
    owned = []
    for user in users:
        facts = {"login": user.username, **told}
        if user.customer_id is None:
            audit.record_house(act, facts)
        else:
            owned.append(Entry(user.customer_id, act, facts))
    audit.record(owned)


def _number(people: models.QuerySet, wanted: int | None, first: int) -> int:
    if wanted is None:
        wanted = max(people.aggregate(last=Max("id"))["last"] or 0, first - 1) + 1
    elif people.filter(id=wanted).exists():
        taken = _("The number %(number)s is taken. Leave it empty to get the next one.")
        raise ValidationError({"id": taken % {"number": wanted}})
    if wanted > LARGEST_NUMBER:
        raise ValidationError(_("Numbers end at %(number)s. Choose a smaller free one.") % {"number": LARGEST_NUMBER})
    return wanted


def _login_of(customer: Customer, hashed: str) -> User:
    user = User(username=f"c{customer.id}", password=hashed, email=customer.email, customer=customer)
    user.save(force_insert=True)
    return user
