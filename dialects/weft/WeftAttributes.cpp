// Attributes of the weft dialect.
#include "dialects/weft/WeftDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

#define GET_ATTRDEF_CLASSES
#include "dialects/weft/WeftAttributes.cpp.inc"

using namespace mlir;

namespace weft {

void WeftDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/weft/WeftAttributes.cpp.inc"
      >();
}

// `<normal, [0.0, 0.02]>`: numbers in the shortest form that reads back to the same double.
Attribute InitAttr::parse(AsmParser &parser, Type) {
  std::string kind;
  SmallVector<double> numbers;
  auto number = [&] { return parser.parseFloat(numbers.emplace_back()); };
  if (parser.parseLess() || parser.parseKeywordOrString(&kind))
    return {};
  if (succeeded(parser.parseOptionalComma()) &&
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, number))
    return {};
  if (parser.parseGreater())
    return {};
  return get(parser.getContext(), StringAttr::get(parser.getContext(), kind),
             DenseF64ArrayAttr::get(parser.getContext(), numbers));
}

void InitAttr::print(AsmPrinter &printer) const {
  printer << "<";
  printer.printKeywordOrString(getKind());
  if (!getArguments().empty()) {
    printer << ", [";
    llvm::interleaveComma(getArguments().asArrayRef(), printer,
                          [&](double number) { printer.printFloat(APFloat(number)); });
    printer << "]";
  }
  printer << ">";
}

} // namespace weft
