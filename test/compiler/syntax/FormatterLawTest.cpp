// What holds for the layout of every program: tokens, tree and comments stay, twice is once, and blanks do
// not matter.
#include "test/compiler/syntax/Parsed.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <random>
#include <sstream>

using namespace weft;

namespace {

struct Source {
  std::string path, text;
};

/// All programs of the repository, and all in its documents.
std::vector<Source> allPrograms() {
  std::vector<Source> programs;
  for (const char *folder : {"examples", "lib", "test", "docs"})
    for (const auto &entry :
         std::filesystem::recursive_directory_iterator(WEFT_SOURCE_DIR "/" + std::string(folder))) {
      std::string suffix = entry.path().extension();
      if (suffix != ".weft" && suffix != ".md")
        continue;
      std::ifstream stream(entry.path());
      std::stringstream content;
      content << stream.rdbuf();
      std::string text = content.str();
      if (suffix == ".weft")
        programs.push_back({entry.path(), text});
      for (size_t at = 0; suffix == ".md" && (at = text.find("```weft\n", at)) != std::string::npos;) {
        size_t end = text.find("```", at += 8);
        programs.push_back({entry.path(), text.substr(at, end - at)});
      }
    }
  return programs;
}

/// How many comments stand between the tokens.
size_t commentCount(const SourceFile &file) {
  Diagnostics diagnostics;
  size_t count = 0, offset = 0;
  for (const Token &token : lex(file, diagnostics)) {
    std::string_view gap = file.text().substr(offset, token.begin - offset);
    for (size_t at = 0; (at = gap.find("//", at)) != std::string_view::npos; ++count)
      at = std::min(gap.find('\n', at), gap.size());
    offset = token.end;
  }
  return count;
}

/// Checks the laws for one program that has no errors.
void expectLaws(const Parsed &before) {
  std::string once = before.formatted();
  Parsed after(once);
  EXPECT_EQ(after.errors(), "");
  EXPECT_EQ(before.tokens(), after.tokens());
  EXPECT_EQ(before.tree(), after.tree());
  EXPECT_EQ(commentCount(before.file), commentCount(after.file));
  EXPECT_EQ(after.formatted(), once);
}

/// The same tokens with other blanks between them. A `(` or `[` is never moved to or from the start of a
/// line.
std::string otherBlanks(const Parsed &program, std::mt19937 &random) {
  Diagnostics diagnostics;
  static const char *gaps[] = {" ",   " ",      " ",      "  ",      "    ",           "\t",
                               " \n", "\n\n\n", "\n    ", " // c\n", " //d\n  //e\n\n"};
  std::string text;
  for (const Token &token : lex(program.file, diagnostics)) {
    bool opens = token.kind == TokenKind::leftParen || token.kind == TokenKind::leftBracket;
    size_t last = std::size(gaps) - 1;
    bool newline = opens && token.firstOnLine && !text.empty();
    text += gaps[newline ? last : opens ? random() % 6 : random() % (last + 1)];
    text += program.file.text().substr(token.begin, token.end - token.begin);
  }
  return text;
}

TEST(FormatterLaw, holdsForAllProgramsOfTheRepository) {
  size_t checked = 0;
  for (const Source &source : allPrograms()) {
    Parsed parsed(source.text);
    if (parsed.diagnostics.hasErrors())
      continue;
    SCOPED_TRACE(source.path);
    expectLaws(parsed);
    ++checked;
  }
  EXPECT_GT(checked, 2u);
}

TEST(FormatterLaw, holdsWhateverTheBlanksAre) {
  std::mt19937 random(7);
  for (const Source &source : allPrograms()) {
    Parsed parsed(source.text);
    if (parsed.diagnostics.hasErrors() || source.text.size() > 10'000)
      continue;
    for (int i = 0; i < 4 && !testing::Test::HasFailure(); ++i) {
      Parsed other(otherBlanks(parsed, random));
      SCOPED_TRACE(source.path + ":\n" + std::string(other.file.text()));
      EXPECT_EQ(other.errors(), "");
      EXPECT_EQ(other.tree(), parsed.tree());
      expectLaws(other);
    }
  }
}

} // namespace
