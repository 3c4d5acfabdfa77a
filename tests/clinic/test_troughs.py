"""Orders by trough, steady doses by mouth and tapers become few events that give the ordered amounts."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from marrow.clinic.doses import planned_doses
from marrow.clinic.echo import describe
from marrow.clinic.plan import Plan, read_plan
from marrow.clinic.schedule import build_schedule, not_yet_modelled
from marrow.engine.schedule import Operation
from marrow.language.compose import compose
from marrow.model import drugs_of, modules_for

TACROLIMUS = "tacrolimus, trough 5-10 ng/mL, day -3 to 100"


@pytest.fixture
def fb4(root: Path) -> Plan:
    return read_plan(root / "examples" / "allogeneic-fb4.yaml")


class Facts:
    """The description of a plan's model, of its network alone: nothing is compiled."""

    def __init__(self, plan: Plan) -> None:
        network = compose(modules_for(drugs_of(plan)))
        kernel = {symbol: index for index, symbol in enumerate(network.kernel_parameters)}
        self.observables, self.modifiers = network.observables, ()
        self.routes = [_Way(each, kernel.get(each.rate)) for each in network.routes]


class _Way:
    def __init__(self, entry, rate: int | None) -> None:
        self.name, self.drug, self.route, self.unit = entry.name, entry.drug, entry.route, entry.unit
        self.into, self.to_house, self.rate = entry.into, entry.to_house, rate


def events_of(plan: Plan, drug: str, way: str):
    """(times, values of one patient, operations) at one route's state or rate."""
    facts = Facts(plan)
    route = next(each for each in facts.routes if each.name == f"{drug}.{way}")
    events = build_schedule(plan, facts).events
    adds = (events.operation == Operation.ADD) & (events.target == route.into)
    sets = (events.operation == Operation.SET) & (events.target == route.rate)
    return [(float(t), float(v)) for t, v in zip(events.time[adds], events.value[0, adds], strict=True)], [
        (float(t), float(v)) for t, v in zip(events.time[sets], events.value[0, sets], strict=True)
    ]


def test_a_trough_without_taper_is_two_events(fb4: Plan) -> None:
    steps, slopes = events_of(fb4.with_("prophylaxis", TACROLIMUS), "tacrolimus", "trough")
    assert steps == [pytest.approx((-2.75, 7.5e-3)), pytest.approx((101.0, -7.5e-3))]
    assert slopes == []


def test_a_taper_is_a_straight_line_to_nothing(fb4: Plan) -> None:
    steps, slopes = events_of(fb4.with_("prophylaxis", f"{TACROLIMUS}, taper to day 180"), "tacrolimus", "trough")
    assert len(steps) == 1
    (begin, slope), (end, after) = slopes
    assert (begin, end, after) == (101.0, 181.0, 0.0)
    assert steps[0][1] + slope * (end - begin) == pytest.approx(0, abs=1e-12)


def test_micrograms_and_nanograms_mean_the_same_trough(fb4: Plan) -> None:
    nano = fb4.with_("prophylaxis", "ciclosporin, trough 150-250 ng/mL, day -1 to 50")
    micro = fb4.with_("prophylaxis", "ciclosporin, trough 0.15-0.25 ug/mL, day -1 to 50")
    assert events_of(nano, "ciclosporin", "trough") == events_of(micro, "ciclosporin", "trough")


def test_doses_by_mouth_flow_evenly_and_none_is_lost(fb4: Plan) -> None:
    plan = fb4.with_("prophylaxis", "mycophenolate 15 mg/kg every 12 h, day 0 to 35")
    steps, rates = events_of(plan, "mycophenolate mofetil", "PO")
    assert steps == []
    assert len(rates) == 2
    (begin, rate), (end, after) = rates
    assert after == 0
    assert rate * (end - begin) == pytest.approx(72 * 15 * 68)


def test_a_loading_dose_and_its_maintenance_follow_each_other(fb4: Plan) -> None:
    plan = fb4.with_("prophylaxis", "sirolimus 12 mg day -3, then 4 mg daily, day -2 to 14")
    rates = events_of(plan, "sirolimus", "PO")[1]
    assert [value for _, value in rates] == pytest.approx([12, 4, 0])


def test_a_dosed_taper_falls_in_eight_steps(fb4: Plan) -> None:
    plan = fb4.with_("prophylaxis", "ciclosporin 100 mg PO every 12 h, day -1 to 30, taper to day 70")
    amounts = [dose.amount for dose in planned_doses(plan) if dose.drug == "ciclosporin"]
    assert all(later <= earlier for earlier, later in pairwise(amounts))
    assert sorted(set(np.round(amounts, 6)), reverse=True) == pytest.approx([100 * (1 - k / 9) for k in range(9)])
    assert len(events_of(plan, "ciclosporin", "PO")[1]) == 10


@pytest.mark.parametrize(
    ("heading", "sentence"),
    [
        ("prophylaxis", f"{TACROLIMUS}, taper to day 180"),
        ("prophylaxis", "tacrolimus 1.25 ug/kg/h continuously, day -3 to 20"),
        ("prophylaxis", "tacrolimus 0.03 mg/kg PO every 12 h, day -3 to 100"),
        ("prophylaxis", "cyclosporine 3 mg/kg IV over 2 h every 12 h, day -1 to 20"),
        ("prophylaxis", "ciclosporin, trough 150-250 ng/mL, day -1 to 50, taper to day 100"),
        ("prophylaxis", "MMF 15 mg/kg every 8 h, day 0 to 35"),
        ("prophylaxis", "mycophenolate 1 g IV every 12 h, day 0 to 35"),
        ("prophylaxis", "sirolimus, trough 3-12 ng/mL, day -3 to 100, taper to day 180"),
        ("prophylaxis", "methotrexate 15 mg/m2 day 1, then 10 mg/m2 day 3, 6, 11"),
        ("prophylaxis", "MTX 5 mg/m2 day 1, 3, 6, 11"),
        ("conditioning", "ATG (rabbit) 2.5 mg/kg daily, day -3 to -1"),
        ("conditioning", "Thymoglobulin 0.5 mg/kg day -3, then 2 mg/kg day -2, -1"),
        ("conditioning", "alemtuzumab 0.2 mg/kg daily, day -8 to -4"),
        ("care", "peg-filgrastim 6 mg SC day 5"),
        ("care", "pegfilgrastim 100 ug/kg SC day 1"),
        ("care", "romiplostim 5 ug/kg SC every 7 days from day 30 to day 90"),
        ("care", "eltrombopag 50 mg daily from day 5 until platelets > 50"),
        ("care", "epoetin 30000 IU SC every 7 days from day 30 until Hb > 12"),
        ("care", "erythropoietin 150 IU/kg SC day 30, 33, 35"),
        ("care", "plerixafor 0.24 mg/kg SC day -9"),
    ],
)
def test_these_sentences_are_simulated(heading: str, sentence: str, fb4: Plan) -> None:
    plan = fb4.with_(heading, sentence)
    assert not_yet_modelled(plan) == ()
    assert not_yet_modelled(plan, Facts(plan)) == ()


def test_a_trough_of_a_drug_that_has_none_is_said(fb4: Plan) -> None:
    plan = fb4.with_("prophylaxis", "mycophenolate, trough 2-3 ug/mL, day 0 to 35")
    (missing,) = not_yet_modelled(plan)
    assert "trough" in missing.reason


def test_the_echo_says_what_an_order_by_trough_amounts_to(fb4: Plan) -> None:
    rows = {row.what: row for row in describe(fb4)}
    row = next(row for what, row in rows.items() if what.startswith("tacrolimus"))
    assert "7.5 ng/mL" in row.value
    assert row.simulated
