// Errors, places, and types as text.
#include "compiler/elaborate/State.h"
#include "mlir/IR/Location.h"

using namespace mlir;

namespace weft {

Diagnostic &State::error(std::string_view name, Range range, std::string message) {
  if (tying && name == "index.axis")
    name = "cell.axis";
  // A limit that is passed is passed everywhere from then on: said once.
  Range key = name == "limit" ? Range() : range;
  if (!reported.emplace(std::string(name), key.file, key.begin, message).second) {
    repeated = Diagnostic();
    return repeated;
  }
  Diagnostic &diagnostic = diagnostics.error(name, range, std::move(message));
  for (const Active &instance : llvm::reverse(active))
    if (instance.generic && instance.site.file)
      diagnostic.note(instance.site, "in `" + instance.entity->name + "` as it is used here");
  return diagnostic;
}

Location State::location(Range range) {
  if (!range.file)
    return UnknownLoc::get(&context);
  SourceFile::Position begin = range.file->position(range.begin);
  SourceFile::Position end = range.file->position(std::max(range.begin, range.end));
  return FileLineColRange::get(&context, range.file->path(), begin.line, begin.column, end.line, end.column);
}

bool State::tooDeep(Range range) {
  char here;
  if (!stackBase || stackBase - &here < static_cast<ptrdiff_t>(usableStack))
    return false;
  error("limit", range, "definitions and expressions are nested too deep here");
  return true;
}

const SourceFile *State::fileAt(StringRef path) {
  for (const std::unique_ptr<ast::Program> &program : programs)
    if (program->file->path() == path)
      return program->file;
  return nullptr;
}

std::string counted(size_t number, const std::string &what) {
  if (number == 1)
    return "1 " + what;
  return std::to_string(number) + " " + (what == "axis" ? "axes" : what + "s");
}

std::string text(Type type) {
  if (auto tuple = dyn_cast<TupleType>(type)) {
    std::string result;
    for (Type part : tuple)
      result += (result.empty() ? "" : " * ") + text(part);
    return result;
  }
  auto object = cast<ObjectType>(type);
  std::string result = object.getElement().str();
  if (object.isScalar())
    return result;
  result += "[";
  for (auto [i, axis] : llvm::enumerate(object.getAxes()))
    result += (i ? ", " : "") + axis.str();
  return result + "]";
}

} // namespace weft
