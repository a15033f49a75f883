// `M[i, j where condition](arguments)`.
#include "compiler/elaborate/Expressions.h"
#include "compiler/elaborate/Monoids.h"

using namespace mlir;

namespace weft {

namespace {
// A fold being made: its indices and the blocks that bind them.
struct FoldIndices {
  Expressions &expressions;
  std::vector<IndexVariable *> variables;
  size_t depth;

  FoldIndices(Expressions &expressions) : expressions(expressions), depth(expressions.locals.size()) {}
  ~FoldIndices() { expressions.locals.resize(depth); }

  // A block whose arguments are the indices from now on.
  void bind(Region &region) {
    SmallVector<Type> types;
    SmallVector<Location> locations;
    for (IndexVariable *variable : variables) {
      types.push_back(expressions.scalar(variable->root().axis));
      locations.push_back(expressions.at(variable->range));
    }
    Block *block = expressions.builder.createBlock(&region, region.end(), types, locations);
    for (auto [variable, argument] : llvm::zip(variables, block->getArguments()))
      variable->value = argument;
  }
};
} // namespace

static bool bindIndices(Expressions &expressions, const ast::Brackets &brackets, FoldIndices &indices) {
  std::vector<std::pair<const ast::Item *, ast::Name>> names;
  if (!expressions.foldIndices(brackets, names))
    return false;
  for (auto &[item, name] : names) {
    IndexVariable &variable = expressions.variable(item, name);
    if (variable.root().axis.empty()) {
      // Reported where axes are inferred, which is in equations only.
      if (!expressions.state.diagnostics.hasErrors())
        expressions.state.error("feature.later", name.range, "a fold inside a monoid is not built yet")
            .note("fold in an equation, and give the monoid what comes out");
      return false;
    }
    indices.variables.push_back(&variable);
    expressions.pushIndex(variable);
  }
  return true;
}

static bool emitMask(Expressions &expressions, FoldOp fold, const ast::Expr &where, FoldIndices &indices) {
  OpBuilder::InsertionGuard guard(expressions.builder);
  indices.bind(fold.getMask());
  Value condition = expressions.emit(where, expressions.scalar("bool"));
  if (condition)
    YieldOp::create(expressions.builder, expressions.at(where.range), condition);
  return bool(condition);
}

Value Expressions::emitFold(const ast::Expr &e, const MonoidValue &monoid, ObjectType want) {
  const ast::Expr &head = *e.children[0];
  FoldIndices indices(*this);
  if (!bindIndices(*this, head.brackets, indices))
    return {};
  const std::string &name = head.children[0]->name.text;
  size_t given = e.children.size() - 1, arity = monoidArity(monoid);
  bool own = mayUseOwnIndex(monoid) && given + 1 == arity;
  if (own && indices.variables.size() != 1) {
    state.error("call.arity", e.range, "`" + name + "` over several indices says what it gives")
        .note("write `" + name + "[…](…, payload)`");
    return {};
  }
  if (given != arity && !own) {
    state
        .error("call.arity", e.range,
               "`" + name + "` takes " + counted(arity, "argument") + ", and gets " + std::to_string(given))
        .note("write `" + name + "[…](" + monoidArguments(monoid) + ")`");
    return {};
  }
  std::vector<Inferred> arguments;
  for (size_t i = 1; i < e.children.size(); ++i)
    arguments.push_back(infer(*e.children[i]));
  if (own)
    arguments.push_back(Inferred::exact(scalar(indices.variables.front()->root().axis)));
  const MonoidInstance *instance = monoidInstance(state, monoid, arguments, want, e.range);
  SmallVector<StringRef> indexNames;
  for (IndexVariable *variable : indices.variables)
    indexNames.push_back(variable->name);
  bool usable = instance && instance->result;
  // Without an instance the arguments are made all the same, for what is wrong inside them.
  FoldOp fold = FoldOp::create(builder, at(e.range), usable ? instance->result : scalar("real"),
                               usable ? instance->symbol : "none", builder.getStrArrayAttr(indexNames));
  bool well = usable;
  if (head.brackets.where)
    well &= emitMask(*this, fold, *head.brackets.where, indices);
  {
    OpBuilder::InsertionGuard guard(builder);
    indices.bind(fold.getArguments());
    SmallVector<Value> values;
    for (size_t i = 1; i < e.children.size(); ++i) {
      values.push_back(emit(*e.children[i], usable ? instance->arguments[i - 1] : ObjectType()));
      well &= bool(values.back());
    }
    if (own)
      values.push_back(indices.variables.front()->value);
    if (well)
      YieldOp::create(builder, at(e.range), values);
  }
  if (well)
    return fold.getResult();
  fold.erase();
  return {};
}

} // namespace weft
