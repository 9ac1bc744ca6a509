from __future__ import annotations

from textwrap import dedent

import pytest

from tests.channeltest.upgrade.projects import IMPORTS, check_converted, check_left, fix, project

FIXER = "function_consumers"
ROUTES = """\
from channels import route
from .consumers import ws_connect, ws_disconnect, ws_receive

channel_routing = [
    route("websocket.connect", ws_connect, path=r"^/chat/(?P<room>\\w+)/$"),
    route("websocket.receive", ws_receive, path=r"^/chat/(?P<room>\\w+)/$"),
    route("websocket.disconnect", ws_disconnect, path=r"^/chat/(?P<room>\\w+)/$"),
]
"""
ACCEPT = 'message.reply_channel.send({"accept": True})\n'
DECORATORS = {
    "connect": "@channel_session_user_from_http\n",
    "receive": "@channel_session_user\n",
    "disconnect": "@channel_session_user\n",
}


def consumers(*, connect=ACCEPT, receive="    pass\n", disconnect="    pass\n", above="", **others):
    """A project with three functions; each argument is the body of one."""
    bodies = {"connect": connect, "receive": receive, "disconnect": disconnect}
    functions = [
        f"\n\n{DECORATORS[name]}def ws_{name}(message, room):\n{dedented(body)}"
        for name, body in bodies.items()
    ]
    text = IMPORTS + above + "".join(functions)
    return project(chat__consumers=text, chat__routing=others.pop("routing", ROUTES), **others)


def dedented(body):
    lines = dedent(body).strip("\n").splitlines()
    return "".join(f"    {line}\n" if line else "\n" for line in lines)


def method(name, **bodies):
    """The lines of a method of the converted consumers."""
    after, findings = fix(FIXER, consumers(**bodies))
    assert [each.kind for each in findings] == ["automatic"], findings
    text = after.modules["chat.consumers"].text
    _, _, rest = text.partition(f"    def {name}(")
    lines = []
    for line in rest.splitlines()[1:]:
        if line and not line.startswith("        "):
            break
        lines.append(line.removeprefix("        "))
    return "\n".join(lines).strip()


def test_three_functions_become_one_class():
    check_converted(
        FIXER,
        project(
            chat__consumers='''\
            """The chat."""

            import json

            from channels import Group
            from channels.sessions import channel_session

            from .models import Room


            # Lets people in.
            @channel_session
            def ws_connect(message, room):
                """Join a room."""
                # Everybody may.
                message.reply_channel.send({"accept": True})
                message.channel_session["room"] = room  # for later
                Group("chat-%s" % room).add(message.reply_channel)


            HELP = """
            no indentation
            """


            @channel_session
            def ws_receive(message, room):
                text = json.loads(message["text"])
                if not Room.objects.filter(slug=message.channel_session["room"]).exists():
                    message.reply_channel.send({"close": 4004})
                    return
                if text == "help":
                    message.reply_channel.send({"text": """
            What?"""})
                else:
                    Group("chat-%s" % room).send({
                        "text": json.dumps(text),
                    })


            @channel_session
            def ws_disconnect(message, room):
                Group("chat-%s" % room).discard(message.reply_channel)
            ''',
            chat__routing=ROUTES,
        ),
        chat__consumers='''\
        """The chat."""

        import json

        from asgiref.sync import async_to_sync
        from channels import Group
        from channels.generic.websocket import WebsocketConsumer

        from .models import Room


        class ChatConsumer(WebsocketConsumer):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                self.channel_session = {}

            # Lets people in.
            def connect(self):
                """Join a room."""
                room = self.scope["url_route"]["kwargs"]["room"]
                # Everybody may.
                self.accept()
                self.channel_session["room"] = room  # for later
                async_to_sync(self.channel_layer.group_add)("chat-%s" % room, self.channel_name)

            def receive(self, text_data):
                room = self.scope["url_route"]["kwargs"]["room"]
                text = json.loads(text_data)
                if not Room.objects.filter(slug=self.channel_session["room"]).exists():
                    self.close(4004)
                    return
                if text == "help":
                    self.send(text_data="""
        What?""")
                else:
                    Group("chat-%s" % room).send({
                        "text": json.dumps(text),
                    })

            def disconnect(self, code):
                room = self.scope["url_route"]["kwargs"]["room"]
                async_to_sync(self.channel_layer.group_discard)("chat-%s" % room, self.channel_name)


        HELP = """
        no indentation
        """
        ''',
        chat__routing="""\
        from channels import route_class
        from .consumers import ChatConsumer

        channel_routing = [
            route_class(ChatConsumer, path=r"^/chat/(?P<room>\\w+)/$"),
        ]
        """,
    )


# What each line becomes


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ('message.reply_channel.send({"accept": True})', "self.accept()"),
        ('message.reply_channel.send({"accept": False})', "self.close()"),
        ('message.reply_channel.send({"close": True})', "self.close()"),
        ('message.reply_channel.send({"close": 4001})', "self.close(4001)"),
    ],
)
def test_connect(line, becomes):
    assert method("connect", connect=line) == becomes


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ('message.reply_channel.send({"text": "hi"})', 'self.send(text_data="hi")'),
        ('message.reply_channel.send({"bytes": b"x"})', 'self.send(bytes_data=b"x")'),
        (
            'message.reply_channel.send({"text": "bye", "close": True})',
            'self.send(text_data="bye", close=True)',
        ),
        ('print(message["text"])', "print(text_data)"),
        ('print(message.content["text"])', "print(text_data)"),
        ('print(message["path"])', 'print(self.scope["path"])'),
        ("print(message.user.pk)", 'print(self.scope["user"].pk)'),
        (
            'if message.user: message.reply_channel.send({"text": "x"})',
            'if self.scope["user"]: self.send(text_data="x")',
        ),
        (
            'Group("all").discard(message.reply_channel)',
            'async_to_sync(self.channel_layer.group_discard)("all", self.channel_name)',
        ),
        (
            'Group("all").send({"text": message.user.username})',
            'Group("all").send({"text": self.scope["user"].username})',
        ),
        ('Channel("work").send({"n": message["text"]})', 'Channel("work").send({"n": text_data})'),
        ("print(message['client'][0])", 'print(self.scope["client"][0])'),
        (
            'Group("a", channel_layer=message.channel_layer).discard(message.reply_channel)',
            'async_to_sync(self.channel_layer.group_discard)("a", self.channel_name)',
        ),
        (
            'Group("a", channel_layer=message.channel_layer).send({"text": "x"})',
            'Group("a").send({"text": "x"})',
        ),
        (
            'message.reply_channel.send({"text": json.dumps({"user": message.user.pk})})',
            'self.send(text_data=json.dumps({"user": self.scope["user"].pk}))',
        ),
    ],
)
def test_receive(line, becomes):
    assert method("receive", receive=line) == becomes


def test_a_frame_that_may_be_binary():
    after, _ = fix(FIXER, consumers(receive='print(message.get("text"))'))
    text = after.modules["chat.consumers"].text
    assert "def receive(self, text_data=None, bytes_data=None):" in text


def test_disconnect():
    assert method("disconnect", disconnect='print(message["code"])') == "print(code)"


def test_an_own_name_of_the_code():
    after, _ = fix(FIXER, consumers(disconnect='code = 1; print(code, message["code"])'))
    text = after.modules["chat.consumers"].text
    assert "def disconnect(self, close_code):" in text
    assert "code = 1; print(code, close_code)" in text
    assert method("receive", receive='code = message["text"]') == "code = text_data"


@pytest.mark.parametrize(
    "line",
    [
        'message.channel_session["n"] = 1',
        'message.channel_session["n"] += 1',
        'del message.channel_session["n"]',
        'print("n" in message.channel_session)',
        'print(message.channel_session.get("n", 0))',
        'message.channel_session["room"] = json.loads(message["text"])["room"]',
    ],
)
def test_the_channel_session_is_a_dict(line):
    becomes = line.replace("message.channel", "self.channel").replace(
        'message["text"]', "text_data"
    )
    assert method("receive", receive=line) == becomes


# What is left alone


@pytest.mark.parametrize(
    ("receive", "reason"),
    [
        ("handle(message)", "it hands the message to something else"),
        ("print(message.content)", "it uses message.content"),
        ("print(message.reply_channel)", "it uses message.reply_channel"),
        ('print(message["query_string"])', "the message's 'query_string' has another form"),
        ("h = dict(message['headers'])['host']", "the message's 'headers' has another form"),
        ("keep(message['client'])", "the message's 'client' has another form"),
        ("print(message.http_session)", "it uses message.http_session"),
        ("message.reply_channel.send(content)", "what it sends is not spelled out"),
        ("c = {}\nmessage.reply_channel.send(c)", "what it sends to the client is no literal dict"),
        (
            "c = {'text': 'x'}\nc['text'] = 'y'\nmessage.reply_channel.send(c)",
            "what it sends is not spelled out",
        ),
        ('message.reply_channel.send({"txt": "x"})', "other keys than accept, text"),
        ('message.reply_channel.send({"text": "x", **more})', "other keys than accept, text"),
        ('message.reply_channel.send({"close": code_of(room)})', "the close code is not known"),
        ("yield 1", "it is no plain function"),
        ('print(f"{message.user}")', "in an f-string"),
        ("g = Group(room)\nprint(f'{g.name}')", "in an f-string"),
        ("self = 1", "it has a name 'self'"),
        ("g = Group(room)\nlist(g)", "it uses channels.Group in a way that is not known"),
        ("g = Group(room)\ng.add(room)", "what it does with the group (add) is not known"),
        ('Group("g", alias="x").add(message.reply_channel)', "it names a channel layer"),
        ('Group("g").add("someone")', "what it does with the group (add) is not known"),
        ('message.channel_session["l"].append(1)', "in place"),
        ('l = message.channel_session["l"]\nl.append(1)', "in place"),
        ('message.channel_session["t"] = (1, 2)', "the same after JSON"),
        ('message.channel_session["t"] = thing()', "the same after JSON"),
        ("session = message.channel_session", "hands the channel session"),
        ("message.channel_session[room] = 1", "hands the channel session"),
        ('message.reply_channel.send({"accept": True})', "may be accepted already"),
    ],
)
def test_left_alone(receive, reason):
    check_left(FIXER, consumers(receive=receive), reason)


SEND = 'Group("all").send({"text": "x"})\n'
REPLY = 'message.reply_channel.send({"text": "y"})\n'
CLOSE = 'message.reply_channel.send({"close": True})\n'


@pytest.mark.parametrize(
    "receive",
    [
        SEND + CLOSE,
        SEND + 'message.reply_channel.send({"text": "y", "close": True})',
        SEND + "x = 1\n" + 'Group("all").discard(message.reply_channel)',
        SEND + 'Group(room()).add(message.reply_channel)\nprint(Group("all"))',
        SEND + "c = {'bytes': b'x'}\nmessage.reply_channel.send(c)",
        f"announce(room)\n{SEND}leave(message)",
    ],
)
def test_the_order_of_sends_would_change(receive):
    above = '\n\ndef announce(room):\n    Group(room).send({"text": "x"})\n'
    above += f"\n\ndef leave(message):\n    {CLOSE}\n"
    check_left(FIXER, consumers(receive=receive, above=above), "")


BEHIND = (
    "async_to_sync(self.channel_layer.send)"
    '(self.channel_name, {"type": "group.message", "text": "y"})\n'
)


def test_answers_behind_what_a_group_gets_have_a_handler():
    after, _ = fix(FIXER, consumers(receive=SEND + REPLY))
    text = after.modules["chat.consumers"].text
    assert text.endswith(
        '    def group_message(self, event):\n        self.send(text_data=event["text"])\n'
    )


@pytest.mark.parametrize(
    ("receive", "expected"),
    [
        (SEND + REPLY, SEND + BEHIND),
        (SEND + REPLY + REPLY, SEND + BEHIND + BEHIND),
        (REPLY + SEND + REPLY, 'self.send(text_data="y")\n' + SEND + BEHIND),
        (f"if room:\n    {SEND}{REPLY}", f"if room:\n    {SEND}{BEHIND}"),
        (f"for each in room:\n    {REPLY}    {SEND}", f"for each in room:\n    {BEHIND}    {SEND}"),
        (f"try:\n    {SEND}finally:\n    {REPLY}", f"try:\n    {SEND}finally:\n    {BEHIND}"),
        ("announce(room)\n" + REPLY, "announce(room)\n" + BEHIND),
        ("Channel(room).send({})\n" + REPLY, "Channel(room).send({})\n" + BEHIND),
    ],
)
def test_replies_behind_what_a_group_gets(receive, expected):
    above = '\n\ndef announce(room):\n    Group(room).send({"text": "x"})\n'
    assert method("receive", receive=receive, above=above).endswith(expected.strip())


JOIN = 'Group("all").add(message.reply_channel)\n'
JOINED = 'async_to_sync(self.channel_layer.group_add)("all", self.channel_name)\n'


@pytest.mark.parametrize(
    ("receive", "expected"),
    [
        (SEND + JOIN, JOINED + SEND),
        (SEND + JOIN.replace("add", "discard"), JOINED.replace("_add", "_discard") + SEND),
        (SEND + SEND + JOIN, JOINED + SEND + SEND),
        (SEND + JOIN + JOIN, JOINED + JOINED + SEND),
        (SEND + JOIN + REPLY, JOINED + SEND + BEHIND),
        (f"{SEND}if room:\n    {JOIN}", f"if room:\n    {JOINED}{SEND}"),
        (f"if room:\n    {SEND}    {JOIN}", f"if room:\n    {JOINED}    {SEND}"),
    ],
)
def test_joins_in_front_of_what_a_group_gets(receive, expected):
    assert method("receive", receive=receive).endswith(expected.strip())


@pytest.mark.parametrize(
    "receive",
    [
        REPLY + SEND,
        f"if room:\n    {SEND}else:\n    {REPLY}",
        f"if room:\n    {SEND}    return\n{REPLY}",
        'Channel("work").send({})\n' + REPLY,
    ],
)
def test_the_order_of_sends_stays(receive):
    method("receive", receive=receive)


def test_a_model_that_sends_when_it_is_saved():
    models = """\
    from channels import Group
    class Remark:
        def save(self):
            Group("all").send({"text": "x"})
    """
    receive = f"Remark.objects.create(text=message['text'])\n{REPLY}"
    assert method("receive", receive=receive, chat__models=models).endswith(BEHIND.strip())


@pytest.mark.parametrize(
    ("connect", "reason"),
    [
        (REPLY + ACCEPT, "may be accepted already"),
        (CLOSE + ACCEPT, "it answers after it has closed"),
        ('message.reply_channel.send({"accept": True, "text": "hi"})', "would see the acceptance"),
        ('message.reply_channel.send({"accept": yes})', "does not say plainly that it accepts"),
        (ACCEPT.strip() + "\n" + ACCEPT.strip(), "may be accepted already"),
    ],
)
def test_connect_is_left_alone(connect, reason):
    check_left(FIXER, consumers(connect=connect), reason)


LATE = """\
    def send(self, text_data=None, bytes_data=None, close=False):
        # Servers of Channels 1 accepted a client with its first frame.
        if not self.is_accepted:
            self.accept()
            self.is_accepted = True
        super().send(text_data, bytes_data, close)
"""


@pytest.mark.parametrize(
    ("connect", "converted"),
    [
        (REPLY, 'self.send(text_data="y")'),
        (
            f"if room:\n    {ACCEPT.strip()}\n{REPLY}",
            "if room:\n            self.accept()\n            self.is_accepted = True\n",
        ),
        (
            'message.reply_channel.send({"text": "y", "close": True})\nreturn',
            'self.send(text_data="y", close=True)\n        return',
        ),
        ("Group(room).add(message.reply_channel)", "group_add)(room, self.channel_name)"),
    ],
)
def test_a_frame_before_it_has_accepted(connect, converted):
    after, findings = fix(FIXER, consumers(connect=connect))
    assert [each.kind for each in findings] == ["automatic"]
    text = after.modules["chat.consumers"].text
    assert converted in text
    assert "(WebsocketConsumer):\n    is_accepted = False\n\n    def connect(self):\n" in text
    assert text.endswith(f"\n\n{LATE}")


def test_an_answer_to_a_client_that_has_left():
    check_left(FIXER, consumers(disconnect=REPLY), "it answers a client that has left")


def test_a_decorator_that_is_not_known():
    text = "from .auth import staff_only\n@staff_only\ndef ws_connect(message):\n    pass\n"
    routing = (
        'from channels import route\nx = [route("websocket.connect", "chat.consumers.ws_connect")]'
    )
    before = project(chat__consumers=text, chat__routing=routing)
    check_left(FIXER, before, "what @staff_only does is not known")


def test_the_user_of_a_connection_that_has_none():
    before = consumers(receive="print(message.user)")
    text = before.modules["chat.consumers"].text.replace("@channel_session_user_from_http\n", "")
    check_left(FIXER, before.changed({"chat.consumers": text}), "its user does not come from")


# Routes


def test_frames_need_no_path_where_one_path_lets_clients_in():
    routing = """\
    from channels.routing import route

    channel_routing = [
        route("websocket.connect", "chat.consumers.ws_connect", path=r"^/chat/(?P<room>\\w+)/$"),
        route("websocket.receive", "chat.consumers.ws_receive"),
        # They leave.
        route("websocket.disconnect", "chat.consumers.ws_disconnect"),
        route("work", "chat.work.work"),
    ]
    """
    check_converted(
        FIXER,
        consumers(routing=routing),
        chat__routing="""\
        from channels.routing import route, route_class

        channel_routing = [
            route_class("chat.consumers.ChatConsumer", path=r"^/chat/(?P<room>\\w+)/$"),
            # They leave.
            route("work", "chat.work.work"),
        ]
        """,
    )


def test_a_list_in_one_line():
    routing = (
        "from channels import route\nfrom chat import consumers\n"
        'x = [route("websocket.connect", consumers.ws_connect), '
        'route("websocket.disconnect", consumers.ws_disconnect)]\n'
    )
    after, _ = fix(FIXER, consumers(routing=routing))
    line = after.modules["chat.routing"].text.splitlines()[-1]
    assert line == "x = [route_class(consumers.ChatConsumer)]"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('ws_receive, path=r"^/chat', 'ws_receive, method="x", path=r"^/chat', "more than a path"),
        ("ws_receive, path=", "unknown.ws_receive, path=", "what the route leads to is not known"),
    ],
)
def test_routes_that_are_not_known(old, new, reason):
    check_left(FIXER, consumers(routing=ROUTES.replace(old, new)), reason)


def test_a_route_between():
    between = (
        '    route("websocket.connect", other, path="^/chat/x"),\n    route("websocket.receive"'
    )
    before = consumers(routing=ROUTES.replace('    route("websocket.receive"', between))
    after, findings = fix(FIXER, before)
    assert after.modules == before.modules or all(each.kind == "by hand" for each in findings)
    assert any("another route stands between" in each.text for each in findings)


def test_different_partners():
    more = """
other_routing = [
    route("websocket.connect", ws_connect),
    route("websocket.receive", ws_receive),
]
"""
    before = consumers(routing=ROUTES + more)
    after, findings = fix(FIXER, before)
    assert after.modules["chat.consumers"].text == before.modules["chat.consumers"].text
    assert ["different partners" in each.text for each in findings] == [True, True]


# Tests


def test_a_name_that_tests_use_stays():
    tests = """\
    from channels import route
    from chat.consumers import ws_connect, ws_receive
    routes = [route("websocket.connect", ws_connect), route("websocket.receive", ws_receive)]
    """
    after, _ = fix(FIXER, consumers(chat__tests=tests))
    text = after.modules["chat.consumers"].text
    assert "class ws_connect(WebsocketConsumer):" in text
    assert text.endswith("\n\nws_receive = ws_connect\n")


@pytest.mark.parametrize(
    ("test", "reason"),
    [
        (
            "from chat.consumers import ws_connect\nws_connect(message)",
            "tests.py line 2: a test calls it",
        ),
        ('patch("chat.consumers.ws_connect")', "a test names it"),
        ('patch("chat.consumers.Group")', "a test patches chat.consumers.Group"),
    ],
)
def test_a_test_that_needs_the_function(test, reason):
    body = 'Group("x").send({})'
    check_left(FIXER, consumers(receive=body, chat__tests=test), reason)


def test_a_test_that_reads_the_stored_session():
    before = consumers(
        receive='message.channel_session["n"] = 1',
        chat__tests="import channels\nclient.session.load()",
    )
    check_left(FIXER, before, "may read the stored channel session")


def test_the_class_of_1x_is_imported_under_the_same_name():
    above = "from channels.generic.websockets import WebsocketConsumer\nX = WebsocketConsumer\n"
    after, _ = fix(FIXER, consumers(above=above))
    text = after.modules["chat.consumers"].text
    assert "from channels.generic import websocket\n" in text
    assert "class ChatConsumer(websocket.WebsocketConsumer):" in text


def test_a_dict_of_routes():
    routing = """\
    from . import consumers

    channel_routing = {
        "websocket.connect": consumers.ws_connect,
        "websocket.receive": "chat.consumers.ws_receive",
    }
    """
    check_converted(
        FIXER,
        consumers(routing=routing),
        chat__routing="""\
        from . import consumers

        channel_routing = {
            "websocket.connect": consumers.ChatConsumer,
            "websocket.receive": "chat.consumers.ChatConsumer",
        }
        """,
    )


def test_a_client_that_was_refused_does_not_leave():
    connect = f"if room:\n    {CLOSE}    return\n{ACCEPT}"
    after, _ = fix(FIXER, consumers(connect=connect, disconnect=SEND))
    text = after.modules["chat.consumers"].text
    assert "    is_accepted = False\n\n    def connect(self):" in text
    assert "        self.accept()\n        self.is_accepted = True\n" in text
    assert "        if not self.is_accepted:\n            return\n        Group(" in text
    harmless, _ = fix(FIXER, consumers(connect=connect))
    assert "is_accepted" not in harmless.modules["chat.consumers"].text


def test_a_comment_in_what_is_replaced_goes_above_it():
    receive = """
        message.reply_channel.send({  # to all
            # The answer.
            "text": "#x",
        })
    """
    assert method("receive", receive=receive) == (
        '# to all\n# The answer.\nself.send(text_data="#x")'
    )


def test_a_comment_in_one_of_several_statements_of_a_line():
    receive = 'a = 1; message.reply_channel.send({  # to all\n    "text": "x"})'
    check_left(FIXER, consumers(receive=receive), "it stands on a line with other code")


@pytest.mark.parametrize(
    "spelled",
    [
        "message.reply_channel.name",
        "str(message.reply_channel)",
        'message["reply_channel"]',
        'message.content["reply_channel"]',
    ],
)
def test_the_name_of_the_reply_channel(spelled):
    assert method("receive", receive=f"save({spelled})") == "save(self.channel_name)"


def test_a_test_that_looks_at_a_reply_channel():
    before = consumers(
        receive="save(message.reply_channel.name)",
        chat__tests="from channels import x\nassert client.reply_channel == saved()\n",
    )
    check_left(FIXER, before, "tests.py looks at a reply channel")
    fine = consumers(
        receive="save(message.reply_channel.name)",
        chat__tests="from channels import x\nx.get_next_message(client.reply_channel)\n",
    )
    assert fix(FIXER, fine)[1][0].kind == "automatic"


def test_a_session_that_workers_share():
    worker = "\n@channel_session\ndef work(message): pass\n"
    routing = ROUTES.replace("]\n", "    route('work', 'chat.consumers.work'),\n]\n")
    before = consumers(receive="save(message.reply_channel.name)", above=worker, routing=routing)
    check_left(FIXER, before, "it shares the reply channel")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            'q = parse_qs(message.content["query_string"])',
            'q = parse_qs(self.scope["query_string"].decode())',
        ),
        (
            'q = parse_qs(message["query_string"])[b"a"]',
            'q = parse_qs(self.scope["query_string"])[b"a"]',
        ),
        (
            'q = message["query_string"].decode("utf-8")',
            'q = self.scope["query_string"].decode("utf-8")',
        ),
        (
            'h = dict(message.content["headers"])[b"host"]',
            'h = dict(self.scope["headers"])[b"host"]',
        ),
    ],
)
def test_what_the_request_had(line, expected):
    assert method("connect", connect=f"{ACCEPT}{line}") == f"self.accept()\n{expected}"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('return message.reply_channel.send({"close": True})', "self.close()\nreturn"),
        ("return 1", "return 1"),
        ("return handle(room)", "return handle(room)"),
    ],
)
def test_what_a_consumer_returns_is_lost(line, expected):
    assert method("receive", receive=line).endswith(expected)


def test_a_test_that_looks_at_what_a_consumer_returns():
    tests = "from channels import x\nfound = client.send_and_consume('websocket.receive')\n"
    check_left(
        FIXER, consumers(receive="return 1", chat__tests=tests), "may look at what it returns"
    )


def test_arguments_that_the_path_always_has():
    before = consumers(receive="print(room)")
    module = before.modules["chat.consumers"]
    text = module.text.replace("ws_receive(message, room)", "ws_receive(message, room=None)")
    after, findings = fix(FIXER, before.changed({"chat.consumers": text}))
    assert findings[0].kind == "automatic"
    assert (
        'room = self.scope["url_route"]["kwargs"]["room"]' in after.modules["chat.consumers"].text
    )


def test_a_frame_in_a_variable():
    lines = 'content = {"text": room}\nmessage.reply_channel.send(content)'
    assert method("receive", receive=lines).endswith(
        'content = {"text": room}\nself.send(text_data=content["text"])'
    )


def test_groups_that_a_property_returns():
    models = (
        "from channels import Group\n"
        "class Room:\n"
        "    @property\n"
        "    def websocket_group(self):\n"
        "        return Group('room')\n"
    )
    connect = f"{ACCEPT}find(room).websocket_group.add(message.reply_channel)"
    after, _ = fix(FIXER, consumers(connect=connect, chat__models=models))
    call = "async_to_sync(self.channel_layer.group_add)(find(room).websocket_group.name, "
    assert call + "self.channel_name)" in after.modules["chat.consumers"].text


def test_enforced_order():
    ordered = ROUTES.replace("ws_receive,", "ws_receive,")
    text = {"receive": "pass", "routing": ordered}
    before = consumers(**text)
    module = before.modules["chat.consumers"]
    changed = module.text.replace(
        "@channel_session_user\ndef ws_receive", "@enforce_ordering\ndef ws_receive"
    ).replace("import channel_session\n", "import channel_session, enforce_ordering\n")
    before = before.changed({"chat.consumers": changed})
    after, findings = fix(FIXER, before)
    assert findings[0].kind == "automatic"
    assert "enforce_ordering" not in after.modules["chat.consumers"].text


HELPER = """

def reply(message, data):
    message.reply_channel.send({"text": json.dumps(data)})


def members_only(func):
    def wrapper(message, *args, **kwargs):
        if not message.user.is_staff:
            message.reply_channel.send({"close": True})
            return
        return func(message, *args, **kwargs)
    return wrapper
"""


def test_a_function_that_takes_the_message():
    after, _ = fix(FIXER, consumers(receive="reply(message, 1)", above=HELPER))
    text = after.modules["chat.consumers"].text
    assert "def reply(consumer, data):\n    consumer.send(text_data=json.dumps(data))\n" in text
    assert "        reply(self, 1)\n" in text
    # What no consumer uses stays.
    assert "def wrapper(message, *args" in text


def test_a_function_that_others_give_a_message_too():
    others = "from .consumers import reply\ndef other(m):\n    reply(m, 1)\n"
    check_left(
        FIXER,
        consumers(receive="reply(message, 1)", above=HELPER, chat__other=others),
        "hands the message to something else",
    )


def test_a_function_that_a_consumer_uses_which_stays():
    routing = ROUTES.replace(
        "]\n", "    route('websocket.connect', 'chat.x.old', path='^/x'),\n]\n"
    )
    other = "from .consumers import reply\ndef old(message):\n    reply(message, print(message))\n"
    before = consumers(receive="reply(message, 1)", above=HELPER, chat__x=other, routing=routing)
    after, findings = fix(FIXER, before)
    assert {each.kind for each in findings} == {"by hand"}
    assert "def reply(message, data)" in after.modules["chat.consumers"].text


def test_a_decorator_of_the_project():
    before = consumers(above=HELPER)
    module = before.modules["chat.consumers"]
    changed = module.text.replace("def ws_connect", "@members_only\ndef ws_connect")
    after, findings = fix(FIXER, before.changed({"chat.consumers": changed}))
    text = after.modules["chat.consumers"].text
    assert findings[0].kind == "automatic", findings
    assert "    @members_only\n    def connect(self):\n" in text
    assert '        if not consumer.scope["user"].is_staff:\n            consumer.close()\n' in text
    assert "return func(consumer, *args, **kwargs)" in text


def test_one_function_for_all_channels():
    routing = ROUTES.replace("ws_disconnect, path", "ws_receive, path")
    check_left(FIXER, consumers(routing=routing), "one function serves several channels")


def test_a_class_behind_frames_without_a_path():
    routing = ROUTES.replace('ws_receive, path=r"^/chat/(?P<room>\\w+)/$"', "ws_receive")
    routing = routing.replace("]\n", "    Other.as_route(path='^/other/'),\n]\n")
    check_left(FIXER, consumers(routing=routing), "another route stands behind")


@pytest.mark.parametrize(
    "old", ["@channel_session_user_from_http", "def ws_connect(message, room):"]
)
def test_a_comment_above_the_body(old):
    before = consumers()
    text = before.modules["chat.consumers"].text.replace(old, f"{old}  # why")
    check_left(FIXER, before.changed({"chat.consumers": text}), "a comment stands above its body")


def test_a_comment_of_a_route_stays():
    first, second = ROUTES.split('    route("websocket.disconnect"')
    routing = f'{first.rstrip()}  # x\n    route("websocket.disconnect"{second}'
    after, _ = fix(FIXER, consumers(routing=routing))
    assert "    # x\n" in after.modules["chat.routing"].text


def test_line_ends_stay():
    before = consumers(connect=ACCEPT + SEND, disconnect="log()")
    texts = {name: each.text.replace("\n", "\r\n") for name, each in before.modules.items()}
    after, findings = fix(FIXER, before.changed(texts))
    assert [each.kind for each in findings] == ["automatic"]
    for each in after.modules.values():
        assert each.text.count("\r\n") == each.text.count("\n")


def test_several_layers():
    layer = "{'BACKEND': 'asgi_redis.RedisChannelLayer'}"
    settings = f"CHANNEL_LAYERS = {{'a': {layer}, 'b': {layer}}}"
    receive = 'Group("a", channel_layer=message.channel_layer).send({"text": "x"})'
    check_left(FIXER, consumers(receive=receive, settings=settings), "names a channel layer")


def test_a_test_that_compares_a_refusal():
    connect = 'message.reply_channel.send({"accept": False})'
    tests = 'client.receive() == {"accept": False}'
    _, findings = fix(FIXER, consumers(connect=connect, chat__tests=tests))
    assert [each.kind for each in findings] == ["automatic"]
    tests = 'self.get_next_message("x").content == {"accept": False}'
    check_left(FIXER, consumers(connect=connect, chat__tests=tests), "tests.py compares its")
    routing = ROUTES.replace("]", '    route("x", "chat.workers.work"),\n]')
    _, findings = fix(FIXER, consumers(connect=connect, chat__tests=tests, routing=routing))
    assert [each.kind for each in findings] == ["automatic"]


def test_arguments_by_their_names():
    text = (
        consumers()
        .modules["chat.consumers"]
        .text.replace(
            "def ws_receive(message, room):\n    pass",
            "def ws_receive(message, **kwargs):\n    print(kwargs['room'])",
        )
    )
    after, findings = fix(FIXER, consumers().changed({"chat.consumers": text}))
    assert [each.kind for each in findings] == ["automatic"]
    line = 'print(self.scope["url_route"]["kwargs"][\'room\'])'
    assert line in after.modules["chat.consumers"].text


def test_the_class_is_not_called_as_its_base():
    text = "def ws_connect(message):\n    pass\n"
    routing = 'from channels import route\nr = [route("websocket.connect", "websocket.ws_connect")]'
    after, _ = fix(FIXER, project(websocket=text, routing=routing))
    assert "class SocketConsumer(WebsocketConsumer):" in after.modules["websocket"].text


def test_a_function_that_takes_the_reply_channel():
    helper = "\n\ndef send(channel, **data):\n    channel.send({'text': json.dumps(data)})\n"
    after, _ = fix(FIXER, consumers(receive="send(message.reply_channel, a=1)", above=helper))
    text = after.modules["chat.consumers"].text
    assert "def send(consumer, **data):\n    consumer.send(text_data=json.dumps(data)" in text
    assert "        send(self, a=1)\n" in text


def test_a_group_in_a_variable():
    receive = """\
    group = Group("chat-%s" % room, channel_layer=message.channel_layer)
    if message["text"] == "leave":
        group.discard(message.reply_channel)
    group.send({"text": group.name})
    """
    settings = "CHANNEL_LAYERS = {'default': {'BACKEND': 'asgiref.inmemory.ChannelLayer'}}"
    assert method("receive", receive=receive, settings=settings) == dedent(
        """\
        room = self.scope["url_route"]["kwargs"]["room"]
        group = "chat-%s" % room
        if text_data == "leave":
            async_to_sync(self.channel_layer.group_discard)(group, self.channel_name)
        Group(group).send({"text": group})"""
    )


def test_a_group_of_another_layer_in_a_variable():
    receive = 'g = Group("a", alias="other")\ng.send({"text": "x"})'
    check_left(FIXER, consumers(receive=receive), "names a channel layer")


def test_a_send_before_an_answer_to_a_group_in_a_variable():
    receive = 'g = Group(room)\ng.send({"text": "x"})\nmessage.reply_channel.send({"close": True})'
    check_left(FIXER, consumers(receive=receive), "it goes on after a send to a group")


def test_an_argument_that_its_path_may_lack():
    routing = ROUTES.replace("(?P<room>\\w+)/$", "(?P<room>\\w+)?/$")
    assert method("receive", receive="print(room)", routing=routing) == (
        'room = self.scope["url_route"]["kwargs"].get("room")\nprint(room)'
    )


def test_all_arguments_of_a_path_that_may_lack_one():
    before = consumers(routing=ROUTES.replace("(?P<room>\\w+)/$", "(?P<room>\\w+)?/$"))
    text = before.modules["chat.consumers"].text
    text = text.replace(
        "receive(message, room):\n    pass", "receive(message, **u):\n    print(u['room'])"
    )
    check_left(FIXER, before.changed({"chat.consumers": text}), "may be missing")


TOKEN = """

def with_token(func):
    def inner(message, *args, **kwargs):
        params = parse_qs(message.content["query_string"])
        if "token" not in params:
            message.reply_channel.send({"close": True})
            return
        message.user = User.objects.get(token=params["token"][0])
        return func(message, *args, **kwargs)
    return inner


@with_token
def ws_connect(message, room):
    message.reply_channel.send({"accept": True})
    message.reply_channel.send({"text": message.user.name})
"""
TOKEN_ROUTE = """\
from channels import route
from .consumers import ws_connect
routes = [route("websocket.connect", ws_connect, path=r"^/(?P<room>x)$")]
"""


def with_token(old="", new=""):
    text = f"{IMPORTS}\nfrom urllib.parse import parse_qs\n{TOKEN.replace(old, new)}"
    return project(chat__consumers=text, chat__routing=TOKEN_ROUTE)


def test_what_a_decorator_assigns_to_the_message():
    after, findings = fix(FIXER, with_token())
    assert [each.kind for each in findings] == ["automatic"]
    text = after.modules["chat.consumers"].text
    assert 'params = parse_qs(consumer.scope["query_string"].decode())' in text
    assert "        consumer.user = User.objects.get(" in text
    assert "        self.send(text_data=self.user.name)" in text


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("message.user = ", "user = ", "its user does not come from the HTTP session"),
        ("@with_token", "@with_token\n@channel_session_user", "its user does not come from"),
        ("message.user", "message.accept", "message.accept in a way that is not known"),
    ],
)
def test_what_a_decorator_does_not_assign(old, new, reason):
    check_left(FIXER, with_token(old, new), reason)


def test_what_the_decorator_of_another_consumer_assigns():
    before = with_token()
    other = "\n\ndef ws_receive(message, room):\n    print(message.user)\n"
    text = before.modules["chat.consumers"].text + other
    routes = TOKEN_ROUTE.replace("import ws_connect", "import ws_connect, ws_receive").replace(
        "routes = [", 'routes = [route("websocket.receive", ws_receive, path=r"^/(?P<room>x)$"), '
    )
    before = before.changed({"chat.consumers": text, "chat.routing": routes})
    check_left(FIXER, before, "its user does not come from the HTTP session")


DUMP = """

def dump(kind):
    return {"text": json.dumps({"kind": kind})}
"""


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("message.reply_channel.send(dump(room))", 'self.send(text_data=dump(room)["text"])'),
        (
            "frame = dump(1)\nmessage.reply_channel.send(frame)",
            'frame = dump(1)\nself.send(text_data=frame["text"])',
        ),
        (
            'Group(room).send(dump(1))\nmessage.reply_channel.send(dump(message["text"]))',
            'Group(room).send(dump(1))\nif text_data is None:\n    raise KeyError("text")\n'
            "async_to_sync(self.channel_layer.send)"
            '(self.channel_name, {"type": "group.message", "text": dump(text_data)["text"]})',
        ),
    ],
)
def test_what_a_function_returns(body, lines):
    found = method("receive", receive=body, above=DUMP).replace(
        'room = self.scope["url_route"]["kwargs"]["room"]\n', ""
    )
    assert found == lines


@pytest.mark.parametrize("body", ["channel.send({})", "changed.send_robust(room)"])
def test_what_may_send_to_this_client(body):
    reply = "\nmessage.reply_channel.send({'text': 'x'})"
    assert "async_to_sync(self.channel_layer.send)" in method("receive", receive=body + reply)


def test_an_argument_of_the_url_with_the_name_of_the_code():
    routing = ROUTES.replace("(?P<room>", "(?P<code>")
    before = consumers(disconnect="print(code)", routing=routing)
    text = before.modules["chat.consumers"].text.replace("message, room", "message, code")
    after, _ = fix(FIXER, project(chat__consumers=text, chat__routing=routing))
    found = after.modules["chat.consumers"].text
    assert "def disconnect(self, close_code):\n        code = self.scope" in found


COMMANDS = """

def enter(message, data):
    message.reply_channel.send({"text": data})


def leave(message, data):
    Group(data).discard(message.reply_channel)


COMMANDS = {"enter": enter, "leave": leave}
"""


@pytest.mark.parametrize(
    "body",
    [
        'COMMANDS[message["text"]](message, 1)',
        'command = COMMANDS.get(message["text"], leave)\ncommand(message, 1)',
        '{"enter": enter, "leave": leave}[message["text"]](message, 1)',
    ],
)
def test_functions_in_a_dict(body):
    above = COMMANDS if "COMMANDS" in body else COMMANDS.rpartition("COMMANDS")[0]
    expected = body.replace("(message, 1)", "(self, 1)").replace('message["text"]', "text_data")
    assert expected in method("receive", receive=body, above=above)
    after, _ = fix(FIXER, consumers(receive=body, above=above))
    text = after.modules["chat.consumers"].text
    assert "def enter(consumer, data):\n    consumer.send(text_data=data)\n" in text


@pytest.mark.parametrize(
    ("body", "above"),
    [
        ("COMMANDS[room](message, 1)", COMMANDS + "COMMANDS['more'] = print\n"),
        ("COMMANDS[room](message, 1)", COMMANDS.replace("def enter", "@other\ndef enter")),
        ("COMMANDS[room](message, 1)", COMMANDS.replace(": leave", ": lambda m, d: m.user")),
        ("COMMANDS[room](message, 1)", COMMANDS + "\nleave(1, 2)\n"),
        ("COMMANDS[room](message, 1)\n" + ACCEPT, COMMANDS),
        ('Group("a").send({"text": "b"})\nCOMMANDS[room](message, 1)', COMMANDS),
    ],
)
def test_functions_in_a_dict_that_are_not_known(body, above):
    check_left(FIXER, consumers(receive=body, above=above), "")


ANSWER = """

def answer(message, text):
    message.reply_channel.send({"text": text})
"""


def test_a_function_that_answers_behind_a_send_to_a_group():
    bodies = {"receive": f"{SEND}answer(message, room)", "above": ANSWER}
    assert method("receive", **bodies).endswith("answer(self, room)")
    after, _ = fix(FIXER, consumers(**bodies))
    text = after.modules["chat.consumers"].text
    assert "    async_to_sync(consumer.channel_layer.send)(consumer.channel_name, {" in text
    assert "def group_message(self, event):" in text


def test_a_function_that_would_answer_others_too_late():
    body = f"if room:\n    {SEND}    answer(message, room)\n    return\n"
    body += 'answer(message, room)\nmessage.reply_channel.send({"close": True})'
    _, findings = fix(FIXER, consumers(receive=body, above=ANSWER))
    assert [each.kind for each in findings] == ["by hand"]


DECORATED = """

def with_name(key):
    def decorator(func):
        @wraps(func)
        def inner(message, room, **kwargs):
            name = room + key
            if not name:
                message.reply_channel.send({"text": "nobody"})
                return
            return func(message, name, room=room, **kwargs)
        return inner
    return decorator


@channel_session_user
@with_name("a")
def ws_receive(message, name, room):
    message.reply_channel.send({"text": name})
"""


def test_a_decorator_with_arguments():
    before = consumers()
    text = before.modules["chat.consumers"].text
    plain = text[text.index("@channel_session_user\ndef ws_receive") :]
    plain = plain[: plain.index("@channel_session_user\ndef ws_disconnect")]
    text = text.replace(plain, DECORATED.lstrip("\n") + "\n\n").replace(
        "import json\n", "import json\nfrom functools import wraps\n"
    )
    after, findings = fix(FIXER, project(chat__consumers=text, chat__routing=ROUTES))
    assert [each.kind for each in findings] == ["automatic"], findings
    found = after.modules["chat.consumers"].text
    assert (
        """\
        def inner(consumer, *args, **kwargs):
            room = consumer.scope["url_route"]["kwargs"]["room"]
            name = room + key
            if not name:
                consumer.send(text_data="nobody")
                return
            return func(consumer, name, *args, room=room, **kwargs)
"""
        in found
    )
    assert (
        """\
    @with_name("a")
    def receive(self, name, room, text_data=None, bytes_data=None):
        self.send(text_data=name)
"""
        in found
    )


def test_who_connects_is_logged():
    connect = ACCEPT + 'print("from", message.content.get("client"))'
    assert 'print("from", self.scope.get("client"))' in method("connect", connect=connect)


CAUGHT = """

class ClientError(Exception):
    def send_to(self, channel):
        channel.send({"text": json.dumps({"error": self.args[0]})})


def catch_client_error(func):
    def inner(message, *args, **kwargs):
        try:
            return func(message, *args, **kwargs)
        except ClientError as error:
            error.send_to(message.reply_channel)
    return inner


"""


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ("raise ClientError(room)", 'consumer.send(text_data=json.dumps({"error": self.args[0]}))'),
        (
            f"{SEND}raise ClientError(room)",
            "async_to_sync(consumer.channel_layer.send)(consumer.channel_name, "
            '{"type": "group.message", "text": json.dumps({"error": self.args[0]})})',
        ),
    ],
)
def test_an_exception_that_answers(body, answer):
    text = consumers(receive=body).modules["chat.consumers"].text
    text = text.replace("\n\n@channel_session_user_from", CAUGHT + "@channel_session_user_from", 1)
    name = "@channel_session_user\ndef ws_receive"
    text = text.replace(name, name.replace("\n", "\n@catch_client_error\n"))
    after, findings = fix(FIXER, project(chat__consumers=text, chat__routing=ROUTES))
    assert [each.kind for each in findings] == ["automatic"], findings
    found = after.modules["chat.consumers"].text
    assert f"    def send_to(self, consumer):\n        {answer}\n" in found
    assert "            error.send_to(consumer)\n" in found


REGISTERED = """

COMMANDS = {}


def command(name):
    def register(func):
        COMMANDS[name] = func
        return func
    return register


@command("leave")
def leave(message, name):
    Group(name).send({"text": "gone"})
    Group(name).discard(message.reply_channel)
"""


def test_functions_that_decorators_put_into_a_dict():
    body = 'COMMANDS[message["text"]](message, room)'
    assert method("receive", receive=body, above=REGISTERED).endswith("(self, room)")
    after, _ = fix(FIXER, consumers(receive=body, above=REGISTERED))
    assert (
        """\
@command("leave")
def leave(consumer, name):
    async_to_sync(consumer.channel_layer.group_discard)(name, consumer.channel_name)
    Group(name).send({"text": "gone"})
"""
        in after.modules["chat.consumers"].text
    )


def test_an_answer_behind_a_group_that_accepts():
    connect = 'Group("g").send({"text": "a"}); message.reply_channel.send({"text": "b"})'
    after, _ = fix(FIXER, consumers(connect=connect))
    text = after.modules["chat.consumers"].text
    assert "def send(self, text_data=None, bytes_data=None, close=False):" in text
    assert "def group_message(self, event):" in text


def test_a_client_that_is_accepted_or_not():
    accept = 'message.reply_channel.send({"accept": message["path"] == "/a"})'
    bodies = {"connect": accept, "disconnect": 'Group("g").send({"text": "left"})'}
    assert method("connect", **bodies) == (
        'if self.scope["path"] == "/a":\n    self.accept()\n    self.is_accepted = True\n'
        "else:\n    self.close()"
    )
    assert "if not self.is_accepted:" in method("disconnect", **bodies)
    line = f"x = 1; {accept}"
    assert [each.kind for each in fix(FIXER, consumers(connect=line))[1]] == ["by hand"]
    line = f'{accept}\nmessage.reply_channel.send({{"text": "hi"}})'
    assert [each.kind for each in fix(FIXER, consumers(connect=line))[1]] == ["by hand"]


def test_a_class_stands_behind_its_decorators():
    above = f"def ws_connect(message):\n    {ACCEPT}\n\n"
    below = """\
def caught(func):
    def inner(message, *args, **kwargs):
        try:
            return func(message, *args, **kwargs)
        except KeyError:
            message.reply_channel.send({"text": "what?"})
    return inner


@caught
def ws_receive(message):
    message.reply_channel.send({"text": message["text"]})


def ws_disconnect(message):
    pass
"""
    routes = ROUTES.replace("(?P<room>\\w+)/", "")
    made = project(chat__consumers=IMPORTS + above + below, chat__routing=routes)
    after, _ = fix(FIXER, made)
    text = after.modules["chat.consumers"].text
    assert text.index("def caught") < text.index("class ")
    # The decorator answers a binary frame, too.
    assert text.count('        if text_data is None:\n            raise KeyError("text")') == 1
