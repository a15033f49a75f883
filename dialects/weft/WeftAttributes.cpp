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

// `<scan, "why", refused ["tree: why not"], of "component `m` of `softmax`, its grade">`
Attribute ScheduleAttr::parse(AsmParser &parser, Type) {
  std::string algorithm, reason, part;
  SmallVector<StringAttr> refused;
  llvm::SMLoc where = parser.getCurrentLocation();
  auto text = [&]() -> ParseResult {
    std::string why;
    if (parser.parseString(&why))
      return failure();
    refused.push_back(StringAttr::get(parser.getContext(), why));
    return success();
  };
  if (parser.parseLess() || parser.parseKeywordOrString(&algorithm) || parser.parseComma() ||
      parser.parseString(&reason))
    return {};
  while (succeeded(parser.parseOptionalComma())) {
    if (succeeded(parser.parseOptionalKeyword("of"))) {
      if (parser.parseString(&part))
        return {};
    } else if (parser.parseKeyword("refused") ||
               parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, text)) {
      return {};
    }
  }
  std::optional<FoldAlgorithm> known = symbolizeFoldAlgorithm(algorithm);
  if (!known) {
    parser.emitError(where, "`" + algorithm + "` is no way to compute a fold [syntax]");
    return {};
  }
  if (parser.parseGreater())
    return {};
  return get(parser.getContext(), *known, StringAttr::get(parser.getContext(), reason), refused,
             StringAttr::get(parser.getContext(), part));
}

void ScheduleAttr::print(AsmPrinter &printer) const {
  printer << "<" << stringifyFoldAlgorithm(getAlgorithm()) << ", " << getReason();
  if (!getRefused().empty()) {
    printer << ", refused [";
    llvm::interleaveComma(getRefused(), printer);
    printer << "]";
  }
  if (!getPart().empty())
    printer << ", of " << getPart();
  printer << ">";
}

ScheduleAttr ScheduleAttr::get(MLIRContext *context, FoldAlgorithm algorithm, const Twine &reason,
                               ArrayRef<std::string> refused) {
  SmallVector<StringAttr> texts =
      llvm::map_to_vector(refused, [&](const std::string &text) { return StringAttr::get(context, text); });
  return get(context, algorithm, StringAttr::get(context, reason), texts, StringAttr::get(context, ""));
}

ScheduleAttr ScheduleAttr::of(StringRef part) {
  return get(getContext(), getAlgorithm(), getReason(), getRefused(), StringAttr::get(getContext(), part));
}

} // namespace weft
