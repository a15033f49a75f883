// One node a line, children two columns further in. No ranges: the same program laid out otherwise prints the
// same.
#include "compiler/syntax/AstPrinter.h"

#include <fmt/format.h>

namespace weft {
namespace {

using namespace ast;

std::string joined(const std::vector<Name> &names, std::string_view separator = ", ") {
  std::string text;
  for (const Name &name : names)
    text += (text.empty() ? "" : std::string(separator)) + name.text;
  return text;
}

std::string written(const Type &type) {
  std::string text = type.name.text;
  if (type.kind == Type::Kind::group)
    text = "(" + written(type.children.front()) + ")";
  for (size_t i = 0; type.kind == Type::Kind::product && i < type.children.size(); ++i)
    text += (i ? " * " : "") + written(type.children[i]);
  return type.axes.empty() ? text : text + "[" + joined(type.axes) + "]";
}

class AstPrinter {
public:
  std::string run(const Program &program) {
    for (const Declaration &declaration : program.declarations)
      std::visit([&](const auto &node) { print(node); }, declaration.node);
    return std::move(text);
  }

private:
  void line(std::string_view what) {
    fmt::format_to(std::back_inserter(text), "{:{}}{}\n", "", indent, what);
  }

  /// A line with what belongs to it below.
  template <typename Children> void node(std::string_view what, Children children) {
    line(what);
    indent += 2;
    children();
    indent -= 2;
  }
  template <typename T> void below(std::string_view what, const std::vector<T> &children) {
    node(what, [&] { each(children); });
  }
  template <typename T> void each(const std::vector<T> &nodes) {
    for (const T &child : nodes)
      print(child);
  }
  template <typename T> void print(const std::unique_ptr<T> &child) {
    if (child)
      print(*child);
  }

  void print(const Expr &expr);
  void print(const Item &item);
  void print(const Brackets &brackets);
  void print(const Diagram &diagram);
  void print(const Typed &typed, std::string_view role) {
    line(fmt::format("{} {}: {}", role, joined(typed.names), written(typed.type)));
  }
  void print(const Weight &weight);
  void print(const Parameter &parameter);
  void print(const std::optional<Generics> &generics);
  void print(const Binding &binding) {
    node("where " + binding.name.text, [&] { print(binding.value); });
  }
  void print(const Pattern &pattern);
  void print(const Equation &equation);
  void print(const Law &law);
  void print(const Tie &tie);
  void print(const Axis &axis);
  void print(const Import &import) {
    line(import.path.empty() ? fmt::format("import \"{}\"", import.text)
                             : "import " + joined(import.path, "."));
  }
  void print(const Axes &axes) { each(axes.axes); }
  void print(const Object &object) {
    line(fmt::format("object {}: {}", object.name.text, written(object.type)));
  }
  void print(const Constant &constant) {
    node("let " + constant.name.text, [&] { print(constant.value); });
  }
  void print(const Morphism &morphism);
  void print(const Monoid &monoid) {
    below("monoid " + monoid.name.text + (monoid.on ? " on " + written(*monoid.on) : ""), monoid.laws);
  }
  void print(const Cell &cell);
  void print(const Claim &claim);
  void print(const Export &exported) { line("export " + joined(exported.names)); }

  std::string text;
  int indent = 0;
};

std::string title(const Expr &expr) {
  switch (expr.kind) {
  case Expr::Kind::number:
    return "number " + expr.text;
  case Expr::Kind::infinity:
    return "inf";
  case Expr::Kind::boolean:
    return expr.truth ? "true" : "false";
  case Expr::Kind::sizeOf:
    return "size of " + expr.name.text;
  case Expr::Kind::name:
    return "name " + expr.name.text;
  case Expr::Kind::string:
    return "string \"" + expr.text + "\"";
  case Expr::Kind::group:
    return "group";
  case Expr::Kind::pair:
    return "pair";
  case Expr::Kind::defaultRead:
    return "default read";
  case Expr::Kind::field:
    return "field " + expr.name.text;
  case Expr::Kind::bracket:
    return "bracket";
  case Expr::Kind::call:
    return "call";
  case Expr::Kind::unary:
    return std::string("unary ") + spelling(expr.op);
  case Expr::Kind::binary:
    return std::string("binary ") + spelling(expr.op);
  case Expr::Kind::conditional:
    return "if";
  }
  return "";
}

void AstPrinter::print(const Expr &expr) {
  node(title(expr), [&] {
    each(expr.children);
    if (expr.kind == Expr::Kind::bracket)
      print(expr.brackets);
  });
}

void AstPrinter::print(const Item &item) {
  switch (item.kind) {
  case Item::Kind::expression:
    return node("item", [&] { print(item.value); });
  case Item::Kind::index:
    return line(fmt::format("index {}: {}", item.name.text, item.axis.text));
  case Item::Kind::setting:
    return node("setting " + item.name.text, [&] { print(item.value); });
  case Item::Kind::summand:
    return node("summand " + item.name.text, [&] { print(item.value); });
  }
}

void AstPrinter::print(const Brackets &brackets) {
  each(brackets.items);
  if (brackets.hasSemicolon)
    below("after ;", brackets.settings);
  if (brackets.where)
    node("where", [&] { print(brackets.where); });
}

std::string title(const Diagram &diagram) {
  static constexpr const char *words[] = {"sequence", "product", "named", "group", "instance", "map",
                                          "each",     "chain",   "fold",  "scan",  "unfold",   "iterate"};
  std::string text = words[size_t(diagram.kind)];
  if (diagram.states)
    text += "[" + diagram.states->text + "]";
  if (!diagram.name.text.empty())
    text += " " + diagram.name.text;
  if (!diagram.axis.text.empty())
    text += " over " + diagram.axis.text;
  if (!diagram.contexts.empty())
    text += " with " + joined(diagram.contexts);
  return text;
}

void AstPrinter::print(const Diagram &diagram) {
  node(title(diagram), [&] {
    each(diagram.parts);
    if (diagram.brackets)
      print(*diagram.brackets);
    if (diagram.budget)
      node("at most", [&] { print(diagram.budget); });
  });
}

void AstPrinter::print(const Weight &weight) {
  node(fmt::format("weight {}: {}", joined(weight.names), written(weight.type)), [&] {
    if (weight.initial)
      below("drawn " + weight.initial->name.text, weight.initial->arguments);
  });
}

void AstPrinter::print(const Parameter &parameter) {
  std::string text =
      fmt::format("parameter {}: {}{}", parameter.name.text,
                  parameter.kind == Parameter::Kind::monoid ? "monoid on " : "", written(parameter.type));
  if (parameter.kind == Parameter::Kind::box)
    text += " -> " + written(parameter.result);
  node(text, [&] { print(parameter.value); });
}

void AstPrinter::print(const std::optional<Generics> &generics) {
  if (!generics)
    return;
  for (const Name &axis : generics->axes)
    line("generic " + axis.text);
  each(generics->parameters);
}

void AstPrinter::print(const Pattern &pattern) {
  static constexpr const char *words[] = {"index", "summand", "tuple"};
  std::string text = words[size_t(pattern.kind)];
  if (!pattern.name.text.empty())
    text += " " + pattern.name.text;
  if (pattern.axis)
    text += ": " + pattern.axis->text;
  below(text, pattern.children);
}

void AstPrinter::print(const Equation &equation) {
  static constexpr const char *words[] = {"box", "drop", "tie", "define", "unpack"};
  std::string text = words[size_t(equation.kind)];
  if (!equation.names.empty())
    text += " " + joined(equation.names);
  node(text, [&] {
    each(equation.patterns);
    print(equation.diagram);
    print(equation.target);
    print(equation.value);
  });
}

void AstPrinter::print(const Law &law) {
  static constexpr const char *words[] = {"carrier", "unit", "combine", "lift", "lower", "assume"};
  std::string text = words[size_t(law.kind)];
  if (!law.names.empty())
    text += " " + joined(law.names);
  node(text, [&] {
    for (const Typed &component : law.wires)
      print(component, "component");
    print(law.value);
    each(law.bindings);
  });
}

void AstPrinter::print(const Tie &tie) {
  static constexpr const char *words[] = {"assign", "from", "drop"};
  std::string text = words[size_t(tie.kind)];
  if (tie.kind == Tie::Kind::file)
    text += " " + tie.cell.text;
  if (tie.kind != Tie::Kind::assign)
    text += " \"" + tie.text + "\"";
  node(text, [&] {
    print(tie.target);
    print(tie.value);
    each(tie.bindings);
    if (tie.brackets)
      print(*tie.brackets);
  });
}

void AstPrinter::print(const Axis &axis) {
  std::string text = "axis " + axis.name.text;
  if (axis.kind == Axis::Kind::named)
    text += " = {" + joined(axis.elements) + "}";
  node(text, [&] { print(axis.size); });
}

void AstPrinter::print(const Morphism &morphism) {
  node((morphism.exported ? "export morphism " : "morphism ") + morphism.name.text, [&] {
    print(morphism.generics);
    print(morphism.diagram);
    for (const Typed &input : morphism.inputs)
      print(input, "input");
    for (const Typed &output : morphism.outputs)
      print(output, "output");
    each(morphism.weights);
    for (const ExprPtr &condition : morphism.required)
      node("requires", [&] { print(condition); });
    for (const ExprPtr &condition : morphism.ensured)
      node("ensures", [&] { print(condition); });
    each(morphism.equations);
  });
}

void AstPrinter::print(const Cell &cell) {
  node("cell " + cell.name.text, [&] {
    print(cell.generics);
    for (const std::vector<Name> &beside : cell.composition)
      line("then " + joined(beside, " * "));
    if (cell.subject)
      node("from", [&] { print(cell.subject); });
    if (!cell.target.text.empty())
      line("to " + cell.target.text);
    if (cell.along)
      line("along " + cell.along->text);
    each(cell.weights);
    each(cell.ties);
  });
}

void AstPrinter::print(const Claim &claim) {
  static constexpr const char *words[] = {
      "weights",    "flops",      "bytes",   "invariant",   "equivariant",  "associative", "commutative",
      "idempotent", "invertible", "cocycle", "distributes", "homomorphism", "converges",   "equal"};
  node(claim.assumed ? "assume" : "claim", [&] {
    print(claim.subject);
    std::string text = words[size_t(claim.property)];
    if (claim.property <= Claim::Property::bytes)
      text += std::string(" ") + spelling(claim.relation);
    if (!claim.action.text.empty())
      text += " under " + claim.action.text;
    if (!claim.names.empty())
      text += " " + joined(claim.names);
    node(text, [&] {
      print(claim.bound);
      print(claim.other);
    });
  });
}

} // namespace

std::string print(const ast::Program &program) { return AstPrinter().run(program); }

} // namespace weft
