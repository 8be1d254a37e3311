//===- Parser.h - PTX text to instructions ----------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// As much of the grammar as LLVM's back end writes: one module of kernels,
// variables, registers, labels and scopes. There are no functions: kernels of
// Convoy call nothing. What an instruction means is Decode.h's.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_TEST_EMULATOR_PARSER_H
#define CONVOY_TEST_EMULATOR_PARSER_H

#include "Decode.h"

#include <unordered_map>

namespace emulator {

/// Where a parameter or variable is declared: .param .align 8 .b8 name[16]
struct Declaration {
  Space space = Space::Generic;
  int alignment = 1;
  int elementBytes = 0;
  std::string name;
  bool isArray = false;
  int64_t count = 1;

  int64_t bytes() const { return elementBytes * count; }
};

class Parser : public Places {
public:
  explicit Parser(const char *text) : at(text) {}
  Module parse();

  int addConstant(int bytes, uint64_t value) override;
  int addShared(int bytes, uint32_t address) override;
  int addScratch(int bytes) override { return addRegister(bytes); }

private:
  struct Symbol {
    Space space;
    int64_t address;
  };
  struct Register {
    int offset;
    int bytes;
  };
  /// Braces: registers and labels within are their own.
  struct Scope {
    std::unordered_map<std::string, Register> registers;
    /// %r of .reg .b32 %r<100>, and its bytes.
    std::unordered_map<std::string, int> families;
    std::unordered_map<std::string, int> labels;
    std::unordered_map<std::string, std::vector<std::string>> tables;
    /// Instructions whose targets are these labels.
    std::vector<std::pair<int, std::string>> branches;
  };

  [[noreturn]] void refuse(const std::string &what) const {
    throw Failure("line " + std::to_string(line) + " of the PTX: " + what);
  }

  // Text.
  void skip();
  std::string readWord();
  std::string readUntil(char end);

  // What stands outside of kernels.
  Declaration parseDeclaration(const std::string &text) const;
  void parseVariable(const std::string &text);
  void allocate(const Declaration &declaration, const std::string &text);
  void parseKernel();
  void parseParameters();
  void parseKernelDirectives();
  void finishKernel();

  // Kernels.
  void parseBody();
  void parseBodyDirective();
  void parseRegisters(const std::string &text);
  bool parseLabel();
  void parseInstruction();
  void parseTableBranch(Instruction &instruction, const std::string &operands);
  void decode(Instruction &instruction, const std::string &opcode,
              const std::string &operands);
  void closeScope();

  // Operands.
  int addRegister(int bytes);
  const Register *findRegister(const std::string &name);
  WrittenOperand parseOperand(const std::string &text);
  WrittenOperand parseAddress(const std::string &text);
  static bool parseNumber(const std::string &text, WrittenOperand &operand);

  Module module;
  Kernel *kernel = nullptr;
  const char *at;
  int line = 1;
  std::map<std::string, Symbol> globals, locals;
  std::vector<Scope> scopes;
  std::map<std::pair<int, uint64_t>, int> constants;
  int registerBytes = 0;
  int staticShared = 0;
};

} // namespace emulator

#endif // CONVOY_TEST_EMULATOR_PARSER_H
