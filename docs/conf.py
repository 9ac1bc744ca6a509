"""Sphinx configuration. The reference is read from docstrings, through their 1.x import paths."""

import sys
from pathlib import Path

import django
from django.conf import settings
from docutils.statemachine import StringList
from sphinx.ext.napoleon import GoogleDocstring
from sphinx.util.docutils import SphinxDirective

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts import channels1_names, command_help, folders, foundations, private_names

settings.configure(
    SECRET_KEY="documentation",
    INSTALLED_APPS=[
        "channeltest",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "channels",
        "channels.delay",
    ],
    CHANNEL_LAYERS={"default": {"BACKEND": "asgiref.inmemory.ChannelLayer", "ROUTING": []}},
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
)
django.setup()

project = "channeltest"
author = "the channeltest maintainers"
project_copyright = "2026, the channeltest maintainers"
version = release = "0.1.0"

extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon"]
html_theme = "furo"
html_title = f"channeltest {version}"
html_static_path = ["_static"]
html_css_files = ["narrow.css"]
exclude_patterns = ["_build"]

default_role = "py:obj"
autodoc_default_options = {"members": True, "member-order": "bysource"}
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_class_signature = "mixed"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True

# References to our own names must resolve (make docs is nitpicky); Python's and Django's live in
# inventories on the network, and a build must not need it.
# An annotation (py:class) may name a class that these pages leave out.
nitpick_ignore_regex = [(r"py:.*", r"(?!channeltest\b|channels\.).*"), (r"py:class", r".*")]


def _whole_section(docstring, preprocess_types=False):
    lines = docstring._dedent(docstring._consume_to_next_section())
    return [("", "", lines)] if lines else []


# Napoleon takes what stands before a sentence's first colon for a type; ours are annotations.
GoogleDocstring._consume_returns_section = _whole_section
GoogleDocstring._consume_inline_attribute = lambda docstring: ("", docstring._consume_to_end())


class Foundations(SphinxDirective):
    """``.. foundations::``: what the package leans on without a promise, as a table."""

    def run(self):
        sources = private_names.sources()
        return parsed(self, foundations.table(private_names.uses(sources), sources))


class Folders(SphinxDirective):
    """``.. folders::``: the folders of the package from the top down, as a table."""

    def run(self):
        return parsed(self, folders.table())


class Channels1Names(SphinxDirective):
    """``.. channels1-names::``: the names of Channels 1, and which are as they were."""

    def run(self):
        return parsed(self, channels1_names.table())


class CommandHelp(SphinxDirective):
    """``.. command-help::``: a section with the help of each command."""

    def run(self):
        lines = StringList([*command_help.lines()], source="generated")
        return self.parse_text_to_nodes(lines, allow_section_headings=True)


def parsed(directive, lines):
    """Return the nodes of generated lines of reStructuredText."""
    return directive.parse_text_to_nodes(StringList([*lines], source="generated"))


def setup(app):
    app.add_directive("foundations", Foundations)
    app.add_directive("folders", Folders)
    app.add_directive("channels1-names", Channels1Names)
    app.add_directive("command-help", CommandHelp)
