# Reading and writing ONNX, through the messages of Debian's libonnx-dev.
find_package(Protobuf REQUIRED)
find_package(ONNX REQUIRED)  # after Protobuf, whose targets it names
add_library(mosaic_onnx OBJECT
    src/onnx/build.cpp
    src/onnx/convolutions.cpp
    src/onnx/elementwise.cpp
    src/onnx/export.cpp
    src/onnx/export_elementwise.cpp
    src/onnx/export_pictures.cpp
    src/onnx/export_quantized.cpp
    src/onnx/export_searches.cpp
    src/onnx/export_shapes.cpp
    src/onnx/found.cpp
    src/onnx/import.cpp
    src/onnx/joins.cpp
    src/onnx/late.cpp
    src/onnx/matrices.cpp
    src/onnx/model.cpp
    src/onnx/node.cpp
    src/onnx/normalizations.cpp
    src/onnx/quantized.cpp
    src/onnx/recurrent.cpp
    src/onnx/reductions.cpp
    src/onnx/resizes.cpp
    src/onnx/scatters.cpp
    src/onnx/scope.cpp
    src/onnx/searches.cpp
    src/onnx/shapes.cpp
)
# It names something of its own as another does.
set_source_files_properties(src/onnx/late.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
set_target_properties(mosaic_onnx PROPERTIES POSITION_INDEPENDENT_CODE ON)
# The messages that Debian's library was built for: with the types of ONNX-ML.
target_compile_definitions(mosaic_onnx PRIVATE ONNX_ML=1 ONNX_NAMESPACE=onnx)
target_include_directories(mosaic_onnx PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/include)
target_include_directories(mosaic_onnx SYSTEM PRIVATE ${MOSAIC_EXPECTED_INCLUDE_DIR} ${Protobuf_INCLUDE_DIRS})
target_link_libraries(mosaic_onnx PRIVATE mosaic_private)
target_sources(mosaic PRIVATE $<TARGET_OBJECTS:mosaic_onnx>)
target_link_libraries(mosaic PRIVATE onnx_proto protobuf::libprotobuf)
