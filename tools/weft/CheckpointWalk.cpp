#include "tools/weft/CheckpointWalk.h"

namespace weft {

static constexpr size_t mostErrors = 20;

bool isCheckpoint(const ast::Cell &cell) { return cell.composition.empty() && cell.target.text == "file"; }

const ast::Cell *CheckpointWalk::innerCell(const ast::Name &name) const {
  for (const ast::Declaration &declaration : program.declarations)
    if (auto *cell = std::get_if<ast::Cell>(&declaration.node); cell && cell->name.text == name.text)
      return isCheckpoint(*cell) ? cell : nullptr;
  return nullptr;
}

void CheckpointWalk::apply(const ast::Cell &cell, const Application &at, OnEquation onEquation,
                           OnDrop onDrop) {
  open.push_back(&cell);
  for (const ast::Tie &tie : cell.ties) {
    if (diagnostics.errorCount() > mostErrors)
      break;
    if (tie.kind == ast::Tie::Kind::drop) {
      if (std::optional<FilePattern> pattern = parsePattern(tie.text, tie.textRange, at.prefix, diagnostics))
        onDrop(tie, *pattern);
    } else if (tie.kind == ast::Tie::Kind::assign) {
      if (std::optional<CheckpointEquation> equation = parser.parse(tie, at))
        onEquation(*equation);
    } else {
      applyInner(tie, at, onEquation, onDrop);
    }
  }
  open.pop_back();
}

// `body[l].up = dense_file "layer.{l}."`
void CheckpointWalk::applyInner(const ast::Tie &tie, const Application &at, OnEquation onEquation,
                                OnDrop onDrop) {
  const ast::Cell *inner = innerCell(tie.cell);
  std::optional<WrittenPath> target = pathOf(*tie.target);
  if (!inner || !target) {
    diagnostics.error("cell.target", tie.cell.range, "`" + tie.cell.text + "` is no cell to a file");
    return;
  }
  if (llvm::is_contained(open, inner)) {
    diagnostics.error("cell.cycle", tie.cell.range, "cell `" + tie.cell.text + "` reads a box by itself");
    return;
  }
  std::optional<Application> next = parser.inside(*target, at);
  std::optional<FileName> prefix =
      next ? parseFileName(tie.text, tie.textRange, next->indices, at.prefix, axes, diagnostics)
           : std::nullopt;
  if (!prefix)
    return;
  next->prefix = std::move(*prefix);
  apply(*inner, *next, onEquation, onDrop);
}

} // namespace weft
