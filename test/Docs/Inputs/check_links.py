"""Checks the relative links of every Markdown file that git knows, and that what
begins a command, as a path in the source tree, can be run.

check_links.py ROOT: prints each link whose file or heading does not exist, and each
command that is no program, and exits with 1 if there was one.
"""

import os
import pathlib
import re
import subprocess
import sys

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.M | re.S)
HEADING = re.compile(r"^#+\s+(.*)$", re.M)
# Indented, or in a block of its own, perhaps behind a prompt.
COMMAND = re.compile(r"^(?:    |\$ )?((?:bench|scripts|test)/[\w/.-]+)", re.M)


def anchors(page):
    """The names by which a page's headings can be linked to."""
    text = FENCE.sub("", page.read_text())
    for heading in HEADING.findall(text):
        kept = re.sub(r"[^\w\- ]", "", heading.lower())
        yield kept.strip().replace(" ", "-")


def broken_links(root, page):
    for target in LINK.findall(FENCE.sub("", page.read_text())):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        destination = (page.parent / path) if path else page
        if not destination.exists():
            yield f"{page.relative_to(root)}: no such file: {target}"
        elif anchor and anchor not in anchors(destination):
            yield f"{page.relative_to(root)}: no such heading: {target}"


def broken_commands(root, page):
    for command in sorted(set(COMMAND.findall(page.read_text()))):
        program = root / command
        if not program.is_file() or not os.access(program, os.X_OK):
            yield f"{page.relative_to(root)}: no program: {command}"


def main():
    root = pathlib.Path(sys.argv[1])
    listing = subprocess.run(
        ["git", "-C", root, "ls-files", "--", "*.md"],
        capture_output=True, text=True, check=True)
    pages = [root / name for name in listing.stdout.splitlines()]
    broken = [wrong for page in pages if page.exists()
              for check in (broken_links, broken_commands)
              for wrong in check(root, page)]
    print(*broken, sep="\n")
    return 1 if broken or not pages else 0


if __name__ == "__main__":
    sys.exit(main())
