from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from .models import Article


def detail(request, pk):
    article = get_object_or_404(Article, pk=pk, published=True)
    return JsonResponse({"headline": article.headline, "body": article.body})


@require_POST
@login_required
def publish(request, pk):
    """Publish now, or in so many minutes."""
    article = get_object_or_404(Article, pk=pk)
    if "minutes" in request.POST:
        article.publish_later(int(request.POST["minutes"]))
    else:
        article.publish()
    return JsonResponse({"queued": str(article.pk)}, status=202)
