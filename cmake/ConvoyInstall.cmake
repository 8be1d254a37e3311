# What `cmake --install` puts where, so that find_package(Convoy) works:
#
#   bin/                 the tools (each tool's own CMakeLists.txt)
#   lib/                 the static libraries, the plugin for mlir-opt
#   lib/cmake/Convoy/    Convoy::Convoy (fold, dialect, pipelines) and the rooms,
#                        Convoy::Analysis, Convoy::Artefact, ...
#   include/             headers, TableGen files and what TableGen made of them
#   lib/python3/dist-packages/convoy/
include(CMakePackageConfigHelpers)

set(CONVOY_CMAKE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/Convoy")

# Everything that an embedding compiler needs to make Convoy known.
add_library(Convoy INTERFACE)
add_library(Convoy::Convoy ALIAS Convoy)
target_link_libraries(Convoy INTERFACE ConvoyPipelines)
target_compile_features(Convoy INTERFACE cxx_std_17)

get_property(convoy_libraries GLOBAL PROPERTY CONVOY_LIBRARIES)
foreach(library ${convoy_libraries})
  string(REGEX REPLACE "^Convoy" "" room "${library}")
  set_target_properties(${library} PROPERTIES EXPORT_NAME "${room}")
endforeach()

install(TARGETS Convoy ${convoy_libraries} EXPORT ConvoyTargets)
install(EXPORT ConvoyTargets NAMESPACE Convoy::
        DESTINATION "${CONVOY_CMAKE_DIR}")

list(TRANSFORM convoy_libraries REPLACE "^Convoy" "Convoy::"
     OUTPUT_VARIABLE CONVOY_EXPORTED_LIBRARIES)
configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/ConvoyConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/package/ConvoyConfig.cmake"
  INSTALL_DESTINATION "${CONVOY_CMAKE_DIR}")
write_basic_package_version_file(
  "${PROJECT_BINARY_DIR}/package/ConvoyConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/package/ConvoyConfig.cmake"
              "${PROJECT_BINARY_DIR}/package/ConvoyConfigVersion.cmake"
        DESTINATION "${CONVOY_CMAKE_DIR}")

install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/"
                  "${PROJECT_BINARY_DIR}/include/"
        DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
        FILES_MATCHING
        PATTERN "*.h" PATTERN "*.td" PATTERN "*.h.inc"
        PATTERN "CMakeFiles" EXCLUDE)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/python/convoy"
        DESTINATION "${CMAKE_INSTALL_LIBDIR}/python3/dist-packages"
        OPTIONAL
        FILES_MATCHING PATTERN "*.py")
