"""URLs of the benchmarks: none."""

urlpatterns = []
