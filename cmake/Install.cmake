# What `make build` builds, and what `cmake --install` lays out: the tool, the runtime, std, and find_package(weft).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

add_custom_target(weft-tools)
foreach(target weft weft-opt weft-solver weft-runtime)
  if(TARGET ${target})
    add_dependencies(weft-tools ${target})
  endif()
endforeach()

add_custom_target(weft-fuzzers)
get_property(fuzzers GLOBAL PROPERTY WEFT_FUZZERS)
if(fuzzers)
  add_dependencies(weft-fuzzers ${fuzzers})
endif()

if(TARGET weft)
  install(TARGETS weft EXPORT weftTargets RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(TARGETS weft-opt RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(TARGETS weft-solver RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/weft)
  if(TARGET weft-runtime)
    install(TARGETS weft-runtime EXPORT weftTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
    install(FILES ${PROJECT_SOURCE_DIR}/lib/runtime/Pool.h ${PROJECT_SOURCE_DIR}/lib/runtime/Parallel.h
            DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/weft)
  endif()
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/lib/std/ DESTINATION ${CMAKE_INSTALL_DATADIR}/weft/std
          FILES_MATCHING PATTERN "*.weft")
  install(EXPORT weftTargets NAMESPACE weft:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/weft)
  configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/weftConfig.cmake.in ${PROJECT_BINARY_DIR}/weftConfig.cmake
                                INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/weft)
  write_basic_package_version_file(${PROJECT_BINARY_DIR}/weftConfigVersion.cmake COMPATIBILITY SameMinorVersion)
  install(FILES ${PROJECT_BINARY_DIR}/weftConfig.cmake ${PROJECT_BINARY_DIR}/weftConfigVersion.cmake
          DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/weft)
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/THIRD_PARTY_NOTICES
          DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/weft)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/ DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/weft)
endif()
