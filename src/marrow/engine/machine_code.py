"""Straight-line kernel source becomes machine code: each line one vector instruction or a few, for eight numbers at
once, in single or in double precision.

The generated source is Python of a very small kind (see ``lines``): assignments of arithmetic inside one loop over
``l``. The loop is kept, in strides of eight. It is translated here, operation by operation, into LLVM's language with
vectors of eight numbers as values. Nothing has to be inferred or vectorised, so ten thousand lines compile in seconds.
"""

from __future__ import annotations

import ast
import math
import struct
from dataclasses import dataclass, field

import llvmlite.binding as llvm

from marrow.engine import elementary as e
from marrow.engine.lines import LANES as WIDTH
from marrow.engine.precision import Precision

TRUTH = f"<{WIDTH} x i1>"
FAST = "nsz arcp contract"
EXACT = "contract"  # may fuse a product and a sum, may not reorder
BINARY = {ast.Add: "fadd", ast.Sub: "fsub", ast.Mult: "fmul", ast.Div: "fdiv"}
COMPARED = {ast.Gt: "ogt", ast.GtE: "oge", ast.Lt: "olt", ast.LtE: "ole", ast.Eq: "oeq", ast.NotEq: "une"}
JOINED = {ast.And: "and", ast.Or: "or", ast.BitAnd: "and", ast.BitOr: "or"}


@dataclass
class _Writer:
    """One function. ``values``: what each Python name is in LLVM's language."""

    precision: Precision
    rows: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    places: dict[int, str] = field(default_factory=dict)  # what is known to stand in the workspace
    count: int = 0

    @property
    def numbers(self) -> str:
        """What a vector of numbers is called; ``wholes``: of whole numbers of their size."""
        return f"<{WIDTH} x {self.precision.number}>"

    @property
    def wholes(self) -> str:
        return f"<{WIDTH} x {self.precision.bits}>"

    def number(self, value: float) -> str:
        """A constant for all lanes; LLVM wants those of single precision, too, as the bits of a double."""
        bits = struct.unpack("<Q", struct.pack("<d", float(self.precision.kind(value))))[0]
        return "<" + ", ".join([f"{self.precision.number} 0x{bits:016X}"] * WIDTH) + ">"

    def whole(self, value: int) -> str:
        return "<" + ", ".join([f"{self.precision.bits} {value}"] * WIDTH) + ">"

    def row(self, text: str) -> str:
        self.count += 1
        self.rows.append(f"  %t{self.count} = {text}")
        return f"%t{self.count}"

    def binary(self, kind: str, x: str, y: str, flags: str = FAST) -> str:
        return self.row(f"{kind} {flags} {self.numbers} {x}, {y}")

    def pick(self, condition: str, x: str, y: str) -> str:
        return self.row(f"select {TRUTH} {condition}, {self.numbers} {x}, {self.numbers} {y}")

    def compare(self, kind: str, x: str, y: str) -> str:
        return self.row(f"fcmp {kind} {self.numbers} {x}, {y}")

    @property
    def _aligned(self) -> int:
        """Bytes: names stand at multiples of the lanes in a workspace that starts at a cache line."""
        return min(64, WIDTH * int(self.precision.bits[1:]) // 8)

    def place(self, offset: int) -> str:
        return self.row(f"getelementptr {self.precision.number}, ptr %W, i64 {offset}")

    def load(self, offset: int) -> str:
        if offset not in self.places:
            self.places[offset] = self.row(f"load {self.numbers}, ptr {self.place(offset)}, align {self._aligned}")
        return self.places[offset]

    def store(self, offset: int, value: str) -> None:
        self.rows.append(f"  store {self.numbers} {value}, ptr {self.place(offset)}, align {self._aligned}")
        self.places[offset] = value

    # --- expressions ---

    def value(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant):
            return self.number(float(node.value))  # type: ignore[arg-type]
        if isinstance(node, ast.Name):
            return self.values[node.id]
        if isinstance(node, ast.BinOp):
            if type(node.op) in JOINED:
                return self.row(f"{JOINED[type(node.op)]} {TRUTH} {self.value(node.left)}, {self.value(node.right)}")
            return self.binary(BINARY[type(node.op)], self.value(node.left), self.value(node.right))
        if isinstance(node, ast.UnaryOp):
            return self.unary(node)
        if isinstance(node, ast.Compare):
            return self.compare(COMPARED[type(node.ops[0])], self.value(node.left), self.value(node.comparators[0]))
        if isinstance(node, ast.BoolOp):
            joined = self.value(node.values[0])
            for each in node.values[1:]:
                joined = self.row(f"{JOINED[type(node.op)]} {TRUTH} {joined}, {self.value(each)}")
            return joined
        if isinstance(node, ast.Call):
            return self.call(node)
        if isinstance(node, ast.Subscript):
            return self.load(offset_of(node))
        raise NotImplementedError(ast.dump(node))

    def unary(self, node: ast.UnaryOp) -> str:
        value = self.value(node.operand)
        if isinstance(node.op, ast.USub):
            return self.row(f"fneg {FAST} {self.numbers} {value}")
        if isinstance(node.op, ast.Not):
            return self.row(f"xor {TRUTH} {value}, <{', '.join(['i1 true'] * WIDTH)}>")
        return value

    def call(self, node: ast.Call) -> str:
        assert isinstance(node.func, ast.Name)
        inputs = [self.value(each) for each in node.args]
        name = node.func.id
        if name == "choose":
            return self.pick(*inputs)
        if name in ("larger", "smaller"):
            return self.pick(self.compare("ogt" if name == "larger" else "olt", *inputs), *inputs)
        if name in ("abs", "fabs", "sqrt"):
            intrinsic = f"{'sqrt' if name == 'sqrt' else 'fabs'}.v{WIDTH}{suffix(self.precision)}"
            return self.row(f"call {FAST} {self.numbers} @llvm.{intrinsic}({self.numbers} {inputs[0]})")
        if name == "exponential":
            return self.exponential(inputs[0])
        if name == "logarithm":
            return self.logarithm(inputs[0])
        raise NotImplementedError(name)

    # --- exp and log: the same steps as in ``elementary`` ---

    def times(self, a: str, b: str) -> str:
        return self.binary("fmul", a, b, EXACT)

    def plus(self, a: str, b: str) -> str:
        return self.binary("fadd", a, b, EXACT)

    def minus(self, a: str, b: str) -> str:
        return self.binary("fsub", a, b, EXACT)

    def exponential(self, x: str) -> str:
        times, minus, p = self.times, self.minus, self.precision
        x = self.pick(self.compare("ogt", x, self.number(p.highest)), self.number(p.highest), x)
        x = self.pick(self.compare("olt", x, self.number(p.lowest)), self.number(p.lowest), x)
        shifted = self.plus(times(x, self.number(e.LOG2_E)), self.number(p.rounder))
        nearest = minus(shifted, self.number(p.rounder))
        high, low = p.ln2
        r = minus(minus(x, times(nearest, self.number(high))), times(nearest, self.number(low)))
        bits = self.row(f"bitcast {self.numbers} {shifted} to {self.wholes}")
        shift = self.row(f"shl {self.wholes} {bits}, {self.whole(p.fraction)}")
        power = self.row(f"add {self.wholes} {shift}, {self.whole(p.bits_of(1.0))}")
        return times(self.series(r), self.row(f"bitcast {self.wholes} {power} to {self.numbers}"))

    def series(self, r: str) -> str:
        times, plus = self.times, self.plus
        c = [self.number(each) for each in e.INVERSE_FACTORIALS[: self.precision.powers]]
        r2 = times(r, r)
        r4 = times(r2, r2)
        parts = [plus(plus(self.number(1.0), r), times(r2, plus(c[2], times(r, c[3]))))]
        for k in range(4, len(c), 4):
            part = plus(c[k], times(r, c[k + 1]))
            if k + 3 < len(c):
                part = plus(part, times(r2, plus(c[k + 2], times(r, c[k + 3]))))
            parts.append(part)
        value = parts.pop()
        while parts:
            value = plus(parts.pop(), times(r4, value))
        return value

    def logarithm(self, x: str) -> str:
        times, plus, minus, p = self.times, self.plus, self.minus, self.precision
        nothing = self.compare("olt", x, self.number(p.smallest))
        x = self.pick(nothing, self.number(p.smallest), x)
        bits = self.row(f"bitcast {self.numbers} {x} to {self.wholes}")
        above = self.row(f"sub {self.wholes} {bits}, {self.whole(p.bits_of(math.sqrt(0.5)))}")
        power = self.row(f"ashr {self.wholes} {above}, {self.whole(p.fraction)}")
        shift = self.row(f"shl {self.wholes} {power}, {self.whole(p.fraction)}")
        inside = self.row(f"sub {self.wholes} {bits}, {shift}")
        mantissa = self.row(f"bitcast {self.wholes} {inside} to {self.numbers}")
        raised = self.row(f"add {self.wholes} {power}, {self.whole(p.bits_of(p.rounder))}")
        exponent = minus(self.row(f"bitcast {self.wholes} {raised} to {self.numbers}"), self.number(p.rounder))
        s = self.binary("fdiv", minus(mantissa, self.number(1.0)), plus(mantissa, self.number(1.0)), EXACT)
        z = times(s, s)
        tail = self.number(e.ODD_RECIPROCALS[p.odds - 1])
        for k in range(p.odds - 2, 0, -1):
            tail = plus(times(tail, z), self.number(e.ODD_RECIPROCALS[k]))
        tail = plus(times(times(s, z), tail), times(self.number(2.0), s))
        high, low = p.ln2
        found = plus(times(exponent, self.number(high)), plus(times(exponent, self.number(low)), tail))
        return self.pick(nothing, self.number(e.LOG_OF_NOTHING), plus(found, minus(x, x)))


def suffix(precision: Precision) -> str:
    """How LLVM's intrinsics name a number."""
    return "f" + precision.bits[1:]


def offset_of(node: ast.Subscript) -> int:
    """W[123+l] -> 123."""
    index = node.slice
    assert isinstance(index, ast.BinOp) and isinstance(index.left, ast.Constant)
    return int(index.left.value)  # type: ignore[arg-type]


def function_text(function: ast.FunctionDef, precision: Precision) -> str:
    """The function in LLVM's language: the body once for every eight places, at W, W + 8, ..."""
    (loop,) = function.body
    assert isinstance(loop, ast.For) and isinstance(loop.iter, ast.Call) and isinstance(loop.iter.args[0], ast.Constant)
    writer = _Writer(precision)
    for statement in loop.body:
        assert isinstance(statement, ast.Assign)
        target, value = statement.targets[0], writer.value(statement.value)
        if isinstance(target, ast.Name):
            writer.values[target.id] = value
        else:
            assert isinstance(target, ast.Subscript)
            writer.store(offset_of(target), value)
    turns = int(loop.iter.args[0].value) // WIDTH  # type: ignore[arg-type]
    return FUNCTION.format(
        name=function.name, body="\n".join(writer.rows), turns=turns, width=WIDTH, kind=precision.number
    )


FUNCTION = """define void @{name}(ptr noalias nocapture %start) {{
entry:
  br label %loop
loop:
  %W = phi ptr [ %start, %entry ], [ %next, %loop ]
  %turn = phi i64 [ 0, %entry ], [ %done, %loop ]
{body}
  %next = getelementptr {kind}, ptr %W, i64 {width}
  %done = add i64 %turn, 1
  %again = icmp ult i64 %done, {turns}
  br i1 %again, label %loop, label %end, !llvm.loop !0
end:
  ret void
}}
"""
KEEP_LOOPS = '!0 = distinct !{!0, !1}\n!1 = !{!"llvm.loop.unroll.disable"}\n'


def compile_source(source: str, precision: Precision) -> bytes:
    """An object file with every function of a kernel's source, for the processor of this machine."""
    functions = [each for each in ast.parse(source).body if isinstance(each, ast.FunctionDef)]
    text = "\n".join(function_text(each, precision) for each in functions)
    numbers = _Writer(precision).numbers
    for name in ("fabs", "sqrt"):
        text += f"declare {numbers} @llvm.{name}.v{WIDTH}{suffix(precision)}({numbers})\n"
    module = llvm.parse_assembly(text + KEEP_LOOPS)
    module.verify()
    machine = _machine()
    passes = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=2))
    passes.getModulePassManager().run(module, passes)
    return machine.emit_object(module)


def emit(text: str) -> bytes:
    """An object file from optimised LLVM code, as it is."""
    return _machine().emit_object(llvm.parse_assembly(text))


@dataclass(frozen=True)
class Loaded:
    """Machine code in memory, for as long as this lives."""

    engine: llvm.ExecutionEngine

    def address(self, name: str) -> int:
        return self.engine.get_function_address(name)


def load_object(content: bytes) -> Loaded:
    """Machine code from an object file. Raises ``RuntimeError`` for one that is damaged."""
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())
    engine.add_object_file(llvm.ObjectFileRef.from_data(content))
    engine.finalize_object()
    return Loaded(engine)


def _machine() -> llvm.TargetMachine:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    features = llvm.get_host_cpu_features().flatten()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=features, opt=3
    )
