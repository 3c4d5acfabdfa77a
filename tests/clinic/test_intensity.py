"""Class and TCI score follow from the orders, and agree with what is published of the named regimens."""

from __future__ import annotations

from pathlib import Path

import pytest

from marrow.clinic.echo import describe
from marrow.clinic.intensity import ADULT, Intensity, Setting, intensity, setting_of, tci
from marrow.clinic.orders import DrugOrder
from marrow.clinic.plan import Plan, read_plan
from marrow.clinic.regimen import REGIMENS, find_regimen
from marrow.clinic.sentences import read_order

MAC, RIC, NMA = Intensity.MYELOABLATIVE, Intensity.REDUCED, Intensity.NON_MYELOABLATIVE

# As listed for the regimens: score and class. 'RTC' (reduced toxicity) is no class of the operational definition.
LISTED: dict[str, tuple[float, Intensity | None]] = {
    "BuCy": (4, MAC),
    "CyTBI": (4, MAC),
    "CyTBI14": (4, MAC),
    "TBI-VP16": (4, MAC),
    "FB4": (3.5, MAC),
    "FB3": (2.5, None),  # RTC
    "FB2": (1.5, RIC),
    "FB-Utrecht": (3.5, MAC),
    "CloFluBu": (4, MAC),
    "FM140": (2.5, RIC),
    "FM100": (1.5, RIC),
    "FluTBI2": (1.5, NMA),
    "FluTBI8": (2.5, RIC),
    "HaploNMA": (2, NMA),
    "TBF": (3.5, MAC),
    "FluTreo30": (1.5, None),  # RTC
    "FluTreo36": (2.5, None),
    "FluTreo42": (3.5, MAC),
    "FM-Campath": (2.5, RIC),
}


def orders(*sentences: str) -> tuple[DrugOrder, ...]:
    found = tuple(read_order(sentence) for sentence in sentences)
    return tuple(order for order in found if isinstance(order, DrugOrder))


@pytest.mark.parametrize("name", LISTED)
def test_the_score_and_the_class_are_those_that_are_listed(name: str) -> None:
    regimen = find_regimen(name)
    assert regimen is not None
    points, listed = LISTED[name]
    assert regimen.tci.points == points
    assert regimen.tci.undefined == ""
    assert listed in (None, regimen.intensity)


def test_regimens_listed_as_high_intermediate_and_low() -> None:
    groups = {name: regimen.tci.group for name in LISTED if (regimen := find_regimen(name)) is not None}
    assert {name for name, group in groups.items() if group == "high"} == {
        "BuCy", "CyTBI", "CyTBI14", "TBI-VP16", "CloFluBu",
    }  # fmt: skip
    assert {name for name, group in groups.items() if group == "low"} == {
        "FB2", "FM100", "FluTBI2", "HaploNMA", "FluTreo30",
    }  # fmt: skip


def test_sequential_conditioning_is_intermediate_by_its_components() -> None:
    for name in ("FLAMSA-RIC", "FLAMSA-Bu"):
        regimen = find_regimen(name)
        assert regimen is not None
        assert regimen.tci.group == "intermediate"  # as listed
        assert regimen.tci.unknown == ("amsacrine",)
        assert regimen.intensity is RIC  # listed as 'sequential', which is no class


def test_beam_with_alemtuzumab_is_high_by_its_components_where_a_list_calls_it_intermediate() -> None:
    regimen = find_regimen("BEAM-alem")
    assert regimen is not None
    # carmustine 300 mg/m2 (1) + etoposide 21 mg/kg (0.5) + cytarabine 1.6 g/m2 (0.5) + melphalan 140 mg/m2 (2)
    assert regimen.tci.points == 4
    assert regimen.tci.group == "high"  # the list says 'intermediate'; the points are not bent to it
    assert regimen.intensity is RIC  # as listed


def test_scores_are_not_defined_for_own_cells_aplastic_anemia_and_children_but_points_are_summed() -> None:
    listed_points = {"TreoFluTT": 4.5, "CyATG": 1}  # as listed; 'TreoFluTT' 4 to 4.5
    for regimen in REGIMENS:
        undefined = regimen.setting is not Setting.ALLOGENEIC
        assert bool(regimen.tci.undefined) is undefined
        assert (str(regimen.tci) == "not defined") is undefined
        if regimen.name in listed_points:
            assert regimen.tci.points == listed_points[regimen.name]
    anemia = find_regimen("FluCyATG")
    assert anemia is not None
    assert anemia.tci.points < 2  # as listed


def test_own_cells_have_no_class() -> None:
    # A list calls BEAM, CBV and melphalan 140 'MAC'; by the definition, made for others' cells, they would be reduced.
    for name in ("Mel200", "Mel140", "BEAM", "CBV"):
        regimen = find_regimen(name)
        assert regimen is not None
        assert regimen.intensity is None
        assert regimen.class_text == "high-dose, own cells"
    beam = find_regimen("BEAM")
    assert beam is not None
    assert intensity(beam.orders) is RIC


@pytest.mark.parametrize(
    ("sentence", "points"),
    [
        ("total body irradiation 5 Gy day -1", 1),
        ("total body irradiation 6 Gy in 3 fractions, day -3 to -1", 2),
        ("total body irradiation 800 cGy in 4 fractions twice daily, day -2, -1", 2),
        ("total body irradiation 9 Gy in 3 fractions, day -3 to -1", 3),
        ("busulfan 0.8 mg/kg IV every 6 h, day -5, -4", 1),
        ("busulfan 3.2 mg/kg IV daily, day -6 to -4", 2),
        ("busulfan 4 mg/kg PO daily, day -7 to -4", 3),  # 16 mg/kg by mouth as 12.8 IV
        ("busulfan 2 mg/kg PO daily, day -7 to -4", 1),
        ("busulfan IV daily, day -5 to -2, target AUC 22.5 mg*h/L per dose", 3),
        ("busulfan IV daily, day -5 to -3, target cumulative AUC 57 mg*h/L", 2),
        ("busulfan IV daily, day -5, -4, target cumulative AUC 30 mg*h/L", 1),
        ("treosulfan 10 g/m2 IV daily, day -4 to -2", 1),
        ("treosulfan 12000 mg/m2 IV daily, day -4 to -2", 2),
        ("melphalan 139 mg/m2 day -2", 1),
        ("melphalan 140 mg/m2 day -2", 2),
        ("melphalan 200 mg/m2 day -2", 3),
        ("fludarabine 40 mg/m2 daily, day -6 to -3", 0.5),
        ("fludarabine 36 mg/m2 daily, day -6 to -2", 1),
        ("thiotepa 5 mg/kg day -7", 0.5),
        ("thiotepa 5 mg/kg daily, day -7, -6", 1),
        ("thiotepa 10 mg/kg daily, day -7, -6", 1.5),
        ("clofarabine 30 mg/m2 daily, day -6 to -2", 0.5),
        ("clofarabine 40 mg/m2 daily, day -6 to -3", 1),
        ("cyclophosphamide 40 mg/kg daily, day -3, -2", 0.5),
        ("cyclophosphamide 45 mg/kg daily, day -3, -2", 1),
        ("carmustine 250 mg/m2 day -6", 0.5),
        ("carmustine 300 mg/m2 day -6", 1),
        ("carmustine 400 mg/m2 day -6", 1.5),
        ("cytarabine 200 mg/m2 every 12 h, day -5 to -2", 0.5),
        ("cytarabine 2 g/m2 daily, day -12 to -9", 1),
        ("etoposide 200 mg/m2 daily, day -5 to -2", 0.5),
        ("etoposide 60 mg/kg day -3", 1),
    ],
)
def test_points_of_each_component(sentence: str, points: float) -> None:
    assert tci(orders(sentence)).points == points


def test_antibodies_do_not_count_and_other_drugs_are_named() -> None:
    found = tci(orders("rATG 2.5 mg/kg daily, day -3 to -1", "bendamustine 130 mg/m2 daily, day -7 to -5"))
    assert found.components == ()
    assert found.unknown == ("bendamustine",)
    assert str(found) == "not defined"


def test_a_dose_per_square_meter_is_turned_into_one_per_kg_by_the_body() -> None:
    thin, heavy = orders("etoposide 1800 mg/m2 day -3"), orders("etoposide 1900 mg/m2 day -3")
    assert tci(heavy).components[0].total == pytest.approx(1900 * ADULT.surface / ADULT.weight)
    assert tci(thin).points == 0.5
    assert tci(heavy, body=type(ADULT)(weight=30.0, surface=1.07)).points == 1


@pytest.mark.parametrize(
    ("sentences", "found"),
    [
        (["total body irradiation 5.5 Gy day -1"], MAC),
        (["total body irradiation 5 Gy day -1"], RIC),
        (["total body irradiation 8 Gy in 4 fractions twice daily, day -2, -1"], RIC),
        (["total body irradiation 9 Gy in 3 fractions, day -3 to -1"], MAC),
        (["busulfan 2.4 mg/kg IV daily, day -5 to -3"], RIC),  # 7.2 mg/kg: the limit is above it
        (["busulfan 2.5 mg/kg IV daily, day -5 to -3"], MAC),
        (["busulfan 1 mg/kg PO every 6 h, day -5, -4"], RIC),  # 8 mg/kg by mouth
        (["melphalan 150 mg/m2 day -2"], RIC),
        (["melphalan 160 mg/m2 day -2"], MAC),
        (["thiotepa 10 mg/kg day -6"], MAC),
        (["treosulfan 10 g/m2 daily, day -4 to -2"], RIC),
        (["fludarabine 30 mg/m2 daily, day -4 to -2", "total body irradiation 2 Gy day -1"], NMA),
        (["fludarabine 30 mg/m2 daily, day -4 to -2", "total body irradiation 3 Gy day -1"], RIC),
        (["fludarabine 30 mg/m2 daily, day -4 to -2", "cyclophosphamide 60 mg/kg day -5"], NMA),
    ],
)
def test_class_by_the_operational_definition(sentences: list[str], found: Intensity) -> None:
    assert intensity(orders(*sentences)) is found


def test_check_shows_class_and_score(root: Path) -> None:
    plan = read_plan(root / "examples" / "allogeneic-fb4.yaml")
    rows = {row.what: (row.value, row.note) for row in describe(plan)}
    assert rows["intensity"][0] == "myeloablative"
    assert rows["TCI score"] == ("3.5, intermediate", "fludarabine 0.5 + busulfan 3")
    own = {row.what: row.value for row in describe(read_plan(root / "examples" / "autologous-melphalan-200.yaml"))}
    assert (own["intensity"], own["TCI score"]) == ("high-dose, own cells", "not defined")


def test_the_setting_is_read_from_the_plan(root: Path) -> None:
    plan: Plan = read_plan(root / "examples" / "allogeneic-fb4.yaml")
    assert setting_of(plan) is Setting.ALLOGENEIC
    assert setting_of(plan.with_("patient.disease", "severe aplastic anemia")) is Setting.APLASTIC_ANEMIA
    child = plan.with_settings(["patient.age=8 y", "patient.weight=26 kg", "patient.height=128 cm"])
    assert setting_of(child) is Setting.CHILDREN
    assert "TCI score" in {row.what for row in describe(child) if row.value == "not defined"}
