//===- Products.cpp - wgmma -----------------------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each warp of a warpgroup computes its 16 rows of the 64 by itself, from
// registers or shared memory as they are when the product happens: at its
// issue, or, where operations are late, when it is waited for. Shared memory
// that a thread has written without a fence of the proxy behind it reads as
// NaNs then.
//
// Matrices are K-major, without swizzling: core matrices of 8 rows by 16 bytes.
//
//===----------------------------------------------------------------------===//

#include "Decode.h"
#include "Machine.h"
#include "Numbers.h"

#include <algorithm>

using namespace emulator;

namespace {

constexpr int kWarpRows = 16;
constexpr int kRowBytes = 16;
constexpr int kCoreRows = 8;
constexpr int kCoreBytes = kCoreRows * kRowBytes;
constexpr int kMaxColumns = 256;
constexpr int kMaxDepth = 16;
constexpr int kWarpgroupWarps = 4;

/// Of an instruction; its `number` is the number of columns.
enum Flag : uint32_t { FragmentA = 1, NegatesA = 2, NegatesB = 4 };

/// A row of K of one of the matrices.
using Row = float[kMaxDepth];

//===----------------------------------------------------------------------===//
// Matrices in shared memory
//===----------------------------------------------------------------------===//

/// In bytes; between core matrices along K, and along M or N.
struct Layout {
  uint32_t begin, leading, stride;
};

Layout readDescriptor(const Warp &warp, const Instruction &instruction,
                      uint64_t bits) {
  constexpr uint64_t field = 0x3fff;
  constexpr int unitShift = 4, leadingShift = 16, strideShift = 32;
  constexpr uint64_t known =
      field | field << leadingShift | field << strideShift;
  if (bits & ~known)
    fail(warp, instruction, 0, "a descriptor with swizzling or an offset");
  auto read = [&](int shift) {
    return static_cast<uint32_t>((bits >> shift & field) << unitShift);
  };
  return {read(0), read(leadingShift), read(strideShift)};
}

/// The core matrix at an address, copied to `bytes`.
void readCore(const Warp &warp, const Instruction &instruction,
              uint32_t address, uint8_t (&bytes)[kCoreBytes]) {
  // Descriptors have 18 bits of an address, so none of the rank.
  constexpr uint32_t addressMask = (1 << 18) - 1;
  const Block &block = *warp.block;
  uint32_t offset = address & addressMask;
  if (offset < kSharedBase ||
      offset + kCoreBytes > kSharedBase + block.shared.size())
    fail(warp, instruction, 0, "wgmma reads outside of shared memory");
  memcpy(bytes, block.shared.data() + (offset - kSharedBase), kCoreBytes);
  // Columns that are for nothing may read what is being written, so this is no
  // failure by itself.
  if (options().timing == Timing::Early ||
      !hasUnfenced(block, offset, kCoreBytes))
    return;
  constexpr uint32_t garbage = 0x7fff7fff;
  for (int i = 0; i < kCoreBytes / 4; ++i)
    if (block.unfencedBy[getWord(offset) + i])
      memcpy(bytes + 4 * i, &garbage, sizeof(garbage));
}

/// Elements of 16 bytes; how many there are.
int widen(Type type, const uint8_t *bytes, float *values) {
  if (type == Type::TF32) {
    for (int i = 0; i < 4; ++i) {
      uint32_t bits;
      memcpy(&bits, bytes + 4 * i, sizeof(bits));
      values[i] = bitCast<float>(bits & kTf32Mask);
    }
    return 4;
  }
  for (int i = 0; i < 8; ++i) {
    uint16_t bits;
    memcpy(&bits, bytes + 2 * i, sizeof(bits));
    values[i] = type == Type::F16 ? fromHalf(bits) : fromBfloat(bits);
  }
  return 8;
}

/// `count` rows, of which the first is a core matrix's first.
void readMatrix(const Warp &warp, const Instruction &instruction,
                uint64_t descriptor, int firstRow, int count, Row *rows) {
  Layout layout = readDescriptor(warp, instruction, descriptor);
  for (int row = 0; row < count; row += kCoreRows)
    for (int half = 0; half < 2; ++half) {
      uint8_t bytes[kCoreBytes];
      uint32_t core = (firstRow + row) / kCoreRows;
      readCore(warp, instruction,
               layout.begin + core * layout.stride + half * layout.leading,
               bytes);
      int elements = instruction.from == Type::TF32 ? 4 : 8;
      for (int i = 0; i < kCoreRows; ++i)
        widen(instruction.from, bytes + i * kRowBytes,
              rows[row + i] + half * elements);
    }
}

//===----------------------------------------------------------------------===//
// Registers
//===----------------------------------------------------------------------===//

// A lane has rows lane / 4 and 8 below it, and of each 8 columns of the sums,
// or 16 bytes of K, the part lane % 4.

void readFragment(Warp &warp, const Instruction &instruction, Row *rows) {
  for (int i = 0; i < 4; ++i) {
    const auto *words = warp.get<uint32_t>(instruction.fragment[i]);
    for (int lane = 0; lane < kLanes; ++lane) {
      float *row = rows[lane / 4 + kCoreRows * (i & 1)];
      float values[8];
      uint8_t bytes[kRowBytes] = {};
      memcpy(bytes, &words[lane], sizeof(uint32_t));
      int each = widen(instruction.from, bytes, values) / 4;
      std::copy_n(values, each, row + 4 * each * (i >> 1) + lane % 4 * each);
    }
  }
}

/// The sum of a row and column, in the warp's registers.
float &getSum(Warp &warp, const Instruction &instruction, int row, int column) {
  size_t number = column / 8 * 4 + row / kCoreRows * 2 + column % 2;
  int lane = row % kCoreRows * 4 + column % 8 / 2;
  return warp.get<float>(instruction.list[number])[lane];
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

/// As the hardware is known to do it: summands are aligned to the largest one
/// and cut off, and so is their sum.
float addCutOff(const double *summands, int count) {
  double largest = 0, plain = 0;
  for (int i = 0; i < count; ++i) {
    largest = std::max(largest, std::fabs(summands[i]));
    plain += summands[i];
  }
  if (!std::isfinite(plain) || largest == 0)
    return static_cast<float>(plain);
  double unit = std::ldexp(1.0, std::ilogb(largest) - options().keptBits);
  double sum = 0;
  for (int i = 0; i < count; ++i)
    sum += std::trunc(summands[i] / unit) * unit;
  return truncateToFloat(sum);
}

float addUp(double sum, const float *a, const float *b, int depth) {
  if (options().keptBits == 0) {
    for (int k = 0; k < depth; ++k)
      sum += static_cast<double>(a[k]) * b[k];
    return static_cast<float>(sum);
  }
  double summands[kMaxDepth + 1] = {sum};
  for (int k = 0; k < depth; ++k)
    summands[k + 1] = static_cast<double>(a[k]) * b[k];
  return addCutOff(summands, depth + 1);
}

void multiply(Warp &warp, const PendingProduct &product) {
  const Instruction &instruction = *product.instruction;
  auto columns = static_cast<int>(instruction.number);
  int depth = instruction.from == Type::TF32 ? 8 : 16;
  static Row a[kWarpRows], b[kMaxColumns];
  if (instruction.flags & FragmentA)
    readFragment(warp, instruction, a);
  else
    readMatrix(warp, instruction, product.a,
               warp.number % kWarpgroupWarps * kWarpRows, kWarpRows, a);
  readMatrix(warp, instruction, product.b, 0, columns, b);
  bool isNegative =
      !(instruction.flags & NegatesA) != !(instruction.flags & NegatesB);
  if (isNegative)
    for (Row &row : a)
      for (float &value : row)
        value = -value;
  for (int column = 0; column < columns; ++column)
    for (int row = 0; row < kWarpRows; ++row) {
      float &sum = getSum(warp, instruction, row, column);
      sum = withOneNan(
          addUp(product.accumulates ? sum : 0, a[row], b[column], depth));
    }
}

//===----------------------------------------------------------------------===//
// The pipeline
//===----------------------------------------------------------------------===//

/// A register's place in arrays by register.
size_t getIndex(int offset) { return offset / 64; }

void markUses(Warp &warp, const Instruction &instruction) {
  warp.productUses.resize(warp.registers.size() / 64 + 1);
  for (const Operand &word : instruction.fragment) {
    Warp::Use &use = warp.productUses[getIndex(word.offset)];
    use = std::max(use, Warp::Read);
  }
  for (const Operand &sum : instruction.list)
    warp.productUses[getIndex(sum.offset)] = Warp::Written;
}

void checkFenced(Warp &warp, const Instruction &instruction,
                 const std::vector<Operand> &operands) {
  for (const Operand &operand : operands) {
    if (warp.fencedAt &&
        warp.writtenAt[getIndex(operand.offset)] <= warp.fencedAt)
      continue;
    auto name = warp.kernel->registerNames.find(operand.offset);
    warn(warp, instruction, 0,
         (name == warp.kernel->registerNames.end() ? "a register"
                                                   : name->second) +
             " was written after the last wgmma.fence");
    return;
  }
}

/// A (not used if it comes from registers), B, and whether the sums are added.
Lanes issue(Warp &warp, const Instruction &instruction, Lanes lanes) {
  if (lanes != kAllLanes)
    return lanes;
  const std::vector<Operand> &operands = instruction.operands;
  const auto *a = warp.get<uint64_t>(operands[0]);
  const auto *b = warp.get<uint64_t>(operands[1]);
  bool hasA = !(instruction.flags & FragmentA);
  for (int lane = 1; lane < kLanes; ++lane)
    if ((hasA && a[lane] != a[0]) || b[lane] != b[0])
      fail(warp, instruction, lane, "descriptors that differ between lanes");
  Lanes accumulates = warp.predicate(operands[2].offset);
  if (operands[2].isNegated)
    accumulates = ~accumulates;
  if (accumulates != 0 && accumulates != kAllLanes)
    fail(warp, instruction, 0, "lanes that differ in whether they accumulate");
  checkFenced(warp, instruction, instruction.list);
  checkFenced(warp, instruction, instruction.fragment);
  PendingProduct product = {&instruction, hasA ? a[0] : 0, b[0],
                            accumulates != 0, warp.productGroup};
  constexpr uint64_t factor = 0x9e3779b97f4a7c15;
  for (uint64_t part : {product.a, product.b, uint64_t(product.accumulates),
                        uint64_t(instruction.line)})
    warp.productHash = (warp.productHash ^ part) * factor;
  if (warp.products.empty() && !isDelayed()) {
    multiply(warp, product);
    return 0;
  }
  warp.products.push_back(product);
  markUses(warp, instruction);
  return 0;
}

Lanes fence(Warp &warp, const Instruction &, Lanes lanes) {
  if (lanes != warp.alive)
    return lanes;
  warp.fencedAt = warp.executed;
  return 0;
}

Lanes commit(Warp &warp, const Instruction &, Lanes lanes) {
  if (lanes != warp.alive)
    return lanes;
  ++warp.productGroup;
  return 0;
}

Lanes wait(Warp &warp, const Instruction &instruction, Lanes lanes) {
  if (lanes != warp.alive)
    return lanes;
  finishProducts(warp, static_cast<int>(instruction.number));
  return 0;
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

void readShape(Decoder &decoder) {
  Instruction &result = decoder.result;
  const std::string &type = decoder.type();
  result.from = getType(type);
  int depth = type == "tf32" ? 8 : 16;
  bool isKnown = type == "f16" || type == "bf16" || type == "tf32";
  for (int columns = 8; columns <= kMaxColumns; columns += 8)
    if (decoder.part(4) ==
        "m64n" + std::to_string(columns) + "k" + std::to_string(depth))
      result.number = columns;
  if (!isKnown || result.number == 0 || decoder.part(5) != "f32" ||
      decoder.part(6) != type)
    Decoder::refuse("shape");
}

/// The last operands: signs of A and B, then whether matrices are transposed.
void readSigns(Decoder &decoder) {
  Instruction &result = decoder.result;
  for (size_t i = 4; i < decoder.count(); ++i) {
    int64_t value = decoder.operand(i).value;
    if (i < 6 ? value != 1 && value != -1 : value != 0)
      Decoder::refuse("sign, or a matrix that is transposed");
  }
  result.flags |= flagIf(decoder.operand(4).value < 0, NegatesA) |
                  flagIf(decoder.operand(5).value < 0, NegatesB);
}

void decodeMma(Decoder &decoder) {
  Instruction &result = decoder.result;
  readShape(decoder);
  for (const WrittenOperand &sum : decoder.operand(0).elements)
    result.list.push_back(decoder.place(sum, 4));
  if (static_cast<int64_t>(result.list.size()) != result.number / 2)
    Decoder::refuse("number of sums");
  if (decoder.operand(1).kind == WrittenOperand::Vector) {
    for (const WrittenOperand &word : decoder.operand(1).elements)
      result.fragment.push_back(decoder.place(word, 4));
    result.flags = FragmentA;
    decoder.addScratch(8);
  } else {
    decoder.add(1, 8);
  }
  decoder.add(2, 8);
  if (decoder.operand(3).kind == WrittenOperand::Number)
    decoder.addFlag(decoder.operand(3).value != 0);
  else
    decoder.addPredicate(3);
  readSigns(decoder);
  result.isProduct = true;
  result.handler = issue;
}

} // namespace

void emulator::finishProducts(Warp &warp, int kept) {
  if (warp.products.empty())
    return;
  // What was not committed is in a group of its own, which a wait for all
  // takes.
  int end = kept == 0 ? warp.productGroup + 1 : warp.productGroup - kept;
  auto rest = warp.products.begin();
  while (rest != warp.products.end() && rest->group < end)
    multiply(warp, *rest++);
  warp.products.erase(warp.products.begin(), rest);
  warp.productUses.clear();
  for (const PendingProduct &product : warp.products)
    markUses(warp, *product.instruction);
}

void emulator::checkProducts(Warp &warp, const Instruction &instruction) {
  if (instruction.isProduct)
    return;
  auto getUse = [&](int offset) { return warp.productUses[getIndex(offset)]; };
  bool touches = false;
  for (int offset : instruction.results)
    touches |= getUse(offset) != Warp::Unused;
  for (const std::vector<Operand> *operands :
       {&instruction.operands, &instruction.list})
    for (const Operand &operand : *operands)
      touches |= getUse(operand.offset) == Warp::Written;
  if (!touches)
    return;
  warn(warp, instruction, 0, "touches a register of a wgmma on its way");
  finishProducts(warp, 0);
}

void emulator::decodeProduct(Decoder &decoder) {
  Instruction &result = decoder.result;
  if (decoder.opcode() != "wgmma")
    return;
  const std::string &kind = decoder.part(1);
  if (kind == "mma_async") {
    decodeMma(decoder);
  } else if (kind == "fence") {
    result.handler = fence;
  } else if (kind == "commit_group") {
    result.handler = commit;
  } else if (kind == "wait_group") {
    result.number = decoder.operand(0).value;
    result.handler = wait;
  }
}
