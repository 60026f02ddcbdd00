# vitrina_module(NAME [WAITS] [SOURCES ...] [ALONE ...] [TESTS ...] [PUBLIC targets] [PRIVATE targets])
#
# One folder of src/ as one static library `vitrina_NAME`, with its unit tests beside the source as one test
# program `NAME_test`. PRIVATE libraries stay out of the headers that other modules see. A module that WAITS for disks,
# networks and users computes little: it is compiled with fewer optimisations, which takes a quarter less.
# Most presets compile several SOURCES as one (CMAKE_UNITY_BUILD), which takes half the time. Those that name something
# of their own as another source of the module does are compiled ALONE.
function(vitrina_module name)
    cmake_parse_arguments(arg "WAITS" "" "SOURCES;ALONE;TESTS;PUBLIC;PRIVATE" ${ARGN})
    set(target vitrina_${name})
    add_library(${target} STATIC ${arg_SOURCES} ${arg_ALONE})
    set_source_files_properties(${arg_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    target_include_directories(${target} PUBLIC "${PROJECT_SOURCE_DIR}/src")
    target_link_libraries(${target} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
    vitrina_warnings(${target})
    if(arg_WAITS)
        target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
    endif()
    if(VITRINA_TESTS AND arg_TESTS)
        vitrina_test(${name}_test SOURCES ${arg_TESTS} LIBRARIES ${target} ${arg_PRIVATE})
    endif()
endfunction()

configure_file("${CMAKE_CURRENT_LIST_DIR}/source_dir.h.in" "${PROJECT_BINARY_DIR}/generated/source_dir.h" @ONLY)

# vitrina_test(NAME SOURCES ... LIBRARIES ...): a GoogleTest program, run as one CTest test. A program in which
# no test is found fails.
function(vitrina_test name)
    cmake_parse_arguments(arg "" "" "SOURCES;LIBRARIES" ${ARGN})
    find_package(GTest REQUIRED)
    add_executable(${name} ${arg_SOURCES})
    set_target_properties(${name} PROPERTIES UNITY_BUILD OFF) # tests name their helpers alike
    target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} GTest::gmock GTest::gtest_main)
    target_include_directories(${name} PRIVATE "${PROJECT_BINARY_DIR}/generated")
    vitrina_warnings(${name})
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES FAIL_REGULAR_EXPRESSION "Running 0 tests")
endfunction()

function(vitrina_warnings target)
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Werror)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # GCC 12 sees overlaps in the standard library's own string concatenation (GCC bug 105651).
        target_compile_options(${target} PRIVATE -Wno-restrict)
        # What a source keeps to itself is its own also when it is compiled with others.
        target_compile_options(${target} PRIVATE $<$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>:-Wno-subobject-linkage>)
    endif()
endfunction()
