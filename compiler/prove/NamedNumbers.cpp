#include "compiler/prove/NamedNumbers.h"

#include <cmath>

using namespace mlir;

namespace weft::prove {

namespace {

class Reader {
public:
  Reader(NamedNumbers &named, NetworkOp network)
      : named(named), axes(cast<ModuleOp>(network->getParentOp())), symbols(network->getParentOp()) {}

  void read(Operation *whole) {
    whole->walk([&](Operation *op) {
      for (Region &region : op->getRegions())
        for (Block &block : region)
          for (BlockArgument argument : block.getArguments())
            readType(argument.getType());
      readOperation(op);
    });
  }

private:
  void add(double number) {
    if (std::isfinite(number))
      named.numbers.insert(number);
  }

  void addOpen(StringRef axis) {
    for (const std::string &name : axes.size(axis).openAxes())
      named.openAxes.insert(name);
  }

  void addSize(StringRef axis) {
    Size size = axes.size(axis);
    addOpen(axis);
    if (std::optional<int64_t> constant = size.constant())
      add(static_cast<double>(*constant));
  }

  void readType(Type type) {
    auto object = dyn_cast<ObjectType>(type);
    if (!object)
      return;
    for (StringAttr axis : object.getAxes())
      addOpen(axis.getValue());
    if (object.isIndex())
      addOpen(object.getElement());
  }

  void readFunction(Function function) {
    switch (function) {
    case Function::div:
    case Function::mod:
    case Function::abs:
    case Function::floor:
    case Function::min:
    case Function::max:
    case Function::eq:
    case Function::ne:
    case Function::lt:
    case Function::le:
    case Function::gt:
    case Function::ge:
    case Function::select:
      named.hasCases = true;
      break;
    default:
      break;
    }
  }

  void readOperation(Operation *op) {
    if (auto constant = dyn_cast<ConstantOp>(op)) {
      if (auto integer = dyn_cast<IntegerAttr>(constant.getValue()))
        add(static_cast<double>(integer.getInt()));
      else if (auto real = dyn_cast<FloatAttr>(constant.getValue()))
        add(real.getValueAsDouble());
    } else if (auto size = dyn_cast<SizeOp>(op)) {
      addSize(size.getAxis());
    } else if (auto index = dyn_cast<IndexOp>(op)) {
      addSize(cast<ObjectType>(index.getResult().getType()).getElement());
    } else if (auto apply = dyn_cast<ApplyOp>(op)) {
      readFunction(apply.getFunction());
    } else if (auto element = dyn_cast<ReadOp>(op); element && !element.getOtherwise().empty()) {
      named.hasCases = true;
      for (StringAttr axis : cast<ObjectType>(element.getWire().getType()).getAxes())
        addSize(axis.getValue());
    } else if (auto fold = dyn_cast<FoldOp>(op)) {
      auto monoid = symbols.lookup<MonoidOp>(fold.getMonoid());
      if (monoid && monoids.insert(monoid).second)
        read(monoid);
    } else if (isa<IfOp>(op)) {
      named.hasCases = true;
    }
  }

  NamedNumbers &named;
  AxisTable axes;
  SymbolTable symbols;
  std::set<Operation *> monoids;
};

// Extents multiply on the way in.
class Work {
public:
  Work(const AxisTable &axes, const std::map<std::string, int64_t> &sizes) : axes(axes), sizes(sizes) {}

  double of(Operation &op, double times) {
    // How often a loop goes round is known when it runs.
    constexpr double mostRounds = 100;
    if (auto scan = dyn_cast<ScanOp>(op))
      times *= sizeOf(scan.getAxis());
    else if (isa<IterateOp>(op))
      times *= mostRounds;
    double total = times;
    for (Region &region : op.getRegions())
      for (Block &block : region)
        total += of(block, times);
    return total;
  }

private:
  double sizeOf(StringRef axis) const {
    std::optional<int64_t> size =
        axes.size(axis).evaluate([&](std::string_view name) -> std::optional<int64_t> {
          auto known = sizes.find(std::string(name));
          return known == sizes.end() ? std::nullopt : std::optional(known->second);
        });
    return size ? static_cast<double>(*size) : HUGE_VAL;
  }

  double of(Block &block, double times) {
    for (BlockArgument argument : block.getArguments()) {
      auto type = dyn_cast<ObjectType>(argument.getType());
      if (type && type.isIndex() && type.isScalar())
        times *= std::max(1.0, sizeOf(type.getElement()));
    }
    double total = 0;
    for (Operation &op : block)
      total += of(op, times);
    return total;
  }

  const AxisTable &axes;
  const std::map<std::string, int64_t> &sizes;
};

} // namespace

NamedNumbers namedNumbers(ArrayRef<NetworkOp> networks) {
  NamedNumbers named;
  for (NetworkOp network : networks) {
    if (!network)
      continue;
    Reader(named, network).read(network);
    for (BlockArgument wire : network.block().getArguments())
      if (auto type = dyn_cast<ObjectType>(wire.getType()))
        named.hasIntegers |= !type.isReal();
  }
  return named;
}

double workOf(NetworkOp network, const AxisTable &axes, const std::map<std::string, int64_t> &sizes) {
  return Work(axes, sizes).of(*network.getOperation(), 1);
}

std::vector<int64_t> NamedNumbers::sizes() const {
  constexpr double least = 4, most = 200'000;
  constexpr size_t mostCombined = 8;
  std::vector<int64_t> whole, result;
  auto add = [&](double size) {
    if (size >= least && size <= most && !llvm::is_contained(result, int64_t(size)))
      result.push_back(int64_t(size));
  };
  for (double number : numbers)
    if (std::abs(number) > 1 && std::abs(number) <= most && std::floor(number) == number)
      whole.push_back(std::abs(int64_t(number)));
  for (int64_t number : whole)
    add(number + 1);
  for (int64_t number : whole)
    add(number);
  for (int64_t number : whole)
    add(number - 1);
  if (whole.size() > mostCombined)
    return result;
  for (int64_t a : whole)
    for (int64_t b : whole)
      for (int64_t combined : {a * b, a + b})
        add(combined), add(combined + 1);
  return result;
}

std::vector<double> NamedNumbers::opposites() const {
  std::set<double> result = {0, 1, -1};
  for (double number : numbers)
    result.insert({number, -number});
  return {result.begin(), result.end()};
}

std::vector<double> NamedNumbers::solutions() const {
  constexpr size_t few = 5;
  if (numbers.size() > few)
    return {};
  std::set<std::pair<double, double>> found; // by magnitude
  auto add = [&](double number) { found.insert({std::abs(number), number}); };
  for (double a : numbers)
    for (double b : numbers) {
      for (double number : {a + b, a - b, a * b})
        add(number);
      for (double c : numbers)
        add(a * b + c), add(a * b - c);
    }
  auto result = llvm::make_second_range(found);
  return {result.begin(), result.end()};
}

} // namespace weft::prove
