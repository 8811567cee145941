"""What our models and their fields are called in the reader's language: Django makes it of the sources' words."""

from collections.abc import Iterable, Iterator

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.text import camel_case_to_spaces
from django.utils.translation import gettext_lazy


def name_in_words(models: Iterable[type[Model]]) -> None:
    """Once, at the start. Migrations keep what the sources say, so that none comes of it."""
    for model in models:
        model._meta.verbose_name = gettext_lazy(str(model._meta.verbose_name))
        model._meta.verbose_name_plural = gettext_lazy(str(model._meta.verbose_name_plural))
        for field in model._meta.local_fields:
            if not isinstance(field.verbose_name, Promise):
                field.verbose_name = gettext_lazy(field.verbose_name)


def names_of(model: type[Model]) -> Iterator[str]:
    """The words to translate: names that were not wrapped where they are written, and those nobody wrote."""
    one = model._meta.original_attrs.get("verbose_name", camel_case_to_spaces(model.__name__))
    yield from (one, model._meta.original_attrs.get("verbose_name_plural", f"{one}s"))
    for field in model._meta.local_fields:
        said = field._verbose_name  # type: ignore[attr-defined]  # as it was written
        if not isinstance(said, Promise):
            yield said or field.name.replace("_", " ")
