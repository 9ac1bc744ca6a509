# -*- coding: latin-1 -*-
"""Le tableau: café."""
import json

from channels import Channel, Group
from channels.sessions import channel_session

HELP = """
help:
    say {"n": 1}
"""


@channel_session
def connect_board(message, board):
    """A client comes."""
    message.reply_channel.send({"accept": True})
    message.channel_session["board"] = board
    message.channel_session["seen"] = []
    Group("board-%s" % board).add(message.reply_channel)


@channel_session
def receive_board(message, board):
    if message["text"] == "help": message.reply_channel.send({"text": HELP})
    else:
        content = json.loads(message["text"])
        message.channel_session["seen"] = message.channel_session["seen"] + [content["n"]]
        Channel("board.numbers").send({"board": board, "n": content["n"]})
        message.reply_channel.send({
            "text": json.dumps({
                "seen": message.channel_session["seen"],  # the list, as JSON has it
            }),
        })


@channel_session
def disconnect_board(message, board):
    Group("board-%s" % board).discard(message.reply_channel)
    if message.channel_session["seen"]:
        Group("board-%s" % board).send({"text": "somebody left: %s" % message["code"]})


def add_number(message):
    Group("board-%s" % message["board"]).send({"text": str(message["n"])})


def listen(message):
    message.reply_channel.send({"accept": True})
    Group("listeners").add(message.reply_channel)
