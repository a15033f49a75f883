// How types of two sides meet: nothing converts but literals and indices.
#include "compiler/elaborate/Inferred.h"

namespace weft {

using Sort = Inferred::Sort;

Inferred Inferred::asNumber() const {
  if (sort == Sort::exact && type.isIndex())
    return {Sort::index, {}};
  return *this;
}

ObjectType Inferred::defaultType(mlir::MLIRContext &context) const {
  switch (sort) {
  case Sort::unknown:
    return {};
  case Sort::exact:
    return type;
  case Sort::real:
    return ObjectType::get(&context, "real");
  case Sort::integer:
  case Sort::index:
    return ObjectType::get(&context, "i64");
  }
  return {};
}

bool Inferred::accepts(ObjectType wanted) const {
  switch (sort) {
  case Sort::unknown:
    return false;
  case Sort::exact:
    return type == wanted;
  case Sort::integer:
    return wanted.isReal() || wanted.isInteger();
  case Sort::real:
    return wanted.isReal();
  case Sort::index:
    return wanted.isInteger();
  }
  return false;
}

Inferred combine(const Inferred &a, const Inferred &b) {
  if (a.sort == Sort::unknown || b.sort == Sort::unknown)
    return {};
  if (a.isExact() && b.isExact())
    return a.type == b.type ? a : Inferred();
  if (a.isExact())
    return b.accepts(a.type) ? a : Inferred();
  if (b.isExact())
    return a.accepts(b.type) ? b : Inferred();
  if (a.sort == b.sort)
    return a;
  if (a.sort == Sort::integer)
    return b;
  if (b.sort == Sort::integer)
    return a;
  return {};
}

} // namespace weft
