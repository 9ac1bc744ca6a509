from channels import Group
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    def handle(self, *args, **options):
        Group("ticker").send({"text": '{"tick": 1}'}, immediately=True)
