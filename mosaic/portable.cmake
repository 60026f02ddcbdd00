# The backend without oneDNN: vectors of the compiler, on x86 once more for AVX2, called after a check of the
# processor.
target_sources(mosaic PRIVATE src/backend_none.cpp src/portable/backend.cpp src/portable/kernels_base.cpp src/portable/pictures.cpp)
# Vectors wider than the processor's are only ever passed by reference.
set(MOSAIC_VECTORS $<$<CXX_COMPILER_ID:GNU>:-Wno-psabi>)
set_source_files_properties(src/portable/kernels_base.cpp PROPERTIES COMPILE_OPTIONS "${MOSAIC_VECTORS}")
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    target_sources(mosaic PRIVATE src/portable/kernels_avx2.cpp)
    set_source_files_properties(src/portable/kernels_avx2.cpp PROPERTIES COMPILE_OPTIONS "${MOSAIC_VECTORS};-mavx2;-mfma")
endif()
