// The header of an object: the same text serves C99 and C++.
#include "compiler/target/artifact/Artifact.h"

#include "lib/runtime/Descriptor.h"
#include <fmt/format.h>

namespace weft {

// `real[Seq, Model]: Seq × 768 floats`
static std::string shapeText(const NetworkDescription &network, ObjectType type) {
  std::string axes, sizes;
  for (mlir::StringAttr axis : type.getAxes()) {
    Size size = network.axes.size(axis.getValue());
    std::string text = size.text();
    axes += (axes.empty() ? "" : ", ") + axis.str();
    sizes += (sizes.empty() ? "" : " x ") + (size.terms().size() > 1 ? "(" + text + ")" : text);
  }
  std::string result = type.getElement().str();
  return type.isScalar() ? result : result + "[" + axes + "], " + sizes;
}

static std::string structText(const NetworkDescription &network, const std::vector<EdgeTensor> &tensors,
                              const char *qualifier, const char *kind) {
  std::string text = "typedef struct {\n";
  for (const EdgeTensor &tensor : tensors)
    text += fmt::format("  {}{} *{}; /* {} */\n", qualifier, network.cType(tensor.type).str(), tensor.member,
                        shapeText(network, tensor.type));
  if (tensors.empty())
    text += "  void *unused;\n";
  return text + fmt::format("}} {}_{};\n\n", network.prefix, kind);
}

static std::string sizesText(const NetworkDescription &network) {
  std::string text = "/* Sizes of the open axes. */\ntypedef struct {\n";
  for (const std::string &member : network.sizeMembers)
    text += fmt::format("  int64_t {};\n", member);
  if (network.sizeMembers.empty())
    text += "  int64_t unused;\n";
  return text + fmt::format("}} {}_sizes;\n\n", network.prefix);
}

// What headers of several networks share; the first one included says it.
static std::string sharedText() {
  std::string text = "#ifndef WEFT_STATUS_H\n#define WEFT_STATUS_H\nenum weft_status {\n";
#define STATUS(name, number, meaning)                                                                        \
  text += fmt::format("  WEFT_{} = {}, /* {} */\n", #name, number, meaning);
#include "lib/runtime/Status.def"
#undef STATUS
  text.erase(text.rfind(','), 1);
  return text + R"(};
#endif

#ifndef WEFT_PARALLEL
#define WEFT_PARALLEL 2
/* How a program lends threads to calls. `parallel_for` calls `body` on pieces that cover 0 ... parts, each part once,
 * and returns when all are done. Of the bodies that run at once each has a `thread` of its own, 0 ... threads - 1. */
typedef struct weft_parallel {
  int64_t threads; /* at most so many bodies run at once, that of the calling thread included */
  void *pool;
  void (*parallel_for)(void *pool, int64_t parts,
                       void (*body)(void *data, int64_t thread, int64_t begin, int64_t end), void *data);
} weft_parallel;
#endif

)";
}

static constexpr const char *functionsText =
    R"(/* One context serves one thread at a time. Functions give a weft_status, 0 when all went well;
 * PREFIX_last_error says what went wrong. */
typedef struct PREFIX_context PREFIX_context;

enum { PREFIX_abi_version = ABI_VERSION };
int PREFIX_create(PREFIX_context **context, uint32_t abi_version);
void PREFIX_destroy(PREFIX_context *context);
/* The processor whose code the context runs, of those that the object was built for. */
const char *PREFIX_cpu(const PREFIX_context *context);
const char *PREFIX_last_error(const PREFIX_context *context);
/* Of an error that running code found: its number in the manifest's `sites`; else -1. */
int64_t PREFIX_last_error_site(const PREFIX_context *context);
/* What a status means. */
const char *PREFIX_status_text(int status);

/* Weights: a whole safetensors file in memory, or one by one by path. Memory that is aligned for its elements is
 * read in place and must outlive the context; other memory is copied. When a whole file fails, none are bound. */
int PREFIX_bind_weights(PREFIX_context *context, const void *safetensors, size_t bytes);
int PREFIX_bind_weight(PREFIX_context *context, const char *name, const void *data, size_t bytes);
/* Lets weights differ from those that the object was built with. */
void PREFIX_skip_hashes(PREFIX_context *context);
/* The input that calls read which give a null pointer for it. Its memory stays the same until another is bound, or null:
 * what is made of it alone, such as the order of sorted indices, is made by the first call of certain sizes, in memory
 * that PREFIX_scratch_size, asked for those sizes, has set aside. */
int PREFIX_bind_input(PREFIX_context *context, const char *name, const void *data);
/* Threads for calls and for packing weights, until the next time; null: none. `parallel` outlives its use. Results do not
 * depend on it, PREFIX_scratch_size does: ask again. */
void PREFIX_set_parallel_for(PREFIX_context *context, const weft_parallel *parallel);

/* Bytes of scratch memory that a call with these sizes needs; 0 when the sizes are wrong. */
size_t PREFIX_scratch_size(PREFIX_context *context, const PREFIX_sizes *sizes);
/* Allocates nothing. Outputs overlap neither each other nor anything else. */
int PREFIX_call(PREFIX_context *context, const PREFIX_sizes *sizes, const PREFIX_inputs *inputs,
                const PREFIX_outputs *outputs, void *scratch, size_t scratch_bytes);
)";

static std::string replaced(std::string text, const std::string &mark, const std::string &by) {
  for (size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += by.size())
    text.replace(at, mark.size(), by);
  return text;
}

std::string headerText(const NetworkDescription &network) {
  std::string text = fmt::format("/* The network {} as compiled by Weft. Tensors are row-major. */\n"
                                 "#ifndef WEFT_NETWORK_{}_H\n#define WEFT_NETWORK_{}_H\n\n"
                                 "#include <stddef.h>\n#include <stdint.h>\n\n"
                                 "#ifdef __cplusplus\nextern \"C\" {{\n#endif\n\n",
                                 network.name, network.prefix, network.prefix);
  text += sharedText() + sizesText(network);
  text += structText(network, network.inputs, "const ", "inputs");
  text += structText(network, network.outputs, "", "outputs");
  std::string functions = replaced(functionsText, "ABI_VERSION", std::to_string(WEFT_ABI_VERSION));
  return text + replaced(functions, "PREFIX", network.prefix) + "\n#ifdef __cplusplus\n}\n#endif\n#endif\n";
}

} // namespace weft
