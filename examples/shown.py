"""How the examples' demos speak: headings, and commands as one would type them."""
import subprocess
import sys
from pathlib import Path


def heading(text):
    print(f"\n\033[1m{text}\033[0m" if sys.stdout.isatty() else f"\n{text}", flush=True)


def command(*words):
    """Runs a command, shown as one would type it; its output."""
    shown = [str(word).replace(str(Path.cwd()) + "/", "") for word in words]
    print("$", " ".join(shown), flush=True)
    return subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True).stdout
