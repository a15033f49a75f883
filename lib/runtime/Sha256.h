#ifndef WEFT_SHA256_H
#define WEFT_SHA256_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* SHA-256 of bytes (FIPS 180-4). */
void weft_sha256(const void *bytes, size_t count, uint8_t digest[32]);

#ifdef __cplusplus
}
#endif

#endif
