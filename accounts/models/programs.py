"""How programs come in: a signed-in session with a refresh token that turns over, and tokens that staff make."""

import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from accounts.models.people import User


class KeyQuerySet(models.QuerySet["Key"]):
    def of(self, user: User) -> Self:
        return self.filter(user=user)

    def alive(self) -> Self:
        return self.filter(ended_at__isnull=True, expires_at__gt=timezone.now())

    def end(self) -> int:
        return self.filter(ended_at__isnull=True).update(ended_at=timezone.now())

    def count_call(self, minute: datetime.datetime, most: int) -> bool:
        """Count one call of this minute, in one statement; False when `most` were counted already."""
        free = Q(minute__isnull=True) | Q(minute__lt=minute) | Q(calls__lt=most)
        calls = Case(When(minute=minute, then=F("calls") + 1), default=Value(1))
        return bool(self.filter(free).update(calls=calls, minute=minute))


class Key(models.Model):
    """What both ways share. Secrets are stored as their SHA-256 alone: 256 random bits need no slow hash.

    stamp follows the user's password (as Django's own sessions do): another password, and the key is dead. minute and
    calls count the calls of the latest minute in which there was one, which tells the last use as well.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    stamp = models.CharField(max_length=128)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    minute = models.DateTimeField(null=True, blank=True)
    calls = models.PositiveIntegerField(default=0)

    objects: ClassVar[KeyQuerySet] = KeyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        abstract = True

    @property
    def is_alive(self) -> bool:
        return self.ended_at is None and self.expires_at > timezone.now()


class ApiSession(Key):
    """One sign-in of a program. family names all its refresh tokens, current the one that is good now."""

    family = models.CharField(max_length=64)
    current = models.CharField(max_length=64)
    agent = models.CharField(max_length=200, blank=True)
    ip = models.GenericIPAddressField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=~Q(family=F("current")), name="api_session_has_two_secrets"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="api_session_lasts"),
        ]

    def __str__(self) -> str:
        return f"API session {self.pk}"


class PersonalToken(Key):
    """A token that a member of the staff made for a program of his. It may never do more than he may."""

    name = models.CharField(max_length=60, help_text="So that you know it again, such as: the bank's nightly file.")
    scopes = models.JSONField(default=list)
    secret = models.CharField(max_length=64, unique=True)

    class Meta:
        default_permissions = ()
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="personal_token_has_a_name"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="personal_token_lasts"),
        ]

    def __str__(self) -> str:
        return f"token {self.name}"
