"""Who is let in, what is refused how: the tables of what a stash-box answers, row by row."""

from __future__ import annotations

import gzip
import socket
from urllib.parse import quote

import httpx
import pytest

from providers.sandbox import Sandbox
from providers.sandbox.keys import make_key
from providers.sandbox.seeds import ImageSeed, SceneSeed

ME = {"query": "{ me { name } }"}
VERSION = {"query": "{ version { version } }"}
LOOKUP = """query($fingerprints: [[FingerprintQueryInput!]!]!) {
  findScenesBySceneFingerprints(fingerprints: $fingerprints) { id }
}"""
SUBMIT = """mutation {
  submitFingerprint(
    input: {scene_id: "x", fingerprint: {hash: "1", algorithm: OSHASH, duration: 1}}
  )
}"""
UNAUTHORIZED = {"message": "not authorized", "path": ["version"]}


def send(
    http: httpx.Client, box: Sandbox, body: object, key: str = "", **headers: str
) -> httpx.Response:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return http.post(box.url, json=body, headers=({"ApiKey": key} if key else {}) | names)


def tampered(key: str) -> str:
    return key[:-2] + ("AA" if key[-2:] != "AA" else "BB")


def keys_that_open_nothing(box: Sandbox) -> list[str]:
    renewed = box.world.add_user("renewer")
    box.world.renew_key(renewed.id)
    foreign = make_key("some-user", b"another server's secret", 1_700_000_000)
    return ["junk", "a.b.c", "...", tampered(box.key), renewed.key, foreign, box.key[:-10]]


@pytest.mark.parametrize("number", range(7))
def test_key_that_opens_nothing_is_401_with_an_empty_body(
    http: httpx.Client, box: Sandbox, number: int
) -> None:
    response = send(http, box, VERSION, keys_that_open_nothing(box)[number])

    assert (response.status_code, response.content) == (401, b"")


def test_bad_key_is_refused_at_images_too(http: httpx.Client, box: Sandbox) -> None:
    response = http.get(f"{box.base_url}/images/1", headers={"ApiKey": "junk"})

    assert (response.status_code, response.content) == (401, b"")


@pytest.mark.parametrize("headers", [{}, {"ApiKey": ""}])
def test_missing_or_empty_key_is_200_and_not_authorized(
    http: httpx.Client, box: Sandbox, headers: dict[str, str]
) -> None:
    response = http.post(box.url, json=VERSION, headers=headers)

    assert response.status_code == 200
    assert response.json() == {"errors": [UNAUTHORIZED], "data": None}


def test_good_key_of_a_removed_user_is_200_and_not_authorized(
    http: httpx.Client, box: Sandbox
) -> None:
    user = box.world.add_user("leaver")
    box.world.remove_user(user.id)

    response = send(http, box, VERSION, user.key)

    assert response.status_code == 200
    assert response.json() == {"errors": [UNAUTHORIZED], "data": None}


def test_me_is_null_beside_its_error_for_nobody(http: httpx.Client, box: Sandbox) -> None:
    assert send(http, box, ME).json() == {
        "errors": [{"message": "not authorized", "path": ["me"]}],
        "data": {"me": None},
    }


@pytest.mark.parametrize(
    ("roles", "may_read"),
    [((), False), (("READ",), True), (("VOTE",), True), (("ADMIN",), True), (("BOT",), True)],
)
def test_every_role_implies_read_and_none_does_not(
    http: httpx.Client,
    box: Sandbox,
    roles: tuple[str, ...],
    may_read: bool,  # noqa: FBT001
) -> None:
    response = send(http, box, VERSION, box.world.add_user("somebody", roles).key)

    assert ("errors" not in response.json()) is may_read


def test_roles_imply_only_themselves_and_admin_all(box: Sandbox) -> None:
    modifier = box.world.add_user("modifier", ("MODIFY",))
    admin = box.world.add_user("admin", ("ADMIN",))

    assert not modifier.has("EDIT")
    assert admin.has("EDIT")


def test_name_of_the_header_has_no_case(http: httpx.Client, box: Sandbox) -> None:
    response = http.post(box.url, json=ME, headers={"apikey": box.key})

    assert response.json() == {"data": {"me": {"name": "reader"}}}


def test_editors_key_belongs_to_the_editor(http: httpx.Client, box: Sandbox) -> None:
    body = {"query": "{ me { name roles } }"}

    assert send(http, box, body, box.editor_key).json()["data"]["me"] == {
        "name": "editor",
        "roles": ["EDIT", "READ", "VOTE"],
    }


def test_configuration_needs_no_login(http: httpx.Client, box: Sandbox) -> None:
    response = send(http, box, {"query": "{ getConfig { host_url } }"})

    assert response.json() == {"data": {"getConfig": {"host_url": box.base_url}}}


@pytest.mark.parametrize(
    ("query", "variables", "says"),
    [
        ("{ me { name }", {}, "GRAPHQL_PARSE_FAILED Expected Name"),
        ("", {}, "GRAPHQL_PARSE_FAILED Unexpected <EOF>"),
        ("{ me { nme } }", {}, 'GRAPHQL_VALIDATION_FAILED Did you mean "name"'),
        (
            '{ findSceneByFingerprint(fingerprint: {hash: "1", algorithm: OSHASH}) { id } }',
            {},
            'GRAPHQL_VALIDATION_FAILED Cannot query field "findSceneByFingerprint" on type "Query"',
        ),
        ('{ findScene(ident: "1") { id } }', {}, "GRAPHQL_VALIDATION_FAILED ident"),
        (SUBMIT.replace("OSHASH", "SHA1"), {}, "GRAPHQL_VALIDATION_FAILED SHA1"),
        ("query($id: ID!) { findScene(id: $id) { id } }", {}, "GRAPHQL_VALIDATION_FAILED $id"),
        (LOOKUP, {"fingerprints": [[{"hash": "1"}]]}, "GRAPHQL_VALIDATION_FAILED algorithm"),
        ("{ queryDrafts { id } }", {}, "GRAPHQL_VALIDATION_FAILED queryDrafts"),
    ],
)
def test_document_that_cannot_run_is_422_with_its_code(
    http: httpx.Client, box: Sandbox, query: str, variables: dict[str, object], says: str
) -> None:
    response = send(http, box, {"query": query, "variables": variables}, box.key)

    body, (code, _, text) = response.json(), says.partition(" ")
    assert response.status_code == 422
    assert body["data"] is None
    assert {error["extensions"]["code"] for error in body["errors"]} == {code}
    assert text in " ".join(error["message"] for error in body["errors"])
    assert "path" not in body["errors"][0]


def test_validation_error_says_where(http: httpx.Client, box: Sandbox) -> None:
    response = send(http, box, {"query": "{ nothing }"}, box.key)

    assert response.json()["errors"][0]["locations"] == [{"line": 1, "column": 3}]


def test_graphql_response_type_makes_it_400_and_is_not_packed(
    http: httpx.Client, box: Sandbox
) -> None:
    response = send(http, box, {"query": "{ nothing }"}, Accept="application/graphql-response+json")

    assert response.status_code == 400
    assert response.headers["content-type"] == "application/graphql-response+json"
    assert "content-encoding" not in response.headers


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[1]", b'{"query": 5}', b'{"query":"","variables":1}']
)
def test_body_that_is_no_request_is_400_and_echoed(
    http: httpx.Client, box: Sandbox, body: bytes
) -> None:
    response = http.post(box.url, content=body, headers={"Content-Type": "application/json"})

    message = response.json()["errors"][0]["message"]
    assert response.status_code == 400
    assert message.startswith("json request body could not be decoded: ")
    assert message.endswith(body.decode())


@pytest.mark.parametrize(
    ("method", "content_type"),
    [("POST", "text/plain"), ("POST", ""), ("PUT", "application/json"), ("DELETE", "")],
)
def test_other_ways_of_sending_are_not_supported(
    http: httpx.Client, box: Sandbox, method: str, content_type: str
) -> None:
    response = http.request(method, box.url, content=b"{}", headers={"Content-Type": content_type})

    assert response.status_code == 400
    assert response.json()["errors"][0]["message"] == "transport not supported"


def test_content_type_may_have_parameters(http: httpx.Client, box: Sandbox) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8", "ApiKey": box.key}
    response = http.post(box.url, content=b'{"query": "{ me { name } }"}', headers=headers)

    assert response.status_code == 200


def test_query_by_get_works_and_mutation_does_not(http: httpx.Client, box: Sandbox) -> None:
    headers = {"ApiKey": box.key}
    query = quote("query Q($id: ID!) { findScene(id: $id) { id } }")
    variables = quote('{"id": "3b241101-e2bb-4255-8caf-4136c566a962"}')
    mutation = quote(SUBMIT)

    found = http.get(
        f"{box.url}?query={query}&variables={variables}&operationName=Q", headers=headers
    )
    refused = http.get(f"{box.url}?query={mutation}", headers=headers)

    assert (found.status_code, found.json()) == (200, {"data": {"findScene": None}})
    assert refused.status_code == 406


def test_get_with_broken_variables_is_400(http: httpx.Client, box: Sandbox) -> None:
    assert http.get(f"{box.url}?query=x&variables=no").status_code == 400


def test_operation_is_chosen_by_name(http: httpx.Client, box: Sandbox) -> None:
    query = "query A { me { name } } query B { version { version } }"

    chosen = send(http, box, {"query": query, "operationName": "B"}, box.key)
    unknown = send(http, box, {"query": query, "operationName": "C"}, box.key)

    assert chosen.json() == {"data": {"version": {"version": "v0.10.2"}}}
    assert unknown.status_code == 422


def test_failing_root_field_empties_all_data(http: httpx.Client, box: Sandbox) -> None:
    response = send(http, box, {"query": "{ me { name } version { version } }"})

    assert response.json()["data"] is None


@pytest.mark.parametrize("path", ["", "/", "/scenes/1", "/graphq", "/graphql/x", "/api/graphql"])
def test_wrong_path_is_200_and_a_web_page(http: httpx.Client, box: Sandbox, path: str) -> None:
    response = http.post(f"{box.base_url}{path}", json=ME, headers={"ApiKey": box.key})

    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    assert response.text.startswith("<!doctype html>")


def test_trailing_slashes_do_not_matter(http: httpx.Client, box: Sandbox) -> None:
    response = http.post(f"{box.url}//", json=ME, headers={"ApiKey": box.key})

    assert response.json() == {"data": {"me": {"name": "reader"}}}


def test_json_is_packed_for_those_who_like_it(http: httpx.Client, box: Sandbox) -> None:
    packed = send(http, box, ME, box.key, Accept_Encoding="gzip")
    plain = send(http, box, ME, box.key, Accept_Encoding="identity")

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()


def test_packed_bytes_are_gzip(http: httpx.Client, box: Sandbox) -> None:
    with http.stream("POST", box.url, json=ME, headers={"ApiKey": box.key}) as response:
        raw = b"".join(response.iter_raw())

    assert gzip.decompress(raw) == b'{"data":{"me":{"name":"reader"}}}'


def test_images_are_real_and_their_links_are_http(http: httpx.Client, box: Sandbox) -> None:
    scene_id = box.world.add_scene(SceneSeed(images=(ImageSeed(width=320, height=180),)))
    query = f'{{ findScene(id: "{scene_id}") {{ images {{ url width height }} }} }}'

    (image,) = send(http, box, {"query": query}, box.key).json()["data"]["findScene"]["images"]
    picture = http.get(image["url"])

    assert image["url"].startswith(f"{box.base_url}/images/")
    assert (image["width"], image["height"]) == (320, 180)
    assert picture.headers["content-type"] == "image/png"
    assert picture.headers["cache-control"] == "max-age=604800000"
    assert picture.content.startswith(b"\x89PNG\r\n\x1a\n")


def test_links_are_https_only_when_a_proxy_says_so(http: httpx.Client, box: Sandbox) -> None:
    body = {"query": "{ getConfig { host_url } }"}
    response = send(http, box, body, X_Forwarded_Proto="https", Host="box.example")

    assert response.json()["data"]["getConfig"]["host_url"] == "https://box.example"


def test_missing_image_is_404(http: httpx.Client, box: Sandbox) -> None:
    assert http.get(f"{box.base_url}/images/3b241101").status_code == 404


def test_look_alike_answers_429_above_its_limit(http: httpx.Client) -> None:
    with Sandbox(mode="look-alike", requests_per_minute=2) as box:
        answers = [send(http, box, ME, box.key) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json() == {"errors": [{"message": "Too Many Attempts."}]}


def test_stash_box_itself_has_no_limit(http: httpx.Client, box: Sandbox) -> None:
    assert {send(http, box, ME, box.key).status_code for _ in range(20)} == {200}


def test_requests_are_noted_with_what_was_asked(http: httpx.Client, box: Sandbox) -> None:
    groups = [[{"hash": "1", "algorithm": "OSHASH"}], []]
    send(http, box, {"query": LOOKUP, "variables": {"fingerprints": groups}}, box.key)
    http.get(box.base_url)
    lookup, page = box.requests.all()

    assert (lookup.operations, lookup.scenes) == (("findScenesBySceneFingerprints",), 2)
    assert (lookup.path, lookup.has_key) == ("/graphql", True)
    assert (page.operations, page.scenes, page.has_key) == ((), None, False)
    assert lookup.at_s <= page.at_s

    box.requests.clear()
    assert box.requests.all() == ()


def test_connection_is_kept_for_several_requests(box: Sandbox) -> None:
    with httpx.Client() as client:
        statuses = [client.post(box.url, json=ME).status_code for _ in range(3)]

    assert statuses == [200, 200, 200]


def test_junk_on_the_line_does_not_end_the_server(http: httpx.Client, box: Sandbox) -> None:
    host, port = box.base_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as line:
        line.sendall(b"GET / HTTP/1.1\r\nContent-Length: many\r\n\r\n")
        assert line.recv(100) == b""

    assert send(http, box, ME).status_code == 200
