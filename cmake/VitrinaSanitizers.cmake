# What makes the sanitized build, which compiles everything, quick enough to be run each time. Included after the
# targets. The released build has none of it: there each file includes what it needs.

# What computes much is optimised, or its tests take minutes; the rest compiles sooner than it would run quicker.
set(computing mosaic_onednn vitrina_checkout vitrina_insight vitrina_perceive vitrina_scene vitrina_track vitrina_video)
foreach(library ${computing})
    if(TARGET ${library})
        target_compile_options(${library} PRIVATE -O1)
    endif()
endforeach()
foreach(library mosaic mosaic_train)
    get_target_property(kernels ${library} SOURCES)
    list(FILTER kernels INCLUDE REGEX "src/(train/)?reference[_/]")
    list(TRANSFORM kernels PREPEND "${PROJECT_SOURCE_DIR}/mosaic/")
    set_property(SOURCE ${kernels} TARGET_DIRECTORY ${library} PROPERTY COMPILE_OPTIONS -O1)
    set_property(SOURCE ${kernels} TARGET_DIRECTORY ${library} PROPERTY SKIP_PRECOMPILE_HEADERS ON)
endforeach()

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    if(TARGET mosaic_onednn)
        # Checks as calls: in line, a file of unrolled kernels takes Clang a minute.
        target_compile_options(mosaic_onednn PRIVATE "SHELL:-mllvm -asan-instrumentation-with-call-threshold=0")
    endif()

    set(source "${PROJECT_BINARY_DIR}/generated/precompiled.cpp")
    file(CONFIGURE OUTPUT "${source}" CONTENT "")
    set(headers <algorithm> <array> <atomic> <chrono> <cmath> <condition_variable> <cstdint> <deque> <filesystem> <fstream>
        <functional> <map> <memory> <mutex> <optional> <random> <set> <span> <sstream> <string> <thread> <tuple>
        <unordered_map> <utility> <variant> <vector>)
    # One for what may be fuzzed too (other instrumentation), one for the rest, one for the tests.
    foreach(kind rest fuzzed tests)
        add_library(precompiled_${kind} OBJECT "${source}")
        target_precompile_headers(precompiled_${kind} PRIVATE ${headers})
        # No time in it: what ccache has compiled with it holds when it is made again.
        target_compile_options(precompiled_${kind} PRIVATE -fpch-instantiate-templates "SHELL:-Xclang -fno-pch-timestamp")
    endforeach()
    find_package(GTest REQUIRED)
    target_link_libraries(precompiled_tests PRIVATE GTest::gmock)
    target_compile_options(precompiled_tests PRIVATE -fPIE) # as programs have it
    target_precompile_headers(precompiled_tests PRIVATE <gmock/gmock.h> <gtest/gtest.h>)

    function(use_precompiled_headers folder)
        get_property(folders DIRECTORY "${folder}" PROPERTY SUBDIRECTORIES)
        foreach(inner ${folders})
            use_precompiled_headers("${inner}")
        endforeach()
        get_property(targets DIRECTORY "${folder}" PROPERTY BUILDSYSTEM_TARGETS)
        foreach(target ${targets})
            get_target_property(type ${target} TYPE)
            if(type STREQUAL "UTILITY" OR type STREQUAL "INTERFACE_LIBRARY" OR target IN_LIST computing)
                continue()
            endif()
            get_target_property(options ${target} COMPILE_OPTIONS)
            get_target_property(libraries ${target} LINK_LIBRARIES)
            if("${options}" MATCHES "fuzzer-no-link")
                target_precompile_headers(${target} REUSE_FROM precompiled_fuzzed)
            elseif("${libraries}" MATCHES "GTest::")
                target_precompile_headers(${target} REUSE_FROM precompiled_tests)
            elseif(type STREQUAL "STATIC_LIBRARY")
                target_precompile_headers(${target} REUSE_FROM precompiled_rest)
            endif()
        endforeach()
    endfunction()
    if(VITRINA_FUZZ)
        target_compile_options(precompiled_fuzzed PRIVATE -fsanitize=fuzzer-no-link)
    endif()
    use_precompiled_headers("${PROJECT_SOURCE_DIR}/mosaic")
    use_precompiled_headers("${PROJECT_SOURCE_DIR}/src")
endif()
