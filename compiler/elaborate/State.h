// What the parts of elaboration share: the program, its names, and what has been made so far.
#pragma once

#include "compiler/elaborate/Elaborate.h"
#include "compiler/elaborate/Inferred.h"
#include "compiler/elaborate/Scope.h"
#include "dialects/weft/AxisTable.h"
#include "dialects/weft/WeightPaths.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseMap.h"

#include <set>

namespace weft {

/// An axis with its size. Axes are told apart by symbol; of two with one name, one is std's.
struct AxisInfo {
  std::string symbol;
  AxisKind kind = AxisKind::open;
  Size size;
  std::vector<std::string> parts, elements;
  Range range;
  bool standard = false;
  bool used = false;
};

/// One morphism with its generics filled in.
struct Instance {
  std::string symbol;
  std::string name; // of the morphism or box parameter, for messages
  const Entity *entity = nullptr;
  Range range; // of the morphism's name
  std::vector<std::string> inputNames, outputNames;
  std::vector<mlir::Type> inputs, outputs;
  bool failed = false;
  bool hasWeights = false;
  Size weights;             // numbers held by all occurrences inside
  uint64_t occurrences = 1; // boxes inside, unrolled by text, not by axes
};

/// The wires of a diagram, flat, before any type is known.
struct DiagramShape {
  struct Input {
    std::string name;
    unsigned wire; // which declared wire it is inside of
  };
  std::vector<Input> inputs;
  std::vector<std::string> outputs;
};

/// A box given for a parameter: an instance, and the axes it is mapped over besides (`gelu[Hidden]`).
struct BoxValue {
  const Instance *instance = nullptr;
  std::vector<std::string> over;
};

/// A value known when compiling. Integers are exact until a real is asked for.
struct Number {
  enum class Kind { integer, real, boolean, index };
  Kind kind = Kind::integer;
  int64_t integer = 0; // also of a boolean and of an index
  double real = 0;
  std::string axis; // of an index
  double asReal() const { return kind == Kind::real ? real : static_cast<double>(integer); }
};

/// A constant whose value is known; `known` is false while a generic is checked by itself.
struct ConstantValue {
  ObjectType type;
  double real = 0;
  int64_t integer = 0;
  bool known = true;
};

/// A monoid given for a parameter: a declared one, or only the type it works on.
struct MonoidValue {
  const Entity *monoid = nullptr;
  ObjectType on;
};

/// What the generics of a morphism stand for; empty outside of morphisms.
struct Environment {
  const Entity *owner = nullptr;
  bool standard = false;
  std::map<std::string, std::string, std::less<>> axes;
  std::map<std::string, ConstantValue, std::less<>> constants;
  std::map<std::string, BoxValue, std::less<>> boxes;
  std::map<std::string, MonoidValue, std::less<>> monoids;

  bool binds(llvm::StringRef name) const {
    std::string_view key(name.data(), name.size());
    return axes.count(key) || constants.count(key) || boxes.count(key) || monoids.count(key);
  }
};

/// One instance of a monoid, its types filled in.
struct MonoidInstance {
  std::string symbol;
  std::vector<ObjectType> arguments; // of lift
  ObjectType result;
  bool failed = false;
};

/// Where instances are put: the module of the program, or one thrown away after a generic's own check.
struct Workspace {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::map<std::string, std::unique_ptr<Instance>> instances;
  std::map<std::string, std::unique_ptr<MonoidInstance>> monoids;
  StoredWeightTable weights;
  bool abstract = false;

  /// Null when there is no morphism of that name.
  MorphismOp morphism(llvm::StringRef symbol) const {
    return weights.find(mlir::StringAttr::get((*module)->getContext(), symbol));
  }
};

/// The morphisms that a cell starts from and makes: one, or one for each factor of a product.
struct CellBoundary {
  std::vector<std::string> from, to;
  bool open = false; // while its parts are looked at
  bool wrong = false;
};

struct State {
  State(mlir::MLIRContext &context, const ElaborateInput &input, Diagnostics &diagnostics)
      : context(context), diagnostics(diagnostics), input(input) {}

  mlir::MLIRContext &context;
  Diagnostics &diagnostics;
  const ElaborateInput &input;
  Scope scope;
  std::vector<std::unique_ptr<ast::Program>> programs;
  /// What cells make, with generics, subject and new weights; diagrams that claims are about.
  std::vector<std::unique_ptr<ast::Morphism>> madeMorphisms;
  std::vector<std::unique_ptr<ast::Cell>> tieCells; // made from `tie` equations
  /// Weights of a morphism that only its `tie` equations read: they are new ones of that cell.
  std::map<const ast::Morphism *, std::set<std::string>> tieWeights;
  llvm::DenseMap<const ast::Cell *, Entity *> madeByCell; // of cells with equations
  std::map<const ast::Cell *, CellBoundary> cellBoundaries;
  bool tying = false;                   // while the equations of a cell are made: a wrong axis is `cell.axis`
  std::map<std::string, AxisInfo> axes; // by symbol
  std::vector<std::string> axisOrder;
  std::set<std::string> unknownAxes; // reported already
  /// A `/` in a size that only the call can tell to be exact.
  struct Division {
    Size dividend;
    int64_t divisor;
    Range range;
  };
  std::vector<Division> divisions;
  Workspace *workspace = nullptr;

  /// Instances being made, outermost first: where each was asked for.
  struct Active {
    const Entity *entity;
    Range site;
    bool generic;
  };
  std::vector<Active> active;
  std::map<const Entity *, mlir::Type> objects; // null when one is wrong
  std::set<const Entity *> activeObjects;
  std::map<const Entity *, std::optional<DiagramShape>> shapes; // of morphisms
  struct Constant {
    bool done = false, failed = false;
    std::optional<Number> value;
    std::optional<Inferred> inferred; // when it depends on an open size
  };
  std::map<const Entity *, Constant> constants;   // `let`
  std::map<const Entity *, bool> checkedGenerics; // whether a generic's own check went well
  /// By the morphism that a generic cell makes: the weights of what it starts from.
  std::map<const Entity *, std::vector<OccurrenceWeight>> unknownCellWeights;
  size_t operations = 0; // made so far, against `limit`

  /// Reports once per place and message; inside an instance a note says who asked for it.
  Diagnostic &error(std::string_view name, Range range, std::string message);

  const AxisInfo &axis(llvm::StringRef symbol) { return axes.at(symbol.str()); }
  ObjectType scalarType(llvm::StringRef element) { return ObjectType::get(&context, element); }
  mlir::Location location(Range range);
  /// Whether what is nested here has used up the stack, which is reported. Asked wherever depth is the
  /// program's.
  bool tooDeep(Range range);
  const char *stackBase = nullptr;
  /// The file of that path, when the program has it.
  const SourceFile *fileAt(llvm::StringRef path);

private:
  std::set<std::tuple<std::string, const SourceFile *, uint32_t, std::string>> reported;
  Diagnostic repeated;
};

/// How much stack elaboration may use; its thread has a little more.
constexpr size_t usableStack = size_t(200) << 20;

/// `1 wire`, `2 wires`
std::string counted(size_t number, const std::string &what);

/// `real[Seq, Model]`, as it is written in programs.
std::string text(mlir::Type type);

} // namespace weft
