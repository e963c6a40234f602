from __future__ import annotations

import httpx
import pytest

from providers.links import redirect_target, web_link


@pytest.mark.parametrize(
    ("here", "location", "target"),
    [
        ("https://box.example/graphql", "/api", "https://box.example/api"),
        ("https://box.example/graphql", "https://box.example/api", "https://box.example/api"),
        (
            "http://box.example/graphql",
            "https://box.example/graphql",
            "https://box.example/graphql",
        ),
        ("http://box.example:80/graphql", "https://box.example:443/g", "https://box.example/g"),
        ("https://box.example/graphql", "http://box.example/graphql", None),
        ("http://box.example:9998/graphql", "https://box.example/graphql", None),
        ("http://box.example/graphql", "https://box.example:8443/graphql", None),
        ("https://box.example/graphql", "https://box.example:8443/graphql", None),
        ("https://box.example/graphql", "https://evil.example/graphql", None),
        ("https://box.example/graphql", "//evil.example/graphql", None),
        ("https://box.example/graphql", "https://me:pw@box.example/graphql", None),
        ("https://box.example/graphql", "ftp://box.example/graphql", None),
        ("https://box.example/graphql", "https://box.example:port/", None),
    ],
)
def test_redirect_is_followed_only_to_the_same_server(
    here: str, location: str, target: str | None
) -> None:
    found = redirect_target(httpx.URL(here), location)

    assert found == (None if target is None else httpx.URL(target))


@pytest.mark.parametrize(
    ("endpoint", "link", "kept"),
    [
        (
            "https://box.example/graphql",
            "http://box.example/images/1",
            "https://box.example/images/1",
        ),
        (
            "https://box.example:8443/g",
            "http://box.example:8443/i/1",
            "https://box.example:8443/i/1",
        ),
        ("https://box.example/graphql", "http://cdn.example/1", "http://cdn.example/1"),
        (
            "http://box.example/graphql",
            "https://box.example/images/1",
            "https://box.example/images/1",
        ),
        (
            "http://box.example/graphql",
            "http://box.example/images/1",
            "http://box.example/images/1",
        ),
        ("https://box.example/graphql", " https://a.example/x?y=1#z ", "https://a.example/x?y=1#z"),
        ("https://box.example/graphql", "javascript:alert(1)", None),
        ("https://box.example/graphql", "data:text/html,hi", None),
        ("https://box.example/graphql", "file:///etc/passwd", None),
        ("https://box.example/graphql", "/images/1", None),
        ("https://box.example/graphql", "http://", None),
        ("https://box.example/graphql", "", None),
        ("https://box.example/graphql", "http://[::1", None),
    ],
)
def test_link_is_kept_when_it_is_one_with_the_scheme_of_its_endpoint(
    endpoint: str, link: str, kept: str | None
) -> None:
    assert web_link(link, httpx.URL(endpoint)) == kept
