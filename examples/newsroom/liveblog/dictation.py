from channels import Channel
from channels.auth import channel_session_user, channel_session_user_from_http
from channels.sessions import enforce_ordering
from django.utils.html import escape

from .models import Blog


@enforce_ordering
@channel_session_user_from_http
def connect_dictation(message, slug):
    """A reporter on the spot dictates an entry sentence by sentence."""
    if not Blog.objects.filter(slug=slug, closed=False).exists():
        message.reply_channel.send({"close": True})
    elif not message.user.is_staff:
        message.reply_channel.send({"accept": False})
    else:
        message.reply_channel.send({"accept": True})
        message.channel_session["sentences"] = []


@enforce_ordering
@channel_session_user
def receive_dictation(message, slug):
    session = message.channel_session
    session["sentences"] = session["sentences"] + [escape(message["text"])]
    message.reply_channel.send({"text": str(len(session["sentences"]))})


@enforce_ordering
@channel_session_user
def disconnect_dictation(message, slug):
    """Whoever hangs up has finished: the entry goes to a worker."""
    sentences = message.channel_session.get("sentences")
    if sentences:
        Channel("liveblog.entry").send(
            {"slug": slug, "author": message.user.pk, "text": " ".join(sentences)}
        )
