#!/usr/bin/env python3
"""Adds up what scripts/test.sh ran: sum-tests.py RESULTS_DIR

RESULTS_DIR holds lit.json, lit's report, and for each other check a file with
one word, passed, failed or skipped, beside a .log with its output. Prints the
output of failed checks, the name of everything that failed or was skipped, and
as the last line the counts. Exits with 1 when anything failed or nothing ran.
"""

import json
import pathlib
import sys

OUTCOMES = {
    "PASS": "passed",
    "FLAKYPASS": "passed",
    "XFAIL": "passed",
    "UNSUPPORTED": "skipped",
    "SKIPPED": "skipped",
    "EXCLUDED": "skipped",
}


def lit_outcomes(report):
    """(name, outcome, log) of each test; a report that is missing is a failure."""
    if not report.exists():
        yield "lit", "failed", "lit wrote no report\n"
        return
    for test in json.loads(report.read_text())["tests"]:
        # What is not known to be good counts as a failure.
        outcome = OUTCOMES.get(test["code"], "failed")
        yield test["name"], outcome, ""


def check_outcomes(directory):
    """(name, outcome, log) of each check that is not lit's."""
    for log in sorted(directory.glob("*.log")):
        outcome = log.with_suffix("").read_text().strip()
        yield log.stem, outcome, log.read_text()


def main():
    directory = pathlib.Path(sys.argv[1])
    tests = [*check_outcomes(directory), *lit_outcomes(directory / "lit.json")]
    for name, outcome, log in tests:
        if outcome != "passed":
            print(f"{outcome}: {name}")
            print(log, end="")
    count = {
        outcome: sum(o == outcome for _, o, _ in tests)
        for outcome in ("passed", "failed", "skipped")
    }
    skipped = f", {count['skipped']} skipped" if count["skipped"] else ""
    print(f"{count['passed']} passed, {count['failed']} failed{skipped}")
    return 1 if count["failed"] or not count["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
