from __future__ import annotations

import pytest

from tests.channeltest.upgrade.suites.cases import (
    CASE,
    CONNECTED,
    converted,
    left,
    method,
    methods,
    suite,
)


def head(text):
    return text.partition("class ")[2].partition("    async def")[0]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Tests(ChannelTestCase):\n", "Tests(WebsocketTestCase):\n"),
        ("Tests(mock.M, ChannelTestCase):\n", "Tests(mock.M, WebsocketTestCase):\n"),
    ],
)
def test_a_class(before, after):
    text = converted(suite(method(CONNECTED).replace("Tests(ChannelTestCase):\n", before)))
    assert head(text) == f"{after}    waits_for_rest = True\n\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('"""Words."""\n\n    x = 1', '"""Words."""\n\n    waits_for_rest = True\n    x = 1\n'),
        ("# A number.\n    x = 1", "waits_for_rest = True\n    # A number.\n    x = 1\n"),
    ],
)
def test_the_attribute_of_a_class(body, expected):
    test = method(CONNECTED).removeprefix(CASE)
    text = converted(suite(f"{CASE}    {body}\n\n{test}"))
    assert expected in text


def test_a_case_of_django():
    text = method(CONNECTED).replace("(ChannelTestCase)", "(TestCase)")
    found = converted(suite("from django.test import TestCase\n" + text))
    assert "class Tests(WebsocketTestCase):\n" in found
    assert "import TestCase" not in found


def test_a_mixin_goes_with_a_case_of_django():
    imports = "from channels.test import ChannelTestCaseMixin\nfrom django.test import TestCase\n"
    text = method(CONNECTED).replace("(ChannelTestCase)", "(ChannelTestCaseMixin, TestCase)")
    assert "class Tests(WebsocketTestCaseMixin, TestCase):\n" in converted(suite(imports + text))


def test_a_class_without_coroutines():
    assert "waits_for_rest" not in converted(suite(method("pass")))


def test_classes_in_several_files():
    from tests.channeltest.upgrade.projects import fix

    before = suite(
        methods("def enter(self):\n    " + CONNECTED.replace("\n", "\n    ") + "return client"),
        app__test_b="from .tests import Tests\n\n\nclass More(Tests):\n"
        "    def test_more(self):\n        self.enter()\n",
    )
    after, findings = fix("communicators", before)
    assert [each.text for each in findings] == [
        "More, Tests become WebsocketTestCases with communicators"
    ]
    assert "        await self.enter()\n" in after.modules["app.test_b"].text
    assert "waits_for_rest" not in after.modules["app.test_b"].text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "from channels.test import ChannelLiveServerTestCase\n\n\n"
            "class Tests(ChannelLiveServerTestCase):\n    pass\n",
            "its clients are those of a live server",
        ),
        (
            "from channels.test import apply_routes\n\n\n@apply_routes([1])"
            + method(CONNECTED)[1:],
            "what the route leads to is not known",
        ),
        (
            methods("@classmethod\ndef setUpClass(cls):\n    WSClient().receive()"),
            "setUpClass cannot be a coroutine",
        ),
        (
            methods("def each(self):\n    yield WSClient().receive()"),
            "each cannot be a coroutine",
        ),
        (
            methods("@wrapped\ndef test_it(self):\n    WSClient().receive()"),
            "what the decorator does is not known",
        ),
        (CASE + "    client = WSClient()\n", "uses Channels 1 outside of a method"),
        (
            "from channels.test import apply_routes\n"
            + method(f"{CONNECTED}with apply_routes([]):\n    pass"),
            "some of its clients have other routes",
        ),
        (method(CONNECTED).replace("(ChannelTestCase)", ""), "no test case that is known"),
        (
            method(CONNECTED).replace("(ChannelTestCase)", "(mock.Case)"),
            "its base is no test case that is known",
        ),
        (
            "\nclass Own(WSClient):\n    pass\n",
            "it is a client of the project's own",
        ),
        (
            "from channels import channel_layers\n" + method("channel_layers['default'].flush()"),
            "what channel_layers of Channels 1 becomes is not known",
        ),
        (
            "from app.old import Old\n" + method("Old()"),
            "Old is still of Channels 1",
        ),
        (method(CONNECTED + "self.stage.advance(5)"), "the time of a communicator is real"),
    ],
)
def test_what_is_not_known(text, reason):
    old = "from channels.generic.websockets import W\n\n\nclass Old(W):\n    pass\n"
    assert reason in left(text, app__old=old)


def test_all_methods_of_a_name_are_coroutines():
    text = methods(f"def enter(self):\n    {CONNECTED.splitlines()[0]}\n    client.receive()")
    text += "\n\nclass More(Tests):\n    def enter(self):\n        pass\n"
    found = converted(suite(text))
    assert found.count("async def enter(self):") == 2


def test_a_class_on_one_line():
    text = "\n\nclass Base(ChannelTestCase): pass\n" + method(CONNECTED).replace("(C", "(Base, C")
    assert "the body of the class stands on its line" in left(text)


def test_annotations():
    text = methods("def enter(self, other: WSClient) -> WSClient:\n    return other")
    found = converted(suite(text))
    assert "(self, other: WebsocketCommunicator) -> WebsocketCommunicator:" in found
    assert "import WebsocketCommunicator, WebsocketTestCase\n" in found


def test_a_class_of_clients_that_is_not_called():
    text = left(method(f"{CONNECTED}self.assertIsInstance(1, WSClient)"))
    assert "what WSClient is needed for is not known" in text


HELPER = """
def helper(self):
    WSClient().send_and_consume("websocket.connect", path="/a/")

"""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("async def test_it(self):\n    self.helper()", "helper cannot be awaited here"),
        ("def test_it(self):\n    self.addCleanup(self.helper)", "helper cannot be awaited here"),
        ("async def test_it(self):\n    WSClient()", "test_it is a coroutine already"),
    ],
)
def test_calls_that_cannot_be_awaited(text, reason):
    assert reason in left(methods(HELPER + text))


def test_coroutines_that_use_no_client_stay():
    text = methods(f"{HELPER}async def test_it(self):\n    pass\n")
    assert "    async def test_it(self):\n        pass\n" in converted(suite(text))
