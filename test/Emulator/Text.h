//===- Text.h - Characters and words of PTX ---------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Cuts text into parts; what they mean is the parser's.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_TEST_EMULATOR_TEXT_H
#define CONVOY_TEST_EMULATOR_TEXT_H

#include <string>
#include <vector>

namespace emulator {

bool isSpace(char c);
bool isDigit(char c);
/// Part of a name, an opcode, a directive or a number.
bool isWord(char c);

std::string trim(const std::string &text);
/// At commas that are in no brackets.
std::vector<std::string> split(const std::string &text);
/// Words, and single characters that are in none.
std::vector<std::string> tokenize(const std::string &text);
/// At dots.
std::vector<std::string> splitOpcode(const std::string &opcode);

} // namespace emulator

#endif // CONVOY_TEST_EMULATOR_TEXT_H
