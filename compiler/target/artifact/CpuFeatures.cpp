#include "compiler/target/artifact/CpuFeatures.h"

#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/TargetParser/Triple.h"

namespace weft {

enum Register { eax, ebx, ecx, edx };

// What the operating system saves: the low half of vectors and the rest of ymm; masks and the rest of zmm.
constexpr int64_t ymm = 0x6, zmm = 0xe6;
constexpr int64_t extended = 0x80000001;

// Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, CPUID.
static constexpr CpuFeature known[] = {
    {"sse3", 1, 0, ecx, 0, 0},
    {"ssse3", 1, 0, ecx, 9, 0},
    {"sse4.1", 1, 0, ecx, 19, 0},
    {"sse4.2", 1, 0, ecx, 20, 0},
    {"movbe", 1, 0, ecx, 22, 0},
    {"popcnt", 1, 0, ecx, 23, 0},
    {"avx", 1, 0, ecx, 28, ymm},
    {"f16c", 1, 0, ecx, 29, ymm},
    {"fma", 1, 0, ecx, 12, ymm},
    {"lzcnt", extended, 0, ecx, 5, 0},
    {"bmi", 7, 0, ebx, 3, 0},
    {"avx2", 7, 0, ebx, 5, ymm},
    {"bmi2", 7, 0, ebx, 8, 0},
    {"avx512f", 7, 0, ebx, 16, zmm},
    {"avx512dq", 7, 0, ebx, 17, zmm},
    {"avx512ifma", 7, 0, ebx, 21, zmm},
    {"avx512cd", 7, 0, ebx, 28, zmm},
    {"avx512bw", 7, 0, ebx, 30, zmm},
    {"avx512vl", 7, 0, ebx, 31, zmm},
    {"avx512vbmi", 7, 0, ecx, 1, zmm},
    {"avx512vbmi2", 7, 0, ecx, 6, zmm},
    {"gfni", 7, 0, ecx, 8, 0},
    {"avx512vnni", 7, 0, ecx, 11, zmm},
    {"avx512bitalg", 7, 0, ecx, 12, zmm},
    {"avx512vpopcntdq", 7, 0, ecx, 14, zmm},
    {"avx512fp16", 7, 0, edx, 23, zmm},
    {"avxvnni", 7, 1, eax, 4, ymm},
    {"avx512bf16", 7, 1, eax, 5, zmm},
};

// Linux, arch/arm64/include/uapi/asm/hwcap.h: bits of AT_HWCAP (16) and AT_HWCAP2 (26). NEON is in every
// processor.
constexpr int64_t hwcap = 16, hwcap2 = 26;
static constexpr CpuFeature knownOfArm[] = {
    {"aes", hwcap, 0, 0, 3, 0},      {"sha2", hwcap, 0, 0, 6, 0},       {"crc", hwcap, 0, 0, 7, 0},
    {"lse", hwcap, 0, 0, 8, 0},      {"fullfp16", hwcap, 0, 0, 10, 0},  {"rdm", hwcap, 0, 0, 12, 0},
    {"jsconv", hwcap, 0, 0, 13, 0},  {"complxnum", hwcap, 0, 0, 14, 0}, {"rcpc", hwcap, 0, 0, 15, 0},
    {"sha3", hwcap, 0, 0, 17, 0},    {"dotprod", hwcap, 0, 0, 20, 0},   {"sve", hwcap, 0, 0, 22, 0},
    {"fp16fml", hwcap, 0, 0, 23, 0}, {"sve2", hwcap2, 0, 0, 1, 0},      {"i8mm", hwcap2, 0, 0, 13, 0},
    {"bf16", hwcap2, 0, 0, 14, 0},
};

std::vector<CpuFeature> featuresOf(const CpuTarget &target) {
  llvm::Triple triple(target.triple);
  std::string error;
  const llvm::Target *found = llvm::TargetRegistry::lookupTarget(triple, error);
  std::unique_ptr<llvm::MCSubtargetInfo> info(
      found ? found->createMCSubtargetInfo(triple, target.name, target.features) : nullptr);
  std::vector<CpuFeature> used;
  bool isArm = triple.getArch() == llvm::Triple::aarch64;
  for (const CpuFeature &feature : isArm ? llvm::ArrayRef(knownOfArm) : llvm::ArrayRef(known))
    if (info && info->checkFeatures(std::string("+") + feature.name))
      used.push_back(feature);
  return used;
}

} // namespace weft
