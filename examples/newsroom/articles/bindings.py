from channels.binding.websockets import WebsocketBinding, WebsocketBindingWithMembers

from .models import Article


class ArticleBinding(WebsocketBinding):
    """Every article, as the desk edits it, in both directions."""

    model = Article
    stream = "articles"
    fields = ["headline", "section", "published"]

    @classmethod
    def group_names(cls, instance):
        return ["desk", "desk-section-%d" % instance.section_id]

    def has_permission(self, user, action, pk):
        if action == "delete":
            return user.is_superuser
        return user.is_staff


class FrontPageBinding(WebsocketBindingWithMembers):
    """Published articles, for readers: publishing creates one and withdrawing deletes it."""

    model = "articles.Article"
    stream = "front-page"
    fields = ["headline"]
    send_members = ["word_count", "section.name", "get_absolute_url"]

    @classmethod
    def group_names(cls, instance):
        # Asked before and after each save: the database knows the difference, the instance not.
        published = cls.model.objects.filter(pk=instance.pk, published=True).exists()
        return ["front-page"] if published else []

    def has_permission(self, user, action, pk):
        return False
