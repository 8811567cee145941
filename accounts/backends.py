"""Who is signing in, by the door they chose."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts.models import LARGEST_NUMBER, OldAccount, User
from accounts.models.people import has_address

CUSTOMERS = "customer"
STAFF = "manager"
MOST_SHARED = 5  # logins of one address that are tried; each costs a password hash


class DoorBackend(AuthenticationBackend):
    """A number or e-mail address and a password, at the customers' or the staff's door.

    An address may belong to several logins: the one whose password fits is meant, and if it fits several, or
    more than MOST_SHARED share the address, nobody is: they sign in with their number. Without a door the name
    is a username, as allauth hands it over when it asks somebody signed in for the password again.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        door: str | None = None,
        **credentials: Any,
    ) -> User | None:
        if not username or not password:
            return None
        candidates = list(behind(door, username)[: MOST_SHARED + 1])
        if not 1 <= len(candidates) <= MOST_SHARED:
            self._mitigate_timing_attack(password)  # an unknown name takes as long as a wrong password
            return None
        return self._the_one(user for user in candidates if user.check_password(password))

    def _the_one(self, fitting: Any) -> User | None:
        people = list(fitting)
        active = [user for user in people if self.user_can_authenticate(user)]
        if not active and len(people) == 1:
            self._stash_user(people[0])  # allauth then shows the page for closed logins
        return active[0] if len(active) == 1 else None


def behind(door: str | None, name: str) -> QuerySet[User]:
    """The logins that a number, an address or an operator's username may mean at a door, in order of their age; at
    the customers' also a name from an old app."""
    name = name.strip()
    if "\x00" in name:  # PostgreSQL refuses it in any text
        return User.objects.none()
    number = int(name) if name.isascii() and name.isdigit() and len(name) <= len(str(LARGEST_NUMBER)) else None
    address = has_address(name) & ~Q(email="")
    match door:
        case "customer":
            old = OldAccount.objects.filter(name=name, signs_in=True).values_list("customer", flat=True)
            before = [] if number else list(old)  # asked for first: an OR with a query in it finds no index
            found = Q(customer=number) if number else (address & Q(customer__isnull=False)) | Q(customer__in=before)
        case "manager":
            staff = (address | Q(username=name, manager__isnull=True)) & Q(is_staff=True)
            found = Q(manager=number) if number else staff
        case _:
            found = Q(username=name)
    return User.objects.filter(found).order_by("pk")
