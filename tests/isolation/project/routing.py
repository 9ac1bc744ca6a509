from channels import route
from channels.sessions import channel_session


@channel_session
def count(message):
    """Count the messages of one reply channel in its session."""
    message.channel_session["count"] = message.channel_session.get("count", 0) + 1
    message.reply_channel.send({"text": str(message.channel_session["count"])})


channel_routing = [route("count", count)]
