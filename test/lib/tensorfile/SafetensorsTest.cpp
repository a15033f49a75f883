// What a safetensors file may say, and each way in which one can lie.
#include "lib/tensorfile/Safetensors.h"
#include <cstring>
#include <gtest/gtest.h>

using namespace weft;

namespace {

std::vector<std::byte> file(std::string_view header, size_t dataBytes, std::optional<uint64_t> length = {}) {
  uint64_t said = length.value_or(header.size());
  std::vector<std::byte> bytes(8 + header.size() + dataBytes);
  std::memcpy(bytes.data(), &said, 8);
  std::memcpy(bytes.data() + 8, header.data(), header.size());
  return bytes;
}

std::string refusal(std::span<const std::byte> bytes) {
  auto content = parseSafetensors(bytes, "w.safetensors");
  if (content)
    return "read";
  EXPECT_EQ(content.error().name, "file.format");
  EXPECT_TRUE(content.error().message.starts_with("`w.safetensors`: "));
  return content.error().message.substr(std::strlen("`w.safetensors`: "));
}

std::string refusal(std::string_view header, size_t dataBytes, std::optional<uint64_t> length = {}) {
  return refusal(file(header, dataBytes, length));
}

std::string entry(std::string_view type, std::string_view shape, std::string_view offsets) {
  return R"({"dtype": ")" + std::string(type) + R"(", "shape": )" + std::string(shape) +
         R"(, "data_offsets": )" + std::string(offsets) + "}";
}

} // namespace

TEST(Safetensors, TensorsLieOneBehindTheOtherInAnyOrderOfNames) {
  std::string header = R"({"__metadata__": {"by": "hand"}, "b": )" + entry("F32", "[2]", "[0, 8]") +
                       R"(, "a": )" + entry("U8", "[3, 1]", "[8, 11]") + R"(, "none": )" +
                       entry("F64", "[0, 4]", "[8, 8]") + "}   ";
  auto content = parseSafetensors(file(header, 11), "w.safetensors");
  ASSERT_TRUE(bool(content));
  EXPECT_EQ(content->tensors.size(), 3u);
  EXPECT_EQ(content->tensors["a"].shape, (std::vector<int64_t>{3, 1}));
  EXPECT_EQ(content->tensors["a"].data - content->tensors["b"].data, 8);
  EXPECT_EQ(content->metadata["by"], "hand");
}

TEST(Safetensors, AFileShorterThanItsHeader) {
  EXPECT_EQ(refusal(std::vector<std::byte>(7)), "is no safetensors file: it has 7 bytes");
  EXPECT_EQ(refusal("{}", 0, 1000), "says that its header has 1000 bytes; behind that the file has 2");
  EXPECT_EQ(refusal("{}", 0, UINT64_MAX),
            "says that its header has 18446744073709551615 bytes; behind that the file has 2");
}

TEST(Safetensors, AHeaderLongerThanTheFormatAllows) {
  EXPECT_EQ(refusal("{}" + std::string(100'000'000, ' '), 0),
            "has a header of 100000002 bytes; the format allows 100000000");
}

TEST(Safetensors, AHeaderThatIsNoJsonObjectInUtf8) {
  std::string no = "has a header that is no JSON object in UTF-8";
  for (std::string_view header :
       {"", "[]", "7", "{", "{} {}", " {}", "\xEF\xBB\xBF{}", "{\"\xff\": {}}", "{\"\xed\xa0\x80\": {}}"})
    EXPECT_EQ(refusal(header, 0), no) << header;
  EXPECT_EQ(refusal(std::string(100'000, '['), 0), no);
  EXPECT_EQ(refusal(R"({"w": )" + std::string(100'000, '{'), 0), no);
}

TEST(Safetensors, NamesThatComeTwice) {
  std::string one = entry("F32", "[]", "[0, 4]");
  EXPECT_EQ(refusal(R"({"w": )" + one + R"(, "w": )" + one + "}", 4), "names `w` twice in its header");
  EXPECT_EQ(refusal(R"({"w": )" + one + R"(, "\u0077": )" + one + "}", 4), "names `w` twice in its header");
  EXPECT_EQ(refusal(R"({"w": {"dtype": "F32", "dtype": "I32", "shape": [], "data_offsets": [0, 4]}})", 4),
            "names `dtype` twice in its header");
}

TEST(Safetensors, MetadataThatIsNoText) {
  std::string no = "has a `__metadata__` that is no map from texts to texts";
  EXPECT_EQ(refusal(R"({"__metadata__": {"epoch": 3}})", 0), no);
  EXPECT_EQ(refusal(R"({"__metadata__": "text"})", 0), no);
}

TEST(Safetensors, AnEntryThatLacksAPart) {
  std::string no = "tensor `w` is not described by a `dtype`, a `shape` of sizes and two `data_offsets`";
  for (std::string_view bad :
       {"1e999", "null", "[]", "{}", R"({"dtype": "F32", "shape": []})",
        R"({"dtype": 4, "shape": [], "data_offsets": [0, 4]})",
        R"({"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]})",
        R"({"dtype": "F32", "shape": [1.0], "data_offsets": [0, 4]})",
        R"({"dtype": "F32", "shape": [18446744073709551615], "data_offsets": [0, 4]})",
        R"({"dtype": "F32", "shape": [99999999999999999999999], "data_offsets": [0, 4]})",
        R"({"dtype": "F32", "shape": [], "data_offsets": [0, 4, 8]})",
        R"({"dtype": "F32", "shape": [], "data_offsets": ["0", "4"]})"}) {
    std::string said = refusal(R"({"w": )" + std::string(bad) + "}", 4);
    EXPECT_TRUE(said == no || (bad == "1e999" && said.starts_with("has a header"))) << bad << ": " << said;
  }
}

TEST(Safetensors, ATypeThatIsNotRead) {
  EXPECT_EQ(refusal(R"({"w": )" + entry("F8_E4M3", "[4]", "[0, 4]") + "}", 4),
            "tensor `w` has elements of type `F8_E4M3`, which are no numbers that Weft knows");
}

TEST(Safetensors, APlaceThatDoesNotFit) {
  auto said = [](std::string_view shape, std::string_view offsets) {
    return refusal(R"({"w": )" + entry("F32", shape, offsets) + "}", 8);
  };
  EXPECT_EQ(said("[2]", "[0, 10000000000]"),
            "tensor `w` is where no data is: its place is from byte 0 to 10000000000, and there are 8");
  EXPECT_EQ(said("[2]", "[8, 0]"),
            "tensor `w` is where no data is: its place is from byte 8 to 0, and there are 8");
  EXPECT_EQ(said("[3]", "[0, 8]"),
            "tensor `w` is `F32[3]`, which takes 12 bytes; its place is from byte 0 to 8");
  EXPECT_EQ(said("[4611686018427387904, 4]", "[0, 8]"),
            "tensor `w` is `F32[4611686018427387904, 4]`, which takes more than memory has; its place is "
            "from byte 0 to 8");
}

TEST(Safetensors, TensorsThatOverlap) {
  std::string one = entry("F32", "[2]", "[0, 8]");
  EXPECT_EQ(refusal(R"({"v": )" + one + R"(, "w": )" + one + "}", 8),
            "has tensors that overlap, `v` and `w`");
  EXPECT_EQ(refusal(R"({"w": )" + one + R"(, "v": )" + entry("F32", "[2]", "[4, 12]") + "}", 12),
            "has tensors that overlap, `w` and `v`");
}

TEST(Safetensors, BytesThatAreOfNoTensor) {
  EXPECT_EQ(refusal(R"({"v": )" + entry("F32", "[1]", "[0, 4]") + R"(, "w": )" +
                        entry("F32", "[1]", "[8, 12]") + "}",
                    12),
            "has 4 bytes before tensor `w` that are of none, which the format does not allow");
  EXPECT_EQ(refusal(R"({"w": )" + entry("F32", "[1]", "[0, 4]") + "}", 5),
            "has 1 bytes behind its tensors that are of none, which the format does not allow");
  EXPECT_EQ(refusal("{}", 8),
            "has 8 bytes behind its tensors that are of none, which the format does not allow");
}
