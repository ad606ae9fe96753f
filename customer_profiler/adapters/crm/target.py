"""What every target in ``crm.yml`` can set; each type adds its own keys in its own module."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, Extra, Field, SecretStr, validator

from customer_profiler.adapters.content.spelling import mend_name
from customer_profiler.adapters.crm.address import split
from customer_profiler.core.delivery import LeadMessage
from customer_profiler.core.lead import FIELDS, as_text, is_field, value_of

Some = TypeVar("Some", bound="Keys")


class Guarded(SecretStr):
    """A text that may be a secret, such as a header: it hides itself, and may be written in ``crm.yml`` as it is."""


class Keys(BaseModel):
    """A part of ``crm.yml``: keys that it does not have are refused; secrets are of type ``SecretStr``.

    A validator says what is wrong as ``ValueError("what; mend")``, never with a value that may be a secret.
    """

    class Config:
        """Settings of pydantic."""

        extra = Extra.forbid
        allow_mutation = False

    def below(self: Some, folder: Path) -> Some:
        """Give the same with relative paths of files taken as below the folder."""
        found: dict[str, object] = {}
        for name, value in self:
            if isinstance(value, Keys):
                found[name] = value.below(folder)
            elif isinstance(value, Path):
                found[name] = folder / value
        return self.copy(update=found)

    @property
    def plain_host(self) -> str:
        """The host that secrets of this part go to without encryption, empty when there is none."""
        url = getattr(self, "url", None)
        return split(url).hostname or "" if isinstance(url, str) and url.casefold().startswith("http://") else ""


class TargetConfig(Keys):
    """The keys common to all types.

    ``mapping`` maps the target's fields to ours (``core.lead.FIELDS``, ``answers.<question>``); a value written as
    ``=text`` is that text itself. ``concurrency`` leads at once and ``rate`` leads a second are one worker's.
    ``promise_seconds`` is how soon a lead is promised to arrive, ``down_minutes`` how long the target may be down
    before somebody is told; after ``patience_days`` a lead that could not be delivered becomes a dead letter.
    """

    type: str
    mapping: dict[str, str] = Field(default_factory=dict)
    concurrency: int = Field(4, ge=1, le=32)
    rate: float = Field(0, ge=0, le=1000)
    promise_seconds: int = Field(60, ge=1)
    down_minutes: int = Field(10, ge=1)
    patience_days: int = Field(14, ge=1, le=365)

    @validator("mapping", each_item=True)
    def _is_ours(cls, name: str) -> str:
        if not name.startswith("=") and not is_field(name):
            raise ValueError(f"is mapped to “{name}”, a field we do not have; {mend_name(name, FIELDS, _LISTED)}")
        return name

    @property
    def patience(self) -> timedelta:
        """How long a delivery is tried."""
        return timedelta(days=self.patience_days)

    @property
    def own_path(self) -> Path | None:
        """The file or folder that no other target may write, or None."""
        return None


_LISTED = "docs/crm.md lists our fields; a text of your own begins with “=”"


def mapped(mapping: dict[str, str], message: LeadMessage) -> dict[str, object]:
    """Give the target's fields with our values as they are: texts, numbers, lists, maps, None."""
    return {
        theirs: ours[1:] if ours.startswith("=") else value_of(message.values, ours) for theirs, ours in mapping.items()
    }


def mapped_texts(mapping: dict[str, str], message: LeadMessage) -> dict[str, str]:
    """Give the target's fields with our values as texts, empty for what is not known."""
    return {theirs: as_text(value) for theirs, value in mapped(mapping, message).items()}
