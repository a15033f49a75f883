#include "compiler/pipeline/Phases.h"

#include "compiler/normalize/NormalForm.h"
#include "compiler/pipeline/FoldDecisions.h"
#include "compiler/pipeline/TiesText.h"
#include "compiler/prove/Prove.h"
#include "compiler/prove/VerdictCache.h"
#include "compiler/syntax/AstPrinter.h"
#include "compiler/syntax/Parser.h"
#include "compiler/target/cpu/Lowering.h"
#include "compiler/target/cpu/ObjectFile.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;

namespace weft {

static bool parseText(Compilation &c) {
  c.root = c.sources.open(c.options.path);
  if (!c.root) {
    c.diagnostics.error("file.format", {}, "`" + c.options.path + "` cannot be read");
    return false;
  }
  c.program = parse(*c.root, c.diagnostics);
  return !c.diagnostics.hasErrors();
}

static void printTree(Compilation &c, llvm::raw_ostream &out) { out << print(*c.program); }

static bool elaborateProgram(Compilation &c) {
  ElaborateInput input;
  input.root = c.root;
  input.sources = &c.sources;
  input.real = c.options.real;
  input.entry = c.options.entry;
  input.unchecked = c.options.unchecked;
  c.network = elaborate(c.context, input, c.diagnostics);
  if (!c.network)
    return false;
  proveProgram(*c.network, c.sources, c.diagnostics, c.options.usesCache ? verdictFolder() : "");
  return !c.diagnostics.hasErrors();
}

static MorphismOp namedEntry(Compilation &c) {
  auto symbol = (*c.network)->getAttrOfType<FlatSymbolRefAttr>("weft.entry");
  return symbol ? c.network->lookupSymbol<MorphismOp>(symbol.getValue()) : MorphismOp();
}

MorphismOp entryMorphism(Compilation &c) {
  MorphismOp entry = namedEntry(c);
  if (entry)
    return entry;
  std::vector<ast::Name> exported = c.program->exported();
  if (exported.size() < 2) {
    c.diagnostics.error("entry.missing", {c.root, 0, 0}, "the program exports no morphism")
        .note("name one by `--entry`, or write `export` before it");
    return entry;
  }
  std::string names;
  for (const ast::Name &name : exported)
    names += (names.empty() ? "`" : ", `") + name.text + "`";
  c.diagnostics
      .error("entry.missing", exported[1].range, "the program exports " + names + ", and none is chosen")
      .note("name one by `--entry`");
  return entry;
}

// With what becomes of the folds that the entry reaches, where there is one.
static void printNetwork(Compilation &c, llvm::raw_ostream &out) {
  if (MorphismOp entry = namedEntry(c))
    decideFolds(c, entry);
  c.network->print(out);
}

static bool composeCells(Compilation &c) {
  if (!entryMorphism(c))
    return false;
  PassManager passes(&c.context);
  addTies(passes);
  return succeeded(passes.run(*c.network)) || c.bug("ties");
}

static void printMap(Compilation &c, llvm::raw_ostream &out) {
  printTies(*c.network, entryMorphism(c).getSymName(), out);
}

static bool normalizeNetwork(Compilation &c) {
  c.normal = c.network->clone();
  PassManager passes(&c.context);
  addInlining(passes);
  addNormalForm(passes);
  if (c.options.foldAlgorithm.value_or(FoldAlgorithm::chunked_scan) == FoldAlgorithm::chunked_scan)
    addChunks(passes);
  if (c.options.foldAlgorithm.value_or(FoldAlgorithm::segmented) == FoldAlgorithm::segmented)
    addSegments(passes);
  addExactProducts(passes);
  addArrangement(passes);
  return succeeded(passes.run(*c.normal)) || c.bug("normal");
}

static void printNormal(Compilation &c, llvm::raw_ostream &out) { c.normal->print(out); }

bool selectTarget(Compilation &c) {
  std::optional<std::string> triple = findTriple(c.options.target);
  if (!triple) {
    c.diagnostics
        .error("target.unknown", {}, "`" + c.options.target + "` is no target that the compiler knows")
        .note("write `--target x86_64-linux-gnu` or `--target aarch64-linux-gnu`");
    return false;
  }
  llvm::SmallVector<llvm::StringRef> names;
  llvm::StringRef(c.options.cpu).split(names, ',');
  c.targets.clear();
  for (llvm::StringRef name : names) {
    std::optional<CpuTarget> target = findCpuTarget(*triple, name);
    if (!target) {
      c.diagnostics
          .error("target.unknown", {},
                 "`" + name.str() + "` is no processor of " + *triple + " that the compiler knows")
          .note("write `--cpu host`, a level of x86-64 (`v2`, `v3`, `v4`), several with commas between them, "
                "or a name "
                "of LLVM's, as `clang -mcpu=help` prints them");
      return false;
    }
    if (llvm::none_of(c.targets, [&](const CpuTarget &other) { return other.name == target->name; }))
      c.targets.push_back(*target);
  }
  return true;
}

static bool emitLoops(Compilation &c) {
  if (!selectTarget(c))
    return false;
  c.code = emitCpuCode(*c.normal, c.entryNetwork(), c.targets.front(),
                       {.unchecked = c.options.unchecked,
                        .limits = c.options.limits,
                        .foldAlgorithm = c.options.foldAlgorithm});
  return succeeded(verify(*c.code.module)) || c.bug("linalg");
}

static void printLoops(Compilation &c, llvm::raw_ostream &out) { c.code.module->print(out); }

static bool translate(Compilation &c) {
  if (failed(lowerToLlvmDialect(*c.code.module, c.targets.front())))
    return c.bug("llvm");
  c.llvmModule = translateToLlvm(*c.code.module, c.llvmContext, c.targets.front());
  return c.llvmModule || c.bug("llvm");
}

static void printLlvm(Compilation &c, llvm::raw_ostream &out) { c.llvmModule->print(out, nullptr); }

static bool optimize(Compilation &c) {
  return optimizeModule(c.llvmModule, c.targets.front()) || c.bug("asm");
}

static void printAssembly(Compilation &c, llvm::raw_ostream &out) {
  out << emitMachineCode(*c.llvmModule, c.targets.front(), MachineCode::assembly);
}

llvm::ArrayRef<Phase> phases() {
  static const Phase list[] = {
      {"ast", "the text as a tree", parseText, printTree},
      {"network", "the diagram as network IR: names resolved, types, laws and claims checked",
       elaborateProgram, printNetwork},
      {"ties", "all cells as one map: what each occurrence's weights are in terms of those that are stored",
       composeCells, printMap},
      {"normal", "the normal form: boxes inlined, folds graded, hoisted and fused", normalizeNetwork,
       printNormal},
      {"linalg", "loops over buffers, for the CPU", emitLoops, printLoops},
      {"llvm", "LLVM IR before its optimisation", translate, printLlvm},
      {"asm", "machine code as assembly", optimize, printAssembly},
  };
  return list;
}

static bool run(Compilation &compilation, llvm::ArrayRef<Phase> phases, llvm::StringRef last) {
  for (const Phase &phase : phases) {
    if (!phase.run(compilation))
      return false;
    if (phase.stage == last)
      break;
  }
  return true;
}

bool runUntil(Compilation &compilation, llvm::StringRef stage) { return run(compilation, phases(), stage); }

bool continueUntil(Compilation &compilation, llvm::StringRef done, llvm::StringRef stage) {
  const Phase *last = llvm::find_if(phases(), [&](const Phase &phase) { return phase.stage == done; });
  return run(compilation, llvm::ArrayRef(last + 1, phases().end()), stage);
}

} // namespace weft
