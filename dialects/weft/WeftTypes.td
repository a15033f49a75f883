#ifndef WEFT_TYPES
#define WEFT_TYPES

include "mlir/IR/AttrTypeBase.td"
include "WeftDialect.td"

def Weft_ObjectType : TypeDef<Weft_Dialect, "Object"> {
  let mnemonic = "obj";
  let summary = "an object: functions from axes to an element";
  let description = [{
    `!weft.obj<real[Seq, Model]>` is a tensor over the axes Seq and Model, row-major in the order written.
    The element is one of `real f64 f32 f16 bf16 i64 i32 i16 i8 u8 bool` or the name of an axis, whose indices
    are then the values. Without axes it is a scalar: `!weft.obj<real>` a number, `!weft.obj<Seq>` one index.
    Scalars inside equations have these very types. `real` is a type of its own, whatever `weft.real` says.
  }];
  let parameters = (ins "::mlir::StringAttr":$element, ArrayRefParameter<"::mlir::StringAttr">:$axes);
  let hasCustomAssemblyFormat = 1;
  let builders = [
    TypeBuilder<(ins "::llvm::StringRef":$element, CArg<"::llvm::ArrayRef<::llvm::StringRef>", "{}">:$axes)>
  ];
  let extraClassDeclaration = [{
    bool isScalar() const { return getAxes().empty(); }
    size_t rank() const { return getAxes().size(); }
    /// The same element without axes.
    ObjectType scalar() const;
    /// The same element over other axes.
    ObjectType over(::llvm::ArrayRef<::mlir::StringAttr> axes) const;
    /// real f64 f32 f16 bf16
    bool isReal() const;
    /// i64 i32 i16 i8 u8
    bool isInteger() const;
    bool isBool() const;
    /// The element is the name of an axis.
    bool isIndex() const;
  }];
}

def Weft_Scalar : Type<CPred<"::llvm::isa<::weft::ObjectType>($_self) && ::llvm::cast<::weft::ObjectType>($_self).isScalar()">,
                       "scalar object", "::weft::ObjectType">;
def Weft_Bool : Type<CPred<"::llvm::isa<::weft::ObjectType>($_self) && ::llvm::cast<::weft::ObjectType>($_self).isScalar() && ::llvm::cast<::weft::ObjectType>($_self).isBool()">,
                     "scalar bool", "::weft::ObjectType">;
def Weft_Object : Type<CPred<"::llvm::isa<::weft::ObjectType>($_self)">, "object", "::weft::ObjectType">;
// A wire carries an object, or a packed product of wires (a builtin tuple).
def Weft_Wire : Type<CPred<"::llvm::isa<::weft::ObjectType, ::mlir::TupleType>($_self)">, "wire">;

#endif
