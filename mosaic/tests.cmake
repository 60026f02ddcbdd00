# Unit tests lie beside their sources, tests of the whole library in tests/.
find_package(GTest REQUIRED)
include(GoogleTest)
add_executable(mosaic_tests
    src/npy_test.cpp
    src/passes/passes_test.cpp
    src/planner_test.cpp
    src/shape_inference_test.cpp
    src/tensor_test.cpp
    src/tfjs_import_test.cpp
    tests/centernet_test.cpp
    tests/chains_test.cpp
    tests/convolutions_test.cpp
    tests/operators_test.cpp
    tests/session_test.cpp
    tests/test_model.cpp
)
target_link_libraries(mosaic_tests PRIVATE mosaic::mosaic mosaic_private GTest::gtest_main)
target_include_directories(mosaic_tests PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
# Of these only, so that the others are the same in every checkout for a compiler cache.
set_source_files_properties(tests/centernet_test.cpp tests/onnx_operators_test.cpp tests/operators_test.cpp PROPERTIES
    COMPILE_DEFINITIONS MOSAIC_REFERENCES="${CMAKE_CURRENT_SOURCE_DIR}/references")
if(MOSAIC_WITH_ONNX)
    target_sources(mosaic_tests PRIVATE tests/onnx_operators_test.cpp)
endif()
gtest_discover_tests(mosaic_tests TEST_PREFIX mosaic. PROPERTIES TIMEOUT 300)

add_executable(mosaic_train_tests
    src/train/evaluation_test.cpp
    src/train/gradients_test.cpp
    src/train/loss_test.cpp
    src/train/trainer_test.cpp
)
target_link_libraries(mosaic_train_tests PRIVATE mosaic::train mosaic_private GTest::gtest_main)
target_include_directories(mosaic_train_tests PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
gtest_discover_tests(mosaic_train_tests TEST_PREFIX mosaic. PROPERTIES TIMEOUT 300)
