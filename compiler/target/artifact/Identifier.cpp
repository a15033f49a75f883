#include "compiler/target/artifact/Identifier.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

namespace weft {

static bool isKeyword(llvm::StringRef word) {
  static const llvm::StringSet<> keywords = [] {
    llvm::StringSet<> set;
    for (llvm::StringRef keyword : llvm::split(
             "alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t "
             "char32_t class compl concept const consteval constexpr constinit const_cast continue co_await "
             "co_return co_yield decltype default delete do double dynamic_cast else enum explicit export "
             "extern false float for friend goto if inline int long mutable namespace new noexcept not "
             "not_eq nullptr operator or or_eq private protected public register reinterpret_cast requires "
             "restrict return short signed sizeof static static_assert static_cast struct switch template "
             "this thread_local throw true try typedef typeid typename typeof typeof_unqual union unsigned "
             "using virtual void "
             "volatile wchar_t while xor xor_eq linux unix I complex imaginary noreturn errno NULL EOF",
             " "))
      set.insert(keyword);
    return set;
  }();
  return keywords.contains(word);
}

// What <stdint.h>, <stddef.h> and the header itself define: macros and types.
static bool isDefined(llvm::StringRef word) {
  return word.starts_with("WEFT_") || word == "offsetof" ||
         llvm::any_of(llvm::ArrayRef<llvm::StringRef>{"_MAX", "_MIN", "_C", "_WIDTH", "_t"},
                      [&](llvm::StringRef end) { return word.ends_with(end); });
}

std::string identifierOf(llvm::StringRef name) {
  std::string result;
  for (char c : name)
    result += llvm::isAlnum(c) ? c : '_';
  // What starts with an underscore belongs to the C library.
  if (result.empty() || !llvm::isAlpha(result.front()))
    result = "x" + result;
  return isKeyword(result) || isDefined(result) ? result + "_" : result;
}

std::vector<std::string> identifiersOf(const std::vector<std::string> &names) {
  std::vector<std::string> result;
  llvm::StringSet<> taken;
  for (const std::string &name : names) {
    std::string base = identifierOf(name), unique = base;
    for (unsigned i = 2; !taken.insert(unique).second; ++i)
      unique = base + "_" + std::to_string(i);
    result.push_back(unique);
  }
  return result;
}

} // namespace weft
