import json

from channels import Group
from django.conf import settings
from django.db import models
from django.db.models.signals import post_save
from django.dispatch import receiver


class Game(models.Model):
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE)
    taken = models.TextField(default="")

    @staticmethod
    def get_available_games():
        return Game.objects.order_by("pk")

    @staticmethod
    def create_new(user):
        new_game = Game(creator=user)
        new_game.save()
        return new_game

    def as_dict(self):
        return {"id": self.pk, "taken": self.taken}

    def take(self, user, row, col):
        self.taken += "%s:%s,%s;" % (user.username, row, col)
        self.save()
        self.send_game_update()

    def send_game_update(self):
        """
        Send the updated game information and squares to the game's channel group
        """
        message = {"game": self.as_dict()}
        game_group = f"game-{self.id}"
        Group(game_group).send({"text": json.dumps(message)})


@receiver(post_save, sender=Game)
def new_game_handler(sender, instance, created, **kwargs):
    """
    When a new game is created, this
    """
    if created:
        # send the new list to the lobby
        avail_game_list = [g.as_dict() for g in Game.get_available_games()]
        Group("lobby").send({"text": json.dumps(avail_game_list)})
