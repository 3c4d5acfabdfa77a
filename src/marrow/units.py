"""Units: one Pint registry with the clinic's units; gone before anything is solved.

Cells, international units, gray of radiation and kilograms *of body* are dimensions of their own: a count cannot
be taken for a number, nor a dose per kilogram for a share. Inside, everything is in house units: day, litre
(decimetre), mg of drug, kg of body, cell, IU, nmol, Gy. Authors never convert: they declare any unit, and equations are
checked with units attached.
"""

from __future__ import annotations

import pickle
from typing import Any

import pint


def _registry() -> Any:
    """Pint's registry, from its file on disk where that is whole: a process that starts beside another may find it
    half written, and then reads the definitions themselves."""
    try:
        return pint.UnitRegistry(cache_folder=":auto:")
    except (EOFError, pickle.UnpicklingError):
        return pint.UnitRegistry()


registry: Any = _registry()
registry.define("cell = [cell] = cells")
registry.define("gigacell = 1e9 cell")
registry.define("teracell = 1e12 cell")
registry.define("body_kilogram = [body_weight] = kg_body")
registry.define("international_unit = [biological_activity] = IU")
registry.define("absorbed_gray = [absorbed_dose]")  # of radiation; not joule per kilogram

Quantity = registry.Quantity
Unit = registry.Unit

day = registry.day
hour = registry.hour
minute = registry.minute
year = registry.year
kg = registry.body_kilogram  # of body; drug masses are in g, mg, ug
g = registry.gram
mg = registry.milligram
ug = registry.microgram
ng = registry.nanogram
pg = registry.picogram
nmol = registry.nanomole
L = registry.liter
dL = registry.deciliter
mL = registry.milliliter
uL = registry.microliter
m = registry.meter
cm = registry.centimeter
cells = registry.cell
billion_cells = registry.gigacell  # counts: 10^9/L
trillion_cells = registry.teracell  # red cells: 10^12/L
IU = registry.international_unit
Gy = registry.absorbed_gray
dimensionless = registry.dimensionless

_HOUSE_BASE = {  # size of the house unit in Pint's base unit of that dimension
    "[time]": 86400.0,
    "[length]": 0.1,
    "[mass]": 1e-6,
    "[substance]": 1e-9,
    "[cell]": 1.0,
    "[body_weight]": 1.0,
    "[biological_activity]": 1.0,
    "[absorbed_dose]": 1.0,
}
_PRINTED = {
    "cell": "cells",
    "gigacell": "10^9",
    "teracell": "10^12",
    "body_kilogram": "kg",
    "day": "day",
    "year": "y",
    "liter": "L",
    "deciliter": "dL",
    "milliliter": "mL",
    "microliter": "uL",
    "microgram": "ug",
    "international_unit": "IU",
    "absorbed_gray": "Gy",
    "micromole": "umol",
}


def as_unit(unit: pint.Unit | pint.Quantity) -> pint.Unit:
    """The unit of ``1 / day`` (which Pint makes a quantity), or the unit itself."""
    if isinstance(unit, pint.Quantity):
        if unit.magnitude != 1:
            raise ValueError(f"a unit was needed, found the quantity {unit}")
        return unit.units
    return unit


def to_house(unit: pint.Unit) -> float:
    """The factor from ``unit`` to house units. Raises ``ValueError`` for a dimension marrow does not use."""
    base: Any = (1.0 * unit).to_base_units()
    factor = float(base.magnitude)
    dimensions: Any = unit.dimensionality
    for dimension, exponent in dimensions.items():
        if dimension not in _HOUSE_BASE:
            raise ValueError(f"unit {unit} has the dimension {dimension}, which marrow does not use")
        factor /= _HOUSE_BASE[dimension] ** float(exponent)
    return float(f"{factor:.14g}")


def unit_text(unit: pint.Unit) -> str:
    """A unit as a clinician writes it: 'mg/L', 'cells/kg/day'; '' for a pure number."""
    if unit == registry.dimensionless:
        return ""
    above, below = [], []
    parts: Any = unit._units
    for name, exponent in parts.items():
        short = _PRINTED.get(name) or registry.get_symbol(name)
        text = short if abs(exponent) == 1 else f"{short}^{abs(exponent):g}"
        (above if exponent > 0 else below).append(text)
    return "*".join(above or ["1"]) + "".join(f"/{text}" for text in below)
