# Writes a C++ file with the bytes of each of FILES, which stand in a folder for each architecture, for
# lib/runtime/Bitcode.h.
set(tables "")
set(architectures "")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME_WE)
  get_filename_component(folder ${file} DIRECTORY)
  get_filename_component(architecture ${folder} NAME)
  list(APPEND architectures ${architecture})
  set(symbol ${architecture}_${name})
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  string(APPEND tables "alignas(16) static const unsigned char ${symbol}[] = {${bytes}};\n")
  string(APPEND rows_${architecture} "    {\"${name}\", ${symbol}, sizeof ${symbol}},\n")
endforeach()
list(REMOVE_DUPLICATES architectures)
set(choices "")
foreach(architecture IN LISTS architectures)
  string(APPEND tables "static const EmbeddedBitcode modules_${architecture}[] = {\n${rows_${architecture}}};\n")
  string(APPEND choices "  if (architecture == \"${architecture}\")\n    return modules_${architecture};\n")
endforeach()
file(WRITE ${OUTPUT} "// Made from lib/runtime/*.c.
#include \"lib/runtime/Bitcode.h\"
namespace weft {
${tables}std::span<const EmbeddedBitcode> runtimeBitcode(std::string_view architecture) {
${choices}  return {};
}
} // namespace weft
")
