# Unit tests lie beside their sources, tests of the whole library in tests/.
if(CMAKE_CROSSCOMPILING)
    # Debian has GoogleTest's libraries for its own processor, and the source.
    set(INSTALL_GTEST OFF)
    add_subdirectory(/usr/src/googletest googletest EXCLUDE_FROM_ALL SYSTEM)
else()
    find_package(GTest REQUIRED)
endif()
include(GoogleTest)
add_executable(mosaic_tests
    src/npy_test.cpp
    src/passes/passes_test.cpp
    src/planner_test.cpp
    src/quantize/calibration_test.cpp
    src/quantize/histogram_test.cpp
    src/shape_inference_test.cpp
    src/tensor_test.cpp
    src/tfjs_import_test.cpp
    tests/batcher_test.cpp
    tests/centernet_test.cpp
    tests/chains_test.cpp
    tests/convolutions_test.cpp
    tests/edges_test.cpp
    tests/kernel_choices_test.cpp
    tests/operators_test.cpp
    tests/references.cpp
    tests/session_test.cpp
    tests/test_model.cpp
)
set_target_properties(mosaic_tests PROPERTIES UNITY_BUILD OFF) # tests name their helpers alike
target_link_libraries(mosaic_tests PRIVATE mosaic::mosaic mosaic_private GTest::gtest_main)
target_include_directories(mosaic_tests PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
# Of these only, so that the others are the same in every checkout for a compiler cache.
set_source_files_properties(tests/centernet_test.cpp tests/references.cpp PROPERTIES
    COMPILE_DEFINITIONS MOSAIC_REFERENCES="${CMAKE_CURRENT_SOURCE_DIR}/references")
if(MOSAIC_WITH_ONNX)
    target_sources(mosaic_tests PRIVATE src/onnx/import_test.cpp tests/batch_test.cpp tests/onnx_operators_test.cpp tests/quantized_export_test.cpp)
endif()
gtest_discover_tests(mosaic_tests TEST_PREFIX mosaic. PROPERTIES TIMEOUT 300)
# A program of its own: it counts what the whole program allocates. Sanitizers have functions of their own for that.
get_directory_property(MOSAIC_OPTIONS COMPILE_OPTIONS)
add_executable(mosaic_allocation_tests tests/allocation_test.cpp tests/test_model.cpp)
if(NOT "${MOSAIC_OPTIONS} ${CMAKE_CXX_FLAGS}" MATCHES "sanitize")
    target_compile_definitions(mosaic_allocation_tests PRIVATE MOSAIC_COUNTS_MALLOC)
endif()
set_target_properties(mosaic_allocation_tests PROPERTIES UNITY_BUILD OFF) # tests name their helpers alike
target_link_libraries(mosaic_allocation_tests PRIVATE mosaic::mosaic mosaic_private GTest::gtest_main)
target_include_directories(mosaic_allocation_tests PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
gtest_discover_tests(mosaic_allocation_tests TEST_PREFIX mosaic. PROPERTIES TIMEOUT 300)

# Not with sanitizers, which a stranger's program would have to be built with too.
if(NOT "${MOSAIC_OPTIONS} ${CMAKE_CXX_FLAGS}" MATCHES "sanitize" AND NOT CMAKE_CROSSCOMPILING)
    add_test(NAME mosaic.install COMMAND ${CMAKE_COMMAND} -DBUILD=${CMAKE_CURRENT_BINARY_DIR}
        -DSCRATCH=${CMAKE_CURRENT_BINARY_DIR}/install_test -DCOMPILER=${CMAKE_CXX_COMPILER}
        -P ${CMAKE_CURRENT_SOURCE_DIR}/tests/consumer/install_test.cmake)
    set_tests_properties(mosaic.install PROPERTIES TIMEOUT 300)
endif()

if(MOSAIC_WITH_TRAIN AND MOSAIC_WITH_ONNX)
    # The founding network as a file that can be read again and timed; 100 MB, so it goes again.
    set(MOSAIC_MADE ${CMAKE_CURRENT_BINARY_DIR}/made.onnx)
    add_test(NAME mosaic.make COMMAND mosaic_tool make resnet50 ${MOSAIC_MADE})
    add_test(NAME mosaic.bench COMMAND mosaic_tool bench ${MOSAIC_MADE} --peak --repeat 1)
    add_test(NAME mosaic.unmake COMMAND ${CMAKE_COMMAND} -E rm -f ${MOSAIC_MADE})
    set_tests_properties(mosaic.make PROPERTIES FIXTURES_SETUP mosaic_made)
    set_tests_properties(mosaic.bench PROPERTIES FIXTURES_REQUIRED mosaic_made TIMEOUT 300
        PASS_REGULAR_EXPRESSION "of one core.*median_ms [0-9.]+ min_ms.*operations [78]\\.[0-9]+ G, at best [0-9.]+ G/s")
    set_tests_properties(mosaic.unmake PROPERTIES FIXTURES_CLEANUP mosaic_made)

    add_test(NAME mosaic.check COMMAND ${CMAKE_COMMAND} -DTOOL=$<TARGET_FILE:mosaic_tool>
        -DREFERENCES=${CMAKE_CURRENT_SOURCE_DIR}/references -DSCRATCH=${CMAKE_CURRENT_BINARY_DIR}/check_test
        -P ${CMAKE_CURRENT_SOURCE_DIR}/tests/check/check_test.cmake)
    set_tests_properties(mosaic.check PROPERTIES TIMEOUT 300 SKIP_REGULAR_EXPRESSION "\\[  SKIPPED \\]")
endif()

if(MOSAIC_WITH_TRAIN)
    add_test(NAME mosaic.bench_sessions COMMAND mosaic_tool bench resnet50 --input-shape input=1,64,64,3
        --sessions 2 --repeat 1)
    set_tests_properties(mosaic.bench_sessions PROPERTIES TIMEOUT 300
        PASS_REGULAR_EXPRESSION "sessions 2 of threads 1: pictures_per_s [0-9.]+ median_ms [0-9.]+ runs 1")

    add_executable(mosaic_train_tests
        src/train/augment_test.cpp
        src/train/box_files_test.cpp
        src/train/box_test.cpp
        src/train/dataset_test.cpp
        src/train/evaluation_test.cpp
        src/train/gradients_test.cpp
        src/train/head_test.cpp
        src/train/loss_test.cpp
        src/train/network_graph_test.cpp
        src/train/ridge_test.cpp
        src/train/trainer_test.cpp
        src/train/tuning_test.cpp
        src/train/two_classes_test.cpp
        tools/printing.cpp
        tools/printing_test.cpp
    )
    set_target_properties(mosaic_train_tests PROPERTIES UNITY_BUILD OFF) # tests name their helpers alike
    target_link_libraries(mosaic_train_tests PRIVATE mosaic::train mosaic_private GTest::gtest_main)
    target_include_directories(mosaic_train_tests PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
    # Detectors that are learnt from nothing take sanitizers many minutes.
    if("${MOSAIC_OPTIONS} ${CMAKE_CXX_FLAGS}" MATCHES "sanitize")
        set(MOSAIC_TRAIN_FILTER TEST_FILTER "-Boxes.Are*:Boxes.Resumed*")
    endif()
    # Learning takes minutes on an idle core, and more beside other steps; the limit is for what hangs.
    gtest_discover_tests(mosaic_train_tests TEST_PREFIX mosaic. ${MOSAIC_TRAIN_FILTER} PROPERTIES TIMEOUT 1500)
endif()

# What a processor's instructions are is a question of the optimised build, and with sanitizers it takes minutes.
if(MOSAIC_WITH_ONEDNN AND NOT "${MOSAIC_OPTIONS} ${CMAKE_CXX_FLAGS}" MATCHES "sanitize")
    # Once more as on lesser processors; what the machine itself has is above.
    foreach(isa SSE41 AVX2 AVX512_CORE)
        add_test(NAME mosaic.isa.${isa} COMMAND mosaic_tests --gtest_filter=*Operators*Auto:*Chain*:*Convolution*:*Windows*:Factors*:FoldPadding*:Session*)
        set_tests_properties(mosaic.isa.${isa} PROPERTIES LABELS isa ENVIRONMENT ONEDNN_MAX_CPU_ISA=${isa} TIMEOUT 300
            PASS_REGULAR_EXPRESSION "PASSED" FAIL_REGULAR_EXPRESSION "FAILED")
    endforeach()
endif()
