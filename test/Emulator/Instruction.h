//===- Instruction.h - A kernel, decoded ------------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PTX is decoded once; executing an instruction is a call of its handler with
// the lanes that take part. Registers of a warp lie in one array, 32 values of
// each side by side, and constants lie there too, as 32 equal values, so that
// all operands are offsets.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_TEST_EMULATOR_INSTRUCTION_H
#define CONVOY_TEST_EMULATOR_INSTRUCTION_H

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace emulator {

struct Warp;
struct Instruction;

/// What is wrong with a kernel, or with what it does.
struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline constexpr int kLanes = 32;
/// A bit for each lane.
using Lanes = uint32_t;
inline constexpr Lanes kAllLanes = ~Lanes(0);

/// Executes an instruction for these lanes; returns those that cannot go on
/// yet, for which it is executed again later.
using Handler = Lanes (*)(Warp &, const Instruction &, Lanes);

/// Calls `function` with each of `lanes`.
template <typename Function>
inline void forEachLane(Lanes lanes, Function function) {
  // Compilers make vectors of the first loop.
  if (lanes == kAllLanes) {
    for (int lane = 0; lane < kLanes; ++lane)
      function(lane);
    return;
  }
  for (; lanes; lanes &= lanes - 1)
    function(__builtin_ctz(lanes));
}

struct Operand {
  int offset = -1;
  /// Of one lane; 1 for predicates.
  uint8_t bytes = 0;
  bool isNegated = false;

  bool exists() const { return offset >= 0; }
};

enum class Space { Generic, Global, Shared, Cluster, Local, Parameter };

enum class Type : uint8_t {
  None,
  U8,
  S8,
  U16,
  S16,
  U32,
  S32,
  U64,
  S64,
  F16,
  BF16,
  F32,
  TF32,
  F64
};

inline uint32_t flagIf(bool condition, uint32_t flag) {
  return condition ? flag : 0;
}

enum class Flow : uint8_t { Next, Branch, BranchIndexed, Exit };

struct Instruction {
  Handler handler = nullptr;
  Flow flow = Flow::Next;
  bool isProduct = false;
  /// Of registers.
  bool isMove = false;
  Operand predicate;
  std::vector<Operand> operands;
  /// Elements of a vector, sums of a wgmma, targets of a table of branches.
  std::vector<Operand> list;
  std::vector<int> targets;
  /// A wgmma's first operand, if it comes from registers.
  std::vector<Operand> fragment;
  /// Registers that it writes.
  std::vector<int> results;
  /// What is added to the addresses, in their order.
  int64_t displacements[3] = {};
  /// A number whose meaning is the handler's, and flags of its own.
  int64_t number = 0;
  uint32_t flags = 0;
  Type from = Type::None, to = Type::None;
  uint8_t elementBytes = 0;
  int line = 0;
  std::string text;
};

struct Kernel {
  struct Parameter {
    int offset, bytes;
  };
  /// An address of shared memory: above its offset stands the block's rank.
  struct SharedAddress {
    Operand operand;
    uint32_t offset;
  };

  std::string name;
  std::vector<Instruction> code;
  std::vector<Parameter> parameters;
  int parameterBytes = 0;
  /// Of each warp: NaNs in what is a register, values in what is a constant.
  std::vector<uint8_t> initialRegisters;
  std::vector<SharedAddress> sharedAddresses;
  std::map<int, std::string> registerNames;
  int staticShared = 0;
  int localBytes = 0;
  int cluster[3] = {1, 1, 1};
  /// Threads of a block that the kernel is compiled for, or 0.
  int requiredBlock[3] = {0, 0, 0};
  int maxThreads = 0;
};

struct Module {
  std::map<std::string, Kernel> kernels;
  /// Variables in global and constant memory; allocated as long as it lives.
  std::vector<std::vector<uint8_t>> variables;

  Module() = default;
  Module(const Module &) = delete;
  Module &operator=(const Module &) = delete;
  Module(Module &&) = default;
  ~Module();
};

/// Throws a Failure that names the line.
Module parseModule(const char *text);

} // namespace emulator

#endif // CONVOY_TEST_EMULATOR_INSTRUCTION_H
