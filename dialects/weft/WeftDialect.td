// The weft dialect: what programs are. Types carry axes; every wire of a diagram is used exactly once.
#ifndef WEFT_DIALECT
#define WEFT_DIALECT

include "mlir/IR/OpBase.td"

def Weft_Dialect : Dialect {
  let name = "weft";
  let cppNamespace = "::weft";
  let summary = "networks as string diagrams: typed wires, boxes with weights, monoids, index equations";
  let description = [{
    A module of this dialect is one program. It holds axes (`weft.axis`), monoids (`weft.monoid`), morphisms
    (`weft.morphism`, the diagrams as written) and claims. Its normal form has one `weft.network` in place of
    the morphisms. Inside a morphism every wire is used exactly once: copying and dropping are operations.

    Attributes of the module: `weft.real` (`"f32"` or `"f64"`, what `real` means in this build) and
    `weft.entry` (the symbol of the morphism or network to run, when there is one).
  }];
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let extraClassDeclaration = [{
    void registerTypes();
    void registerAttributes();
  }];
}

class Weft_Op<string mnemonic, list<Trait> traits = []> : Op<Weft_Dialect, mnemonic, traits>;

#endif
