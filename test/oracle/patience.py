"""How long a test waits for a program: longer for one that is built with sanitizers."""
import os


def patience(seconds):
    return seconds * int(os.environ.get("WEFT_TEST_PATIENCE", "1"))
