# Writes a C++ file with the text of each file, in raw strings short enough for every compiler.
set(entries "")
list(SORT FILES)
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} text)
  # Brackets and semicolons mean something to CMake's lists; the text is only cut and pasted, never split.
  string(LENGTH "${text}" length)
  set(pieces "")
  set(position 0)
  while(position LESS length)
    string(SUBSTRING "${text}" ${position} 8000 piece)
    string(APPEND pieces "R\"weft~(${piece})weft~\" ")
    math(EXPR position "${position} + 8000")
  endwhile()
  if(pieces STREQUAL "")
    set(pieces "\"\"")
  endif()
  string(APPEND entries "    {\"${name}\", ${pieces}},\n")
endforeach()
file(WRITE ${OUTPUT} "// Made from lib/std/*.weft.
#include \"lib/std/StandardLibrary.h\"
#include <utility>
namespace weft {
static const std::pair<std::string_view, std::string_view> files[] = {
    {\"\", \"\"},
${entries}};
std::optional<std::string_view> standardFile(std::string_view name) {
  for (const auto &[file, text] : files)
    if (file == name && !name.empty())
      return text;
  return std::nullopt;
}
std::vector<std::string_view> standardFiles() {
  std::vector<std::string_view> names;
  for (const auto &[file, text] : files)
    if (!file.empty())
      names.push_back(file);
  return names;
}
} // namespace weft
")
