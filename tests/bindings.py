"""Bindings that hear their model's signals only while a test asks for it.

A binding registers itself for the whole process when its class is made. These helpers keep the
bindings of one test module out of every other module's saves.
"""

from channels.binding.base import BindingMetaclass
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save


def quiet(binding):
    """Take the binding off its model's signals, for good; usable as a class decorator."""
    if binding in BindingMetaclass.binding_classes:
        BindingMetaclass.binding_classes.remove(binding)
    pre_save.disconnect(binding.pre_save_receiver, sender=binding.model)
    post_save.disconnect(binding.post_save_receiver, sender=binding.model)
    pre_delete.disconnect(binding.pre_delete_receiver, sender=binding.model)
    post_delete.disconnect(binding.post_delete_receiver, sender=binding.model)
    return binding


def listen(case, *bindings):
    """Register the bindings until the end of the test case's test."""
    for binding in bindings:
        binding.register()
        case.addCleanup(quiet, binding)
