"""Every section of docs/errors.md is true: its wrong program is refused by the section's name, its repair passes.

RUN: %python %s %root/docs/errors.md
REQUIRES: weft
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from patience import patience


BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def sections(text):
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        title = re.match(r"`([a-z.-]+)`", part)
        if title:
            yield title[1], part


def steps(part):
    """The blocks before the explanation, and those after it."""
    before, after, seen_prose = [], [], False
    end = part.index("\n")
    for block in BLOCK.finditer(part):
        if part[end:block.start()].strip():
            seen_prose = True
        (after if seen_prose else before).append((block[1], block[2]))
        end = block.end()
    return before, after


def run(blocks, command, folder):
    """Carries out the blocks in order; returns the command in force and what it printed and returned."""
    for kind, text in blocks:
        if kind == "weft":
            (folder / "net.weft").write_text(text)
        elif kind == "python":
            program = "import numpy, safetensors_file\n" + text
            subprocess.run([sys.executable, "-c", program], cwd=folder, check=True)
        elif kind == "sh":
            command = text.strip()
    done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, timeout=patience(60))
    return command, done


def problems(name, part):
    before, after = steps(part)
    with tempfile.TemporaryDirectory() as place:
        command, wrong = run(before, "weft check net.weft", Path(place))
        if wrong.returncode != 1 or f"[{name}]" not in wrong.stderr:
            yield f"`{name}`: status {wrong.returncode} from `{command}`\n{wrong.stderr}{wrong.stdout}"
        _, right = run(after, command, Path(place))
        if right.returncode != 0 or not after:
            yield f"`{name}`: the repair fails\n{right.stderr}"


def main():
    found = [problem for name, part in sections(Path(sys.argv[1]).read_text()) for problem in problems(name, part)]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
