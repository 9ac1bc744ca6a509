import json

from channels import Channel, Group
from channels.sessions import channel_session

from .models import Stock


@channel_session
def ws_add(message):
    message.reply_channel.send({"accept": True})
    query = message.content.get("query_string", "")
    message.channel_session["symbols"] = query.split("symbol=")[1:]
    Group("stocks").add(message.reply_channel)


@channel_session
def ws_message(message):
    data = json.loads(message["text"])
    symbol = data.get("symbol", "")
    symbols = message.channel_session["symbols"]
    group = Group("stock-" + symbol)
    if data["type"] == "subscribe":
        group.add(message.reply_channel)
        if symbol not in symbols:
            symbols.append(symbol)
        message.channel_session["symbols"] = symbols
    elif data["type"] == "unsubscribe":
        group.discard(message.reply_channel)
        message.channel_session["symbols"] = [each for each in symbols if each != symbol]
    elif data["type"] == "price":
        Channel("stock-prices").send({"symbol": symbol, "price": data["price"]})
    message.reply_channel.send({"text": json.dumps(message.channel_session["symbols"])})


@channel_session
def ws_disconnect(message):
    Group("stocks").discard(message.reply_channel)
    for symbol in message.channel_session.get("symbols", []):
        Group("stock-%s" % symbol).discard(message.reply_channel)


def set_price(message):
    Stock.objects.filter(symbol=message["symbol"]).update(price=message["price"])
    push(message["symbol"], message["price"])


def push(symbol, price):
    group = Group("stock-" + symbol)
    group.send({"text": json.dumps({"symbol": symbol, "price": price})})
    Group("stocks").send({"text": json.dumps({"changed": symbol})})
