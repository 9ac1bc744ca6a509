from django.db import models


class Room(models.Model):
    label = models.SlugField(unique=True)


class Message(models.Model):
    room = models.ForeignKey(Room, related_name="messages", on_delete=models.CASCADE)
    handle = models.TextField()
    message = models.TextField()

    def as_dict(self):
        return {"handle": self.handle, "message": self.message}
