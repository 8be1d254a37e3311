//===- Decode.h - From an instruction's text to its handler -----*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The parser gives opcodes in parts and operands as they are written; each
// family of instructions finds the handler and lays out the operands as it
// wants them. What is not known is a Failure: nothing is guessed.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_TEST_EMULATOR_DECODE_H
#define CONVOY_TEST_EMULATOR_DECODE_H

#include "Instruction.h"

#include <initializer_list>

namespace emulator {

/// An operand as it is written.
struct WrittenOperand {
  enum Kind {
    Register,
    Number,
    /// The address of a variable.
    Symbol,
    /// [base + displacement]; the base is elements[0].
    Address,
    /// {a, b}
    Vector,
    /// a|b
    Pair,
    /// %tid.x
    Special,
    /// _
    Unused,
    /// Anything else: a label.
    Label,
  };
  Kind kind = Number;
  std::string name;
  /// Of a register, or of a number that is a float (0f3f800000), else 0.
  int bytes = 0;
  int offset = 0;
  bool isNegated = false;
  /// A number's bits, a symbol's address.
  int64_t value = 0;
  Space space = Space::Generic;
  std::vector<WrittenOperand> elements;
  int64_t displacement = 0;
};

/// Where constants and addresses get a place among the registers.
class Places {
public:
  virtual ~Places() = default;
  virtual int addConstant(int bytes, uint64_t value) = 0;
  virtual int addShared(int bytes, uint32_t address) = 0;
  virtual int addScratch(int bytes) = 0;
};

/// One instruction while it is decoded.
class Decoder {
public:
  Decoder(Instruction &instruction, std::vector<std::string> parts,
          std::vector<WrittenOperand> operands, Places &places)
      : result(instruction), parts(std::move(parts)),
        written(std::move(operands)), places(places) {}

  /// Finds the handler.
  void decode();

  [[noreturn]] static void refuse(const std::string &what) {
    throw Failure("not supported: " + what);
  }
  bool has(const char *part) const;
  /// Refuses all modifiers but these.
  void allow(std::initializer_list<const char *> known) const;
  const std::string &opcode() const { return parts.front(); }
  const std::string &part(size_t i) const;
  /// The last part: mostly the type.
  const std::string &type() const { return parts.back(); }
  size_t count() const { return written.size(); }
  const WrittenOperand &operand(size_t i) const;
  void expectOperands(size_t count) const;

  /// Where `operand` is found, `bytes` in each lane.
  Operand place(const WrittenOperand &operand, int bytes);
  /// The same as wide as the register is.
  Operand placeAnyWidth(const WrittenOperand &operand, int bytes);
  /// Appends it.
  void add(size_t i, int bytes) { append(place(operand(i), bytes)); }
  void addRest(size_t first, int bytes);
  void addPredicate(size_t i) { add(i, 1); }
  void addAddress(size_t i);
  void append(Operand operand) { result.operands.push_back(operand); }
  void addScratch(int bytes) {
    append({places.addScratch(bytes), static_cast<uint8_t>(bytes)});
  }
  /// The predicate that is the same in all lanes.
  void addFlag(bool value);

  Instruction &result;

private:
  std::vector<std::string> parts;
  std::vector<WrittenOperand> written;
  Places &places;
  int addresses = 0;
};

/// Bytes of a type in a register, 1 for predicates and 0 for what is no type;
/// types of 8 bits are in registers of 16.
int getRegisterBytes(const std::string &type);
int getBytes(Type type);
/// None for what has no arithmetic of its own (b32, pred).
Type getType(const std::string &type);
bool isFloat(Type type);
bool isSigned(Type type);

// Each sets the handler, or leaves it unset where the opcode is another
// family's.
void decodeMove(Decoder &decoder);
void decodeInteger(Decoder &decoder);
void decodeFloat(Decoder &decoder);
void decodeCompare(Decoder &decoder);
void decodeConvert(Decoder &decoder);
void decodeMemory(Decoder &decoder);
void decodeCopy(Decoder &decoder);
void decodeBarrier(Decoder &decoder);
void decodeCollective(Decoder &decoder);
void decodeProduct(Decoder &decoder);

} // namespace emulator

#endif // CONVOY_TEST_EMULATOR_DECODE_H
