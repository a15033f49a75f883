// What stands at the top of a program: axes, monoids, morphisms, networks, claims.
#ifndef WEFT_PROGRAM_OPS
#define WEFT_PROGRAM_OPS

include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "WeftTypes.td"
include "WeftAttributes.td"

def Weft_AxisOp : Weft_Op<"axis", [Symbol]> {
  let summary = "an axis: the colour of wires";
  let description = [{
    `size` is the size in normal form (text of `lib/axis/Size.h`): the axis's own name for an open or abstract axis.
    `parts` are the factors of a product (row-major) or the summands of a sum; anonymous factors are axes named
    `Axis.0`, `Axis.1` by position. `elements` are the names of a named axis.

    ```mlir
    weft.axis open @Seq "Seq"
    weft.axis fixed @Head "12"
    weft.axis product @Model "768" parts ["Head", "Key"]
    weft.axis named @Kind "3" elements ["kill", "propagate", "generate"]
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, Weft_AxisKindEnum:$kind, StrAttr:$size,
                       OptionalAttr<StrArrayAttr>:$parts, OptionalAttr<StrArrayAttr>:$elements);
  let assemblyFormat = "$kind $sym_name $size (`parts` $parts^)? (`elements` $elements^)? attr-dict";
  let hasVerifier = 1;
}

def Weft_MonoidOp : Weft_Op<"monoid", [Symbol, IsolatedFromAbove,
                                       DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmBlockArgumentNames"]>]> {
  let summary = "how partial results combine";
  let description = [{
    One instance of a monoid, its schema types filled in. `components` name the carrier; `carrier` are their scalar
    types; `laws` gives the status of each law that is known: `"proved"`, `"assumed"` or `"refuted"` for the keys
    `associative unit commutative idempotent`. Regions, each ending in `weft.yield`:
    `domain` (carrier → bool, empty: everything), `unit` (→ carrier, empty: one is adjoined, lowering it is the error
    `fold.empty`), `combine` (a's carrier, b's carrier → carrier; a is earlier), `lift` (arguments → carrier),
    `lower` (carrier → result). Lift and lower are always present.

    `lift_arguments` names lift's arguments. `index_argument` says that the last of them is the fold's own index when
    a fold gives one fewer (the elaborator has filled it in: in the IR all arguments are given).
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, StrArrayAttr:$components, TypeArrayAttr:$carrier,
                       StrArrayAttr:$lift_arguments, DictionaryAttr:$laws);
  let regions = (region AnyRegion:$domain, AnyRegion:$unit, SizedRegion<1>:$combine, SizedRegion<1>:$lift,
                        SizedRegion<1>:$lower);
  let assemblyFormat = [{
    $sym_name `carrier` $components $carrier `arguments` $lift_arguments `laws` $laws attr-dict-with-keyword
    `domain` $domain `unit` $unit `operation` $combine `lift` $lift `lower` $lower
  }];
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// The status of a law: `proved`, `assumed`, `refuted` or empty when nothing is known.
    ::llvm::StringRef law(::llvm::StringRef name);
    /// Whether a pass may use a law: it is proved or assumed. Every licence is asked for here.
    bool licenses(::llvm::StringRef law);
    bool hasUnit() { return !getUnit().empty(); }
    ::weft::ObjectType resultType();
  }];
}

class Weft_Program<string mnemonic, list<Trait> traits = []> : Weft_Op<mnemonic,
    !listconcat(traits, [Symbol, IsolatedFromAbove, SingleBlock,
                         DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmBlockArgumentNames"]>])> {
  let arguments = (ins SymbolNameAttr:$sym_name, StrArrayAttr:$input_names, TypeArrayAttr:$input_types,
                       StrArrayAttr:$weight_names, TypeArrayAttr:$weight_types, ArrayAttr:$inits,
                       StrArrayAttr:$output_names, TypeArrayAttr:$output_types);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::Block &block() { return getBody().front(); }
    unsigned inputCount() { return getInputNames().size(); }
    unsigned weightCount() { return getWeightNames().size(); }
    ::mlir::BlockArgument input(unsigned i) { return block().getArgument(i); }
    ::mlir::BlockArgument weight(unsigned i) { return block().getArgument(inputCount() + i); }
  }];
}

def Weft_MorphismOp : Weft_Program<"morphism"> {
  let summary = "a morphism: a diagram with weights";
  let description = [{
    One instance of a morphism, its generics filled in. The block's arguments are the input wires and then the
    morphism's own weights; weights of the boxes inside belong to it implicitly, by path. Every wire and weight is
    used exactly once.

    ```mlir
    weft.morphism @relu(%x : !weft.obj<real>) -> (y : !weft.obj<real>) {
      %y = weft.equation "y" (%x : !weft.obj<real>) -> !weft.obj<real> {
      ^bb0(%a : !weft.obj<real>):
        %v = weft.read %a[] : (!weft.obj<real>) -> !weft.obj<real>
        %zero = weft.constant 0.0 : !weft.obj<real>
        %m = weft.apply max(%v, %zero) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
        weft.define %m at [] : !weft.obj<real>
      }
      weft.return %y : !weft.obj<real>
    }
    ```
  }];
}

def Weft_NetworkOp : Weft_Program<"network"> {
  let summary = "a network in normal form";
  let description = [{
    The entry with every box inlined: only `weft.equation`, `weft.scan`, `weft.iterate`, `weft.contract` and
    `weft.return` remain. Weights are all occurrences' weights, named by path without indices (`body.attn.Wq`), with
    the axes of enclosing `chain` and `each` first. Wires may be used any number of times.
  }];
}

def Weft_ReturnOp : Weft_Op<"return", [Terminator]> {
  let summary = "the output wires of a morphism or network";
  let arguments = (ins Variadic<Weft_Wire>:$wires);
  let assemblyFormat = "($wires^ `:` type($wires))? attr-dict";
}

def Weft_ClaimOp : Weft_Op<"claim"> {
  let summary = "a claim about a morphism, with its verdict";
  let description = [{
    `weft.claim @gpt2 "weights == 163037184" is "proved"`

    `other` is the morphism that the subject is claimed to equal; `cell` says that a cell from one to the other claims
    it. `axis` is the axis under whose permutations the subject is claimed to be equivariant or invariant, `bound` what
    its flops or bytes are compared with. Until a claim is decided its verdict is `open`.
  }];
  let arguments = (ins FlatSymbolRefAttr:$subject, StrAttr:$property, StrAttr:$verdict,
                       OptionalAttr<FlatSymbolRefAttr>:$other, OptionalAttr<StrAttr>:$cell, OptionalAttr<StrAttr>:$axis,
                       OptionalAttr<StrAttr>:$bound);
  let assemblyFormat = [{
    $subject $property `is` $verdict (`to` $other^)? (`by` $cell^)? (`under` $axis^)? (`bound` $bound^)? attr-dict
  }];
}

#endif
