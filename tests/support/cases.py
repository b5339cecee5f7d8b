"""Tests whose cases are functions of one parameter, `folder`: a directory of their own that is gone afterwards.

  sys.path.insert(0, ...tests/support...)
  import cases
  ...
  if __name__ == "__main__":
      sys.exit(cases.main(globals()))

Names on the command line choose among them. An exception, expect()'s or any other, is a failure."""
import inspect
import sys
import tempfile


def expect(condition, *what):
    if not condition:
        raise AssertionError(" ".join(map(str, what)))


def is_case(function, module):
    code = getattr(function, "__code__", None)
    return (code is not None and getattr(function, "__module__", None) == module
            and code.co_varnames[:code.co_argcount] == ("folder",) and not code.co_flags & inspect.CO_VARARGS)


def run(wanted):
    """The exit status. `wanted` is pairs of a name and a case."""
    failed = 0
    for name, case in wanted:
        with tempfile.TemporaryDirectory() as folder:
            try:
                case(folder)
                print("ok      %s" % name, flush=True)
            except Exception as error:
                failed += 1
                print("FAILED  %s: %s: %s" % (name, type(error).__name__, error), flush=True)
    print("%d cases, %d failed" % (len(wanted), failed))
    return 1 if failed or not wanted else 0


def main(names):
    """The same for the cases among `names`, the globals of the test."""
    found = [f for f in names.values() if is_case(f, names["__name__"])]
    return run([(f.__name__, f) for f in found if not sys.argv[1:] or f.__name__ in sys.argv[1:]])
