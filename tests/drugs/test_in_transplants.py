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
DAYS = np.arange(0.0, 101.0)
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
        assert median_on(atg, name, 30) < 0.45 * median_on(run(), name, 30)
    assert median_on(atg, "natural_killer_count", 30) > 0.9 * median_on(run(), "natural_killer_count", 30)


def test_alemtuzumab_takes_all_lymphocytes_and_no_neutrophils() -> None:
    alemtuzumab = run("alemtuzumab 20 mg daily, day -7 to -3")
    for name, left in (("cd4_count", 0.08), ("natural_killer_count", 0.7)):
        assert median_on(alemtuzumab, name, 30) < left * median_on(run(), name, 30)
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
        "second graft 5e6/kg when graft fails", "lenalidomide 10 mg daily from day 100 until relapsed",
        "pegfilgrastim 6 mg day 6", "romiplostim 1 ug/kg day 6", "eltrombopag 50 mg day 6", "epoetin 4000 IU day 6",
    ]  # fmt: skip
    with_all = run("; ".join(prophylaxis), "; ".join([BLOOD, *care, "plerixafor 0.24 mg/kg day 6"]), 5.0, NO_CHANCE)
    without = run(until=5.0, chance=NO_CHANCE)
    for name in (name for name, found in without.course.data_vars.items() if "time" in found.dims):
        alone, beside = without.course[name].values, with_all.course[name].values
        assert np.allclose(beside, alone, rtol=2e-3, atol=1e-3 * np.nanmax(np.abs(alone))), name


# --- costimulation, second line, donor lymphocytes ---

TACROLIMUS = "tacrolimus, trough 5-10 ng/mL, day -3 to 100, taper to day 180"


def with_and_without(prophylaxis: str, care: str, later: str) -> tuple[Simulation, Simulation]:
    """The same patients in the same model: with a rule of care, and with one that comes after the end."""
    plans = [
        read_plan(AML).with_all({"prophylaxis": prophylaxis, "care": f"{BLOOD}; {rule}"}) for rule in (care, later)
    ]
    first, second = (simulate(plan, draws=32, seed=5, until=300.0) for plan in plans)
    return first, second


def test_abatacept_costs_alloreactive_cells_and_acute_disease_and_no_lymphocytes() -> None:
    without = run(TACROLIMUS, until=100.0)
    under = run(f"{TACROLIMUS}; abatacept 10 mg/kg day -1, 5, 14, 28, max 1 g", until=100.0)
    assert median_on(under, "alloreactive_cells_donor", 20) < 0.5 * median_on(without, "alloreactive_cells_donor", 20)
    injury, usual = (float(each.course["gvhd_injury"].sel(time=DAYS).mean()) for each in (under, without))
    assert injury < 0.8 * usual
    for name in ("cd4_count", "natural_killer_count"):
        assert median_on(under, name, 60) == pytest.approx(median_on(without, name, 60), rel=0.2)


def test_ruxolitinib_by_rule_is_given_to_some_and_lessens_injury_and_chronic_disease_after_it() -> None:
    rule = "ruxolitinib 10 mg twice daily when steroids fail"
    treated, without = with_and_without(TACROLIMUS, rule, rule.replace("when", "from day 900 when"))
    given = treated.course["ruxolitinib_concentration"].max("time").values > 10
    assert 0.1 < given.mean() < 0.9
    called = without.course["steroids_fail"].max("time").values > 0.5
    assert np.all(given <= called)
    for name in ("gvhd_injury", "chronic_gvhd"):
        areas = [each.course[name].mean("time").values for each in (treated, without)]
        assert areas[0][given].sum() < 0.97 * areas[1][given].sum(), name
        assert areas[0][~called] == pytest.approx(areas[1][~called], rel=0.02, abs=1e-3), name


def test_donor_lymphocytes_for_mixed_chimerism_make_it_full_and_more_disease() -> None:
    selected = read_plan(AML).with_all({"graft.manipulation": "CD34-selected", "graft.cd3": "1e4 /kg"})
    selected = selected.model_copy(update={"prophylaxis": ()})
    rule = "donor lymphocytes 1e7/kg every 56 days from day 60 to 200 when donor T cells < 90 %"
    late = rule.replace("day 60 to 200", "day 1900 to 2000")
    more, none = (
        simulate(selected.with_("care", f"{BLOOD}; {each}"), draws=32, seed=5, until=300.0) for each in (rule, late)
    )
    mixed = none.course["t_cell_share_donor"].sel(time=60).values < 90
    assert mixed.mean() > 0.2
    shares = [each.course["t_cell_share_donor"].sel(time=180).values[mixed] for each in (more, none)]
    assert np.median(shares[0]) > np.median(shares[1]) + 5
    assert float(more.course["gvhd_injury"].mean()) > float(none.course["gvhd_injury"].mean())
    given = more.actions[more.actions["rule"].str.startswith("donor lymphocytes")]
    assert given["amount"].to_numpy() == pytest.approx(6.8e8, rel=1e-6)  # of a patient of 68 kg
    assert given.groupby("draw")["day"].diff().dropna().min() >= 56


# --- a second graft, maintenance ---


def test_a_second_graft_after_rejection_brings_donor_neutrophils_and_leaves_the_first_failure_an_event() -> None:
    """T cells out of the graft, antibodies against the donor, conditioning that spares T cells: many are rejected."""
    rejected = read_plan(AML).with_all(
        {
            "conditioning": "busulfan 3.2 mg/kg IV over 3 h daily, day -7 to -3", "prophylaxis": "none",
            "graft.manipulation": "CD34-selected", "graft.cd3": "1e4 /kg", "donor.hla": "7/10",
            "patient.donor-specific-antibodies": "positive",
        }
    )  # fmt: skip
    rule = "second graft 5e6 CD34+/kg when graft fails"
    again, never = (
        simulate(rejected.with_("care", f"{BLOOD}; {each}"), draws=32, seed=5, until=100.0)
        for each in (rule, rule.replace("when", "from day 900 when"))
    )
    given = again.actions[again.actions["rule"].str.startswith("second graft")]
    assert not given["draw"].duplicated().any()
    assert given["day"].min() == 28
    who = given["draw"].to_numpy()
    assert 0.2 < len(who) / 32 < 1
    counts = [each.course["absolute_neutrophil_count"].sel(time=60).values[who] for each in (again, never)]
    assert np.mean(counts[0] >= 0.5) > 0.9
    donor = [each.course["absolute_neutrophil_count_donor"].sel(time=60).values[who] for each in (again, never)]
    assert np.mean(donor[0] >= 0.5) > 0.3  # host T cells are still there: some reject it again
    assert not np.any(donor[1] >= 0.5)
    failed = [np.isfinite(each.outcomes["graft_failure_day"][who]) for each in (again, never)]
    assert failed[0].mean() > 0.8
    assert np.array_equal(*failed)
    others = np.setdiff1d(np.arange(32), who)
    same = [each.course["absolute_neutrophil_count"].sel(time=100).values[others] for each in (again, never)]
    assert same[0] == pytest.approx(same[1], rel=1e-3)


def rate_from_day_100(found: Simulation, end: float) -> float:
    """Relapses by day of patients who live without one on day 100."""
    relapse, death = found.outcomes["relapse_day"], found.outcomes["death_day"]
    there = (relapse > 100) & (death > 100)
    lived = np.minimum(np.minimum(relapse, death), end)[there] - 100
    return float((relapse[there] <= end).sum() / lived.sum())


def test_lenalidomide_after_melphalan_about_halves_progression() -> None:
    """Published: hazard ratio 0.48 in three trials, 0.62 in a registry."""
    plan = read_plan(AML.with_name("autologous-melphalan-200.yaml"))
    rule = "lenalidomide 10 mg daily from day 100 until relapsed"
    treated, without = (
        simulate(plan.with_("care", f"{BLOOD}; {each}"), draws=200, seed=3, until=1460.0)
        for each in (rule, rule.replace("day 100", "day 3000"))
    )
    before = [np.sort(each.outcomes["relapse_day"])[each.outcomes["relapse_day"] <= 100] for each in (treated, without)]
    assert len(before[0]) == len(before[1])
    assert 0.4 < rate_from_day_100(treated, 1460.0) / rate_from_day_100(without, 1460.0) < 0.75
