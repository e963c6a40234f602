import pytest

from rules.address_key import carries_key


@pytest.mark.parametrize(
    "query",
    [
        *("token", "token=1", "size=2&ApiKey=1", "api_key=1", "access_token=1", "accessToken=1"),
        *("X-Amz-Signature=1", "X-Amz-Credential=1", "Key-Pair-Id=1", "Policy=1", "sig=1"),
        *("X-Plex-Token=1", "a=1&PASSWORD=1", "session-id=1", "hdnea.hmac=1"),
    ],
)
def test_key_is_known_by_its_name(query: str) -> None:
    assert carries_key(query)


@pytest.mark.parametrize(
    "query", ["", "size=2", "keyword=harbour", "author=ann", "design=1", "v=key", "width=600&h=900"]
)
def test_anything_else_is_for_everybody(query: str) -> None:
    assert not carries_key(query)
