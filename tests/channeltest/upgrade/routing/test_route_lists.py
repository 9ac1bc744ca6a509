from __future__ import annotations

import pytest

from channeltest.upgrade.changes import Changes
from channeltest.upgrade.outcome import Left
from channeltest.upgrade.routing.route_lists import ListWriter
from channeltest.upgrade.routing.route_tree import tree_of
from tests.channeltest.upgrade.projects import project
from tests.channeltest.upgrade.routing.test_route_tree import CONSUMERS, HEAD


def write(text, stack="", **others):
    found = project(chat__routing=HEAD + text, chat__c=CONSUMERS, **others)
    changes = Changes(found)
    ListWriter(changes, tree_of(found, "chat.routing.r"), lambda entry: stack).write()
    return {name: each.partition("\n\n")[2] for name, each in changes.texts().items()}


def body(text, *args, **kwargs):
    lines = write("\n" + text, *args, **kwargs)["chat.routing"].splitlines()
    return "\n".join(line for line in lines if not line.startswith("from "))


def test_entries_keep_their_comments():
    assert body(
        "r = [\n"
        "    # first\n"
        "    route_class(C, path=r'^/c/$'),  # here\n"
        "    D.as_route(path='^/d'),\n"
        "]\n"
    ) == (
        "websocket_urlpatterns = [\n"
        "    # first\n"
        "    re_path(r'^c/$', C.as_asgi()),  # here\n"
        "    re_path(r'^d', D.as_asgi()),\n"
        "]"
    )


def test_channels_get_a_dict():
    assert body(
        "r = [\n"
        "    route_class(C),\n"
        "    route('w', W),  # a worker\n"
        "    route('v', W),\n"
        "]\n"
    ) == (
        "websocket_urlpatterns = [\n"
        "    re_path(r\"\", C.as_asgi()),\n"
        "]\n"
        "\n"
        "worker_consumers = {\n"
        '    "w": W.as_asgi(),  # a worker\n'
        '    "v": W.as_asgi(),\n'
        "}"
    )  # fmt: skip


def test_only_channels():
    assert body("r = (route('w', W), route('v', W))\n") == (
        'worker_consumers = {"w": W.as_asgi(), "v": W.as_asgi()}'
    )


def test_dicts():
    assert body(
        'r = {\n    # sockets\n    "websocket.connect": C,\n    "websocket.receive": C,\n'
        '    "w": W,\n}\n'
    ) == (
        'websocket_urlpatterns = [\n    # sockets\n    re_path(r"", C.as_asgi()),\n]\n\n'
        'worker_consumers = {\n    "w": W.as_asgi(),\n}'
    )
    assert body('r = {"websocket.connect": C, "websocket.receive": C, "w": W}\n') == (
        'websocket_urlpatterns = [re_path(r"", C.as_asgi()), ]\n\n'
        'worker_consumers = {\n    "w": W.as_asgi(),\n}'
    )
    assert body('r = {"w": W}\n') == 'worker_consumers = {"w": W.as_asgi()}'


def test_middleware():
    text = 'r = [route_class(C, path="^/c")]\n'
    found = body(text, "AuthMiddlewareStack")
    assert 're_path(r"^c", AuthMiddlewareStack(C.as_asgi()))' in found


def test_includes():
    found = write(
        '\na = [route_class(C, path="^/a")]\n'
        'r = [include(a), include("x.live.r", path="^/x"), include("y.live.k")]\n',
        x__live=(
            "\nfrom channels import route, route_class\n\n"
            'r = [route_class("chat.c.D", path="^/d")]\n'
        ),
        y__live='\nfrom channels import route\n\nk = [route("k", "chat.c.W")]\n',
    )
    assert (
        'websocket_urlpatterns = [*a, re_path(r"^x/", URLRouter(x_live.r))]'
        in found["chat.routing"]
    )
    assert "    **y_live.k,\n" in found["chat.routing"]
    assert found["x.live"] == 'r = [re_path(r"^d", D.as_asgi())]\n'
    assert found["y.live"] == 'k = {"k": W.as_asgi()}\n'


def test_an_included_list_of_the_same_file():
    text = 'a = [route_class(C, path="^/a")]\nr = [include("chat.routing.a", path="^/x")]\n'
    assert 're_path(r"^x/", URLRouter(a))' in write(f"\n{text}")["chat.routing"]


def test_an_included_list_of_both_kinds():
    found = write(
        "\nfrom x.live import r as live\nr = [include(live)]\n",
        x__live=(
            "\nfrom channels import route, route_class\n\n"
            'r = [route_class("chat.c.D"), route("k", "chat.c.W")]\n'
        ),
    )
    assert "x_worker_consumers = {\n    " in found["x.live"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("worker_consumers = 1\nr = [route('w', W)]", "a name 'worker_consumers' already"),
        ("r = [route_class('other.C')]", "not known"),
        ("r = [route_class('chat.d.C'), route_class(C)]", "a name 'C' already"),
        ("r = s = [route_class(C)]", "several names"),
        ("r = [route_class(\n    C,  # this\n)]", "a comment stands"),
    ],
)
def test_left(text, reason):
    with pytest.raises(Left, match=reason):
        write(text, chat__d=CONSUMERS)


def test_a_sum_of_lists():
    assert body(
        "a = [route_class(C, path='^/c/$'), route('v', W)]\n"
        "r = a + [\n"
        "    route_class(D, path='^/d/$'),\n"
        "    route('w', W),\n"
        "]\n"
    ) == (
        "a = [re_path(r'^c/$', C.as_asgi())]\n"
        "\n"
        "chat_worker_consumers = {\n"
        '    "v": W.as_asgi(),\n'
        "}\n"
        "websocket_urlpatterns = a + [\n"
        "    re_path(r'^d/$', D.as_asgi()),\n"
        "]\n"
        "\n"
        "worker_consumers = {\n"
        "    **chat_worker_consumers,\n"
        '    "w": W.as_asgi(),\n'
        "}"
    )


@pytest.mark.parametrize(
    "text",
    [
        "a = [route('v', W)]\nr = a + [route_class(C)]\n",
        "r = [route('v', W)] + [route('w', W)]\n",
    ],
)
def test_a_sum_that_is_left(text):
    with pytest.raises(Left, match="no websockets"):
        body(text)


@pytest.mark.parametrize(
    ("path", "prefix"), [("^/$", "^a/"), ("^/?$", "^a"), ("^/?x$", "^a"), ("^/x$", "^a/")]
)
def test_the_slash_behind_a_prefix(path, prefix):
    # One that the included list may lack is none of the prefix.
    text = f"sub = [route_class(C, path='{path}')]\nr = [include(sub, path='^/a')]\n"
    assert f"re_path(r'{prefix}', URLRouter(sub))" in body(text)


def test_a_path_with_a_constant():
    text = "ID = r'(?P<id>\\d+)'\nr = [route_class(C, path='^/c/' + ID + '/$')]\n"
    assert body(text).endswith("[re_path(r'^c/' + ID + '/$', C.as_asgi())]")
