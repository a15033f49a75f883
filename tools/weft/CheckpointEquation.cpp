#include "tools/weft/CheckpointEquation.h"
#include "dialects/weft/WeightPaths.h"
#include "tools/weft/FileFormula.h"

#include <fmt/format.h>

namespace weft {

static constexpr int64_t farthestPosition = int64_t(1) << 40;

std::optional<CheckpointEquation> CheckpointParser::parse(const ast::Tie &tie, const Application &at) {
  CheckpointEquation equation;
  std::optional<WrittenPath> written = pathOf(*tie.target);
  bool well = written && matchLeft(tie, *written, at, equation) && collectReads(*tie.value, at, equation);
  return well ? std::optional(std::move(equation)) : std::nullopt;
}

// The left side: each position is an index, a part of one, or a constant.
bool CheckpointParser::position(const ast::Expr &e, llvm::StringRef axis, int64_t stride,
                                CheckpointEquation &equation) {
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

bool CheckpointParser::summand(const ast::Item &item, llvm::StringRef axis, int64_t stride,
                               CheckpointEquation &equation) {
  const AxisTable::Axis *info = axes.find(axis);
  for (const std::string &part : info->parts) {
    if (part == item.name.text)
      return position(*item.value, part, stride, equation);
    equation.offset += stride * sizeOf(part);
  }
  return fail("cell.axis", item.range, "`" + item.name.text + "` is no summand of axis `" + axis.str() + "`");
}

bool CheckpointParser::position(const ast::Item &item, llvm::StringRef axis, int64_t stride,
                                CheckpointEquation &equation) {
  if (item.kind == ast::Item::Kind::summand)
    return summand(item, axis, stride, equation);
  if (item.kind == ast::Item::Kind::expression)
    return position(*item.value, axis, stride, equation);
  return fail("syntax", item.range, "an index, a pair, `Left i` or a number stands here");
}

bool CheckpointParser::matchLeft(const ast::Tie &tie, const WrittenPath &written, const Application &at,
                                 CheckpointEquation &equation) {
  std::string name = joinPath(at.path, written.text);
  auto weight = llvm::find_if(edge.weights, [&](const EdgeWire &wire) { return wire.name == name; });
  if (weight == edge.weights.end()) {
    std::string names;
    for (size_t i = 0; i < edge.weights.size() && i < 12; ++i)
      names += (i ? ", `" : "`") + edge.weights[i].name + "`";
    diagnostics.error("cell.target", written.range, "there is no weight `" + name + "`")
        .note("there are " + names);
    return false;
  }
  equation.weight = weight - edge.weights.begin();
  equation.tie = &tie;
  ObjectType type = weight->type;
  size_t around = at.items.size(), rank = type.rank();
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
    if (i >= here)
      equation.indices.push_back({"", sizeOf(axis), strides[i]});
    else if (!position(i < around ? *at.items[i] : *written.items[i - around], axis, strides[i], equation))
      return false;
  }
  return true;
}

std::optional<Application> CheckpointParser::inside(const WrittenPath &target, const Application &at) {
  Application next{joinPath(at.path, target.text), at.items, {}, {}};
  next.items.insert(next.items.end(), target.items.begin(), target.items.end());
  llvm::StringRef rest;
  auto weight = llvm::find_if(edge.weights, [&](const EdgeWire &wire) {
    return isUnder(wire.name, next.path, rest) && !rest.empty();
  });
  if (weight == edge.weights.end() || weight->type.rank() < next.items.size()) {
    fail("cell.target", target.range, "there is no box with weights `" + next.path + "` at these positions");
    return std::nullopt;
  }
  CheckpointEquation around;
  for (auto [item, axis] : llvm::zip(next.items, weight->type.getAxes()))
    if (!position(*item, axis.getValue(), 0, around))
      return std::nullopt;
  next.indices = std::move(around.indices);
  return next;
}

std::optional<Affine> FilePosition::along(int64_t dimension) const {
  if (!outside)
    return inside;
  if (known <= 0 || dimension % known)
    return std::nullopt;
  Affine result = inside;
  int64_t size = dimension / known;
  result.offset += outside->offset * size;
  for (auto [sum, stride] : llvm::zip(result.strides, outside->strides))
    sum += stride * size;
  return result;
}

static void factorsOf(const ast::Expr &e, std::vector<const ast::Expr *> &factors) {
  if (e.kind != ast::Expr::Kind::pair && e.kind != ast::Expr::Kind::group)
    return factors.push_back(&e);
  for (const ast::ExprPtr &child : e.children)
    factorsOf(*child, factors);
}

// A pair whose factors have known sizes, but for the outermost and one other.
std::optional<FilePosition> CheckpointParser::filePosition(const ast::Expr &e,
                                                           const CheckpointEquation &equation) {
  const Indices &indices = equation.indices;
  std::vector<const ast::Expr *> factors;
  factorsOf(e, factors);
  FilePosition result;
  int64_t stride = 1;
  bool isWhole = true; // the size of the outermost factor is known
  for (size_t i = factors.size(); i-- > 0;) {
    std::optional<Affine> factor = affine(*factors[i], equation);
    if (!factor)
      return std::nullopt;
    if (factors.size() == 1)
      return FilePosition{*factor, std::nullopt, 0};
    Affine &sum = result.outside ? *result.outside : result.inside;
    sum.strides.resize(indices.size());
    __int128 farthest = __int128(stride) * factor->offset + sum.offset;
    for (size_t k = 0; k < indices.size(); ++k)
      sum.strides[k] += stride * factor->strides[k];
    if (farthest > farthestPosition || stride > farthestPosition) {
      fail("limit", e.range, "a position in a file is less than 2^40");
      return std::nullopt;
    }
    sum.offset = static_cast<int64_t>(farthest);
    if (factor->size) {
      stride *= factor->size;
    } else if (i && !result.outside) {
      result.outside = Affine{0, 0, std::vector<int64_t>(indices.size())};
    } else if (!i && !result.outside) {
      isWhole = false;
    } else {
      fail("index.unbound", factors[i]->range,
           "the file tells the size of one factor, and no index does of this one");
      return std::nullopt;
    }
  }
  result.known = stride;
  result.inside.size = isWhole && !result.outside ? stride : 0;
  return result;
}

// Of numbers, or of indices that have values.
std::optional<Affine> CheckpointParser::quotient(const ast::Expr &e, const Affine &a, const Affine &b,
                                                 const CheckpointEquation &equation) {
  int64_t dividend = a.at(equation.indices), divisor = b.at(equation.indices);
  if (divisor <= 0) {
    fail("index.range", e.children[1]->range, "what a position is divided by is a positive number");
    return std::nullopt;
  }
  bool isQuotient = e.op == ast::Operator::div;
  bool isKnown = llvm::all_of(b.strides, [](int64_t stride) { return stride == 0; });
  Affine result;
  result.strides.resize(equation.indices.size());
  int64_t below = dividend >= 0 ? dividend / divisor : -((divisor - 1 - dividend) / divisor);
  result.offset = isQuotient ? below : dividend - below * divisor;
  if (isKnown)
    result.size = !isQuotient ? divisor : a.size % divisor == 0 ? a.size / divisor : 0;
  return result;
}

// The indices that `div` and `mod` are taken of.
static void fixIndices(const ast::Expr &e, bool inside, const Indices &indices, std::vector<bool> &fixed) {
  if (e.kind == ast::Expr::Kind::name && inside)
    for (size_t i = 0; i < indices.size(); ++i)
      if (indices[i].name == e.name.text)
        fixed[i] = true;
  bool divides =
      e.kind == ast::Expr::Kind::binary && (e.op == ast::Operator::div || e.op == ast::Operator::mod);
  for (const ast::ExprPtr &child : e.children)
    fixIndices(*child, inside || divides, indices, fixed);
}

std::optional<Affine> CheckpointParser::affine(const ast::Expr &e, const CheckpointEquation &equation) {
  const Indices &indices = equation.indices;
  Affine result;
  result.strides.resize(indices.size());
  bool isTooLarge = false;
  auto addTo = [&](int64_t &sum, int64_t factor, int64_t number) {
    __int128 exact = sum + __int128(factor) * number;
    isTooLarge |= exact > farthestPosition || exact < -farthestPosition;
    sum = isTooLarge ? 0 : static_cast<int64_t>(exact);
  };
  auto combine = [&](const Affine &other, int64_t factor) {
    addTo(result.offset, factor, other.offset);
    for (size_t i = 0; i < indices.size(); ++i)
      addTo(result.strides[i], factor, other.strides[i]);
  };
  auto checked = [&] {
    if (isTooLarge)
      fail("limit", e.range, "a position in a file is less than 2^40");
    return isTooLarge ? std::nullopt : std::optional(result);
  };
  switch (e.kind) {
  case ast::Expr::Kind::group:
    return affine(*e.children[0], equation);
  case ast::Expr::Kind::number: {
    std::string digits = e.text;
    llvm::erase(digits, '_');
    if (llvm::StringRef(digits).getAsInteger(10, result.offset))
      break;
    isTooLarge = result.offset > farthestPosition;
    return checked();
  }
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
  case ast::Expr::Kind::pair:
    if (std::optional<FilePosition> whole = filePosition(e, equation); !whole || !whole->outside)
      return whole ? std::optional(whole->inside) : std::nullopt;
    break;
  case ast::Expr::Kind::binary: {
    std::optional<Affine> a = affine(*e.children[0], equation), b = affine(*e.children[1], equation);
    auto isConstant = [](const Affine &x) {
      return llvm::all_of(x.strides, [](int64_t s) { return s == 0; });
    };
    if (!a || !b)
      return std::nullopt;
    if (e.op == ast::Operator::add || e.op == ast::Operator::subtract) {
      combine(*a, 1);
      combine(*b, e.op == ast::Operator::add ? 1 : -1);
      return checked();
    }
    if (e.op == ast::Operator::div || e.op == ast::Operator::mod)
      return quotient(e, *a, *b, equation);
    if (e.op == ast::Operator::multiply && (isConstant(*a) || isConstant(*b))) {
      isConstant(*a) ? combine(*b, a->offset) : combine(*a, b->offset);
      return checked();
    }
    break;
  }
  default:
    break;
  }
  fail("index.unbound", e.range,
       "a position in a file is an index of the left side, a number, a pair, or a sum, `div` or `mod` of "
       "them");
  return std::nullopt;
}

bool CheckpointParser::place(FileRead &read, const CheckpointEquation &equation) {
  read.positions.clear();
  for (const ast::Item &item : read.node->brackets.items) {
    std::optional<FilePosition> position = filePosition(*item.value, equation);
    if (!position)
      return false;
    read.positions.push_back(std::move(*position));
  }
  return true;
}

// The tensors that the right side reads.
bool CheckpointParser::collectReads(const ast::Expr &e, const Application &at, CheckpointEquation &equation) {
  bool isBracket = e.kind == ast::Expr::Kind::bracket && e.children[0]->kind == ast::Expr::Kind::string;
  if (e.kind == ast::Expr::Kind::string || isBracket) {
    const ast::Expr &text = isBracket ? *e.children[0] : e;
    std::optional<FileName> name =
        parseFileName(text.text, text.range, equation.indices, at.prefix, axes, diagnostics);
    if (!name)
      return false;
    FileRead read;
    read.node = &e;
    read.name = std::move(*name);
    equation.fixed.resize(equation.indices.size());
    for (const NamePart &part : read.name)
      for (size_t i = 0; part.number && i < part.number->strides.size(); ++i)
        if (part.number->strides[i])
          equation.fixed[i] = true;
    std::vector<bool> divided(equation.indices.size());
    for (const ast::Item &item : e.brackets.items) {
      if (item.kind != ast::Item::Kind::expression)
        return fail("syntax", item.range, "an index, a number or a pair stands here");
      fixIndices(*item.value, false, equation.indices, divided);
    }
    read.varies = llvm::is_contained(divided, true);
    for (size_t i = 0; i < divided.size(); ++i)
      equation.fixed[i] = equation.fixed[i] || divided[i];
    if (!place(read, equation))
      return false;
    equation.reads.push_back(std::move(read));
    return true;
  }
  switch (e.kind) {
  case ast::Expr::Kind::call:
    if (e.children[0]->kind != ast::Expr::Kind::name || !isFileConversion(e.children[0]->name.text) ||
        e.children.size() != 2)
      break;
    equation.converts = true;
    return collectReads(*e.children[1], at, equation);
  case ast::Expr::Kind::number:
    return true;
  case ast::Expr::Kind::unary:
  case ast::Expr::Kind::binary:
    if (!isFileOperator(e.op))
      break;
    [[fallthrough]];
  case ast::Expr::Kind::group:
    return llvm::all_of(e.children, [&](auto &child) { return collectReads(*child, at, equation); });
  default:
    break;
  }
  return fail("cell.target", e.range,
              "on the right of a file's cell stand tensors in quotes, numbers, `+ - * /`, `div`, `mod` and "
              "conversions");
}

} // namespace weft
