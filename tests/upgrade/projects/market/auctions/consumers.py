from channels.generic.websockets import JsonWebsocketConsumer, WebsocketConsumer  # noqa: F401

from .models import Lot


class BaseConsumer(JsonWebsocketConsumer):
    http_user = True

    @property
    def user(self):
        return self.message.user

    def error(self, text):
        self.send({"error": text})


class LotConsumer(BaseConsumer):
    def connection_groups(self, pk=None, **kwargs):
        return ["lot-%s" % pk]

    def connect(self, message, **kwargs):
        super(LotConsumer, self).connect(message, **kwargs)
        self.send(Lot.objects.get(pk=kwargs["pk"]).state())

    def receive(self, content, pk, least=1, **kwargs):
        lot = Lot.objects.get(pk=pk)
        if not self.user.is_authenticated:
            return self.error("login")
        if not lot.is_open or content["amount"] < lot.amount + least:
            return self.error("no")
        lot.amount, lot.bidder = content["amount"], self.user.username
        lot.save()
        self.group_send("lot-%s" % lot.pk, lot.state())
