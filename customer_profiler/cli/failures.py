"""How commands fail: in lines ``file:row:column: what, why, mend`` and an exit code, never in a traceback."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Any

import click

from customer_profiler.core.errors import ContentError, CrmConfigError, ProfilerError, StoreUnavailable
from customer_profiler.core.problems import Problem

BAD_CONTENT = 1
MISUSE = 2


class Misuse(click.ClickException):
    """Ends the command with one line that is about no file, such as a setting that cannot be used."""

    exit_code = MISUSE


class Refused(click.ClickException):
    """Ends the command with one line: what cannot be done, why, and how to mend it."""

    exit_code = BAD_CONTENT

    def __init__(self, *parts: str) -> None:
        super().__init__(", ".join(parts))


class BadFile(click.ClickException):
    """Ends the command with one line a problem of a file that it was given."""

    exit_code = MISUSE

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the lines as they are, on standard error."""
        click.echo(self.message, file=file, err=True)


class BadContent(BadFile):
    """Ends the command with the defects of a profiler."""

    exit_code = BAD_CONTENT


class Commands(click.Group):
    """A group whose commands end in such lines whatever foreseeable error they meet."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except ContentError as error:
            raise BadContent(error.problems) from None
        except CrmConfigError as error:
            raise BadFile(error.problems) from None
        except StoreUnavailable as error:
            what = f"the database cannot be used ({_one_line(error)})"
            raise Misuse(f"{what}, nothing can be read from it, check PROFILER_DATABASE_URL or try again") from None
        except ProfilerError as error:
            raise Misuse(_one_line(error)) from None
        except BrokenPipeError:
            # Whoever reads our output has seen enough; click ends the command without a word.
            raise
        except OSError as error:
            raise BadFile([_no_access(error)]) from None


def _no_access(error: OSError) -> Problem:
    name = "-" if error.filename is None else str(error.filename)
    what = f"it cannot be read or written ({error.strerror or error})"
    return Problem(name, 0, "", what, "the command could not be finished", "check the path, its rights and its disk")


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
