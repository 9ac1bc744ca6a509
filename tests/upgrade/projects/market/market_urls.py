from auctions.views import close_lot
from django.urls import path

urlpatterns = [path("close/<pk>/", close_lot)]
