"""Why a message waits or failed, or an event was set aside, in words (Meta, Error codes, 12 Dec 2025 and Mar 2026)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from customer_profiler.core.outgoing import NO_CONSENT, WINDOW_CLOSED

_REFUSED = re.compile(r"refused:([0-9]+)(?:/([0-9]+))?")
_HTTP = re.compile(r"http:([0-9]{3})")

_OURS = {
    WINDOW_CLOSED: "it came too late, the person last wrote more than 24 hours ago",
    NO_CONSENT: "the person has withdrawn the consent to such messages",
    "no_address": "nothing is known by which the person could be written to",
    "timeout": "Meta did not answer in time",
    "unreachable": "Meta could not be reached",
    "connection_lost": "the connection to Meta was lost",
    "not_json": "Meta's answer could not be read",
    "answer_without_id": "Meta's answer named no message",
    "unfinished": "it was begun again and again and never finished",
    "unreadable": "it can no longer be read",
    "silence": "the assistant had no answer",
}

_ANY = {
    1: "Meta had trouble of its own",
    2: "Meta had trouble of its own",
    4: "the app has made too many calls",
    100: "Meta did not take the message as it was written",
    190: "the access token is wrong or has expired",
    368: "Meta has blocked the account for breaking its rules",
    **dict.fromkeys((3, 10, *range(200, 300)), "the access token lacks a permission"),
    0: "the access token is wrong or has expired",
}

_WHATSAPP = {
    **_ANY,
    33: "the business number was deleted",
    130429: "more messages were sent than the number may send",
    130472: "the person is in an experiment of Meta's and gets no marketing messages",
    130497: "messages to this country are not allowed for the account",
    131000: "Meta had trouble of its own",
    131005: "the access token lacks a permission",
    131008: "Meta did not take the message as it was written",
    131009: "Meta did not take the message as it was written",
    131016: "Meta had trouble of its own",
    131021: "the number is the business's own",
    131026: "WhatsApp cannot deliver to the number: it is not on WhatsApp, or its app is too old",
    131030: "the number is not among those that a test account may write to",
    131031: "Meta has locked the account",
    131037: "the business number's name is not approved",
    131042: "there is something wrong with the account's payment",
    131045: "the business number is not registered",
    131047: "the person last wrote more than 24 hours ago",
    131048: "too many people have blocked or reported the number",
    131049: "WhatsApp withheld it, so that the person does not get too much marketing",
    131050: "the person wants no marketing messages from the business",
    131053: "WhatsApp could not take the picture",
    131056: "too many messages went to this person in a short time",
    131057: "Meta is maintaining the account",
    131062: "this kind of template needs a telephone number",
    132000: "the number of parameters is not that of the approved template",
    132001: "there is no approved template of that name in that language",
    132005: "the text is too long with these parameters",
    132007: "the template breaks Meta's rules",
    132008: "a parameter is not of the form that the approved template wants",
    132012: "a parameter is not of the form that the approved template wants",
    132015: "Meta has paused the template for its low quality",
    132016: "Meta has disabled the template for its low quality",
    132018: "a parameter is not of the form that the approved template wants",
    133004: "Meta had trouble of its own",
    133010: "the business number is not registered",
    137000: "the number belongs to somebody else now",
    80007: "the account has made too many calls",
}

_MESSENGER: Mapping[int | tuple[int, int], str] = {
    **_ANY,
    (10, 2018278): "the person last wrote more than 24 hours ago",
    (10, 2018108): "the person cannot be written to now",
    (10, 2018065): "the person last wrote more than 24 hours ago",
    (100, 2018001): "there is no such person any more",
    (200, 1545041): "the person cannot be reached",
    551: "the person cannot be reached",
    613: "more messages were sent than the page may send",
    1200: "Meta had trouble of its own",
}


def in_words(channel: str, reason: str) -> str:
    """Give a stored reason in words; an empty one stays empty."""
    if found := _REFUSED.fullmatch(reason):
        code, subcode = int(found[1]), int(found[2] or 0)
        known: Mapping[int | tuple[int, int], str] = _MESSENGER if channel == "facebook" else {**_WHATSAPP}
        words = known.get((code, subcode)) or known.get(code) or "Meta refused it"
        return f"{words} (error {reason.removeprefix('refused:')})"
    if found := _HTTP.fullmatch(reason):
        return f"Meta, or something before it, answered with HTTP {found[1]}"
    return _OURS.get(reason) or (f"the assistant failed with {reason}" if reason else "")
