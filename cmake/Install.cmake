# What `make build` builds, and what `cmake --install` lays out: the tool, the runtime, std, and find_package(weft).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

add_custom_target(weft-tools)
foreach(target weft weft-opt weft-runtime)
  if(TARGET ${target})
    add_dependencies(weft-tools ${target})
  endif()
endforeach()

add_custom_target(weft-fuzzers)
get_property(fuzzers GLOBAL PROPERTY WEFT_FUZZERS)
if(fuzzers)
  add_dependencies(weft-fuzzers ${fuzzers})
endif()
