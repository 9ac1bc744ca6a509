import json
import logging

from channels.generic.websockets import JsonWebsocketConsumer, WebsocketConsumer

from .models import Game

log = logging.getLogger(__name__)


class LobbyConsumer(JsonWebsocketConsumer):
    # Set to True to automatically port users from HTTP cookies
    # (you don't need channel_session_user, this implies it)
    http_user = True

    def connection_groups(self, **kwargs):
        """
        Called to return the list of groups to automatically add/remove
        this connection to/from.
        """
        return ["lobby"]

    def connect(self, message, **kwargs):
        """
        Perform things on connection start
        """
        message.reply_channel.send({"accept": True})

    def receive(self, content, **kwargs):
        """
        Called when a message is received with either text or bytes
        filled out.
        """
        channel_session_user = True

        action = content["action"]
        if action == "create_game":
            # create a new game using the part of the channel name
            Game.create_new(self.message.user)
        else:
            log.warning("unknown action %s", action)

    def disconnect(self, message, **kwargs):
        """
        Perform things on connection close
        """


class GameConsumer(JsonWebsocketConsumer):
    # Set to True to automatically port users from HTTP cookies
    # (you don't need channel_session_user, this implies it)
    http_user = True

    def connection_groups(self, **kwargs):
        """
        Called to return the list of groups to automatically add/remove
        this connection to/from.
        """
        return ["game-{0}".format(kwargs["game_id"])]

    def connect(self, message, **kwargs):
        """
        Perform things on connection start
        """
        self.message.reply_channel.send({"accept": True})

    def receive(self, content, **kwargs):
        """
        Called when a message is received with decoded JSON content
        """
        # include the Game id that came from the path
        action = content["action"]
        game = Game.objects.get(pk=kwargs["game_id"])
        if action == "take":
            game.take(self.message.user, content["row"], content["col"])
        elif action == "chat":
            content["user"] = self.message.user.username
            self.group_send(f"game-{game.pk}", content)
        elif action == "state":
            self.send(game.as_dict())

    def disconnect(self, message, **kwargs):
        """
        Perform things on connection close
        """


class TickerConsumer(WebsocketConsumer):
    groups = ["ticker"]
    http_user_and_session = True

    def connect(self, message, **kwargs):
        if not message.user.is_authenticated:
            self.close()
            return
        super().connect(message, **kwargs)

    def receive(self, text=None, bytes=None, **kwargs):
        if text:
            self.send(text=json.dumps({"echo": json.loads(text)}), bytes=bytes)
