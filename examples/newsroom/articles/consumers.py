from channels import Group
from channels.generic.websockets import (
    JsonWebsocketConsumer,
    WebsocketConsumer,
    WebsocketDemultiplexer,
)

from .bindings import ArticleBinding, FrontPageBinding
from .models import Article


class CursorConsumer(JsonWebsocketConsumer):
    """The stream on which editors tell each other what they are working on."""

    def connect(self, message, multiplexer, **kwargs):
        multiplexer.send({"you": message.user.username})

    def receive(self, content, multiplexer, **kwargs):
        if "article" not in content:
            multiplexer.send({"error": "no article"})
            return
        self.message.channel_session["article"] = content["article"]
        multiplexer.group_send(
            "desk",
            multiplexer.stream,
            {"editor": self.message.user.username, "article": content["article"]},
        )

    def disconnect(self, message, multiplexer, **kwargs):
        article = message.channel_session.get("article")
        if article:
            multiplexer.group_send("desk", multiplexer.stream, {"left": article})


class Desk(WebsocketDemultiplexer):
    """The editors' one connection."""

    http_user = True
    consumers = {
        "articles": ArticleBinding.consumer,
        "front-page": FrontPageBinding.consumer,
        "cursors": CursorConsumer,
    }

    def connection_groups(self, **kwargs):
        return ["desk"]


class FrontPage(WebsocketConsumer):
    """The readers' connection: they only listen."""

    groups = ["front-page"]

    def receive(self, text=None, bytes=None, **kwargs):
        if bytes is not None:
            self.send(bytes=bytes[::-1])
        elif text == "ping":
            self.send("pong")
        elif text == "bye":
            self.close()
        else:
            self.send("nobody listens to you", close=True)


def publish_article(message):
    """Worker: publish an article and tell the whole house."""
    article = Article.objects.filter(pk=message["pk"]).first()
    if article is None or article.published:
        return
    article.published = True
    article.save()
    Group("announcements").send({"text": "Published: %s" % article.headline})
