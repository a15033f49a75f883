// What an npy file may say, and each way in which one can lie.
#include "lib/tensorfile/Npy.h"
#include <cstring>
#include <gtest/gtest.h>

using namespace weft;

namespace {

std::vector<std::byte> file(std::string_view header, size_t dataBytes, char version = 1) {
  std::string text("\x93NUMPY", 6);
  text += {version, 0};
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i)
    text += static_cast<char>(header.size() >> (8 * i));
  text += header;
  for (size_t i = 0; i < dataBytes; ++i)
    text += static_cast<char>(i);
  auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

std::string header(std::string_view type, std::string_view shape, std::string_view fortran = "False") {
  return "{'descr': '" + std::string(type) + "', 'fortran_order': " + std::string(fortran) +
         ", 'shape': " + std::string(shape) + ", }   \n";
}

std::string refusal(std::span<const std::byte> bytes) {
  auto tensor = parseNpy(bytes, "x.npy");
  if (tensor)
    return "read";
  EXPECT_EQ(tensor.error().name, "file.format");
  EXPECT_TRUE(tensor.error().message.starts_with("`x.npy`: "));
  return tensor.error().message.substr(std::strlen("`x.npy`: "));
}

std::string refusal(std::string_view header, size_t dataBytes, char version = 1) {
  return refusal(file(header, dataBytes, version));
}

} // namespace

TEST(Npy, AllThreeVersionsAndFortranOrderAreRead) {
  for (char version : {1, 2, 3}) {
    auto tensor = parseNpy(file(header("|u1", "(2, 3)", "True"), 6, version), "x.npy");
    ASSERT_TRUE(bool(tensor));
    std::vector<std::byte> rows;
    for (int i : {0, 2, 4, 1, 3, 5})
      rows.push_back(std::byte(i));
    EXPECT_EQ(tensor->data, rows);
  }
  EXPECT_EQ(refusal(header("<f4", "()"), 4), "read");
  EXPECT_EQ(refusal(header("<f4", "(3,)"), 12), "read");
  EXPECT_EQ(refusal(header("<f4", "(0, 5)"), 0), "read");
}

TEST(Npy, NoNpyFile) {
  EXPECT_EQ(refusal(std::vector<std::byte>(9)), "is no npy file");
  EXPECT_EQ(refusal(std::vector<std::byte>(100)), "is no npy file");
  EXPECT_EQ(refusal(header("<f4", "(3,)"), 12, 4), "has an unknown version of the npy format");
}

TEST(Npy, AHeaderBehindTheFilesEnd) {
  auto bytes = file(header("<f4", "(3,)"), 12, 2);
  bytes.resize(40);
  EXPECT_EQ(refusal(bytes), "ends before its header does");
}

TEST(Npy, AHeaderThatIsNone) {
  std::string no = "has a header that does not say `descr`, `fortran_order` and a `shape` of sizes, each "
                   "once, and nothing else";
  for (std::string bad :
       {std::string(""), std::string("{}"), std::string(60'000, '{'), header("<f4", "(3)"),
        header("<f4", "3"), header("<f4", "(-3,)"), header("<f4", "(3.0,)"), header("<f4", "(3,", "False"),
        header("<f4", "(3,)", "maybe"), header("<f4", "(" + std::string(400, '9') + ",)"),
        header("<f4", "(3,)") + "{}",
        std::string("{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': (3,)}"),
        std::string("{'descr': '<f4', 'fortran_order': False}"),
        std::string("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), 'more': 1}"),
        std::string("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,)}")})
    EXPECT_EQ(refusal(bad, 12), no) << bad;
}

TEST(Npy, ATypeThatIsNotRead) {
  EXPECT_EQ(refusal(header(">f4", "(3,)"), 12),
            "is big endian; save it with `.astype(x.dtype.newbyteorder('<'))`");
  for (std::string type : {"|O", "<U3", "<c8", "<f3", ""})
    EXPECT_EQ(refusal(header(type, "(3,)"), 12),
              "has elements of type `" + type + "`, which are no numbers that Weft knows");
}

TEST(Npy, ABodyOfAnotherSize) {
  EXPECT_EQ(refusal(header("<f4", "(3,)"), 11), "holds 11 bytes of elements; its shape says 12");
  EXPECT_EQ(refusal(header("<f4", "(3,)"), 13), "holds 13 bytes of elements; its shape says 12");
  EXPECT_EQ(refusal(header("<f4", "(10000000000,)"), 12),
            "holds 12 bytes of elements; its shape says 40000000000");
  EXPECT_EQ(refusal(header("<f4", "(4611686018427387904, 4)"), 12),
            "holds 12 bytes of elements; its shape says more than memory has");
}
