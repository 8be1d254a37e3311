//===- Parser.cpp - PTX text to instructions ------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// As much of the grammar as LLVM's back end writes: one module of kernels,
// variables, registers, labels and scopes. There are no functions: kernels of
// Convoy call nothing.
//
//===----------------------------------------------------------------------===//

#include "Decode.h"
#include "Machine.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <set>
#include <unordered_map>

using namespace emulator;

Module::~Module() {
  for (const std::vector<uint8_t> &variable : variables)
    removeAllocation(reinterpret_cast<uint64_t>(variable.data()));
}

namespace {

bool isSpace(char c) { return isspace(static_cast<unsigned char>(c)); }
bool isDigit(char c) { return isdigit(static_cast<unsigned char>(c)); }
bool isWord(char c) {
  return isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' ||
         c == '%' || c == '.';
}

std::string trim(const std::string &text) {
  size_t first = 0, end = text.size();
  while (first < end && isSpace(text[first]))
    ++first;
  while (end > first && isSpace(text[end - 1]))
    --end;
  return text.substr(first, end - first);
}

/// At commas that are in no brackets.
std::vector<std::string> split(const std::string &text) {
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

/// Words, and single characters that are in none.
std::vector<std::string> tokenize(const std::string &text) {
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

std::vector<std::string> splitOpcode(const std::string &opcode) {
  std::vector<std::string> parts(1);
  for (char c : opcode)
    if (c == '.')
      parts.emplace_back();
    else
      parts.back() += c;
  return parts;
}

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
  void parseBranch(Instruction &instruction, const std::string &operands);
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

} // namespace

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

Module emulator::parseModule(const char *text) { return Parser(text).parse(); }
