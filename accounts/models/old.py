"""Who a customer was in one of the apps that Duebook replaces."""

from django.db import models

from accounts.models.people import Customer, CustomerOwned


class OldAccount(CustomerOwned):
    """The name in the old app: a second run of import_flask knows the customer by it, and who signed in there with a
    name still does. It goes when the batch that brought the customer is undone."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, db_index=False)
    store = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    signs_in = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["customer", "store", "name"], name="old_account_named_once"),
            models.CheckConstraint(condition=~models.Q(name=""), name="old_account_has_a_name"),
        ]
        indexes = [models.Index(fields=["name", "store"], name="old_account_by_name")]

    def __str__(self) -> str:
        return f"{self.name} of the {self.store}"
