from auctions.models import Lot
from channels.test import ChannelTestCase, WSClient
from django.contrib.auth.models import User
from django.test import Client
from stocks.models import Stock


class MarketTests(ChannelTestCase):
    def connect(self, path, user=None):
        client = WSClient()
        if user:
            client.force_login(user)
        client.send_and_consume("websocket.connect", path=path)
        return client

    def say(self, client, path, **content):
        client.send_and_consume("websocket.receive", path=path, text=content)
        return client.receive()


class StockTests(MarketTests):
    def test_prices(self):
        Stock.objects.create(symbol="AAPL")
        one, two = self.connect("/stocks/"), self.connect("/stocks/?symbol=IBM")
        self.assertEqual(self.say(one, "/stocks/", type="subscribe", symbol="AAPL"), ["AAPL"])
        self.assertEqual(self.say(two, "/stocks/", type="price", symbol="AAPL", price=7), ["IBM"])
        one.consume("stock-prices")
        self.assertEqual(one.receive(), {"symbol": "AAPL", "price": 7})
        self.assertEqual(one.receive(), {"changed": "AAPL"})
        self.assertEqual(two.receive(), {"changed": "AAPL"})
        self.assertEqual(Stock.objects.get().price, 7)
        self.assertEqual(self.say(one, "/stocks/", type="unsubscribe", symbol="AAPL"), [])
        one.send_and_consume("stock-prices", {"symbol": "AAPL", "price": 8})
        self.assertEqual(one.receive(), {"changed": "AAPL"})
        one.send_and_consume("websocket.disconnect", path="/stocks/")
        one.send_and_consume("stock-prices", {"symbol": "AAPL", "price": 9})
        self.assertIsNone(one.receive())


class LotTests(MarketTests):
    def test_bids(self):
        path = "/lots/%d" % Lot.objects.create().pk
        ann = self.connect(path, User.objects.create_user("ann"))
        nobody = self.connect(path)
        self.assertEqual(ann.receive()["amount"], 0)
        self.assertEqual(nobody.receive()["bidder"], "")
        bid = {"open": True, "amount": 10, "bidder": "ann"}
        self.assertEqual(self.say(ann, path, amount=10), bid)
        self.assertEqual(nobody.receive(), bid)
        self.assertEqual(self.say(ann, path, amount=10), {"error": "no"})
        self.assertEqual(self.say(nobody, path, amount=11), {"error": "login"})
        nobody.send_and_consume("websocket.disconnect", path=path)
        Client().post("/close/%s/" % path.rpartition("/")[2])
        self.assertFalse(ann.receive()["open"])
        self.assertIsNone(nobody.receive())
