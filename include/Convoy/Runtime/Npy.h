//===- Npy.h - Tensors in npy files -----------------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// numpy's file format, versions 1.0 and 2.0, little-endian: the dtypes of
// ElementType but bfloat16, which travels as float32 (npyTypeOf).
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_RUNTIME_NPY_H
#define CONVOY_RUNTIME_NPY_H

#include "Convoy/Runtime/Tensor.h"

#include <string>

namespace convoy::runtime {

/// What the header of an npy file says. Its data have been found to be exactly
/// what the header promises; they are not read yet.
class NpyFile {
public:
  /// Reads and checks the header. Throws Error for a file that cannot be opened
  /// or is no regular file, is empty, truncated or longer than promised, is not
  /// npy, or has a dtype outside the list.
  explicit NpyFile(std::string path);

  const std::string &path() const { return filePath; }
  ElementType elementType() const { return type; }
  const std::vector<int64_t> &shape() const { return dims; }

  /// Reads the data, in row-major order also where the file has the other one.
  /// Throws Error where the file has changed in the meantime.
  Tensor read() const;

private:
  std::string filePath;
  ElementType type;
  std::vector<int64_t> dims;
  bool columnMajor = false;
  int64_t dataOffsetBytes = 0;
};

/// Throws Error unless a file can be made, or written over, at `path`. Leaves
/// the file as it is.
void checkWritable(const std::string &path);

/// Writes `tensor`, bfloat16 as float32. Throws Error, and leaves no partial
/// regular file, where not all of it could be written.
void writeNpy(const std::string &path, const Tensor &tensor);

} // namespace convoy::runtime

#endif // CONVOY_RUNTIME_NPY_H
