"""A network of 60 states for tests of the engine: two origins of 24 cell compartments, cytokines, a drug, blasts,
alloreactivity.

Numbers are made up: counts near 1 in health. Written without the module language, so that the engine is tested alone.
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from marrow.engine.schedule import Events, Operation, Schedule
from marrow.language.network import (
    Assignment,
    HazardEntry,
    Input,
    InputKind,
    ModifierEntry,
    Network,
    ObservableEntry,
    ReactionEntry,
    RouteEntry,
    StateEntry,
)
from marrow.terms import Few, Lognormal
from marrow.vocabulary import Origin

ORIGINS = {"host": Origin.HOST, "donor": Origin.DONOR}
STAGES = "hsc mpp cmp gmp n1 n2 n3 neu mep mk1 mk2 plt e1 e2 e3 rbc clp nk b tn4 tm4 tn8 tm8 mono".split()
SHARED = "gcsf tpo epo il7 gut plasma blast allo inflammation".split()
INTEGRALS = "infections births deaths arrivals".split()
NAMES = [f"{stage}.{origin}" for origin in ORIGINS for stage in STAGES] + SHARED + INTEGRALS
CELLS_AT_REST = 2.0e4

NUMBERS = {
    "niche_half": 2.0, "half_g": 1.0, "half_t": 1.0, "half_e": 1.0, "half_i": 1.0, "kill": 4.0, "renewal": 0.75,
    "hsc_cycle": 0.1,
    "mpp_renewal": 0.99, "mpp_crowding": 1.0, "mpp_cycle": 0.15, "cmp_growth": 0.25, "cmp_exit": 0.6, "clp_growth": 0.2,
    "clp_exit": 0.5, "gmp_growth": 0.3, "gmp_exit": 0.9, "transit": 1.2, "neu_exit": 1.5, "mono_in": 0.5, "mono_exit":
    0.7,
    "mep_growth": 0.3, "mep_exit": 0.8, "mk_growth": 0.5, "mk_exit": 0.6, "mk2_exit": 0.5, "plt_in": 3.0, "plt_exit":
    0.11,
    "e_growth": 0.5, "e_exit": 0.6, "e2_exit": 0.5, "rbc_exit": 0.00833, "nk_in": 0.3, "nk_exit": 0.06, "b_in": 0.3,
    "b_exit": 0.03,
    "thymus": 0.1, "t_growth": 0.01, "tn_exit": 0.005, "tm_exit": 0.01, "blast_niche": 0.1, "allo_kill": 0.2,
    "gcsf_in": 1.0,
    "gcsf_half": 5.0, "gcsf_renal": 0.4, "gcsf_use": 2.0, "tpo_in": 1.0, "tpo_half": 3.0, "tpo_exit": 0.3, "tpo_use":
    0.3,
    "epo_in": 1.0, "epo_slope": 2.0, "epo_exit": 1.5, "il7_in": 0.3, "il7_half": 2.0, "il7_exit": 0.5, "absorb": 24.0,
    "clearance": 7.0, "blast_growth": 0.12, "blast_kill": 0.5, "graft_leukemia": 0.2, "allo_in": 0.1, "allo_exit": 0.5,
    "power": 1.7, "infection": 0.6, "infection_half": 0.05, "resolve": 0.4,
}  # fmt: skip
OBSERVED = ["neu", "plt", "rbc", "hsc", "tn4", "nk"]


def symbol(name: str) -> sp.Symbol:
    return sp.Symbol(name, real=True)


def rates() -> dict[str, list[sp.Expr]]:
    """Terms of d(state)/dt by name."""
    y = {name: symbol(f"probe.{name}") for name in NAMES}
    p = {name: symbol(f"p.{name}") for name in NUMBERS}
    total = {stage: sum(y[f"{stage}.{origin}"] for origin in ORIGINS) for stage in STAGES}
    drug, allo = y["plasma"], y["allo"]
    free = 1 / (1 + (total["hsc"] + p["blast_niche"] * y["blast"]) / p["niche_half"])
    fg, ft, fe, fi = (
        y[s] / (p[h] + y[s]) for s, h in (("gcsf", "half_g"), ("tpo", "half_t"), ("epo", "half_e"), ("il7", "half_i"))
    )
    kill = p["kill"] * drug ** p["power"]
    d: dict[str, list[sp.Expr]] = {}
    births, deaths = 2 * p["renewal"] * free * p["hsc_cycle"], p["hsc_cycle"] + kill
    for origin in ORIGINS:
        c = {stage: y[f"{stage}.{origin}"] for stage in STAGES}
        attack = p["allo_kill"] * allo if origin == "host" else sp.Integer(0)
        renew = p["mpp_renewal"] / (1 + p["mpp_crowding"] * total["mpp"])
        out = 2 * (1 - renew) * p["mpp_cycle"] * c["mpp"]
        flow = p["cmp_exit"] * c["cmp"]
        speed = p["transit"] * (1 + 1.5 * fg)
        naive = p["thymus"] * c["clp"]
        d |= {
            f"hsc.{origin}": [births * c["hsc"], -deaths * c["hsc"], -attack * c["hsc"]],
            f"mpp.{origin}": [
                (p["hsc_cycle"]) * c["hsc"],
                (2 * renew - 1) * p["mpp_cycle"] * c["mpp"],
                -kill * c["mpp"],
            ],
            f"cmp.{origin}": [
                0.8 * out,
                (p["cmp_growth"] * (1 + fg + ft) - p["cmp_exit"]) * c["cmp"],
                -kill * c["cmp"],
            ],
            f"clp.{origin}": [0.2 * out, (p["clp_growth"] * (1 + fi) - p["clp_exit"]) * c["clp"], -kill * c["clp"]],
            f"gmp.{origin}": [
                0.4 * flow,
                (p["gmp_growth"] * (1 + 2 * fg) - p["gmp_exit"]) * c["gmp"],
                -kill * c["gmp"],
            ],
            f"n1.{origin}": [p["gmp_exit"] * c["gmp"], -speed * c["n1"], -kill * c["n1"]],
            f"n2.{origin}": [speed * c["n1"], -speed * c["n2"]],
            f"n3.{origin}": [speed * c["n2"], -speed * c["n3"]],
            f"neu.{origin}": [speed * c["n3"], -p["neu_exit"] * c["neu"]],
            f"mono.{origin}": [p["mono_in"] * c["gmp"], -p["mono_exit"] * c["mono"]],
            f"mep.{origin}": [
                0.6 * flow,
                (p["mep_growth"] * (1 + fe + ft) - p["mep_exit"]) * c["mep"],
                -kill * c["mep"],
            ],
            f"mk1.{origin}": [
                0.3 * p["mep_exit"] * c["mep"],
                (p["mk_growth"] * ft - p["mk_exit"]) * c["mk1"],
                -kill * c["mk1"],
            ],
            f"mk2.{origin}": [p["mk_exit"] * c["mk1"], -p["mk2_exit"] * c["mk2"]],
            f"plt.{origin}": [p["plt_in"] * c["mk2"], -p["plt_exit"] * c["plt"]],
            f"e1.{origin}": [
                0.7 * p["mep_exit"] * c["mep"],
                (p["e_growth"] * fe - p["e_exit"]) * c["e1"],
                -kill * c["e1"],
            ],
            f"e2.{origin}": [p["e_exit"] * c["e1"], -p["e2_exit"] * c["e2"]],
            f"e3.{origin}": [p["e2_exit"] * c["e2"], -p["e2_exit"] * c["e3"]],
            f"rbc.{origin}": [p["e2_exit"] * c["e3"], -p["rbc_exit"] * c["rbc"]],
            f"nk.{origin}": [p["nk_in"] * c["clp"], -p["nk_exit"] * c["nk"]],
            f"b.{origin}": [p["b_in"] * c["clp"], -p["b_exit"] * c["b"]],
            f"tn4.{origin}": [naive, p["t_growth"] * fi * c["tn4"], -p["tn_exit"] * c["tn4"]],
            f"tm4.{origin}": [
                p["tn_exit"] / 2 * c["tn4"],
                p["t_growth"] * fi * c["tm4"] * (1 + allo),
                -p["tm_exit"] * c["tm4"],
            ],
            f"tn8.{origin}": [naive / 2, p["t_growth"] * fi * c["tn8"], -p["tn_exit"] * c["tn8"]],
            f"tm8.{origin}": [
                p["tn_exit"] / 2 * c["tn8"],
                p["t_growth"] * fi * c["tm8"] * (1 + allo),
                -p["tm_exit"] * c["tm8"],
            ],
        }
    lymphocytes = total["tn4"] + total["tm4"] + total["tn8"] + total["tm8"]
    d["gcsf"] = [
        p["gcsf_in"] / (1 + p["gcsf_half"] * total["neu"]),
        -(p["gcsf_renal"] + p["gcsf_use"] * total["neu"]) * y["gcsf"],
    ]
    d["tpo"] = [
        p["tpo_in"] / (1 + p["tpo_half"] * total["plt"]),
        -(p["tpo_exit"] + p["tpo_use"] * total["plt"]) * y["tpo"],
    ]
    d["epo"] = [p["epo_in"] * sp.exp(-p["epo_slope"] * total["rbc"]), -p["epo_exit"] * y["epo"]]
    d["il7"] = [p["il7_in"] / (1 + p["il7_half"] * lymphocytes), -p["il7_exit"] * y["il7"]]
    d["gut"] = [-p["absorb"] * y["gut"]]
    d["plasma"] = [p["absorb"] * y["gut"], -p["clearance"] * symbol("clearance.modifier") * drug]
    d["blast"] = [p["blast_growth"] * free * y["blast"], -p["blast_kill"] * drug * y["blast"],
                  -p["graft_leukemia"] * allo * y["tm8.donor"] * y["blast"]]  # fmt: skip
    d["allo"] = [p["allo_in"] * y["tm4.donor"] * (y["tm4.host"] + 0.01) / (1 + allo), -p["allo_exit"] * allo]
    d["inflammation"] = [-p["resolve"] * y["inflammation"]]
    d["births"], d["deaths"], d["arrivals"] = [births], [deaths], []
    return d


def hazard_rate() -> sp.Expr:
    neutrophils = symbol("probe.neu.host") + symbol("probe.neu.donor")
    return symbol("p.infection") / (1 + neutrophils / symbol("p.infection_half"))


def network() -> Network:
    index = {name: i for i, name in enumerate(NAMES)}
    integrals = {"births": index["births"], "deaths": index["deaths"], "arrivals": index["arrivals"]}
    resting = {"gcsf": 1.0, "tpo": 1.0, "epo": 1.0, "il7": 1.0, "blast": 1e-3}
    states = []
    for name in NAMES:
        _, _, origin = name.partition(".")
        few = Few.BIRTH_AND_DEATH if name == "hsc.host" else Few.WHOLE_NUMBER if name == "mpp.host" else None
        initial = 0.8 if origin == "host" else resting.get(name, 0.0)
        states.append(
            StateEntry(
                f"probe.{name}", symbol(f"probe.{name}"), name, "", "probe", 1.0, ORIGINS.get(origin), few,
                symbol("known.cells") if few else None, sp.Float(initial), **(integrals if name == "hsc.host" else {}),
            )
        )  # fmt: skip
    reactions = [
        ReactionEntry(f"{name}.{i}", "", "probe", term, (), ((index[name], sp.Integer(1)),))
        for name, terms in rates().items()
        for i, term in enumerate(terms)
    ]
    inputs = [Input("known.cells", symbol("known.cells"), InputKind.COVARIATE, "", "cells per unit", CELLS_AT_REST)]
    assignments = []
    for name, value in NUMBERS.items():
        typical, deviate = symbol(f"p.{name}.typical"), symbol(f"p.{name}.deviate")
        inputs.append(
            Input(f"p.{name}", typical, InputKind.PARAMETER, "", name, value, plausible=(value / 2, value * 2))
        )
        inputs.append(Input(f"p.{name}.deviate", deviate, InputKind.DEVIATE, "", name, 0.0))
        assignments.append(
            Assignment(f"p.{name}", symbol(f"p.{name}"), typical * sp.exp(0.05 * deviate), "", name, "probe")
        )
    observables = [
        ObservableEntry(
            f"{stage}.{origin}", symbol(f"o.{stage}.{origin}"), stage, "", symbol(f"probe.{stage}.{origin}"), 1e-3
        )
        for stage in OBSERVED
        for origin in ORIGINS
    ]
    total = symbol("probe.neu.host") + symbol("probe.neu.donor")
    observables.append(ObservableEntry("neutrophils", symbol("o.neu"), "neutrophils", "", total, 1e-3))
    observables.append(ObservableEntry("drug", symbol("o.drug"), "drug", "", symbol("probe.plasma"), 1e-3))
    platelets = symbol("probe.plt.host") + symbol("probe.plt.donor")
    observables.append(ObservableEntry("platelets", symbol("o.plt"), "platelets", "", platelets, 1e-3))
    return Network(
        modules=("probe",),
        states=tuple(states),
        inputs=tuple(inputs),
        assignments=tuple(assignments),
        reactions=tuple(reactions),
        hazards=(
            HazardEntry(
                "probe.infection",
                "infection",
                "probe",
                hazard_rate(),
                index["infections"],
                ((index["inflammation"], sp.Float(1.0)), (index["gcsf"], sp.Float(0.5))),
                True,
            ),
        ),
        observables=tuple(observables),
        routes=(
            RouteEntry("drug.IV", "drug", "IV", "", index["plasma"], symbol("drug.IV.rate"), "drug IV"),
            RouteEntry("drug.PO", "drug", "PO", "", index["gut"], None, "drug by mouth"),
        ),
        modifiers=(ModifierEntry("clearance.modifier", symbol("clearance.modifier"), "drug", Lognormal(0.1)),),
    )


def transplant(
    model, count: int, end: float = 100.0, rules=(), dose: float = 6.0, graft: float = 0.02, step: float = 1.0
) -> Schedule:
    """Four daily infusions over 3 h from day -6, stem cells of the donor on day 0."""
    rate, modifier = model.parameter_index["drug.IV.rate"], model.parameter_index["clearance.modifier"]
    rows = []
    for day in (-6, -5, -4, -3):
        rows.append((day + 0.25, Operation.SET, rate, dose * 8.0, f"drug, day {day}"))
        rows.append((day + 0.25, Operation.SET, modifier, 1.0 + 0.05 * day, f"clearance, day {day}"))
        rows.append((day + 0.375, Operation.SET, rate, 0.0, f"drug ends, day {day}"))
    for stage in ("hsc", "mpp", "cmp", "clp"):
        rows.append((0.0, Operation.ADD, model.state_index[f"probe.{stage}.donor"], graft, f"graft {stage}"))
    time, operation, target, value, label = zip(*rows, strict=True)
    events = Events(
        np.array(time),
        np.array(operation, np.int8),
        np.array(target, np.int32),
        np.tile(np.array(value), (count, 1)),
        label,
    )
    return Schedule(-7.0, end, np.arange(-7.0, end + step / 2, step), events, tuple(rules))
