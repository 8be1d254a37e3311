//===- NpyTest.cpp - npy files, good and bad ------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Round trips, and files that lie. numpy itself is asked in test/Runtime.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Runtime/Npy.h"
#include "Convoy/Runtime/Error.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

using namespace convoy::runtime;
using testing::HasSubstr;

namespace {

class NpyTest : public testing::Test {
protected:
  void SetUp() override {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "convoy-npy-XXXXXX").string();
    ASSERT_TRUE(mkdtemp(pattern.data()));
    folder = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  std::string path(const char *name = "a.npy") const {
    return (folder / name).string();
  }

  /// A file with this dictionary and these bytes of data.
  void write(const std::string &dictionary, size_t dataBytes,
             const std::string &version = std::string("\x01\x00", 2)) {
    std::ofstream stream(path(), std::ios::binary);
    std::string header = dictionary + "\n";
    stream << "\x93NUMPY" << version << char(header.size() & 0xff)
           << char(header.size() >> 8);
    if (version[0] == 2)
      stream << '\0' << '\0';
    stream << header << std::string(dataBytes, '\1');
  }

  std::string errorOfReading() const {
    try {
      NpyFile(path()).read();
    } catch (const Error &error) {
      return error.what();
    }
    return "";
  }

  std::filesystem::path folder;
};

std::string dictionary(const std::string &description, const std::string &shape,
                       const std::string &columnMajor = "False") {
  return "{'descr': '" + description + "', 'fortran_order': " + columnMajor +
         ", 'shape': " + shape + ", }";
}

TEST_F(NpyTest, RoundTripsEveryType) {
  for (ElementType type : {ElementType::F64, ElementType::F32, ElementType::F16,
                           ElementType::I64, ElementType::I32, ElementType::I16,
                           ElementType::I8, ElementType::U8, ElementType::Bool})
    for (const std::vector<int64_t> &shape :
         std::vector<std::vector<int64_t>>{{}, {5}, {2, 3, 4}, {3, 0, 2}}) {
      Tensor tensor(type, shape);
      for (int64_t i = 0; i < tensor.byteCount(); ++i)
        tensor.elementsAs<char>()[i] = i % 2;
      writeNpy(path(), tensor);
      NpyFile file(path());
      EXPECT_EQ(file.elementType(), type);
      EXPECT_EQ(file.shape(), shape);
      Tensor back = file.read();
      ASSERT_EQ(back.byteCount(), tensor.byteCount());
      EXPECT_TRUE(std::equal(back.elementsAs<char>(),
                             back.elementsAs<char>() + back.byteCount(),
                             tensor.elementsAs<char>()));
    }
}

TEST_F(NpyTest, WritesBFloat16AsFloat32) {
  Tensor tensor(ElementType::BF16, {2});
  tensor.elementsAs<BFloat16>()[0] = BFloat16(1.5f);
  tensor.elementsAs<BFloat16>()[1] = BFloat16(-3.0f);
  writeNpy(path(), tensor);
  NpyFile file(path());
  ASSERT_EQ(file.elementType(), ElementType::F32);
  Tensor back = file.read();
  EXPECT_EQ(back.elementsAs<float>()[0], 1.5f);
  EXPECT_EQ(back.elementsAs<float>()[1], -3.0f);
}

TEST_F(NpyTest, ReadsColumnMajorData) {
  {
    std::ofstream stream(path(), std::ios::binary);
    std::string header = dictionary("<i2", "(2, 3)", "True") + "\n";
    stream << "\x93NUMPY\x01" << '\0' << char(header.size()) << '\0' << header;
    int16_t columns[] = {0, 10, 1, 11, 2, 12};
    stream.write(reinterpret_cast<char *>(columns), sizeof(columns));
  }
  Tensor tensor = NpyFile(path()).read();
  int16_t expected[] = {0, 1, 2, 10, 11, 12};
  for (int i = 0; i < 6; ++i)
    EXPECT_EQ(tensor.elementsAs<int16_t>()[i], expected[i]);
}

TEST_F(NpyTest, ReadsHeadersOfAnyLength) {
  for (size_t spaces : {0, 60, 100, 128, 200, 300, 3000}) {
    write(dictionary("<f4", "(2, 3)") + std::string(spaces, ' '), 24);
    EXPECT_EQ(errorOfReading(), "") << spaces;
  }
  write(dictionary("<f4", "(2, 3)"), 24, std::string("\x02\x00", 2));
  EXPECT_EQ(errorOfReading(), "");
}

TEST_F(NpyTest, RefusesAMissingFile) {
  EXPECT_THAT(errorOfReading(), HasSubstr("a.npy': cannot open: No such file"));
}

TEST_F(NpyTest, RefusesAFolder) {
  std::filesystem::create_directory(path());
  EXPECT_THAT(errorOfReading(), HasSubstr("expected a regular file"));
}

TEST_F(NpyTest, RefusesAnEmptyFile) {
  std::ofstream(path()) << "";
  EXPECT_THAT(errorOfReading(), HasSubstr("the file is empty"));
}

TEST_F(NpyTest, RefusesWhatIsNotNpy) {
  std::ofstream(path()) << "PK\x03\x04 something else entirely";
  EXPECT_THAT(errorOfReading(), HasSubstr("expected an npy file"));
}

TEST_F(NpyTest, RefusesAnotherVersion) {
  write(dictionary("<f4", "(2, 3)"), 24, std::string("\x03\x00", 2));
  EXPECT_THAT(errorOfReading(),
              HasSubstr("expected npy version 1.0 or 2.0, found 3.0"));
}

TEST_F(NpyTest, RefusesTruncatedData) {
  write(dictionary("<f4", "(2, 3)"), 23);
  EXPECT_THAT(errorOfReading(),
              HasSubstr("truncated: 2x3 of float32 need 24 bytes of data, "
                        "found 23"));
}

TEST_F(NpyTest, RefusesDataBeyondTheShape) {
  write(dictionary("<f4", "(2, 3)"), 25);
  EXPECT_THAT(errorOfReading(), HasSubstr("need 24 bytes of data, found 25"));
}

TEST_F(NpyTest, RefusesATruncatedHeader) {
  write(dictionary("<f4", "(2, 3)"), 0);
  for (size_t bytes : {1, 6, 8, 9, 10, 30}) {
    std::filesystem::resize_file(path(), bytes);
    EXPECT_THAT(errorOfReading(), testing::AnyOf(HasSubstr("truncated"),
                                                 HasSubstr("expected an npy")))
        << bytes;
  }
}

TEST_F(NpyTest, AllocatesNothingOnTheWordOfAHeader) {
  write(dictionary("<f8", "(1000000000000, 1000)"), 24);
  EXPECT_THAT(errorOfReading(), HasSubstr("truncated"));
  write(dictionary("<f8", "(9223372036854775807, 9223372036854775807)"), 24);
  EXPECT_THAT(errorOfReading(), HasSubstr("truncated"));
  write(dictionary("<f8", "(-1, 3)"), 24);
  EXPECT_THAT(errorOfReading(), HasSubstr("out of range"));
}

TEST_F(NpyTest, RefusesOtherTypes) {
  for (const char *description : {">f4", "<c8", "<u4", "<f16", "|S4", "<U3"})
    for (int bytes : {24, 48}) {
      write(dictionary(description, "(2, 3)"), bytes);
      EXPECT_NE(errorOfReading(), "") << description;
    }
  write(dictionary(">f4", "(2, 3)"), 24);
  EXPECT_THAT(errorOfReading(), HasSubstr("dtype '>f4' is not supported"));
}

TEST_F(NpyTest, RefusesMalformedHeaders) {
  for (const std::string &header : {
           std::string(),
           std::string("{}"),
           std::string("{'shape': ("),
           std::string("}'shape':({"),
           std::string("{'descr': '<f4', 'fortran_order': False, 'shape'}"),
           std::string("{'descr': , 'fortran_order': False, 'shape': (2, 3)}"),
           std::string("{'descr':'<f4','fortran_order':Maybe,'shape':(2,3)}"),
           std::string("{'shape': (2, 3), 'descr': '<f4'}"),
           dictionary("<f4", "(2, 3"),
           dictionary("<f" + std::string(3900, '4'), "(2, 3)"),
           std::string(4000, '\''),
       }) {
    write(header, 24);
    EXPECT_THAT(errorOfReading(),
                testing::AnyOf(HasSubstr("malformed npy header"),
                               HasSubstr("is not supported")))
        << header.substr(0, 80);
  }
  write(dictionary("<f4", "(2, 3)") + std::string(5000, ' '), 24);
  EXPECT_THAT(errorOfReading(), HasSubstr("at most 4096 bytes"));
}

TEST_F(NpyTest, ChecksWhatIsWritable) {
  auto errorOf = [](const std::string &target) -> std::string {
    try {
      checkWritable(target);
    } catch (const Error &error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(errorOf(path("new.npy")), "");
  EXPECT_FALSE(std::filesystem::exists(path("new.npy")));
  EXPECT_EQ(errorOf("/dev/null"), "");
  EXPECT_THAT(errorOf(path("no/such/folder.npy")),
              HasSubstr("cannot write: No such file or directory"));
  EXPECT_THAT(errorOf(folder.string()), HasSubstr("is a directory"));
  EXPECT_THAT(errorOf(""), HasSubstr("cannot write"));
  std::ofstream(path("file")) << "x";
  EXPECT_THAT(errorOf(path("file") + "/a.npy"), HasSubstr("cannot write"));
}

TEST_F(NpyTest, ReportsAFullDevice) {
  Tensor tensor(ElementType::F32, {100000});
  try {
    writeNpy("/dev/full", tensor);
    FAIL() << "expected an error";
  } catch (const Error &error) {
    EXPECT_THAT(error.what(),
                HasSubstr("'/dev/full': cannot write: No space left"));
  }
}

} // namespace
