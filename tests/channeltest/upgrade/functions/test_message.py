from __future__ import annotations

import pytest

from channeltest.upgrade.functions.facts import BOTH_FRAMES, Facts
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
    assert not found.uses_session
    assert translate("message.channel_session['a'] = 1").uses_session
    nested = translate('message.reply_channel.send({"text": message.channel_session["a"]})')
    assert nested.uses_session


@pytest.mark.parametrize(
    ("body", "facts"),
    [
        ("message.user", {"user": False}),
        ("message.channel_session['a']", {"session": False}),
        ("raise Group", {}),
        ("keep(lambda message: message)", {}),
        ("print(sorted(rows, key=lambda message: message['text']))", {}),
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


@pytest.mark.parametrize(
    ("body", "arguments"),
    [
        ("message.content['text']", ("text_data",)),
        ("pass", BOTH_FRAMES),
        ("message.get('text')", BOTH_FRAMES),
        ("message['bytes']", BOTH_FRAMES),
        ("message['text'], 'bytes' in message.content", BOTH_FRAMES),
        ("message.reply_channel.send({'text': message.get('text')})", BOTH_FRAMES),
        ("message.reply_channel.send({'bytes': message['bytes'][::-1]})", BOTH_FRAMES),
    ],
)
def test_frames_that_it_takes(body, arguments):
    assert translate(body).arguments == arguments


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("'text' in message", "text_data is not None"),
        ("'bytes' not in message.content", "bytes_data is None"),
        ("print(message['bytes'])", "print(bytes_data)"),
    ],
)
def test_which_frame_it_is(body, text):
    edits = translate(body).edits
    assert edits.apply(*edits.module.span(edits.module.tree.body[-1].body[0])) == text


def test_an_argument_of_the_url_with_the_name_of_the_code():
    found = module("m", "def f(message, code):\n    print(code, message['code'])\n")
    translator = Translator(found, found.tree.body[-1], Facts("disconnect", True, True, ()))
    assert translator.translate().arguments == ("close_code",)


@pytest.mark.parametrize(
    ("target", "is_known"), [("log", True), ("lambda: 1", False), ("inner", False)]
)
def test_another_thread(target, is_known):
    text = (
        "import threading\ndef f(message):\n    def inner(): pass\n"
        f"    threading.Thread(target={target}).start()\n"
    )
    found = module("m", text)
    translator = Translator(found, found.tree.body[-1], Facts("receive", True, True, ()))
    if is_known:
        translator.translate()
        return
    with pytest.raises(Left) as caught:
        translator.translate()
    assert "in another thread is not known" in caught.value.reason
