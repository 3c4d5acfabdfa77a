"""Labs that a standing order can watch: their names on the ward, their observable, their units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from marrow.clinic.quantities import printed, quoted, refuse
from marrow.errors import nearest

COUNT: Mapping[str, float] = {
    "10^9/L": 1.0,
    "10*9/L": 1.0,
    "x10^9/L": 1.0,
    "x10*9/L": 1.0,
    "e9/L": 1.0,
    "G/L": 1.0,
    "/nL": 1.0,
    "10^3/uL": 1.0,
    "10*3/uL": 1.0,
    "x10^3/uL": 1.0,
    "k/uL": 1.0,
    "/uL": 1e-3,
    "/mm3": 1e-3,
    "cells/uL": 1e-3,
    "/L": 1e-9,
}
_SUBSET: Mapping[str, float] = {"cells/uL": 1.0, "/uL": 1.0, "10^9/L": 1e3, "10*9/L": 1e3, "/nL": 1e3}
HEMOGLOBIN: Mapping[str, float] = {"g/dL": 1.0, "g/L": 0.1, "mmol/L": 1.611}  # mmol of the monomer, 16.11 kg/mol


@dataclass(frozen=True)
class Lab:
    """A lab value. ``low``, ``high``: thresholds that make sense, in ``unit``; ``observable``: its name in a course.

    ``said``: of a finding, the words that stand in place of lab, sign and value.
    """

    name: str
    observable: str
    unit: str
    low: float
    high: float
    aliases: tuple[str, ...] = field(default=(), repr=False)
    units: Mapping[str, float] = field(default_factory=dict, repr=False, hash=False, compare=False)
    shows_unit: bool = field(default=False, repr=False)
    said: str = field(default="", repr=False)

    def threshold(self, value: float, unit: str) -> float:
        """A threshold in the lab's own unit. Raises ``PlanError``."""
        factors = {name.lower(): factor for name, factor in self.units.items()}
        needed = f"a value of {self.name} between {printed(self.low)} and {printed(self.high)} {self.unit}"
        if unit and unit.lower() not in factors:
            raise refuse(
                f"the unit {quoted(unit)}",
                f"{needed} (units: {', '.join(list(self.units)[:4])})",
                nearest(unit, self.units),
            )
        converted = value * factors[unit.lower()] if unit else value
        if not self.low <= converted <= self.high:
            hint = ""
            if not unit and self.units.get("/uL") == 1e-3 and self.low <= value * 1e-3 <= self.high:
                hint = f"{printed(value)} /uL"
            raise refuse(f"{printed(value)} {unit}".strip(), needed, hint)
        return converted


LABS: tuple[Lab, ...] = (
    Lab(
        "ANC",
        "absolute_neutrophil_count",
        "10^9/L",
        0.01,
        100,
        ("neutrophils", "absolute neutrophil count", "granulocytes"),
        COUNT,
    ),
    Lab("platelets", "platelet_count", "10^9/L", 1, 1000, ("platelet count", "PLT", "thrombocytes"), COUNT),
    Lab("Hb", "hemoglobin", "g/dL", 3, 18, ("hemoglobin", "haemoglobin", "Hgb"), HEMOGLOBIN, shows_unit=True),
    Lab(
        "WBC",
        "white_cell_count",
        "10^9/L",
        0.05,
        100,
        ("white cells", "white cell count", "leukocytes", "white blood cells"),
        COUNT,
    ),
    Lab("monocytes", "absolute_monocyte_count", "10^9/L", 0.01, 20, ("AMC", "monocyte count"), COUNT),
    Lab("reticulocytes", "reticulocyte_count", "10^9/L", 1, 500, ("reticulocyte count", "retics"), COUNT),
    Lab("donor T cells", "t_cell_share.donor", "%", 1, 100, ("donor T-cell chimerism",), {"%": 1.0}, shows_unit=True),
    Lab("CD4", "cd4_count", "cells/uL", 1, 5000, ("CD4 cells", "CD4+"), _SUBSET, shows_unit=True),
)


PRESENT = 0.5  # from which value on a finding is there
FINDINGS: tuple[Lab, ...] = (
    Lab("relapse", "relapse_found", "", 0, 1, ("relapse",), said="relapsed"),
    Lab("graft failure", "graft_fails", "", 0, 1, ("graft failed", "graft failure"), said="graft fails"),
    Lab("failure of steroids", "steroids_fail", "", 0, 1, ("steroids failed",), said="steroids fail"),
)


def lab_names() -> dict[str, Lab]:
    """Every accepted name in lower case."""
    return {name.lower(): lab for lab in LABS for name in (lab.name, *lab.aliases)}


def find_lab(name: str) -> Lab:
    """The lab of that name. Raises ``PlanError`` with the nearest known one."""
    known = lab_names()
    if name.lower() in known:
        return known[name.lower()]
    valid = [n for lab in LABS for n in (lab.name, *lab.aliases)]
    raise refuse(f"the lab {quoted(name)}", f"one of {', '.join(lab.name for lab in LABS)}", nearest(name, valid))
