"""The routing that the settings name, and lists that scenarios include by dotted path."""

from channels import Channel, include, route


def echo(message, **kwargs):
    content = {key: value for key, value in message.items() if key != "reply_channel"}
    message.reply_channel.send({"echo": content, "kwargs": kwargs})


def relay(message):
    Channel("relayed").send({"value": message["value"]})


def not_found(message, **kwargs):
    message.reply_channel.send({"missing": message["path"]})


inner_routing = [
    route("websocket.connect", echo, path=r"^/inner/(?P<slug>\w+)/$"),
    route("websocket.receive", echo),
]

dict_routing = {"from.dict": echo, "relay.dict": relay}

channel_routing = [
    route("echo", echo),
    route("relay", "tests.differential.routing.relay"),
    include("tests.differential.routing.inner_routing", path=r"^/outer"),
]
