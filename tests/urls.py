"""URLs of this project's own tests."""

urlpatterns = []
