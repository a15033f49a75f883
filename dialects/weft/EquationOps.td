// Index equations: a wire defined element by element, and the scalar expressions inside.
#ifndef WEFT_EQUATION_OPS
#define WEFT_EQUATION_OPS

include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "WeftTypes.td"
include "WeftAttributes.td"

def Weft_EquationOp : Weft_Op<"equation", [IsolatedFromAbove, Pure,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmBlockArgumentNames"]>]> {
  let summary = "a wire defined by index notation";
  let description = [{
    Each region is one clause, as in `y[s, (j, re)] = …`. Its block takes the clause's indices, then the wires that are
    read; it ends in `weft.define`, whose positions say which elements the clause defines. Clauses are disjoint and
    cover the wire. `index_names` has the indices' names, clause by clause; `names` those of the wires.

    ```mlir
    %y = weft.equation "y" (%x, %W : !weft.obj<real[Seq, Model]>, !weft.obj<real[Model, Key]>)
        -> !weft.obj<real[Seq, Key]> {
    ^bb0(%s : !weft.obj<Seq>, %e : !weft.obj<Key>, %x_ : !weft.obj<real[Seq, Model]>, %W_ : !weft.obj<real[Model, Key]>):
      %sum = weft.fold @sum of {
      ^bb0(%m : !weft.obj<Model>):
        %a = weft.read %x_[%s, %m] : (!weft.obj<real[Seq, Model]>, !weft.obj<Seq>, !weft.obj<Model>) -> !weft.obj<real>
        %b = weft.read %W_[%m, %e] : (!weft.obj<real[Model, Key]>, !weft.obj<Model>, !weft.obj<Key>) -> !weft.obj<real>
        %c = weft.apply mul(%a, %b) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
        weft.yield %c : !weft.obj<real>
      } -> !weft.obj<real>
      weft.define %sum at [%s, %e] : !weft.obj<real>, !weft.obj<Seq>, !weft.obj<Key>
    }
    ```
  }];
  let arguments = (ins StrAttr:$name, OptionalAttr<ArrayAttr>:$index_names, OptionalAttr<StrArrayAttr>:$names,
                       Variadic<Weft_Object>:$wires);
  let results = (outs Weft_Object:$result);
  let regions = (region VariadicRegion<SizedRegion<1>>:$clauses);
  let assemblyFormat = [{
    $name (`(` $wires^ `:` type($wires) `)`)? `->` type($result) attr-dict-with-keyword $clauses
  }];
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// The indices of a clause: its block's arguments before those of the wires.
    ::llvm::ArrayRef<::mlir::BlockArgument> indices(unsigned clause);
    /// The clause's argument that stands for wire `i`.
    ::mlir::BlockArgument wireArgument(unsigned clause, unsigned i);
    /// The `weft.define` that ends a clause.
    ::weft::DefineOp define(unsigned clause);
  }];
}

def Weft_SegmentsOp : Weft_Op<"segments", [Pure]> {
  let summary = "elements sorted by their keys: those of each index of an axis lie side by side, in their order";
  let description = [{
    `keys` has a key for each element along its last axis; each position of the axes before it is sorted by itself. The
    elements whose key is index `v` are `order[p]` for the positions `p` from `begin[v]` to before `end[v]`. Keys that
    are integers and no index are left out. Where `sorted` is true the keys came sorted, and `order[p]`, which is then
    not to be read, is `p`.

    ```mlir
    %begin, %end, %order, %sorted = weft.segments %target : !weft.obj<Node[Edge]>
        -> !weft.obj<i64[Node]>, !weft.obj<i64[Node]>, !weft.obj<Edge[Edge]>, !weft.obj<bool>
    ```
  }];
  let arguments = (ins Weft_Object:$keys);
  let results = (outs Weft_Object:$begin, Weft_Object:$end, Weft_Object:$order, Weft_Object:$sorted);
  let assemblyFormat = "$keys attr-dict `:` type($keys) `->` type(results)";
  let hasVerifier = 1;
}

def Weft_InOrderOp : Weft_Op<"in_order", [Pure, AllTypesMatch<["elements", "result"]>]> {
  let summary = "a list in an order: the element at `p` is `elements[order[p]]`";
  let description = [{
    `order` and `sorted` are those of a `weft.segments` whose keys are indices: where `sorted` is true the result is
    `elements` itself. `elements` is an input or a weight of the network.

    ```mlir
    %1 = weft.in_order %source by(%order, %sorted) : !weft.obj<Node[Edge]>, !weft.obj<Edge[Edge]>, !weft.obj<bool>
    ```
  }];
  let arguments = (ins Weft_Object:$elements, Weft_Object:$order, Weft_Object:$sorted);
  let results = (outs Weft_Object:$result);
  let assemblyFormat = "$elements `by` `(` $order `,` $sorted `)` attr-dict `:` type($elements) `,` type($order) `,` type($sorted)";
  let hasVerifier = 1;
}

def Weft_DefineOp : Weft_Op<"define", [Terminator]> {
  let summary = "the value of the elements that a clause defines";
  let description = [{
    Each position is an index of the clause, or built from them by `weft.pair`, `weft.inject` and `weft.constant`.
  }];
  let arguments = (ins Weft_Scalar:$value, Variadic<Weft_Scalar>:$positions);
  let assemblyFormat = "$value `at` `[` $positions `]` attr-dict `:` type(operands)";
}
def Weft_YieldOp : Weft_Op<"yield", [Pure, Terminator]> {
  let summary = "what a region gives";
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

def Weft_FoldOp : Weft_Op<"fold", [SingleBlock, RecursiveMemoryEffects, DeclareOpInterfaceMethods<SymbolUserOpInterface>,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmBlockArgumentNames"]>]> {
  let summary = "a fold of a monoid over indices, in order";
  let description = [{
    The blocks take the fold's indices, the first outermost. `mask` yields a bool and is left out when there is none;
    arguments of masked elements are not evaluated. `arguments` yields what the monoid's lift takes. The result is
    lowered. `schedule` is how the target computes it and why, once it has decided. `graded` says of a fold that came
    from grading which component of which monoid it is. In the network that `weft emit` prints, `laws` are those of its
    monoid, and `schedules` is what was decided of all that the fold becomes in normal form. `skips_zeros`: a term with a factor that is 0 may be
    left out, whatever the other factors are, as where a tied weight is written out. With `within (%begin, %end)` one index, the first unless
    `ranged` has another's number, runs from `%begin` to before `%end` only: integers that lie in its axis.
  }];
  let arguments = (ins FlatSymbolRefAttr:$monoid, Variadic<Weft_Scalar>:$range, OptionalAttr<StrArrayAttr>:$index_names,
                       OptionalAttr<Weft_ScheduleAttr>:$schedule, OptionalAttr<StrAttr>:$graded,
                       OptionalAttr<I64Attr>:$ranged, OptionalAttr<DictionaryAttr>:$laws,
                       OptionalAttr<TypedArrayAttrBase<Weft_ScheduleAttr, "schedules">>:$schedules,
                       UnitAttr:$skips_zeros);
  let results = (outs Weft_Scalar:$result);
  let regions = (region AnyRegion:$mask, SizedRegion<1>:$arguments);
  let assemblyFormat = [{
    $monoid (`within` `(` $range^ `:` type($range) `)`)? (`where` $mask^)? `of` $arguments `->` type($result) attr-dict
  }];
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    ::llvm::ArrayRef<::mlir::BlockArgument> indices() { return getArguments().front().getArguments(); }
    /// The written order until something else is decided.
    ::weft::FoldAlgorithm algorithm() { return getSchedule() ? getSchedule()->getAlgorithm() : FoldAlgorithm::sequence; }
    /// Whether an index runs over a part of its axis only, and which.
    bool isRanged() { return !getRange().empty(); }
    unsigned rangedIndex() { return getRanged().value_or(0); }
  }];
  let builders = [OpBuilder<(ins "::mlir::Type":$result, "::mlir::FlatSymbolRefAttr":$monoid,
                                 "::mlir::ArrayAttr":$index_names), [{
    build($_builder, $_state, result, monoid, ::mlir::ValueRange(), index_names, ScheduleAttr(), ::mlir::StringAttr(),
          ::mlir::IntegerAttr(), ::mlir::DictionaryAttr(), ::mlir::ArrayAttr(), ::mlir::UnitAttr());
  }]>, OpBuilder<(ins "::mlir::Type":$result, "::llvm::StringRef":$monoid, "::mlir::ArrayAttr":$index_names), [{
    build($_builder, $_state, result, monoid, ::mlir::ValueRange(), index_names, ScheduleAttr(), ::mlir::StringAttr(),
          ::mlir::IntegerAttr(), ::mlir::DictionaryAttr(), ::mlir::ArrayAttr(), /*skips_zeros=*/false);
  }]>];
}

def Weft_ReadOp : Weft_Op<"read", [Pure]> {
  let summary = "an element of a wire";
  let description = [{
    `weft.read %x[%s, %m]`: each position is an index of the wire's axis there. With `otherwise`, positions may also be
    integers, and where any lies outside its axis the region's value stands instead (evaluated only then).
  }];
  let arguments = (ins Weft_Object:$wire, Variadic<Weft_Scalar>:$positions);
  let results = (outs Weft_Scalar:$result);
  let regions = (region AnyRegion:$otherwise);
  let assemblyFormat = "$wire `[` $positions `]` (`otherwise` $otherwise^)? attr-dict `:` functional-type(operands, results)";
  let hasRegionVerifier = 1;
}

def Weft_ConstantOp : Weft_Op<"constant", [Pure]> {
  let summary = "a number, a truth value, or an element of an axis";
  let description = [{ Reals have an `f64` attribute, everything else an `i64` one (bool: 0 or 1; an index: its number). }];
  let arguments = (ins TypedAttrInterface:$value);
  let results = (outs Weft_Scalar:$result);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}
def Weft_SizeOp : Weft_Op<"size", [Pure]> {
  let summary = "`#A`: the size of an axis, as a number of the type asked for";
  let arguments = (ins StrAttr:$axis);
  let results = (outs Weft_Scalar:$result);
  let assemblyFormat = "$axis attr-dict `:` type($result)";
  let hasVerifier = 1;
}
def Weft_ApplyOp : Weft_Op<"apply", [Pure]> {
  let summary = "a function of scalars";
  let arguments = (ins Weft_FunctionEnum:$function, Variadic<Weft_Scalar>:$values);
  let results = (outs Weft_Scalar:$result);
  let assemblyFormat = "$function `(` $values `)` attr-dict `:` functional-type($values, $result)";
  let hasVerifier = 1;
}
def Weft_ConvertOp : Weft_Op<"convert", [Pure]> {
  let summary = "a conversion that the program says: `real(i)`, `i32(x)`, an index as an integer";
  let description = [{
    From an index: its number. From a real to an integer: towards zero. A value that does not fit an integer type
    is the error `number.overflow`. To its own type: the value as a wire of that type holds it (an integer is checked,
    a 16-bit real is rounded).
  }];
  let arguments = (ins Weft_Scalar:$value);
  let results = (outs Weft_Scalar:$result);
  let assemblyFormat = "$value attr-dict `:` type($value) `->` type($result)";
  let hasVerifier = 1;
}
def Weft_IndexOp : Weft_Op<"index", []> {
  let summary = "`A(e)`: an index of an axis from an integer; `index.range` when it runs outside, unless `proved`";
  let arguments = (ins Weft_Scalar:$number, UnitAttr:$proved);
  let results = (outs Weft_Scalar:$result);
  let assemblyFormat = "$number (`proved` $proved^)? attr-dict `:` type($number) `->` type($result)";
  let hasVerifier = 1;
}
def Weft_PairOp : Weft_Op<"pair", [Pure]> {
  let summary = "an index of a product axis from indices of its factors";
  let arguments = (ins Variadic<Weft_Scalar>:$parts);
  let results = (outs Weft_Scalar:$result);
  let assemblyFormat = "$parts attr-dict `:` functional-type($parts, $result)";
}
def Weft_InjectOp : Weft_Op<"inject", [Pure]> {
  let summary = "`Left i`: an index of a sum axis from an index of one of its summands";
  let arguments = (ins Weft_Scalar:$part);
  let results = (outs Weft_Scalar:$result);
  let assemblyFormat = "$part attr-dict `:` type($part) `->` type($result)";
}
def Weft_IfOp : Weft_Op<"if", [RecursiveMemoryEffects]> {
  let summary = "`if c then a else b`: only the branch taken is evaluated";
  let description = [{ `a and b` is `if a then b else false`, `a or b` is `if a then true else b`. }];
  let arguments = (ins Weft_Bool:$condition);
  let results = (outs Weft_Scalar:$result);
  let regions = (region SizedRegion<1>:$then_region, SizedRegion<1>:$else_region);
  let assemblyFormat = "$condition $then_region `else` $else_region attr-dict `:` type($condition) `->` type($result)";
  let hasRegionVerifier = 1;
}
def Weft_CheckOp : Weft_Op<"check", []> {
  let summary = "a value, on condition that a contract holds: the contract of a scalar morphism that was inlined";
  let arguments = (ins Weft_ContractKindEnum:$kind, StrAttr:$text, Weft_Bool:$condition, Weft_Scalar:$value);
  let results = (outs Weft_Scalar:$result);
  let assemblyFormat = "$kind $text $condition `for` $value attr-dict `:` type($condition) `,` type($value) `->` type($result)";
}
def Weft_CallOp : Weft_Op<"call", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "a scalar morphism applied inside an expression: one set of weights for all indices";
  let arguments = (ins StrAttr:$name, FlatSymbolRefAttr:$callee, Variadic<Weft_Scalar>:$arguments);
  let results = (outs Weft_Scalar:$result);
  let assemblyFormat = "$name $callee `(` $arguments `)` attr-dict `:` functional-type($arguments, $result)";
}

#endif
