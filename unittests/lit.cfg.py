"""How lit finds and counts the GoogleTest programs of the build."""

import os

import lit.formats

config.name = "Convoy-Unit"
config.test_source_root = os.path.join(config.convoy_obj_root, "unittests")
config.test_exec_root = config.test_source_root
# One process per program: without sharding each is started once.
lit_config.gtest_sharding = False
rooms = sorted(
    entry.name
    for entry in os.scandir(config.test_source_root)
    if entry.is_dir() and entry.name != "CMakeFiles"
)
config.test_format = lit.formats.GoogleTest(";".join(rooms), "Tests")
