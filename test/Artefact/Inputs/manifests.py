"""Prints the manifest of every entry of an artefact."""

import json
import sys

import convoy

artefact = convoy.load(sys.argv[1])
for name in artefact:
    print(json.dumps(artefact[name].manifest, sort_keys=True))
