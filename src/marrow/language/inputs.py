"""The numbers of one patient: what comes from outside (inputs), and what follows from it, in order (assignments)."""

from __future__ import annotations

import sympy as sp

from marrow.errors import DeclarationError
from marrow.language.declare import Covariate, Derived, Parameter
from marrow.language.network import Assignment, Input, InputKind
from marrow.language.symbols import ModuleType, Symbols, full_name, known_symbol, symbol
from marrow.language.view import declared_in, run
from marrow.terms import Joint, Lognormal
from marrow.units import to_house, unit_text
from marrow.vocabulary import BODY_WEIGHT, Known


def collect_inputs(modules: tuple[ModuleType, ...]) -> list[Input]:
    """Covariates, typical parameter values and deviates, each once."""
    knowns: dict[str, Known] = {BODY_WEIGHT.name: BODY_WEIGHT}
    parameters: list[Input] = []
    deviates: list[Input] = []
    for module in modules:
        for declared in declared_in(module).values():
            if isinstance(declared, Covariate):
                knowns[declared.known.name] = declared.known
            if isinstance(declared, Parameter):
                parameters.append(_parameter(module, declared))
            if isinstance(declared, (Parameter, Derived)) and declared.vary is not None:
                deviates.append(_deviate(module, declared, declared.vary))
    covariates = [
        Input(
            f"known.{known.name}", known_symbol(known), InputKind.COVARIATE, unit_text(known.unit), known.meaning,
            default=known.typical, to_house=to_house(known.unit),
        )
        for known in knowns.values()
    ]  # fmt: skip
    return covariates + parameters + deviates


def typical_symbol(module: ModuleType, parameter: Parameter) -> sp.Symbol:
    """The typical value: the parameter itself, unless patients differ in it."""
    name = full_name(module, parameter)
    return symbol(name if parameter.vary is None else f"{name}.typical")


def _parameter(module: ModuleType, declared: Parameter) -> Input:
    return Input(
        name=full_name(module, declared),
        symbol=typical_symbol(module, declared),
        kind=InputKind.PARAMETER,
        unit=unit_text(declared.unit),
        label=declared.label,
        default=declared.value,
        to_house=to_house(declared.unit),
        plausible=declared.plausible,
        source=declared.source,
        vary=declared.vary if isinstance(declared.vary, Lognormal) else None,
        joint=declared.vary if isinstance(declared.vary, Joint) else None,
        module=module.title,
    )


def _deviate(module: ModuleType, declared: Parameter | Derived, vary: Lognormal | Joint) -> Input:
    name = full_name(module, declared) + ".deviate"
    if isinstance(vary, Joint) and declared.name not in vary.members:
        raise declared.refuse(f"is not a member of joint variability {vary.name!r}: {', '.join(vary.members)}")
    return Input(
        name=name,
        symbol=symbol(name),
        kind=InputKind.DEVIATE,
        unit="",
        label=f"deviate of {declared.label}",
        default=0.0,
        joint=vary if isinstance(vary, Joint) else None,
        module=module.title,
    )


def assignments_in_order(
    modules: tuple[ModuleType, ...], rest: Symbols, solved: dict[sp.Symbol, sp.Expr], inputs: list[Input]
) -> list[Assignment]:
    """Varying parameters, derived values, resting values and balanced parameters, each after what it depends on."""
    waiting: list[Assignment] = []
    for module in modules:
        for declared in declared_in(module).values():
            if isinstance(declared, Parameter) and declared.vary is not None:
                waiting.append(_assign(module, declared, typical_symbol(module, declared)))
            elif isinstance(declared, Derived):
                waiting.append(_assign(module, declared, sp.sympify(run(module, declared, rest, None))))
    for unknown, value in solved.items():
        waiting.append(
            Assignment(
                str(unknown), unknown, value, "", "solved so that health is a steady state", str(unknown).split(".")[0]
            )
        )
    ready = {each.symbol for each in inputs}
    ordered: list[Assignment] = []
    while waiting:
        able = [each for each in waiting if each.expression.free_symbols <= ready]
        if not able:
            names = ", ".join(f"{each.name} (waits for {_missing(each, ready)})" for each in waiting[:5])
            raise DeclarationError(f"derived and resting values depend on each other in a circle: {names}")
        ordered += able
        ready |= {each.symbol for each in able}
        waiting = [each for each in waiting if each.symbol not in ready]
    return ordered


def _assign(module: ModuleType, declared: Parameter | Derived, value: sp.Expr) -> Assignment:
    name = full_name(module, declared)
    if declared.vary is not None:
        deviate = symbol(f"{name}.deviate")
        sd = sp.Float(declared.vary.sd) if isinstance(declared.vary, Lognormal) else sp.Integer(1)
        value = value * sp.exp(sd * deviate)
    return Assignment(name, symbol(name), value, unit_text(declared.unit), declared.label, module.title)


def _missing(assignment: Assignment, ready: set[sp.Symbol]) -> str:
    return ", ".join(sorted(str(each) for each in assignment.expression.free_symbols - ready))
