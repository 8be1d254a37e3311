//===- LoadedArtefact.cpp - An artefact to the host side ------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// dlopen and what surrounds it. The file is looked at first: the system's
// loader maps a truncated shared object and dies when it touches the missing
// pages.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Runtime/LoadedArtefact.h"
#include "Convoy/Runtime/Error.h"
#include "RegularFile.h"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <dlfcn.h>
#include <elf.h>
#include <fstream>
#include <nlohmann/json.hpp>

using namespace convoy::runtime;

namespace {

/// Whether the file is an ELF shared object of 64 bits that is there to its
/// end: linkers put the section headers last.
void checkSharedObject(const std::string &path) {
  uint64_t fileBytes = getRegularFileBytes(path);
  std::ifstream stream(path, std::ios::binary);
  if (!stream)
    failOnFile(path, std::string("cannot open: ") + std::strerror(errno));
  Elf64_Ehdr header = {};
  stream.read(reinterpret_cast<char *>(&header), sizeof(header));
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
    failOnFile(path, "not an artefact: expected a shared object");
  if (stream && (header.e_ident[EI_CLASS] != ELFCLASS64 ||
                 header.e_ident[EI_DATA] != ELFDATA2LSB))
    failOnFile(path, "not an artefact: expected a little-endian 64-bit object");
  uint64_t sectionBytes = uint64_t(header.e_shnum) * header.e_shentsize;
  if (!stream || header.e_shoff > fileBytes ||
      sectionBytes > fileBytes - header.e_shoff)
    failOnFile(path,
               "truncated: the shared object goes on after the end of the "
               "file");
  if (header.e_type != ET_DYN)
    failOnFile(path,
               "not an artefact: expected a shared object, found another kind "
               "of object file");
}

void check(ConvoyStatus status, const ConvoyArtefactApi *api) {
  if (status == CONVOY_DEVICE_ERROR)
    throw DeviceError(api->lastError());
  if (status != CONVOY_OK)
    throw Error(api->lastError());
}

TensorSpec makeSpec(const ConvoyTensorInfo &info, const std::string &entry) {
  std::optional<ElementType> type = elementTypeOf(info.dtype);
  if (!type)
    throw Error("entry " + entry + ": " + info.name +
                " has an element type that cannot be read or written (DLPack "
                "code " +
                std::to_string(info.dtype.code) + " with " +
                std::to_string(info.dtype.bits) + " bits)");
  return {info.name, *type, {info.shape, info.shape + info.rank}};
}

/// Tensors as the ABI takes them, while those live.
class Arguments {
public:
  explicit Arguments(const std::vector<DLTensor> &tensors) {
    for (const DLTensor &tensor : tensors)
      pointers.push_back(&tensor);
  }
  const DLTensor *const *data() const { return pointers.data(); }
  int32_t count() const { return static_cast<int32_t>(pointers.size()); }

private:
  std::vector<const DLTensor *> pointers;
};

std::vector<DLTensor> viewsOf(const std::vector<Tensor> &tensors) {
  std::vector<DLTensor> views;
  views.reserve(tensors.size());
  for (const Tensor &tensor : tensors)
    views.push_back(tensor.view());
  return views;
}

nlohmann::json parseManifest(const std::string &manifest,
                             const std::string &entry) {
  nlohmann::json json = nlohmann::json::parse(manifest, nullptr,
                                              /*allow_exceptions=*/false);
  if (!json.is_object())
    throw Error("entry " + entry + ": the manifest is not JSON");
  return json;
}

std::string deviceOf(const nlohmann::json &manifest, const std::string &entry) {
  auto device = manifest.find("device");
  if (device == manifest.end() || (*device != "cpu" && *device != "cuda"))
    throw Error("entry " + entry +
                ": expected the manifest's device to be cpu or cuda, found " +
                (device == manifest.end() ? "none" : device->dump()));
  return *device;
}

} // namespace

Entry::Entry(const ConvoyArtefactApi *api, const ConvoyEntry *entry,
             std::string name)
    : api(api), entry(entry), entryName(std::move(name)) {
  ConvoyTensorInfo info;
  for (int32_t i = 0; i < api->inputCount(entry); ++i) {
    check(api->inputInfo(entry, i, &info), api);
    inputSpecs.push_back(makeSpec(info, entryName));
  }
  for (int32_t i = 0; i < api->outputCount(entry); ++i) {
    check(api->outputInfo(entry, i, &info), api);
    outputSpecs.push_back(makeSpec(info, entryName));
  }
  nlohmann::json parsed = parseManifest(manifest(), entryName);
  deviceName = deviceOf(parsed, entryName);
  auto math = parsed.find("math");
  isTF32 = math != parsed.end() && *math == "tf32";
}

std::string Entry::manifest() const {
  const char *manifest = nullptr;
  check(api->query(entry, &manifest), api);
  return manifest;
}

std::vector<std::vector<int64_t>>
Entry::resultShapes(const std::vector<Tensor> &inputs) const {
  std::vector<DLTensor> views = viewsOf(inputs);
  Arguments arguments(views);
  std::vector<std::vector<int64_t>> shapes;
  for (size_t i = 0; i < outputSpecs.size(); ++i) {
    std::vector<int64_t> shape(outputSpecs[i].dims.size());
    check(api->resultShape(entry, arguments.data(), arguments.count(),
                           static_cast<int32_t>(i), shape.data()),
          api);
    shapes.push_back(std::move(shape));
  }
  return shapes;
}

uint64_t Entry::workspaceBytes(const std::vector<Tensor> &inputs) const {
  std::vector<DLTensor> views = viewsOf(inputs);
  Arguments arguments(views);
  uint64_t bytes = 0;
  check(api->workspaceBytes(entry, arguments.data(), arguments.count(), &bytes),
        api);
  return bytes;
}

std::vector<Tensor>
Entry::makeOutputs(const std::vector<Tensor> &inputs) const {
  std::vector<std::vector<int64_t>> shapes = resultShapes(inputs);
  std::vector<Tensor> outputs;
  outputs.reserve(shapes.size());
  for (size_t i = 0; i < shapes.size(); ++i)
    outputs.emplace_back(outputSpecs[i].elementType, std::move(shapes[i]));
  return outputs;
}

void Entry::call(const std::vector<Tensor> &inputs,
                 const std::vector<Tensor> &outputs,
                 const Buffer &workspace) const {
  call(viewsOf(inputs), viewsOf(outputs), workspace.data(),
       workspace.byteCount(), nullptr);
}

void Entry::call(const std::vector<DLTensor> &inputs,
                 const std::vector<DLTensor> &outputs, void *workspace,
                 uint64_t workspaceBytes, void *stream) const {
  Arguments in(inputs), out(outputs);
  check(api->call(entry, in.data(), in.count(), out.data(), out.count(),
                  workspace, workspaceBytes, stream),
        api);
}

std::vector<Tensor> Entry::run(const std::vector<Tensor> &inputs) const {
  std::vector<Tensor> outputs = makeOutputs(inputs);
  call(inputs, outputs, Buffer(workspaceBytes(inputs)));
  return outputs;
}

void LoadedArtefact::Unload::operator()(void *library) const {
  dlclose(library);
}

LoadedArtefact::LoadedArtefact(const std::string &path) {
  checkSharedObject(path);
  // A name without a slash would be looked for in the system's folders.
  std::string file = path.find('/') == std::string::npos ? "./" + path : path;
  library.reset(dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL));
  if (!library)
    failOnFile(path, std::string("cannot load: ") + dlerror());
  auto getter = reinterpret_cast<ConvoyArtefactApiGetter>(
      dlsym(library.get(), CONVOY_ARTEFACT_API_SYMBOL));
  if (!getter)
    failOnFile(path, "not an artefact: the shared object does not export "
                     "'" CONVOY_ARTEFACT_API_SYMBOL "'");
  api = getter(CONVOY_ARTEFACT_API_VERSION);
  if (!api)
    failOnFile(path, "the artefact does not speak version " +
                         std::to_string(CONVOY_ARTEFACT_API_VERSION) +
                         " of the artefact ABI: compile it again");
}

std::vector<std::string> LoadedArtefact::entryNames() const {
  std::vector<std::string> names;
  names.reserve(api->entryCount());
  for (int32_t i = 0; i < api->entryCount(); ++i)
    names.push_back(api->entryName(i));
  return names;
}

bool LoadedArtefact::hasEntry(const std::string &name) const {
  const ConvoyEntry *entry = nullptr;
  return api->findEntry(name.c_str(), &entry) == CONVOY_OK;
}

Entry LoadedArtefact::entry(const std::string &name) const {
  const ConvoyEntry *entry = nullptr;
  if (api->findEntry(name.c_str(), &entry) == CONVOY_OK)
    return Entry(api, entry, name);
  std::string list;
  for (const std::string &known : entryNames())
    list += (list.empty() ? "" : ", ") + known;
  throw Error("the artefact has no entry '" + name + "'; it has: " + list);
}

void LoadedArtefact::prepare(DLDevice device) const {
  check(api->prepare(device), api);
}

uint64_t LoadedArtefact::launchCount() const {
  // The table of an artefact that was made before this function ends earlier,
  // and such an artefact launches nothing.
  constexpr size_t kNeededBytes =
      offsetof(ConvoyArtefactApi, launchCount) + sizeof(api->launchCount);
  return api->structBytes >= kNeededBytes ? api->launchCount() : 0;
}

bool convoy::runtime::isArtefactPath(const std::string &path) {
  if (path.size() >= 3 && path.compare(path.size() - 3, 3, ".so") == 0)
    return true;
  char magic[SELFMAG] = {};
  std::ifstream(path, std::ios::binary).read(magic, SELFMAG);
  return std::memcmp(magic, ELFMAG, SELFMAG) == 0;
}
