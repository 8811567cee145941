"""Arabic catalogues: their signs, what turns round between letters, and the endings of what is counted."""

import re
from pathlib import Path

import pytest
from babel.messages import Catalog
from django.utils import translation
from django.utils.translation import ngettext

from config import words
from config.arabic import arabic_fault


@pytest.mark.once
def test_arabic_with_latin_signs_or_figures_that_turn_round_is_noticed(tmp_path: Path) -> None:
    """The control: the same in another language, and well written."""
    wrong = {
        "Name": "الاسم, العنوان",
        "Paid": "هل دُفع?",
        "Search": "أولاً",
        "Date": "مثل 2025-03-31",
        "Days": "مثل -3",
        "File": "قالب .csv",
    }
    right = {
        "Month": "شهر، ؛ ؟ أولًا \u20662025-03-31\u2069 \u200e.csv",
        "Year": '<a href="/?a=1">a</a>: <code>a, b</code>',
    }
    for language in ("ar", "es"):
        path = words.place("portal", language, tmp_path)
        path.parent.mkdir(parents=True)
        catalog = Catalog(locale=language, fuzzy=False)
        for text, told in (wrong | right).items():
            catalog.add(text, told)
        path.write_bytes(words.written(catalog))
    signs = re.compile(r": (a Latin sign|اً|turns round)[^:]*: '(\w+)'")
    assert {found[2] for fault in words.faults("portal", "ar", tmp_path) if (found := signs.search(fault))} == set(
        wrong
    )
    assert not [fault for fault in words.faults("portal", "es", tmp_path) if signs.search(fault)]


@pytest.mark.once
def test_eleven_days_and_a_hundred_days_have_their_own_endings_in_arabic() -> None:
    assert arabic_fault(["", "", "", "", "%(n)s يومًا", "%(n)s يوم"]) and not arabic_fault(["يوم"] * 5 + ["يومًا"])
    with translation.override("ar"):
        late = [ngettext("%(days)s day late", "%(days)s days late", days) for days in (1, 2, 3, 11, 99, 100)]
    assert [told.split()[-1] for told in late] == ["واحدًا", "يومين", "أيام", "يومًا", "يومًا", "يوم"]
