"""Straight-line kernel source becomes machine code: each line one vector instruction or a few, for eight numbers at
once.

The generated source is Python of a very small kind (see ``lines``): assignments of arithmetic inside one loop over
``l``. The loop is kept, in strides of eight. It is translated here, operation by operation, into LLVM's language with
vectors of eight numbers as values. Nothing has to be inferred or vectorised, so ten thousand lines compile in seconds.
"""

from __future__ import annotations

import ast
import struct
from dataclasses import dataclass, field

import llvmlite.binding as llvm

from marrow.engine import elementary as e

WIDTH = 4
NUMBER = f"<{WIDTH} x double>"
WHOLE = f"<{WIDTH} x i64>"
TRUTH = f"<{WIDTH} x i1>"
FAST = "nsz arcp contract"
EXACT = "contract"  # may fuse a product and a sum, may not reorder
BINARY = {ast.Add: "fadd", ast.Sub: "fsub", ast.Mult: "fmul", ast.Div: "fdiv"}
COMPARED = {ast.Gt: "ogt", ast.GtE: "oge", ast.Lt: "olt", ast.LtE: "ole", ast.Eq: "oeq", ast.NotEq: "une"}
JOINED = {ast.And: "and", ast.Or: "or", ast.BitAnd: "and", ast.BitOr: "or"}


def number(value: float) -> str:
    """A constant for all lanes."""
    bits = struct.unpack("<Q", struct.pack("<d", float(value)))[0]
    return "<" + ", ".join([f"double 0x{bits:016X}"] * WIDTH) + ">"


def whole(value: int) -> str:
    return "<" + ", ".join([f"i64 {value}"] * WIDTH) + ">"


@dataclass
class _Writer:
    """One function. ``values``: what each Python name is in LLVM's language."""

    rows: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    places: dict[int, str] = field(default_factory=dict)  # what is known to stand in the workspace
    count: int = 0

    def row(self, text: str) -> str:
        self.count += 1
        self.rows.append(f"  %t{self.count} = {text}")
        return f"%t{self.count}"

    def binary(self, kind: str, x: str, y: str, flags: str = FAST) -> str:
        return self.row(f"{kind} {flags} {NUMBER} {x}, {y}")

    def pick(self, condition: str, x: str, y: str) -> str:
        return self.row(f"select {TRUTH} {condition}, {NUMBER} {x}, {NUMBER} {y}")

    def compare(self, kind: str, x: str, y: str) -> str:
        return self.row(f"fcmp {kind} {NUMBER} {x}, {y}")

    def place(self, offset: int) -> str:
        return self.row(f"getelementptr double, ptr %W, i64 {offset}")

    def load(self, offset: int) -> str:
        if offset not in self.places:
            self.places[offset] = self.row(f"load {NUMBER}, ptr {self.place(offset)}, align 8")
        return self.places[offset]

    def store(self, offset: int, value: str) -> None:
        self.rows.append(f"  store {NUMBER} {value}, ptr {self.place(offset)}, align 8")
        self.places[offset] = value

    # --- expressions ---

    def value(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant):
            return number(float(node.value))  # type: ignore[arg-type]
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
            return self.row(f"fneg {FAST} {NUMBER} {value}")
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
            intrinsic = "sqrt" if name == "sqrt" else "fabs"
            return self.row(f"call {FAST} {NUMBER} @llvm.{intrinsic}.v{WIDTH}f64({NUMBER} {inputs[0]})")
        if name == "exponential":
            return self.exponential(inputs[0])
        if name == "logarithm":
            return self.logarithm(inputs[0])
        raise NotImplementedError(name)

    # --- exp and log: the same steps as in ``elementary`` ---

    def exponential(self, x: str) -> str:
        def times(a: str, b: str) -> str:
            return self.binary("fmul", a, b, EXACT)

        def plus(a: str, b: str) -> str:
            return self.binary("fadd", a, b, EXACT)

        x = self.pick(self.compare("ogt", x, number(709.0)), number(709.0), x)
        x = self.pick(self.compare("olt", x, number(-708.0)), number(-708.0), x)
        shifted = plus(times(x, number(e.LOG2_E)), number(e.ROUNDER))
        nearest = self.binary("fsub", shifted, number(e.ROUNDER), EXACT)
        r = self.binary("fsub", x, times(nearest, number(e.LN2_HIGH)), EXACT)
        r = self.binary("fsub", r, times(nearest, number(e.LN2_LOW)), EXACT)
        c = [number(each) for each in e.INVERSE_FACTORIALS]
        r2 = times(r, r)
        r4 = times(r2, r2)
        low = plus(plus(number(1.0), r), times(r2, plus(c[2], times(r, c[3]))))
        middle = plus(plus(c[4], times(r, c[5])), times(r2, plus(c[6], times(r, c[7]))))
        high = plus(plus(c[8], times(r, c[9])), times(r2, plus(c[10], times(r, c[11]))))
        top = plus(c[12], times(r, c[13]))
        value = plus(low, times(r4, plus(middle, times(r4, plus(high, times(r4, top))))))
        bits = self.row(f"bitcast {NUMBER} {shifted} to {WHOLE}")
        power = self.row(f"add {WHOLE} {self.row(f'shl {WHOLE} {bits}, {whole(52)}')}, {whole(e.ONE_BITS)}")
        return times(value, self.row(f"bitcast {WHOLE} {power} to {NUMBER}"))

    def logarithm(self, x: str) -> str:
        def times(a: str, b: str) -> str:
            return self.binary("fmul", a, b, EXACT)

        def plus(a: str, b: str) -> str:
            return self.binary("fadd", a, b, EXACT)

        def minus(a: str, b: str) -> str:
            return self.binary("fsub", a, b, EXACT)

        x = self.pick(self.compare("olt", x, number(e.SMALLEST)), number(e.SMALLEST), x)
        bits = self.row(f"bitcast {NUMBER} {x} to {WHOLE}")
        power = self.row(f"ashr {WHOLE} {self.row(f'sub {WHOLE} {bits}, {whole(e.SQRT_HALF_BITS)}')}, {whole(52)}")
        inside = self.row(f"sub {WHOLE} {bits}, {self.row(f'shl {WHOLE} {power}, {whole(52)}')}")
        mantissa = self.row(f"bitcast {WHOLE} {inside} to {NUMBER}")
        raised = self.row(f"add {WHOLE} {power}, {whole(e.ROUNDER_BITS)}")
        exponent = minus(self.row(f"bitcast {WHOLE} {raised} to {NUMBER}"), number(e.ROUNDER))
        s = self.binary("fdiv", minus(mantissa, number(1.0)), plus(mantissa, number(1.0)), EXACT)
        z = times(s, s)
        series = number(e.ODD_RECIPROCALS[10])
        for k in range(9, 0, -1):
            series = plus(times(series, z), number(e.ODD_RECIPROCALS[k]))
        tail = plus(times(times(s, z), series), times(number(2.0), s))
        whole_part = plus(times(exponent, number(e.LN2_LOW)), tail)
        return plus(plus(times(exponent, number(e.LN2_HIGH)), whole_part), minus(x, x))


def offset_of(node: ast.Subscript) -> int:
    """W[123+l] -> 123."""
    index = node.slice
    assert isinstance(index, ast.BinOp) and isinstance(index.left, ast.Constant)
    return int(index.left.value)  # type: ignore[arg-type]


def function_text(function: ast.FunctionDef) -> str:
    """The function in LLVM's language: the body once for every eight places, at W, W + 8, ..."""
    (loop,) = function.body
    assert isinstance(loop, ast.For) and isinstance(loop.iter, ast.Call) and isinstance(loop.iter.args[0], ast.Constant)
    writer = _Writer()
    for statement in loop.body:
        assert isinstance(statement, ast.Assign)
        target, value = statement.targets[0], writer.value(statement.value)
        if isinstance(target, ast.Name):
            writer.values[target.id] = value
        else:
            assert isinstance(target, ast.Subscript)
            writer.store(offset_of(target), value)
    turns = int(loop.iter.args[0].value) // WIDTH  # type: ignore[arg-type]
    return FUNCTION.format(name=function.name, body="\n".join(writer.rows), turns=turns, width=WIDTH)


FUNCTION = """define void @{name}(ptr noalias nocapture %start) {{
entry:
  br label %loop
loop:
  %W = phi ptr [ %start, %entry ], [ %next, %loop ]
  %turn = phi i64 [ 0, %entry ], [ %done, %loop ]
{body}
  %next = getelementptr double, ptr %W, i64 {width}
  %done = add i64 %turn, 1
  %again = icmp ult i64 %done, {turns}
  br i1 %again, label %loop, label %end, !llvm.loop !0
end:
  ret void
}}
"""
KEEP_LOOPS = '!0 = distinct !{!0, !1}\n!1 = !{!"llvm.loop.unroll.disable"}\n'
DECLARED = "".join(f"declare {NUMBER} @llvm.{name}.v{WIDTH}f64({NUMBER})\n" for name in ("fabs", "sqrt"))


def compile_source(source: str) -> bytes:
    """An object file with every function of a kernel's source, for the processor of this machine."""
    functions = [each for each in ast.parse(source).body if isinstance(each, ast.FunctionDef)]
    module = llvm.parse_assembly("\n".join(map(function_text, functions)) + DECLARED + KEEP_LOOPS)
    module.verify()
    machine = _machine()
    passes = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=2))
    passes.getModulePassManager().run(module, passes)
    return machine.emit_object(module)


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
