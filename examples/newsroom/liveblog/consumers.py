import json

from channels import Channel
from channels.handler import AsgiHandler, AsgiRequest
from channels.security.websockets import allowed_hosts_only
from channels.sessions import channel_session
from django.http import HttpResponse, JsonResponse

from .dictation import connect_dictation, disconnect_dictation, receive_dictation  # noqa: F401
from .models import Blog, BlogGroup, Entry

CATCH_UP = 3


@allowed_hosts_only
@channel_session
def connect_reader(message, slug):
    """A reader comes in, and is shown the last entries."""
    blog = Blog.objects.filter(slug=slug).first()
    if blog is None:
        message.reply_channel.send({"close": 4004})
        return
    message.reply_channel.send({"accept": True})
    if blog.closed:
        message.reply_channel.send({"text": "closed", "close": True})
        return
    message.channel_session["slug"] = slug
    blog.readers.add(message.reply_channel)
    for entry in reversed(list(blog.entries.order_by("-pk")[:CATCH_UP])):
        message.reply_channel.send({"text": json.dumps(entry.as_dict())})


@channel_session
def disconnect_reader(message, slug):
    if "slug" in message.channel_session:
        BlogGroup(message.channel_session["slug"]).discard(message.reply_channel)


def save_entry(message):
    """Worker: save an entry; the model tells the readers, and we the editor."""
    blog = Blog.objects.get(slug=message["slug"])
    entry = Entry.objects.create(
        blog=blog, author_id=message.get("author"), text=message.content["text"]
    )
    if blog.editor_channel:
        Channel(blog.editor_channel).send({"text": json.dumps({"new": entry.pk})})


def receive_wire(message, agency):
    """Answer an agency's POST request at once and leave the work to the wire layer."""
    request = AsgiRequest(message)
    try:
        dispatch = json.loads(request.body.decode("utf-8"))
        slug, text = dispatch["slug"], dispatch["text"]
    except (ValueError, KeyError) as error:
        response = HttpResponse("Bad dispatch: %s" % type(error).__name__, status=400)
    else:
        Channel("wire.dispatch", alias="wire").send(
            {"agency": agency, "slug": slug, "text": text, "urgent": "urgent" in request.GET}
        )
        response = JsonResponse({"agency": agency, "slug": slug}, status=202)
    for chunk in AsgiHandler.encode_response(response):
        message.reply_channel.send(chunk)


def file_dispatch(message):
    """Worker of the wire layer: make an entry of a dispatch, for the default layer."""
    text = "%s: %s" % (message["agency"].upper(), message["text"])
    if message.get("urgent"):
        text = "URGENT %s" % text
    Channel("liveblog.entry").send({"slug": message["slug"], "text": text})
