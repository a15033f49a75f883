// Each equation of a checkpoint cell is a loop over the indices on its left. Positions in the file are affine
// in them: one offset and one stride for each index.
#include "tools/weft/Checkpoint.h"
#include "compiler/elaborate/CellPaths.h"
#include "dialects/weft/WeightPaths.h"

#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace weft {

namespace {

/// An index on the left: how many values it has, and how far apart they lie in the weight.
struct Index {
  std::string name;
  int64_t size = 0;
  int64_t stride = 0;
  int64_t value = 0; // while the loop runs
};
using Indices = std::vector<Index>;

/// offset + Σ strides[i] · index i. `size` is the number of values that it ranges over, 0 when that is not
/// known.
struct Affine {
  int64_t offset = 0, size = 0;
  std::vector<int64_t> strides;
};

/// A name in a file: text, and indices put in as numbers.
struct NamePart {
  std::string text;
  std::optional<size_t> index;
  int64_t plus = 0;
};
using FileName = std::vector<NamePart>;

/// A place in the text of a cell applied to a box: what stands before the names of weights and of tensors.
struct Application {
  std::string path;
  Indices indices; // of the frames around the box, with sizes only
  FileName prefix;
};

class CheckpointReader {
public:
  CheckpointReader(const ast::Program &program, const Edge &edge, SafetensorsFile &file,
                   const std::string &path, llvm::StringRef real, const AxisTable &axes,
                   Diagnostics &diagnostics)
      : program(program), edge(edge), file(file), path(path), real(real), axes(axes),
        diagnostics(diagnostics) {}

  std::vector<Tensor> run(const ast::Cell &cell);

private:
  struct Weight {
    const EdgeWire *wire;
    Tensor tensor;
    std::vector<bool> given;
    bool assigned = false;
  };
  /// One tensor of the file under one equation.
  struct Read {
    const ast::Expr *node;
    FileName name;
    std::vector<Affine> positions; // empty: dimension for dimension
    const TensorView *view = nullptr;
    std::vector<bool> *seen = nullptr;
    std::vector<int64_t> strides;
    int64_t offset = 0;
  };
  struct Equation {
    Weight *weight = nullptr;
    Indices indices;
    int64_t offset = 0;
    const ast::Tie *tie = nullptr;
    std::vector<Read> reads;
    bool converts = false;
  };

  bool fail(std::string_view name, Range range, std::string message) {
    diagnostics.error(name, range, std::move(message));
    return false;
  }
  const ast::Cell *innerCell(const ast::Name &name);
  void apply(const ast::Cell &cell, const Application &at, unsigned depth);
  void drop(const ast::Tie &tie, const Application &at);
  void equation(const ast::Tie &tie, const Application &at);
  bool matchLeft(const ast::Tie &tie, const WrittenPath &path, const Application &at, Equation &equation);
  bool position(const ast::Item &item, llvm::StringRef axis, int64_t stride, Equation &equation);
  bool position(const ast::Expr &e, llvm::StringRef axis, int64_t stride, Equation &equation);
  bool summand(const ast::Item &item, llvm::StringRef axis, int64_t stride, Equation &equation);
  bool collectReads(const ast::Expr &e, const Application &at, Equation &equation);
  std::optional<FileName> fileName(const std::string &text, Range range, const Indices &indices,
                                   const FileName &prefix);
  std::optional<Affine> affine(const ast::Expr &e, const Indices &indices);
  std::string resolve(const FileName &name, const Indices &indices) const;
  void loopNames(Equation &equation, size_t index);
  bool bindReads(Equation &equation);
  bool bindRead(Equation &equation, Read &read);
  void loopElements(Equation &equation, size_t index);
  void copyRow(Equation &equation, size_t index);
  void element(Equation &equation);
  bool give(Equation &equation, int64_t target);
  double value(const ast::Expr &e, Equation &equation);
  void checkAllGiven();
  void checkAllRead();
  int64_t sizeOf(llvm::StringRef axis) const { return axes.size(axis).constant().value_or(0); }

  const ast::Program &program;
  const Edge &edge;
  SafetensorsFile &file;
  const std::string &path;
  llvm::StringRef real;
  const AxisTable &axes;
  Diagnostics &diagnostics;
  std::map<std::string, Weight> weights;
  std::map<std::string, std::vector<bool>> seen;
  std::vector<bool> named; // of the current equation: indices that stand in names
};

constexpr unsigned deepestApplication = 100;

} // namespace

static bool isCheckpoint(const ast::Cell &cell) {
  return cell.composition.empty() && cell.target.text == "file";
}

const ast::Cell *CheckpointReader::innerCell(const ast::Name &name) {
  for (const ast::Declaration &declaration : program.declarations)
    if (auto *cell = std::get_if<ast::Cell>(&declaration.node); cell && cell->name.text == name.text)
      return isCheckpoint(*cell) ? cell : nullptr;
  return nullptr;
}

std::vector<Tensor> CheckpointReader::run(const ast::Cell &cell) {
  if (!fitInMemory(edge.weights, "the weights", real, axes, {}, diagnostics))
    return {};
  for (const EdgeWire &wire : edge.weights) {
    Weight weight{&wire, {storedType(wire.type, real), shapeOf(wire.type, axes, {}), {}}, {}};
    weight.tensor.data.resize(byteCount(weight.tensor.type, weight.tensor.shape).value_or(0));
    weight.given.resize(weight.tensor.count());
    weights.emplace(wire.name, std::move(weight));
  }
  apply(cell, {}, 0);
  checkAllGiven();
  if (!diagnostics.hasErrors())
    checkAllRead();
  std::vector<Tensor> tensors;
  for (const EdgeWire &wire : edge.weights)
    tensors.push_back(std::move(weights[wire.name].tensor));
  return tensors;
}

void CheckpointReader::apply(const ast::Cell &cell, const Application &at, unsigned depth) {
  for (const ast::Tie &tie : cell.ties) {
    if (tie.kind == ast::Tie::Kind::drop) {
      drop(tie, at);
    } else if (tie.kind == ast::Tie::Kind::assign) {
      equation(tie, at);
    } else {
      const ast::Cell *inner = innerCell(tie.cell);
      std::optional<WrittenPath> target = pathOf(*tie.target);
      if (!inner || !target || depth == deepestApplication) {
        fail("cell.target", tie.cell.range, "`" + tie.cell.text + "` is no cell to a file");
        continue;
      }
      Application next{joinPath(at.path, target->text), at.indices, {}};
      for (const ast::Item *item : target->items)
        if (item->value && item->value->kind == ast::Expr::Kind::name)
          next.indices.push_back({item->value->name.text});
      if (std::optional<FileName> prefix = fileName(tie.text, tie.textRange, next.indices, at.prefix))
        next.prefix = std::move(*prefix);
      apply(*inner, next, depth + 1);
    }
  }
}

// Names: `h.{l + 1}.weight`, with `{{` for a brace.
std::optional<FileName> CheckpointReader::fileName(const std::string &text, Range range,
                                                   const Indices &indices, const FileName &prefix) {
  FileName name = prefix;
  name.push_back({});
  for (size_t i = 0; i < text.size(); ++i) {
    bool brace = text[i] == '{' || text[i] == '}';
    if (!brace || (i + 1 < text.size() && text[i + 1] == text[i])) {
      name.back().text += text[i];
      i += brace;
      continue;
    }
    size_t end = text.find('}', i);
    llvm::StringRef inside = llvm::StringRef(text).slice(i + 1, end).trim();
    bool isMinus = inside.contains('-');
    auto [variable, number] = inside.split(isMinus ? '-' : '+');
    NamePart part;
    auto index = llvm::find_if(indices, [&](const Index &it) { return it.name == variable.trim(); });
    bool isNumber = number.empty() || !number.trim().getAsInteger(10, part.plus);
    if (end == std::string::npos || index == indices.end() || !isNumber) {
      fail("index.unbound", range, "`{" + inside.str() + "}` is no index of the left side");
      return std::nullopt;
    }
    part.plus = isMinus ? -part.plus : part.plus;
    part.index = index - indices.begin();
    name.push_back(part);
    name.push_back({});
    i = end;
  }
  return name;
}

std::string CheckpointReader::resolve(const FileName &name, const Indices &indices) const {
  std::string text;
  for (const NamePart &part : name)
    text += part.index ? std::to_string(indices[*part.index].value + part.plus) : part.text;
  return text;
}

// The left side: each position is an index, a part of one, or a constant.
bool CheckpointReader::position(const ast::Expr &e, llvm::StringRef axis, int64_t stride,
                                Equation &equation) {
  const AxisTable::Axis *info = axes.find(axis);
  if (e.kind == ast::Expr::Kind::group)
    return position(*e.children[0], axis, stride, equation);
  if (e.kind == ast::Expr::Kind::name) {
    auto element = llvm::find(info->elements, e.name.text);
    if (element != info->elements.end())
      equation.offset += stride * (element - info->elements.begin());
    else
      equation.indices.push_back({e.name.text, sizeOf(axis), stride});
    return true;
  }
  int64_t number;
  if (e.kind == ast::Expr::Kind::number && !llvm::StringRef(e.text).getAsInteger(10, number)) {
    if (number >= sizeOf(axis))
      return fail("index.range", e.range, fmt::format("axis `{}` has {} elements", axis.str(), sizeOf(axis)));
    equation.offset += stride * number;
    return true;
  }
  if (e.kind != ast::Expr::Kind::pair || info->kind != AxisKind::product ||
      info->parts.size() != e.children.size())
    return fail("cell.axis", e.range, "this is no index of axis `" + axis.str() + "`");
  for (size_t i = e.children.size(); i-- > 0;) {
    if (!position(*e.children[i], info->parts[i], stride, equation))
      return false;
    stride *= sizeOf(info->parts[i]);
  }
  return true;
}

bool CheckpointReader::summand(const ast::Item &item, llvm::StringRef axis, int64_t stride,
                               Equation &equation) {
  const AxisTable::Axis *info = axes.find(axis);
  for (const std::string &part : info->parts) {
    if (part == item.name.text)
      return position(*item.value, part, stride, equation);
    equation.offset += stride * sizeOf(part);
  }
  return fail("cell.axis", item.range, "`" + item.name.text + "` is no summand of axis `" + axis.str() + "`");
}

bool CheckpointReader::position(const ast::Item &item, llvm::StringRef axis, int64_t stride,
                                Equation &equation) {
  if (item.kind == ast::Item::Kind::summand)
    return summand(item, axis, stride, equation);
  if (item.kind == ast::Item::Kind::expression)
    return position(*item.value, axis, stride, equation);
  return fail("syntax", item.range, "an index, a pair, `Left i` or a number stands here");
}

bool CheckpointReader::matchLeft(const ast::Tie &tie, const WrittenPath &written, const Application &at,
                                 Equation &equation) {
  std::string name = joinPath(at.path, written.text);
  auto weight = weights.find(name);
  if (weight == weights.end()) {
    std::string names;
    for (size_t i = 0; i < edge.weights.size() && i < 12; ++i)
      names += (i ? ", `" : "`") + edge.weights[i].name + "`";
    diagnostics.error("cell.target", written.range, "there is no weight `" + name + "`")
        .note("there are " + names);
    return false;
  }
  equation.weight = &weight->second;
  equation.weight->assigned = true;
  equation.tie = &tie;
  ObjectType type = weight->second.wire->type;
  size_t around = at.indices.size(), rank = type.rank();
  bool whole = tie.value->kind == ast::Expr::Kind::string;
  size_t here = around + written.items.size();
  if (here > rank || (here < rank && !whole)) {
    return fail("cell.axis", written.range,
                fmt::format("weight `{}` has {} axes, and {} positions stand here", name, rank, here));
  }
  std::vector<int64_t> strides(rank, 1);
  for (size_t i = rank; i-- > 1;)
    strides[i - 1] = strides[i] * sizeOf(type.getAxes()[i].getValue());
  for (size_t i = 0; i < rank; ++i) {
    llvm::StringRef axis = type.getAxes()[i].getValue();
    if (i < around)
      equation.indices.push_back({at.indices[i].name, sizeOf(axis), strides[i]});
    else if (i >= here)
      equation.indices.push_back({"", sizeOf(axis), strides[i]});
    else if (!position(*written.items[i - around], axis, strides[i], equation))
      return false;
  }
  return true;
}

std::optional<Affine> CheckpointReader::affine(const ast::Expr &e, const Indices &indices) {
  Affine result;
  result.strides.resize(indices.size());
  auto combine = [&](const Affine &other, int64_t factor) {
    result.offset += factor * other.offset;
    for (size_t i = 0; i < indices.size(); ++i)
      result.strides[i] += factor * other.strides[i];
  };
  switch (e.kind) {
  case ast::Expr::Kind::group:
    return affine(*e.children[0], indices);
  case ast::Expr::Kind::number:
    if (llvm::StringRef(e.text).getAsInteger(10, result.offset))
      break;
    return result;
  case ast::Expr::Kind::sizeOf:
    if (!axes.find(e.name.text))
      break;
    result.offset = sizeOf(e.name.text);
    return result;
  case ast::Expr::Kind::name: {
    auto index = llvm::find_if(indices, [&](const Index &it) { return it.name == e.name.text; });
    if (index == indices.end())
      break;
    result.size = index->size;
    result.strides[index - indices.begin()] = 1;
    return result;
  }
  case ast::Expr::Kind::pair: {
    int64_t inner = 1;
    for (size_t i = e.children.size(); i-- > 0;) {
      std::optional<Affine> part = affine(*e.children[i], indices);
      if (!part || (i && !part->size))
        return std::nullopt;
      combine(*part, inner);
      inner *= i ? part->size : std::max<int64_t>(part->size, 1);
      result.size = i || part->size ? inner : 0;
    }
    return result;
  }
  case ast::Expr::Kind::binary: {
    std::optional<Affine> a = affine(*e.children[0], indices), b = affine(*e.children[1], indices);
    auto isConstant = [](const Affine &x) {
      return llvm::all_of(x.strides, [](int64_t s) { return s == 0; });
    };
    if (!a || !b)
      return std::nullopt;
    if (e.op == ast::Operator::add || e.op == ast::Operator::subtract) {
      combine(*a, 1);
      combine(*b, e.op == ast::Operator::add ? 1 : -1);
      return result;
    }
    if (e.op == ast::Operator::multiply && (isConstant(*a) || isConstant(*b))) {
      isConstant(*a) ? combine(*b, a->offset) : combine(*a, b->offset);
      return result;
    }
    break;
  }
  default:
    break;
  }
  fail("index.unbound", e.range,
       "a position in a file is an index of the left side, a number, a pair, or a sum of them");
  return std::nullopt;
}

// The tensors that the right side reads.
bool CheckpointReader::collectReads(const ast::Expr &e, const Application &at, Equation &equation) {
  bool isBracket = e.kind == ast::Expr::Kind::bracket && e.children[0]->kind == ast::Expr::Kind::string;
  if (e.kind == ast::Expr::Kind::string || isBracket) {
    const ast::Expr &text = isBracket ? *e.children[0] : e;
    std::optional<FileName> name = fileName(text.text, text.range, equation.indices, at.prefix);
    if (!name)
      return false;
    Read read;
    read.node = &e;
    read.name = std::move(*name);
    for (const ast::Item &item : e.brackets.items) {
      if (item.kind != ast::Item::Kind::expression)
        return fail("syntax", item.range, "an index, a number or a pair stands here");
      std::optional<Affine> position = affine(*item.value, equation.indices);
      if (!position)
        return false;
      read.positions.push_back(std::move(*position));
    }
    equation.reads.push_back(std::move(read));
    return true;
  }
  static const std::set<std::string> types{"real", "f64", "f32", "f16", "bf16",
                                           "i64",  "i32", "i16", "i8",  "u8"};
  switch (e.kind) {
  case ast::Expr::Kind::call:
    if (e.children[0]->kind != ast::Expr::Kind::name || !types.count(e.children[0]->name.text) ||
        e.children.size() != 2)
      break;
    equation.converts = true;
    return collectReads(*e.children[1], at, equation);
  case ast::Expr::Kind::number:
    return true;
  case ast::Expr::Kind::group:
  case ast::Expr::Kind::unary:
  case ast::Expr::Kind::binary:
    return llvm::all_of(e.children, [&](auto &child) { return collectReads(*child, at, equation); });
  default:
    break;
  }
  return fail("cell.target", e.range,
              "on the right of a file's cell stand tensors in quotes, numbers, `+ - * /` and conversions");
}

void CheckpointReader::equation(const ast::Tie &tie, const Application &at) {
  Equation equation;
  std::optional<WrittenPath> written = pathOf(*tie.target);
  if (!written || !matchLeft(tie, *written, at, equation) || !collectReads(*tie.value, at, equation))
    return;
  named.assign(equation.indices.size(), false);
  for (const Read &read : equation.reads)
    for (const NamePart &part : read.name)
      if (part.index)
        named[*part.index] = true;
  loopNames(equation, 0);
}

// Indices in names first: for each of their values the tensors are looked up once.
void CheckpointReader::loopNames(Equation &equation, size_t index) {
  while (index < named.size() && !named[index])
    ++index;
  if (index == named.size()) {
    if (bindReads(equation))
      loopElements(equation, 0);
    return;
  }
  Index &loop = equation.indices[index];
  for (loop.value = 0; loop.value < loop.size; ++loop.value) {
    if (diagnostics.errorCount() > 20)
      return;
    loopNames(equation, index + 1);
  }
}

bool CheckpointReader::bindReads(Equation &equation) {
  return llvm::all_of(equation.reads, [&](Read &read) { return bindRead(equation, read); });
}

bool CheckpointReader::bindRead(Equation &equation, Read &read) {
  std::string name = resolve(read.name, equation.indices);
  read.view = file.find(name);
  if (!read.view)
    return fail("weights.missing", read.node->range, "`" + path + "` holds no `" + name + "`");
  ElementType want = equation.weight->tensor.type;
  if (read.view->type != want && !equation.converts) {
    diagnostics
        .error("weights.type", read.node->range,
               fmt::format("`{}` holds {}, but weight `{}` holds {}", name, elementName(read.view->type),
                           equation.weight->wire->name, elementName(want)))
        .note("nothing converts by itself: write `real(\"…\"[…])`");
    return false;
  }
  std::vector<Affine> positions = read.positions;
  if (positions.empty())
    for (size_t i = 0; i < equation.indices.size(); ++i)
      if (!named[i]) {
        positions.push_back({0, equation.indices[i].size, std::vector<int64_t>(equation.indices.size())});
        positions.back().strides[i] = 1;
      }
  const std::vector<int64_t> &shape = read.view->shape;
  bool fits = positions.size() == shape.size();
  read.strides.assign(equation.indices.size(), 0);
  read.offset = 0;
  int64_t stride = 1;
  for (size_t d = shape.size(); fits && d-- > 0; stride *= shape[d]) {
    int64_t low = positions[d].offset, high = positions[d].offset;
    for (size_t i = 0; i < equation.indices.size(); ++i) {
      int64_t step = positions[d].strides[i];
      int64_t from = named[i] ? equation.indices[i].value : 0,
              to = named[i] ? from : equation.indices[i].size - 1;
      low += std::min(step * from, step * to);
      high += std::max(step * from, step * to);
      read.strides[i] += step * stride;
    }
    read.offset += positions[d].offset * stride;
    bool isEmpty = llvm::any_of(equation.indices, [](const Index &index) { return index.size == 0; });
    fits = isEmpty || (low >= 0 && high < shape[d]);
    if (read.positions.empty())
      fits &= positions[d].size == shape[d];
  }
  if (!fits)
    return fail("weights.shape", read.node->range,
                fmt::format("`{}` holds `{}` of shape [{}], which these positions do not fit", path, name,
                            fmt::join(shape, ", ")));
  read.seen = &seen[name];
  read.seen->resize(read.view->bytes / elementBytes(read.view->type));
  return true;
}

void CheckpointReader::loopElements(Equation &equation, size_t index) {
  while (index < named.size() && named[index])
    ++index;
  if (index == named.size())
    return element(equation);
  Index &loop = equation.indices[index];
  bool innermost = std::find(named.begin() + index + 1, named.end(), false) == named.end();
  const ast::Expr *right = equation.tie->value.get();
  if (innermost && equation.reads.size() == 1 && equation.reads[0].node == right)
    return copyRow(equation, index);
  for (loop.value = 0; loop.value < loop.size; ++loop.value)
    loopElements(equation, index + 1);
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

bool CheckpointReader::give(Equation &equation, int64_t target) {
  Weight &weight = *equation.weight;
  if (!weight.given[target]) {
    weight.given[target] = true;
    return true;
  }
  if (diagnostics.errorCount() < 20)
    fail("cell.twice", equation.tie->range,
         "elements of weight `" + weight.wire->name + "` are given a second time");
  return false;
}

void CheckpointReader::element(Equation &equation) {
  int64_t target = targetOf(equation.offset, equation.indices);
  if (give(equation, target))
    writeElement(equation.weight->tensor, target, value(*equation.tie->value, equation));
}

// The right side is one read, of the same element type.
void CheckpointReader::copyRow(Equation &equation, size_t index) {
  Index &loop = equation.indices[index];
  loop.value = 0;
  const Read &read = equation.reads[0];
  int64_t target = targetOf(equation.offset, equation.indices),
          source = placeOf(read.strides, read.offset, equation.indices);
  size_t bytes = elementBytes(equation.weight->tensor.type);
  std::byte *to = equation.weight->tensor.data.data();
  for (int64_t i = 0; i < loop.size; ++i, target += loop.stride, source += read.strides[index]) {
    if (!give(equation, target))
      return;
    std::memcpy(to + target * bytes, read.view->data + source * bytes, bytes);
    (*read.seen)[source] = true;
  }
}

double CheckpointReader::value(const ast::Expr &e, Equation &equation) {
  for (const Read &read : equation.reads)
    if (read.node == &e) {
      int64_t source = placeOf(read.strides, read.offset, equation.indices);
      (*read.seen)[source] = true;
      return elementAsDouble(read.view->type, read.view->data, source);
    }
  switch (e.kind) {
  case ast::Expr::Kind::number: {
    std::string digits = e.text;
    llvm::erase(digits, '_');
    return std::stod(digits);
  }
  case ast::Expr::Kind::call:
    return value(*e.children[1], equation);
  case ast::Expr::Kind::unary:
    return -value(*e.children[0], equation);
  case ast::Expr::Kind::binary: {
    double a = value(*e.children[0], equation), b = value(*e.children[1], equation);
    switch (e.op) {
    case ast::Operator::add:
      return a + b;
    case ast::Operator::subtract:
      return a - b;
    case ast::Operator::multiply:
      return a * b;
    default:
      return a / b;
    }
  }
  default:
    return value(*e.children[0], equation);
  }
}

// `{l}` matches any number; a name that the file has not is fine.
static bool matches(llvm::StringRef pattern, llvm::StringRef name) {
  size_t open = pattern.find('{');
  if (open == llvm::StringRef::npos)
    return pattern == name;
  if (!name.consume_front(pattern.take_front(open)))
    return false;
  size_t digits = name.find_first_not_of("0123456789");
  digits = digits == llvm::StringRef::npos ? name.size() : digits;
  return digits && matches(pattern.drop_front(pattern.find('}', open) + 1), name.drop_front(digits));
}

void CheckpointReader::drop(const ast::Tie &tie, const Application &at) {
  std::string pattern;
  for (const NamePart &part : at.prefix)
    pattern += part.index ? "{}" : part.text;
  pattern += tie.text;
  for (const auto &[name, view] : file.tensors()) {
    if (!matches(pattern, name))
      continue;
    std::vector<bool> &elements = seen[name];
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

// A weight that no equation names is read under its own name.
void CheckpointReader::checkAllGiven() {
  for (auto &[name, weight] : weights) {
    if (weight.assigned) {
      size_t missing = llvm::count(weight.given, false);
      if (missing && !diagnostics.hasErrors())
        fail("weights.missing", {},
             fmt::format("no equation gives {} elements of weight `{}`", missing, name));
      continue;
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
}

void CheckpointReader::checkAllRead() {
  for (const auto &[name, view] : file.tensors()) {
    auto read = seen.find(name);
    size_t count = view.bytes / elementBytes(view.type);
    size_t unread = read == seen.end() ? count : llvm::count(read->second, false);
    if (unread == count && (count || read == seen.end()))
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

static bool startsFrom(const ast::Cell &cell, llvm::StringRef entry) {
  const ast::Diagram *subject = cell.subject.get();
  while (subject && subject->kind == ast::Diagram::Kind::group)
    subject = subject->parts[0].get();
  return subject && subject->kind == ast::Diagram::Kind::instance && subject->name.text == entry;
}

const ast::Cell *checkpointCell(const ast::Program &program, llvm::StringRef entry, const std::string &name,
                                Diagnostics &diagnostics) {
  std::vector<const ast::Cell *> cells;
  for (const ast::Declaration &declaration : program.declarations)
    if (auto *cell = std::get_if<ast::Cell>(&declaration.node);
        cell && isCheckpoint(*cell) && startsFrom(*cell, entry) && (name.empty() || cell->name.text == name))
      cells.push_back(cell);
  if (cells.size() == 1)
    return cells.front();
  if (!name.empty())
    diagnostics.error("name.unknown", {},
                      "there is no cell `" + name + "` from `" + entry.str() + "` to a file");
  else if (cells.size() > 1)
    diagnostics
        .error("name.unknown", cells[1]->name.range, "`" + entry.str() + "` has several cells to files")
        .note(cells[0]->name.range, "one is here")
        .note("choose one by `--cell NAME`");
  return nullptr;
}

std::vector<Tensor> readCheckpoint(const ast::Program &program, const ast::Cell &cell, const Edge &edge,
                                   SafetensorsFile &file, const std::string &path, llvm::StringRef real,
                                   const AxisTable &axes, Diagnostics &diagnostics) {
  return CheckpointReader(program, edge, file, path, real, axes, diagnostics).run(cell);
}

std::vector<Tensor> weightsFromFile(Compilation &compilation, const ToolOptions &options, const Edge &edge,
                                    const AxisTable &axes) {
  Diagnostics &diagnostics = compilation.diagnostics;
  const std::string &real = options.compilation.real;
  const ast::Cell *cell = checkpointCell(*compilation.program, entryOf(*compilation.network).getSymName(),
                                         options.cell, diagnostics);
  if (!cell)
    return diagnostics.hasErrors() ? std::vector<Tensor>()
                                   : readWeights(edge, options.weights, real, axes, diagnostics);
  FileResult<SafetensorsFile> file = SafetensorsFile::open(options.weights);
  if (file)
    return readCheckpoint(*compilation.program, *cell, edge, *file, options.weights, real, axes, diagnostics);
  diagnostics.error(file.error().name, {}, file.error().message);
  return {};
}

} // namespace weft
