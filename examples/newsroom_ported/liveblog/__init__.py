from pkgutil import extend_path

# The modules that were not ported are found in the project as it was.
__path__ = extend_path(__path__, __name__)
