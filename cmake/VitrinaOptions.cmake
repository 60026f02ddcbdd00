# The language, the warnings and the sanitizers, the same for every target.
option(VITRINA_TESTS "Build the tests and benchmarks" ON)
option(VITRINA_FUZZ "Build the fuzzers (Clang only)" OFF)
set(VITRINA_SANITIZE "" CACHE STRING "Value of -fsanitize, or nothing")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

find_program(CCACHE ccache)
if(CCACHE)
    # Precompiled headers (VitrinaSanitizers.cmake) are cached only when ccache is told that nothing reads the time.
    set(launcher env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        "${CCACHE}")
    if(NOT VITRINA_SANITIZE)
        set(launcher "${CCACHE}")
    endif()
    set(CMAKE_C_COMPILER_LAUNCHER "${launcher}")
    set(CMAKE_CXX_COMPILER_LAUNCHER "${launcher}")
endif()

if(VITRINA_SANITIZE)
    add_compile_options(-fsanitize=${VITRINA_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${VITRINA_SANITIZE})
    # An element beyond the end is told where it is asked for, also within what was allocated.
    add_compile_definitions(_GLIBCXX_ASSERTIONS)
    # Assertions on; a report still names file and line. Optimised only where much is computed (CMakeLists.txt):
    # instrumented and optimised, the rest takes longer to compile than to run.
    if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
        set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O0 -gline-tables-only")
        # Relative to the build, so that checkouts in different folders share what ccache has compiled.
        file(RELATIVE_PATH ignored "${CMAKE_BINARY_DIR}" "${CMAKE_CURRENT_LIST_DIR}/sanitizer_ignore.txt")
        add_compile_options(-fsanitize-ignorelist=${ignored})
    else()
        set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O0 -g1")
    endif()
endif()
