"""Which modules a plan needs, and the compiled model of them: from the cache, or made now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from marrow.language import Drug, Module, discover
from marrow.language.declare import Needs, Offers
from marrow.language.view import declared_in

if TYPE_CHECKING:
    from marrow.clinic.plan import Plan
    from marrow.engine.model import Model
    from marrow.language.network import Network

Announce = Callable[[str], None]


def modules_for(drug_names: Iterable[str]) -> tuple[type[Module], ...]:
    """All biology, and the drugs named; body composition and other modules that are not drugs come along."""
    wanted = {name.lower() for name in drug_names}
    return tuple(
        module
        for module in discover()
        if not issubclass(module, Drug) or wanted & {name.lower() for name in module.names}
    )


def drugs_of(plan: Plan) -> frozenset[str]:
    """Printed names of the modelled drugs that a plan's doses and rules mention."""
    from marrow.clinic.formulary import same_drug
    from marrow.clinic.orders import DrugOrder

    mentioned = [order.drug if isinstance(order, DrugOrder) else order.what for _, order in plan.orders]
    found = (module for module in discover() if issubclass(module, Drug))
    return frozenset(m.names[0] for m in found if any(same_drug(m.names[0], name) for name in mentioned))


def conditioning_alone(plan: Plan) -> Plan:
    """The plan without prophylaxis and care."""
    return plan.model_copy(update={"prophylaxis": (), "care": ()})


def conditioning_of(plan: Plan) -> frozenset[str]:
    """Printed names of the modelled drugs of a plan's conditioning."""
    return drugs_of(conditioning_alone(plan))


def module_of(drug: str) -> type[Drug] | None:
    """The module that simulates a drug, by any of its names."""
    from marrow.clinic.formulary import same_drug

    found = (module for module in discover() if issubclass(module, Drug))
    return next((module for module in found if same_drug(module.names[0], drug)), None)


def modules_alone(drug_names: Iterable[str]) -> tuple[type[Module], ...]:
    """These drugs, and of the rest only what they need."""
    names = {name.lower() for name in drug_names}
    found: list[type[Module]] = [
        m for m in discover() if issubclass(m, Drug) and names & {name.lower() for name in m.names}
    ]
    others = [m for m in discover() if not issubclass(m, Drug)]
    for module in found:  # grows while it is walked
        needed = {declared.port for declared in declared_in(module).values() if isinstance(declared, Needs)}
        for other in others:
            offered = {each.port for each in declared_in(other).values() if isinstance(each, Offers)}
            if needed & offered and other not in found:
                found.append(other)
    return tuple(module for module in discover() if module in found)


def network_for(plan: Plan) -> Network:
    """The symbolic network of a plan's modules."""
    from marrow.language.compose import compose

    return compose(modules_for(drugs_of(plan)))


def model_for(plan: Plan, announce: Announce | None = None) -> Model:
    """The compiled model of a plan's modules. The first time, it is generated and compiled."""
    return model_of(drugs_of(plan), announce)


def model_of(drug_names: Iterable[str], announce: Announce | None = None) -> Model:
    """The compiled model of all biology and these drugs."""
    return _compiled(modules_for(frozenset(drug_names)), announce)


def model_of_drugs_alone(drug_names: Iterable[str], announce: Announce | None = None) -> Model:
    """The compiled model of the kinetics of these drugs, without blood, marrow or graft."""
    return _compiled(modules_alone(drug_names), announce)


def _compiled(modules: tuple[type[Module], ...], announce: Announce | None) -> Model:
    if modules not in _IN_MEMORY:
        from marrow.engine.cache import cache_key
        from marrow.engine.compile import compile, load
        from marrow.engine.driver_code import is_stored

        key = cache_key([f"{module.__module__}.{module.__name__}" for module in modules])
        model = load(key)
        if model is None:
            from marrow.language.compose import compose

            model = compile(compose(modules), key, announce)
        _IN_MEMORY[modules] = model
        if announce is not None and not is_stored():
            announce("compiling the solver (once for each version and processor, about a minute)")
    return _IN_MEMORY[modules]


_IN_MEMORY: dict[tuple[type[Module], ...], Model] = {}
