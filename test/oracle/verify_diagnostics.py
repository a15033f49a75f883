"""verify_diagnostics.py COMMAND… -- FILE: runs COMMAND FILE and compares what it reports with FILE's comments.

    x = y + z        // expected-error[wire.axis] {{part of the message}}
    // expected-error[wire.undefined]@+1
    a = b

`@+1`, `@-2` are lines from the comment's, `@7` is a line, nothing is the comment's own line; `@none` is a message
without a place. The text in braces is optional. `expected-warning` and `expected-note` likewise (notes that nobody
expects are fine, errors and warnings are not).
"""
import re
import subprocess
import sys

from patience import patience

EXPECTED = re.compile(r"//\s*expected-(error|warning|note)(?:\[([\w.*-]+)\])?(?:@([+-]?\d+|none))?"
                      r"(?:\s*\{\{(.*?)\}\})?")

MESSAGE = re.compile(r"(?:[^:]*:(\d+):\d+: )?(error|warning|note): (.*?)(?: \[([a-z.-]+)\])?")


def expectations(path):
    for number, line in enumerate(open(path, encoding="utf-8"), start=1):
        for severity, name, place, text in EXPECTED.findall(line):
            if place == "none":
                where = None
            elif place.startswith(("+", "-")):
                where = number + int(place)
            else:
                where = int(place) if place else number
            yield severity, name, where, text


def reported(text):
    """Every message of a run of weft as (severity, name, line, text), in order; notes have no name."""
    for line in text.splitlines():
        message = MESSAGE.fullmatch(line)
        if message:
            place, severity, said, name = message.groups()
            yield severity, name or "", int(place) if place else None, said


def matches(expected, found):
    severity, name, where, text = expected
    return (severity == found[0] and where == found[2] and text in found[3]
            and (severity == "note" or name == found[1]))


def differences(wanted, found):
    left = list(found)
    for expected in wanted:
        match = next((one for one in left if matches(expected, one)), None)
        if match is None:
            yield f"expected, not reported: {show(expected)}"
        else:
            left.remove(match)
    for message in left:
        if message[0] != "note":
            yield f"reported, not expected: {show(message)}"


def show(message):
    severity, name, line, text = message
    return f"line {line or '-'}: {severity}: {text} [{name}]"


def main():
    split = sys.argv.index("--")
    command, path = sys.argv[1:split], sys.argv[split + 1]
    wanted = list(expectations(path))
    run = subprocess.run(command + [path], capture_output=True, text=True, timeout=patience(60))
    problems = list(differences(wanted, list(reported(run.stderr))))
    status = 1 if any(severity == "error" for severity, *_ in wanted) else 0
    if run.returncode != status:
        problems.append(f"exit status {run.returncode}, expected {status}\n{run.stderr}")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
