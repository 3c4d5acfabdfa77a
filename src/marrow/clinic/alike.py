"""Plans of several patients who are given the same orders: what one schedule can serve, and where they differ."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from marrow.clinic.plan import Plan


def same_orders(plan: Plan) -> Hashable:
    """Equal for plans that one schedule can serve: the same orders and infusions at the same times, other amounts."""
    grafts = tuple((graft.day, graft.source, graft.tnc is None) for graft in plan.grafts)
    return plan.orders, plan.patient.dosing_weight, grafts, plan.follow_up


def covariates_of(plans: Sequence[Plan]) -> dict[str, Any]:
    """By name: a number for one plan, an array (N,) for one plan a patient."""
    tables = [plan.covariates() for plan in plans]
    if len(tables) == 1:
        return dict(tables[0])
    return {name: np.array([table[name] for table in tables]) for name in tables[0]}
