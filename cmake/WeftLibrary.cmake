# One CMake library a folder. `weft_library` takes plain C++; `weft_mlir_library` adds MLIR and its precompiled headers.

set(WEFT_WARNINGS -Wall -Wextra -Werror -Wno-unused-parameter)

function(weft_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
  target_compile_options(${name} PRIVATE ${WEFT_WARNINGS})
  target_link_libraries(${name} PUBLIC ${ARG_LINK})
endfunction()

# Headers of LLVM and MLIR are system headers: their warnings are not ours.
# The first such library owns the precompiled header; the others reuse it.
function(weft_mlir_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  weft_library(${name} SOURCES ${ARG_SOURCES} LINK ${ARG_LINK} MLIR LLVM)
  weft_mlir_headers(${name})
endfunction()

function(weft_mlir_headers name)
  target_include_directories(${name} SYSTEM PUBLIC ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
  target_compile_options(${name} PRIVATE ${WEFT_WARNINGS})
  # The precompiled header is position independent; an executable that reuses it must be so in the same way.
  get_target_property(kind ${name} TYPE)
  if(kind STREQUAL "EXECUTABLE")
    target_compile_options(${name} PRIVATE -fPIC)
  endif()
  if(NOT TARGET weft_pch)
    file(WRITE ${PROJECT_BINARY_DIR}/weft_pch.cpp "")
    add_library(weft_pch OBJECT ${PROJECT_BINARY_DIR}/weft_pch.cpp)
    target_include_directories(weft_pch SYSTEM PRIVATE ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
    target_compile_options(weft_pch PRIVATE ${WEFT_WARNINGS})
    target_precompile_headers(weft_pch PRIVATE
      <algorithm> <cstdint> <functional> <map> <memory> <optional> <set> <string> <vector>
      <mlir/IR/Builders.h> <mlir/IR/BuiltinOps.h> <mlir/IR/BuiltinTypes.h> <mlir/IR/BuiltinAttributes.h>
      <mlir/IR/DialectImplementation.h> <mlir/IR/OpImplementation.h> <mlir/IR/SymbolTable.h> <mlir/IR/PatternMatch.h>
      <mlir/IR/IRMapping.h> <mlir/IR/Verifier.h> <mlir/Interfaces/SideEffectInterfaces.h> <mlir/Pass/Pass.h>
      <mlir/Pass/PassManager.h>)
  endif()
  target_precompile_headers(${name} REUSE_FROM weft_pch)
endfunction()

# weft_gtest(name source… LINK library…): unit tests, one ctest a case.
function(weft_gtest name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  find_package(GTest REQUIRED)
  include(GoogleTest)
  add_executable(${name} ${ARG_SOURCES} ${ARG_UNPARSED_ARGUMENTS})
  target_compile_options(${name} PRIVATE ${WEFT_WARNINGS})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gtest_main)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST)
endfunction()

# weft_fuzzer(name source… LINK library…): a libFuzzer target; built only where the sanitizers are (preset asan).
function(weft_fuzzer name)
  if(NOT WEFT_SANITIZED)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_compile_options(${name} PRIVATE ${WEFT_WARNINGS})
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  set_property(GLOBAL APPEND PROPERTY WEFT_FUZZERS ${name})
endfunction()
