"""Published exposures that cannot be met to a percent, beside marrow's: ``python validation/soft_cases.py``.

Cases that can are tests (tests/drugs/test_external_cases.py); these are measured in patients whose covariates are not
told one by one, so a table is printed and nobody is failed.
"""

from __future__ import annotations

import numpy as np
from rich.console import Console
from rich.table import Table

from marrow import simulate
from marrow.clinic.plan import Plan, plan_from_text

DRAWS = 1000

MELPHALAN = """
year: 2015
patient: {age: 58 y, sex: male, weight: 78 kg, height: 170 cm, disease: myeloma in PR}
donor: autologous
graft: {source: peripheral blood, cd34: 4.5e6 /kg, storage: thawed}
conditioning: Mel200
follow-up: 5 d
"""
GLOBULIN = """
year: 2012
patient: {age: 45 y, sex: male, weight: 75 kg, height: 175 cm, disease: AML in CR1}
donor: {relation: unrelated, hla: 10/10}
graft: {source: peripheral blood, cd34: 6e6 /kg}
conditioning:
  - fludarabine 40 mg/m2 IV over 1 h daily, day -6 to -3
  - busulfan 3.2 mg/kg IV over 3 h daily, day -6 to -3
  - rabbit antithymocyte globulin 1.5 mg/kg IV over 6 h daily, day -3 to -1
prophylaxis:
  - ciclosporin, trough 150-300 ng/mL, day -1 to 50, taper to day 180
follow-up: 60 d
"""


def exposure(plan: Plan, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Days and cumulative exposures (N, T)."""
    course = simulate(plan, draws=DRAWS, seed=1).course
    return course["time"].values, course[name].values


def main() -> None:
    table = Table(title="Exposures of single patients: published and simulated")
    for head in ("case", "published", f"marrow, {DRAWS} patients"):
        table.add_column(head)
    _, melphalan = exposure(plan_from_text(MELPHALAN), "melphalan_exposure")
    low, middle, high = np.quantile(melphalan[:, -1], (0.025, 0.5, 0.975))
    table.add_row(
        "melphalan 200 mg/m2 in adults, AUC in mg·h/L",
        "13.7 (range 4.9 to 24.4)",
        f"{middle:.1f} (95 % {low:.1f} to {high:.1f})",
    )
    days, globulin = exposure(plan_from_text(GLOBULIN), "antithymocyte_globulin_exposure")
    at_graft = np.apply_along_axis(lambda row: np.interp(0.0, days, row), 1, globulin)
    after = globulin[:, -1] - at_graft
    inside = float(np.mean((after >= 60) & (after <= 95)))
    table.add_row(
        "antithymocyte globulin 4.5 mg/kg in adults, AUC after the graft 60 to 95 AU·day/mL",
        "about 25 % of patients",
        f"{100 * inside:.0f} % (below {100 * np.mean(after < 60):.0f} %, above {100 * np.mean(after > 95):.0f} %)",
    )
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
