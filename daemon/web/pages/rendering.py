"""Templates to HTML: every value is text, and a name that is missing is an error."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from daemon.version import doorman_version
from daemon.web.assets import asset_url
from daemon.web.forms import CSRF_FIELD
from daemon.web.visitor import Visitor, visitor_of

_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")
_BITS_A_UNIT = 10


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("daemon.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(time=time_element, size=size, duration=length)
    environment.globals.update(asset=asset_url, csrf_field=csrf_field, version=doorman_version())
    return environment


def render(
    request: Request, template: str, /, *, status: int = 200, **values: object
) -> HTMLResponse:
    """Return a page; `visitor` and `path` are known to every template."""
    page = _environment().get_template(template)
    text = page.render(visitor=visitor_of(request), path=request.url.path, **values)
    return HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-store"})


def csrf_field(visitor: Visitor) -> Markup:
    """Return the hidden field that each form carries."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, visitor.csrf)


def time_element(at_s: float) -> Markup:
    """Return a `<time>` in UTC to the minute; the script shows it in the reader's own clock."""
    at = datetime.fromtimestamp(at_s, UTC)
    element = Markup('<time datetime="{}">{} UTC</time>')
    return element.format(f"{at:%Y-%m-%dT%H:%M:%SZ}", f"{at:%Y-%m-%d %H:%M}")


def size(size_bytes: int) -> str:
    """Return a size for people: `1.4 GiB`."""
    steps = min(max(size_bytes.bit_length() - 1, 0) // _BITS_A_UNIT, len(_UNITS) - 1)
    number = size_bytes / (1 << _BITS_A_UNIT * steps)
    return f"{number:.1f} {_UNITS[steps]}" if steps else f"{size_bytes} {_UNITS[0]}"


def length(duration_s: float) -> str:
    """Return how long a video is: `1:02:03` or `4:05`."""
    minutes, seconds = divmod(round(duration_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
