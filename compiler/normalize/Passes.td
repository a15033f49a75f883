// Rewrites from weft to weft. One law a file; the flag, the file and the test have the same name.
#ifndef WEFT_NORMALIZE_PASSES
#define WEFT_NORMALIZE_PASSES

include "mlir/Pass/PassBase.td"

def ResolveTies : Pass<"weft-resolve-ties", "::mlir::ModuleOp"> {
  let summary = "all cells of the entry as one map from stored weights to occurrences";
  let description = [{
    `weft.ties` has the weights that the entry stores, the equations that its cells make of them, composed, and for each
    weight of each occurrence what it is: its own, a view of another, or computed.
  }];
}

def InlineDiagrams : Pass<"weft-inline-diagrams", "::mlir::ModuleOp"> {
  let summary = "the entry morphism as one network of equations, scans and fixed points";
  let description = [{
    Boxes are replaced by what they are. A `map` or `each` over an axis gives the axis to every wire inside that depends
    on it (strength), `chain`, `scan`, `fold f` and `unfold` become `weft.scan`, calls of scalar morphisms are put into the
    expression. The weights that `weft.ties` stores become the network's arguments; what it makes of them stands first.
  }];
}

def InlineViews : Pass<"weft-inline-views", "::mlir::ModuleOp"> {
  let summary = "weights that are other weights in another order, read where they are stored";
  let description = [{
    An alias, a transpose, a permutation, a slice or a weight that is the same at every position of a chain is put in
    place of the reads; what is computed from weights stays an equation, evaluated when weights are bound.
  }];
}

def OrderProducts : Pass<"weft-order-products", "::mlir::ModuleOp"> {
  let summary = "sums of products with the formulas of weights, multiplied in the cheapest order";
  let description = [{
    Where a weight is computed by a formula of sums and products, and multiplying its factors one after the other is
    cheaper than multiplying the weight itself, each product becomes an equation of its own.
  }];
}

def PruneLoops : Pass<"weft-prune-loops", "::mlir::ModuleOp"> {
  let summary = "states, elements and outputs of loops that nothing needs, taken out";
}

def GradeFolds : Pass<"weft-grade-folds", "::mlir::ModuleOp"> {
  let summary = "folds that are linear over a grade as sums with coefficients";
  let description = [{
    A component in which the operation is linear, with coefficients from the others (the grade), is a sum of its lifted
    values times coefficients, once the grade is folded: softmax becomes a row maximum, exponentials, and two sums.
  }];
}

def ChunkRecurrences : Pass<"weft-chunk-recurrences", "::mlir::ModuleOp"> {
  let summary = "running folds of matrices that are linear over a grade, with what reads them, as products of chunks";
  let description = [{
    Where the state is a sum of outer products, decayed by a grade, and a sum over its rows reads it at every position
    (linear attention), a chunk of positions is a scan's step: products of matrices with the state before the chunk, and
    with each other inside of it.
  }];
}

def HoistFolds : Pass<"weft-hoist-folds", "::mlir::ModuleOp"> {
  let summary = "folds that do not need all indices as wires of their own";
}

def GroupFactors : Pass<"weft-group-factors", "::mlir::ModuleOp"> {
  let summary = "factors of a sum's terms that need not all indices, multiplied once";
  let description = [{
    What does not need the last index of the result becomes a wire, and so does the rest where it does not need another:
    sums of many factors become contractions of two.
  }];
}

def HoistFromScans : Pass<"weft-hoist-from-scans", "::mlir::ModuleOp"> {
  let summary = "what a scan contracts without its states, for all positions at once, before it";
}

def ShareEquations : Pass<"weft-share-equations", "::mlir::ModuleOp"> {
  let summary = "equations that define the same wire from the same wires as one";
}

def FuseEquations : Pass<"weft-fuse-equations", "::mlir::ModuleOp"> {
  let summary = "an equation that is read once, element by element, put in place of the read";
}

def HoistWeights : Pass<"weft-hoist-weights", "::mlir::ModuleOp"> {
  let summary = "what is made of weights alone and is the same for many positions, computed at binding";
  let description = [{
    Only what takes more than a few additions and products: roots, quotients, exponentials. Factors of weights in a product
    are multiplied with each other first.
  }];
}

def SegmentFolds : Pass<"weft-segment-folds", "::mlir::ModuleOp"> {
  let summary = "folds over the elements of one key as folds over a range of the elements sorted by their keys";
  let description = [{
    `M[e where key[e] == v](…)` looks at each element once for all `v`: `weft.segments` sorts the keys, keeping the order
    of equal ones, where they are defined, and the fold runs from its key's begin to its end.
  }];
}

def OrderLists : Pass<"weft-order-lists", "::mlir::ModuleOp"> {
  let summary = "lists that folds read by the order of their keys as lists in that order";
  let description = [{
    `x[source[order[p]], f]` looks up three places for each element, each anywhere in memory: `weft.in_order` puts `source`
    in the order once, and the fold reads `x[ordered[p], f]`. So do all lists that a loop's body reads by an order from
    outside. Lists are inputs or weights of the network.
  }];
}

def ExactProducts : Pass<"weft-exact-products", "::mlir::ModuleOp"> {
  let summary = "sums of products of small integers as sums of reals that hold them exactly";
  let description = [{
    Where every partial sum lies within 2^24 (f32) or 2^53 (f64), whatever the elements are. Such a sum is a contraction in
    multiply-adds; weights of few bits stay as they are stored.
  }];
}

def ArrangeAxes : Pass<"weft-arrange-axes", "::mlir::ModuleOp"> {
  let summary = "the axes of wires between equations in the order in which contractions with weights write them";
  let description = [{
    Channels come last where a convolution makes them, so that vectors of them are stored and read whole, and where
    windows are read, so that the terms of a sum lie side by side. What is given to the network or taken from it keeps
    its order: where windows of it are read it is copied.
  }];
}

#endif
