//===- ParseBody.cpp - Instructions and their operands --------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What stands between the braces of a kernel: scopes, registers, labels,
// branches, and the operands of all other instructions as they are written.
//
//===----------------------------------------------------------------------===//

#include "Parser.h"
#include "Text.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <set>

using namespace emulator;

//===----------------------------------------------------------------------===//
// Bodies
//===----------------------------------------------------------------------===//

void Parser::closeScope() {
  Scope scope = std::move(scopes.back());
  scopes.pop_back();
  for (const auto &[instruction, name] : scope.branches) {
    auto label = scope.labels.find(name);
    if (label != scope.labels.end())
      kernel->code[instruction].targets.push_back(label->second);
    else if (scopes.empty())
      refuse("no label " + name);
    else
      scopes.back().branches.emplace_back(instruction, name);
  }
}

void Parser::parseRegisters(const std::string &text) {
  std::vector<std::string> tokens = tokenize(text);
  int bytes = tokens.empty() ? 0 : getRegisterBytes(tokens[0].substr(1));
  if (!bytes)
    refuse("registers " + text);
  for (size_t i = 1; i < tokens.size(); ++i) {
    if (tokens[i] == ",")
      continue;
    if (i + 1 < tokens.size() && tokens[i + 1] == "<") {
      scopes.back().families[tokens[i]] = bytes;
      i += 3;
      continue;
    }
    scopes.back().registers[tokens[i]] = {addRegister(bytes), bytes};
  }
}

void Parser::parseBodyDirective() {
  std::string name = readWord();
  if (name == ".loc" || name == ".file") {
    while (*at && *at != '\n')
      ++at;
    return;
  }
  std::string text = readUntil(';');
  if (name == ".reg")
    parseRegisters(text);
  else if (name == ".local" || name == ".shared")
    parseVariable(name + " " + text);
  else if (name != ".pragma")
    refuse("directive " + name);
}

/// Whether there was one; with what it names, if that is a table.
bool Parser::parseLabel() {
  const char *end = at;
  while (isWord(*end))
    ++end;
  const char *colon = end;
  while (*colon == ' ' || *colon == '\t')
    ++colon;
  if (end == at || *colon != ':' || colon[1] == ':')
    return false;
  std::string name(at, end);
  at = colon + 1;
  skip();
  static const std::string table = ".branchtargets";
  if (strncmp(at, table.c_str(), table.size()) == 0) {
    at += table.size();
    scopes.back().tables[name] = split(readUntil(';'));
  } else {
    scopes.back().labels[name] = static_cast<int>(kernel->code.size());
  }
  return true;
}

void Parser::parseTableBranch(Instruction &instruction,
                              const std::string &operands) {
  std::vector<std::string> parts = split(operands);
  WrittenOperand index = parseOperand(parts.front());
  instruction.flow = Flow::BranchIndexed;
  instruction.operands.push_back(
      {index.offset, static_cast<uint8_t>(index.bytes)});
  for (const Scope &scope : scopes) {
    auto table = scope.tables.find(parts.back());
    if (table == scope.tables.end())
      continue;
    for (const std::string &label : table->second)
      scopes.back().branches.emplace_back(kernel->code.size(), label);
    return;
  }
  refuse("no table " + parts.back());
}

/// The registers that it writes, as far as wgmma has to know of them.
static void findResults(Instruction &instruction, const std::string &name,
                        const std::vector<WrittenOperand> &written) {
  static const std::set<std::string> none = {
      "st", "red", "bar", "barrier", "cp", "mbarrier", "wgmma", "fence"};
  bool isVector =
      name == "ld" || (name == "mov" && !written.empty() &&
                       written.front().kind == WrittenOperand::Vector);
  if (isVector)
    for (const Operand &element : instruction.list)
      instruction.results.push_back(element.offset);
  else if (name == "atom")
    instruction.results.push_back(instruction.operands[1].offset);
  else if (!instruction.operands.empty() &&
           instruction.operands.front().bytes > 1 && !none.count(name))
    instruction.results.push_back(instruction.operands.front().offset);
}

void Parser::decode(Instruction &instruction, const std::string &opcode,
                    const std::string &operands) {
  std::vector<WrittenOperand> written;
  for (const std::string &operand : split(operands))
    written.push_back(parseOperand(operand));
  std::vector<std::string> parts = splitOpcode(opcode);
  try {
    Decoder(instruction, parts, written, *this).decode();
  } catch (const Failure &failure) {
    refuse(std::string(failure.what()) + ": " + instruction.text);
  }
  instruction.isMove = parts.front() == "mov";
  findResults(instruction, parts.front(), written);
}

void Parser::parseInstruction() {
  Instruction instruction;
  instruction.line = line;
  std::string text = readUntil(';');
  instruction.text = text;
  if (text.front() == '@') {
    instruction.predicate.isNegated = text[1] == '!';
    size_t begin = instruction.predicate.isNegated ? 2 : 1;
    size_t end = std::min(text.find(' '), text.size());
    const Register *found = findRegister(text.substr(begin, end - begin));
    if (!found)
      refuse("no predicate: " + text);
    instruction.predicate.offset = found->offset;
    text = trim(text.substr(end));
  }
  size_t end = std::min(text.find(' '), text.size());
  std::string opcode = text.substr(0, end), operands = trim(text.substr(end));
  if (opcode == "bra" || opcode == "bra.uni") {
    instruction.flow = Flow::Branch;
    scopes.back().branches.emplace_back(kernel->code.size(), operands);
  } else if (opcode == "brx.idx" || opcode == "brx.idx.uni") {
    parseTableBranch(instruction, operands);
  } else if (opcode == "ret" || opcode == "exit") {
    instruction.flow = Flow::Exit;
  } else {
    decode(instruction, opcode, operands);
  }
  kernel->code.push_back(std::move(instruction));
}

void Parser::parseBody() {
  do {
    skip();
    if (*at == '{') {
      ++at;
      scopes.emplace_back();
    } else if (*at == '}') {
      ++at;
      closeScope();
    } else if (*at == ';') {
      ++at;
    } else if (*at == '.') {
      parseBodyDirective();
    } else if (!*at) {
      refuse("expected more");
    } else if (!parseLabel()) {
      parseInstruction();
    }
  } while (!scopes.empty());
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

/// Registers lie on multiples of 64 bytes.
int Parser::addRegister(int bytes) {
  int offset = registerBytes;
  registerBytes += bytes == 1 ? 64 : bytes * kLanes;
  return offset;
}

int Parser::addConstant(int bytes, uint64_t value) {
  if (bytes > 1 && bytes < 8)
    value &= (uint64_t(1) << (8 * bytes)) - 1;
  auto [place, isNew] = constants.try_emplace({bytes, value}, 0);
  if (isNew)
    place->second = addRegister(bytes);
  return place->second;
}

int Parser::addShared(int bytes, uint32_t address) {
  Operand operand = {addRegister(bytes), static_cast<uint8_t>(bytes)};
  kernel->sharedAddresses.push_back({operand, address});
  return operand.offset;
}

const Parser::Register *Parser::findRegister(const std::string &name) {
  size_t digits = name.size();
  while (digits && isDigit(name[digits - 1]))
    --digits;
  for (size_t i = scopes.size(); i-- > 0;) {
    auto found = scopes[i].registers.find(name);
    if (found != scopes[i].registers.end())
      return &found->second;
    auto family = scopes[i].families.find(name.substr(0, digits));
    if (family == scopes[i].families.end())
      continue;
    int offset = addRegister(family->second);
    kernel->registerNames[offset] = name;
    return &(scopes[i].registers[name] = {offset, family->second});
  }
  return nullptr;
}

bool Parser::parseNumber(const std::string &text, WrittenOperand &operand) {
  // 0f and 0d stand before the bits of floats.
  char kind = text.size() > 2 && text[0] == '0' ? text[1] : ' ';
  bool isFloat =
      (kind == 'f' && text.size() == 10) || (kind == 'd' && text.size() == 18);
  if (!isFloat && !isDigit(text[0]) && text[0] != '-')
    return false;
  operand.kind = WrittenOperand::Number;
  operand.bytes = isFloat ? (kind == 'f' ? 4 : 8) : 0;
  operand.value = static_cast<int64_t>(
      isFloat          ? strtoull(text.c_str() + 2, nullptr, 16)
      : text[0] == '-' ? strtoll(text.c_str(), nullptr, 0)
                       : strtoull(text.c_str(), nullptr, 0));
  return true;
}

/// [base+displacement]
WrittenOperand Parser::parseAddress(const std::string &text) {
  WrittenOperand result;
  result.kind = WrittenOperand::Address;
  std::string inner = text.substr(1, text.size() - 2);
  size_t sign = inner.find_first_of("+-", 1);
  result.elements.push_back(parseOperand(trim(inner.substr(0, sign))));
  if (sign != std::string::npos) {
    size_t digits = inner[sign] == '+' ? sign + 1 : sign;
    result.displacement = strtoll(inner.c_str() + digits, nullptr, 0);
  }
  return result;
}

WrittenOperand Parser::parseOperand(const std::string &text) {
  WrittenOperand result;
  result.name = text;
  if (text.empty())
    refuse("expected an operand");
  if (text.front() == '[')
    return parseAddress(text);
  if (text.front() == '!') {
    result = parseOperand(trim(text.substr(1)));
    result.isNegated = true;
    return result;
  }
  if (text.front() == '{') {
    result.kind = WrittenOperand::Vector;
    for (const std::string &each : split(text.substr(1, text.size() - 2)))
      result.elements.push_back(parseOperand(each));
    return result;
  }
  size_t bar = text.find('|');
  if (bar != std::string::npos) {
    result.kind = WrittenOperand::Pair;
    result.elements = {parseOperand(trim(text.substr(0, bar))),
                       parseOperand(trim(text.substr(bar + 1)))};
    return result;
  }
  if (parseNumber(text, result))
    return result;
  if (const Register *found = findRegister(text)) {
    result.kind = WrittenOperand::Register;
    result.offset = found->offset;
    result.bytes = found->bytes;
    return result;
  }
  for (const auto *symbols : {&locals, &globals}) {
    auto found = symbols->find(text);
    if (found == symbols->end())
      continue;
    result.kind = WrittenOperand::Symbol;
    result.space = found->second.space;
    result.value = found->second.address;
    return result;
  }
  result.kind = text == "_"           ? WrittenOperand::Unused
                : text.front() == '%' ? WrittenOperand::Special
                                      : WrittenOperand::Label;
  return result;
}
