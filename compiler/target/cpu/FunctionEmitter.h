// The ground that generated code stands on: constants, sizes of axes, loops, memory, and run-time errors.
#pragma once

#include "compiler/target/cpu/CpuTarget.h"
#include "compiler/target/cpu/IntegerRange.h"
#include "compiler/target/cpu/StepFunctions.h"
#include "dialects/weft/AxisTable.h"
#include "dialects/weft/IndexBounds.h"
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

/// What stands for a site where an index input is found to be out of range: the runtime says which.
constexpr unsigned indexInputSite = ~0u;

/// Whole sizes of open axes are checked to be at most this before anything runs.
constexpr int64_t maximalAxisSize = int64_t(1) << 40;

/// A tensor in memory, or a part of one. Strides count elements.
struct Buffer {
  mlir::Value base;
  ObjectType type;
  llvm::SmallVector<mlir::Value> strides;
  mlir::Value origin = {}; // what `base` would be at, were the tensor whole: null for 0
  /// Along `panelAxis` lie `panelWidth` elements side by side, and so many panels of `panelStride`; 0: none.
  int64_t panelWidth = 0;
  unsigned panelAxis = 0;
  mlir::Value panelStride = {};
  bool isUnchecked = false; // indices that the caller gives, and that nobody has looked at
};

/// The values that an index takes, and those of several; an index that is missing takes all of its axis.
struct IndexWindow {
  mlir::Value begin, end;
};
using IndexWindows = llvm::DenseMap<mlir::Value, IndexWindow>;

/// What work is measured in: about 1/32 of a cycle, the time of one multiply-add among the widest vectors.
namespace work {
constexpr int64_t cycle = 32;
}

/// Which ranges are worth several threads: those of at least so much work, in parts of at least so much. And
/// the steps of a function beyond which they are functions of their own, and the positions of a running fold
/// that pass before what reads them does.
struct SplitLimits {
  int64_t leastWhole = 40'000 * work::cycle, leastPart = 5'000 * work::cycle;
  int64_t mostParts = 64;
  bool keepsUnits = true; // parts are made of whole units
  size_t mostSteps = 16;
  int64_t mostRunningRows = 32; // enough that a state goes to memory and back seldom
};

/// What is written from now on, to be taken back.
class WrittenCode {
public:
  explicit WrittenCode(mlir::OpBuilder &builder);
  void erase();
  void setInsertionPointBefore();

private:
  mlir::OpBuilder &builder;
  mlir::Block *block;
  mlir::Operation *before; // null: from the block's begin
};

class FunctionEmitter {
public:
  FunctionEmitter(mlir::ModuleOp output, const AxisTable &axes, const CpuTarget &target, bool realIsDouble,
                  bool unchecked, std::vector<ErrorSite> &sites);

  /// Starts `i32 name(ptr frame)`; sizes of all axes are read from the frame.
  void begin(llvm::StringRef name, mlir::Location location);
  /// Starts `i64 name(ptr sizes, i64 threads)`.
  void beginSizeFunction(llvm::StringRef name, mlir::Location location);
  void end(mlir::Value result);
  mlir::Value argument(unsigned i);

  // Types.
  mlir::Type storageType(ObjectType type);
  mlir::Type computeType(ObjectType type);
  int64_t elementBytes(ObjectType type);
  static IntegerRange rangeOf(ObjectType type);
  /// Of indices of an axis, as narrow as its size is known.
  IntegerRange rangeOfIndex(ObjectType type);

  // Integers. Constants are folded, so that what is known when compiling stays known.
  mlir::Value constant(int64_t value);
  mlir::Value truth(bool value);
  mlir::Value real(double value, mlir::Type type);
  /// A vector of the same value in all lanes.
  mlir::Value splat(mlir::Value value, unsigned lanes);
  mlir::Value add(mlir::Value a, mlir::Value b);
  mlir::Value subtract(mlir::Value a, mlir::Value b);
  mlir::Value multiply(mlir::Value a, mlir::Value b);
  mlir::Value minimum(mlir::Value a, mlir::Value b);
  mlir::Value maximum(mlir::Value a, mlir::Value b);
  /// The position at these values of its indices.
  mlir::Value combine(const AffinePosition &position, llvm::function_ref<mlir::Value(mlir::Value)> valueOf);
  mlir::Value floorDivide(mlir::Value dividend, int64_t divisor);
  /// The greatest multiple of a power of two that is no more; 0 of what is below it.
  mlir::Value wholeMultiple(mlir::Value count, int64_t unit);
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
  /// Memory of the function's frame, taken once when it begins. Each thread has its own: what `split`'s body
  /// reads of it, that body has written.
  mlir::Value stackMemory(int64_t bytes);
  /// Says where the scratch memory begins that each thread has `bytes` of for itself.
  void setThreadMemory(mlir::Value begin, mlir::Value bytes);
  /// That of the thread at hand, of which the same is true as of `stackMemory`.
  mlir::Value threadMemory() { return threadMemoryBegin; }
  void copy(const Buffer &from, const Buffer &to);
  bool isContiguous(const Buffer &buffer);
  /// While weights are bound: these elements of a weight were packed. Tells the caller, when it asks for
  /// that.
  void release(mlir::Value base, mlir::Value elements, ObjectType type);

  // Control.
  using Body = llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value, mlir::ValueRange)>;
  llvm::SmallVector<mlir::Value> loop(mlir::Value low, mlir::Value high, int64_t step,
                                      mlir::ValueRange initial, Body body);
  void loop(mlir::Value low, mlir::Value high, llvm::function_ref<void(mlir::Value)> body);
  void when(mlir::Value condition, llvm::function_ref<void()> body);
  /// Code that may become a function of its own, when a function has many (StepFunctions.h).
  void step(llvm::function_ref<void()> body);

  // Threads (SplitLoops.cpp).
  /// A range whose items may be computed at once, on several threads: what they write lies apart, and none
  /// reads what another has written. `body` is given a part of it, at fixed points that depend on sizes
  /// alone, so that results do not depend on the number of threads; parts are multiples of `unit`, the last
  /// one aside. `work` says whether that pays: of the whole range, in units of `work`. Inside a part, ranges
  /// are not split again. `joinsParts`: a thread takes its parts as one, where none of them can fail.
  void split(mlir::Value begin, mlir::Value end, int64_t unit, mlir::Value work,
             llvm::function_ref<void(mlir::Value begin, mlir::Value end)> body, bool joinsParts = false);
  /// `body` is given the `threadMemory` of each thread that may compute a part of what is split next.
  void forEachThread(llvm::function_ref<void(mlir::Value memory)> body);
  /// Code in which no range is split: it passes on what it has in the memory of its thread.
  void onOneThread(llvm::function_ref<void()> body);
  /// Whether a range of so much work would be split if its size allows.
  bool maySplit(mlir::Value work);
  /// Products of work: constants saturate.
  mlir::Value workOf(mlir::Value a, mlir::Value b);

  // Indices that callers give (IndexChecks.cpp).
  /// Writes code that reads unchecked indices; behind it stands what tells whether one was out of range.
  void checkingIndices(llvm::function_ref<void()> body);
  /// What stands for an index that was read, or for a vector of them: itself if it is in range, or if it is
  /// no address.
  mlir::Value checkedIndex(mlir::Value index, ObjectType type, bool isAddress);

  // Errors.
  unsigned site(llvm::StringRef name, const llvm::Twine &message, mlir::Location location);
  void failWhen(mlir::Value condition, unsigned site, llvm::ArrayRef<mlir::Value> values);
  /// Leaves the function when an error was found; not inside of loops.
  void leaveWhenFailed();

  mlir::ModuleOp output;
  const AxisTable &axes;
  const CpuTarget &target;
  bool realIsDouble, unchecked;
  SplitLimits limits;
  mlir::OpBuilder builder;
  mlir::Location location;

private:
  mlir::LLVM::LLVMFuncOp failFunction();
  void outlineSplits(StepFunction function);

  std::vector<ErrorSite> &sites;
  mlir::LLVM::LLVMFuncOp function;
  mlir::Value frame;
  llvm::StringMap<mlir::Value> sizes;
  mlir::Value threadMemoryBegin, threadMemoryBytes;
  /// Negative when an index that was read lies outside of its axis, in each lane; of the code that is
  /// written.
  struct OutsideSigns {
    mlir::Type type;
    mlir::Value memory;
  };
  llvm::SmallVector<OutsideSigns> outsideSigns;
  bool isInSplit = false;
  unsigned splitCount = 0; // of the module
};

/// The fields of `weft_frame` in lib/runtime/Kernel.h, in order.
enum FrameField {
  inputsField,
  outputsField,
  weightsField,
  packedField,
  scratchField,
  sizesField,
  errorField,
  parallelField,
  keptField,
  releaseField,
  mappedField,
  mappedEndField
};
constexpr int64_t frameBytes = 8 * (mappedEndField + 1);

} // namespace weft
