"""A YAML file as text with line numbers. Scalars stay text: what '12:30' or 'no' means is the plan's affair."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from marrow.errors import PlanError, Problem

LARGEST_FILE = 1_000_000  # bytes
DEEPEST = 8
MOST_PROBLEMS = 100


@dataclass(frozen=True)
class Scalar:
    text: str
    line: int | None = None


@dataclass(frozen=True)
class Sequence:
    items: tuple[Tree, ...]
    line: int | None = None


@dataclass(frozen=True)
class Mapping:
    items: tuple[tuple[Scalar, Tree], ...]
    line: int | None = None

    def get(self, key: str) -> Tree | None:
        return next((value for name, value in self.items if name.text == key), None)


Tree = Scalar | Sequence | Mapping
Data = str | list["Data"] | dict[str, "Data"]
Path_ = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """``file``: the name that messages show. ``problems``: keys given twice."""

    file: str
    root: Tree
    problems: tuple[Problem, ...] = ()

    def data(self) -> Data:
        return _data(self.root)

    def line(self, path: Path_) -> int | None:
        """The line of a path, or of the nearest part of it that exists."""
        tree, line = self.root, self.root.line
        for step in path:
            if isinstance(tree, Mapping):
                found = next(((name, value) for name, value in tree.items if name.text == step), None)
                if found is None:
                    return line
                line, tree = found[0].line, found[1]
            elif isinstance(tree, Sequence) and isinstance(step, int) and step < len(tree.items):
                tree = tree.items[step]
                line = tree.line
            else:
                return line
        return line

    def with_(self, path: tuple[str, ...], value: Tree) -> Document:
        """A copy in which ``path`` holds ``value``."""
        return replace(self, root=_put(self.root, path, value))


def read_document(file: str | Path) -> Document:
    """Reads a file. Raises ``PlanError`` for anything that is not a small, plain YAML file."""
    path = Path(file)
    name = str(file)
    try:
        if path.is_dir():
            raise PlanError(name, [Problem("a folder", "a plan, a YAML file")])
        if not path.is_file():
            beside = sorted(p.name for p in path.parent.glob("*.y*ml")) if path.parent.is_dir() else []
            shown = f"a file that exists (beside it: {', '.join(beside[:5])})" if beside else "a file that exists"
            raise PlanError(name, [Problem("no such file", shown)])
        size = path.stat().st_size
        if size > LARGEST_FILE:
            found = f"a file of {size / 1e6:.1f} MB"
            raise PlanError(
                name, [Problem(found, f"a plan of at most {LARGEST_FILE // 1_000_000} MB; a plan is a page of text")]
            )
        raw = path.read_bytes()
    except (OSError, ValueError) as error:
        raise PlanError(name, [Problem(f"a file that cannot be read ({error})", "a readable YAML file")]) from None
    return parse_document(raw, name)


def parse_document(raw: bytes | str, file: str = "plan") -> Document:
    """The document in YAML text. Raises ``PlanError``."""
    if isinstance(raw, bytes):
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            raise PlanError(file, [Problem("bytes that are not text", "a YAML file in UTF-8", line=line)]) from None
    else:
        text = raw
    problems: list[Problem] = []
    try:
        _check_events(text, file)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise PlanError(file, [_syntax(error)]) from None
    except yaml.YAMLError as error:
        raise PlanError(
            file, [Problem(f"text that is not YAML ({str(error).splitlines()[0]})", "a YAML file")]
        ) from None
    if node is None:
        raise PlanError(file, [Problem("an empty file", "a plan: patient, donor, graft, conditioning, ...", line=1)])
    root = _tree(node, problems)
    if not isinstance(root, Mapping):
        found = "a list" if isinstance(root, Sequence) else "a sentence"
        raise PlanError(
            file, [Problem(found, "keys with values, such as 'patient: {age: 52 y, sex: female}'", line=root.line)]
        )
    return Document(file, root, tuple(problems[:MOST_PROBLEMS]))


def _syntax(error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    what = (error.problem or "a mistake").strip()
    needed = "YAML: 'key: value', lists of lines beginning with '- ', brackets closed, no tabs"
    return Problem(f"text that is not YAML ({what})", needed, line=mark.line + 1 if mark else None)


def _check_events(text: str, file: str) -> None:
    """Refuses what a plan never needs and what could hurt: aliases, tags, several documents, deep nesting."""
    depth, documents = 0, 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        if documents > 1:
            raise PlanError(file, [Problem("a second document ('---')", "one plan a file", line=line)])
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise PlanError(file, [Problem("an anchor or alias (& or *)", "plain values, written out", line=line)])
        tag = getattr(event, "tag", None)
        if tag:
            raise PlanError(file, [Problem(f"a tag ({tag})", "plain values without tags", line=line)])
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            depth += 1
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1
        if depth > DEEPEST:
            raise PlanError(file, [Problem("values nested very deeply", f"at most {DEEPEST} levels", line=line)])


def _tree(node: yaml.Node, problems: list[Problem]) -> Tree:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        empty = node.value == "" and node.style is None
        return Scalar("" if empty else str(node.value), line)
    if isinstance(node, yaml.SequenceNode):
        return Sequence(tuple(_tree(child, problems) for child in node.value), line)
    items: list[tuple[Scalar, Tree]] = []
    first_line: dict[str, int | None] = {}
    for key_node, value_node in node.value:
        key = _tree(key_node, problems)
        value = _tree(value_node, problems)
        if not isinstance(key, Scalar):
            problems.append(Problem("a key that is not a word", "a word, such as 'patient'", line=key.line))
            continue
        if key.text in first_line:
            found = f"the key {key.text!r} a second time (first on line {first_line[key.text]})"
            problems.append(Problem(found, "each key once", line=key.line))
            continue
        first_line[key.text] = key.line
        items.append((key, value))
    return Mapping(tuple(items), line)


def _data(tree: Tree) -> Data:
    if isinstance(tree, Scalar):
        return tree.text
    if isinstance(tree, Sequence):
        return [_data(item) for item in tree.items]
    return {key.text: _data(value) for key, value in tree.items}


def tree_of(data: object) -> Tree:
    """Plain Python data (dicts, lists, text, numbers) as a tree without lines."""
    if isinstance(data, dict):
        return Mapping(tuple((Scalar(str(key)), tree_of(value)) for key, value in data.items()))
    if isinstance(data, (list, tuple)):
        return Sequence(tuple(tree_of(item) for item in data))
    return Scalar("" if data is None else repr(data) if isinstance(data, float) else str(data))


def _put(tree: Tree, path: tuple[str, ...], value: Tree) -> Tree:
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(tree, Sequence) and step.isdigit() and 1 <= int(step[:6]) <= len(tree.items) + 1:
        items = list(tree.items)
        at = int(step) - 1
        if at == len(items):
            items.append(Scalar("", tree.line))
        items[at] = _put(items[at], rest, value)
        return replace(tree, items=tuple(items))
    pairs = list(tree.items) if isinstance(tree, Mapping) else []
    for at, (key, old) in enumerate(pairs):
        if key.text == step:
            pairs[at] = (key, _put(old, rest, value))
            return Mapping(tuple(pairs), tree.line)
    pairs.append((Scalar(step), _put(Mapping(()), rest, value)))
    return Mapping(tuple(pairs), tree.line)
