from django.http import HttpResponse

from .consumers import LotConsumer
from .models import Lot


def close_lot(request, pk):
    lot = Lot.objects.get(pk=pk)
    lot.is_open = False
    lot.save()
    LotConsumer.group_send("lot-%s" % lot.pk, lot.state())
    return HttpResponse(status=204)
