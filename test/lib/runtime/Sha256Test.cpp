// Known digests, and the processor's instructions against the plain rounds.
#include "lib/runtime/Sha256.h"
#include "gtest/gtest.h"

#include <string>
#include <vector>

extern "C" int sha256_has_instructions(void);
extern "C" void sha256_absorb(int by_instructions, uint32_t state[8], const uint8_t *blocks, size_t count);

namespace {

std::string digestOf(const std::string &bytes) {
  uint8_t digest[32];
  weft_sha256(bytes.data(), bytes.size(), digest);
  std::string text;
  for (uint8_t byte : digest) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

// FIPS 180-2, appendix B.
TEST(Sha256, GivesTheDigestsOfTheStandard) {
  EXPECT_EQ(digestOf(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(digestOf("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(digestOf("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(digestOf(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, InstructionsAgreeWithThePlainRounds) {
  if (!sha256_has_instructions())
    GTEST_SKIP() << "this processor has none";
  std::vector<uint8_t> bytes(64 * 33);
  for (size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<uint8_t>(i * 131 + i / 7);
  for (size_t blocks = 0; blocks <= 33; ++blocks) {
    uint32_t plain[8] = {1, 2, 3, 4, 5, 6, 7, 0xffffffff}, fast[8] = {1, 2, 3, 4, 5, 6, 7, 0xffffffff};
    sha256_absorb(0, plain, bytes.data(), blocks);
    sha256_absorb(1, fast, bytes.data(), blocks);
    for (int i = 0; i < 8; ++i)
      EXPECT_EQ(plain[i], fast[i]) << blocks << " blocks, word " << i;
  }
}

} // namespace
