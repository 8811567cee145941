"""The picture that stands for the lender."""

from django.db import models
from django.db.models import Q


class Logo(models.Model):
    """In a table of its own, so that no page loads its bytes: Lender.logo is the name by which it is asked for."""

    class Kind(models.TextChoices):
        PNG = "image/png", "PNG"
        JPEG = "image/jpeg", "JPEG"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    content = models.BinaryField()

    class Meta:
        default_permissions = ()  # changed with the lender
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="logo_is_one"),
            models.CheckConstraint(condition=Q(kind__in=["image/png", "image/jpeg"]), name="logo_kind_is_known"),
        ]

    def __str__(self) -> str:
        return "logo"
