"""Things of the content with sensible defaults, so that a test names only what it is about.

``write_content`` writes a small folder without any problem, not even advice, when the bot has phrases in
English and Spanish::

    write_content(tmp_path / "cars")                                  # as it is
    write_content(tmp_path / "cars", messages=None)                   # without messages.csv
    write_content(tmp_path / "cars", matrix=MATRIX)                   # with that text as matrix.csv
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from customer_profiler.core.condition import Condition
from customer_profiler.core.profile import PHONE, PSID, REST, Identity
from customer_profiler.core.profiler import (
    Kind,
    LeadSettings,
    MatrixRow,
    MessageRow,
    Option,
    Product,
    Profiler,
    Question,
    Texts,
)
from customer_profiler.core.template import ButtonAction, Category, Template, TemplateButton


def identity(channel: str = "rest", value: str = "ana") -> Identity:
    """A person as a channel names one."""
    return Identity({"whatsapp": PHONE, "facebook": PSID, "rest": REST}[channel], value)


def option(id: str = "low", label: Texts | None = None, **fields: object) -> Option:
    """An option labelled with its id unless told otherwise."""
    return Option(id=id, label=label or {"en": id.title()}, **fields)  # type: ignore[arg-type]


def question(
    id: str = "budget",
    level: int = 1,
    options: Sequence[Option | str] = ("low", "high"),
    show_if: str = "",
    **fields: object,
) -> Question:
    """A question; options may be given by id alone, ``show_if`` as in a cell."""
    given: dict[str, object] = {"kind": Kind.TRANSACTIONAL, "text": {"en": f"{id.title()}?"}, **fields}
    built = tuple(option(each) if isinstance(each, str) else each for each in options)
    return Question(id=id, level=level, options=built, show_if=Condition.parse(show_if), **given)  # type: ignore[arg-type]


def product(id: str = "hatch", title: Texts | None = None, **fields: object) -> Product:
    """A product titled with its id unless told otherwise."""
    return Product(id=id, title=title or {"en": id.title()}, **fields)  # type: ignore[arg-type]


def matrix_row(when: str = "", **cells: int | None) -> MatrixRow:
    """A row of the matrix: ``matrix_row("budget=low", hatch=3, van=NEVER)``."""
    return MatrixRow(Condition.parse(when), cells)


def message_row(when: str = "", text: str = "Thank you.") -> MessageRow:
    """A message in English."""
    return MessageRow(Condition.parse(when), {"en": text})


def template(name: str = "offer", body: str = "Hello {{1}}, come by.", **fields: object) -> Template:
    """A marketing template in English with one parameter and no button unless told otherwise."""
    given: dict[str, object] = {"language": "en", "category": Category.MARKETING, **fields}
    return Template(name=name, body=body, **given)  # type: ignore[arg-type]


def profiler(
    id: str = "cars",
    questions: Sequence[Question] | None = None,
    products: Sequence[Product] | None = None,
    matrix: Sequence[MatrixRow] = (),
    messages: Sequence[MessageRow] = (),
    **fields: object,
) -> Profiler:
    """A profiler in English with one question and two products unless told otherwise."""
    given: dict[str, object] = {
        "title": {"en": "Cars"},
        "purpose": {"en": "To find your car."},
        "languages": ("en",),
        "objectives": ("Sell cars",),
        "lead": LeadSettings(),
        **fields,
    }
    return Profiler(
        id=id,
        questions=(question(),) if questions is None else tuple(questions),
        products=(product(), product("van")) if products is None else tuple(products),
        matrix=tuple(matrix),
        messages=tuple(messages),
        **given,  # type: ignore[arg-type]
    )


START = TemplateButton("Find my car", ButtonAction.START)
STOP = TemplateButton("Unsubscribe", ButtonAction.STOP)
LINK = TemplateButton("See them", ButtonAction.LINK, "https://example.com")

CONTENT: Mapping[str, str] = {
    "profiler.yml": """\
id: {id}
title:
  en: Find your car
  es: Encuentra tu coche
purpose:
  en: "Your answers help us find the car that suits you."
  es: "Tus respuestas nos ayudan a encontrar tu coche."
objectives:
  - Learn what families need
user_goals:
  - A car that fits the family
user_tasks:
  - Compare cars
flow_goals:
  - sell
languages: [en, es]
lead:
  ask: [name, email, phone]
  required: [name, email]
""",
    "questions.csv": """\
question,level,kind,show_if,text.en,why.en,text.es,why.es
budget,1,transactional,,What may it cost?,So that we stay within it.,¿Cuánto puede costar?,Para no pasarnos.
use,2,behavioural,,What is it for?,Cars differ in room.,¿Para qué es?,Los coches difieren en espacio.
load,3,behavioural,use=family,How much luggage?,Boots differ.,¿Cuánto equipaje?,Los maleteros difieren.
""",
    "options.csv": """\
question,option,trait,label.en,description.en,synonyms.en,label.es,description.es,synonyms.es
budget,low,budget=low,Up to 20k,,cheap|little,Hasta 20 mil,,barato
budget,high,budget=high,More,,a lot,Más,,mucho
use,family,has_children=yes,The family,Room for all,kids,La familia,Sitio para todos,niños
use,city,,The city,,town,La ciudad,,
load,much,,Much,,,Mucho,,
load,little,,Little,,,Poco,,
""",
    "products.csv": """\
product,family,priority,price,currency,stock,url,image,title.en,description.en,title.es,description.es
hatch,small,1,15990,EUR,,https://example.com/hatch,car.png,Hatch,"Small, quick.",Hatch,"Pequeño, ágil."
van,large,2,24990.00,EUR,3,,car.png,Van,Room for seven.,Furgoneta,Sitio para siete.
suv,large,,34990,EUR,,,car.png,Suv,Goes anywhere.,Todoterreno,Va a todas partes.
""",
    "matrix.csv": """\
when,hatch,van,suv
budget=low,3,1,
budget=high,,1,3
use=family & load=much,never,5,2
use=family|city,1,1,1
""",
    "messages.csv": """\
when,text.en,text.es
use=city,Parking will be easy.,Aparcar será fácil.
,Thank you.,Gracias.
""",
}
"""The files of a small profiler; ``{id}`` in profiler.yml stands for the folder's name."""

TEMPLATES = """\
template,language,category,header,body,footer,buttons
spring_offer,en,marketing,New models,"Hello {{1}}, until {{2}} every test drive brings a gift.",Say stop at any time.,\
Find my car=start:spring|Unsubscribe=stop|See them=https://example.com/spring
quote_ready,en,utility,,"Hello {{1}}, your quotation is ready.",,
quote_ready,es,utility,,"Hola, {{1}}: tu presupuesto está listo.",,
"""
"""A good templates.csv, which the small profiler does not have."""


def write_content(folder: Path, **overrides: str | bytes | None) -> Path:
    """Write a small valid content folder and give it back.

    Each override (``profiler``, ``questions``, ``options``, ``products``, ``matrix``, ``messages``) replaces a
    file's text or bytes; None leaves the file out; ``templates`` adds that file. The profiler's id is the
    folder's name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "car.png").write_bytes(png())
    defaults = {file: text.replace("{id}", folder.name) for file, text in CONTENT.items()}
    for file, default in {**defaults, "templates.csv": None}.items():
        given = overrides.pop(file.partition(".")[0], default)
        if given is not None:
            (folder / file).write_bytes(given.encode() if isinstance(given, str) else given)
    assert not overrides, f"no such sheet: {', '.join(overrides)}"
    return folder


def edit(file: Path, old: str, new: str) -> None:
    """Replace a part of a file that stands in it exactly once."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file.name}"
    file.write_bytes(text.replace(old, new).encode())


def png(width: int = 1, height: int = 1) -> bytes:
    """A white picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress((b"\x00" + b"\xff" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
