from __future__ import annotations

import ast

import pytest

from channeltest.upgrade.outcome import Left
from tests.channeltest.upgrade.suites.cases import family, method, methods


def found(statements, expression, others=""):
    """Whether an expression, last in a test, is a client, and whether it is several."""
    only, clients, _ = family(
        methods(others)
        + method(f"{statements}\n{expression}")[len("\n\nclass Tests(ChannelTestCase):\n") :]
    )
    [test] = only.named("test_it")
    node = test.node.body[-1].value
    return clients.has(test, node), clients.has_several(test, node)


@pytest.mark.parametrize(
    ("statements", "expression"),
    [
        ("", "WSClient()"),
        ("client = WSClient()", "client"),
        ("self.client = WSClient()", "self.client"),
        ("a, b = WSClient(), 1", "a"),
        ("a = b = WSClient()", "b"),
        ("for each in (WSClient(), WSClient()):\n    pass", "each"),
        ("both = [WSClient() for _ in range(2)]", "both[0]"),
        ("a, b = [WSClient() for _ in range(2)]", "b"),
        ("for _ in range(2):\n    a = self.make()", "a"),
        ("", "self.make()"),
        ("a, b = self.many()", "a"),
        ("for each in self.many():\n    pass", "each"),
        ("found = []\nfound.append(self.make())", "found[0]"),
        ("", "self.make() or WSClient()"),
        ("", "WSClient() if PATH else self.make()"),
    ],
)
def test_a_client(statements, expression):
    helpers = """
    def make(self):
        client = WSClient()
        return client

    def many(self):
        return self.make(), self.make()
    """
    assert found(statements, expression, helpers) == (True, False)


@pytest.mark.parametrize("expression", ["self.client", "client", "self.make()", "both[0]"])
def test_what_is_none(expression):
    assert found("client, both = 1, [2]", expression, "def make(self):\n    return 1") == (
        False,
        False,
    )


def test_several():
    assert found("both = WSClient(), WSClient()", "both") == (False, True)


@pytest.mark.parametrize(("use", "receive"), [("receive()", True), ("consume('x')", False)])
def test_whether_any_receives(use, receive):
    _, clients, _ = family(method(f"client = WSClient()\nclient.{use}\nother.receive()"))
    assert clients.receive is receive


def test_more_arguments():
    text = """
    def enter(self, first, *others):
        pass

    def test_it(self):
        self.enter(1, WSClient(), WSClient())
    """
    only, clients, _ = family(methods(text))
    assert clients.has_several(only.methods[0], ast.Name("others", ast.Load()))
    assert not clients.has(only.methods[0], ast.Name("first", ast.Load()))


def test_an_argument():
    text = """
    def say(self, client, text):
        pass

    def test_it(self):
        self.say(text="hi", client=WSClient())
    """
    only, clients, _ = family(methods(text))
    say = only.methods[0]
    assert clients.has(say, ast.Name("client", ast.Load()))
    assert not clients.has(say, ast.Name("text", ast.Load()))


@pytest.mark.parametrize(
    ("use", "reason"),
    [
        ("x = client.session", "what session of the client becomes is not known"),
        ("other.send_and_consume('x')", "what its client is is not known"),
        ("iter(client.receive, None)", "receive of the client is handed on"),
        ("x = other or WSClient()", "it may be a client, or something else"),
        ("client.own = 1\n        x = client.own", ""),
        ("client.reply_channel = 'x'", ""),
        ("x = client.reply_channel", ""),
    ],
)
def test_what_is_read_of_a_client(use, reason):
    only, clients, _ = family(
        methods(f"def test_it(self):\n        client = WSClient()\n        {use}")
    )
    if not reason:
        clients.check_used(only.methods[0])
    else:
        with pytest.raises(Left, match=reason):
            clients.check_used(only.methods[0])


@pytest.mark.parametrize(
    ("use", "is_known"),
    [
        ("client.receive()", True),
        ("other = client", True),
        ("both = [client, client]", True),
        ("(client or WSClient()).receive()", True),
        ("(client if client is not None else WSClient()).receive()", True),
        ("several = []\n        several.append(client)", True),
        ("x = client == 1", False),
        ("x = client or 1", False),
        ("self.helper(client)", True),
        ("self.helper(a=client)", True),
        ("helper(client)", False),
        ("self.assertIs(client, 1)", False),
        ("x = {'a': client}", False),
        ("print(f'{client}')", False),
    ],
)
def test_how_a_client_is_used(use, is_known):
    text = f"""
    def helper(self, a):
        pass

    def test_it(self):
        client = WSClient()
        {use}
    """
    only, clients, _ = family(methods(text))
    [test] = only.named("test_it")
    if is_known:
        clients.check_used(test)
    else:
        with pytest.raises(Left, match="the client is handed on to other code"):
            clients.check_used(test)
