from __future__ import annotations

import pytest

from channeltest.upgrade.functions.facts import Facts
from channeltest.upgrade.functions.message import Translator
from channeltest.upgrade.outcome import Left
from tests.channeltest.upgrade.projects import module


def translate(body, handler="receive", session=True, user=True):
    found = module("m", f"from channels import Group\ndef f(message):\n    {body}\n")
    function = found.tree.body[-1]
    return Translator(found, function, Facts(handler, session, user, ())).translate()


def test_what_the_body_needs():
    found = translate('Group("x").add(message.reply_channel)')
    assert found.imports == {("asgiref.sync", "async_to_sync")}
    assert (found.arguments, found.uses_session) == ("self, text_data", False)
    assert translate("message.channel_session['a'] = 1").uses_session
    nested = translate('message.reply_channel.send({"text": message.channel_session["a"]})')
    assert nested.uses_session


@pytest.mark.parametrize(
    ("body", "facts"),
    [
        ("message.user", {"user": False}),
        ("message.channel_session['a']", {"session": False}),
        ("raise Group", {}),
    ],
)
def test_what_is_not_known(body, facts):
    with pytest.raises(Left):
        translate(body, **facts)


def test_a_refusal_by_exception():
    text = "from channels.exceptions import DenyConnection\n"
    text += "def f(message):\n    raise DenyConnection()\n"
    found = module("m", text)
    for handler, known in [("connect", True), ("receive", False)]:
        translator = Translator(found, found.tree.body[-1], Facts(handler, True, True, ()))
        if known:
            translator.translate()
        else:
            with pytest.raises(Left, match="outside of connect"):
                translator.translate()
