# The oneDNN backend and the kernels written by hand beside it.
# Debian's package configuration asks for OpenCL, which a CPU library doesn't need; so the files are found by hand.
find_path(MOSAIC_ONEDNN_INCLUDE_DIR dnnl.hpp PATH_SUFFIXES oneapi/dnnl REQUIRED)
find_library(MOSAIC_ONEDNN_LIBRARY dnnl REQUIRED)
# The OpenMP runtime of Debian's oneDNN, whichever compiler builds mosaic.
find_library(MOSAIC_OPENMP_LIBRARY NAMES libgomp.so.1 REQUIRED)
# Its own compilation flags, so that the other files are the same in both builds for a compiler cache.
add_library(mosaic_onednn OBJECT
    src/avx512/depthwise.cpp
    src/avx512/finish.cpp
    src/avx512/peak.cpp
    src/avx512/resize.cpp
    src/avx512/rows.cpp
    src/avx512/tile_bfloat.cpp
    src/avx512/tile_byte.cpp
    src/avx512/tile_float.cpp
    src/avx512/tiles.cpp
    src/avx512/winograd.cpp
    src/nhwc/backend.cpp
    src/nhwc/bordered.cpp
    src/nhwc/chain.cpp
    src/nhwc/choice.cpp
    src/nhwc/concat.cpp
    src/nhwc/convert.cpp
    src/nhwc/convolution.cpp
    src/nhwc/cut.cpp
    src/nhwc/depthwise.cpp
    src/nhwc/elementwise.cpp
    src/nhwc/forms.cpp
    src/nhwc/pool.cpp
    src/nhwc/resize.cpp
    src/nhwc/site.cpp
    src/nhwc/winograd.cpp
    src/onednn/backend.cpp
    src/onednn/convolution.cpp
    src/avx2/depthwise.cpp
    src/avx2/peak.cpp
    src/avx2/picture.cpp
    src/avx2/pointwise.cpp
    src/avx2/winograd.cpp
    src/onednn/elementwise.cpp
    src/onednn/fast.cpp
    src/onednn/fast_depthwise.cpp
    src/onednn/fast_expanded.cpp
    src/onednn/fast_picture.cpp
    src/onednn/fast_pointwise.cpp
    src/onednn/fast_site.cpp
    src/onednn/fast_winograd.cpp
    src/onednn/primitive_kernel.cpp
    src/onednn/threads.cpp
    src/winograd_weights.cpp
)
# These name something of their own as others do.
set_source_files_properties(src/nhwc/chain.cpp src/onednn/elementwise.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
# Only these files may hold AVX2 instructions; they are called after a check of the processor.
set_source_files_properties(src/avx2/depthwise.cpp src/avx2/peak.cpp src/avx2/picture.cpp src/avx2/pointwise.cpp src/avx2/winograd.cpp
    PROPERTIES COMPILE_OPTIONS "-mavx2;-mfma")
# GCC 12 takes the undefined registers of its own header for uninitialized variables.
set(MOSAIC_AVX512 -mavx512f -mavx512bw -mavx512dq -mavx512vl -mfma
    -mprfchw $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized> $<$<CXX_COMPILER_ID:GNU>:-Wno-uninitialized>)
set_source_files_properties(src/avx512/depthwise.cpp src/avx512/finish.cpp src/avx512/peak.cpp src/avx512/rows.cpp src/avx512/tile_float.cpp src/avx512/winograd.cpp PROPERTIES COMPILE_OPTIONS "${MOSAIC_AVX512}")
# Its results are those of the readable kernel to the last bit.
set_source_files_properties(src/avx512/resize.cpp PROPERTIES COMPILE_OPTIONS "${MOSAIC_AVX512};-ffp-contract=off")
set_source_files_properties(src/avx512/tile_byte.cpp PROPERTIES COMPILE_OPTIONS "${MOSAIC_AVX512};-mavx512vnni")
set_source_files_properties(src/avx512/tile_bfloat.cpp PROPERTIES COMPILE_OPTIONS "${MOSAIC_AVX512};-mavx512bf16")
set_target_properties(mosaic_onednn PROPERTIES POSITION_INDEPENDENT_CODE ON)
target_include_directories(mosaic_onednn PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/include)
target_include_directories(mosaic_onednn SYSTEM PRIVATE ${MOSAIC_ONEDNN_INCLUDE_DIR} ${MOSAIC_EXPECTED_INCLUDE_DIR})
target_link_libraries(mosaic_onednn PRIVATE mosaic_private)
target_sources(mosaic PRIVATE $<TARGET_OBJECTS:mosaic_onednn>)
target_link_libraries(mosaic PRIVATE ${MOSAIC_ONEDNN_LIBRARY} ${MOSAIC_OPENMP_LIBRARY})
