"""What the hosted CRMs have in common: HubSpot, Salesforce, Dynamics 365 Sales."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from customer_profiler.adapters.crm.http import Answer, failure
from customer_profiler.adapters.crm.notes import notes
from customer_profiler.adapters.crm.remarks import remarks
from customer_profiler.core.delivery import DeliveryFailed, LeadMessage, Trouble
from customer_profiler.core.lead import as_text

_BY_STATUS = (401, 408, 413, 429)
"""What also servers on the way say, and mean."""


def refuse_own(mapping: Mapping[str, str], *own: str) -> None:
    """Raise ``ValueError("what; mend")`` when a mapping names fields that a target writes by itself."""
    for name in own:
        if name in mapping:
            raise ValueError(f"maps “{name}”, which is ours; remove it from the mapping")


def may_exist(message: LeadMessage) -> bool:
    """Tell whether the CRM may have the lead: the first try of a first revision need not look."""
    return message.revision > 1 or message.attempt > 1


def sent(fields: Mapping[str, str], message: LeadMessage) -> dict[str, str]:
    """Give the texts to send.

    What is empty is sent from the second revision on, to empty what the customer took back; before, it would only
    erase what sales people know of a customer they have met.
    """
    return {name: text for name, text in fields.items() if text or message.revision > 1}


def title(message: LeadMessage, longest: int) -> str:
    """Give the product and the person in one line, for records that need a name of their own."""
    parts = (as_text(message.values.get(name)) for name in ("product_title", "name"))
    return shortened(" – ".join(" ".join(part.split()) for part in parts if part), longest)


def nameless(message: LeadMessage, longest: int) -> str:
    """Give what stands for the name of a person who gave none, where a name is mandatory."""
    known = (as_text(message.values.get(name)) for name in ("email", "phone"))
    return shortened(next((text for text in known if text), message.lead_id), longest)


def remarked(message: LeadMessage, current: str, longest: int) -> str:
    """Give what the field for remarks is to hold: what sales people wrote, and the lead in words as far as it goes in.

    ``current`` is what the field holds, ``longest`` the UTF-16 units it takes, as the vendors count characters.
    """
    text = notes(message)
    whole = remarks(message.lead_id, text, current)
    excess = _length(whole) - longest
    if excess <= 0:
        return whole
    whole = remarks(message.lead_id, shortened(text, max(_length(text) - excess, 1)), current)
    return whole if _length(whole) <= longest else current


def shortened(text: str, longest: int) -> str:
    """Give a text of at most so many UTF-16 units; an ellipsis tells that some are missing."""
    if _length(text) <= longest:
        return text
    return text.encode("utf-16-le", "replace")[: 2 * (longest - 1)].decode("utf-16-le", "ignore") + "…"


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "replace")) // 2


def unexplained(answer: Answer) -> DeliveryFailed:
    """Give what an answer without the vendor's own error means.

    The vendors explain each refusal as JSON. A page comes from somebody on the way, such as a filter or a notice of
    maintenance, and says nothing of the lead: it is tried again.
    """
    if answer.status >= 500 or answer.status in _BY_STATUS:
        return failure(answer)
    return DeliveryFailed(Trouble.NOT_UNDERSTOOD, f"HTTP {answer.status} without an answer that can be read")


def as_dict(value: object) -> dict[str, Any]:
    """Give a part of an answer if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def listed(value: object) -> list[Any]:
    """Give a part of an answer if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def dicts(value: object) -> list[dict[str, Any]]:
    """Give the objects of a part of an answer that should be a list of them."""
    return [each for each in listed(value) if isinstance(each, dict)]
