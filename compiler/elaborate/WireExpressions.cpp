// Expressions of whole wires: boxes applied, and `+ - * /` between wires of the very same type.
#include "compiler/elaborate/Body.h"
#include "compiler/elaborate/Functions.h"
#include "compiler/elaborate/Instances.h"
#include "compiler/elaborate/NearNames.h"
#include "compiler/elaborate/SizeExpressions.h"
#include "compiler/elaborate/Types.h"

using namespace mlir;

namespace weft {

static bool isArithmetic(const ast::Expr &e) {
  if (e.kind == ast::Expr::Kind::unary)
    return e.op == ast::Operator::negate;
  return e.kind == ast::Expr::Kind::binary &&
         (e.op == ast::Operator::add || e.op == ast::Operator::subtract || e.op == ast::Operator::multiply ||
          e.op == ast::Operator::divide);
}

// Taken for a wire or a box, a name that means nothing gets the better message.
static bool isUnknown(Body &body, const std::string &name) {
  return !body.environment.binds(name) && !body.state.scope.find(name, body.environment.standard) &&
         name != "pi" && !builtinFunction(name) && !isElementType(name);
}

// The name that a call applies, when it applies a box.
static const ast::Name *boxHead(Body &body, const ast::Expr &call) {
  const ast::Expr &head = *call.children[0];
  const ast::Expr &name = head.kind == ast::Expr::Kind::bracket ? *head.children[0] : head;
  if (name.kind != ast::Expr::Kind::name)
    return nullptr;
  const std::string &text = name.name.text;
  const Entity *entity = body.state.scope.find(text, body.environment.standard);
  bool isStructure = text == "id" || text == "copy" || text == "swap";
  bool isBox = body.occurrences.boxes.count(text) || body.environment.boxes.count(text) ||
               (entity ? entity->kind == EntityKind::morphism || entity->kind == EntityKind::cell
                       : isStructure || isUnknown(body, text));
  return isBox ? &name.name : nullptr;
}

bool isWireExpression(Body &body, const ast::Expr &e) {
  auto childrenAre = [&](size_t first) {
    return llvm::all_of(llvm::drop_begin(e.children, first),
                        [&](const ast::ExprPtr &child) { return isWireExpression(body, *child); });
  };
  switch (e.kind) {
  case ast::Expr::Kind::name:
    return body.find(e.name.text) ||
           (!body.occurrences.boxes.count(e.name.text) && isUnknown(body, e.name.text));
  case ast::Expr::Kind::group:
  case ast::Expr::Kind::pair:
    return childrenAre(0);
  case ast::Expr::Kind::unary:
  case ast::Expr::Kind::binary:
    return isArithmetic(e) && childrenAre(0);
  case ast::Expr::Kind::call:
    return boxHead(body, e) && childrenAre(1);
  default:
    return false;
  }
}

// A name that nothing has.
static std::string freeName(Body &body) {
  std::string name = "value";
  while (body.find(name) || body.environment.binds(name))
    name += "_2";
  return name;
}

static bool isTensor(Body &body, const ast::Expr &e) {
  Wire *wire = e.kind == ast::Expr::Kind::name ? body.find(e.name.text) : nullptr;
  Type type = !wire ? Type() : wire->value ? wire->value.getType() : wire->type;
  auto object = dyn_cast_or_null<ObjectType>(type);
  return object && !object.getAxes().empty();
}

bool reportNumberForWire(Body &body, const ast::Expr &e) {
  const ast::Name *box = e.kind == ast::Expr::Kind::call ? boxHead(body, e) : nullptr;
  bool takesTensors = box && llvm::any_of(llvm::drop_begin(e.children), [&](const ast::ExprPtr &argument) {
                        return isTensor(body, *argument);
                      });
  if (!takesTensors)
    return false;
  for (auto [i, argument] : llvm::enumerate(llvm::drop_begin(e.children))) {
    if (isWireExpression(body, *argument))
      continue;
    body.state
        .error("type.element", argument->range,
               "argument " + std::to_string(i + 1) + " of `" + box->text + "` is no wire, which a box takes")
        .note("give it a name before, and then that name: `" + freeName(body) + " = …`");
    return true;
  }
  return false;
}

namespace {

class WireExpressions {
public:
  WireExpressions(Body &body, StringRef name) : body(body), state(body.state), name(name) {}

  std::optional<Values> emit(const ast::Expr &e, ArrayRef<Type> expected) {
    switch (e.kind) {
    case ast::Expr::Kind::name:
      return wire(e);
    case ast::Expr::Kind::group:
      return emit(*e.children[0], expected);
    case ast::Expr::Kind::pair: {
      Values all;
      for (const ast::ExprPtr &child : e.children) {
        std::optional<Values> values = emit(*child, {});
        if (!values)
          return std::nullopt;
        all.append(*values);
      }
      return all;
    }
    case ast::Expr::Kind::call:
      return call(e, expected);
    default:
      return arithmetic(e, expected);
    }
  }

private:
  std::optional<Values> wire(const ast::Expr &e) {
    Wire *wire = body.find(e.name.text);
    if (!wire)
      suggestName(state, state.error("name.unknown", e.range, "there is no wire `" + e.name.text + "`"),
                  e.name.text, {}, body.environment, llvm::to_vector(body.wireNames.keys()));
    if (!wire || !wire->value)
      return std::nullopt;
    Values leaves;
    body.diagrams.unpack(wire->value, leaves, e.range);
    return leaves;
  }

  std::optional<Values> call(const ast::Expr &e, ArrayRef<Type> expected) {
    Values inputs;
    bool well = true;
    for (size_t i = 1; i < e.children.size(); ++i) {
      std::optional<Values> values = emit(*e.children[i], {});
      well &= values.has_value();
      if (values)
        inputs.append(*values);
    }
    const ast::Expr &head = *e.children[0];
    const ast::Name &callee = *boxHead(body, e);
    auto box = body.occurrences.boxes.find(callee.text);
    if (box != body.occurrences.boxes.end() && !useBox(box->second, callee.range))
      return std::nullopt;
    if (!well)
      return std::nullopt;
    if (box != body.occurrences.boxes.end())
      return body.diagrams.emit(*box->second.diagram, callee.text, inputs, expected);
    const ast::Brackets *brackets = head.kind == ast::Expr::Kind::bracket ? &head.brackets : nullptr;
    return body.diagrams.emitInstance(callee, brackets, body.occurrences.nameOf(&head, callee.text), inputs,
                                      expected, e.range);
  }

  bool useBox(Box &box, Range range) {
    if (box.use) {
      state.error("box.used-twice", range, "box `" + box.name.text + "` is used a second time")
          .note(*box.use, "first used here; a second occurrence is a second `box`");
      return false;
    }
    box.use = range;
    return true;
  }

  // The wires of a tree of signs, left to right.
  bool leaves(const ast::Expr &e, ArrayRef<Type> expected,
              std::vector<std::pair<const ast::Expr *, Value>> &found) {
    const ast::Expr &inner = withoutGroups(e);
    if (isArithmetic(inner)) {
      bool well = true;
      for (const ast::ExprPtr &child : inner.children)
        well &= leaves(*child, expected, found);
      return well;
    }
    std::optional<Values> values = emit(inner, expected);
    if (values && values->size() != 1)
      state.error("call.arity", inner.range,
                  "this gives " + counted(values->size(), "wire") +
                      ", and a sign stands between single ones");
    if (!values || values->size() != 1)
      return false;
    found.emplace_back(&inner, values->front());
    return true;
  }

  Value combined(const ast::Expr &e, OpBuilder &builder, ArrayRef<Value> reads, size_t &next) {
    const ast::Expr &inner = withoutGroups(e);
    if (!isArithmetic(inner))
      return reads[next++];
    SmallVector<Value> values;
    for (const ast::ExprPtr &child : inner.children)
      values.push_back(combined(*child, builder, reads, next));
    return ApplyOp::create(builder, state.location(inner.range), values.front().getType(),
                           functionOf(inner.op), values);
  }

  bool sameTypes(const ast::Expr &e, ArrayRef<std::pair<const ast::Expr *, Value>> operands) {
    auto type = cast<ObjectType>(operands.front().second.getType());
    for (auto &[expression, value] : operands) {
      auto other = cast<ObjectType>(value.getType());
      if (other == type)
        continue;
      state
          .error(other.getElement() == type.getElement() ? "wire.axis" : "type.element", expression->range,
                 "this wire is `" + text(other) + "`, but the first one is `" + text(type) + "`")
          .note("signs stand between wires of the very same type; with indices one says how others meet");
      return false;
    }
    if (type.isReal() || (type.isInteger() && !hasDivision(e)))
      return true;
    state.error("type.element", e.range, "wires of `" + text(type.scalar()) + "` have no such arithmetic");
    return false;
  }

  static bool hasDivision(const ast::Expr &e) {
    const ast::Expr &inner = withoutGroups(e);
    return isArithmetic(inner) &&
           (inner.op == ast::Operator::divide ||
            llvm::any_of(inner.children, [](auto &child) { return hasDivision(*child); }));
  }

  std::optional<Values> arithmetic(const ast::Expr &e, ArrayRef<Type> expected) {
    std::vector<std::pair<const ast::Expr *, Value>> operands;
    if (!leaves(e, expected, operands) || !sameTypes(e, operands))
      return std::nullopt;
    auto type = cast<ObjectType>(operands.front().second.getType());
    SmallVector<Value> wires;
    for (auto &[expression, value] : operands)
      if (!llvm::is_contained(wires, value))
        wires.push_back(value);
    Location location = state.location(e.range);
    OpBuilder &builder = body.builder;
    EquationOp equation =
        EquationOp::create(builder, location, type, name, ArrayAttr(), ArrayAttr(), wires, 1u);
    SmallVector<Type> types;
    for (StringAttr axis : type.getAxes())
      types.push_back(state.scalarType(axis.getValue()));
    llvm::append_range(types, ValueRange(wires).getTypes());
    OpBuilder::InsertionGuard guard(builder);
    mlir::Region &clause = equation.getClauses()[0];
    Block *block =
        builder.createBlock(&clause, clause.end(), types, SmallVector<Location>(types.size(), location));
    ValueRange indices = block->getArguments().take_front(type.rank());
    SmallVector<Value> reads;
    for (auto &[expression, value] : operands) {
      size_t position = llvm::find(wires, value) - wires.begin();
      reads.push_back(ReadOp::create(builder, state.location(expression->range), type.scalar(),
                                     block->getArgument(type.rank() + position), indices));
    }
    size_t next = 0;
    Value value = combined(e, builder, reads, next);
    DefineOp::create(builder, location, value, indices);
    body.diagrams.origins[equation.getResult()] = "this sum of wires";
    return Values{equation.getResult()};
  }

  Body &body;
  State &state;
  StringRef name;
};

} // namespace

std::optional<Values> emitWires(Body &body, const ast::Expr &e, StringRef name, ArrayRef<Type> expected) {
  return WireExpressions(body, name).emit(e, expected);
}

} // namespace weft
