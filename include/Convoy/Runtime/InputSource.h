//===- InputSource.h - What an --input says ---------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The values of the flag --input: an npy file, or random numbers of a stated
// shape and distribution. Checked against an argument before any memory is
// taken.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_RUNTIME_INPUTSOURCE_H
#define CONVOY_RUNTIME_INPUTSOURCE_H

#include "Convoy/Runtime/LoadedArtefact.h"
#include "Convoy/Runtime/Npy.h"

#include <optional>
#include <string>

namespace convoy::runtime {

enum class Distribution {
  Uniform, ///< in [0.5, 1.5); integers from 0 to 7, booleans 0 or 1
  Normal,  ///< mean 0, standard deviation 1; for floating-point types only
};

class InputSource {
public:
  /// Uniform random numbers; the argument gives the shape.
  InputSource() = default;

  /// `text` is a path, or `random[:SHAPE][,normal]` with SHAPE like 2x4x9x11.
  /// Opens a file and checks its header. Throws Error for what it cannot
  /// understand or open.
  explicit InputSource(const std::string &text);

  /// Throws Error, naming the argument, unless dtype and shape fit it.
  /// `position` counts the arguments from 0.
  void check(const TensorSpec &argument, int position) const;

  /// The tensor for an argument that it has been checked against. Random
  /// numbers depend on `position` and nothing else.
  Tensor make(const TensorSpec &argument, int position) const;

  /// "a.npy" or "random, uniform".
  std::string describe() const;

private:
  std::optional<NpyFile> file;
  std::optional<std::vector<int64_t>> shape;
  Distribution distribution = Distribution::Uniform;
};

} // namespace convoy::runtime

#endif // CONVOY_RUNTIME_INPUTSOURCE_H
