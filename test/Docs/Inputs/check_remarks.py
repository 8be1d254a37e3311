"""Runs the examples of docs/Remarks.md.

check_remarks.py ROOT CONVOY_OPT: each section of a reason code shows a program
of which convoy-opt says that code; each code of the source has a section; the
programs of a fold and of a schedule say exactly the metrics that their tables
list; strict mode makes an error of each refusal. Prints what is wrong, and
exits with 1 if anything is.
"""

import pathlib
import re
import subprocess
import sys

SECTION = re.compile(r"^###? (?:.*: )?`([\w-]+)`$(.*?)(?=^##|\Z)", re.M | re.S)
EXAMPLE = re.compile(r"^```(mlir|python)\n(.*?)^```", re.M | re.S)
OPTIONS = re.compile(r'^// --convoy-fold-affine="(.*)"$', re.M)
METRIC = re.compile(r"^\| `(\w+)` \|", re.M)
REMARK = re.compile(r"remark: \[(\w+)\] ([\w-]+) \|(.*)")
TEXT = re.compile(r'(\w+)="[^"]*"')
# The sections that are no refusals: their kinds, and the passes that say them.
SAID = {"fold-affine": ("Passed", []),
        "select-schedule": ("Analysis", ["--convoy-select-schedule"])}


def run(convoy_opt, example, options, passes):
    return subprocess.run(
        [convoy_opt, "-", *(passes or [f"--convoy-fold-affine={options}"]),
         "-o", "-", "--remark-policy=all", "--remarks-filter=convoy"],
        input=example, capture_output=True, text=True)


def check_example(convoy_opt, code, text):
    """Yields what is wrong with the section `text` of remark `code`."""
    example = EXAMPLE.search(text)
    if not example:
        yield "no example"
        return
    # A program that is too long to be shown is the Python that prints it.
    program = example[2]
    if example[1] == "python":
        program = subprocess.run([sys.executable, "-"], input=program,
                                 capture_output=True, text=True).stdout
    options = OPTIONS.search(program)
    options = options[1] if options else ""
    kind, passes = SAID.get(code, ("Missed", []))
    result = run(convoy_opt, program, options, passes)
    if result.returncode:
        yield f"convoy-opt failed: {result.stderr.strip()}"
        return
    remarks = [(m[2], m[1], re.findall(r"(\w+)=", TEXT.sub(r"\1=", m[3])))
               for m in REMARK.finditer(result.stderr)]
    # Only such a program has several convolutions.
    if {(name, kind) for name, kind, _ in remarks} != {(code, kind)} or (
            len(remarks) > 1 and example[1] == "mlir"):
        yield f"expected the one remark {code}, found {remarks}"
        return
    if code in SAID:
        documented = sorted(METRIC.findall(text))
        found = sorted(set(remarks[0][2]) - {"Function", "Remark"})
        if documented != found:
            yield f"documented metrics {documented}, found {found}"
        return
    strict = run(convoy_opt, program, f"{options} strict=true", [])
    if strict.returncode == 0 or f"error: {code}: " not in strict.stderr:
        yield f"expected the error {code} in strict mode, found {strict.stderr}"


def main():
    root, convoy_opt = pathlib.Path(sys.argv[1]), sys.argv[2]
    page = (root / "docs/Remarks.md").read_text()
    header = (root / "include/Convoy/Analysis/Reason.h").read_text()
    source = (root / "lib/Analysis/Reason.cpp").read_text()
    texts = dict(re.findall(r'\{Reason::(\w+),\s*"([\w-]+)"', source))
    codes = set(texts.values())
    sections = {m[1]: m[2] for m in SECTION.finditer(page)}
    reasons = re.search(r"enum class Reason \{(.*?)\};", header, re.DOTALL)
    wrong = [f"{reason}: no text" for reason in
             set(re.findall(r"\w+", reasons[1])) - set(texts)]
    wrong += [f"{code}: no section" for code in codes - set(sections)]
    wrong += [f"{code}: no such reason"
              for code in set(sections) - codes - set(SAID)]
    for code, text in sections.items():
        wrong += [f"{code}: {message}"
                  for message in check_example(convoy_opt, code, text)]
    print(f"{len(sections)} sections, {len(codes)} codes")
    print(*wrong, sep="\n")
    return 1 if wrong or not codes else 0


if __name__ == "__main__":
    sys.exit(main())
