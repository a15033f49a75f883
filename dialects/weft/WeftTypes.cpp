// Objects: printing, parsing, and the kinds of their elements.
#include "dialects/weft/WeftDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/TypeSwitch.h"

#define GET_TYPEDEF_CLASSES
#include "dialects/weft/WeftTypes.cpp.inc"

using namespace mlir;

namespace weft {

void WeftDialect::registerTypes() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/weft/WeftTypes.cpp.inc"
      >();
}

ObjectType ObjectType::get(MLIRContext *context, llvm::StringRef element,
                           llvm::ArrayRef<llvm::StringRef> axes) {
  SmallVector<StringAttr> names;
  for (llvm::StringRef axis : axes)
    names.push_back(StringAttr::get(context, axis));
  return get(context, StringAttr::get(context, element), names);
}

ObjectType ObjectType::scalar() const { return get(getContext(), getElement(), ArrayRef<StringAttr>()); }

ObjectType ObjectType::over(ArrayRef<StringAttr> axes) const { return get(getContext(), getElement(), axes); }

bool ObjectType::isReal() const {
  return llvm::StringSwitch<bool>(getElement())
      .Cases({"real", "f64", "f32", "f16", "bf16"}, true)
      .Default(false);
}
bool ObjectType::isInteger() const {
  return llvm::StringSwitch<bool>(getElement()).Cases({"i64", "i32", "i16", "i8", "u8"}, true).Default(false);
}
bool ObjectType::isBool() const { return getElement() == "bool"; }
bool ObjectType::isIndex() const { return !isReal() && !isInteger() && !isBool(); }

static void printName(AsmPrinter &printer, StringAttr name) { printer.printKeywordOrString(name); }

Type ObjectType::parse(AsmParser &parser) {
  std::string element;
  SmallVector<StringAttr> axes;
  auto axis = [&]() -> ParseResult {
    std::string name;
    if (parser.parseKeywordOrString(&name))
      return failure();
    axes.push_back(StringAttr::get(parser.getContext(), name));
    return success();
  };
  if (parser.parseLess() || parser.parseKeywordOrString(&element) ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::OptionalSquare, axis) || parser.parseGreater())
    return {};
  return get(parser.getContext(), StringAttr::get(parser.getContext(), element), axes);
}

void ObjectType::print(AsmPrinter &printer) const {
  printer << "<";
  printName(printer, getElement());
  if (!getAxes().empty()) {
    printer << "[";
    llvm::interleaveComma(getAxes(), printer, [&](StringAttr axis) { printName(printer, axis); });
    printer << "]";
  }
  printer << ">";
}

} // namespace weft
