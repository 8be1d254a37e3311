"""Runs the commands of a Markdown page and compares what they print.

run_page.py PAGE --source ROOT --build DIR --scratch DIR

Every ```sh block is run by bash in an empty folder that looks like the root of
the source tree after a build: links to what lies there, and `build`. A ```text
block right behind it is what the commands print, on both streams; `...` stands
for anything. Blocks of other kinds (```console) are only shown. A page without
commands is an error.
"""

import argparse
import difflib
import doctest
import pathlib
import re
import shutil
import subprocess
import sys

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


def prepare(source, build, scratch):
    """Makes `scratch` look like a built checkout; files written there stay."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    for entry in source.iterdir():
        if not entry.name.startswith((".", "build")):
            (scratch / entry.name).symlink_to(entry)
    (scratch / "build").symlink_to(build)


def run(commands, expected, scratch):
    """An explanation of what went wrong, or None. `python3` is the interpreter
    of this script: not every one that a machine has comes with numpy."""
    commands = f'python3() {{ "{sys.executable}" "$@"; }}\n{commands}'
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands], cwd=scratch, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    if done.returncode:
        return f"exit status {done.returncode}:\n{done.stdout}"
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    if expected is None or doctest.OutputChecker().check_output(
            expected, done.stdout, options):
        return None
    return "".join(difflib.unified_diff(
        expected.splitlines(True), done.stdout.splitlines(True),
        "what the page shows", "what the commands print"))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=pathlib.Path)
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--scratch", type=pathlib.Path, required=True)
    args = parser.parse_args()

    prepare(args.source.resolve(), args.build.resolve(), args.scratch)
    blocks = FENCE.findall(args.page.read_text())
    ran = failed = 0
    for (kind, body), following in zip(blocks, [*blocks[1:], ("", "")]):
        if kind != "sh":
            continue
        expected = following[1] if following[0] == "text" else None
        problem = run(body, expected, args.scratch)
        ran += 1
        if problem:
            failed += 1
            print(f"{args.page}: these commands failed:\n{body}\n{problem}")
    if not ran:
        print(f"{args.page}: expected at least one ```sh block, found none")
    return 1 if failed or not ran else 0


if __name__ == "__main__":
    sys.exit(main())
