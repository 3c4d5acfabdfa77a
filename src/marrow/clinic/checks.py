"""Contradictions between the parts of a plan that each part alone cannot see."""

from __future__ import annotations

from marrow.clinic.donor import Donor
from marrow.clinic.fields import Place
from marrow.clinic.graft import SELECTED, Graft, Manipulation, Source
from marrow.clinic.patient import Patient
from marrow.clinic.quantities import printed
from marrow.errors import Problem

_MOST_CD34_IN_CORD = 5e6  # per kg; cord units hold of the order of 1e5 per kg, so this is a slip of the exponent
_MOST_CD3_SELECTED = 1e7  # per kg; depletion of two logs and more leaves far less
_LEANEST, _HEAVIEST = 8.0, 90.0  # kg/m2


def contradictions(patient: Patient, donor: Donor, grafts: tuple[Graft, ...]) -> list[tuple[Place, Problem]]:
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
        for name, value in (
            ("hla", donor.hla),
            ("age", donor.age),
            ("sex", donor.sex),
            ("cmv", donor.cmv),
            ("abo", donor.abo),
        ):
            if value is not None:
                found.append(
                    (
                        ("donor", name),
                        Problem(f"{name} of an autologous donor", "relation alone: the donor is the patient"),
                    )
                )
    for index, graft in enumerate(grafts):
        found += [((*place_of(index, grafts), key), problem) for key, problem in _of_graft(donor, graft, index)]
    return found


def place_of(index: int, grafts: tuple[Graft, ...]) -> Place:
    """Where a graft stands in the file: by itself, or in a list."""
    return ("graft",) if len(grafts) == 1 else ("graft", index)


def _of_graft(donor: Donor, graft: Graft, index: int) -> list[tuple[str, Problem]]:
    found: list[tuple[str, Problem]] = []
    if donor.is_patient and graft.source is Source.CORD:
        found.append(("source", Problem("cord blood of an autologous donor", "peripheral blood or bone marrow")))
    if (
        graft.source is Source.CORD
        and graft.manipulation is not Manipulation.EXPANDED
        and graft.cd34 > _MOST_CD34_IN_CORD
    ):
        near = f"{printed(graft.cd34 / 10)} /kg"
        said = f"{printed(graft.cd34)} CD34+ per kg in cord blood"
        found.append(("cd34", Problem(said, f"at most {printed(_MOST_CD34_IN_CORD)} /kg", near)))
    if index == 0 and graft.day != 0:
        found.append(
            ("day", Problem(f"the first graft on day {graft.day:g}", "the first graft on day 0: days count from it"))
        )
    if graft.manipulation in SELECTED and (graft.cd3 or 0.0) > _MOST_CD3_SELECTED:
        said = f"{printed(graft.cd3 or 0.0)} CD3+ per kg in a {graft.manipulation.value} graft"
        found.append(("cd3", Problem(said, f"at most {printed(_MOST_CD3_SELECTED)} /kg, or no manipulation")))
    return found
