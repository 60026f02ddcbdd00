# Training, a library of its own: who only runs networks needs neither it nor the picture formats.
find_package(JPEG REQUIRED)
find_package(PNG REQUIRED)
add_library(mosaic_train STATIC
    src/train/architectures.cpp
    src/train/augment.cpp
    src/train/average_precision.cpp
    src/train/backbone.cpp
    src/train/box_decoder.cpp
    src/train/box_detector.cpp
    src/train/box_loader.cpp
    src/train/box_network.cpp
    src/train/box_report.cpp
    src/train/box_targets.cpp
    src/train/box_tiles.cpp
    src/train/box_training.cpp
    src/train/builder.cpp
    src/train/checkpoint.cpp
    src/train/choose.cpp
    src/train/dataset.cpp
    src/train/dataset_open.cpp
    src/train/evaluation.cpp
    src/train/executor.cpp
    src/train/feature_cache.cpp
    src/train/head.cpp
    src/train/imported_body.cpp
    src/train/left_out.cpp
    src/train/loader.cpp
    src/train/loss.cpp
    src/train/lost_pictures.cpp
    src/train/model.cpp
    src/train/model_head.cpp
    src/train/model_network.cpp
    src/train/network.cpp
    src/train/network_graph.cpp
    src/train/optimizer.cpp
    src/train/reference_convolution.cpp
    src/train/reference_dense.cpp
    src/train/reference_elementwise.cpp
    src/train/picture_file.cpp
    src/train/picture_input.cpp
    src/train/picture_kernels.cpp
    src/train/reference_shape.cpp
    src/train/report.cpp
    src/train/report_parts.cpp
    src/train/ridge.cpp
    src/train/run_identity.cpp
    src/train/tensor_file.cpp
    src/train/trainer.cpp
    src/train/training_run.cpp
    src/train/tuned.cpp
    src/train/two_classes.cpp
    src/train/weights.cpp
    src/train/whole_graph.cpp
)
# These name something of their own as others do.
set_source_files_properties(src/train/box_network.cpp src/train/checkpoint.cpp src/train/dataset_open.cpp PROPERTIES
    SKIP_UNITY_BUILD_INCLUSION ON)
add_library(mosaic::train ALIAS mosaic_train)
target_link_libraries(mosaic_train PUBLIC mosaic PRIVATE $<BUILD_INTERFACE:mosaic_private> JPEG::JPEG PNG::PNG)
set_target_properties(mosaic_train PROPERTIES POSITION_INDEPENDENT_CODE ON)
if(MOSAIC_WITH_ONEDNN)
    target_sources(mosaic_train PRIVATE src/train/onednn_convolution.cpp src/train/onednn_kernels.cpp)
    target_include_directories(mosaic_train SYSTEM PRIVATE ${MOSAIC_ONEDNN_INCLUDE_DIR})
else()
    target_sources(mosaic_train PRIVATE src/train/portable.cpp)
endif()
