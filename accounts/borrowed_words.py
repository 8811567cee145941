"""Sentences of Django's that customers meet and that it lacks in some of our languages, so that our catalogue has them.

Nobody imports them: manage.py collect_words reads them here, and Django finds the translations by the same words.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

SAID = (
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    gettext_noop("The password is too similar to the %(verbose_name)s."),
    gettext_noop("This password is too common."),
    gettext_noop("This password is entirely numeric."),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
    gettext_noop("Null characters are not allowed."),
)
