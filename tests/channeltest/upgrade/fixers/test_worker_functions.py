from __future__ import annotations

import pytest

from tests.channeltest.upgrade.projects import check_converted, check_left, fix, project

FIXER = "worker_functions"
ROUTING = """\
from channels import route

from .work import keep_remark

routes = [route("chat.remarks", keep_remark)]
"""


def workers(
    function="def keep_remark(message):\n    print(message['room'])\n", routing=ROUTING, **others
):
    text = f"from channels import Channel, Group\n\n\n{function}"
    return project(chat__work=text, chat__routing=routing, **others)


def test_a_function_gets_a_class():
    send = "Group(message.content['room']).send({'text': message['text']})"
    function = f"def keep_remark(message):\n    {send}\n"
    check_converted(
        FIXER,
        workers(function),
        chat__work="""\
        from channels import Channel, Group
        from channels.consumer import SyncConsumer


        def keep_remark(message):
            Group(message['room']).send({'text': message['text']})


        class KeepRemarkConsumer(SyncConsumer):
            def chat_remarks(self, event):
                keep_remark(event)
        """,
        chat__routing="""\
        from channels import route

        from .work import KeepRemarkConsumer

        routes = [route("chat.remarks", KeepRemarkConsumer)]
        """,
    )


@pytest.mark.parametrize(
    "line",
    ["message['a']", "message.get('a', 1)", "'a' in message", "message.content.get('a')", "pass"],
)
def test_keys(line):
    _, findings = fix(FIXER, workers(f"def keep_remark(message):\n    {line}\n"))
    assert [each.kind for each in findings] == ["automatic"]


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        ("@x\ndef keep_remark(message): pass\n", "what its decorators do"),
        ("def keep_remark(message, room): pass\n", "its arguments are not known"),
        ("def keep_remark(message):\n    return 1\n", "its return value"),
        ("def keep_remark(message):\n    yield\n", "no plain function"),
        ("def keep_remark(message):\n    keep(message.reply_channel)\n", "more of the message"),
        (
            "Channel = 1\ndef keep_remark(message):\n    message.reply_channel.send({})\n",
            "uses the name 'Channel' itself",
        ),
        ("def keep_remark(message):\n    message['type']\n", "more of the message"),
        ("def keep_remark(message):\n    message['a'] = 1\n", "more of the message"),
        ("def keep_remark(message):\n    handle(message)\n", "more of the message"),
        ("def keep_remark(message):\n    print('%s' % message.content)\n", "more of the message"),
        ("def keep_remark(message):\n    print('%(type)s' % message.content)\n", "more of the"),
        ("def keep_remark(message):\n    print(message.content % 2)\n", "more of the message"),
        (
            "from channels.exceptions import ConsumeLater\n"
            "def keep_remark(message):\n    raise ConsumeLater\n",
            "channels.exceptions.ConsumeLater",
        ),
        ("class KeepRemarkConsumer: pass\ndef keep_remark(message): pass\n", "has a name"),
    ],
)
def test_left_alone(function, reason):
    check_left(FIXER, workers(function), reason)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("chat.remarks", "chat remarks", "a handler cannot be called 'chat remarks'"),
        ("keep_remark)]", "keep_remark, room='x+')]", "its route filters messages by more"),
        ("keep_remark)]", "keep_remark, room=x)]", "its route filters messages by more"),
        (
            "keep_remark)]",
            "keep_remark, room='^x$'), route('chat.remarks', 'other.f')]",
            "another route has messages of its channel",
        ),
    ],
)
def test_routes(old, new, reason):
    check_left(FIXER, workers(routing=ROUTING.replace(old, new)), reason)


COMMANDS = """\
def join(message):
    print(message["room"])


def leave(message):
    print(message["room"])


def say(message):
    print(message.content["text"])
"""
COMMAND_ROUTES = """\
from channels import route

from . import work

routes = [
    route("chat.receive", work.join, command="^join$"),
    route("chat.receive", work.leave, command=r"^leave", room="a$"),
    route("websocket.connect", work.connect),
    route("chat.receive", work.say),
]
"""


def test_filters():
    check_converted(
        FIXER,
        project(chat__work=COMMANDS, chat__routing=COMMAND_ROUTES),
        chat__work="""\
        from channels.consumer import SyncConsumer


        def join(message):
            print(message["room"])


        def leave(message):
            print(message["room"])


        def say(message):
            print(message["text"])


        class ChatReceiveConsumer(SyncConsumer):
            def chat_receive(self, event):
                if event.get("command") == "join":
                    join(event)
                elif str(event.get("command", "")).startswith("leave") and event.get("room") == "a":
                    leave(event)
                else:
                    say(event)
        """,
        chat__routing="""\
        from channels import route

        from . import work

        routes = [
            route("chat.receive", work.ChatReceiveConsumer),
            route("websocket.connect", work.connect),
        ]
        """,
    )


def test_functions_of_one_channel_stay_together():
    functions = COMMANDS.replace('print(message["room"])', "print(message)", 1)
    before = project(chat__work=functions, chat__routing=COMMAND_ROUTES)
    after, findings = fix(FIXER, before)
    assert after.modules["chat.work"].text == functions
    assert [each.text.partition(":")[0] for each in findings] == ["join", "leave", "say"]
    assert {each.kind for each in findings} == {"by hand"}


def test_several_routes():
    routing = ROUTING.replace(")]", "), route('other', keep_remark)]")
    before = workers(routing=routing)
    after, findings = fix(FIXER, before)
    assert after.modules["chat.work"].text == before.modules["chat.work"].text
    assert ["several routes" in each.text for each in findings] == [True, True]


@pytest.mark.parametrize(
    ("test", "converted"),
    [
        ("from chat.work import keep_remark\nkeep_remark({})", True),
        ("patch('chat.work.keep_remark')", True),
        ("from chat.work import keep_remark\nmatch == (keep_remark, {})", False),
    ],
)
def test_tests(test, converted):
    if converted:
        _, findings = fix(FIXER, workers(tests=test))
        assert [each.kind for each in findings] == ["automatic"]
    else:
        check_left(FIXER, workers(tests=test), "a test compares it")


def test_a_message_with_a_type():
    views = "from channels import Channel\nChannel('chat.remarks').send({'type': 'x'})"
    check_left(FIXER, workers(chat__views=views), "may have a type of its own")


def test_servers_and_classes_are_no_workers():
    routing = "from channels import route\nr = [route('http.request', 'chat.work.keep_remark')]"
    before = workers(routing=routing)
    assert fix(FIXER, before)[1] == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "message.reply_channel.send({'text': 'x'})",
            "Channel(message[\"reply_channel\"]).send({'text': 'x'})",
        ),
        ("keep(message.reply_channel.name)", 'keep(message["reply_channel"])'),
        ("keep(message['reply_channel'])", "keep(message['reply_channel'])"),
    ],
)
def test_a_reply_channel_that_came_with_the_message(line, expected):
    after, findings = fix(FIXER, workers(f"def keep_remark(message):\n    {line}\n"))
    assert [each.kind for each in findings] == ["automatic"]
    assert f"    {expected}\n" in after.modules["chat.work"].text


def test_a_channel_with_a_hyphen():
    after, findings = fix(FIXER, workers(routing=ROUTING.replace("chat.remarks", "chat-remarks")))
    assert [each.kind for each in findings] == ["automatic"]
    assert "def chat_remarks(self, event):" in after.modules["chat.work"].text
    routing = ROUTING.replace("chat.remarks", "chat-remarks").replace(")]", ", a='^b$')]")
    after, _ = fix(FIXER, workers(routing=routing))
    assert "class ChatRemarksConsumer(SyncConsumer):" in after.modules["chat.work"].text


def test_a_text_with_names():
    text = "def keep_remark(message):\n    print('%(a)s %%' % message.content)\n"
    after, _ = fix(FIXER, workers(text))
    assert "print('%(a)s %%' % message)" in after.modules["chat.work"].text


@pytest.mark.parametrize(
    ("package", "imported", "target"),
    [
        ("from chat.work import keep_remark", "from chat import keep_remark", "keep_remark"),
        ("from chat.work import *", "from chat import keep_remark", "keep_remark"),
        ("from chat.work import keep_remark", "import chat", "chat.keep_remark"),
    ],
)
def test_a_route_that_has_the_function_from_a_package(package, imported, target):
    routing = f"from channels import route\n{imported}\nr = [route('chat.remarks', {target})]\n"
    found = workers(site__routing=routing, chat=package, routing="")
    after, _ = fix(FIXER, found)
    text = after.modules["site.routing"].text
    assert "from chat.work import KeepRemarkConsumer" in text
    assert "route('chat.remarks', KeepRemarkConsumer)" in text
