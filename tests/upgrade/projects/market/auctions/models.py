from django.db import models


class Lot(models.Model):
    amount = models.IntegerField(default=0)
    bidder = models.CharField(max_length=30, blank=True)
    is_open = models.BooleanField(default=True)

    def state(self):
        return {"open": self.is_open, "amount": self.amount, "bidder": self.bidder}
