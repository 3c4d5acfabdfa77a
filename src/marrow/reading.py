"""From a simulated course to its endpoints: what of a plan the definitions need to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marrow.clinic.intensity import Intensity, body_of, intensity, setting_of
from marrow.clinic.plan import Plan
from marrow.endpoints.hospital import Conditioning
from marrow.endpoints.outcome import Outcomes, outcomes
from marrow.laboratory.measure import measured_course

if TYPE_CHECKING:
    from marrow.simulation import Simulation


def read_outcomes(simulation: Simulation, life: bool) -> Outcomes:
    """Endpoints of every patient; ``life``: with days in hospital and quality of life."""
    plan, labs = simulation.plan, simulation.labs
    return outcomes(
        simulation.course if labs is None else measured_course(simulation.course, labs),
        {str(name): simulation.actions[name].to_numpy() for name in simulation.actions},
        autologous=plan.donor.is_patient,
        cord=plan.covariates()["graft_is_cord"] > 0.5,
        events=simulation.events,
        conditioning=_conditioning(plan) if life else None,
    )


def _conditioning(plan: Plan) -> Conditioning:
    first = min([order.first_day for order in plan.conditioning] + [0])
    found = intensity(plan.conditioning, setting_of(plan), body_of(plan))
    return Conditioning(first, found is Intensity.NON_MYELOABLATIVE)
