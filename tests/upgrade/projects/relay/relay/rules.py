LIMIT = 60
COMMANDS = {"words", "count", "shout", "later", "bye", "purge"}
ROLES = {"staff": ("purge",), "others": ()}


def is_command(name):
    return name in COMMANDS


def spelled(value):
    return spelled(str(value)) if not isinstance(value, str) else value.strip().title()
