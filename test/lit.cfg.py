"""The lit configuration of Convoy's test suite.

Substitutions: the tools by their names (convoy-opt, convoy-compile, convoy-run,
convoy-exec, FileCheck, not), and
  %python          a Python interpreter, with numpy where the feature says so
  %mlir_opt        the distribution's mlir-opt
  %llvm_tools      the folder of LLVM's and MLIR's tools
  %convoy_plugin   the pass and dialect plugin for it
  %convoy_src      the root of the source tree
  %convoy_obj      the root of the build tree
  %corpus          test/Corpus, programs as real importers write them
  %examples        the examples folder
  %cc, %cxx        the system's C compiler, the C++ compiler of the build
  %cmake           the cmake of the build

Features: ccompiler (there is a `cc`), numpy, cuda (a usable NVIDIA driver and
device), ptxas (NVIDIA's assembler is there; tests find it in CONVOY_PTXAS),
x86-64-v3 (the machine runs AVX2 and FMA code).

CONVOY_VERIFY_ROUNDTRIP=1 in the environment makes every convoy-opt of the suite
also print and parse its input again. `--param tools=DIR` takes the tools that are in
DIR instead of the build's (scripts/sanitize.sh).
"""

import ctypes
import glob
import os
import shutil
import subprocess

import lit.formats
import lit.util
from lit.llvm import llvm_config
from lit.llvm.subst import FindTool, ToolSubst

config.name = "Convoy"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test", ".py"]
config.excludes = ["Inputs", "lit.cfg.py", "lit.local.cfg", "CMakeLists.txt"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.convoy_obj_root, "test")

# A test that runs longer than this hangs. Killing it needs psutil.
if lit.util.killProcessAndChildrenIsSupported()[0]:
    lit_config.maxIndividualTestTime = 600

llvm_config.with_system_environment(["HOME", "TMPDIR", "LD_LIBRARY_PATH"])
llvm_config.with_environment("PATH", config.llvm_tools_dir, append_path=True)
llvm_config.with_environment("PATH", config.convoy_tools_dir, append_path=True)
llvm_config.with_environment(
    "PYTHONPATH", os.path.join(config.convoy_src_root, "python")
)
llvm_config.with_environment(
    "FILECHECK_OPTS", "-enable-var-scope --allow-unused-prefixes=false"
)

opt_args = []
if os.environ.get("CONVOY_VERIFY_ROUNDTRIP") == "1":
    opt_args.append("--verify-roundtrip")

tools = [
    ToolSubst("convoy-opt", FindTool("convoy-opt"), extra_args=opt_args),
    ToolSubst("convoy-compile", FindTool("convoy-compile")),
    ToolSubst("convoy-run", FindTool("convoy-run")),
    ToolSubst("convoy-exec", FindTool("convoy-exec")),
    ToolSubst("FileCheck", FindTool("FileCheck"), unresolved="fatal"),
    ToolSubst("not", FindTool("not"), unresolved="fatal"),
]
tools_dirs = [config.convoy_tools_dir, config.llvm_tools_dir]
if "tools" in lit_config.params:
    tools_dirs.insert(0, lit_config.params["tools"])
llvm_config.add_tool_substitutions(tools, tools_dirs)

cc = shutil.which("cc", path=config.environment["PATH"])
config.substitutions += [
    ("%python", config.python),
    ("%mlir_opt", os.path.join(config.llvm_tools_dir, "mlir-opt")),
    ("%llvm_tools", config.llvm_tools_dir),
    ("%convoy_plugin", config.convoy_plugin),
    ("%convoy_src", config.convoy_src_root),
    ("%convoy_obj", config.convoy_obj_root),
    ("%corpus", os.path.join(config.test_source_root, "Corpus")),
    ("%examples", os.path.join(config.convoy_src_root, "examples")),
    ("%cxx", config.cxx_compiler),
    ("%cc", cc or "cc"),
    ("%cmake", config.cmake),
]


def has_numpy():
    """Whether %python can load numpy."""
    probe = [config.python, "-c", "import numpy"]
    return subprocess.run(probe, capture_output=True).returncode == 0


def has_cuda():
    """Whether the driver is there and sees a device."""
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return False
    count = ctypes.c_int(0)
    return (
        driver.cuInit(0) == 0
        and driver.cuDeviceGetCount(ctypes.byref(count)) == 0
        and count.value > 0
    )


def find_ptxas():
    """The ptxas that scripts/get-ptxas.sh found or installed, or one nearby."""
    installed = os.path.join(config.convoy_obj_root, "ptxas")
    candidates = [os.environ.get("CONVOY_PTXAS"), shutil.which("ptxas")]
    candidates += ["/usr/local/cuda/bin/ptxas"]
    candidates += glob.glob(os.path.join(installed, "**/bin/ptxas"), recursive=True)
    for candidate in filter(None, candidates):
        if os.access(candidate, os.X_OK):
            return candidate
    return None


ptxas = find_ptxas()
if ptxas:
    llvm_config.with_environment("CONVOY_PTXAS", ptxas)


def has_x86_64_v3():
    """Whether the first processor lists what x86-64-v3 stands on."""
    try:
        with open("/proc/cpuinfo") as info:
            flags = next((l.split() for l in info if l.startswith("flags")), [])
    except OSError:
        return False
    return {"avx2", "bmi2", "fma", "f16c"} <= set(flags)


def has_pty():
    """Whether the system gives out pseudo-terminals (a bare chroot does not)."""
    try:
        for end in os.openpty():
            os.close(end)
    except OSError:
        return False
    return True


features = {
    "ccompiler": cc is not None,
    "pty": has_pty(),
    "numpy": has_numpy(),
    "cuda": has_cuda(),
    "ptxas": ptxas is not None,
    "x86-64-v3": has_x86_64_v3(),
}
config.available_features.update(name for name, there in features.items() if there)
