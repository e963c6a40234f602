import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO

import pytest

from daemon.push.child import NOT_UNDERSTOOD, Judgement, carry_out, judge, with_link
from daemon.push.protocol import Order, Outcome, Report

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


# apprise's PGP support imports it before 3.13, which has none; the child ignores such warnings.
without_imghdr = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def reports_of(order: Order) -> list[Report]:
    written = BytesIO()
    carry_out(order, written)
    return [Report.model_validate_json(line) for line in written.getvalue().splitlines()]


@without_imghdr
def test_every_attempt_is_announced_before_it_is_reported() -> None:
    class Accepting(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited
            pass

    with HTTPServer(("127.0.0.1", 0), Accepting) as server:
        answering = threading.Thread(target=server.handle_request, daemon=True)
        answering.start()
        reports = reports_of(
            Order(
                targets=(f"json://127.0.0.1:{server.server_port}/",),
                deadline_s=20,
                title="Review 12",
                body="doorman accept 12",
                link=LINK,
                kind="review",
            )
        )
        answering.join()

    assert reports == [
        Report(target=0, outcome=None),
        Report(target=0, outcome=Outcome.DELIVERED),
    ]


@without_imghdr
def test_a_target_that_is_not_understood_is_not_attempted() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        closed = f"json://127.0.0.1:{bound.getsockname()[1]}/"
        targets = ("nosuchservice://verysecret", closed)

        reports = reports_of(Order(targets=targets, deadline_s=20, title="x", body="y"))

    assert [one for one in reports if one.target == 0] == [
        Report(target=0, outcome=Outcome.FAILED, reason=NOT_UNDERSTOOD)
    ]
    assert [one.outcome for one in reports if one.target == 1] == [None, Outcome.FAILED]


@without_imghdr
def test_an_order_without_a_body_sends_nothing() -> None:
    targets = ("json://127.0.0.1:1/", "nosuchservice://verysecret")

    assert reports_of(Order(targets=targets, deadline_s=20)) == [
        Report(target=0, outcome=Outcome.DELIVERED),
        Report(target=1, outcome=Outcome.FAILED, reason=NOT_UNDERSTOOD),
    ]
