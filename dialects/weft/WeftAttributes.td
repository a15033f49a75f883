#ifndef WEFT_ATTRIBUTES
#define WEFT_ATTRIBUTES

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "WeftDialect.td"

// Functions of scalars. Reals: IEEE, min and max hand NaN on. Integers: as if exact, `div` rounds down and `mod` has
// the divisor's sign. Comparisons give bool.
class Weft_Function<string name, int value> : I32EnumAttrCase<name, value, name>;
def Weft_FunctionAttr : I32EnumAttr<"Function", "a function of scalars", [
  Weft_Function<"add", 0>, Weft_Function<"sub", 1>, Weft_Function<"mul", 2>, Weft_Function<"divide", 3>,
  Weft_Function<"div", 4>, Weft_Function<"mod", 5>, Weft_Function<"neg", 6>, Weft_Function<"abs", 7>,
  Weft_Function<"floor", 8>, Weft_Function<"min", 9>, Weft_Function<"max", 10>, Weft_Function<"pow", 11>,
  Weft_Function<"exp", 12>, Weft_Function<"log", 13>, Weft_Function<"sqrt", 14>, Weft_Function<"rsqrt", 15>,
  Weft_Function<"sin", 16>, Weft_Function<"cos", 17>, Weft_Function<"tan", 18>, Weft_Function<"asin", 19>,
  Weft_Function<"acos", 20>, Weft_Function<"atan", 21>, Weft_Function<"atan2", 22>, Weft_Function<"tanh", 23>,
  Weft_Function<"erf", 24>, Weft_Function<"expdiff", 25>,
  Weft_Function<"eq", 26>, Weft_Function<"ne", 27>, Weft_Function<"lt", 28>, Weft_Function<"le", 29>,
  Weft_Function<"gt", 30>, Weft_Function<"ge", 31>,
  Weft_Function<"not_", 32>, Weft_Function<"and_", 33>, Weft_Function<"or_", 34>, Weft_Function<"select", 35>
]> {
  let cppNamespace = "::weft";
  let genSpecializedAttr = 0;
}
def Weft_FunctionEnum : EnumAttr<Weft_Dialect, Weft_FunctionAttr, "function"> {
  let assemblyFormat = "$value";
}

class Weft_AxisKind<string name, int value> : I32EnumAttrCase<name, value, name>;
def Weft_AxisKindAttr : I32EnumAttr<"AxisKind", "how an axis gets its size", [
  Weft_AxisKind<"open", 0>, Weft_AxisKind<"fixed", 1>, Weft_AxisKind<"named", 2>, Weft_AxisKind<"product", 3>,
  Weft_AxisKind<"sum", 4>, Weft_AxisKind<"computed", 5>, Weft_AxisKind<"abstract", 6>
]> {
  let cppNamespace = "::weft";
  let genSpecializedAttr = 0;
}
def Weft_AxisKindEnum : EnumAttr<Weft_Dialect, Weft_AxisKindAttr, "axis_kind"> {
  let assemblyFormat = "$value";
}

class Weft_ContractKind<string name, int value> : I32EnumAttrCase<name, value, name>;
def Weft_ContractKindAttr : I32EnumAttr<"ContractKind", "which side of a contract", [
  Weft_ContractKind<"requires_", 0>, Weft_ContractKind<"ensures", 1>
]> {
  let cppNamespace = "::weft";
  let genSpecializedAttr = 0;
}
def Weft_ContractKindEnum : EnumAttr<Weft_Dialect, Weft_ContractKindAttr, "contract_kind"> {
  let assemblyFormat = "$value";
}

class Weft_TieForm<string name, int value> : I32EnumAttrCase<name, value, name>;
def Weft_TieFormAttr : I32EnumAttr<"TieForm", "what a weight of an occurrence is in terms of stored weights", [
  Weft_TieForm<"own", 0>, Weft_TieForm<"alias", 1>, Weft_TieForm<"transposed", 2>, Weft_TieForm<"permuted", 3>,
  Weft_TieForm<"affine", 4>, Weft_TieForm<"computed", 5>
]> {
  let cppNamespace = "::weft";
  let genSpecializedAttr = 0;
}
def Weft_TieFormEnum : EnumAttr<Weft_Dialect, Weft_TieFormAttr, "tie_form"> {
  let assemblyFormat = "$value";
}

class Weft_FoldAlgorithm<string name, int value> : I32EnumAttrCase<name, value, name>;
def Weft_FoldAlgorithmAttr : I32EnumAttr<"FoldAlgorithm", "how a fold is computed", [
  Weft_FoldAlgorithm<"sequence", 0>,     // one element after the other, as written
  Weft_FoldAlgorithm<"chunks", 1>,       // neighbours are combined first, chunks in order
  Weft_FoldAlgorithm<"tree", 2>,         // partial results side by side, in any order
  Weft_FoldAlgorithm<"scan", 3>,         // one running fold gives the results at all positions
  Weft_FoldAlgorithm<"chunked_scan", 4>, // the same, the prefixes of a chunk all at once
  Weft_FoldAlgorithm<"product", 5>,      // a tiled product of matrices
  Weft_FoldAlgorithm<"segmented", 6>     // elements sorted by a key, those of one key in a row
]> {
  let cppNamespace = "::weft";
  let genSpecializedAttr = 0;
}

def Weft_ScheduleAttr : AttrDef<Weft_Dialect, "Schedule"> {
  let mnemonic = "schedule";
  let summary = "the algorithm that a fold gets, and why";
  let description = [{
    `#weft.schedule<scan, "the prefix up to `t` grows by one element a position", refused ["tree: `affine` does not
    commute"]>`. The target decides it once, before it writes any code, and what it writes obeys it. In the network, where
    grading has not yet taken folds apart, `of "component `m` of `softmax`, its grade"` says of which part it was decided.
  }];
  let parameters = (ins "FoldAlgorithm":$algorithm, "::mlir::StringAttr":$reason,
                        ArrayRefParameter<"::mlir::StringAttr">:$refused, "::mlir::StringAttr":$part);
  let builders = [AttrBuilder<(ins "FoldAlgorithm":$algorithm, "const ::llvm::Twine &":$reason,
                                   CArg<"::llvm::ArrayRef<std::string>", "{}">:$refused)>];
  let extraClassDeclaration = [{
    /// The same, of a part of what it is said of.
    ScheduleAttr of(::llvm::StringRef part);
  }];
  let hasCustomAssemblyFormat = 1;
}

def Weft_InitAttr : AttrDef<Weft_Dialect, "Init"> {
  let mnemonic = "init";
  let summary = "how a weight is drawn when no file gives it";
  let description = [{
    `#weft.init<normal, [0.0, 2.0e-2]>`. Kinds: `zeros ones normal uniform glorot constant`.
  }];
  let parameters = (ins "::mlir::StringAttr":$kind, "::mlir::DenseF64ArrayAttr":$arguments);
  let hasCustomAssemblyFormat = 1;
}

#endif
