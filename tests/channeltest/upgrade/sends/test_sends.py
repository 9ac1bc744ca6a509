from __future__ import annotations

from channeltest.upgrade.sends.sends import has_one_layer, sending_names
from tests.channeltest.upgrade.projects import project


def names(**texts):
    return sending_names(project(**texts))


def test_functions_that_send_and_those_that_call_them():
    found = names(
        a="from channels import Group\ndef tell(x):\n    Group(x).send({})\ndef other(): pass",
        b="from a import tell\ndef close(x):\n    x.tell()\ndef again():\n    close(1)",
        c="def send(): pass",
        d="from channels import Group\ndef consumer(m):\n    again()",
    )
    assert found == {"tell", "close", "again", "consumer"}


def test_receivers_of_signals():
    function = "def f(**kwargs):\n    Group('x').send({})"
    receiver = f"from channels import Group\n@receiver(post_save)\n{function}"
    assert {"f", "save", "create"} <= names(a=receiver)
    connected = "from channels import Group\ndef f(sender, **kwargs):\n    Group('x').send({})"
    assert {"f", "save", "create"} <= names(a=connected)


def test_bindings():
    assert "save" in names(a="from channels.binding.websockets import WebsocketBinding")


def test_tests_and_files_without_channels_do_not_send():
    assert names(tests="from channels import Group\ndef f():\n    Group('x').send({})") == set()
    assert names(a="def f(mail):\n    mail.send()") == set()


def test_python_2_files():
    assert names(a="print 'x'") == set()


def test_receivers_that_send_through_others():
    found = names(
        a="from channels import Group\ndef tell(x):\n    Group(x).send({})",
        b="from a import tell\ndef done(instance, **kwargs):\n    tell(1)\npost_save.connect(done)",
    )
    assert {"tell", "done", "save", "create"} <= found


def test_layers():
    layer = "{'BACKEND': 'asgi_redis.RedisChannelLayer'}"
    one = f"CHANNEL_LAYERS = {{'default': {layer}}}\nTEMPLATES = [{{'BACKEND': 'django.x'}}]"
    assert has_one_layer(project(settings=one))
    assert not has_one_layer(project(settings=f"{one}\nCHANNEL_LAYERS['b'] = {layer}"))
