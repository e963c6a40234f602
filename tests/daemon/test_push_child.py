import pytest

from daemon.push_child import Judgement, judge, with_link
from daemon.push_protocol import Outcome

LINK = "https://doorman.example/reviews/1?a=b c"
ESCAPED = "https%3A%2F%2Fdoorman.example%2Freviews%2F1%3Fa%3Db%20c"


@pytest.mark.parametrize(
    ("url", "link", "told"),
    [
        ("ntfy://host/topic", LINK, f"ntfy://host/topic?image=no&click={ESCAPED}"),
        ("NTFYS://topic?priority=5", None, "NTFYS://topic?priority=5&image=no"),
        ("https://ntfy.sh/topic", None, "https://ntfy.sh/topic?image=no"),
        (
            "ntfy://host/topic?click=https://own.example&Image=yes",
            LINK,
            "ntfy://host/topic?click=https://own.example&Image=yes",
        ),
        ("bark://host/device", LINK, f"bark://host/device?click={ESCAPED}"),
        ("json://host/", LINK, "json://host/"),
        ("https://discord.com/api/webhooks/1/2", LINK, "https://discord.com/api/webhooks/1/2"),
    ],
)
def test_a_service_that_can_open_links_is_told_ours(url: str, link: str | None, told: str) -> None:
    assert with_link(url, link) == told


@pytest.mark.parametrize(
    ("line", "is_slow", "outcome", "reason"),
    [
        ("Failed to send: Forbidden, error=403.", False, Outcome.FAILED, "HTTP 403"),
        ("Failed to send: Busy, error=503.", True, Outcome.FAILED, "HTTP 503"),
        ("Socket Exception: Read timed out.", False, Outcome.UNKNOWN, "cut off"),
        ("('Connection aborted.', RemoteDisconnected())", False, Outcome.UNKNOWN, "cut off"),
        ("Connection reset by peer", False, Outcome.UNKNOWN, "cut off"),
        ("ConnectTimeoutError: Connection timed out.", True, Outcome.FAILED, "no connection"),
        ("NewConnectionError: Connection refused", False, Outcome.FAILED, "no connection"),
        ("first topic: error=404, second: Read timed out", False, Outcome.UNKNOWN, "cut off"),
        ("", True, Outcome.UNKNOWN, "cut off"),
        ("", False, Outcome.FAILED, "did not take it"),
    ],
)
def test_only_what_certainly_was_not_delivered_has_failed(
    line: str, *, is_slow: bool, outcome: Outcome, reason: str
) -> None:
    judgement = judge([line], is_slow=is_slow)

    assert judgement.outcome == outcome
    assert reason in str(judgement.reason)


def test_a_reason_repeats_nothing_that_was_logged() -> None:
    judgement = judge(["error=401 for https://user:verysecret@host/"], is_slow=False)

    assert judgement == Judgement(
        outcome=Outcome.FAILED,
        reason="the service answered HTTP 401; check its address and key",
    )
