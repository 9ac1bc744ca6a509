from channels.exceptions import ChannelSocketException


class ClientError(ChannelSocketException):
    """Something the client did wrong; it is told so and the connection stays open."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code

    def run(self, message):
        message.reply_channel.send({"text": '{"error": "%s"}' % self.code})
