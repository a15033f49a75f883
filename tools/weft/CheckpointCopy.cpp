#include "tools/weft/CheckpointCopy.h"

#include <cstring>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace weft {

EquationCopier::EquationCopier(CheckpointParser &parser, CheckpointEquation &equation, FilledWeight &weight,
                               const SafetensorsFile &file, const std::string &path, SeenElements &seen,
                               Diagnostics &diagnostics)
    : parser(parser), equation(equation), weight(weight), file(file), path(path), seen(seen),
      diagnostics(diagnostics), errorsBefore(diagnostics.errorCount()),
      formula(ObjectType::get(weight.wire->type.getContext(), weight.wire->type.getElement()),
              weight.wire->name, diagnostics) {
  equation.fixed.resize(equation.indices.size());
  for (FileRead &read : equation.reads)
    reads.emplace_back().read = &read;
}

// Fixed indices first: for each of their values the tensors are looked up once.
void EquationCopier::loopFixed(size_t index) {
  while (index < equation.fixed.size() && !equation.fixed[index])
    ++index;
  if (index == equation.fixed.size()) {
    if (bindReads())
      loopElements(0);
    return;
  }
  Index &loop = equation.indices[index];
  for (loop.value = 0; loop.value < loop.size; ++loop.value) {
    if (diagnostics.errorCount() > errorsBefore)
      return;
    loopFixed(index + 1);
  }
}

bool EquationCopier::bindReads() {
  return llvm::all_of(reads, [&](BoundRead &read) { return bindRead(read); }) &&
         formula.type(*equation.tie->value, [&](const ast::Expr &read) {
           ElementType type = boundTo(read).view->type;
           return ObjectType::get(weight.wire->type.getContext(), isReal(type)                   ? "real"
                                                                  : type == ElementType::boolean ? "bool"
                                                                                                 : "i64");
         });
}

const EquationCopier::BoundRead &EquationCopier::boundTo(const ast::Expr &read) const {
  return *llvm::find_if(reads, [&](const BoundRead &bound) { return bound.read->node == &read; });
}

static std::string conversionTo(ObjectType type) { return type.isIndex() ? "i64" : type.getElement().str(); }

bool EquationCopier::bindRead(BoundRead &bound) {
  FileRead &read = *bound.read;
  if (read.varies && !parser.place(read, equation))
    return false;
  std::string name = resolve(read.name, equation.indices);
  bound.view = file.find(name);
  if (!bound.view)
    return fail("weights.missing", read.node->range, "`" + path + "` holds no `" + name + "`");
  ElementType want = weight.tensor.type;
  if (bound.view->type != want && !equation.converts) {
    diagnostics
        .error("weights.type", read.node->range,
               fmt::format("`{}` holds {}, but weight `{}` holds {}", name, elementName(bound.view->type),
                           weight.wire->name, elementName(want)))
        .note("nothing converts by itself: write `" + conversionTo(weight.wire->type) + "(\"…\"[…])`");
    return false;
  }
  const std::vector<int64_t> &shape = bound.view->shape;
  std::vector<Affine> positions;
  for (size_t d = 0; d < std::min(read.positions.size(), shape.size()); ++d)
    if (std::optional<Affine> position = read.positions[d].along(shape[d]))
      positions.push_back(std::move(*position));
  for (size_t i = 0; i < equation.indices.size() && read.positions.empty(); ++i)
    if (!equation.fixed[i]) {
      positions.push_back({0, equation.indices[i].size, std::vector<int64_t>(equation.indices.size())});
      positions.back().strides[i] = 1;
    }
  bool fits =
      positions.size() == shape.size() && (read.positions.empty() || read.positions.size() == shape.size());
  bound.strides.assign(equation.indices.size(), 0);
  bound.offset = 0;
  int64_t stride = 1;
  for (size_t d = shape.size(); fits && d-- > 0; stride *= shape[d]) {
    __int128 low = positions[d].offset, high = low;
    for (size_t i = 0; i < equation.indices.size(); ++i) {
      __int128 step = positions[d].strides[i];
      int64_t from = equation.fixed[i] ? equation.indices[i].value : 0,
              to = equation.fixed[i] ? from : equation.indices[i].size - 1;
      low += std::min(step * from, step * to);
      high += std::max(step * from, step * to);
      bound.strides[i] += static_cast<int64_t>(step * stride);
    }
    bound.offset += positions[d].offset * stride;
    bool isEmpty = llvm::any_of(equation.indices, [](const Index &index) { return index.size == 0; });
    fits = isEmpty || (low >= 0 && high < shape[d]);
    if (read.positions.empty())
      fits &= positions[d].size == shape[d];
  }
  if (!fits)
    return fail("weights.shape", read.node->range,
                fmt::format("`{}` holds `{}` of shape [{}], which these positions do not fit", path, name,
                            fmt::join(shape, ", ")));
  bound.seen = &seen[name];
  bound.seen->resize(bound.view->bytes / elementBytes(bound.view->type));
  return true;
}

void EquationCopier::loopElements(size_t index) {
  while (index < equation.fixed.size() && equation.fixed[index])
    ++index;
  if (index == equation.fixed.size())
    return element();
  Index &loop = equation.indices[index];
  bool innermost =
      std::find(equation.fixed.begin() + index + 1, equation.fixed.end(), false) == equation.fixed.end();
  const ast::Expr *right = equation.tie->value.get();
  if (innermost && reads.size() == 1 && reads[0].read->node == right)
    return copyRow(index);
  for (loop.value = 0; loop.value < loop.size; ++loop.value)
    loopElements(index + 1);
}

static int64_t placeOf(const std::vector<int64_t> &strides, int64_t offset, const Indices &indices) {
  for (size_t i = 0; i < indices.size(); ++i)
    offset += strides[i] * indices[i].value;
  return offset;
}

static int64_t targetOf(int64_t offset, const Indices &indices) {
  for (const Index &index : indices)
    offset += index.stride * index.value;
  return offset;
}

bool EquationCopier::give(int64_t target) {
  if (!weight.given[target]) {
    weight.given[target] = true;
    return true;
  }
  if (diagnostics.errorCount() < 20)
    fail("cell.twice", equation.tie->range,
         "elements of weight `" + weight.wire->name + "` are given a second time");
  return false;
}

void EquationCopier::element() {
  int64_t target = targetOf(equation.offset, equation.indices);
  if (diagnostics.errorCount() > errorsBefore || !give(target))
    return;
  std::optional<reference::Scalar> value = formula.value(
      *equation.tie->value, [&](const ast::Expr &read) { return valueOf(read); }, [&] { return place(); });
  if (!value)
    return;
  if (isReal(weight.tensor.type))
    writeElement(weight.tensor, target, value->real);
  else
    writeInteger(weight.tensor, target, static_cast<int64_t>(value->integer));
}

// The right side is one read, of the same element type.
void EquationCopier::copyRow(size_t index) {
  Index &loop = equation.indices[index];
  loop.value = 0;
  const BoundRead &read = reads[0];
  int64_t target = targetOf(equation.offset, equation.indices),
          source = placeOf(read.strides, read.offset, equation.indices);
  size_t bytes = elementBytes(weight.tensor.type);
  std::byte *to = weight.tensor.data.data();
  for (int64_t i = 0; i < loop.size; ++i, target += loop.stride, source += read.strides[index]) {
    if (!give(target))
      return;
    std::memcpy(to + target * bytes, read.view->data + source * bytes, bytes);
    (*read.seen)[source] = true;
  }
}

reference::Scalar EquationCopier::valueOf(const ast::Expr &read) {
  const BoundRead &bound = boundTo(read);
  int64_t source = placeOf(bound.strides, bound.offset, equation.indices);
  (*bound.seen)[source] = true;
  const TensorView &view = *bound.view;
  return isReal(view.type) ? reference::Scalar::ofReal(elementAsDouble(view.type, view.data, source))
                           : reference::Scalar::ofInteger(elementAsInteger(view.type, view.data, source));
}

// `, at o = 2, i = 0`
std::string EquationCopier::place() const {
  std::string text;
  for (const Index &index : equation.indices)
    if (!index.name.empty())
      text += fmt::format("{} {} = {}", text.empty() ? ", at" : ",", index.name, index.value);
  return text;
}

} // namespace weft
