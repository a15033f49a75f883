// Shared libraries and archives, made of an object file.
#include "compiler/target/artifact/Artifact.h"

#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Support/Program.h"

namespace weft {

// The system's C compiler knows where libc and libm are.
static std::optional<std::string> findLinker() {
  for (llvm::StringRef name : {"cc", "gcc", "clang", "clang-22"})
    if (llvm::ErrorOr<std::string> path = llvm::sys::findProgramByName(name))
      return *path;
  return std::nullopt;
}

std::optional<std::string> linkShared(const std::string &objectPath, const std::string &outputPath) {
  std::optional<std::string> linker = findLinker();
  if (!linker)
    return "a shared library needs a C compiler (`cc`, `gcc` or `clang`) to link it, and none is installed";
  std::string message;
  int status = llvm::sys::ExecuteAndWait(
      *linker,
      {*linker, "-shared", "-Wl,--build-id=none", "-Wl,-z,defs", "-o", outputPath, objectPath, "-lm"},
      std::nullopt, {}, 0, 0, &message);
  if (status == 0)
    return std::nullopt;
  return "`" + *linker + "` could not link `" + outputPath + "`" + (message.empty() ? "" : ": " + message);
}

// No times, owners or modes are stored: the same object gives the same bytes.
std::optional<std::string> writeArchive(const std::string &objectPath, const std::string &outputPath) {
  auto fail = [&](llvm::Error error) { return "`" + outputPath + "`: " + llvm::toString(std::move(error)); };
  llvm::Expected<llvm::NewArchiveMember> member =
      llvm::NewArchiveMember::getFile(objectPath, /*Deterministic=*/true);
  if (!member)
    return fail(member.takeError());
  llvm::SmallVector<llvm::NewArchiveMember, 1> members;
  members.push_back(std::move(*member));
  if (llvm::Error error =
          llvm::writeArchive(outputPath, members, llvm::SymtabWritingMode::NormalSymtab,
                             llvm::object::Archive::K_GNU, /*Deterministic=*/true, /*Thin=*/false))
    return fail(std::move(error));
  return std::nullopt;
}

} // namespace weft
