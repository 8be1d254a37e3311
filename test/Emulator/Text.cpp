//===- Text.cpp - Characters and words of PTX -----------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is a blank, a digit, a word, and where text is cut; see Text.h.
//
//===----------------------------------------------------------------------===//

#include "Text.h"

#include <cctype>

using namespace emulator;

bool emulator::isSpace(char c) {
  return isspace(static_cast<unsigned char>(c));
}
bool emulator::isDigit(char c) {
  return isdigit(static_cast<unsigned char>(c));
}
bool emulator::isWord(char c) {
  return isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' ||
         c == '%' || c == '.';
}

std::string emulator::trim(const std::string &text) {
  size_t first = 0, end = text.size();
  while (first < end && isSpace(text[first]))
    ++first;
  while (end > first && isSpace(text[end - 1]))
    --end;
  return text.substr(first, end - first);
}

std::vector<std::string> emulator::split(const std::string &text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (char c : text) {
    depth += c == '{' || c == '[';
    depth -= c == '}' || c == ']';
    if (c == ',' && depth == 0)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  for (std::string &part : parts)
    part = trim(part);
  if (parts.back().empty())
    parts.pop_back();
  return parts;
}

std::vector<std::string> emulator::tokenize(const std::string &text) {
  std::vector<std::string> tokens;
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (end < text.size() && isWord(text[end]))
      ++end;
    if (end == i)
      ++end;
    if (!isSpace(text[i]))
      tokens.push_back(text.substr(i, end - i));
    i = end;
  }
  return tokens;
}

std::vector<std::string> emulator::splitOpcode(const std::string &opcode) {
  std::vector<std::string> parts(1);
  for (char c : opcode)
    if (c == '.')
      parts.emplace_back();
    else
      parts.back() += c;
  return parts;
}
