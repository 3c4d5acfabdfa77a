"""Which modules a plan needs, and the compiled model of them: from the cache, or made now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from marrow.catalogue import ModuleFacts, catalogue, drugs, loaded

if TYPE_CHECKING:
    from marrow.clinic.plan import Plan
    from marrow.engine.model import Model
    from marrow.language import Module
    from marrow.language.network import Network

Announce = Callable[[str], None]


def chosen(drug_names: Iterable[str]) -> tuple[ModuleFacts, ...]:
    """All biology, and the drugs named; body composition and other modules that are not drugs come along."""
    wanted = {name.lower() for name in drug_names}
    return tuple(m for m in catalogue() if not m.is_drug or wanted & {name.lower() for name in m.names})


def modules_for(drug_names: Iterable[str]) -> tuple[type[Module], ...]:
    """The classes of ``chosen``, to be composed."""
    return loaded(chosen(drug_names))


def drugs_of(plan: Plan) -> frozenset[str]:
    """Printed names of the modelled drugs that a plan's doses and rules mention."""
    from marrow.clinic.formulary import same_drug
    from marrow.clinic.orders import DrugOrder

    mentioned = [order.drug if isinstance(order, DrugOrder) else order.what for _, order in plan.orders]
    return frozenset(drug for drug in drugs() if any(same_drug(drug, name) for name in mentioned))


def conditioning_alone(plan: Plan) -> Plan:
    """The plan without prophylaxis and care."""
    return plan.model_copy(update={"prophylaxis": (), "care": ()})


def conditioning_of(plan: Plan) -> frozenset[str]:
    """Printed names of the modelled drugs of a plan's conditioning."""
    return drugs_of(conditioning_alone(plan))


def module_of(drug: str) -> ModuleFacts | None:
    """The module that simulates a drug, by any of its names."""
    from marrow.clinic.formulary import same_drug

    return next((module for name, module in drugs().items() if same_drug(name, drug)), None)


def chosen_alone(drug_names: Iterable[str]) -> tuple[ModuleFacts, ...]:
    """These drugs, and of the rest only what they need."""
    names = {name.lower() for name in drug_names}
    others = {module.path: module for module in catalogue() if not module.is_drug}
    found = [module for module in catalogue() if names & {name.lower() for name in module.names}]
    for module in found:  # grows while it is walked
        found += [others[path] for path in module.suppliers if path in others and others[path] not in found]
    return tuple(module for module in catalogue() if module in found)


def network_for(plan: Plan) -> Network:
    """The symbolic network of a plan's modules."""
    from marrow.language.compose import compose

    return compose(modules_for(drugs_of(plan)))


def model_for(plan: Plan, announce: Announce | None = None) -> Model:
    """The compiled model of a plan's modules. The first time, it is generated and compiled."""
    return model_of(drugs_of(plan), announce)


def model_of(drug_names: Iterable[str], announce: Announce | None = None) -> Model:
    """The compiled model of all biology and these drugs."""
    return _compiled(chosen(drug_names), announce)


def model_of_drugs_alone(drug_names: Iterable[str], announce: Announce | None = None) -> Model:
    """The compiled model of the kinetics of these drugs, without blood, marrow or graft."""
    return _compiled(chosen_alone(drug_names), announce)


def _compiled(modules: tuple[ModuleFacts, ...], announce: Announce | None) -> Model:
    paths = tuple(module.path for module in modules)
    if paths not in _IN_MEMORY:
        from marrow.engine.cache import cache_key
        from marrow.engine.compile import compile, load
        from marrow.engine.driver_code import is_stored

        key = cache_key(paths)
        model = load(key)
        if model is None:
            from marrow.language.compose import compose

            model = compile(compose(loaded(modules)), key, announce)
        _IN_MEMORY[paths] = model
        if announce is not None and not is_stored():
            announce("compiling the solver (once for each version and processor, about a minute)")
    return _IN_MEMORY[paths]


_IN_MEMORY: dict[tuple[str, ...], Model] = {}
