// Between arrays and tensors as files hold them.
#pragma once

#include "compiler/reference/Array.h"
#include "dialects/weft/WeftOps.h"
#include "lib/tensorfile/Tensor.h"

namespace weft::reference {

/// How files and compiled code hold the elements of a wire, where `real` names the element type of reals.
ElementType storedType(ObjectType type, llvm::StringRef real);

/// Every element, whatever its type: reals as doubles, all others as integers.
Array arrayOf(const weft::TensorView &tensor);

/// The array as a file holds it, each element in the given type, which holds it (reals are rounded).
weft::Tensor tensorOf(const Array &array, ElementType type);

} // namespace weft::reference
