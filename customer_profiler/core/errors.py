"""Every error the product raises on purpose, as one tree.

    ProfilerError
    ├── ContentError        the spreadsheets of a profiler have defects (carries all of them)
    ├── InvalidCondition    a ``when`` or ``show_if`` cell cannot be read
    ├── SettingsError       an environment variable is missing or malformed
    ├── CrmConfigError      ``crm.yml`` has defects (carries all of them)
    ├── UnknownProfiler     nobody wrote a profiler of that id
    ├── UnknownQuestion     the profiler has no question of that id
    ├── UnknownOption       the question has no option of that id
    ├── UnknownProduct      the product was not recommended in that run
    ├── UnknownProfile      there is no person of that id
    ├── InvalidContact      a name, e-mail or phone number cannot be used (carries the reason)
    ├── InvalidOutcome      what a business says became of a lead cannot be used (in ``core.outcome``)
    ├── TemplateError       a message template cannot be sent as asked (says what, why and how to mend it)
    ├── NoConsent           the person has not agreed to messages that the business begins
    ├── WorkerRunning       another worker delivers from this SQLite database
    ├── StoreRefused        the database does not take this one row, now or later
    └── StoreUnavailable    the database is locked, read-only or away; the same call may work later

Callers catch a class, never a text. Texts name things of the content, never of a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from customer_profiler.core.problems import Problem


class ProfilerError(Exception):
    """Base of all errors raised on purpose."""


class ContentError(ProfilerError):
    """The content cannot be used; ``problems`` lists every defect found in one pass."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


class InvalidCondition(ProfilerError):
    """A condition does not follow ``question=option|option & ...``."""


class SettingsError(ProfilerError):
    """A setting is missing or malformed; the text names the variable and the mend."""


class CrmConfigError(ProfilerError):
    """``crm.yml`` cannot be used; ``problems`` lists every defect found in one pass, and advice."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


class UnknownProfiler(ProfilerError):
    """There is no profiler of that id."""


class UnknownQuestion(ProfilerError):
    """There is no question of that id in the profiler."""


class UnknownOption(ProfilerError):
    """There is no option of that id in the question."""


class UnknownProduct(ProfilerError):
    """The product is not one of those recommended in the run."""


class UnknownProfile(ProfilerError):
    """There is no profile of that id."""


class InvalidContact(ProfilerError):
    """A contact detail cannot be used.

    ``reason`` is a key of the bot's phrases (``email_spaces``, ``phone_country`` ...); ``suggestion``
    is a corrected value to offer, or None.
    """

    def __init__(self, reason: str, suggestion: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.suggestion = suggestion


class TemplateError(ProfilerError):
    """A message template cannot be sent as asked; the text is ``what, why, mend``."""

    def __init__(self, what: str, why: str, mend: str) -> None:
        super().__init__(f"{what}, {why}, {mend}")


class NoConsent(ProfilerError):
    """There is no opt-in on record for the person."""


class WorkerRunning(ProfilerError):
    """A second worker cannot deliver from the same SQLite database."""


class StoreRefused(ProfilerError):
    """The database does not take what was to be stored; the rest of the transaction is not touched."""


class StoreUnavailable(ProfilerError):
    """The database did not take the transaction; nothing of it was stored."""
