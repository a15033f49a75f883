// The ground that generated code stands on: constants, sizes of axes, loops, memory, and run-time errors.
#pragma once

#include "compiler/target/cpu/CpuTarget.h"
#include "compiler/target/cpu/IndexBounds.h"
#include "compiler/target/cpu/IntegerRange.h"
#include "dialects/weft/AxisTable.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"

namespace weft {

/// A place in the program where running code may find an error. `message` has `{0}`, `{1}` … for the values
/// that the code gives.
struct ErrorSite {
  std::string name;
  std::string message;
  mlir::Location location;
};

/// Whole sizes of open axes are checked to be at most this before anything runs.
constexpr int64_t maximalAxisSize = int64_t(1) << 40;

/// A tensor in memory, or a part of one. Strides count elements.
struct Buffer {
  mlir::Value base;
  ObjectType type;
  llvm::SmallVector<mlir::Value> strides;
  mlir::Value origin = {}; // what `base` would be at, were the tensor whole: null for 0
};

/// The values that an index takes, and those of several; an index that is missing takes all of its axis.
struct IndexWindow {
  mlir::Value begin, end;
};
using IndexWindows = llvm::DenseMap<mlir::Value, IndexWindow>;

class FunctionEmitter {
public:
  FunctionEmitter(mlir::ModuleOp output, const AxisTable &axes, const CpuTarget &target, bool realIsDouble,
                  bool unchecked, std::vector<ErrorSite> &sites);

  /// Starts `i32 name(ptr frame)`; sizes of all axes are read from the frame.
  void begin(llvm::StringRef name, mlir::Location location);
  /// Starts `i64 name(ptr sizes)`.
  void beginSizeFunction(llvm::StringRef name, mlir::Location location);
  void end(mlir::Value result);

  // Types.
  mlir::Type storageType(ObjectType type);
  mlir::Type computeType(ObjectType type);
  int64_t elementBytes(ObjectType type);
  static IntegerRange rangeOf(ObjectType type);

  // Integers. Constants are folded, so that what is known when compiling stays known.
  mlir::Value constant(int64_t value);
  mlir::Value truth(bool value);
  mlir::Value real(double value, mlir::Type type);
  mlir::Value add(mlir::Value a, mlir::Value b);
  mlir::Value subtract(mlir::Value a, mlir::Value b);
  mlir::Value multiply(mlir::Value a, mlir::Value b);
  mlir::Value minimum(mlir::Value a, mlir::Value b);
  mlir::Value maximum(mlir::Value a, mlir::Value b);
  /// The position at these values of its indices.
  mlir::Value combine(const AffinePosition &position, llvm::function_ref<mlir::Value(mlir::Value)> valueOf);
  mlir::Value floorDivide(mlir::Value dividend, int64_t divisor);
  static std::optional<int64_t> constantOf(mlir::Value value);

  // Sizes.
  mlir::Value sizeOf(llvm::StringRef axis);
  IndexWindow windowOf(mlir::Value index, const IndexWindows &windows = IndexWindows());
  mlir::Value emitSize(const Size &size);

  // Memory.
  Buffer bufferAt(mlir::Value base, ObjectType type);
  mlir::Value frameField(unsigned field);
  mlir::Value pointerIn(mlir::Value array, unsigned index);
  mlir::Value address(mlir::Value base, mlir::Value element, mlir::Type elementType);
  mlir::Value offsetBytes(mlir::Value base, mlir::Value bytes);
  /// Memory of the function's frame, taken once when it begins.
  mlir::Value stackMemory(int64_t bytes);
  void copy(const Buffer &from, const Buffer &to);
  bool isContiguous(const Buffer &buffer);

  // Control.
  using Body = llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value, mlir::ValueRange)>;
  llvm::SmallVector<mlir::Value> loop(mlir::Value low, mlir::Value high, int64_t step,
                                      mlir::ValueRange initial, Body body);
  void loop(mlir::Value low, mlir::Value high, llvm::function_ref<void(mlir::Value)> body);
  void when(mlir::Value condition, llvm::function_ref<void()> body);

  // Errors.
  unsigned site(llvm::StringRef name, const llvm::Twine &message, mlir::Location location);
  void failWhen(mlir::Value condition, unsigned site, llvm::ArrayRef<mlir::Value> values);

  mlir::ModuleOp output;
  const AxisTable &axes;
  const CpuTarget &target;
  bool realIsDouble, unchecked;
  mlir::OpBuilder builder;
  mlir::Location location;

private:
  mlir::LLVM::LLVMFuncOp failFunction();

  std::vector<ErrorSite> &sites;
  mlir::LLVM::LLVMFuncOp function;
  mlir::Value frame;
  llvm::StringMap<mlir::Value> sizes;
};

/// The fields of `weft_frame` in lib/runtime/Kernel.h, in order.
enum FrameField {
  inputsField,
  outputsField,
  weightsField,
  packedField,
  scratchField,
  sizesField,
  errorField
};

} // namespace weft
