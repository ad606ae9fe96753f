"""Webhook bodies that are damaged in every way one can think of, the same ones at every run."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "contract" / "inbound"

_SCALARS: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2**31, 2**63, 10**40, 1.5, 1e300, [], {}),
    *("", " ", "0", "-1", "9" * 400, "x" * 300, "\0", "\ud800", "\u202e", "\U0001f937" * 40),
    *("/restart", '/answer{"question":"use","option":"work"}', "start:cars:x", "more:" + "0" * 32),
)

_BYTES = (
    *(b"\x00", b"\xff", b"\xed\xa0\x80", b"\\", b"\\u0000", b"\\ud800"),
    *(b'"', b"{", b"}", b"[" * 2000, b",", b"NaN", b"-", b"e9"),
)


def malformed(channel: str, count: int, own_id: str, seed: int = 1) -> Iterator[bytes]:
    """Give bodies: documented ones with wrong parts, any JSON, and bytes that are no JSON at all."""
    chance = random.Random(f"{channel} {seed}")
    texts = [_own(file, own_id) for file in sorted((FOLDER / channel).glob("*.json"))]
    for number in range(count):
        # An event that was seen before would be passed over.
        text = (
            chance.choice(texts).replace('"wamid.', f'"wamid.{seed}.{number}.').replace('"m_', f'"m_{seed}.{number}.')
        )
        way = chance.random()
        if way < 0.55:
            yield _json(_mutated(json.loads(text), chance))
        elif way < 0.7:
            yield _json(_any(chance, 4))
        else:
            yield _damaged(text.encode(), chance)


def _own(file: Path, own_id: str) -> str:
    fixture = json.loads(file.read_text("utf-8"))
    return json.dumps(fixture["body"]).replace(f'"{fixture["own_id"]}"', f'"{own_id}"')


def _mutated(body: Any, chance: random.Random) -> Any:
    for _ in range(chance.randint(1, 4)):
        places = list(_places(body))
        if not places:
            return _any(chance, 3)
        node, key = chance.choice(places)
        way = chance.random()
        if way < 0.6:
            node[key] = _any(chance, 2)
        elif way < 0.8:
            del node[key]
        elif isinstance(node, list):
            node.insert(0, node[key])
        else:
            node[str(chance.choice(_SCALARS))] = node[key]
    return body


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) below a node."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield node, key
        yield from _places(value)


def _any(chance: random.Random, depth: int) -> Any:
    kind = chance.random()
    if depth == 0 or kind < 0.6:
        return chance.choice(_SCALARS)
    if kind < 0.8:
        return [_any(chance, depth - 1) for _ in range(chance.randint(0, 3))]
    keys = ("entry", "messaging", "changes", "value", "messages", "statuses", "message", "text", "id", "sender", "x")
    return {chance.choice(keys): _any(chance, depth - 1) for _ in range(chance.randint(0, 3))}


def _damaged(raw: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 5)):
        at, until = sorted((chance.randrange(len(raw) + 1), chance.randrange(len(raw) + 1)))
        until = min(until, at + 50)
        raw = raw[:at] + chance.choice((b"", chance.choice(_BYTES), chance.randbytes(3))) + raw[until:]
    return raw


def _json(value: Any) -> bytes:
    """Write a value; half surrogate pairs stay as they are, as escapes."""
    return json.dumps(value).encode()
