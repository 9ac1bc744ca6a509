from channels.routing import route

from .customers import add


def connect(message):
    message.reply_channel.send({"accept": True})


def receive(message):
    message.reply_channel.send({"text": add(message["text"])})


routing = [route("websocket.connect", connect), route("websocket.receive", receive)]
