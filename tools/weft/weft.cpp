// The tool: `weft check | build | draw | run | emit | fmt | bench`.
#include "compiler/pipeline/Phases.h"
#include "lib/runtime/Pool.h"
#include "tools/weft/Commands.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;

namespace {

cl::SubCommand check("check", "syntax, types, laws, claims");
cl::SubCommand bench(
    "bench",
    "times a call of the entry, beside the most that the core computes; without a FILE, the core alone");
cl::SubCommand build("build", "object, header and manifest for programs in C and C++");
cl::SubCommand draw("draw", "the network as a string diagram, on standard output");
cl::SubCommand emit("emit", "the text of any phase, on standard output");
cl::SubCommand format("fmt", "lays programs out in place");
cl::SubCommand run("run", "runs the entry on tensors from files");

cl::list<std::string> files(cl::Positional, cl::desc("FILE"), cl::sub(check), cl::sub(bench), cl::sub(build),
                            cl::sub(draw), cl::sub(emit), cl::sub(format), cl::sub(run));
cl::opt<std::string> real("real", cl::desc("what `real` means: f32 or f64"), cl::init("f32"), cl::sub(check),
                          cl::sub(bench), cl::sub(build), cl::sub(emit), cl::sub(run));
cl::opt<std::string> entry("entry", cl::desc("the morphism to compile; unsaid, the exported one"),
                           cl::value_desc("NAME"), cl::sub(check), cl::sub(bench), cl::sub(build),
                           cl::sub(draw), cl::sub(emit), cl::sub(run));
cl::opt<bool> json("json", cl::desc("messages as JSON, one object a line, on standard output"),
                   cl::sub(check), cl::sub(bench), cl::sub(build), cl::sub(emit), cl::sub(format),
                   cl::sub(run));
cl::list<std::string> sizes("size", cl::desc("the size of an open axis that no input shows"),
                            cl::value_desc("AXIS=N"), cl::sub(check), cl::sub(bench), cl::sub(build),
                            cl::sub(emit), cl::sub(run));
cl::opt<std::string> cell("cell", cl::desc("the checkpoint cell to use"), cl::value_desc("NAME"),
                          cl::sub(check), cl::sub(bench), cl::sub(build), cl::sub(emit), cl::sub(run));
cl::opt<std::string>
    cpu("cpu",
        cl::desc("processors, with commas between them: host, v2, v3 or v4 (levels of x86-64), or a "
                 "name that LLVM knows; the object takes the best that it finds itself on"),
        cl::init("host"), cl::sub(check), cl::sub(bench), cl::sub(build), cl::sub(emit), cl::sub(run));
cl::opt<std::string>
    target("target",
           cl::desc("architecture and system: x86_64-linux-gnu or aarch64-linux-gnu; unsaid, those "
                    "of this machine"),
           cl::value_desc("TRIPLE"), cl::sub(build), cl::sub(emit));
cl::opt<std::string>
    foldAlgorithm("fold-algorithm",
                  cl::desc("for tests of the compiler: how folds are computed wherever the laws license it"),
                  cl::value_desc("sequence|chunks|tree|scan"), cl::Hidden, cl::sub(check), cl::sub(bench),
                  cl::sub(build), cl::sub(emit), cl::sub(run));
cl::opt<bool> unchecked("unchecked", cl::desc("leaves out checks of contracts, overflow and domains"),
                        cl::sub(bench), cl::sub(build), cl::sub(emit), cl::sub(run));

cl::opt<bool> noCache("no-cache", cl::desc("proves everything anew, and keeps nothing of it"), cl::sub(check),
                      cl::sub(bench), cl::sub(build), cl::sub(draw), cl::sub(emit), cl::sub(run));

cl::opt<bool> explain("explain", cl::desc("which algorithm each fold gets, and why"), cl::sub(check));
cl::opt<bool> profile("profile",
                      cl::desc("a line for each step: time, operations, bytes, share of its bound, schedule"),
                      cl::sub(bench));
cl::opt<std::string> stage("stage", cl::desc("the phase to stop after"), cl::init("network"), cl::sub(emit));
cl::opt<bool> onlyCheck("check", cl::desc("changes nothing; fails when a file is laid out otherwise"),
                        cl::sub(format));

cl::opt<std::string> output("o", cl::desc("where the files go: PATH.o, PATH.h, PATH.json"),
                            cl::value_desc("PATH"), cl::sub(build));
cl::opt<std::string> prefix("prefix", cl::desc("of every symbol; unsaid, the last part of PATH"),
                            cl::value_desc("NAME"), cl::sub(build));
cl::opt<bool> shared("shared", cl::desc("a shared library too, PATH.so"), cl::sub(build));
cl::opt<bool> archive("archive", cl::desc("an archive too, PATH.a"), cl::sub(build));

cl::opt<std::string> weights("weights",
                             cl::desc("weights from a safetensors file; a built object insists on them"),
                             cl::value_desc("FILE"), cl::sub(bench), cl::sub(build), cl::sub(run));

cl::opt<std::string> depth("depth",
                           cl::desc("opens all boxes down to this depth; unsaid, by their share of the cost"),
                           cl::value_desc("N"), cl::sub(draw));
cl::list<std::string> open("open", cl::desc("opens one box, by its path"), cl::value_desc("PATH"),
                           cl::sub(draw));
cl::opt<std::string> form("format", cl::desc("svg, html or json"), cl::init("svg"), cl::sub(draw));
cl::opt<std::string> theme("theme", cl::desc("auto, light or dark"), cl::init("auto"), cl::sub(draw));
cl::opt<bool> mono("mono", cl::desc("tells axes apart by dashes instead of colours"), cl::sub(draw));

cl::opt<std::string> seed("init", cl::desc("weights drawn as the program says"), cl::value_desc("SEED"),
                          cl::sub(bench), cl::sub(build), cl::sub(run));
cl::list<std::string> inputs("in", cl::desc("an input wire"), cl::value_desc("WIRE=FILE"), cl::sub(run));
cl::list<std::string> outputs("out", cl::desc("an output wire"), cl::value_desc("WIRE=FILE"), cl::sub(run));
cl::opt<std::string> threads("threads", cl::desc("how many threads compute; results do not depend on it"),
                             cl::value_desc("N"), cl::init("1"), cl::sub(bench), cl::sub(run));
cl::opt<bool> reference("reference", cl::desc("interprets the network in double instead of compiling it"),
                        cl::sub(run));

int usage(const std::string &message) {
  llvm::errs() << "weft: " << message << "\n";
  return 2;
}

int readDrawing(weft::ToolOptions &options) {
  if (!depth.empty()) {
    unsigned number;
    if (llvm::StringRef(depth).getAsInteger(10, number))
      return usage("`--depth` takes a number, not `" + depth + "`");
    options.depth = number;
  }
  if (form != "svg" && form != "html" && form != "json")
    return usage("`--format` is svg, html or json, not `" + form + "`");
  if (theme != "auto" && theme != "light" && theme != "dark")
    return usage("`--theme` is auto, light or dark, not `" + theme + "`");
  options.open.assign(open.begin(), open.end());
  options.format = form;
  options.theme = theme == "auto"    ? weft::draw::Theme::automatic
                  : theme == "light" ? weft::draw::Theme::light
                                     : weft::draw::Theme::dark;
  options.mono = mono;
  return 0;
}

// `--in x=x.npy`, each wire once.
int readPlaces(const std::string &option, const cl::list<std::string> &given,
               std::vector<std::string> &places) {
  std::set<std::string> wires;
  for (const std::string &text : given) {
    auto [wire, file] = llvm::StringRef(text).split('=');
    if (wire.empty() || file.empty())
      return usage("`" + option + "` takes WIRE=FILE, not `" + text + "`");
    if (!wires.insert(wire.str()).second)
      return usage("`" + option + " " + wire.str() + "` is given twice");
    places.push_back(text);
  }
  return 0;
}

// What the command line says, or an exit code.
int read(weft::ToolOptions &options) {
  if (!check && !bench && !build && !draw && !emit && !format && !run)
    return usage("no command is given; `weft --help` lists them");
  size_t most = format ? SIZE_MAX : draw ? 2 : 1;
  if ((files.empty() && !bench) || files.size() > most)
    return usage(files.empty() ? "no FILE is given"
                               : "one FILE at a time, but `" + files[most] + "` is given too");
  if (draw && files.size() == 2 && !entry.empty())
    return usage("`" + files[1] + "` and `--entry` both name what to draw");
  if (real != "f32" && real != "f64")
    return usage("`--real` is f32 or f64, not `" + real + "`");
  options.cell = cell;
  options.files.assign(files.begin(), files.end());
  options.compilation = {
      files.empty() ? "" : files.front(), real, entry, cpu, target, unchecked, {}, !noCache, {}};
  if (!foldAlgorithm.empty()) {
    options.compilation.foldAlgorithm = weft::symbolizeFoldAlgorithm(foldAlgorithm);
    if (!options.compilation.foldAlgorithm)
      return usage("`" + foldAlgorithm + "` is no way to compute a fold");
  }
  options.json = json;
  for (const std::string &text : sizes) {
    auto [axis, number] = llvm::StringRef(text).split('=');
    int64_t size;
    if (number.getAsInteger(10, size))
      return usage("`--size` takes AXIS=N, not `" + text + "`");
    options.sizes[axis.str()] = size;
  }
  options.explain = explain;
  options.profile = profile;
  options.stage = stage;
  bool known = false;
  std::string names;
  for (const weft::Phase &phase : weft::phases()) {
    known |= phase.stage == options.stage;
    names += " " + phase.stage.str();
  }
  if (!known)
    return usage("there is no stage `" + options.stage + "`; the stages are" + names);
  options.onlyCheck = onlyCheck;
  options.output = output;
  if (build && options.output.empty())
    return usage("`build` needs `-o PATH`");
  options.prefix = prefix;
  options.shared = shared;
  options.archive = archive;
  options.weights = weights;
  if (!seed.empty() && !options.weights.empty())
    return usage("`--weights` and `--init` both say what the weights are: give one");
  if (!seed.empty()) {
    uint64_t number;
    if (llvm::StringRef(seed).getAsInteger(10, number))
      return usage("`--init` takes a number, not `" + seed + "`");
    options.seed = number;
  }
  if (int code = readPlaces("--in", inputs, options.inputs))
    return code;
  if (int code = readPlaces("--out", outputs, options.outputs))
    return code;
  options.reference = reference;
  if (llvm::StringRef(threads).getAsInteger(10, options.threads) || options.threads < 1 ||
      options.threads > WEFT_POOL_MAXIMAL_THREADS)
    return usage("`--threads` is 1 to " + std::to_string(WEFT_POOL_MAXIMAL_THREADS) + ", not `" + threads +
                 "`");
  return readDrawing(options);
}

std::string stageTable() {
  std::string text = "Stages of `weft emit --stage`:\n";
  for (const weft::Phase &phase : weft::phases())
    text += "  " + phase.stage.str() + std::string(10 - phase.stage.size(), ' ') + phase.summary.str() + "\n";
  return text;
}

} // namespace

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::SetVersionPrinter([](llvm::raw_ostream &out) { out << "weft " WEFT_VERSION "\n"; });
  // The libraries' own options are not ours. The help keeps a reference to its text.
  cl::OptionCategory ours("Options");
  cl::HideUnrelatedOptions(ours);
  const std::string table = stageTable();
  std::optional<cl::extrahelp> stages;
  if (argc < 2 || llvm::StringRef(argv[1]) == "emit" || llvm::StringRef(argv[1]).starts_with("-"))
    stages.emplace(table);
  std::string errors;
  llvm::raw_string_ostream stream(errors);
  if (!cl::ParseCommandLineOptions(argc, argv, "Weft: a compiler for neural architectures\n", &stream)) {
    llvm::errs() << errors;
    return 2;
  }
  weft::ToolOptions options;
  if (int code = read(options))
    return code;
  if (check)
    return weft::checkCommand(options);
  if (bench)
    return weft::benchCommand(options);
  if (build)
    return weft::buildCommand(options);
  if (draw)
    return weft::drawCommand(options);
  if (emit)
    return weft::emitCommand(options);
  if (format)
    return weft::formatCommand(options);
  return weft::runCommand(options);
}
