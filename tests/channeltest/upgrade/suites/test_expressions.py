from __future__ import annotations

import pytest

from tests.channeltest.upgrade.suites.cases import behind, converted, left_behind, methods, suite

FRAME = "await client.receive_json_from()"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("client.receive()['n']", f"({FRAME})['n']"),
        ("client.receive().get('n')", f"({FRAME}).get('n')"),
        ("set(client.receive())", f"set({FRAME})"),
        ("[client.receive(), client.receive()]", f"[{FRAME}, {FRAME}]"),
        ("[client.receive() for _ in range(2)]", f"[{FRAME} for _ in range(2)]"),
        ("client.receive() == {'n': 1}", f"{FRAME} == {{'n': 1}}"),
        ("check(client.receive())", f"await sync_to_async(check)({FRAME})"),
        ("check(a)", "await sync_to_async(check)(a)"),
        ("super().other(a)", "await sync_to_async(super().other)(a)"),
        ("check(a).pk", "await sync_to_async(lambda: check(a).pk)()"),
        ("check(other(a))", "await sync_to_async(check)(await sync_to_async(other)(a))"),
        ("check(a)['n']", "await sync_to_async(lambda: check(a)['n'])()"),
        ("a.filter(b).count()", "await sync_to_async(lambda: a.filter(b).count())()"),
        ("f'{check(a)}'", "await sync_to_async(lambda: f'{check(a)}')()"),
        ("{'n': check(a)}", "{'n': await sync_to_async(check)(a)}"),
        ("1 + check(a)", "1 + await sync_to_async(check)(a)"),
        ("client.receive() + check(a)", f"{FRAME} + await sync_to_async(check)(a)"),
        ("[e.pk for e in check(a)]", "await sync_to_async(lambda: [e.pk for e in check(a)])()"),
        ("(lambda: check(a))", "(lambda: check(a))"),
        ("len(client.receive())", f"len({FRAME})"),
        ("json.loads('1')", "json.loads('1')"),
    ],
)
def test_an_expression(before, after):
    # The first frame has the test be a coroutine.
    assert behind(f"client.receive()\nx = {before}") == f"{FRAME}\nx = {after}\n"


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("(lambda: client.receive())", "an await cannot stand here"),
        ("sum(client.receive() for _ in range(2))", "an await cannot stand here"),
        ("f'{client.receive()}'", "an await cannot stand here"),
        ("check(a).of(client.receive())", "a query and a frame stand in one expression"),
        ("[(b := e) for e in check(a)]", "a lambda cannot do what this query does"),
        ("super().other(1)['a']", "a lambda cannot do what this query does"),
        ("check(WSClient())['a']", "a query stands beside a client or a message"),
    ],
)
def test_an_expression_that_is_not_known(expression, reason):
    assert reason in left_behind(f"x = {expression}")


def test_helpers_that_await():
    text = converted(
        suite(
            methods(
                """
                def enter(self):
                    client = WSClient()
                    client.send_and_consume("websocket.connect", path="/a/")
                    return client

                def test_it(self):
                    a, b = self.enter(), self.enter()
                    self.enter().path = self.plain(1)

                def plain(self, number):
                    return number
                """
            )
        )
    )
    assert "        a, b = await self.enter(), await self.enter()\n" in text
    assert "(await self.enter()).path = await sync_to_async(self.plain)(1)\n" in text
    assert "    def plain(self, number):\n" in text


def test_a_test_without_an_await_stays_plain():
    text = converted(suite(methods("def test_it(self):\n    User.objects.get()")))
    assert "    def test_it(self):\n        User.objects.get()\n" in text
