"""Criteria are sentences: what they mean, and what is said of those that mean nothing."""

from __future__ import annotations

import numpy as np
import pytest

from marrow.clinic.donor import Donor
from marrow.clinic.eligibility import read_criterion, reader_of
from marrow.clinic.patient import Patient
from marrow.errors import PlanError


def patient(**known: object) -> Patient:
    usual = {"age": "42 y", "sex": "male", "weight": "78 kg", "height": "175 cm", "disease": "AML in CR1", "hct-ci": 3}
    return Patient.model_validate({**usual, **{key.replace("_", "-"): value for key, value in known.items()}})


DONOR = Donor.model_validate({"relation": "sibling", "hla": "9/10", "age": "50 y"})


@pytest.mark.parametrize(
    ("text", "words", "holds"),
    [
        ("age 18 to 65 y", "age 18 to 65 y", True),
        ("Age 18-41 years", "age 18 to 41 years", False),
        ("age between 18 y and 65 y", "age 18 to 65 y", True),
        ("age under 42 y", "age under 42 y", False),
        ("age ≤ 42 y", "age at most 42 y", True),
        ("age over 42 y", "age over 42 y", False),
        ("HCT-CI at most 4", "HCT-CI at most 4", True),
        ("comorbidity index < 3", "HCT-CI < 3", False),
        ("HCT-CI 3 or more", "HCT-CI at least 3", True),
        ("no donor-specific antibodies", "no donor-specific antibodies", True),
        ("AML or MDS", "AML or MDS", True),
        ("disease AML in CR2, ALL", "AML in CR2 or ALL", False),
        ("not MDS", "no MDS", True),
        ("women", "sex female", False),
        ("adults", "age at least 18 y", True),
        ("donor HLA 10/10 or 9/10", "donor HLA 10/10 or 9/10", True),
        ("donor age under 40 y", "donor age under 40 y", False),
        ("donor relation unrelated", "donor relation unrelated", False),
        ("CMV positive", "CMV positive", None),
        ("no diabetes", "no diabetes", None),
        ("Karnofsky at least 70", "Karnofsky at least 70", None),
    ],
)
def test_a_sentence_means(text: str, words: str, holds: bool | None) -> None:
    criterion = read_criterion(text)
    assert criterion.words == words
    assert criterion.holds(patient(), DONOR) is holds


def test_words_are_read_as_in_a_plan() -> None:
    assert read_criterion("CMV pos").holds(patient(cmv="positive"), DONOR)
    assert read_criterion("no diabetes").holds(patient(hct_ci=None, comorbidities=["cardiac"]), DONOR)
    assert not read_criterion("no DSA").holds(patient(donor_specific_antibodies="yes"), DONOR)
    assert not read_criterion("AML in CR1").holds(patient(disease="AML in CR2"), DONOR)
    assert read_criterion("AML in CR").holds(patient(disease="AML in CR1"), DONOR)


def test_limits_of_numbers_are_in_or_out() -> None:
    ages = np.array([17.9, 18.0, 65.0, 65.1])
    assert read_criterion("age 18 to 65 y").within(ages).tolist() == [False, True, True, False]
    assert read_criterion("age under 65 y").within(ages).tolist() == [True, True, False, False]
    assert read_criterion("not age 18 to 65 y").within(ages).tolist() == [True, False, False, True]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["sentence"]),
        ("aeg 18 to 65 y", ["'aeg'", "age"]),
        ("age", ["without a number"]),
        ("age 65 to 18 y", ["lower number first"]),
        ("age att most 65 y", ["at most"]),
        ("age at most 65 parsecs", ["parsecs"]),
        ("CMV postive", ["postive", "positive"]),
        ("donor HLA 11/13", ["11/13"]),
        ("donor-specific antibody perhaps", ["perhaps"]),
        ("creatinine at most 2", ["unit", "mg/dL"]),
        ("sex", ["without a value"]),
    ],
)
def test_what_means_nothing_is_refused_with_what_is_needed(text: str, words: list[str]) -> None:
    with pytest.raises(PlanError) as caught:
        read_criterion(text)
    for word in words:
        assert word in str(caught.value)


def test_every_fact_is_a_key_of_a_plan() -> None:
    from marrow.clinic import eligibility

    for path in (*eligibility._NUMBERS.values(), *eligibility._WORDS.values()):
        assert reader_of(path)
