from __future__ import annotations

import ast

import pytest

from channeltest.upgrade.suites.blocking import Blocking, relations
from tests.channeltest.upgrade.projects import project
from tests.channeltest.upgrade.suites.cases import family, method


def blocking(text):
    only, _, _ = family(method("pass"))
    return Blocking(only.methods[0], {"blog", "room"}), ast.parse(text, mode="eval").body


@pytest.mark.parametrize(
    "text",
    [
        "1",
        "name",
        "name.pk",
        "self.user.pk",
        "self.blog",
        "User.objects",
        "lambda: User.objects.get()",
        "'/%d/' % game.pk",
        "[1, name]",
        "{'a': user.pk}",
        "range(3)",
        "len([1])",
        "sorted({3: 4})",
        "json.dumps({'a': name})",
        "mock.Mock()",
        "'{}'.format(name)",
        "self.assertEqual(name, 1)",
        "[each for each in range(3)]",
    ],
)
def test_plain_code(text):
    found, node = blocking(text)
    assert not found.has(node)


@pytest.mark.parametrize(
    "text",
    [
        "User.objects.get()",
        "User.objects.get().pk",
        "entry.blog",
        "self.entry.blog",
        "entry.blog.slug",
        "self.room.group.name",
        "helper()",
        "self.helper()",
        "len(users)",
        "list(User.objects.all())",
        "json.dumps(helper())",
        "self.assertEqual(User.objects.count(), 1)",
        "[each for each in User.objects.all()]",
        "f'{User.objects.count()}'",
        "1 + helper()",
        "self.assertQuerySetEqual(a, b)",
    ],
)
def test_what_may_use_the_database(text):
    found, node = blocking(text)
    assert found.has(node)


@pytest.mark.parametrize(
    ("statement", "expression", "is_plain"),
    [
        ("out = io.StringIO()", "out.getvalue()", True),
        ("path = f'/{1}'", "path.rpartition('/')", True),
        ("names = [each for each in range(3)]", "sorted(names)", True),
        ("found = json.loads('{}')", "found.get('a')", True),
        ("user = User()", "user.save()", False),
        ("users = [1]\nusers = User.objects.all()", "len(users)", False),
        ("for user in users:\n    pass", "user.save()", False),
    ],
)
def test_the_value_of_a_variable(statement, expression, is_plain):
    only, _, _ = family("import io\n" + method(statement))
    node = ast.parse(expression, mode="eval").body
    assert Blocking(only.methods[0], set()).has(node) is not is_plain


def test_a_loop_over_a_query():
    for text, is_query in [("users", False), ("range(3)", False), ("User.objects.all()", True)]:
        found, node = blocking(text)
        assert found.is_query(node) is is_query


def test_fields_that_lead_to_other_objects():
    text = """\
    class Entry(models.Model):
        blog = models.ForeignKey("Blog", on_delete=models.CASCADE)
        author = OneToOneField(User)
        text = models.TextField()
    """
    assert relations(project(app__models=text)) == {"blog", "author"}
