# Compiles libraries once more, instrumented, by the Clang that CONVOY_FUZZ_CXX
# names: for the fuzzer and for the sanitizers.

# convoy_get_sources(VARIABLE TARGET...): the files that targets consist of.
function(convoy_get_sources variable)
  set(sources)
  foreach(target ${ARGN})
    get_target_property(files ${target} SOURCES)
    get_target_property(directory ${target} SOURCE_DIR)
    list(TRANSFORM files PREPEND "${directory}/")
    list(APPEND sources ${files})
  endforeach()
  set(${variable} "${sources}" PARENT_SCOPE)
endfunction()

# convoy_instrument(VARIABLE FLAGS FLAG... SOURCES FILE...)
# The objects of the files, compiled with the flags into the current binary
# directory. MLIR's headers are most of what there is to compile: parsed once,
# they take seconds for all files instead of seconds for each.
function(convoy_instrument variable)
  cmake_parse_arguments(ARG "" "" "FLAGS;SOURCES" ${ARGN})
  set(flags -std=c++17 -O1 -ffp-contract=off ${ARG_FLAGS} -Wno-c++20-extensions
      "-I${PROJECT_SOURCE_DIR}/include" "-I${PROJECT_BINARY_DIR}/include")
  foreach(directory ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
    list(APPEND flags -isystem "${directory}")
  endforeach()
  set(prefix "${CMAKE_CURRENT_BINARY_DIR}/Prefix.h.pch")
  add_custom_command(OUTPUT "${prefix}"
    COMMAND "${CONVOY_FUZZ_CXX}" ${flags} ${LLVM_DEFINITIONS_LIST}
            -x c++-header -fpch-instantiate-templates -MD -MF "${prefix}.d"
            "${PROJECT_SOURCE_DIR}/cmake/Prefix.h" -o "${prefix}"
    DEPENDS "${PROJECT_SOURCE_DIR}/cmake/Prefix.h"
    DEPFILE "${prefix}.d"
    COMMENT "Parsing MLIR's headers for instrumented code")
  set(objects)
  foreach(source ${ARG_SOURCES})
    file(RELATIVE_PATH name "${PROJECT_SOURCE_DIR}" "${source}")
    string(REPLACE "/" "-" name "${name}")
    set(object "${CMAKE_CURRENT_BINARY_DIR}/${name}.o")
    add_custom_command(OUTPUT "${object}"
      COMMAND "${CONVOY_FUZZ_CXX}" ${flags} ${LLVM_DEFINITIONS_LIST}
              -include-pch "${prefix}" -MD -MF "${object}.d" -c "${source}"
              -o "${object}"
      DEPENDS "${source}" "${prefix}" ConvoyDialectIncGen
              ConvoyTransformsPassesIncGen ConvoyCodegenPassesIncGen
              ConvoyGpuPassesIncGen
      DEPFILE "${object}.d"
      COMMENT "Building instrumented ${name}")
    list(APPEND objects "${object}")
  endforeach()
  set(${variable} "${objects}" PARENT_SCOPE)
endfunction()

# convoy_link_instrumented(PROGRAM FLAGS FLAG... OBJECTS FILE... [LIBRARIES FILE...])
# Links objects of convoy_instrument; all that is not among them comes from the
# build's own archives.
function(convoy_link_instrumented program)
  cmake_parse_arguments(ARG "" "" "FLAGS;OBJECTS;LIBRARIES" ${ARGN})
  set(targets ConvoyPipelines ConvoyGpu ConvoyCodegen ConvoyTarget)
  set(archives)
  foreach(target ${targets})
    list(APPEND archives $<TARGET_FILE:${target}>)
  endforeach()
  get_target_property(location MLIR LOCATION)
  cmake_path(GET location PARENT_PATH directory)
  cmake_path(GET program FILENAME name)
  add_custom_command(OUTPUT "${program}"
    COMMAND "${CONVOY_FUZZ_CXX}" ${ARG_FLAGS} ${ARG_OBJECTS} ${archives}
            ${ARG_LIBRARIES} "-L${directory}" "-Wl,-rpath,${directory}" -lMLIR
            $<TARGET_FILE:LLVM> -o "${program}"
    DEPENDS ${ARG_OBJECTS} ${targets}
    COMMENT "Linking instrumented ${name}" VERBATIM)
endfunction()
