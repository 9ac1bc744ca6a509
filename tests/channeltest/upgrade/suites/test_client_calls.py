from __future__ import annotations

import pytest

from tests.channeltest.upgrade.suites.cases import (
    CONNECTED,
    behind,
    body,
    converted,
    left,
    left_behind,
    method,
    suite,
)

SEND = 'client.send_and_consume("websocket.receive", {})'


@pytest.mark.parametrize(
    ("arguments", "call"),
    [
        ('text="hi"', 'send_to(text_data="hi")'),
        ('text="hi", path="/a/"', 'send_to(text_data="hi")'),
        ('text={"n": 1}', 'send_json_to({"n": 1})'),
        ('{"text": "hi"}', 'send_to(text_data="hi")'),
        ('content={"text": {"n": [1]}}', 'send_json_to({"n": [1]})'),
        ('{"bytes": b"ab"}, path="/a/"', 'send_to(bytes_data=b"ab")'),
        ("text=json.dumps([1])", "send_to(text_data=json.dumps([1]))"),
        ('text="%s!" % 1', 'send_to(text_data="%s!" % 1)'),
        ('text=f"{1}"', 'send_to(text_data=f"{1}")'),
        ("text=dict(n=1)", "send_json_to(dict(n=1))"),
        ('text="hi", fail_on_none=False', 'send_to(text_data="hi")'),
        ('{"text": "hi", "path": "/a/"}, path="/b/"', 'send_to(text_data="hi")'),
    ],
)
def test_a_frame(arguments, call):
    assert behind(SEND.format(arguments)) == f"await client.{call}\n"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("text=User.name", "whether the frame is a text or an object is not known"),
        ('text=""', "whether the frame is a text or an object is not known"),
        ("{}", "the frame is not a text or bytes that are spelled out"),
        ("{'text': 'a', 'order': 1}", "the frame is not a text or bytes"),
        ("frame", "its content is not spelled out"),
        ("**frame", "its arguments are not spelled out"),
        ("{'text': 'a', other: 1}", "its content is not spelled out"),
    ],
)
def test_a_frame_that_is_not_known(arguments, reason):
    assert reason in left_behind(SEND.format(arguments))


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ('path="/a/"', '"/a/"'),
        ("path=PATH", "PATH"),
        ('"/a/"', '"/a/"'),
        ("", '"/"'),
        ('path="/a/?b=1"', '"/a/?b=1"'),
        ('{"query_string": "b=1"}, path="/a/"', '"/a/?b=1"'),
        ('{"query_string": query}, path="/a/"', '"/a/" + "?" + query'),
        ('{"query_string": "b=%s" % 1}, path=PATH', 'PATH + "?" + "b=%s" % 1'),
        ('{"query_string": ""}, path=PATH', "PATH"),
        ('{"path": "/a/"}', '"/a/"'),
        ('{"path": PATH, "query_string": "b=1"}', 'PATH + "?" + "b=1"'),
    ],
)
def test_connect(arguments, path):
    text = body(f'client = WSClient()\nclient.send_and_consume("websocket.connect", {arguments})')
    connect = f"self.assertEqual(await client.connect(ws_path={path}), (True, None))\n"
    assert text == f"client = self.create_communicator()\n{connect}"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ('{"client": ["1.2.3.4", 80]}, path="/a/"', "a communicator has its client from somewhere"),
        (
            '{"query_string": a or b}, path="/a/"',
            "the path with its query string is not spelled out",
        ),
        ("check_accept=checks", "whether it checks the acceptance is not known"),
        ('check_accept=False, path="/a/"', "what it answers is not compared behind it"),
    ],
)
def test_a_connect_that_is_not_known(arguments, reason):
    send = f'WSClient().send_and_consume("websocket.connect", {arguments})'
    assert reason in left(method(send))


def test_what_the_consumer_returns():
    connect = 'consumer = WSClient().send_and_consume("websocket.connect")'
    assert "what its consumer returns is used" in left(method(connect))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [("", ""), ('path="/a/"', ""), ('{"code": 1001}', "1001"), ('{"code": CODE}', "CODE")],
)
def test_disconnect(arguments, code):
    send = f'client.send_and_consume("websocket.disconnect", {arguments})'
    assert behind(send) == f"await client.disconnect({code})\n"


def test_a_disconnect_with_more_than_a_code():
    send = 'client.send_and_consume("websocket.disconnect", {"order": 3})'
    assert "it says more than a code" in left_behind(send)


@pytest.mark.parametrize(
    ("receive", "call"),
    [
        ("receive()", "receive_json_from()"),
        ("receive(json=True)", "receive_json_from()"),
        ("receive(json=False)", "receive_from()"),
        ("receive(False)", "receive_from()"),
    ],
)
def test_receive(receive, call):
    assert behind(f"client.{receive}") == f"await client.{call}\n"


def test_a_receive_that_is_not_known():
    assert "whether it decodes the frame is not known" in left_behind(
        "client.receive(json=decodes)"
    )


def test_log_in():
    text = body("client = WSClient()\nclient.force_login(User(), backend='b')")
    assert text.endswith("client.force_login(await sync_to_async(User)(), backend='b')\n")


@pytest.mark.parametrize("check", ["{}", "self.assertTrue({})"])
def test_log_in_with_credentials(check):
    login = check.format("client.login(username='ann', password='pw')")
    text = body(f"client = WSClient()\n{login}")
    credentials = "username='ann', password='pw'"
    assert text.endswith(
        f"await client.force_login(await sync_to_async(authenticate)({credentials}))\n"
    )


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("self.assertFalse(client.login(username='a', password='b'))", "what login() returns"),
        ("self.assertTrue(client.login(**credentials))", "its credentials are not spelled out"),
        ("client.login(**credentials)", "its credentials are not spelled out"),
        ("client.join_group('room')", "what join_group of the client becomes is not known"),
        (
            "client.send('websocket.receive', text='hi')",
            "what send of the client becomes is not known",
        ),
        ("client.send_and_consume('app.work')", "app.work is none of a websocket"),
        ("x = client.send_and_consume('app.work', {'n': 1})", "app.work is none of a websocket"),
        ("client.send_and_consume('app.play', {'n': 1})", "no consumer has a handler of app.play"),
        (
            "client.send_and_consume('http.request', {'n': 1})",
            "http.request is none of a websocket",
        ),
        ("client.consume('websocket.receive')", "what was sent to the channel is not known"),
        ("client.consume('app.work', fail_on_none=False)", "it may have no consumer"),
    ],
)
def test_other_calls(statement, reason):
    assert reason in left_behind(statement)


def test_a_client_that_is_made_where_it_is_used():
    text = body('WSClient(ordered=True).send_and_consume("websocket.connect", path="/a/")')
    connect = 'self.create_communicator().connect(ws_path="/a/")'
    assert text == f"self.assertEqual(await {connect}, (True, None))\n"


def test_a_client_whose_messages_are_received():
    text = """
    client = Client()
    client.send_and_consume("websocket.connect", {"path": "/a/"})
    client.receive()
    """
    imports = "from channels.test import Client\n"
    assert "such a client receives messages, and no frames" in left(imports + method(text))


def test_a_client_that_only_has_workers_run():
    imports = "from channels.test import Client\n"
    text = converted(suite(imports + method("Client().consume('app.work')\n" + CONNECTED)))
    assert "async with worker('app.work', messages=1):" in text


def test_a_client_on_another_layer():
    assert "the client is on another layer" in left(method("WSClient('wire')"))


def test_a_worker():
    text = "async with worker('app.work', messages=1):\n    pass\n"
    assert behind("client.consume('app.work')") == text


def test_a_message_that_a_worker_handles():
    send = """await get_channel_layer().send('app.work', {"type": "app.work", 'n': 1})\n"""
    text = "async with worker('app.work', messages=1):\n    pass\n"
    assert behind("client.send_and_consume('app.work', {'n': 1})") == send + text


def test_names_of_channels_1_are_not_left_behind():
    assert "WSClient" not in body(CONNECTED)


def test_cookies_and_headers():
    text = body(
        """
        client = WSClient()
        client.set_cookie("a", "b")
        client.set_header("origin", "http://c")
        client.set_cookie(key=PATH, value="d")
        client.send_and_consume("websocket.connect")
        """
    )
    options = 'cookies={"a": "b", PATH: "d"}, headers={"origin": "http://c"}'
    assert text.startswith(f"client = self.create_communicator({options})\nself.assertEqual(")


def test_a_header_later_on():
    reason = "what set_header() becomes is not known"
    assert reason in left_behind("client.set_header('origin', 'http://c')")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{}.receive()", "await {}.receive_json_from()"),
        ("self.assertIsNone({}.receive())", "self.assertTrue(await {}.receive_nothing())"),
        ("self.assertEqual({}.receive(), {{'close': 4001}})", "await {}.assert_closed(4001)"),
        ("while {}.receive() is not None:\n    pass", "await {}.receive_all()"),
        ("{}.send_and_consume('websocket.disconnect')", "await {}.disconnect()"),
    ],
)
def test_one_of_two_clients(before, after):
    assert behind(before.format("(client or client)")) == f"{after.format('(client or client)')}\n"
