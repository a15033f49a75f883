// The weights that a network stores, and what each weight of each occurrence is in terms of them.
#ifndef WEFT_TIE_OPS
#define WEFT_TIE_OPS

include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "WeftTypes.td"
include "WeftAttributes.td"

def Weft_TiesOp : Weft_Op<"ties", [IsolatedFromAbove, NoTerminator, SingleBlock,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmBlockArgumentNames"]>]> {
  let summary = "all cells of a network as one map from stored weights to occurrences";
  let description = [{
    The 2-cell r : P_min → P_occurrences of a network in normal form: all its cells composed. The block takes the
    weights that are stored; equations say what is made of them; each `weft.tie` gives one weight of one occurrence.
    Every occurrence has exactly one. Storage, initial values, files and code follow this map.

    ```mlir
    weft.ties @gpt2 stores(%token: !weft.obj<real[Vocab, Model]> as "embed.token") {
      weft.tie "embed.token" own %token : !weft.obj<real[Vocab, Model]>
      %W = weft.equation "head.W"(%token : !weft.obj<real[Vocab, Model]>) -> !weft.obj<real[Model, Vocab]> {
      ^bb0(%m: !weft.obj<Model>, %v: !weft.obj<Vocab>, %t: !weft.obj<real[Vocab, Model]>):
        %e = weft.read %t[%v, %m] : (!weft.obj<real[Vocab, Model]>, !weft.obj<Vocab>, !weft.obj<Model>) -> !weft.obj<real>
        weft.define %e at [%m, %v] : !weft.obj<real>, !weft.obj<Model>, !weft.obj<Vocab>
      }
      weft.tie "head.W" transposed %W by ["tie_head"] : !weft.obj<real[Model, Vocab]>
    }
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$network, StrArrayAttr:$weight_names, ArrayAttr:$inits);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::Block &block() { return getBody().front(); }
    /// The occurrences, in order.
    auto ties() { return getBody().getOps<::weft::TieOp>(); }
  }];
}

def Weft_TieOp : Weft_Op<"tie", [HasParent<"TiesOp">]> {
  let summary = "one weight of one occurrence";
  let description = [{
    `own`: stored under this very path. `alias`: another weight as it is. `transposed`: with two axes exchanged.
    `permuted`: with its axes in another order. `affine`: read at positions that are affine in the indices (a slice, the
    same at every position, axes split or joined). `computed`: by a formula, whose evaluation takes `flops` operations on
    reals; it happens when weights are bound, unless the formula is cheaper inside what reads it. `by` has the cells that
    say so, the first applied first.
  }];
  let arguments = (ins StrAttr:$path, Weft_TieFormEnum:$form, Weft_Object:$wire, OptionalAttr<StrArrayAttr>:$cells,
                       OptionalAttr<I64Attr>:$flops);
  let assemblyFormat = [{
    $path $form $wire (`by` $cells^)? (`flops` $flops^)? attr-dict `:` type($wire)
  }];
  let hasVerifier = 1;
}

#endif
