/* The two ways of the runtime to absorb blocks, which only its file knows, for the test. */
#include "lib/runtime/Sha256.c"

int sha256_has_instructions(void) {
#if defined(__x86_64__)
  return has_sha_instructions();
#else
  return 0;
#endif
}

void sha256_absorb(int by_instructions, uint32_t state[8], const uint8_t *blocks, size_t count) {
#if defined(__x86_64__)
  if (by_instructions) {
    absorb_by_instructions(state, blocks, count);
    return;
  }
#endif
  absorb_plainly(state, blocks, count);
}
