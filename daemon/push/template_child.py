"""The child that fills in the owner's templates, and ends.

A process of its own, because no sandbox inside of one bounds time and memory: a template can
count to a billion without writing a word. Jinja's sandbox keeps it from everything else.
"""

from __future__ import annotations

import resource
import sys
import traceback

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from daemon.push.template_protocol import Filled, FillOrder, FillReport, Sheet

_MEMORY_BYTES = 512 * 2**20
"""Address space; Python and what it loads take a third of that."""
_MISUSES = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)
"""What a template raises that adds a number to a text, and the like."""


def main() -> None:
    """Carry out the order on standard input; report on standard output."""
    order = FillOrder.model_validate_json(sys.stdin.buffer.read())
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (order.processor_s, order.processor_s))
    report = FillReport(filled=tuple(fill(each, longest=order.longest) for each in order.sheets))
    sys.stdout.buffer.write(report.model_dump_json().encode())


def fill(sheet: Sheet, *, longest: int) -> Filled:
    """Return the text that a template makes of its values, or what is wrong with it."""
    environment = make_environment()
    environment.globals.clear()
    written: list[str] = []
    length = 0
    try:
        template = environment.from_string(sheet.text)
        for piece in template.generate(sheet.values):
            written.append(piece)
            length += len(piece)
            if length > longest:
                break
    except TemplateSyntaxError as error:
        return Filled(problem=_sentence(error), line=error.lineno)
    except TemplateError as error:
        return Filled(problem=_sentence(error), line=_line_of(error))
    except _MISUSES as error:
        return Filled(problem=_sentence(error), line=_line_of(error))
    except MemoryError:
        return Filled(problem="it takes too much memory")

    return Filled(text="".join(written)[:longest])


def make_environment() -> ImmutableSandboxedEnvironment:
    """Return what templates are read in: plain text, and a name that is missing is an error."""
    return ImmutableSandboxedEnvironment(
        autoescape=False,  # messages are plain text, and no page
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _line_of(error: Exception) -> int | None:
    """Return the line of the template in which it was raised; jinja puts it into the trace."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == "<template>"
    ]
    return lines[-1] if lines else None


if __name__ == "__main__":
    main()
