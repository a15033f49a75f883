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

std::vector<CpuFeature> featuresOf(const CpuTarget &target) {
  llvm::Triple triple("x86_64-unknown-linux-gnu");
  std::string error;
  const llvm::Target *found = llvm::TargetRegistry::lookupTarget(triple, error);
  std::unique_ptr<llvm::MCSubtargetInfo> info(
      found ? found->createMCSubtargetInfo(triple, target.name, target.features) : nullptr);
  std::vector<CpuFeature> used;
  for (const CpuFeature &feature : known)
    if (info && info->checkFeatures(std::string("+") + feature.name))
      used.push_back(feature);
  return used;
}

} // namespace weft
