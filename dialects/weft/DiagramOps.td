// Diagrams: boxes, the ways to repeat a box along an axis, copying, dropping, packing, contracts.
#ifndef WEFT_DIAGRAM_OPS
#define WEFT_DIAGRAM_OPS

include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "WeftTypes.td"
include "WeftAttributes.td"

def Weft_BoxOp : Weft_Op<"box", [AttrSizedOperandSegments, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "an occurrence of a morphism";
  let description = [{
    `name` is the level that the occurrence adds to the paths of its weights: `%y = weft.box "attn" @attention(%x) : …`.

    `tied` are wires that stand for weights inside, which are then not stored: of each, `tied_paths` has the path from
    here, and `tied_by` the cell that says so, empty for a weight that stays. A 2-cell is such a box, without a level
    of its own, the equations of its ties, and nothing else:

    ```mlir
    weft.morphism @gpt2(%t : …) weights(embed.token …) -> (…) {
      %a, %b = weft.copy %token …
      %W = weft.equation "head.W" (%a : …) -> … { … }
      %y = weft.box "" @gpt2_untied(%t) ties ["embed.token", "head.W"] (%b, %W : …) by ["", "tie_head"] : …
    }
    ```
  }];
  let arguments = (ins StrAttr:$name, FlatSymbolRefAttr:$callee, Variadic<Weft_Wire>:$wires,
                       OptionalAttr<StrArrayAttr>:$tied_paths, Variadic<Weft_Object>:$tied,
                       OptionalAttr<StrArrayAttr>:$tied_by);
  let results = (outs Variadic<Weft_Wire>:$outputs);
  let assemblyFormat = [{
    $name $callee `(` $wires `)` (`ties` $tied_paths^)? (`(` $tied^ `:` type($tied) `)`)?
    (`by` $tied_by^)? attr-dict `:` functional-type($wires, $outputs)
  }];
  let extraClassDeclaration = [{
    /// The paths of the tied weights, in the order of `tied`.
    auto tiedPaths() {
      return getTiedPaths().value_or(::mlir::ArrayAttr::get(getContext(), {})).getAsValueRange<::mlir::StringAttr>();
    }
  }];
}

// Frames: a body, and operands that are states (carried along), elements (indexed by the axis) or contexts (`with`:
// every position gets the same). The body's block takes them in this order, elements without the axis.
class Weft_Frame<string mnemonic, list<Trait> traits = []> : Weft_Op<mnemonic,
    !listconcat(traits, [AttrSizedOperandSegments, SingleBlock])> {
  let arguments = (ins OptionalAttr<StrAttr>:$name, StrAttr:$axis, OptionalAttr<DenseI64ArrayAttr>:$depths,
                       Variadic<Weft_Wire>:$states, Variadic<Weft_Wire>:$elements, Variadic<Weft_Wire>:$contexts);
  let results = (outs Variadic<Weft_Wire>:$outputs);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    (`named` $name^)? `over` $axis (`depths` $depths^)? (`states` `(` $states^ `:` type($states) `)`)?
    (`elements` `(` $elements^ `:` type($elements) `)`)? (`with` `(` $contexts^ `:` type($contexts) `)`)?
    (`->` type($outputs)^)? attr-dict-with-keyword $body
  }];
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::Block &block() { return getBody().front(); }
    /// How many axes stand before the frame's axis in an element or a collected output. `depths` has one number for
    /// each element and then one for each collected output; none as people write it: the axis is the first.
    int64_t elementDepth(unsigned element) { return getDepths() ? (*getDepths())[element] : 0; }
    int64_t outputDepth(unsigned output) { return getDepths() ? (*getDepths())[getElements().size() + output] : 0; }
  }];
}

def Weft_MapOp : Weft_Frame<"map"> {
  let summary = "`map f over A`: the same box at every position, one set of weights";
}
def Weft_EachOp : Weft_Frame<"each"> {
  let summary = "`each f over A`: a box at every position, with its own weights";
}
def Weft_ChainOp : Weft_Frame<"chain"> {
  let summary = "`chain f over A`: copies of a box in sequence, each with its own weights";
  let description = [{ Results are the last states, then the outputs collected along the axis. }];
}
def Weft_ScanOp : Weft_Frame<"scan", [RecursiveMemoryEffects]> {
  let summary = "`scan f over A`: a Mealy machine, one set of weights";
  let description = [{
    Results are the last states, then the outputs collected along the axis. In normal form every frame that is not
    an equation is a scan: a chain's weights are elements, and the body uses wires of outside directly, without `with`.
    A scan without states is a loop whose positions are independent.
  }];
}
def Weft_FoldlOp : Weft_Frame<"foldl"> {
  let summary = "`fold f over A`: an algebra of 1 + X × −; the results are the last states";
}
def Weft_UnfoldOp : Weft_Frame<"unfold"> {
  let summary = "`unfold f over A`: a coalgebra of Y × −";
  let description = [{ Results are the last states, then the outputs collected along the axis. }];
}
def Weft_GroupOp : Weft_Op<"group", [SingleBlock]> {
  let summary = "a named part of a diagram: adds a level to the paths of weights";
  let arguments = (ins StrAttr:$name, Variadic<Weft_Wire>:$wires);
  let results = (outs Variadic<Weft_Wire>:$outputs);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$name (`(` $wires^ `:` type($wires) `)`)? (`->` type($outputs)^)? attr-dict-with-keyword $body";
  let hasRegionVerifier = 1;
}

def Weft_IterateOp : Weft_Op<"iterate", [AttrSizedOperandSegments, SingleBlock, RecursiveMemoryEffects]> {
  let summary = "`iterate f at most n`: until an application changes nothing, or n times";
  let description = [{
    The body takes states and contexts and yields states. `bound` is a size in normal form. Results are the last states and a
    bool: whether an application changed nothing within the bound. States are compared exactly (NaN equals NaN).
  }];
  let arguments = (ins OptionalAttr<StrAttr>:$name, StrAttr:$bound, Variadic<Weft_Wire>:$states,
                       Variadic<Weft_Wire>:$contexts);
  let results = (outs Variadic<Weft_Wire>:$outputs);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    (`named` $name^)? `at_most` $bound (`states` `(` $states^ `:` type($states) `)`)?
    (`with` `(` $contexts^ `:` type($contexts) `)`)? (`->` type($outputs)^)? attr-dict-with-keyword $body
  }];
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{ ::mlir::Block &block() { return getBody().front(); } }];
}

def Weft_CopyOp : Weft_Op<"copy", [Pure]> {
  let summary = "a wire used several times";
  let arguments = (ins Weft_Wire:$wire);
  let results = (outs Variadic<Weft_Wire>:$copies);
  let assemblyFormat = "$wire attr-dict `:` type($wire) `->` type($copies)";
  let hasVerifier = 1;
}
def Weft_DropOp : Weft_Op<"drop"> {
  let summary = "a wire deleted on purpose";
  let arguments = (ins Weft_Wire:$wire);
  let assemblyFormat = "$wire attr-dict `:` type($wire)";
}
def Weft_PackOp : Weft_Op<"pack", [Pure]> {
  let summary = "several wires as one declared wire of product type";
  let arguments = (ins Variadic<Weft_Wire>:$wires);
  let results = (outs Weft_Wire:$packed);
  let assemblyFormat = "$wires attr-dict `:` type($wires) `->` type($packed)";
  let hasVerifier = 1;
}
def Weft_UnpackOp : Weft_Op<"unpack", [Pure]> {
  let summary = "the wires inside a packed wire";
  let arguments = (ins Weft_Wire:$packed);
  let results = (outs Variadic<Weft_Wire>:$wires);
  let assemblyFormat = "$packed attr-dict `:` type($packed) `->` type($wires)";
  let hasVerifier = 1;
}

def Weft_ContractOp : Weft_Op<"contract", [IsolatedFromAbove, SingleBlock,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmBlockArgumentNames"]>]> {
  let summary = "a condition on wires that must hold";
  let description = [{
    The block takes one index for each axis of `over` (none as written; a contract pushed into a frame holds at every
    index), then the wires, and yields a bool. `text` is the condition as written, for the message.
  }];
  let arguments = (ins Weft_ContractKindEnum:$kind, StrAttr:$text, OptionalAttr<StrArrayAttr>:$over,
                       OptionalAttr<StrArrayAttr>:$names, Variadic<Weft_Object>:$wires);
  let regions = (region SizedRegion<1>:$condition);
  let assemblyFormat = [{
    $kind $text (`over` $over^)? (`names` $names^)? (`(` $wires^ `:` type($wires) `)`)? attr-dict-with-keyword $condition
  }];
  let hasRegionVerifier = 1;
}

#endif
