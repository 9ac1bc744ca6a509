"""The table of delayed messages; on a database of Channels 1 use ``migrate --fake-initial``."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Creates the table under the name it had in Channels 1."""

    initial = True

    operations = [
        migrations.CreateModel(
            name="DelayedMessage",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_date", models.DateTimeField(db_index=True)),
                ("channel_name", models.CharField(max_length=512)),
                ("content", models.TextField()),
            ],
            options={"db_table": "channels.delay_delayedmessage"},
        ),
    ]
