"""``channels.delay``: messages that are sent later, kept in the database.

A Django app of its own, which imports layers and channels of this package. Projects list it as
``"channels.delay"`` and run ``manage.py rundelay``.
"""

# Django reads it no more; it is here for code that does.
default_app_config = "channels.delay.apps.DelayConfig"
