from __future__ import annotations

import http.client
from urllib.parse import urlsplit

from daemon.demo.receiver import Push, Receiver


def post(receiver: Receiver, body: bytes) -> int:
    place = urlsplit(receiver.target)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=5)
    try:
        connection.request("POST", "/", body)
        return connection.getresponse().status
    finally:
        connection.close()


def test_messages_are_kept_in_the_order_of_their_arrival() -> None:
    with Receiver() as receiver:
        statuses = [
            post(receiver, b'{"version": "1.0", "title": "One", "message": "a", "type": "info"}'),
            post(receiver, b'{"version": "1.0", "title": "Two", "message": "b", "type": "info"}'),
        ]

    assert statuses == [200, 200]
    assert receiver.pushes == (Push(title="One", body="a"), Push(title="Two", body="b"))


def test_what_is_no_message_is_refused_and_not_kept() -> None:
    with Receiver() as receiver:
        statuses = [post(receiver, body) for body in (b"", b"nonsense", b'{"title": "One"}')]

    assert statuses == [400, 400, 400]
    assert receiver.pushes == ()


def test_target_is_what_apprise_takes() -> None:
    with Receiver() as receiver:
        assert urlsplit(receiver.target).scheme == "json"
        assert urlsplit(receiver.target).hostname == "127.0.0.1"


def test_message_names_a_file_in_title_or_body() -> None:
    assert Push(title="Review 1: Boats.mp4", body="").names("Boats.mp4")
    assert Push(title="2 things", body="Review 1: Boats.mp4\nmore").names("Boats.mp4")
    assert not Push(title="Review 1: Bridges.mov", body="").names("Boats.mp4")
