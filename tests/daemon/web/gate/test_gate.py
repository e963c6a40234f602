"""Who may come in, over real HTTP."""

from __future__ import annotations

import socket

import anyio
import anyio.to_thread
import httpx
import pytest

from daemon.web.assets import asset_url
from daemon.web.gate.attempts import FREE
from daemon.web.gate.issuing import create_token, revoke_token
from daemon.web.gate.password import SealedPassword, seal
from tests.daemon.web.gate.conftest import HERE, PASSWORD, Open

PUBLIC = "https://doorman.example"


async def test_whoever_is_at_this_machine_comes_in_while_no_password_is_set(
    open_gate: Open,
) -> None:
    async with open_gate() as gated:
        answer = await gated.browser.get("/")

    assert (answer.status_code, answer.text) == (200, "loopback")


HOSTS = {
    "127.0.0.1": True,
    "127.0.0.1:8465": True,
    "localhost:8465": True,
    "LOCALHOST": True,
    "[::1]:8465": True,
    "nas.example:8465": True,
    "NAS.example": True,
    "evil.example": False,
    "127.0.0.1.evil.example:8465": False,
    "nas.example.": False,
    "localhost@evil.example": False,
    "192.0.2.7": False,
    "": False,
    "127.0.0.1:8465, evil.example": False,
}


@pytest.mark.parametrize("address", ["/", "/api/v1/thing", "/enter", "/static/doorman.css"])
async def test_only_known_names_are_answered(open_gate: Open, address: str) -> None:
    async with open_gate(hosts=["nas.example"]) as gated:
        answered = {
            host: (await gated.browser.get(address, headers={"Host": host})).status_code != 421
            for host in HOSTS
        }

    assert answered == HOSTS


async def test_unknown_name_is_told_which_setting_to_change(open_gate: Open) -> None:
    async with open_gate() as gated:
        page = await gated.browser.get("/", headers={"Host": "box.example:80"})
        api = await gated.browser.get("/api/v1/thing", headers={"Host": "box.example:80"})

    assert "[server] hosts = [&#34;box.example&#34;]" in page.text
    assert '[server] hosts = ["box.example"]' in api.json()["error"]["message"]


async def test_two_names_at_once_are_none(open_gate: Open) -> None:
    async with open_gate() as gated:

        def speak() -> bytes:
            with socket.create_connection(("127.0.0.1", gated.port), timeout=10) as caller:
                caller.sendall(
                    b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n"
                    b"Connection: close\r\n\r\n"
                )
                return caller.recv(100)

        said = await anyio.to_thread.run_sync(speak)

    assert said.split()[1] in {b"400", b"421"}


@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Via", "X-Forwarded-Proto"],
)
async def test_nobody_comes_through_a_proxy_while_no_password_is_set(
    open_gate: Open, header: str
) -> None:
    async with open_gate() as gated:
        answer = await gated.browser.get("/", headers={header: "192.0.2.7"})

    assert answer.status_code == 403
    assert "doorman password" in answer.text


async def test_a_proxy_that_does_not_say_so_speaks_an_old_language(open_gate: Open) -> None:
    async with open_gate() as gated:

        def speak() -> bytes:
            with socket.create_connection(("127.0.0.1", gated.port), timeout=10) as caller:
                caller.sendall(b"GET / HTTP/1.0\r\nHost: 127.0.0.1:8465\r\n\r\n")
                return caller.recv(100)

        said = await anyio.to_thread.run_sync(speak)

    assert said.split()[1] == b"403"


async def test_password_is_asked_for(open_gate: Open, sealed: SealedPassword) -> None:
    async with open_gate(sealed) as gated:
        page = await gated.browser.get("/file/7?tab=why&x=%2F")
        door = await gated.browser.get(page.headers["Location"])
        api = await gated.browser.get("/api/v1/thing")
        change = await gated.browser.post("/change", data={"file": "7"})

    assert page.status_code == 303
    assert page.headers["Location"] == "/enter?next=/file/7%3Ftab%3Dwhy%26x%3D%252F"
    assert 'value="/file/7?tab=why&amp;x=%2F"' in door.text
    assert 'aria-label="Pages"' not in door.text
    assert (api.status_code, api.headers["WWW-Authenticate"]) == (401, 'Bearer realm="doorman"')
    assert api.json()["error"]["exit_code"] == 2
    assert (change.status_code, change.headers["Location"]) == (303, "/enter")


async def test_clothes_of_the_door_are_for_everybody(
    open_gate: Open, sealed: SealedPassword
) -> None:
    async with open_gate(sealed) as gated:
        assert (await gated.browser.get(asset_url("doorman.css"))).status_code == 200


async def test_whoever_knows_the_password_comes_in(open_gate: Open, sealed: SealedPassword) -> None:
    async with open_gate(sealed) as gated:
        answer = await gated.sign_in(target="/file/7")
        page = await gated.browser.get("/file/7")
        door = await gated.browser.get("/enter?next=/file/7")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/file/7")
    assert (page.status_code, page.text) == (200, "session")
    assert (door.status_code, door.headers["Location"]) == (303, "/file/7")


async def test_cookie_is_for_this_page_alone(open_gate: Open, sealed: SealedPassword) -> None:
    async with open_gate(sealed) as gated:
        cookie = (await gated.sign_in()).headers["Set-Cookie"]

    name, _, rest = cookie.partition("=")
    assert name == "doorman-8465"
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(rest.split("; "))
    assert "Secure" not in rest
    assert "Domain" not in rest


async def test_cookie_never_travels_without_https_by_the_public_name(
    open_gate: Open, sealed: SealedPassword
) -> None:
    async with open_gate(sealed, public_url=PUBLIC) as gated:
        answer = await gated.browser.post(
            "/enter",
            data={"password": PASSWORD},
            headers={"Host": "doorman.example", "Origin": PUBLIC},
        )
        cookie = answer.headers["Set-Cookie"]
        shown = {"Cookie": cookie.partition(";")[0]}
        outside = await gated.browser.get("/", headers={"Host": "doorman.example", **shown})
        inside = await gated.browser.get("/", headers=shown)

    assert cookie.startswith("__Host-doorman=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))
    assert (outside.status_code, inside.status_code) == (200, 303)


async def test_wrong_password_lets_nobody_in(open_gate: Open, sealed: SealedPassword) -> None:
    async with open_gate(sealed) as gated:
        answer = await gated.sign_in("wrong horse")
        page = await gated.browser.get("/")

    assert answer.status_code == 401
    assert "That is not the password." in answer.text
    assert "Set-Cookie" not in answer.headers
    assert page.status_code == 303


@pytest.mark.parametrize("cookie", ["", "x", "x" * 5000, "chosen-by-somebody-else"])
async def test_cookie_that_somebody_made_up_is_none(
    open_gate: Open, sealed: SealedPassword, cookie: str
) -> None:
    async with open_gate(sealed) as gated:
        shown = {"Cookie": f"doorman-8465={cookie}"}
        before = await gated.browser.get("/", headers=shown)
        answer = await gated.browser.post("/enter", data={"password": PASSWORD}, headers=shown)
        after = await gated.show(shown["Cookie"])

    assert (before.status_code, answer.status_code, after.status_code) == (303, 303, 303)
    assert f"={cookie};" not in answer.headers["Set-Cookie"]


async def test_signing_in_again_ends_the_session_before(
    open_gate: Open, sealed: SealedPassword
) -> None:
    async with open_gate(sealed) as gated:
        first = (await gated.sign_in()).headers["Set-Cookie"].partition(";")[0]
        await gated.sign_in()
        old = await gated.show(first)

    assert old.status_code == 303


async def test_leaving_ends_the_session_for_good(open_gate: Open, sealed: SealedPassword) -> None:
    async with open_gate(sealed) as gated:
        cookie = (await gated.sign_in()).headers["Set-Cookie"].partition(";")[0]
        answer = await gated.browser.post("/leave", data={"csrf": await gated.csrf()})
        page = await gated.show(cookie)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/enter")
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert page.status_code == 303


async def test_nobody_is_made_to_leave(open_gate: Open, sealed: SealedPassword) -> None:
    async with open_gate(sealed) as gated:
        await gated.sign_in()
        forged = await gated.browser.post("/leave", data={"csrf": "guessed"})
        followed = await gated.browser.get("/leave")
        page = await gated.browser.get("/")

    assert (forged.status_code, followed.status_code, page.status_code) == (400, 405, 200)


async def test_session_outlives_a_restart(open_gate: Open, sealed: SealedPassword) -> None:
    async with open_gate(sealed) as gated:
        cookie = (await gated.sign_in()).headers["Set-Cookie"].partition(";")[0]
        proof = await gated.csrf()
    async with open_gate(sealed) as gated:
        page = await gated.browser.get("/", headers={"Cookie": cookie})

    assert (page.status_code, page.headers["X-Csrf"]) == (200, proof)


async def test_another_password_ends_every_session(open_gate: Open, sealed: SealedPassword) -> None:
    async with open_gate(sealed) as gated:
        await gated.sign_in()
        other = seal("battery staple", lanes=1)
        gated.file.change(lambda access: access.model_copy(update={"password": other}))
        page = await gated.browser.get("/")
        same_again = seal(PASSWORD, lanes=1)
        gated.file.change(lambda access: access.model_copy(update={"password": same_again}))
        later = await gated.browser.get("/")

    assert (page.status_code, later.status_code) == (303, 303)


@pytest.mark.parametrize(
    ("step_s", "steps", "status"),
    [(29 * 86_400, 1, 200), (31 * 86_400, 1, 303), (20 * 86_400, 8, 200), (20 * 86_400, 10, 303)],
)
async def test_session_ends_when_nobody_comes_and_in_any_case(
    open_gate: Open, sealed: SealedPassword, step_s: int, steps: int, status: int
) -> None:
    async with open_gate(sealed) as gated:
        await gated.sign_in()
        page = await gated.browser.get("/")
        for _ in range(steps):
            gated.clock.at_s += step_s
            page = await gated.browser.get("/")

    assert page.status_code == status


async def test_guessing_becomes_slow_and_the_owner_still_comes_in(
    open_gate: Open, sealed: SealedPassword
) -> None:
    async with open_gate(sealed) as gated:
        for _ in range(FREE):
            assert (await gated.sign_in("wrong horse")).status_code == 401
        held = await gated.sign_in()
        gated.clock.at_s += float(held.headers["Retry-After"])
        entered = await gated.sign_in()

    assert held.status_code == 429
    assert "Try again in 1 second." in held.text
    assert entered.status_code == 303


async def test_whoever_knew_the_password_may_mistype_it_again(
    open_gate: Open, sealed: SealedPassword
) -> None:
    async with open_gate(sealed) as gated:
        for _ in range(2):
            for _ in range(FREE - 1):
                assert (await gated.sign_in("wrong horse")).status_code == 401
            assert (await gated.sign_in()).status_code == 303


async def test_stranger_behind_a_proxy_holds_up_nobody_at_this_machine(
    open_gate: Open, sealed: SealedPassword
) -> None:
    stranger = {"Host": "doorman.example", "X-Forwarded-For": "192.0.2.66"}
    other = {"Host": "doorman.example", "X-Forwarded-For": "192.0.2.66, 198.51.100.7"}
    async with open_gate(sealed, public_url=PUBLIC) as gated:
        for _ in range(FREE):
            await gated.browser.post("/enter", data={"password": "wrong"}, headers=stranger)
        held = await gated.browser.post("/enter", data={"password": PASSWORD}, headers=stranger)
        elsewhere = await gated.browser.post("/enter", data={"password": PASSWORD}, headers=other)
        here = await gated.sign_in()

    assert (held.status_code, elsewhere.status_code, here.status_code) == (429, 303, 303)


async def test_many_guesses_at_once_are_many(open_gate: Open, sealed: SealedPassword) -> None:
    answers: list[int] = []
    async with open_gate(sealed) as gated:

        async def guess() -> None:
            answers.append((await gated.sign_in("wrong horse")).status_code)

        async with anyio.create_task_group() as tasks:
            for _ in range(20):
                tasks.start_soon(guess)

    assert answers.count(401) <= FREE
    assert answers.count(401) + answers.count(429) == 20


ASKED: tuple[tuple[dict[str, str], int], ...] = (
    ({}, 200),
    ({"Sec-Fetch-Site": "same-origin"}, 200),
    ({"Sec-Fetch-Site": "none"}, 200),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Sec-Fetch-Site": "cross-site", "Origin": f"http://{HERE}"}, 403),
    ({"Origin": f"http://{HERE}"}, 200),
    ({"Origin": "http://127.0.0.1:3000"}, 403),
    ({"Origin": "https://evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": "http://[evil"}, 403),
    ({"Content-Type": "text/plain"}, 403),
    ({"Content-Type": "application/x-www-form-urlencoded"}, 403),
    ({"X-Doorman-CSRF": "guessed"}, 403),
    ({"X-Doorman-CSRF": "ä"}, 403),
)


async def test_api_changes_nothing_for_another_site(open_gate: Open) -> None:
    base = {"Host": HERE, "Content-Type": "application/json"}
    answered = []
    async with open_gate() as gated:
        for said, _ in ASKED:
            headers = httpx.Headers({**base, **said}, encoding="utf-8")
            answer = await gated.browser.post("/api/v1/thing", content=b"{}", headers=headers)
            answered.append((said, answer.status_code))

    assert tuple(answered) == ASKED


async def test_page_of_ours_may_change_through_the_api(open_gate: Open) -> None:
    async with open_gate() as gated:
        headers = {"X-Doorman-CSRF": await gated.csrf(), "Content-Type": "text/plain"}
        answer = await gated.browser.post("/api/v1/thing", headers=headers)

    assert answer.status_code == 200


FOLLOWED = (
    ({"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 200),
    ({"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}, 403),
    ({"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, 403),
    ({"Sec-Fetch-Mode": "cors"}, 403),
)


async def test_another_site_may_lead_here_and_do_nothing_else(open_gate: Open) -> None:
    answered = []
    async with open_gate() as gated:
        for said, _ in FOLLOWED:
            headers = {"Sec-Fetch-Site": "cross-site", **said}
            answered.append((said, (await gated.browser.get("/", headers=headers)).status_code))

    assert tuple(answered) == FOLLOWED


async def test_another_site_cannot_try_passwords(open_gate: Open, sealed: SealedPassword) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    async with open_gate(sealed) as gated:
        for _ in range(FREE + 1):
            answer = await gated.browser.post("/enter", data={"password": "x"}, headers=foreign)
            assert answer.status_code == 403
        entered = await gated.sign_in()

    assert entered.status_code == 303


async def test_link_in_a_message_on_the_web_needs_no_password_again(
    open_gate: Open, sealed: SealedPassword
) -> None:
    followed = {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
    }
    async with open_gate(sealed) as gated:
        answer = await gated.browser.get("/file/7?a=1&b=2", headers=followed)
        led_astray = await gated.browser.get("//evil.example/", headers=followed)

    assert 'content="0; url=/file/7?a=1&amp;b=2"' in answer.text
    assert 'content="0; url=/"' in led_astray.text


async def test_form_that_a_page_sent_is_taken_and_no_other(
    open_gate: Open, sealed: SealedPassword
) -> None:
    sent_by_a_page = {"Origin": "null"}  # as browsers say under no-referrer
    async with open_gate(sealed) as gated:
        await gated.sign_in()
        fields = {"file": "7", "csrf": await gated.csrf()}
        own = await gated.browser.post("/change", data=fields, headers=sent_by_a_page)
        forged = await gated.browser.post("/change", data={"file": "7", "csrf": ""})

    assert (own.status_code, own.text) == (200, "changed 7")
    assert forged.status_code == 400


async def test_two_sessions_have_two_proofs(open_gate: Open, sealed: SealedPassword) -> None:
    async with open_gate(sealed) as gated:
        await gated.sign_in()
        first = await gated.csrf()
        await gated.sign_in()
        second = await gated.csrf()
        answer = await gated.browser.post("/change", data={"file": "7", "csrf": first})

    assert first != second
    assert answer.status_code == 400


async def test_program_comes_in_with_its_token(open_gate: Open, sealed: SealedPassword) -> None:
    async with open_gate(sealed) as gated:
        token = create_token(gated.file, "phone", at_s=1.0)
        shown = {"Authorization": f"Bearer {token}"}
        asked = await gated.browser.get("/api/v1/thing", headers=shown)
        changed = await gated.browser.post("/api/v1/thing", headers=shown, content=b"x")
        revoke_token(gated.file, "phone")
        later = await gated.browser.get("/api/v1/thing", headers=shown)

    assert (asked.json(), changed.status_code) == ({"way": "token"}, 200)
    assert (later.status_code, later.headers["WWW-Authenticate"]) == (401, 'Bearer realm="doorman"')


@pytest.mark.parametrize("shown", ["Bearer", "Bearer doorman_wrong", "bearer  x y", "Bearer ä"])
async def test_token_that_is_not_known_is_refused_even_where_nobody_needs_one(
    open_gate: Open, shown: str
) -> None:
    async with open_gate() as gated:
        headers = httpx.Headers({"Authorization": shown}, encoding="utf-8")
        answer = await gated.browser.get("/api/v1/thing", headers=headers)

    assert answer.status_code == 401


@pytest.mark.parametrize("host", ["127.0.0.1", "doorman.pod.example"])
async def test_anybody_may_ask_whether_the_daemon_works(
    open_gate: Open, sealed: SealedPassword, host: str
) -> None:
    async with open_gate(sealed) as gated:
        answer = await gated.browser.get("/healthz", headers={"Host": host})
        change = await gated.browser.post("/healthz", headers={"Host": host})

    assert (answer.status_code, answer.text) == (200, "stranger")
    assert change.status_code in {401, 421}


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
async def test_what_is_measured_is_told_to_those_who_come_in(
    open_gate: Open, sealed: SealedPassword, path: str
) -> None:
    async with open_gate(sealed) as gated:
        stranger = await gated.browser.get(path)
        misled = await gated.browser.get(path, headers={"Host": "evil.example"})
        token = create_token(gated.file, "prometheus", at_s=1.0)
        known = await gated.browser.get(path, headers={"Authorization": f"Bearer {token}"})

    assert (stranger.status_code, misled.status_code) == (401, 421)
    assert stranger.headers["WWW-Authenticate"] == 'Bearer realm="doorman"'
    assert stranger.json()["error"]["exit_code"] == 2
    assert (known.status_code, known.text) == (200, "token")


async def test_nobody_comes_in_while_that_cannot_be_told(
    open_gate: Open, sealed: SealedPassword
) -> None:
    async with open_gate(sealed) as gated:
        await gated.sign_in()
        gated.file.path.write_text("{broken")
        page = await gated.browser.get("/")
        api = await gated.browser.get("/api/v1/thing")
        entered = await gated.sign_in()

    assert (page.status_code, api.status_code, entered.status_code) == (500, 500, 500)
    assert str(gated.file.path) not in page.text + api.text + entered.text


async def test_without_password_nobody_comes_from_elsewhere(open_gate: Open) -> None:
    async with open_gate(listen="0.0.0.0:8465") as gated:
        page = await gated.browser.get("/")
        door = await gated.browser.get("/enter")
        entered = await gated.sign_in()

    assert page.status_code == 403
    assert "doorman password" in page.text
    assert door.status_code == 200
    assert "Set-Cookie" not in entered.headers


async def test_link_with_a_proof_of_its_own_needs_no_password(
    open_gate: Open, sealed: SealedPassword
) -> None:
    async with open_gate(sealed) as gated:
        locked = await gated.browser.get("/act/sealed")
        elsewhere = await gated.browser.get("/activity")
        foreign = await gated.browser.post("/act/sealed", headers={"Sec-Fetch-Site": "cross-site"})
    async with open_gate(listen="0.0.0.0:8465") as gated:
        opened = await gated.browser.get("/act/sealed")

    assert (locked.status_code, locked.text) == (200, "stranger")
    assert (elsewhere.status_code, foreign.status_code, opened.status_code) == (303, 403, 403)


@pytest.mark.parametrize("path", ["/static%2F..%2Fapi%2Fv1%2Fthing", "/enter%3Fx", "/static%3F/"])
async def test_nobody_comes_in_by_an_odd_spelling(
    open_gate: Open, sealed: SealedPassword, path: str
) -> None:
    async with open_gate(sealed) as gated:
        answer = await gated.browser.get(path)

    assert answer.status_code in {303, 404}
    assert "way" not in answer.text.split()


async def test_nothing_stays_behind_in_the_browser(open_gate: Open) -> None:
    async with open_gate() as gated:
        answer = await gated.browser.get("/api/v1/thing")

    assert answer.headers["Cache-Control"] == "no-store"
