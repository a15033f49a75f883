// The tree of a whole Weft program, as the parser makes it: what was written, before any name has a meaning.
//
// Plain structs, owned by vectors and unique_ptr. Each node has the range of source it stands for, each name
// its own.
//
// One decision everywhere: the parser knows no kinds. A bracket form `NAME[…]` is an `Expr` of kind
// `bracket`, be it a read, a fold, an instance or a type, and its items are expressions too. So in `copy[X *
// Y]` the item is the `binary` node X * Y, in `f[; g = dense[A, B]]` the setting's value is the `bracket`
// node dense[A, B], and in `drop[real[A, B]]` the item is the `bracket` node real[A, B]; who knows the head
// reads its items accordingly. Only where the grammar itself says `type` (objects, wires, weights, generics)
// there is a `Type`, and only where it says `diagram` (after `box name:` or `morphism name =`, a subject)
// there is a `Diagram`.
//
// After an error the parser leaves out what it could not read: declarations, equations and items may be
// missing, but a node that is there is whole (no null where this header promises a child).
#pragma once

#include "compiler/syntax/Operator.h"
#include "lib/source/Source.h"

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace weft::ast {

struct Name {
  std::string text;
  Range range;
};

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

/// One item of a bracket form.
struct Item {
  enum class Kind {
    expression, // `i + 1`, `(h, e)`, `X * Y`, `real[A]`: value
    index,      // `i: Seq`: name, axis
    setting,    // `eps = 1e-6`, `f = dense[A, B]`: name, value
    summand,    // `Left i`, `Left 0`: name, value (a name or a number)
  };
  Kind kind = Kind::expression;
  Range range;
  Name name;
  Name axis;
  ExprPtr value;
};

/// `[items ; settings where condition]`. All three parts may be missing.
struct Brackets {
  Range range; // with the brackets themselves
  std::vector<Item> items;
  bool hasSemicolon = false;
  std::vector<Item> settings; // what stands after `;`
  ExprPtr where;              // null without `where`
};

/// An expression; also a size (after `axis A =`, in a budget, in a claim), which uses the kinds number, name,
/// sizeOf, group and binary only, and a path (in `tie` and in cells), which uses name, field and bracket
/// only.
struct Expr {
  enum class Kind {
    number,      // text, as written: `50_257`, `1e-5`
    infinity,    // `inf`
    boolean,     // truth
    sizeOf,      // `#A`: name
    name,        // name (`pi` is one too)
    string,      // text: what stands between the quotes, as written
    group,       // `(a)`: children[0]
    pair,        // `(a, b, …)`: two children or more
    defaultRead, // `(a else b)`: children[0], children[1]
    field,       // `a.name`: children[0], name
    bracket,     // `a[…]`: children[0], brackets
    call,        // `f(a, b)`: children[0] is f, the arguments follow
    unary,       // op, children[0]
    binary,      // op, children[0], children[1]
    conditional, // `if a then b else c`: children[0], [1], [2]
  };
  Kind kind;
  bool truth = false;
  /// Of the tree below, itself counted: never over `limits::height`, so that walking it cannot overflow the
  /// stack.
  uint32_t height = 1;
  Range range;
  std::string text;
  Name name;
  Operator op = Operator::add;
  Range operatorRange; // of a unary or binary
  std::vector<ExprPtr> children;
  Brackets brackets;
};

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

struct Type {
  enum class Kind {
    name,    // `real`, `Stream[A]`: name, axes
    group,   // `(X * Y)[A]`: children[0], axes
    product, // `X * Y`: two children or more, no axes
  };
  Kind kind = Kind::name;
  Range range;
  Name name;
  std::vector<Type> children;
  std::vector<Name> axes;
};

//===----------------------------------------------------------------------===//
// Diagrams
//===----------------------------------------------------------------------===//

struct Diagram;
using DiagramPtr = std::unique_ptr<Diagram>;

struct Diagram {
  enum class Kind {
    sequence, // `f ; g ; h`: two parts or more
    product,  // `f * g * h`: two parts or more
    named,    // `name: f`: name, parts[0]
    group,    // `(f)`: parts[0]
    instance, // `f`, `f[A; eps = 1e-5]`, `copy[X * Y]`: name, brackets
    map,      // the prefix words: parts[0], axis, contexts; chain and scan: states
    each,
    chain,
    fold,
    scan,
    unfold,
    iterate, // `iterate f at most n`: parts[0], budget
  };
  Kind kind;
  Range range;
  std::vector<DiagramPtr> parts;
  Name name;
  std::optional<Brackets> brackets;
  std::optional<Name> states; // `chain[2] f`: the number as written, and where
  Name axis;
  std::vector<Name> contexts; // after `with`
  ExprPtr budget;             // a size
};

//===----------------------------------------------------------------------===//
// What declarations are made of
//===----------------------------------------------------------------------===//

/// `a, b: type`
struct Typed {
  Range range;
  std::vector<Name> names;
  Type type;
};

/// `~ normal(0, 0.02)`; `~ zeros` has no arguments.
struct Initial {
  Range range;
  Name name;
  std::vector<ExprPtr> arguments;
};

struct Weight {
  Range range;
  std::vector<Name> names;
  Type type;
  std::optional<Initial> initial;
};

/// One parameter after the `;` of generics.
struct Parameter {
  enum class Kind {
    constant, // `eps: real = 1e-5`: type, value
    box,      // `f: real[In] -> real[Out]`: type, result, value
    monoid,   // `plus: monoid on real`: type
  };
  Kind kind = Kind::constant;
  Range range;
  Name name;
  Type type;
  Type result;
  ExprPtr value; // the default; null when there is none
};

struct Generics {
  Range range; // with the brackets
  std::vector<Name> axes;
  std::vector<Parameter> parameters;
};

/// `where n = max(a, b), …` after a law or a tie.
struct Binding {
  Range range;
  Name name;
  ExprPtr value;
};

/// What stands in an index position on the left of an equation.
struct Pattern {
  enum class Kind {
    name,    // `i`, an index, or an element of a named axis: name
    summand, // `Left i`, `Left (h, e)`: name, children[0]
    tuple,   // `(h, e)`: two children or more
    number,  // `0`, made from a path in a cell: number
  };
  Kind kind = Kind::name;
  Range range;
  Name name;
  unsigned number = 0;
  std::vector<Pattern> children;
  /// `: Seq`. One after `Left i` is the axis of the whole `Left i`, two (`Left i: A: B`) are of `i` and of
  /// the whole.
  std::optional<Name> axis;
};

struct Equation {
  enum class Kind {
    box,    // `box a, b: diagram`: names, diagram
    drop,   // `drop x, y`: names
    tie,    // `tie path = expr`: target, value
    define, // `x = expr`, `x[i, j] = expr`: names[0], patterns if indexed, value
    unpack, // `(a, b) = expr`: names, value
  };
  Kind kind;
  Range range;
  std::vector<Name> names;
  bool indexed = false; // `x[…] =`, not `x =`
  std::vector<Pattern> patterns;
  DiagramPtr diagram;
  ExprPtr target; // a path
  ExprPtr value;
};

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

/// `import std.nn` (path) or `import "other.weft"` (text).
struct Import {
  std::vector<Name> path;
  std::string text;
  Range range; // of the path or the string
};

/// One axis of an `axis` declaration.
struct Axis {
  enum class Kind { open, named, sized };
  Kind kind = Kind::open;
  Range range;
  Name name;
  std::vector<Name> elements; // named
  ExprPtr size;               // sized: a size
};

struct Axes {
  std::vector<Axis> axes;
};

struct Object {
  Name name;
  Type type;
};

/// `let name = expr`
struct Constant {
  Name name;
  ExprPtr value;
};

/// Either `= diagram` or wires, clauses and equations.
struct Morphism {
  bool exported = false;
  Name name;
  std::optional<Generics> generics;
  DiagramPtr diagram; // null: the rest counts
  std::vector<Typed> inputs, outputs;
  std::vector<Weight> weights;
  std::vector<ExprPtr> required, ensured; // contracts
  std::vector<Equation> equations;
};

struct Law {
  enum class Kind {
    carrier, // wires, value (the domain, null without `where`)
    unit,    // value
    combine, // `a * b = value`: names are a and b; bindings
    lift,    // names, value, bindings
    lower,   // names[0], value, bindings
    assume,  // names[0]
  };
  Kind kind;
  Range range;
  std::vector<Typed> wires;
  std::vector<Name> names;
  ExprPtr value;
  std::vector<Binding> bindings;
};

struct Monoid {
  Name name;
  std::optional<Type> on;
  std::vector<Law> laws;
};

/// One equation of a cell.
struct Tie {
  enum class Kind {
    assign, // `path = expr`: target, value, bindings
    file,   // `path = dense_file "layer.{l}."`: target, cell, text
    drop,   // `drop "h.{l}.bias"[…]`: text, brackets
  };
  Kind kind;
  Range range;
  ExprPtr target; // a path
  ExprPtr value;
  std::vector<Binding> bindings;
  Name cell;
  std::string text;
  Range textRange;
  std::optional<Brackets> brackets;
};

/// Either `= a * b ; c` or `: subject => target { ties }`.
struct Cell {
  Name name;
  std::optional<Generics> generics;
  std::vector<std::vector<Name>> composition; // outer `;`, inner `*`; empty: the rest counts
  DiagramPtr subject;                         // an instance or a group
  Name target;
  std::optional<Name> along;
  std::vector<Weight> weights;
  std::vector<Tie> ties;
};

struct Claim {
  enum class Property {
    weights, // relation, bound
    flops,
    bytes,
    invariant, // action, names
    equivariant,
    associative,
    commutative,
    idempotent,
    invertible,
    cocycle,
    distributes,  // names[0]
    homomorphism, // names[0] -> names[1]
    converges,    // bound
    equal,        // other
  };
  bool assumed = false; // `assume` instead of `claim`
  DiagramPtr subject;   // an instance or a group
  Property property;
  Range propertyRange;                 // of the property's first word or sign
  Operator relation = Operator::equal; // equal, lessEqual or less
  ExprPtr bound;                       // a size
  Name action;                         // `permute` or `shift`
  std::vector<Name> names;
  DiagramPtr other; // an instance or a group
};

struct Export {
  std::vector<Name> names;
};

struct Declaration {
  Range range;
  std::variant<Import, Axes, Object, Constant, Morphism, Monoid, Cell, Claim, Export> node;
};

struct Program {
  const SourceFile *file = nullptr;
  std::vector<Declaration> declarations;
  /// The names after `export`, and those of morphisms declared with it, in the order written.
  std::vector<Name> exported() const;
};

} // namespace weft::ast
