"""What the drugs of immunity and support do to whole transplants: few patients, the same ones with and without."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from marrow.clinic.plan import read_plan
from marrow.engine.options import Chance
from marrow.engine.result import Status
from marrow.simulation import Simulation, simulate

pytestmark = pytest.mark.compiles

AML = Path(__file__).parents[2] / "examples" / "allogeneic-fb4.yaml"
BLOOD = "platelets when < 10; red cells when Hb < 7.5 g/dL"
EVERYTHING, NO_CHANCE = Chance(), Chance(hazards=False, few_cells=False)
SHORT_COURSE = "methotrexate 15 mg/m2 day 1, then 10 mg/m2 day 3, 6, 11"


@cache
def run(prophylaxis: str = "", care: str = BLOOD, until: float = 40.0, chance: Chance = EVERYTHING) -> Simulation:
    plan = read_plan(AML).with_("care", care)
    plan = plan.with_("prophylaxis", prophylaxis) if prophylaxis else plan.model_copy(update={"prophylaxis": ()})
    found = simulate(plan, draws=32, seed=5, until=until, chance=chance)
    assert np.all(found.solution.status == Status.SOLVED)
    assert found.solution.final_state.min() >= 0
    assert found.solution.clipped.max() < 1e-6
    return found


def days_of_engraftment(found: Simulation) -> np.ndarray:
    """First of three days in a row with neutrophils of 0.5 at least, after they were below it."""
    count = found.course["absolute_neutrophil_count"].sel(time=np.arange(0.0, 41.0)).values >= 0.5
    lasting = count[:, :-2] & count[:, 1:-1] & count[:, 2:]
    fallen = np.cumsum(~count, axis=1)[:, :-2] > 0
    return np.argmax(lasting & fallen, axis=1).astype(float)


def median_on(found: Simulation, name: str, day: float) -> float:
    return float(found.course[name].sel(time=day).median())


def test_methotrexate_costs_neutrophils_one_to_four_days() -> None:
    later = days_of_engraftment(run(SHORT_COURSE)) - days_of_engraftment(run())
    assert later.min() >= 0
    assert 1 <= np.median(later) <= 4


def test_methotrexate_lengthens_mucositis() -> None:
    assert median_on(run(SHORT_COURSE), "tissue_damage", 14) > 1.2 * median_on(run(), "tissue_damage", 14)


def test_antithymocyte_globulin_takes_t_cells_and_leaves_natural_killer_cells() -> None:
    atg = run("ATG (rabbit) 2.5 mg/kg daily, day -3 to -1")
    for name in ("cd4_count", "t_cell_count"):
        assert median_on(atg, name, 30) < 0.2 * median_on(run(), name, 30)
    assert median_on(atg, "natural_killer_count", 30) > 0.9 * median_on(run(), "natural_killer_count", 30)


def test_alemtuzumab_takes_all_lymphocytes_and_no_neutrophils() -> None:
    alemtuzumab = run("alemtuzumab 20 mg daily, day -7 to -3")
    for name in ("cd4_count", "natural_killer_count"):
        assert median_on(alemtuzumab, name, 30) < 0.3 * median_on(run(), name, 30)
    assert abs(np.median(days_of_engraftment(alemtuzumab) - days_of_engraftment(run()))) <= 1


@pytest.mark.parametrize(
    "growth_factor", ["filgrastim 5 ug/kg SC daily from day 5 until ANC > 1.5 on 2 days", "pegfilgrastim 6 mg SC day 5"]
)
def test_either_g_csf_hastens_neutrophils(growth_factor: str) -> None:
    earlier = days_of_engraftment(run()) - days_of_engraftment(run(care=f"{BLOOD}; {growth_factor}"))
    assert earlier.min() >= 0
    assert 0.3 <= earlier.mean() <= 3


def test_tacrolimus_by_trough_is_in_its_range_in_most_patients_and_gone_after_the_taper() -> None:
    found = run("tacrolimus, trough 5-10 ng/mL, day -3 to 20, taper to day 30")
    level = found.course["tacrolimus_concentration"]
    assert median_on(found, "tacrolimus_concentration", 20) == pytest.approx(7.5, rel=0.15)
    inside = (level.sel(time=20) > 5) & (level.sel(time=20) < 10)
    assert float(inside.mean()) > 0.6
    assert median_on(found, "tacrolimus_concentration", 40) < 0.1
    assert median_on(found, "t_cell_activation", 20) < 0.7 < median_on(found, "t_cell_activation", 40)


def test_drugs_that_are_not_given_yet_change_nothing() -> None:
    """All of them in one model, none given before day 5. Without chance: more states, other steps, other draws."""
    prophylaxis = [
        "methotrexate 15 mg/m2 day 6", "ATG 1 mg/kg day 5", "alemtuzumab 10 mg day 5", "sirolimus 4 mg day 6",
        "tacrolimus, trough 5-10 ng/mL, day 6 to 9", "ciclosporin, trough 150-250 ng/mL, day 6 to 9", "MMF 1 g day 6",
        "abatacept 10 mg/kg day 6",
    ]  # fmt: skip
    care = [
        "ruxolitinib 10 mg twice daily when steroids fail", "donor lymphocytes 1e7/kg when relapsed",
        "pegfilgrastim 6 mg day 6", "romiplostim 1 ug/kg day 6", "eltrombopag 50 mg day 6", "epoetin 4000 IU day 6",
    ]  # fmt: skip
    with_all = run("; ".join(prophylaxis), "; ".join([BLOOD, *care, "plerixafor 0.24 mg/kg day 6"]), 5.0, NO_CHANCE)
    without = run(until=5.0, chance=NO_CHANCE)
    for name in (name for name, found in without.course.data_vars.items() if "time" in found.dims):
        alone, beside = without.course[name].values, with_all.course[name].values
        assert np.allclose(beside, alone, rtol=2e-3, atol=1e-3 * np.nanmax(np.abs(alone))), name
