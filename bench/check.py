"""How long ``channeltest check`` takes for a project of 50,000 lines, and its CPU time.

The project is the newsroom with apps around it that know nothing of Channels: models, views, forms
and tests as Django projects of 2017 have them.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINES = 50_000
ROUNDS = 5

MODELS = '''
@python_2_unicode_compatible
class Thing{n}(models.Model):
    """Number {n} of the things that people order."""

    owner = models.ForeignKey("auth.User", related_name="things{n}")
    name = models.CharField(_("name"), max_length=100, db_index=True)
    price = models.DecimalField(_("price"), max_digits=8, decimal_places=2, default=0)
    ordered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-ordered_at", "name"]
        unique_together = [("owner", "name")]

    def __str__(self):
        return "%s of %s" % (self.name, self.owner)

    def save(self, *args, **kwargs):
        if not self.name:
            self.name = "thing-%s" % self.owner.username
        super(Thing{n}, self).save(*args, **kwargs)

    def total(self, quantity=1):
        rebate = sum(each.price for each in self.rebates.filter(active=True))
        return max(self.price * quantity - rebate, 0)
'''
VIEWS = """
class Thing{n}View(LoginRequiredMixin, View):
    form_class = Thing{n}Form
    template_name = "things/thing{n}.html"

    def get(self, request, pk=None):
        thing = get_object_or_404(Thing{n}, pk=pk, owner=request.user)
        context = {{"thing": thing, "form": self.form_class(instance=thing)}}
        return render(request, self.template_name, context)

    def post(self, request, pk=None):
        form = self.form_class(request.POST, request.FILES)
        if not form.is_valid():
            messages.error(request, _("Please correct the errors below."))
            return render(request, self.template_name, {{"form": form}})
        thing = form.save(commit=False)
        thing.owner = request.user
        thing.save()
        logger.info("ordered %s", thing.pk)
        return redirect("thing{n}", pk=thing.pk)
"""
TESTS = """
class Thing{n}Tests(TestCase):
    def setUp(self):
        self.user = User.objects.create_user("ann", password="secret")
        self.thing = Thing{n}.objects.create(owner=self.user, name="chair", price=10)

    def test_total(self):
        self.assertEqual(self.thing.total(quantity=2), 20)
        self.assertEqual(str(self.thing), "chair of ann")

    def test_page(self):
        self.client.login(username="ann", password="secret")
        response = self.client.get(reverse("thing{n}", kwargs={{"pk": self.thing.pk}}))
        self.assertContains(response, "chair")
"""
FILES = {
    "models.py": (
        "from django.db import models\nfrom django.utils.encoding import "
        "python_2_unicode_compatible\nfrom django.utils.translation import ugettext_lazy as _\n",
        MODELS,
    ),
    "views.py": (
        "import logging\n\nfrom django.contrib import messages\nfrom django.shortcuts import "
        "get_object_or_404, redirect, render\nfrom django.views import View\n\n"
        "from .forms import *\nfrom .models import *\n\nlogger = logging.getLogger(__name__)\n",
        VIEWS,
    ),
    "tests.py": (
        "from django.contrib.auth.models import User\nfrom django.core.urlresolvers import "
        "reverse\nfrom django.test import TestCase\n\nfrom .models import *\n",
        TESTS,
    ),
}


def generate(folder: Path, lines: int = LINES) -> int:
    """Write a project of at least so many lines; return how many it has."""
    shutil.copytree(ROOT / "examples" / "newsroom", folder / "newsroom")
    written = sum(len(path.read_text().splitlines()) for path in folder.rglob("*.py"))
    number = 0
    while written < lines:
        app = folder / f"things{number}"
        app.mkdir()
        (app / "__init__.py").touch()
        for name, (head, body) in FILES.items():
            text = head + "".join(f"\n{body.format(n=each)}" for each in range(10))
            (app / name).write_text(text)
            written += len(text.splitlines())
        number += 1
    return written


def main() -> int:
    """Print the best of some rounds; return the exit status."""
    with tempfile.TemporaryDirectory() as name:
        lines = generate(Path(name))
        rounds, costs = [], []
        for _ in range(ROUNDS):
            start, before = time.perf_counter(), _cpu()
            command = [sys.executable, "-m", "channeltest", "check", name]
            done = subprocess.run(command, capture_output=True, text=True)
            rounds.append(time.perf_counter() - start)
            costs.append(_cpu() - before)
            assert done.returncode == 1, done.stderr
    print(
        f"channeltest check: {lines} lines in {min(rounds):.2f} s (worst {max(rounds):.2f} s), "
        f"{min(costs):.2f} s of CPU time"
    )
    return 0


def _cpu() -> float:
    """Seconds of CPU time of the processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    sys.exit(main())
