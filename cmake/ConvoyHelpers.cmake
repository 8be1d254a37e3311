# The two ways in which Convoy makes a target.

# convoy_add_library(NAME SOURCE... [DEPENDS TARGET...] [LINK TARGET...])
# A static library on the shared MLIR and LLVM.
function(convoy_add_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PUBLIC ${ARG_LINK} MLIR LLVM)
  target_include_directories(${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:include>)
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  set_property(GLOBAL APPEND PROPERTY CONVOY_LIBRARIES ${name})
  if(CONVOY_PRECOMPILE)
    convoy_precompile(${name})
  endif()
endfunction()

# Parses MLIR's headers once for all libraries that follow one another. Not the
# default: it hides which header a file includes, and from ccache the rest.
function(convoy_precompile name)
  get_property(first GLOBAL PROPERTY CONVOY_PRECOMPILED)
  if(first)
    target_precompile_headers(${name} REUSE_FROM ${first})
  else()
    target_precompile_headers(${name}
      PRIVATE "${PROJECT_SOURCE_DIR}/cmake/Prefix.h")
    set_property(GLOBAL PROPERTY CONVOY_PRECOMPILED ${name})
  endif()
endfunction()

# convoy_add_passes(PREFIX): Passes.td of the calling directory becomes
# Passes.h.inc and Passes.md; the target is Convoy<PREFIX>PassesIncGen.
function(convoy_add_passes prefix)
  set(LLVM_TARGET_DEFINITIONS Passes.td)
  mlir_tablegen(Passes.h.inc -gen-pass-decls -name=Convoy${prefix})
  mlir_tablegen(Passes.md -gen-pass-doc)
  add_public_tablegen_target(Convoy${prefix}PassesIncGen)
endfunction()

# convoy_add_unittest(NAME SOURCE... [LINK TARGET...])
# A GoogleTest program; the name ends in Tests, which is how lit finds it.
function(convoy_add_unittest name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  if(NOT name MATCHES "Tests$")
    message(FATAL_ERROR "unit test '${name}': expected a name that ends in "
                        "Tests, lit would not find it")
  endif()
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gtest_main)
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")
  add_dependencies(convoy-test-depends ${name})
endfunction()
