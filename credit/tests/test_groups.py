"""Groups for the fairness report: read from a file, counted, and never a feature."""

import numpy as np
import pytest

from credit.features import BY_NAME
from credit.groups import BadGroups, fairness, read_groups


def test_a_file_gives_each_customer_his_groups_and_ages_become_bands():
    lines = ["customer,sex,age", *(f"{number},{'FM'[number % 2]},{number}" for number in range(20, 60)), "", "61,,"]
    found = read_groups(lines)
    assert found["20"] == {"sex": "F", "age": "≤ 29"}
    assert found["59"] == {"sex": "M", "age": "> 49"}
    assert found["61"] == {"sex": "", "age": ""}
    assert {row["age"] for row in found.values()} == {"≤ 29", "> 29, ≤ 39", "> 39, ≤ 49", "> 49", ""}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "The first line names the columns"),
        (["customer"], "The first line names the columns"),
        (["sex,customer", "F,1"], "The first line names the columns"),
        (["customer,sex,sex", "1,F,F"], "The first line names the columns"),
        (["customer,a,b,c,d,e,f,g"], "The first line names the columns"),
        (["customer,sex"], "There is no customer in the file."),
        (["customer,sex", "1"], "Line 2 has 1 cells, and the first line has 2."),
        (["customer,sex", "one,F"], "Line 2: 'one' is no customer number."),
        (["customer,sex", "²,F"], "is no customer number."),
        (["customer,sex", "1,F", "01,M"], "Line 3: customer 1 stands in the file twice."),
        (["customer,sex", f"1,{'x' * 41}"], "a group has a name of at most 40 characters"),
        (["customer,town", *(f"{n},town {n}" for n in range(13))], "The column town has more than 12 groups."),
    ],
)
def test_a_file_that_names_no_groups_says_which_line_to_mend(lines, said):
    with pytest.raises(BadGroups) as fault:
        read_groups(lines)
    assert said in str(fault.value)


def test_a_group_that_is_approved_less_is_set_against_the_one_approved_most():
    customers = np.arange(200)
    approved = np.where(customers < 100, customers % 10 < 8, customers % 10 < 4)
    repaid = (customers % 2).astype(np.int8)
    groups = {str(number): {"sex": "M" if number < 100 else "F"} for number in range(190)}
    [sex] = fairness(groups, customers, approved, repaid)
    women, men = sex["groups"]
    assert (men["rows"], men["approved"], men["ratio"], men["low"]) == (100, 0.8, 1.0, False)
    assert (women["rows"], women["approved"], women["ratio"], women["low"]) == (90, 0.4, 0.5, True)
    assert (men["bad"], men["good_approved"]) == (0.5, 0.8)
    assert sex["unknown"] == 10


def test_a_handful_of_people_prove_nothing():
    groups = {str(number): {"sex": "F" if number < 5 else "M"} for number in range(100)}
    [sex] = fairness(groups, np.arange(100), np.arange(100) >= 5, np.ones(100, dtype=np.int8))
    assert [(row["group"], row["ratio"], row["low"]) for row in sex["groups"]] == [
        ("F", None, False),
        ("M", 1.0, False),
    ]
    assert fairness({}, np.arange(100), np.ones(100, bool), np.ones(100, dtype=np.int8)) == []


def test_no_group_is_a_feature():
    assert not {"sex", "age", "married", "group"} & set(BY_NAME)
