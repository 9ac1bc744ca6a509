from channels.exceptions import WebsocketCloseException
from channels.generic.websockets import JsonWebsocketConsumer, WebsocketConsumer

ROOMS = {"red", "blue"}


class RoomConsumer(JsonWebsocketConsumer):
    """A room: everybody hears everybody."""

    http_user = True

    # Nobody may say more at once.
    limit = 10

    def connection_groups(self, room, **kwargs):
        return ["room-%s" % room]

    def connect(self, message, room, **kwargs):
        if room not in ROOMS:
            raise WebsocketCloseException(4004)
        super(RoomConsumer, self).connect(message, room=room, **kwargs)
        self.greet(message.user, room)

    def greet(self, user, room):
        self.send({"room": room, "you": user.username or None})

    def receive(self, content, room, **kwargs):
        text = content.get("text", "")
        if len(text) > self.limit:
            self.send({"error": "long"})
            return
        if text == "bye":
            self.close()
            return
        self.group_send("room-%s" % room, {"from": self.message.user.username, "text": text})

    def disconnect(self, message, room, **kwargs):
        self.group_send("room-%s" % room, {"left": message.user.username})


class EchoConsumer(WebsocketConsumer):
    """Sends frames back."""

    groups = ["echo"]
    strict_ordering = False

    def receive(self, text=None, bytes=None, **kwargs):
        if bytes is not None:
            self.send(bytes=bytes[::-1])
        elif text == "path":
            return self.send(text=self.path)
        else:
            self.send(text)
