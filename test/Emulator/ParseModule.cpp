//===- ParseModule.cpp - Variables, parameters, kernels -------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What stands outside of the braces of kernels, variables wherever they stand,
// and how the text is read.
//
//===----------------------------------------------------------------------===//

#include "Machine.h"
#include "Parser.h"
#include "Text.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

using namespace emulator;

Module::~Module() {
  for (const std::vector<uint8_t> &variable : variables)
    removeAllocation(reinterpret_cast<uint64_t>(variable.data()));
}

Module emulator::parseModule(const char *text) { return Parser(text).parse(); }

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

void Parser::skip() {
  for (;;) {
    if (at[0] == '/' && at[1] == '/') {
      while (*at && *at != '\n')
        ++at;
    } else if (isSpace(*at)) {
      line += *at++ == '\n';
    } else {
      return;
    }
  }
}

std::string Parser::readWord() {
  const char *begin = at;
  while (isWord(*at))
    ++at;
  return std::string(begin, at);
}

/// What stands before `end`, without comments, and goes behind it.
std::string Parser::readUntil(char end) {
  std::string text;
  while (*at && *at != end) {
    bool isBlank = isSpace(*at) || (at[0] == '/' && at[1] == '/');
    if (isBlank)
      skip();
    text += isBlank ? ' ' : *at++;
  }
  if (!*at)
    refuse("expected more");
  ++at;
  return trim(text);
}

//===----------------------------------------------------------------------===//
// Variables
//===----------------------------------------------------------------------===//

Declaration Parser::parseDeclaration(const std::string &text) const {
  static const std::map<std::string, Space> spaces = {
      {".shared", Space::Shared},
      {".global", Space::Global},
      {".const", Space::Global},
      {".local", Space::Local},
      {".param", Space::Parameter}};
  Declaration result;
  std::vector<std::string> tokens = tokenize(text);
  size_t i = 0;
  for (; i < tokens.size() && tokens[i][0] == '.'; ++i) {
    auto space = spaces.find(tokens[i]);
    std::string type = tokens[i].substr(1);
    // .ptr .global .align 16 says something of what a parameter points to.
    if (space != spaces.end() && result.space == Space::Generic)
      result.space = space->second;
    else if (tokens[i] == ".align")
      result.alignment = atoi(tokens[++i].c_str());
    else if (getRegisterBytes(type))
      result.elementBytes = type == "b8" || type == "u8" || type == "s8"
                                ? 1
                                : getRegisterBytes(type);
    else if (space == spaces.end() && type != "ptr" && type != "visible" &&
             type != "extern")
      refuse(tokens[i]);
  }
  if (i == tokens.size() || !result.elementBytes)
    refuse("expected a name and a type");
  result.name = tokens[i++];
  result.isArray = i < tokens.size() && tokens[i] == "[";
  if (result.isArray)
    result.count = tokens[i + 1] == "]" ? 0 : atoll(tokens[i + 1].c_str());
  return result;
}

/// Global memory, with what stands behind the equals sign.
void Parser::allocate(const Declaration &declaration, const std::string &text) {
  std::vector<uint8_t> memory(
      std::max<int64_t>(declaration.bytes() + declaration.alignment, 1));
  size_t equals = text.find('=');
  auto base = reinterpret_cast<uint64_t>(memory.data());
  uint64_t address = (base + declaration.alignment - 1) /
                     declaration.alignment * declaration.alignment;
  if (equals != std::string::npos) {
    std::string values = trim(text.substr(equals + 1));
    if (values.front() == '{')
      values = values.substr(1, values.rfind('}') - 1);
    auto *place = reinterpret_cast<uint8_t *>(address);
    for (const std::string &value : split(values)) {
      WrittenOperand number;
      if (!parseNumber(value, number))
        refuse("initial value " + value);
      memcpy(place, &number.value, declaration.elementBytes);
      place += declaration.elementBytes;
    }
  }
  addAllocation(base, memory.size());
  globals[declaration.name] = {Space::Global, static_cast<int64_t>(address)};
  module.variables.push_back(std::move(memory));
}

void Parser::parseVariable(const std::string &text) {
  Declaration declaration = parseDeclaration(text);
  int64_t alignment = std::max(declaration.alignment, declaration.elementBytes);
  auto align = [&](int64_t offset) {
    return (offset + alignment - 1) / alignment * alignment;
  };
  if (declaration.space == Space::Shared) {
    // Dynamic memory, which has no size here, begins behind the static.
    int64_t address = align(kSharedBase + staticShared);
    globals[declaration.name] = {Space::Shared, address};
    staticShared = address - kSharedBase + declaration.bytes();
  } else if (declaration.space == Space::Local) {
    int64_t address = align(kernel->localBytes);
    locals[declaration.name] = {Space::Local, address};
    kernel->localBytes = address + declaration.bytes();
  } else {
    allocate(declaration, text);
  }
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

void Parser::parseParameters() {
  skip();
  if (*at != '(')
    return;
  ++at;
  for (const std::string &text : split(readUntil(')'))) {
    Declaration declaration = parseDeclaration(text);
    int alignment =
        declaration.isArray ? declaration.alignment : declaration.elementBytes;
    int offset =
        (kernel->parameterBytes + alignment - 1) / alignment * alignment;
    auto bytes = static_cast<int>(declaration.bytes());
    kernel->parameters.push_back({offset, bytes});
    kernel->parameterBytes = offset + bytes;
    locals[declaration.name] = {Space::Parameter, offset};
  }
}

void Parser::parseKernelDirectives() {
  for (;;) {
    skip();
    if (*at == '{')
      return;
    std::string name = readWord();
    std::vector<int> numbers;
    for (skip(); isDigit(*at) || *at == ','; skip()) {
      if (*at == ',') {
        ++at;
        continue;
      }
      char *end;
      numbers.push_back(static_cast<int>(strtol(at, &end, 10)));
      at = end;
    }
    if (name == ".reqnctapercluster") {
      std::copy_n(numbers.begin(), std::min<size_t>(numbers.size(), 3),
                  kernel->cluster);
    } else if (name == ".reqntid") {
      numbers.resize(3, 1);
      std::copy_n(numbers.begin(), 3, kernel->requiredBlock);
    } else if (name == ".maxntid") {
      kernel->maxThreads = 1;
      for (int number : numbers)
        kernel->maxThreads *= number;
    } else if (name != ".minnctapersm" && name != ".maxnreg" &&
               name != ".explicitcluster") {
      refuse("directive " + name);
    }
  }
}

void Parser::finishKernel() {
  kernel->staticShared = staticShared;
  kernel->initialRegisters.resize(registerBytes);
  // A NaN in each format.
  for (size_t i = 0; i < kernel->initialRegisters.size(); ++i)
    kernel->initialRegisters[i] = i % 2 ? 0x7f : 0xff;
  for (const auto &[key, offset] : constants) {
    auto [bytes, value] = key;
    uint8_t *place = kernel->initialRegisters.data() + offset;
    if (bytes == 1)
      memcpy(place, &value, sizeof(Lanes));
    else
      for (int lane = 0; lane < kLanes; ++lane)
        memcpy(place + lane * bytes, &value, bytes);
  }
}

void Parser::parseKernel() {
  skip();
  std::string name = readWord();
  kernel = &module.kernels[name];
  kernel->name = name;
  locals.clear();
  constants.clear();
  registerBytes = 0;
  parseParameters();
  parseKernelDirectives();
  parseBody();
  finishKernel();
}

Module Parser::parse() {
  for (skip(); *at; skip()) {
    std::string word = readWord();
    if (word == ".version" || word == ".target" || word == ".address_size" ||
        word == ".file") {
      while (*at && *at != '\n')
        ++at;
    } else if (word == ".entry") {
      parseKernel();
    } else if (word == ".extern" || word == ".shared" || word == ".global" ||
               word == ".const") {
      parseVariable(word + " " + readUntil(';'));
    } else if (word != ".visible") {
      refuse("expected a directive, found '" + word + "'");
    }
  }
  return std::move(module);
}
