#include "compiler/target/artifact/NetworkDescription.h"
#include "compiler/target/artifact/Identifier.h"
#include "compiler/target/artifact/UsedAxes.h"
#include "dialects/weft/TieForms.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace weft {

static llvm::StringRef elementIn(ObjectType type, llvm::StringRef real) {
  return type.getElement() == "real" ? real : type.getElement().getValue();
}

llvm::StringRef NetworkDescription::cType(ObjectType type) const {
  return llvm::StringSwitch<llvm::StringRef>(elementIn(type, real))
      .Case("f64", "double")
      .Case("f32", "float")
      .Cases({"f16", "bf16"}, "uint16_t")
      .Case("i32", "int32_t")
      .Case("i16", "int16_t")
      .Case("i8", "int8_t")
      .Cases({"u8", "bool"}, "uint8_t")
      .Default("int64_t");
}

llvm::StringRef NetworkDescription::storedType(ObjectType type) const {
  return llvm::StringSwitch<llvm::StringRef>(elementIn(type, real))
      .Case("f64", "F64")
      .Case("f32", "F32")
      .Case("f16", "F16")
      .Case("bf16", "BF16")
      .Case("i32", "I32")
      .Case("i16", "I16")
      .Case("i8", "I8")
      .Case("u8", "U8")
      .Case("bool", "BOOL")
      .Default("I64");
}

std::vector<std::string> NetworkDescription::usedAxes() const {
  std::vector<std::string> used;
  for (auto [axis, isUsed] : llvm::zip(axes.openAxes(), axisIsUsed))
    if (isUsed)
      used.push_back(axis);
  return used;
}

static std::vector<EdgeTensor> tensorsOf(ArrayAttr names, ArrayAttr types) {
  std::vector<std::string> texts;
  for (auto name : names.getAsRange<StringAttr>())
    texts.push_back(name.str());
  std::vector<std::string> members = identifiersOf(texts);
  std::vector<EdgeTensor> tensors;
  for (auto [i, type] : llvm::enumerate(types.getAsValueRange<TypeAttr>()))
    tensors.push_back({texts[i], members[i], cast<ObjectType>(type), {}, {}, {}});
  return tensors;
}

// Axes whose size is asked for, and the open axes in those sizes.
static void findAxes(NetworkOp network, NetworkDescription &description) {
  llvm::StringSet<> names = axesOf(network), open;
  for (AxisOp axis : description.program.getOps<AxisOp>()) {
    Size size = description.axes.size(axis.getSymName());
    if (!names.contains(axis.getSymName()) || size.constant())
      continue;
    for (const std::string &name : size.openAxes())
      open.insert(name);
    if (axis.getKind() != AxisKind::open && axis.getKind() != AxisKind::abstract)
      description.checkedAxes.push_back(axis.getSymName().str());
  }
  for (const std::string &axis : description.axes.openAxes())
    description.axisIsUsed.push_back(open.contains(axis) || names.contains(axis));
  description.sizeMembers = identifiersOf(description.usedAxes());
}

NetworkDescription describeNetwork(ModuleOp program, NetworkOp network, llvm::StringRef prefix,
                                   const std::map<std::string, Sha256> &hashes) {
  auto real = program->getAttrOfType<StringAttr>("weft.real");
  NetworkDescription result(AxisTable{program});
  result.prefix = identifierOf(prefix);
  result.name = network.getSymName().str();
  result.real = real ? real.str() : "f32";
  result.program = program;
  findAxes(network, result);
  result.inputs = tensorsOf(network.getInputNames(), network.getInputTypes());
  result.weights = tensorsOf(network.getWeightNames(), network.getWeightTypes());
  result.outputs = tensorsOf(network.getOutputNames(), network.getOutputTypes());
  for (auto [weight, init] : llvm::zip(result.weights, network.getInits())) {
    weight.init = init;
    auto hash = hashes.find(weight.name);
    if (hash != hashes.end())
      weight.hash = hash->second;
  }
  result.ties = tiesOf(program, result.name);
  if (result.ties)
    for (TieOp tie : result.ties.ties())
      if (BlockArgument stored = storedBehind(tie.getWire()); stored && tie.getForm() != TieForm::own)
        result.weights[stored.getArgNumber()].aliases.push_back(tie.getPath().str());
  result.wireCounts = wireCountsOf(network, result.axes);
  return result;
}

} // namespace weft
