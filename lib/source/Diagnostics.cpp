// Messages as people and as programs read them.
#include "lib/source/Source.h"

#include <algorithm>
#include <cassert>
#include <nlohmann/json.hpp>

namespace weft {

namespace {

constexpr size_t errorLimit = 100;
// Source lines longer than this are shown in part, around the caret.
constexpr size_t shownWidth = 120;

// Control characters would move the terminal's cursor or change its colours.
std::string printable(std::string_view text) {
  std::string result;
  for (unsigned char c : text) {
    if (c == '\t')
      result += ' ';
    else if (c < 0x20 || c == 0x7f)
      result += '?';
    else
      result += static_cast<char>(c);
  }
  return result;
}

std::string place(Range range) {
  if (!range.file)
    return "";
  SourceFile::Position at = range.file->position(range.begin);
  return range.file->path() + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": ";
}

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

size_t characters(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); });
}

// The line of source and a caret under the range.
std::string excerpt(Range range) {
  if (!range.file)
    return "";
  SourceFile::Position at = range.file->position(range.begin);
  std::string_view line = range.file->line(at.line);
  size_t begin = std::min<size_t>(at.column - 1, line.size());
  size_t end = std::clamp<size_t>(begin + (range.end - std::min(range.begin, range.end)), begin, line.size());
  std::string prefix, suffix;
  if (line.size() > shownWidth) {
    size_t from = begin > shownWidth / 2 ? begin - shownWidth / 2 : 0;
    // Text that is not UTF-8 can be all continuation bytes: the window stays around the caret.
    while (from < begin && continues(line[from]))
      ++from;
    size_t to = std::min(from + shownWidth, line.size());
    while (to < line.size() && to < from + shownWidth + 3 && continues(line[to]))
      ++to;
    prefix = from ? "…" : "";
    suffix = to < line.size() ? "…" : "";
    line = line.substr(from, to - from);
    begin -= from;
    end = std::min(end - from, line.size());
  }
  size_t column = characters(line.substr(0, begin)) + (prefix.empty() ? 0 : 1);
  size_t width = std::max<size_t>(characters(line.substr(begin, end - begin)), 1);
  return prefix + printable(line) + suffix + "\n" + std::string(column, ' ') + "^" +
         std::string(width - 1, '~') + "\n";
}

nlohmann::json jsonRange(Range range) {
  if (!range.file)
    return nullptr;
  auto position = [&](uint32_t offset) {
    SourceFile::Position at = range.file->position(offset);
    return nlohmann::json{{"line", at.line}, {"column", at.column}};
  };
  return {{"start", position(range.begin)}, {"end", position(range.end)}};
}

const char *severityName(Severity severity) { return severity == Severity::error ? "error" : "warning"; }

} // namespace

Diagnostic &Diagnostic::note(Range where, std::string text) {
  notes.push_back({where, std::move(text)});
  return *this;
}

Diagnostic &Diagnostics::error(std::string_view name, Range range, std::string message) {
  assert(isErrorName(name) && "an error's name is registered in ErrorNames.def");
  ++errors;
  if (errors > errorLimit) {
    overflow = {};
    return overflow;
  }
  messages.push_back(std::make_unique<Diagnostic>(
      Diagnostic{Severity::error, std::string(name), range, std::move(message), {}}));
  return *messages.back();
}

Diagnostic &Diagnostics::warning(std::string_view name, Range range, std::string message) {
  assert(isErrorName(name) && "a warning's name is registered in ErrorNames.def");
  messages.push_back(std::make_unique<Diagnostic>(
      Diagnostic{Severity::warning, std::string(name), range, std::move(message), {}}));
  return *messages.back();
}

std::string Diagnostics::text() const {
  std::string result;
  for (const auto &message : messages) {
    result += place(message->range) + severityName(message->severity) + ": " + printable(message->message) +
              " [" + message->name + "]\n" + excerpt(message->range);
    for (const Note &note : message->notes)
      result += place(note.range) + "note: " + printable(note.message) + "\n" + excerpt(note.range);
  }
  if (errors > errorLimit)
    result += "error: " + std::to_string(errors - errorLimit) + " more errors are not shown\n";
  return result;
}

std::string Diagnostics::jsonLines() const {
  std::string result;
  for (const auto &message : messages) {
    nlohmann::json notes = nlohmann::json::array();
    auto file = [](Range range) {
      return range.file ? nlohmann::json(range.file->path()) : nlohmann::json();
    };
    for (const Note &note : message->notes)
      notes.push_back(
          {{"file", file(note.range)}, {"range", jsonRange(note.range)}, {"message", note.message}});
    nlohmann::json line = {{"file", file(message->range)},
                           {"range", jsonRange(message->range)},
                           {"severity", severityName(message->severity)},
                           {"name", message->name},
                           {"message", message->message},
                           {"notes", notes}};
    result += line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  }
  return result;
}

} // namespace weft
