#include "compiler/target/cpu/CpuTarget.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

namespace weft {

static bool isSupported(llvm::Triple::ArchType arch) {
  return arch == llvm::Triple::x86_64 || arch == llvm::Triple::aarch64;
}

std::optional<std::string> findTriple(llvm::StringRef target) {
  llvm::Triple triple(target.empty() ? llvm::sys::getProcessTriple() : llvm::Triple::normalize(target));
  bool isLinux = target.empty() || triple.isOSLinux() || triple.getOS() == llvm::Triple::UnknownOS;
  if (!isSupported(triple.getArch()) || !isLinux)
    return std::nullopt;
  return (llvm::Triple::getArchTypeName(triple.getArch()) + "-unknown-linux-gnu").str();
}

bool isOfThisMachine(llvm::StringRef triple) { return findTriple("") == triple.str(); }

// Features as LLVM writes them, of the machine at hand.
static std::string hostFeatures() {
  std::string text;
  llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
  llvm::SmallVector<llvm::StringRef> names;
  for (const auto &feature : features)
    names.push_back(feature.getKey());
  llvm::sort(names);
  for (llvm::StringRef name : names)
    text += (text.empty() ? "" : ",") + std::string(features[name] ? "+" : "-") + name.str();
  return text;
}

static std::string plainestOf(const llvm::Triple &triple) {
  return triple.getArch() == llvm::Triple::x86_64 ? "x86-64" : "generic";
}

// The second-level cache of a core, by LLVM's name of the processor (manufacturers' data sheets); processors
// that are not named here have what is common for their vectors.
static unsigned secondCache(llvm::StringRef name, unsigned vectorBytes) {
  constexpr unsigned KiB = 1024, MiB = 1024 * KiB;
  return llvm::StringSwitch<unsigned>(name)
      .Cases({"haswell", "broadwell", "skylake"}, 256 * KiB)
      .Cases({"znver1", "znver2", "znver3"}, 512 * KiB)
      .Cases({"skylake-avx512", "cascadelake", "cooperlake", "znver4", "znver5"}, MiB)
      .Cases({"icelake-server", "alderlake"}, 1280 * KiB)
      .Cases({"sapphirerapids", "emeraldrapids", "graniterapids", "graniterapids-d", "raptorlake"}, 2 * MiB)
      .Default(vectorBytes == 64 ? MiB : 512 * KiB);
}

// Registers: NEON has 32 of 16 bytes; AVX-512 has 32, what came before it 16.
static void readFacts(CpuTarget &target, const llvm::Triple &triple, const llvm::MCSubtargetInfo &info) {
  auto has = [&](llvm::StringRef feature) { return info.checkFeatures(("+" + feature).str()); };
  if (triple.getArch() == llvm::Triple::aarch64) {
    target.vectorBytes = 16;
    target.registers = 32;
    target.level2 = secondCache(target.name, target.vectorBytes);
    return;
  }
  bool wide = has("avx512f") && has("avx512vl") && has("avx512dq") && has("avx512bw");
  target.vectorBytes = wide ? 64 : has("avx") ? 32 : 16;
  target.registers = wide ? 32 : 16;
  target.level2 = secondCache(target.name, target.vectorBytes);
  target.storesInPart = wide;
  target.convertsHalf = has("f16c");
  target.addsShareExtremes = llvm::StringRef(target.name).starts_with("znver");
}

std::optional<CpuTarget> findCpuTarget(llvm::StringRef tripleText, llvm::StringRef name) {
  llvm::InitializeAllTargetInfos();
  llvm::InitializeAllTargets();
  llvm::InitializeAllTargetMCs();
  llvm::InitializeAllAsmPrinters();
  llvm::InitializeAllAsmParsers();
  llvm::Triple triple(tripleText);
  std::string error;
  const llvm::Target *found = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!found)
    return std::nullopt;
  CpuTarget target;
  target.triple = tripleText.str();
  bool isHost = name == "host" && isOfThisMachine(tripleText);
  target.name = isHost           ? llvm::sys::getHostCPUName().str()
                : name == "host" ? plainestOf(triple)
                : triple.getArch() == llvm::Triple::x86_64
                    ? llvm::StringSwitch<std::string>(name)
                          .Cases({"v2", "v3", "v4"}, "x86-64-" + name.str())
                          .Default(name.str())
                    : name.str();
  target.features = isHost ? hostFeatures() : "";
  // A name that LLVM does not know it says itself, on standard error: the plainest processor is asked first.
  std::unique_ptr<llvm::MCSubtargetInfo> plain(found->createMCSubtargetInfo(triple, "", ""));
  if (!plain || !plain->isCPUStringValid(target.name))
    return std::nullopt;
  std::unique_ptr<llvm::MCSubtargetInfo> info(
      found->createMCSubtargetInfo(triple, target.name, target.features));
  readFacts(target, triple, *info);
  return target;
}

} // namespace weft
