"""Contradictions between the parts of a plan that each part alone cannot see."""

from __future__ import annotations

from marrow.clinic.donor import Donor
from marrow.clinic.fields import Place
from marrow.clinic.graft import Graft, Source
from marrow.clinic.patient import Patient
from marrow.clinic.quantities import printed
from marrow.errors import Problem

_MOST_CD34_IN_CORD = 5e6  # per kg; cord units hold of the order of 1e5 per kg, so this is a slip of the exponent
_LEANEST, _HEAVIEST = 8.0, 90.0  # kg/m2


def contradictions(patient: Patient, donor: Donor, graft: Graft) -> list[tuple[Place, Problem]]:
    """Problems with the place in the plan they are told at."""
    found: list[tuple[Place, Problem]] = []
    index = patient.weight / (patient.height / 100) ** 2
    if not _LEANEST <= index <= _HEAVIEST:
        said = f"{printed(patient.weight)} kg at {printed(patient.height)} cm (body mass index {index:.1f})"
        found.append(
            (("patient", "weight"), Problem(said, f"a body mass index between {_LEANEST:g} and {_HEAVIEST:g}"))
        )
    if patient.creatinine is not None and patient.egfr is not None:
        found.append((("patient", "egfr"), Problem("both creatinine and egfr", "one of them")))
    if donor.is_patient:
        for name, value in (("hla", donor.hla), ("age", donor.age), ("sex", donor.sex), ("cmv", donor.cmv)):
            if value is not None:
                found.append(
                    (
                        ("donor", name),
                        Problem(f"{name} of an autologous donor", "relation alone: the donor is the patient"),
                    )
                )
    if donor.is_patient and graft.source is Source.CORD:
        found.append(
            (("graft", "source"), Problem("cord blood of an autologous donor", "peripheral blood or bone marrow"))
        )
    if graft.source is Source.CORD and graft.cd34 > _MOST_CD34_IN_CORD:
        near = f"{printed(graft.cd34 / 10)} /kg"
        said = f"{printed(graft.cd34)} CD34+ per kg in cord blood"
        found.append((("graft", "cd34"), Problem(said, f"at most {printed(_MOST_CD34_IN_CORD)} /kg", near)))
    return found
