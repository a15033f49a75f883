#include "compiler/target/artifact/DescriptorConstants.h"
#include "compiler/target/artifact/CpuFeatures.h"
#include "compiler/target/artifact/Places.h"
#include "lib/runtime/Descriptor.h"
#include "lib/runtime/Status.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/Constants.h"

using llvm::Constant;

namespace weft {

// Wires of more elements than this have no memory to live in.
static constexpr int64_t largestWire = int64_t(1) << 44;

static weft_element elementOf(llvm::StringRef stored) {
  return llvm::StringSwitch<weft_element>(stored)
      .Case("F64", WEFT_F64)
      .Case("F32", WEFT_F32)
      .Case("F16", WEFT_F16)
      .Case("BF16", WEFT_BF16)
      .Case("I32", WEFT_I32)
      .Case("I16", WEFT_I16)
      .Case("I8", WEFT_I8)
      .Case("U8", WEFT_U8)
      .Case("BOOL", WEFT_BOOL)
      .Default(WEFT_I64);
}

static int64_t statusOf(llvm::StringRef error) {
  return llvm::StringSwitch<int64_t>(error)
      .Case("index.range", WEFT_INDEX_RANGE)
      .Case("number.overflow", WEFT_NUMBER_OVERFLOW)
      .Case("number.divide", WEFT_NUMBER_DIVIDE)
      .Case("contract.requires", WEFT_CONTRACT_REQUIRES)
      .Case("contract.ensures", WEFT_CONTRACT_ENSURES)
      .Case("fold.empty", WEFT_FOLD_EMPTY)
      .Case("monoid.domain", WEFT_MONOID_DOMAIN)
      .Case("size.mismatch", WEFT_SIZE_MISMATCH)
      .Default(WEFT_FAILED);
}

namespace {

class DescriptorWriter {
public:
  DescriptorWriter(llvm::Module &module, const NetworkDescription &network)
      : module(module), network(network), integer(llvm::Type::getInt64Ty(module.getContext())),
        pointer(llvm::PointerType::getUnqual(module.getContext())) {}

  Constant *descriptor(llvm::ArrayRef<CodeVariant> variants);

private:
  Constant *number(int64_t value) { return llvm::ConstantInt::getSigned(integer, value); }
  Constant *null() { return llvm::ConstantPointerNull::get(pointer); }
  Constant *row(llvm::ArrayRef<Constant *> fields) {
    return llvm::ConstantStruct::getAnon(module.getContext(), fields);
  }
  Constant *place(Constant *value);
  Constant *string(llvm::StringRef text);
  Constant *table(llvm::ArrayRef<Constant *> rows);
  Constant *size(const Size &size);
  void appendSize(const Size &size, std::vector<Constant *> &program);
  int64_t axisNumber(const std::string &axis);
  Constant *wire(const EdgeTensor &tensor);
  Constant *wires(const std::vector<EdgeTensor> &tensors);
  std::vector<Constant *> axes();
  std::vector<Constant *> checks();
  std::vector<Constant *> sites(const CpuCode &code);
  std::vector<Constant *> features(const CpuTarget &target);
  Constant *checkedInputs(const CpuCode &code);
  std::vector<Constant *> variantRows(llvm::ArrayRef<CodeVariant> variants);

  llvm::Module &module;
  const NetworkDescription &network;
  llvm::Type *integer;
  llvm::PointerType *pointer;
  llvm::StringMap<Constant *> strings;
};

// A constant in memory; its address.
Constant *DescriptorWriter::place(Constant *value) {
  auto *global = new llvm::GlobalVariable(module, value->getType(), /*isConstant=*/true,
                                          llvm::GlobalValue::InternalLinkage, value, "weft_data");
  global->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
  return global;
}

Constant *DescriptorWriter::string(llvm::StringRef text) {
  Constant *&known = strings[text];
  if (!known)
    known = place(llvm::ConstantDataArray::getString(module.getContext(), text));
  return known;
}

Constant *DescriptorWriter::table(llvm::ArrayRef<Constant *> rows) {
  if (rows.empty())
    return null();
  return place(llvm::ConstantArray::get(llvm::ArrayType::get(rows.front()->getType(), rows.size()), rows));
}

int64_t DescriptorWriter::axisNumber(const std::string &axis) {
  const std::vector<std::string> &open = network.axes.openAxes();
  return llvm::find(open, axis) - open.begin();
}

// Each term pushes its value; from the second on it is added to what is there.
void DescriptorWriter::appendSize(const Size &size, std::vector<Constant *> &program) {
  auto emit = [&](int64_t value) { program.push_back(number(value)); };
  bool first = true;
  for (const auto &[monomial, coefficient] : size.terms()) {
    emit(WEFT_SIZE_CONSTANT);
    emit(coefficient);
    for (const auto &[atom, power] : monomial)
      for (unsigned i = 0; i < power; ++i) {
        if (atom.dividend) {
          appendSize(*atom.dividend, program);
          emit(WEFT_SIZE_DIVIDE);
          emit(atom.divisor);
        } else {
          emit(WEFT_SIZE_AXIS);
          emit(axisNumber(atom.axis));
        }
        emit(WEFT_SIZE_MULTIPLY);
      }
    if (!first)
      emit(WEFT_SIZE_ADD);
    first = false;
  }
  if (first) {
    emit(WEFT_SIZE_CONSTANT);
    emit(0);
  }
}

Constant *DescriptorWriter::size(const Size &size) {
  std::vector<Constant *> program;
  appendSize(size, program);
  program.push_back(number(WEFT_SIZE_END));
  return table(program);
}

Constant *DescriptorWriter::wire(const EdgeTensor &tensor) {
  std::vector<Constant *> shape;
  for (mlir::StringAttr axis : tensor.type.getAxes())
    shape.push_back(size(network.axes.size(axis.getValue())));
  Constant *indexAxis = null(), *indexSize = null(), *hash = null();
  if (tensor.type.isIndex()) {
    indexAxis = string(tensor.type.getElement().getValue());
    indexSize = size(network.axes.size(tensor.type.getElement().getValue()));
  }
  if (tensor.hash)
    hash = place(llvm::ConstantDataArray::get(module.getContext(), llvm::ArrayRef<uint8_t>(*tensor.hash)));
  return row({string(tensor.name), number(elementOf(network.storedType(tensor.type))),
              number(static_cast<int64_t>(shape.size())), table(shape), indexAxis, indexSize, hash});
}

Constant *DescriptorWriter::wires(const std::vector<EdgeTensor> &tensors) {
  std::vector<Constant *> rows;
  for (const EdgeTensor &tensor : tensors)
    rows.push_back(wire(tensor));
  return table(rows);
}

std::vector<Constant *> DescriptorWriter::axes() {
  std::vector<Constant *> names;
  for (auto [axis, isUsed] : llvm::zip(network.axes.openAxes(), network.axisIsUsed))
    names.push_back(isUsed ? string(axis) : null());
  return names;
}

std::vector<Constant *> DescriptorWriter::checks() {
  std::vector<Constant *> rows;
  for (const std::string &axis : network.checkedAxes)
    rows.push_back(
        row({size(network.axes.size(axis)), string("axis `" + axis + "`"), number(maximalAxisSize)}));
  for (const Size &count : network.wireCounts)
    rows.push_back(
        row({size(count), string("a wire of " + count.text() + " elements"), number(largestWire)}));
  return rows;
}

std::vector<Constant *> DescriptorWriter::sites(const CpuCode &code) {
  std::vector<Constant *> rows;
  for (const ErrorSite &site : code.sites)
    rows.push_back(row({string(site.name), number(statusOf(site.name)), string(site.message),
                        string(placeOf(site.location))}));
  return rows;
}

std::vector<Constant *> DescriptorWriter::features(const CpuTarget &target) {
  std::vector<Constant *> rows;
  for (const CpuFeature &feature : featuresOf(target))
    rows.push_back(row({string(feature.name), number(feature.leaf), number(feature.subleaf),
                        number(feature.reg), number(feature.bit), number(feature.saved)}));
  return rows;
}

Constant *DescriptorWriter::checkedInputs(const CpuCode &code) {
  std::vector<Constant *> flags;
  for (bool isChecked : code.checksInput)
    flags.push_back(number(isChecked));
  return table(flags);
}

std::vector<Constant *> DescriptorWriter::variantRows(llvm::ArrayRef<CodeVariant> variants) {
  std::vector<Constant *> rows;
  for (auto [i, variant] : llvm::enumerate(variants)) {
    std::vector<Constant *> needed = features(variant.target);
    std::vector<Constant *> fields = {string(variant.target.name),
                                      number(static_cast<int64_t>(needed.size())), table(needed),
                                      number(variant.code.packedBytes), checkedInputs(variant.code)};
    for (const char *name : {"weft_bind_", "weft_call_", "weft_scratch_bytes_", "weft_kept_bytes_"})
      fields.push_back(module.getFunction(name + std::to_string(i)));
    rows.push_back(row(fields));
  }
  return rows;
}

Constant *DescriptorWriter::descriptor(llvm::ArrayRef<CodeVariant> variants) {
  auto counted = [&](const std::vector<Constant *> &rows, std::vector<Constant *> &fields) {
    fields.push_back(number(static_cast<int64_t>(rows.size())));
    fields.push_back(table(rows));
  };
  std::vector<Constant *> fields = {number(WEFT_ABI_VERSION), string(network.name), string(WEFT_VERSION)};
  counted(axes(), fields);
  for (const std::vector<EdgeTensor> *tensors : {&network.inputs, &network.outputs, &network.weights}) {
    fields.push_back(number(static_cast<int64_t>(tensors->size())));
    fields.push_back(wires(*tensors));
  }
  counted(checks(), fields);
  counted(sites(variants.back().code), fields);
  counted(variantRows(variants), fields);
  return row(fields);
}

} // namespace

bool addDescriptor(llvm::Module &module, const NetworkDescription &network,
                   llvm::ArrayRef<CodeVariant> variants) {
  llvm::GlobalVariable *declared = module.getGlobalVariable("weft_network_descriptor");
  if (!declared)
    return false;
  Constant *value = DescriptorWriter(module, network).descriptor(variants);
  auto *defined = new llvm::GlobalVariable(module, value->getType(), /*isConstant=*/true,
                                           llvm::GlobalValue::InternalLinkage, value, "");
  defined->takeName(declared);
  declared->replaceAllUsesWith(defined);
  declared->eraseFromParent();
  return true;
}

} // namespace weft
