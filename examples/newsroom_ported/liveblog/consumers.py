import json
from urllib.parse import parse_qs

from channels import Channel
from channels.consumer import AsyncConsumer, SyncConsumer
from channels.db import database_sync_to_async
from channels.generic.http import AsyncHttpConsumer
from channels.generic.websocket import AsyncJsonWebsocketConsumer, AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from django.utils.html import escape

from .models import Blog, Entry

CATCH_UP = 3


class connect_reader(AsyncJsonWebsocketConsumer):
    """A reader comes in, and is shown the last entries."""

    group = None

    async def connect(self):
        slug = self.scope["url_route"]["kwargs"]["slug"]
        blog = await Blog.objects.filter(slug=slug).afirst()
        if blog is None:
            await self.close(4004)
            return
        await self.accept()
        if blog.closed:
            await self.send("closed", close=True)
            return
        await self.remember(slug)
        self.group = blog.readers.name
        await self.channel_layer.group_add(self.group, self.channel_name)
        newest = blog.entries.select_related("author").order_by("-pk")[:CATCH_UP]
        for entry in reversed([entry async for entry in newest]):
            await self.send_json(entry.as_dict())

    @database_sync_to_async
    def remember(self, slug):
        self.scope["session"]["slug"] = slug
        self.scope["session"].save()

    async def disconnect(self, code):
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)


class connect_dictation(AsyncWebsocketConsumer):
    """A reporter on the spot dictates an entry sentence by sentence."""

    async def connect(self):
        self.slug = self.scope["url_route"]["kwargs"]["slug"]
        self.sentences = []
        is_open = await Blog.objects.filter(slug=self.slug, closed=False).aexists()
        if is_open and self.scope["user"].is_staff:
            await self.accept()
        else:
            await self.close()

    async def receive(self, text_data=None, bytes_data=None):
        self.sentences.append(escape(text_data))
        await self.send(str(len(self.sentences)))

    async def disconnect(self, code):
        """Whoever hangs up has finished: the entry goes to a worker."""
        if self.sentences:
            await self.channel_layer.send(
                "liveblog.entry",
                {
                    "type": "liveblog.entry",
                    "slug": self.slug,
                    "author": self.scope["user"].pk,
                    "text": " ".join(self.sentences),
                },
            )


class EntryWorker(SyncConsumer):
    """Saves an entry; the model tells the readers, and we the editor."""

    def liveblog_entry(self, event):
        blog = Blog.objects.get(slug=event["slug"])
        entry = Entry.objects.create(blog=blog, author_id=event.get("author"), text=event["text"])
        if blog.editor_channel:
            Channel(blog.editor_channel).send({"text": json.dumps({"new": entry.pk})})


class receive_wire(AsyncHttpConsumer):
    """Answers an agency's POST request at once and leaves the work to the wire layer."""

    async def handle(self, body):
        agency = self.scope["url_route"]["kwargs"]["agency"]
        try:
            dispatch = json.loads(body.decode("utf-8"))
            slug, text = dispatch["slug"], dispatch["text"]
        except (ValueError, KeyError) as error:
            await self.send_response(
                400,
                b"Bad dispatch: " + type(error).__name__.encode(),
                headers=[(b"Content-Type", b"text/html; charset=utf-8")],
            )
            return
        query = parse_qs(self.scope["query_string"].decode())
        await get_channel_layer("wire").send(
            "wire.dispatch",
            {
                "type": "wire.dispatch",
                "agency": agency,
                "slug": slug,
                "text": text,
                "urgent": "urgent" in query,
            },
        )
        await self.send_response(
            202,
            json.dumps({"agency": agency, "slug": slug}).encode(),
            headers=[(b"Content-Type", b"application/json")],
        )


class DispatchWorker(AsyncConsumer):
    """Worker of the wire layer: makes an entry of a dispatch, for the default layer."""

    channel_layer_alias = "wire"

    async def wire_dispatch(self, event):
        text = "%s: %s" % (event["agency"].upper(), event["text"])
        if event.get("urgent"):
            text = "URGENT %s" % text
        await get_channel_layer().send(
            "liveblog.entry", {"type": "liveblog.entry", "slug": event["slug"], "text": text}
        )
