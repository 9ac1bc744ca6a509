from channels import Channel, Group, route
from channels.auth import channel_session_user, channel_session_user_from_http


@channel_session_user_from_http
def connect(message):
    message.reply_channel.send({"accept": True})
    Group("everybody").add(message.reply_channel)


@channel_session_user
def receive(message):
    name = message.user.username or "somebody"
    Group("everybody").send({"text": f"{name}: {message.content['text']}"})
    Channel("archive").send({"text": message.content["text"]})


channel_routing = [route("websocket.connect", connect), route("websocket.receive", receive)]
