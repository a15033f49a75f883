# Writes a C++ file with the bytes of each of FILES, for lib/runtime/Bitcode.h.
set(tables "")
set(rows "")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  string(APPEND tables "alignas(16) static const unsigned char ${name}[] = {${bytes}};\n")
  string(APPEND rows "    {\"${name}\", ${name}, sizeof ${name}},\n")
endforeach()
file(WRITE ${OUTPUT} "// Made from lib/runtime/*.c.
#include \"lib/runtime/Bitcode.h\"
namespace weft {
${tables}static const EmbeddedBitcode modules[] = {
${rows}};
std::span<const EmbeddedBitcode> runtimeBitcode() { return modules; }
} // namespace weft
")
