//===- FakeCudaExecution.cpp - Kernels of the fake driver -----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Its functions for modules, kernels, streams, graphs and events. Kernels run
// when they are launched.
//
//===----------------------------------------------------------------------===//

#include "FakeCudaMachine.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <elf.h>
#include <sstream>

using namespace convoy::runtime::cuda;

using namespace fake;

namespace {

/// The bytes of a parameter of PTX: the number at the end of ".param .u64".
int parameterBytes(const std::string &type) {
  size_t digits = type.find_first_of("0123456789");
  return digits == std::string::npos ? 8 : atoi(type.c_str() + digits) / 8;
}

/// Finds the entries of PTX and the sizes of their parameters.
std::unique_ptr<ModuleHandle> parseModule(const std::string &text) {
  auto module = std::make_unique<ModuleHandle>();
  size_t at = 0;
  while ((at = text.find(".entry ", at)) != std::string::npos) {
    at += strlen(".entry ");
    size_t open = text.find('(', at), close = text.find(')', at);
    if (open == std::string::npos || close == std::string::npos)
      return nullptr;
    auto function = std::make_unique<FunctionHandle>();
    std::istringstream(text.substr(at, open - at)) >> function->name;
    std::istringstream parameters(text.substr(open, close - open));
    std::string word, type;
    while (parameters >> word)
      if (word.find(".param") != std::string::npos && parameters >> type)
        function->parameterBytes.push_back(parameterBytes(type));
    std::string name = function->name;
    module->functions[name] = std::move(function);
    at = close;
  }
  return module->functions.empty() ? nullptr : std::move(module);
}

/// The bytes of an ELF file, whose section headers come last.
std::string readElf(const void *image) {
  Elf64_Ehdr header;
  memcpy(&header, image, sizeof(header));
  size_t bytes = header.e_shoff + size_t(header.e_shnum) * header.e_shentsize;
  return std::string(static_cast<const char *>(image), bytes);
}

std::unique_ptr<ModuleHandle> readModule(const void *image) {
  if (memcmp(image, ELFMAG, SELFMAG) != 0)
    return parseModule(static_cast<const char *>(image));
  auto module = std::make_unique<ModuleHandle>();
  module->machineCode = readElf(image);
  return module;
}

/// Machine code has a section for each kernel.
bool hasKernel(const std::string &machineCode, const char *name) {
  std::string section = std::string(".text.") + name;
  return machineCode.find(section.c_str(), 0, section.size() + 1) !=
         std::string::npos;
}

void writeLog(const FakeLaunch &launch) {
  const char *path = getenv("CONVOY_FAKE_CUDA_LOG");
  if (!path)
    return;
  FILE *log = fopen(path, "a");
  if (!log)
    return;
  fprintf(log, "launch %s grid %ux%ux%u block %ux%ux%u shared %u arguments",
          launch.kernel.c_str(), launch.grid[0], launch.grid[1], launch.grid[2],
          launch.block[0], launch.block[1], launch.block[2],
          launch.dynamicSharedBytes);
  for (uint64_t argument : launch.arguments)
    // Addresses differ from run to run.
    if (isAllocated(argument, 0))
      fprintf(log, " device");
    else
      fprintf(log, " %lld", static_cast<long long>(argument));
  fprintf(log, "\n");
  fclose(log);
}

void runScale(const FakeLaunch &launch) {
  auto *x = reinterpret_cast<const float *>(launch.arguments[0]);
  auto *ab = reinterpret_cast<const float *>(launch.arguments[1]);
  auto *y = reinterpret_cast<float *>(launch.arguments[2]);
  for (uint64_t i = 0; i < launch.arguments[3]; ++i)
    y[i] = ab[0] * x[i] + ab[1];
}

void execute(const FakeLaunch &launch) {
  machine().state.launches.push_back(launch);
  writeLog(launch);
  if (launch.kernel == "fixture_scale" && launch.arguments.size() == 4)
    runScale(launch);
}

} // namespace

// NOLINTBEGIN(readability-identifier-naming): the driver's names.
extern "C" {

//===----------------------------------------------------------------------===//
// Modules and kernels
//===----------------------------------------------------------------------===//

Result cuModuleLoadDataEx(Module *module, const void *image, unsigned count,
                          JitOption *options, void **values) {
  ENTER("cuModuleLoadDataEx", Needs::NoCapture);
  std::unique_ptr<ModuleHandle> parsed = readModule(image);
  if (!parsed) {
    for (unsigned i = 0; i < count; ++i)
      if (options[i] == JitOption::ErrorLogBuffer)
        strcpy(static_cast<char *>(values[i]), "no entry");
    return kInvalidPtx;
  }
  machine().state.loadedModules.push_back(static_cast<const char *>(image));
  ++machine().state.liveModules;
  *module = parsed.release();
  return kSuccess;
}

Result cuModuleUnload(Module module) {
  ENTER("cuModuleUnload", Needs::NoCapture);
  --machine().state.liveModules;
  delete module;
  return kSuccess;
}

Result cuModuleGetFunction(Function *function, Module module,
                           const char *name) {
  ENTER("cuModuleGetFunction", Needs::Context);
  if (hasKernel(module->machineCode, name))
    module->functions[name] = std::make_unique<FunctionHandle>(
        FunctionHandle{name, /*parameterBytes=*/{}});
  auto found = module->functions.find(name);
  if (found == module->functions.end())
    return kNotFound;
  *function = found->second.get();
  return kSuccess;
}

Result cuFuncGetAttribute(int *value, FunctionAttribute, Function) {
  ENTER("cuFuncGetAttribute", Needs::Context);
  *value = 32;
  return kSuccess;
}

Result cuFuncSetAttribute(Function function, FunctionAttribute attribute,
                          int value) {
  ENTER("cuFuncSetAttribute", Needs::Context);
  if (attribute != FunctionAttribute::MaxDynamicSharedSizeBytes)
    return kInvalidValue;
  machine().state.dynamicSharedBytesMax[function->name] = value;
  return kSuccess;
}

Result cuLaunchKernel(Function function, unsigned gridX, unsigned gridY,
                      unsigned gridZ, unsigned blockX, unsigned blockY,
                      unsigned blockZ, unsigned sharedBytes, Stream stream,
                      void **arguments, void **) {
  ENTER("cuLaunchKernel", Needs::Context);
  if (gridX * gridY * gridZ == 0 || blockX * blockY * blockZ == 0)
    return kInvalidValue;
  FakeLaunch launch{function->name,
                    currentContext()->device,
                    {gridX, gridY, gridZ},
                    {blockX, blockY, blockZ},
                    sharedBytes,
                    stream,
                    {}};
  for (size_t i = 0; i < function->parameterBytes.size(); ++i) {
    uint64_t value = 0;
    memcpy(&value, arguments[i], function->parameterBytes[i]);
    launch.arguments.push_back(value);
  }
  if (stream && stream->capture)
    stream->capture->launches.push_back(launch);
  else
    execute(launch);
  return kSuccess;
}

//===----------------------------------------------------------------------===//
// Streams, graphs and events
//===----------------------------------------------------------------------===//

Result cuStreamCreate(Stream *stream, unsigned) {
  ENTER("cuStreamCreate", Needs::Context);
  *stream = new StreamHandle;
  return kSuccess;
}

Result cuStreamSynchronize(Stream) {
  ENTER("cuStreamSynchronize", Needs::NoCapture);
  return kSuccess;
}

Result cuStreamDestroy_v2(Stream stream) {
  ENTER("cuStreamDestroy", Needs::Context);
  delete stream;
  return kSuccess;
}

Result cuStreamBeginCapture_v2(Stream stream, StreamCaptureMode) {
  ENTER("cuStreamBeginCapture", Needs::Context);
  stream->capture = std::make_unique<GraphHandle>();
  ++machine().captures;
  return kSuccess;
}

Result cuStreamEndCapture(Stream stream, Graph *graph) {
  ENTER("cuStreamEndCapture", Needs::Context);
  *graph = stream->capture.release();
  --machine().captures;
  return kSuccess;
}

Result cuGraphInstantiateWithFlags(GraphExec *exec, Graph graph,
                                   unsigned long long) {
  ENTER("cuGraphInstantiateWithFlags", Needs::Context);
  *exec = new GraphExecHandle{graph->launches};
  return kSuccess;
}

Result cuGraphLaunch(GraphExec exec, Stream) {
  ENTER("cuGraphLaunch", Needs::Context);
  for (const FakeLaunch &launch : exec->launches)
    execute(launch);
  return kSuccess;
}

Result cuGraphExecDestroy(GraphExec exec) {
  ENTER("cuGraphExecDestroy");
  delete exec;
  return kSuccess;
}

Result cuGraphDestroy(Graph graph) {
  ENTER("cuGraphDestroy");
  delete graph;
  return kSuccess;
}

Result cuEventCreate(Event *event, unsigned) {
  ENTER("cuEventCreate", Needs::Context);
  *event = new EventHandle;
  return kSuccess;
}

Result cuEventRecord(Event, Stream) {
  ENTER("cuEventRecord", Needs::Context);
  return kSuccess;
}

Result cuEventSynchronize(Event) {
  ENTER("cuEventSynchronize", Needs::Context);
  return kSuccess;
}

Result cuEventElapsedTime(float *milliseconds, Event, Event) {
  ENTER("cuEventElapsedTime");
  *milliseconds = 1;
  return kSuccess;
}

Result cuEventDestroy_v2(Event event) {
  ENTER("cuEventDestroy");
  delete event;
  return kSuccess;
}

} // extern "C"
// NOLINTEND(readability-identifier-naming)
