//===- Npy.cpp - Tensors in npy files -------------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// xtensor's xnpy parses and writes the header. Around it stand the checks that
// it leaves out: it takes a truncated file for a whole one, allocates what the
// header says, and misreads header lengths whose low byte is above 127.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Runtime/Npy.h"
#include "RegularFile.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>
#include <xtensor/xnpy.hpp>

using namespace convoy::runtime;

namespace {

constexpr char kMagic[] = "\x93NUMPY";
constexpr size_t kMagicBytes = sizeof(kMagic) - 1;
/// Magic and version.
constexpr size_t kPrefixBytes = kMagicBytes + 2;
/// A header of the dtypes and ranks that exist here has a few hundred bytes.
constexpr uint32_t kMaxHeaderBytes = 4096;

/// The text of the header; afterwards `stream` stands at the data.
std::string readHeaderText(std::ifstream &stream, const std::string &path) {
  unsigned char prefix[kPrefixBytes];
  if (!stream.read(reinterpret_cast<char *>(prefix), kPrefixBytes) ||
      std::memcmp(prefix, kMagic, kMagicBytes) != 0)
    failOnFile(path, "expected an npy file, found something else");
  int major = prefix[kMagicBytes];
  int minor = prefix[kMagicBytes + 1];
  if ((major != 1 && major != 2) || minor != 0)
    failOnFile(path, "expected npy version 1.0 or 2.0, found " +
                         std::to_string(major) + "." + std::to_string(minor));
  unsigned char length[4] = {};
  stream.read(reinterpret_cast<char *>(length), major == 1 ? 2 : 4);
  uint32_t headerBytes = length[0] | uint32_t(length[1]) << 8 |
                         uint32_t(length[2]) << 16 | uint32_t(length[3]) << 24;
  if (stream && headerBytes > kMaxHeaderBytes)
    failOnFile(path, "expected an npy header of at most " +
                         std::to_string(kMaxHeaderBytes) + " bytes, found " +
                         std::to_string(headerBytes));
  std::string header(headerBytes, '\0');
  if (!stream || !stream.read(header.data(), headerBytes))
    failOnFile(path, "truncated in the npy header");
  return header;
}

/// A column-major array of words in row-major order.
template <typename Word>
void transposeWords(const Tensor &from, const Tensor &to) {
  std::vector<size_t> shape(from.shape().begin(), from.shape().end());
  size_t size = from.elementCount();
  auto source = xt::adapt<xt::layout_type::column_major>(
      from.elementsAs<Word>(), size, xt::no_ownership(), shape);
  auto target = xt::adapt<xt::layout_type::row_major>(
      to.elementsAs<Word>(), size, xt::no_ownership(), shape);
  target = source;
}

Tensor toRowMajor(const Tensor &columnMajor) {
  Tensor result(columnMajor.elementType(), columnMajor.shape());
  switch (byteCountOf(columnMajor.elementType())) {
  case 1:
    transposeWords<uint8_t>(columnMajor, result);
    break;
  case 2:
    transposeWords<uint16_t>(columnMajor, result);
    break;
  case 4:
    transposeWords<uint32_t>(columnMajor, result);
    break;
  default:
    transposeWords<uint64_t>(columnMajor, result);
    break;
  }
  return result;
}

std::string parentFolder(const std::string &path) {
  size_t slash = path.rfind('/');
  if (slash == std::string::npos)
    return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

} // namespace

NpyFile::NpyFile(std::string path) : filePath(std::move(path)) {
  int64_t fileBytes = getRegularFileBytes(filePath);
  std::ifstream stream(filePath, std::ios::binary);
  if (!stream)
    failOnFile(filePath, std::string("cannot open: ") + std::strerror(errno));
  std::string header = readHeaderText(stream, filePath);
  dataOffsetBytes = stream.tellg();

  std::string description;
  std::vector<size_t> shape;
  try {
    // The parser looks at the ends of the dictionary and of the shape before it
    // looks at their lengths.
    std::string dense = header;
    dense.erase(std::remove(dense.begin(), dense.end(), ' '), dense.end());
    size_t shapeKey = dense.find("'shape'");
    if (dense.find('{') == std::string::npos || shapeKey == std::string::npos ||
        dense.compare(shapeKey, 9, "'shape':(") != 0)
      throw std::runtime_error("expected a dictionary with a shape");
    xt::detail::parse_header(header, description, &columnMajor, shape);
  } catch (const std::exception &error) {
    failOnFile(filePath, std::string("malformed npy header: ") + error.what());
  }
  std::optional<ElementType> parsed = parseNpyDescription(description);
  if (!parsed)
    failOnFile(filePath,
               "dtype '" + description +
                   "' is not supported (float64, float32, float16, int64, "
                   "int32, int16, int8, uint8, bool; little-endian)");
  type = *parsed;
  for (size_t dim : shape) {
    if (dim > LLONG_MAX)
      failOnFile(filePath, "malformed npy header: a dim is out of range");
    dims.push_back(static_cast<int64_t>(dim));
  }

  std::optional<int64_t> dataBytes = tensorByteCount(type, dims);
  int64_t foundBytes = fileBytes - dataOffsetBytes;
  if (!dataBytes || *dataBytes > foundBytes)
    failOnFile(filePath, "truncated: " + formatShape(dims) + " of " +
                             nameOf(type) + " need " +
                             (dataBytes ? std::to_string(*dataBytes)
                                        : std::string("more than 2^63")) +
                             " bytes of data, found " +
                             std::to_string(foundBytes));
  if (*dataBytes < foundBytes)
    failOnFile(filePath, formatShape(dims) + " of " + nameOf(type) + " need " +
                             std::to_string(*dataBytes) +
                             " bytes of data, found " +
                             std::to_string(foundBytes));
}

Tensor NpyFile::read() const {
  Tensor tensor(type, dims);
  std::ifstream stream(filePath, std::ios::binary);
  stream.seekg(dataOffsetBytes);
  if (tensor.byteCount() > 0 &&
      !stream.read(tensor.elementsAs<char>(), tensor.byteCount()))
    failOnFile(filePath, "cannot read its data");
  return columnMajor && dims.size() > 1 && tensor.elementCount() > 0
             ? toRowMajor(tensor)
             : std::move(tensor);
}

void convoy::runtime::checkWritable(const std::string &path) {
  struct stat status;
  bool exists = stat(path.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode))
    failOnFile(path, "cannot write: is a directory");
  std::string target = exists ? path : parentFolder(path);
  if (path.empty() || access(target.c_str(), W_OK) != 0)
    failOnFile(path, std::string("cannot write: ") +
                         std::strerror(path.empty() ? ENOENT : errno));
  if (!exists && (stat(target.c_str(), &status) != 0 ||
                  !S_ISDIR(status.st_mode) || path.back() == '/'))
    failOnFile(path, "cannot write: not in a directory");
}

void convoy::runtime::writeNpy(const std::string &path, const Tensor &tensor) {
  if (npyTypeOf(tensor.elementType()) != tensor.elementType())
    return writeNpy(path, tensor.converted(npyTypeOf(tensor.elementType())));
  errno = 0;
  std::ofstream stream(path, std::ios::binary | std::ios::trunc);
  xt::detail::write_header(stream, npyDescriptionOf(tensor.elementType()),
                           /*fortran_order=*/false, tensor.shape());
  if (tensor.byteCount() > 0)
    stream.write(tensor.elementsAs<char>(), tensor.byteCount());
  stream.close();
  if (stream)
    return;
  int reason = errno;
  struct stat status;
  if (stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode))
    std::remove(path.c_str());
  failOnFile(path, std::string("cannot write: ") +
                       (reason ? std::strerror(reason) : "the stream failed"));
}
