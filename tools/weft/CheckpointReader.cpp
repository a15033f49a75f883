#include "tools/weft/CheckpointReader.h"
#include "compiler/reference/FileArrays.h"
#include "dialects/weft/WeightPaths.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace weft {

std::vector<Tensor> CheckpointReader::run(const ast::Cell &cell) {
  if (!fitInMemory(edge.weights, "the weights", real, axes, {}, diagnostics))
    return {};
  for (const EdgeWire &wire : edge.weights) {
    FilledWeight weight{
        &wire, {reference::storedType(wire.type, real), shapeOf(wire.type, axes, {}), {}}, {}};
    weight.tensor.data.resize(byteCount(weight.tensor.type, weight.tensor.shape).value_or(0));
    weight.given.resize(weight.tensor.count());
    weights.push_back(std::move(weight));
  }
  walk.run(
      cell, [&](CheckpointEquation &equation) { copy(equation); },
      [&](const ast::Tie &tie, const FilePattern &pattern) { drop(tie, pattern); });
  if (!diagnostics.hasErrors())
    checkAllGiven();
  if (!diagnostics.hasErrors())
    checkAllRead();
  std::vector<Tensor> tensors;
  for (FilledWeight &weight : weights)
    tensors.push_back(std::move(weight.tensor));
  return tensors;
}

void CheckpointReader::copy(CheckpointEquation &equation) {
  FilledWeight &weight = weights[equation.weight];
  weight.assigned = true;
  EquationCopier(walk.equations(), equation, weight, file, path, seen, diagnostics).run();
}

// A name that the file has not is fine.
void CheckpointReader::drop(const ast::Tie &tie, const FilePattern &pattern) {
  for (const auto &[name, view] : file.tensors()) {
    if (!matches(pattern, name))
      continue;
    auto &[elements, range] = dropped[name].emplace_back();
    // A pattern may meet what another equation reads.
    if (!llvm::StringRef(tie.text).contains('{'))
      range = tie.range;
    elements.resize(view.bytes / elementBytes(view.type));
    for (size_t i = 0; i < elements.size(); ++i) {
      bool inside = true;
      size_t rest = i;
      for (size_t d = view.shape.size(); tie.brackets && d-- > 0; rest /= view.shape[d]) {
        const ast::Item *item = d < tie.brackets->items.size() ? &tie.brackets->items[d] : nullptr;
        int64_t number;
        bool isNumber = item && item->value && item->value->kind == ast::Expr::Kind::number &&
                        !llvm::StringRef(item->value->text).getAsInteger(10, number);
        inside &= !isNumber || static_cast<int64_t>(rest % view.shape[d]) == number;
      }
      if (inside)
        elements[i] = true;
    }
  }
}

void CheckpointReader::checkAllGiven() {
  for (FilledWeight &weight : weights)
    checkGiven(weight.wire->name, weight);
}

// A weight that no equation names is read under its own name.
void CheckpointReader::checkGiven(const std::string &name, FilledWeight &weight) {
  if (weight.assigned) {
    size_t missing = llvm::count(weight.given, false);
    if (missing && !diagnostics.hasErrors())
      fail("weights.missing", {}, fmt::format("no equation gives {} elements of weight `{}`", missing, name));
    return;
  }
  const TensorView *view = file.find(name);
  if (!view) {
    fail("weights.missing", {},
         "`" + path + "` holds no weight `" + name + "`, and the cell does not say where it is");
  } else if (view->shape != weight.tensor.shape) {
    fail("weights.shape", {},
         fmt::format("weight `{}` has shape [{}], but `{}` holds [{}]", name,
                     fmt::join(weight.tensor.shape, ", "), path, fmt::join(view->shape, ", ")));
  } else if (view->type != weight.tensor.type) {
    fail("weights.type", {},
         fmt::format("weight `{}` holds {}, but `{}` holds {}", name, elementName(weight.tensor.type), path,
                     elementName(view->type)));
  } else {
    weight.tensor = view->copy();
    seen[name].assign(view->bytes / elementBytes(view->type), true);
  }
}

void CheckpointReader::checkDropped(const std::string &name, const std::vector<bool> &read) {
  for (const auto &[elements, range] : dropped[name])
    for (size_t i = 0; i < std::min(read.size(), elements.size()) && range.file; ++i)
      if (read[i] && elements[i]) {
        diagnostics.error("weights.unread", range, "`" + name + "` is dropped here, and is read")
            .note("`drop` says of a tensor, or of a part of it, that nothing reads it: leave it out");
        break;
      }
}

void CheckpointReader::checkAllRead() {
  for (const auto &[name, view] : file.tensors()) {
    size_t count = view.bytes / elementBytes(view.type);
    bool isNamed = seen.count(name) || dropped.count(name);
    std::vector<bool> read = seen[name];
    checkDropped(name, read);
    read.resize(count);
    for (const DroppedPart &part : dropped[name])
      for (size_t i = 0; i < part.elements.size(); ++i)
        read[i] = read[i] || part.elements[i];
    size_t unread = llvm::count(read, false);
    if (unread == count && (count || !isNamed))
      diagnostics
          .error("weights.unread", {},
                 fmt::format("`{}` holds `{}`, which the cell does not read", path, name))
          .note("leaving it out is said: `drop \"" + name + "\"`");
    else if (unread)
      diagnostics
          .error("weights.unread", {},
                 fmt::format("{} of the {} elements of `{}` in `{}` are not read", unread, count, name, path))
          .note("leaving them out is said: `drop \"" + name + "\"[…]`");
  }
}

} // namespace weft
