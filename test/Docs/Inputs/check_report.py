"""Holds a report of the fold against the table of docs/Report.md.

check_report.py PAGE REPORT: the keys of the report are those of the table, each
of the type that the table says, and the version is that of the heading.
"""

import json
import pathlib
import re
import sys

ROW = re.compile(r"^\| `([\w.\[\]]+)` \| (\w+) \|", re.M)
TYPES = {
    "integer": int,
    "number": (int, float),
    "string": str,
    "boolean": bool,
    "list": list,
    "object": dict,
}
CODE = re.compile(r"^[a-z]+(-[a-z]+)+$")


def keys(value, path=""):
    """Each key below `value` as the table spells it, with what it holds."""
    if isinstance(value, list):
        for element in value:
            yield from keys(element, f"{path}[]")
    elif isinstance(value, dict):
        for key, element in value.items():
            name = "CODE" if CODE.match(key) else key
            name = f"{path}.{name}" if path else name
            yield name, element
            yield from keys(element, name)


def main():
    page = pathlib.Path(sys.argv[1]).read_text()
    report = json.loads(pathlib.Path(sys.argv[2]).read_text())
    documented = dict(ROW.findall(page))
    found = list(keys(report))
    wrong = [f"{key}: not documented" for key, _ in found
             if key not in documented]
    wrong += [f"{key}: not in the report"
              for key in documented.keys() - {key for key, _ in found}]
    wrong += [f"{key}: expected {documented[key]}, found {value!r}"
              for key, value in found if key in documented and value is not None
              and (not isinstance(value, TYPES[documented[key]])
                   or isinstance(value, bool) != (documented[key] == "boolean"))]
    version = re.search(r"^## Schema, version (\d+)$", page, re.M)
    if not version or int(version[1]) != report["schemaVersion"]:
        wrong.append(f"version {report['schemaVersion']} is not documented")
    print(f"{len(documented)} keys documented, {len(found)} found")
    print(*sorted(set(wrong)), sep="\n")
    return 1 if wrong or not documented else 0


if __name__ == "__main__":
    sys.exit(main())
