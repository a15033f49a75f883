#include "lib/source/Source.h"

#include <algorithm>

namespace weft {

SourceFile::SourceFile(std::string path, std::string text)
    : filePath(std::move(path)), fileText(std::move(text)) {
  lineStarts.push_back(0);
  for (size_t i = 0; i < fileText.size(); ++i)
    if (fileText[i] == '\n')
      lineStarts.push_back(i + 1);
}

SourceFile::Position SourceFile::position(uint32_t offset) const {
  auto next = std::upper_bound(lineStarts.begin(), lineStarts.end(), offset);
  uint32_t line = next - lineStarts.begin();
  return {line, offset - lineStarts[line - 1] + 1};
}

std::string_view SourceFile::line(uint32_t line) const {
  if (line == 0 || line > lineStarts.size())
    return {};
  size_t begin = lineStarts[line - 1];
  size_t end = line < lineStarts.size() ? lineStarts[line] - 1 : fileText.size();
  std::string_view text = std::string_view(fileText).substr(begin, end - begin);
  if (!text.empty() && text.back() == '\r')
    text.remove_suffix(1);
  return text;
}

uint32_t SourceFile::offset(uint32_t line, uint32_t column) const {
  if (line == 0 || line > lineStarts.size())
    return fileText.size();
  return std::min<size_t>(lineStarts[line - 1] + std::max(column, 1u) - 1, fileText.size());
}

} // namespace weft
