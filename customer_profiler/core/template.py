"""Message templates: what a business may send to a person outside the 24-hour window, once Meta has approved it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from customer_profiler.core.errors import TemplateError

LONGEST_CAMPAIGN = 100
"""Characters of a campaign's name, as the payload of a start button is read again."""

_PARAMETER = re.compile(r"\{\{([1-9][0-9]?)\}\}")


class Category(str, Enum):
    """What a template is for; Meta charges and limits each in its own way."""

    MARKETING = "marketing"
    UTILITY = "utility"
    AUTHENTICATION = "authentication"


class ButtonAction(str, Enum):
    """What a button of a template does."""

    START = "start"
    """Begins the profiler."""
    STOP = "stop"
    """Ends the consent to such messages."""
    LINK = "link"
    """Opens a web page."""


@dataclass(frozen=True)
class TemplateButton:
    """A button: ``target`` is the campaign that ``START`` records (empty for none), or the address of ``LINK``."""

    label: str
    action: ButtonAction
    target: str = ""

    @property
    def is_reply(self) -> bool:
        """Whether a tap on it is a message to us."""
        return self.action is not ButtonAction.LINK


@dataclass(frozen=True)
class Template:
    """A template as it was approved in one language (Meta's code: ``en``, ``pt_BR``).

    ``body`` holds the parameters ``{{1}}``, ``{{2}}`` ...; header and footer, empty when there is none, hold none.
    """

    name: str
    language: str
    category: Category
    body: str
    header: str = ""
    footer: str = ""
    buttons: tuple[TemplateButton, ...] = ()

    @property
    def parameter_count(self) -> int:
        """How many parameters the body takes."""
        return max(parameter_numbers(self.body), default=0)

    def filled(self, parameters: Sequence[str]) -> str:
        """Give the body as the person reads it; there must be a parameter for each number."""
        return _PARAMETER.sub(lambda number: parameters[int(number[1]) - 1], self.body)


def parameter_numbers(body: str) -> list[int]:
    """Give the numbers of the parameters in the order in which they stand in a body."""
    return [int(number) for number in _PARAMETER.findall(body)]


def without_parameters(body: str) -> str:
    """Give a body with each parameter replaced by one blank; braces that are left are no parameters."""
    return _PARAMETER.sub(" ", body)


def tidy_parameters(template: Template, parameters: Sequence[str]) -> list[str]:
    """Give the parameters as Meta takes them: as many as the body has, no line break or tab, single blanks.

    Raises ``TemplateError``.
    """
    count = template.parameter_count
    if len(parameters) != count:
        raise TemplateError(
            f"template “{template.name}” was given {_parameters(len(parameters))} and takes {count}",
            "every {{number}} in the body must be filled",
            f"give exactly {_parameters(count)}" if count else "leave the parameters out",
        )
    tidy = [" ".join(text.encode("utf-8", "replace").decode().split()) for text in parameters]
    for number, text in enumerate(tidy, start=1):
        if not text:
            what, why = f"parameter {number} of template “{template.name}” is blank", "Meta refuses blank parameters"
            raise TemplateError(what, why, f"give a text for {{{{{number}}}}}")
    return tidy


def start_payload(profiler_id: str, campaign: str = "") -> str:
    """Write what a button sends that begins a profiler; the run records the campaign."""
    return f"start:{profiler_id}:{campaign}" if campaign else f"start:{profiler_id}"


def is_campaign(text: str) -> bool:
    """Tell whether a text can name a campaign: visible characters without blanks and colons, at most 100."""
    return 0 < len(text) <= LONGEST_CAMPAIGN and text.isprintable() and not set(text) & {" ", ":"}


def _parameters(count: int) -> str:
    return "one parameter" if count == 1 else f"{count or 'no'} parameters"
