from __future__ import annotations

from textwrap import dedent, indent

import pytest

from tests.channeltest.upgrade.projects import (
    check_converted,
    check_left,
    fix,
    module,
    project,
    texts,
)

FIXER = "class_consumers"
METHOD = "def receive(self, text, **kwargs):\n    "
IMPORTS = "from channels import Group\nfrom channels.generic.websockets import {base}\n"


def consumers(body, base="WebsocketConsumer", above="", **others):
    """A project with the consumer ``C``, whose body is ``body``."""
    text = IMPORTS.format(base=base) + above
    text += f"class C({base}):\n" + indent(dedent(body).strip("\n"), "    ") + "\n"
    return project(app__consumers=text, **others)


def becomes(body, base="WebsocketConsumer", above=""):
    """The lines of the body of the converted consumer."""
    after, findings = fix(FIXER, consumers(body, base, above))
    assert [each.kind for each in findings] == ["automatic"], findings
    _, _, rest = after.modules["app.consumers"].text.partition(f"class C({base}):\n")
    return dedent(rest).strip("\n")


def receive(line, base="WebsocketConsumer"):
    """What a line of ``receive`` becomes."""
    argument = "content" if base.startswith("Json") else "text=None, bytes=None"
    lines = indent(dedent(line), "    ")
    found = becomes(f"def receive(self, {argument}, **kwargs):\n{lines}", base)
    header, _, body = found.partition("\n")
    name = (
        "receive_json(self, content)"
        if argument == "content"
        else ("receive(self, text_data=None, bytes_data=None)")
    )
    assert header == f"def {name}:"
    return dedent(body)


def test_a_consumer():
    check_converted(
        FIXER,
        project(
            app__consumers='''\
            from channels.generic.websockets import JsonWebsocketConsumer

            from .models import Room


            class RoomConsumer(JsonWebsocketConsumer):
                """A room."""

                # From the site.
                http_user = True

                limit = 10

                def connection_groups(self, room, **kwargs):
                    return ["room-%s" % room]

                def connect(self, message, room, **kwargs):
                    """Let somebody in."""
                    super(RoomConsumer, self).connect(message, **kwargs)
                    self.room = Room.objects.get(slug=room)
                    self.greet(message.user)

                def greet(self, user):
                    self.send({"hello": user.username, "limit": self.limit})

                def receive(self, content, room, **kwargs):
                    if "n" not in content:
                        self.close()
                        return
                    self.group_send("room-%s" % room, {"n": content["n"]})

                def disconnect(self, message, **kwargs):
                    pass
            '''
        ),
        app__consumers='''\
        from channels import Group
        from channels.generic.websocket import JsonWebsocketConsumer

        from .models import Room


        class RoomConsumer(JsonWebsocketConsumer):
            """A room."""

            # From the site.
            limit = 10

            def connection_groups(self, room, **kwargs):
                return ["room-%s" % room]

            def websocket_connect(self, message):
                self.groups = self.connection_groups(**self.scope["url_route"]["kwargs"])
                super().websocket_connect(message)

            def connect(self):
                """Let somebody in."""
                room = self.scope["url_route"]["kwargs"]["room"]
                super(RoomConsumer, self).connect()
                self.room = Room.objects.get(slug=room)
                self.greet(self.scope["user"])

            def greet(self, user):
                self.send_json({"hello": user.username, "limit": self.limit})

            def receive_json(self, content):
                room = self.scope["url_route"]["kwargs"]["room"]
                if "n" not in content:
                    self.close()
                    return
                Group("room-%s" % room).send({"text": self.encode_json({"n": content["n"]})})

            def disconnect(self, code):
                pass
        ''',
    )


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("self.send(text)", "self.send(text_data)"),
        ("print(kwargs['n'])", 'print(self.scope["url_route"]["kwargs"][\'n\'])'),
        ("self.send(text=text.upper())", "self.send(text_data=text_data.upper())"),
        ("self.send(bytes=bytes)", "self.send(bytes_data=bytes_data)"),
        ('self.send("bye", close=True)', 'self.send("bye", close=True)'),
        ("return self.send(text)", "return self.send(text_data)"),
        ("self.close(4001)", "self.close(4001)"),
        (
            "print(self.path, self.kwargs)",
            'print(self.scope["path"], self.scope["url_route"]["kwargs"])',
        ),
        ("print(self.message.user)", None),
        ('self.group_send("g", text)', 'Group("g").send({"text": text_data})'),
        ('self.group_send("g", text=text)', 'Group("g").send({"text": text_data})'),
        (
            'self.message.reply_channel.send({"text": text, "close": True})',
            "self.send(text_data=text_data, close=True)",
        ),
        (
            'Group("g").add(self.message.reply_channel)',
            'async_to_sync(self.channel_layer.group_add)("g", self.channel_name)',
        ),
    ],
)
def test_receive(line, after):
    if after is None:
        method = f"def receive(self, text, **kwargs):\n    {line}"
        check_left(FIXER, consumers(method), "its user does not come from the HTTP session")
    else:
        assert receive(line) == after


def test_json():
    base = "JsonWebsocketConsumer"
    assert receive("self.send(content)", base) == "self.send_json(content)"
    assert receive("self.send(content=content, close=True)", base) == (
        "self.send_json(content=content, close=True)"
    )
    assert receive('self.group_send("g", [content])', base) == (
        'Group("g").send({"text": self.encode_json([content])})'
    )


def test_a_close_by_exception():
    above = "from channels.exceptions import WebsocketCloseException\n"
    body = METHOD + "if text:\n        raise WebsocketCloseException(4001)"
    assert becomes(body, above=above) == (
        "def receive(self, text_data):\n    if text_data:\n        self.close(4001)\n        return"
    )
    caught = METHOD + "try:\n        raise WebsocketCloseException(4001)\n    except E: pass"
    check_left(FIXER, consumers(caught, above=above), "where the exception is caught is not known")


def test_the_channel_session():
    body = f"channel_session = True\n\n{METHOD}self.message.channel_session['n'] = 1"
    assert becomes(body) == dedent("""\
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.channel_session = {}

        def receive(self, text_data):
            self.channel_session['n'] = 1""")


def test_a_class_with_nothing_left():
    assert becomes("http_user = True\nstrict_ordering = False") == "pass"


def test_order_is_always_kept():
    assert becomes("http_user_and_session = True\nstrict_ordering = True") == "pass"


def test_a_test_that_numbers_frames():
    before = consumers("strict_ordering = True")
    tests = module("app.tests", "from channels import x\nx.send('c', {'order': 1})\n")
    before = before.changed({}, [tests])
    check_left(FIXER, before, "tests.py may number the frames")


def test_both_kinds_of_frames():
    body = (
        "def receive(self, text=None, bytes=None, **kwargs):\n    self.send(text=text, bytes=bytes)"
    )
    assert "self.send(text_data=text_data, bytes_data=bytes_data)" in becomes(body)


def test_groups_stay():
    assert becomes('groups = ["g"]') == 'groups = ["g"]'
    assert "self.groups = self.connection_groups()" in becomes(
        "def connection_groups(self, **kwargs):\n    return ['g']"
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("strict_ordering = SETTING", "strict_ordering is not known"),
        ("method_mapping = {}", "which messages its methods get"),
        ("http_user = SETTING", "http_user is not known"),
        ("for x in y: pass", "what this statement does"),
        ("def raw_receive(self, message): pass", "it defines raw_receive() itself"),
        ("def __init__(self, message): pass", "it defines __init__() itself"),
        ("@login\ndef receive(self, text): pass", "the decorators of receive()"),
        ("def receive(this, text): pass", "is not called self"),
        ("def receive(self, *args): pass", "the arguments of receive() are not known"),
        ("def receive(self, data, **kwargs): pass", "the arguments of receive() are not known"),
        ("def connect(self, message, room=1): print(room)", "may be missing"),
        (
            "def receive(self, text, **kwargs):\n    print(kwargs)",
            "all arguments of the URL at once",
        ),
        ("n = 0\n" + METHOD + "self.n = 1", "which 1.x set back for each message"),
        (METHOD + "self.scope = 1", "something else in a modern consumer"),
        (METHOD + "getattr(self, 'x')", "finds attributes by their names"),
        (METHOD + "handle(self)", "hands itself to something else"),
        (METHOD + "print(self.nothing)", "what self.nothing is is not known"),
        (METHOD + "self.unknown()", "what self.unknown() does is not known"),
        (METHOD + "self.receive(text)", "it calls self.receive() itself"),
        (METHOD + "self.send()", "the arguments of self.send()"),
        (METHOD + "self.send(text, close=code)", "the close code is not known"),
        (METHOD + "self.close(1, status=1)", "the arguments of self.close()"),
        (METHOD + "self.close(None)", "the close code is not known"),
        (METHOD + "self.group_send('g', bytes=b'')", "the arguments of self.group_send()"),
        (METHOD + "super().receive(text)", "it calls receive() of its base class"),
        (METHOD + "print(self.message['text'])", "not at hand in this method"),
        (METHOD + "print(self.message.http_session)", "it uses message.http_session"),
        (METHOD + "try: pass\n    except AttributeError: pass", "catches an AttributeError"),
        (METHOD + "Group('g').send({})\n    self.close()", "after a send to a group"),
        (
            METHOD + "self.group_send('g', text)\n    self.answer(text)\n"
            "def answer(self, text):\n    self.send(text, close=True)",
            "after a send to a group",
        ),
        (
            METHOD + "self.a()\n    self.send(text)\ndef a(self):\n    self.close()",
            "after it has closed",
        ),
        (METHOD + "self.a()\ndef a(self):\n    self.a()", "a() calls itself"),
        ("def connect(self, message, **kwargs):\n    self.send('x')", "before it has accepted"),
        (
            "def connect(self, message, **kwargs):\n    Group('g').add(message.reply_channel)",
            "a frame may be sent before it has accepted",
        ),
        ("def disconnect(self, message, **kwargs):\n    self.send('x')", "a client that has left"),
    ],
)
def test_left_alone(body, reason):
    check_left(FIXER, consumers(body), reason)


@pytest.mark.parametrize(
    ("others", "reason"),
    [
        (
            {"app__other": "from app.consumers import C\nclass D(C, metaclass=M): pass"},
            "it has other bases",
        ),
        (
            {"app__views": "from app.consumers import C\nC.group_send('g', 'x', close=True)"},
            "C.group_send is used",
        ),
        ({"tests": "from app.consumers import C\nC(message)"}, "elsewhere than in a route"),
        ({"tests": "from app.consumers import C\nC.as_route(attrs={})"}, "sets attributes of it"),
        ({"tests": "import channels\nx = client.send_and_consume('c')"}, "looks at the consumer"),
        (
            {"tests": "import channels\npatch('channels.generic.websockets.X')"},
            "patches channels.generic",
        ),
        ({"tests": "import channels\npatch('app.consumers.Group')"}, "a test patches"),
        ({"tests": "import channels\npatch('app.consumers.C')"}, "elsewhere than in a route"),
    ],
)
def test_who_uses_it(others, reason):
    here = consumers("def receive(self, text): Group('g').send({})", **others)
    after, findings = fix(FIXER, here)
    assert texts(after) == texts(here)
    assert {each.kind for each in findings} == {"by hand"}
    assert reason in findings[0].text


def test_a_subclass_in_a_file_without_channels():
    other = "from app.consumers import C\nclass D(C):\n    http_user = True\n"
    after, findings = fix(FIXER, consumers("pass", app__other=other))
    assert [each.kind for each in findings] == ["automatic", "automatic"]
    assert after.modules["app.other"].text.endswith("class D(C):\n    pass\n")


def test_uses_that_do_not_matter():
    imports = "from channels import route_class\nfrom .consumers import C\n"
    routing = f"{imports}r = [route_class(C), C.as_route(path='x')]"
    tests = (
        "from app.consumers import C\nimport channels\nGroup(C.groups[0])\nassert match == (C, {})"
    )
    after, findings = fix(FIXER, consumers("groups = ['g']", app__routing=routing, tests=tests))
    assert [each.kind for each in findings] == ["automatic"]
    assert after.modules["app.routing"].text == routing


def test_a_class_of_1x_that_stays_beside_it():
    above = "class Other(WebsocketConsumer):\n    method_mapping = {}\n"
    after, _ = fix(FIXER, consumers("pass", above=above))
    text = after.modules["app.consumers"].text
    assert "class C(websocket.WebsocketConsumer):" in text
    assert "class Other(WebsocketConsumer):" in text
    assert "from channels.generic import websocket\n" in text


def test_a_client_that_was_refused_does_not_leave():
    body = """
        def connect(self, message, **kwargs):
            if message["path"] == "/":
                self.close()
                return
            super().connect(message, **kwargs)

        def disconnect(self, message, **kwargs):
            log("left")
    """
    assert becomes(body) == dedent("""\
        is_accepted = False

        def connect(self):
            if self.scope["path"] == "/":
                self.close()
                return
            super().connect()
            self.is_accepted = True

        def disconnect(self, code):
            # Channels 1 ran no consumer for a client that it had refused.
            if not self.is_accepted:
                return
            log("left")""")


def test_tabs():
    text = IMPORTS.format(base="WebsocketConsumer")
    text += "class C(WebsocketConsumer):\n\tdef connection_groups(self):\n\t\treturn ['g']\n"
    after, _ = fix(FIXER, project(app__consumers=text))
    method = "\tdef websocket_connect(self, message):\n\t\tself.groups"
    assert method in after.modules["app.consumers"].text


def test_names_of_its_own():
    above = "from channels.auth import channel_session_user\n"
    body = METHOD + "channel_session_user = True\n    print(channel_session_user)"
    assert "channel_session_user = True" in becomes(body, above=above)


def test_a_path_that_may_lack_its_group():
    routing = "from app.consumers import C\nr = [C.as_route(path=r'^/(?P<room>a)?')]"
    check_left(
        FIXER, consumers("pass", app__routing=routing), "an argument of the URL may be missing"
    )


@pytest.mark.parametrize(
    ("base", "text"),
    [("WebsocketConsumer", "text"), ("JsonWebsocketConsumer", "C.encode_json(text)")],
)
def test_others_send_to_its_groups(base, text):
    views = "from app.consumers import C\n\n\ndef tell(text):\n    C.group_send('g', text)\n"
    after, findings = fix(FIXER, consumers("pass", base, app__views=views))
    assert findings[0].kind == "automatic"
    assert f"    Group('g').send({{\"text\": {text}}})\n" in after.modules["app.views"].text


DISPATCH = """
    def receive(self, content, **kwargs):
        command = getattr(self, "do_%s" % content["do"], None)
        if command is None:
            self.send({"error": 1})
            return
        command(content)

    def do_tell(self, content):
        self.group_send("g", content)
"""


def test_methods_that_are_found_by_the_beginning_of_their_names():
    text = becomes(DISPATCH, "JsonWebsocketConsumer")
    assert 'command = getattr(self, "do_%s" % content["do"], None)' in text
    assert 'Group("g").send({"text": self.encode_json(content)})' in text


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (DISPATCH.replace("command(content)", "command(content)\n        self.close()"), "goes on"),
        (DISPATCH.replace('"do_', '"receive_'), "has methods receive_… of its own"),
        (DISPATCH.replace("command = get", "keep = [1, get"), None),
        (DISPATCH.replace("command(content)", "command = 1"), "assigned twice"),
    ],
)
def test_methods_that_are_found_otherwise(body, reason):
    if reason is None:
        body, reason = body.replace("None)", "None)]").replace("command", "keep"), "not known"
    check_left(FIXER, consumers(body, "JsonWebsocketConsumer"), reason)


FAMILY = """\
    prefix = "room"
    http_user = True

    def connection_groups(self, pk=None, **kwargs):
        return ["%s-%s" % (self.prefix, pk)]

    def fail(self, text):
        self.send({"error": text})


class D(C):
    prefix = "d"

    def receive(self, content, pk=None, **kwargs):
        if "text" not in content:
            self.fail("no text")
            return
        self.group_send("d-%s" % pk, {"by": self.message.user.pk})


class E(C):
    def connect(self, message, **kwargs):
        super().connect(message, **kwargs)
        self.send({"hello": message.user.pk})
"""
FAMILY_ROUTES = """\
from channels import route_class
from .consumers import D, E
x = [route_class(D, path=r"^/(?P<pk>a)/$"), route_class(E, path=r"^/(?P<pk>b)/$")]
"""


def family(text=FAMILY, **others):
    above = IMPORTS.format(base="JsonWebsocketConsumer") + "\n\n"
    text = f"{above}class C(JsonWebsocketConsumer):\n{text}"
    return project(app__consumers=text, app__routing=FAMILY_ROUTES, **others)


def test_classes_whose_base_is_of_the_project():
    check_converted(
        FIXER,
        family(),
        app__consumers="""\
        from channels import Group
        from channels.generic.websocket import JsonWebsocketConsumer


        class C(JsonWebsocketConsumer):
            prefix = "room"

            def connection_groups(self, pk=None, **kwargs):
                return ["%s-%s" % (self.prefix, pk)]

            def websocket_connect(self, message):
                self.groups = self.connection_groups(**self.scope["url_route"]["kwargs"])
                super().websocket_connect(message)

            def fail(self, text):
                self.send_json({"error": text})


        class D(C):
            prefix = "d"

            def receive_json(self, content):
                pk = self.scope["url_route"]["kwargs"]["pk"]
                if "text" not in content:
                    self.fail("no text")
                    return
                Group("d-%s" % pk).send({"text": self.encode_json({"by": self.scope["user"].pk})})


        class E(C):
            def connect(self):
                super().connect()
                self.send_json({"hello": self.scope["user"].pk})
        """,
    )


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('prefix = "d"', "def fail(self): pass", ""),
        ("class D(C)", "class D(C, C)", "its bases have no order"),
        ('prefix = "d"', "fail = None", "it overrides fail, which its base uses"),
        ('prefix = "d"', "http_user = False", "it takes back http_user, which its base asks for"),
        ("class D(C)", "class D(C, Mixin)", "it has other bases, or a decorator"),
        ("class E(C)", "class E(D)", ""),
        ("def fail(self, text):", "def fail(self, text):\n        self.other()", "self.other()"),
        (
            "super().connect(message, **kwargs)\n",
            "raise DenyConnection\n",
            "",
        ),
    ],
)
def test_classes_that_cannot_be_known_without_each_other(old, new, reason):
    before = family(FAMILY.replace(old, new))
    after, findings = fix(FIXER, before)
    kinds = {each.kind for each in findings}
    assert kinds == ({"by hand"} if reason else {"automatic"}), findings
    assert [each.text.partition(":")[0].partition(" ")[0] for each in findings] == ["C", "D", "E"]
    assert all(reason in each.text for each in findings)
    assert (texts(after) == texts(before)) is bool(reason)


REFUSING = """\
    def connect(self, message, **kwargs):
        if message.content["path"] == "/a/":
            self.message.reply_channel.send({"accept": True})
        else:
            self.close()


class D(C):
    def disconnect(self, message, **kwargs):
        self.group_send("all", {"left": True})
"""


@pytest.mark.parametrize("is_swapped", [False, True])
def test_a_base_that_may_refuse_a_client(is_swapped):
    text = REFUSING
    if is_swapped:
        head, _, tail = REFUSING.partition("\n\nclass D(C):\n")
        text = f"{tail}\n\nclass D(C):\n{head}\n"
    after, findings = fix(FIXER, family(text))
    assert {each.kind for each in findings} == {"automatic"}
    found = after.modules["app.consumers"].text
    assert "self.accept()\n            self.is_accepted = True\n" in found
    assert found.count("if not self.is_accepted:\n            return\n") == 1
    assert found.count("is_accepted = False") == 1


MIXINS = """\
from channels.generic.websockets import JsonWebsocketConsumer


class Members(object):
    http_user = True

    def connect(self, message, **kwargs):
        if message.user.is_anonymous:
            self.close(status=4001)
            return
        return super().connect(message, **kwargs)


class Plain:
    def shown(self, text):
        return text.upper()


class Base(JsonWebsocketConsumer):
    def receive(self, content, **kwargs):
        self.send({"got": content})

    def disconnect(self, message, **kwargs):
        self.group_send("all", {"left": True})


class Room(Members, Plain, Base):
    def connection_groups(self, room=None, **kwargs):
        return ["all", room]

    def receive(self, content, room, **kwargs):
        if content.get("shout"):
            content = {"text": self.shown(content["text"])}
        super(Room, self).receive(content, room=room, **kwargs)
"""
MIXED = """\
class Members(object):
    def connect(self):
        if self.scope["user"].is_anonymous:
            self.close(code=4001)
            return
        super().connect()
        self.is_accepted = True
        return


class Plain:
    def shown(self, text):
        return text.upper()


class Base(JsonWebsocketConsumer):
    is_accepted = False

    def receive_json(self, content):
        self.send_json({"got": content})

    def disconnect(self, code):
        # Channels 1 ran no consumer for a client that it had refused.
        if not self.is_accepted:
            return
        Group("all").send({"text": self.encode_json({"left": True})})


class Room(Members, Plain, Base):
    def connection_groups(self, room=None, **kwargs):
        return ["all", room]

    def websocket_connect(self, message):
        self.groups = self.connection_groups(**self.scope["url_route"]["kwargs"])
        super().websocket_connect(message)

    def receive_json(self, content):
        if content.get("shout"):
            content = {"text": self.shown(content["text"])}
        super(Room, self).receive_json(content)
"""


def test_bases_of_the_project_that_are_no_consumers():
    views = "from app.consumers import Plain\nclass View(Plain): pass\n"
    after, findings = fix(FIXER, project(app__consumers=MIXINS, app__views=views))
    assert [each.text for each in findings] == [
        f"{name} becomes a modern consumer" for name in ("Members", "Base", "Room")
    ]
    assert after.modules["app.consumers"].text.partition("\n\n\n")[2] == MIXED


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("class Members(object)", "class Members(View)", "it has other bases"),
        ("room=room, **kwargs)", "room='lobby', **kwargs)", "of its base class with is not known"),
        ("(content, room=room, **kwargs)", "(*content)", "of its base class with is not known"),
        ("class Plain:", "class Plain:\n    def __init__(self): pass\n", "it defines __init__()"),
        ("class Room", "class Text(Members, WebsocketConsumer): pass\n\nclass Room", ""),
        (
            "def receive(self, content, room, ",
            "def other(self, content, room, ",
            "it calls receive()",
        ),
    ],
)
def test_bases_that_are_not_known(old, new, reason):
    text = MIXINS.replace("import Json", "import WebsocketConsumer, Json").replace(old, new)
    after, findings = fix(FIXER, project(app__consumers=text))
    if not reason:
        assert {each.kind for each in findings} == {"automatic"}
        assert (
            "from channels.generic.websocket import WebsocketConsumer, Json"
            in after.modules["app.consumers"].text
        )
        return
    assert {each.kind for each in findings} == {"by hand"}
    assert all(reason in each.text for each in findings), findings[0].text


def test_a_base_that_means_two_things():
    text = """\
from channels.generic.websockets import JsonWebsocketConsumer, WebsocketConsumer


class Mixin:
    def tell(self, text):
        self.send(text)


class A(Mixin, WebsocketConsumer): pass
class B(Mixin, JsonWebsocketConsumer): pass
"""
    _, findings = fix(FIXER, project(app__consumers=text))
    assert {each.kind for each in findings} == {"by hand"}
    assert "one thing for one of its consumers, and another for another" in findings[0].text


def test_a_base_of_consumers_that_others_use():
    views = "from app.consumers import Members\nclass View(Members): pass\n"
    _, findings = fix(FIXER, project(app__consumers=MIXINS, app__views=views))
    assert {each.kind for each in findings} == {"by hand"}
    assert "elsewhere than in a route" in findings[0].text


def test_methods_whose_answers_come_behind_a_group():
    body = """\
def receive(self, content, **kwargs):
    getattr(self, "do_" + content["do"])(content)

def do_say(self, content):
    self.group_send("g", content)
    self.fail("said")

def do_look(self, content):
    self.send({"look": True})

def fail(self, text):
    self.send({"error": text})
"""
    text = becomes(body, "JsonWebsocketConsumer")
    assert text.count("async_to_sync(self.channel_layer.send)(self.channel_name, ") == 1
    assert 'self.send_json({"look": True})' in text
    # What is sent behind the answer would come before it.
    text = becomes(
        body.replace('{"look": True})', '1)\n    self.fail("x")\n    self.send(2)'),
        "JsonWebsocketConsumer",
    )
    assert text.count("async_to_sync(self.channel_layer.send)(self.channel_name, ") == 2
    assert "self.send_json(1)" in text


def test_a_method_for_what_is_not_found():
    body = """\
def receive(self, content, **kwargs):
    getattr(self, "do_" + content.pop("do"), self.nothing)(**content)

def do_say(self, **content):
    self.group_send("g", content)

def nothing(self, **content):
    self.send({"error": "nothing"})
"""
    text = becomes(body, "JsonWebsocketConsumer")
    assert "self.send_json" in text and "channel_layer" not in text
    late = body.replace('content.pop("do"), self.nothing)(**content)', "x)(1)\n    self.send(1)")
    text = becomes(late.replace("do_say", "say"), "JsonWebsocketConsumer")
    assert "self.send_json(1)" in text


def test_an_answer_that_would_accept():
    body = (
        "def connect(self, message, **kwargs):\n    self.group_send('g', 'x')\n    self.send('y')"
    )
    check_left(FIXER, consumers(body), "before it has accepted")


def test_a_close_code_by_its_name():
    assert receive("self.close(status=4001)").strip() == "self.close(code=4001)"


ATTRIBUTES = """\
from .consumers import C, D

r = [
    C.as_route(attrs={"name": "staff"}, path="^/staff/$"),
    D.as_route(attrs={"name": "all"}, path="^/all/$"),
]
"""


def test_attributes_that_routes_set():
    above = "class D(WebsocketConsumer):\n    def raw_connect(self): pass\n\n\n"
    body = "name = ''\n\ndef receive(self, text, **kwargs):\n    self.send(self.name)"
    after, findings = fix(FIXER, consumers(body, above=above, app__routing=ATTRIBUTES))
    assert {each.name: each.kind for each in findings} == {
        "app.consumers.C": "automatic",
        "app.consumers.StaffC": "automatic",
        "app.consumers.D": "by hand",
    }
    text = after.modules["app.routing"].text
    assert 'StaffC.as_route(path="^/staff/$")' in text
    assert 'D.as_route(attrs={"name": "all"}, path="^/all/$")' in text
    assert 'class StaffC(C):\n    name = "staff"\n' in after.modules["app.consumers"].text


def test_attributes_that_are_no_constants():
    routing = ATTRIBUTES.replace('"staff"}', "NAME}").partition("    D")[0] + "]\n"
    check_left(FIXER, consumers("pass", app__routing=routing), "a route sets attributes of it")


MAPPED = """\
from channels.generic import BaseConsumer


class Raw(BaseConsumer):
    method_mapping = {
        "websocket.connect": "hello",
        "websocket.receive": "line",
    }

    def hello(self, message, **kwargs):
        self.message.reply_channel.send({"accept": True})

    def line(self, message, room, **kwargs):
        message.reply_channel.send({"text": message["text"] + room})
"""


def test_methods_that_a_class_maps():
    check_converted(
        FIXER,
        project(app__consumers=MAPPED),
        app__consumers="""\
        from channels.generic.websocket import WebsocketConsumer


        class Raw(WebsocketConsumer):
            def connect(self):
                self.accept()

            def receive(self, text_data):
                room = self.scope["url_route"]["kwargs"]["room"]
                self.send(text_data=text_data + room)
        """,
    )


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"websocket.connect": "hello",', "", "what happens when a client connects"),
        ("(BaseConsumer)", "(WebsocketConsumer)", "which messages its methods get"),
        ("    method_mapping = {", "    other = {", "which messages its methods get"),
        ("(message, **kwargs)", "(message)", ""),
        ('"websocket.receive"', '"jobs"', "messages on jobs is not known"),
    ],
)
def test_mappings_that_are_not_known(old, new, reason):
    text = f"from channels.generic.websockets import WebsocketConsumer\n{MAPPED}"
    _, findings = fix(FIXER, project(app__consumers=text.replace(old, new)))
    assert [each.kind for each in findings] == ["by hand" if reason else "automatic"]
    assert reason in findings[0].text


def test_consumers_of_workers_are_none_of_websockets():
    text = "from channels.generic import BaseConsumer\n\n\nclass Work(BaseConsumer):\n"
    text += "    method_mapping = {'jobs': 'run'}\n    def run(self, message): pass\n"
    assert fix(FIXER, project(app__consumers=text))[1] == []


def test_an_argument_of_the_url_that_is_called_code():
    body = """\
def disconnect(self, message, code):
    super().disconnect(message, code=code)
    print(code, message["code"])
"""
    assert (
        becomes(body)
        == """\
def disconnect(self, close_code):
    code = self.scope["url_route"]["kwargs"]["code"]
    super().disconnect(close_code)
    print(code, close_code)"""
    )


def test_a_value_of_a_class():
    text = """\
from channels.generic.websockets import WebsocketConsumer


class A(WebsocketConsumer):
    names = ["a"]

    def receive(self, text, **kwargs):
        self.other()


class B(A):
    names = A.names + ["b"]

    def other(self):
        self.send("x")
"""
    _, findings = fix(FIXER, project(app__consumers=text))
    assert {each.kind for each in findings} == {"automatic"}
    _, findings = fix(FIXER, project(app__consumers=text.replace("A.names", "A.other")))
    assert {each.kind for each in findings} == {"by hand"}


def test_a_class_that_a_signal_names():
    views = (
        "from app.consumers import C\nchanged.send(sender=C)\nC.group_send('g', 'x', close=False)"
    )
    after, findings = fix(FIXER, consumers("pass", app__views=views))
    assert [each.kind for each in findings] == ["automatic"]
    assert after.modules["app.views"].text.endswith("Group('g').send({\"text\": 'x'})")


def test_a_class_that_gets_frames_of_functions():
    routing = """\
        from channels import route, route_class
        from . import consumers

        channel_routing = [
            route("websocket.connect", consumers.connect, path="^/a/$"),
            route_class(consumers.C, path=PATH),
        ]
    """
    above = "def connect(message): pass\n"
    body = "def receive(self, text, **kwargs):\n    self.send(text=text)"
    here = consumers(body, above=above, app__routing=routing.replace("PATH", r'"^/\\w+/$"'))
    check_left(FIXER, here, "it gets part of what comes on the path of these functions")
    here = consumers(body, above=above, app__routing=routing.replace("PATH", '"^/b/$"'))
    assert [each.kind for each in fix(FIXER, here)[1]] == ["automatic"]


@pytest.mark.parametrize(
    ("base", "lines", "expected"),
    [
        (
            "JsonWebsocketConsumer",
            "self.group_send('g', content)\nself.send({'ok': content['n']})",
            "self.encode_json({'ok': content['n']})",
        ),
        (
            "WebsocketConsumer",
            "self.group_send('g', text)\nself.send(text=text)",
            "text_data",
        ),
    ],
)
def test_replies_behind_what_a_group_gets(base, lines, expected):
    message = f'(self.channel_name, {{"type": "group.message", "text": {expected}}})'
    assert f"\n    async_to_sync(self.channel_layer.send){message}\n" in receive(lines, base)


def test_a_handler_of_its_own():
    body = "def receive(self, text, **kwargs):\n    self.group_send('g', text)\n    self.send(text)"
    body += "\ndef group_message(self): pass"
    check_left(FIXER, consumers(body), "it has a method 'group_message' of its own")


def test_replies_of_a_method_that_sends_to_a_group():
    body = """\
def receive(self, content, **kwargs):
    self.tell(content)
    self.send(content)

def tell(self, content):
    self.group_send("g", content)
    self.send({"told": True})
"""
    text = becomes(body, "JsonWebsocketConsumer")
    assert text.count("async_to_sync(self.channel_layer.send)(self.channel_name, ") == 2
    assert text.count("def group_message(self, event):") == 1
    assert "send_json" not in text


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("print(kwargs.get('n', 1))", "print(URL.get('n', 1))"),
        ("print('n' in kwargs)", "print('n' in URL)"),
        ("print(dict(**kwargs))", "print(dict(**URL))"),
    ],
)
def test_arguments_of_the_url_that_are_looked_up(line, expected):
    url = 'self.scope["url_route"]["kwargs"]'
    assert receive(line).strip() == expected.replace("URL", url)


@pytest.mark.parametrize(
    "line",
    [
        "f(kwargs)",
        "kwargs.pop('n')",
        "kwargs.get(n)",
        "kwargs.get('room')",
        "f(**kwargs)",
        "x in kwargs",
    ],
)
def test_arguments_of_the_url_that_are_used_otherwise(line):
    body = f"def receive(self, text, room, **kwargs):\n    {line}"
    check_left(FIXER, consumers(body), "all arguments of the URL at once")


def test_a_name_that_the_file_has_for_something_else():
    body = "def receive(self, text, **kwargs):\n    self.group_send('g', text)"
    here = consumers(body, above="class Group: pass\n")
    text = here.modules["app.consumers"].text.replace("from channels import Group\n", "")
    check_left(FIXER, here.changed({"app.consumers": text}), "uses the name 'Group' itself")


def test_a_class_method():
    body = """\
colors = ["red"]

@classmethod
def color(cls):
    return cls.colors[0]

def receive(self, text, **kwargs):
    self.send(text=self.color())
"""
    assert "@classmethod\ndef color(cls):\n    return cls.colors[0]" in becomes(body)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (r"^/(?P<room>\w+)/$", "automatic"),
        ("^/lobby/$", "automatic"),
        (r"^/(?P<room>\w+)?$", "by hand"),
    ],
)
def test_defaults_of_arguments_of_the_url(path, kind):
    routing = "from channels import route_class\nfrom .consumers import C\n"
    routing += f"x = [route_class(C, path=r'{path}')]\n"
    body = "def receive(self, text=None, bytes=None, room=None):\n    self.send(text=room)"
    body += "\ndef connection_groups(self, room=None, **kwargs):\n    return [room or 'none']"
    _, findings = fix(FIXER, consumers(body, app__routing=routing))
    assert [each.kind for each in findings] == [kind]


TABLE = """\
def receive(self, content, **kwargs):
    handler = {"say": self.say}[content["do"]]
    handler(content)
    LAST

def say(self, content):
    self.group_send("g", content)
"""


def test_methods_that_are_kept_before_they_are_called():
    text = becomes(TABLE.replace("LAST", "self.send(content)"), "JsonWebsocketConsumer")
    assert "async_to_sync(self.channel_layer.send)(self.channel_name, " in text
    several = TABLE.replace("self.say}", "self.say, 'who': self.who}")
    several += "\ndef who(self, content):\n    self.send(1)\n"
    text = becomes(several.replace("    LAST\n", ""), "JsonWebsocketConsumer")
    assert "self.send_json(1)" in text
    here = consumers(TABLE.replace("LAST", "self.close()"), "JsonWebsocketConsumer")
    check_left(FIXER, here, "after a send to a group")


def test_a_property():
    body = """\
@property
def user(self):
    return self.message.user

def receive(self, text, **kwargs):
    self.send(text=self.user.username)
"""
    after = becomes(f"http_user = True\n{body}")
    assert '@property\ndef user(self):\n    return self.scope["user"]' in after
    assert "self.send(text_data=self.user.username)" in after
