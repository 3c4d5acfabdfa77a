"""Calling generated functions by address, so that they are compiled once, apart from the loop that drives them."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

# Nothing is allocated, so nothing is counted; what is not inlined would be handed hundreds of array fields at each
# call.
numba: Any = njit
plain: Any = numba(nogil=True, error_model="numpy", _nrt=False)
inlined: Any = numba(nogil=True, error_model="numpy", _nrt=False, forceinline=True)


@intrinsic
def call(typingctx, address, workspace):  # type: ignore[no-untyped-def]
    """Calls ``void f(number *)`` at ``address`` with the data of an array."""

    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        number, array = arguments
        data = context.make_array(signature.args[1])(context, builder, array).data
        kind = ir.FunctionType(ir.VoidType(), [data.type])
        target = builder.inttoptr(number, kind.as_pointer())
        builder.call(target, [data])
        return context.get_dummy_value()

    return types.none(types.int64, workspace), generate


@plain
def run(program: Any, workspace: Any) -> None:
    """All functions of a program, in order."""
    for i in range(program.shape[0]):
        call(program[i], workspace)  # type: ignore[reportCallIssue]
