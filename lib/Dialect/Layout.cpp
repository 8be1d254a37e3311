//===- Layout.cpp - #convoy.layout ----------------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Text form and verifier of the layout attribute.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Dialect/ConvoyOps.h"

using namespace mlir;
using namespace mlir::convoy;

/// The image dimensions of a convolution with one, two and three of them.
static constexpr StringLiteral kImageDims[] = {"w", "hw", "dhw"};

unsigned LayoutAttr::getNumImageDims() const { return getImageDims().size(); }

StringRef LayoutAttr::getImageDims() const {
  StringRef output = getOutput();
  if (output.contains('d'))
    return kImageDims[2];
  return output.contains('h') ? kImageDims[1] : kImageDims[0];
}

Attribute LayoutAttr::parse(AsmParser &parser, Type) {
  StringRef input, filter, output;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLess() || parser.parseKeyword(&input) ||
      parser.parseComma() || parser.parseKeyword(&filter) ||
      parser.parseArrow() || parser.parseKeyword(&output) ||
      parser.parseGreater())
    return {};
  return parser.getChecked<LayoutAttr>(loc, parser.getContext(), input, filter,
                                       output);
}

void LayoutAttr::print(AsmPrinter &printer) const {
  printer << '<' << getInput() << ", " << getFilter() << " -> " << getOutput()
          << '>';
}

/// Checks the letters of one operand: known, allowed there, none twice.
static LogicalResult verifyLetters(function_ref<InFlightDiagnostic()> emitError,
                                   StringRef operand, StringRef letters,
                                   StringRef allowed) {
  for (auto [index, letter] : llvm::enumerate(letters)) {
    if (!allowed.contains(letter))
      return emitError() << "expected the letters of '" << allowed
                         << "' in the " << operand << " layout, found '"
                         << StringRef(&letter, 1) << "' in '" << letters << "'";
    if (letters.take_front(index).contains(letter))
      return emitError() << "expected each letter once in the " << operand
                         << " layout, found '" << StringRef(&letter, 1)
                         << "' twice in '" << letters << "'";
  }
  return success();
}

/// Checks that one operand has the image dimensions `image`, and no other.
static LogicalResult
verifyImageDims(function_ref<InFlightDiagnostic()> emitError, StringRef operand,
                StringRef letters, StringRef image) {
  for (char letter : kImageDims[2])
    if (letters.contains(letter) != image.contains(letter))
      return emitError() << "expected the image dimensions '" << image
                         << "' in the " << operand << " layout, found '"
                         << letters << "'";
  return success();
}

LogicalResult LayoutAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 StringRef input, StringRef filter,
                                 StringRef output) {
  if (failed(verifyLetters(emitError, "input", input, "ngcdhw")) ||
      failed(verifyLetters(emitError, "filter", filter, "gfcdhw")) ||
      failed(verifyLetters(emitError, "output", output, "ngfdhw")))
    return failure();

  unsigned numImageDims = llvm::count_if(
      kImageDims[2], [&](char letter) { return output.contains(letter); });
  if (numImageDims == 0)
    return emitError() << "expected one to three image dimensions in the "
                          "output layout, found none in '"
                       << output << "'";
  StringRef image = kImageDims[numImageDims - 1];
  if (failed(verifyImageDims(emitError, "output", output, image)) ||
      failed(verifyImageDims(emitError, "input", input, image)) ||
      failed(verifyImageDims(emitError, "filter", filter, image)))
    return failure();

  if (input.contains('n') != output.contains('n'))
    return emitError() << "expected 'n' in both the input and the output "
                          "layout or in neither, found '"
                       << input << "' and '" << output << "'";
  return success();
}
