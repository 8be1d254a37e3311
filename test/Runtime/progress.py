# REQUIRES: pty
# RUN: %python %s convoy-run %convoy_obj/unittests/Runtime/FixtureArtefact.so
"""A long step shows itself on a terminal and nowhere else."""

import os
import pty
import subprocess
import sys

command = sys.argv[1:] + ["--entry=slow"]

terminal, end = pty.openpty()
process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=end)
os.close(end)
shown = b""
try:
    while part := os.read(terminal, 4096):
        shown += part
except OSError:
    pass  # how Linux says that the other end is closed
assert process.wait() == 0
assert b"running slow ... 1 s" in shown, shown
assert shown.endswith(b"\r\033[K"), "the line has to be wiped: %r" % shown

quiet = subprocess.run(command, capture_output=True, check=True)
assert quiet.stderr == b"", quiet.stderr
