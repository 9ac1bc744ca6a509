"""Names: what is random has one name in every run."""

from __future__ import unicode_literals

import collections
import re

from .contents import TEXT, as_hex

# Of a version that a clock or chance decides; those of names are the same in every run.
UUID = re.compile(
    r"(?<![0-9A-Za-z])[0-9a-fA-F]{8}(-?)[0-9a-fA-F]{4}\1[1467][0-9a-fA-F]{3}\1[89abAB][0-9a-fA-F]{3}"
    r"\1[0-9a-fA-F]{12}(?![0-9A-Za-z])"
)
DATE = r"[A-Z][a-z]{2}, [0-9]{2}[ -][A-Z][a-z]{2}[ -][0-9]{2,4} [0-9:]{8} GMT"

UUID_LENGTH = 32
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
MOCK = re.compile(r"\bid='[0-9]{6,}'")
EXPIRES = re.compile("(?i)(expires=)" + DATE)
FORM_TOKEN = re.compile(r"(csrfmiddlewaretoken\W+(?:value=)?\W*)\w{32,}")
WORD_GOES_ON = re.compile("[A-Za-z0-9]")

# Characters of the shortest random name: a shorter one may be any word.
SHORTEST = 8


def replaced(text, name, fixed):
    """Return a text with another name where the name's last word ends."""
    first, rest = text.split(name, 1)
    found = [first]
    for part in rest.split(name):
        found += [name if WORD_GOES_ON.match(part) else fixed, part]
    return "".join(found)


class Texts(dict):
    """Texts with fixed names: the same few occur again and again, keys, paths, names of channels.

    Args:
        fix: Returns a text with fixed names.
    """

    def __init__(self, fix):
        super(Texts, self).__init__()
        self.fix = fix

    def __missing__(self, text):
        self[text] = self.fix(text)
        return self[text]


class Names(object):
    """The fixed names of one test.

    Args:
        entries: The entries of the test.
    """

    def __init__(self, entries):
        from django.conf import settings

        self.clients = clients_of(entries)
        self.channels = dict(self.clients)
        self.fixed, self.texts = {}, Texts(self.fix_text)
        self.counts = collections.Counter()
        for kind, name, _, _, _ in entries:
            if kind == "new":
                owner = self.clients.get(name) or self.numbered("new channel", name)
                self.channels.setdefault(name, owner)
        for name, client in self.clients.items():
            if len(name) >= SHORTEST:
                self.fixed.setdefault(name, "<%s>" % client)
        cookies = [
            ("session", settings.SESSION_COOKIE_NAME),
            ("csrf", settings.CSRF_COOKIE_NAME),
        ]
        for header, value in headers_of(entries):
            if header in ("cookie", "set-cookie"):
                for kind, cookie in cookies:
                    for key in re.findall(
                        r"\b%s=\"?(\w{%d,})" % (re.escape(cookie), SHORTEST), value
                    ):
                        self.numbered(kind, key)
            elif header in ("date", "expires") and re.match(DATE + "$", value):
                self.fixed.setdefault(value, "<date>")
        self.random = sorted(self.fixed, key=lambda name: (-len(name), name))

    def numbered(self, kind, name):
        """Return the fixed name of a random name; a new one has the kind's next number."""
        if name not in self.fixed:
            self.counts[kind] += 1
            self.fixed[name] = "<%s %d>" % (kind, self.counts[kind])
        return self.fixed[name].strip("<>")

    def fix(self, value):
        """Return data with the fixed names in all its texts."""
        if isinstance(value, TEXT):
            return self.texts[value]
        if isinstance(value, list):
            return [self.fix(each) for each in value]
        if isinstance(value, dict):
            if list(value) == ["$bytes"]:
                plain = bytes(bytearray.fromhex(value["$bytes"])).decode("latin1")
                return as_hex(self.fix(plain).encode("latin1", "replace"))
            if list(value) == ["$uuid"] and UUID.match(value["$uuid"]):
                return self.fix(value["$uuid"])
            texts = self.texts
            pairs = [
                (texts[key], texts[each] if isinstance(each, TEXT) else self.fix(each))
                for key, each in value.items()
            ]
            return collections.OrderedDict(pairs)
        return value

    def fix_text(self, value):
        """Return a text with the fixed names in it."""
        for name in self.random:
            if name in value:
                value = replaced(value, name, self.fixed[name])
        if len(value) >= UUID_LENGTH:
            value = UUID.sub(lambda found: "<%s>" % self.numbered("uuid", found.group()), value)
        # Few texts have one, and a search takes longer than this.
        if " 0x" in value:
            value = ADDRESS.sub("at 0x\u2026", value)
        if " id='" in value:
            value = MOCK.sub("id='\u2026'", value)
        if "xpires=" in value or "XPIRES=" in value:
            value = EXPIRES.sub(r"\1<date>", value)
        if "csrfmiddlewaretoken" in value:
            value = FORM_TOKEN.sub(r"\1<csrf token>", value)
        return value

    def place(self, channel):
        """Return how an event names a channel."""
        return self.channels.get(channel) or "channel %s" % self.fix(channel)


def clients_of(entries):
    """The names of clients, by reply channel, in the order in which they occur."""
    found, made = [], set()
    for kind, name, content, source, members in entries:
        if kind == "made":
            made.add(name)
        elif kind == "client" or (kind == "send" and name in made):
            found.append(name)
        elif kind == "send" and source is None and isinstance(content.get("reply_channel"), TEXT):
            found.append(content["reply_channel"])
        elif kind == "join":
            found += [name for name in members if name in made]
    found = list(collections.OrderedDict.fromkeys(found))
    if len(found) == 1:
        return {found[0]: "client"}
    return {name: "client %d" % number for number, name in enumerate(found, 1)}


def headers_of(entries):
    """The headers of all messages, names in lower case."""
    for _, _, content, _, _ in entries:
        headers = content.get("headers") if isinstance(content, dict) else None
        pairs = headers.items() if isinstance(headers, dict) else headers or ()
        for pair in pairs:
            pair = pair.get("$tuple") if isinstance(pair, dict) else pair
            if len(pair) == 2:
                name, value = (
                    bytes(bytearray.fromhex(each["$bytes"])).decode("latin1")
                    if isinstance(each, dict) and "$bytes" in each
                    else TEXT(each)
                    for each in pair
                )
                yield name.lower(), value
