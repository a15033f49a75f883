// Source files, ranges in them, and the collection of errors and warnings about them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

/// One file of source text. Lines and columns count from 1; columns count bytes.
class SourceFile {
public:
  SourceFile(std::string path, std::string text);

  struct Position {
    uint32_t line, column;
  };

  const std::string &path() const { return filePath; }
  std::string_view text() const { return fileText; }
  Position position(uint32_t offset) const;
  /// The text of line `line` (from 1) without its end.
  std::string_view line(uint32_t line) const;
  /// The byte offset of a line and column, clipped to the text.
  uint32_t offset(uint32_t line, uint32_t column) const;

private:
  std::string filePath, fileText;
  std::vector<uint32_t> lineStarts;
};

/// Bytes [begin, end) of a file. A null file means: no place in a source.
struct Range {
  const SourceFile *file = nullptr;
  uint32_t begin = 0, end = 0;
};

enum class Severity { error, warning };

struct Note {
  Range range;
  std::string message;
};

/// One message: `file:line:col: error: MESSAGE [name]`, the source line, a caret under the range, notes.
struct Diagnostic {
  Severity severity;
  std::string name; // the stable name in brackets, such as `wire.axis`; registered in ErrorNames.def
  Range range;
  std::string message;
  std::vector<Note> notes;

  Diagnostic &note(Range where, std::string text);
  Diagnostic &note(std::string text) { return note({}, std::move(text)); }
};

/// Collects what is found wrong, in order. Every phase reports here and goes on as far as it sensibly can.
/// After `limit` errors further ones are counted but not kept.
class Diagnostics {
public:
  /// Asserts that `name` is registered.
  Diagnostic &error(std::string_view name, Range range, std::string message);
  Diagnostic &warning(std::string_view name, Range range, std::string message);

  bool hasErrors() const { return errors != 0; }
  size_t errorCount() const { return errors; }
  const std::vector<std::unique_ptr<Diagnostic>> &all() const { return messages; }

  /// Text for a terminal, as the documentation shows it.
  std::string text() const;
  /// One JSON object a line: file, range, severity, name, message, notes.
  std::string jsonLines() const;

private:
  std::vector<std::unique_ptr<Diagnostic>> messages;
  Diagnostic overflow;
  size_t errors = 0;
};

/// All registered names, sorted, for the tests that compare them with docs and tests.
std::vector<std::string_view> errorNames();
bool isErrorName(std::string_view name);

} // namespace weft
