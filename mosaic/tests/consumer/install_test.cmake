# cmake -DBUILD=FOLDER -DSCRATCH=FOLDER -DCOMPILER=PATH -P install_test.cmake: installs what was built, builds
# the program of this folder with it and runs it.
include(${CMAKE_CURRENT_LIST_DIR}/../run.cmake)

file(REMOVE_RECURSE ${SCRATCH})
run(${CMAKE_COMMAND} --install ${BUILD} --component mosaic --prefix ${SCRATCH}/prefix)
if(EXISTS ${SCRATCH}/prefix/bin/mosaic AND NOT EXISTS ${SCRATCH}/prefix/share/mosaic/check_peer.mjs)
    message(FATAL_ERROR "check_peer.mjs, which `mosaic check` runs, isn't installed")
endif()
run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${SCRATCH}/build -G Ninja -DCMAKE_PREFIX_PATH=${SCRATCH}/prefix
    -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_BUILD_TYPE=Release)
run(${CMAKE_COMMAND} --build ${SCRATCH}/build)
run(${SCRATCH}/build/consumer)
if(NOT output MATCHES "\\[1,1000\\]")
    message(FATAL_ERROR "the consumer printed ${output}")
endif()
file(REMOVE_RECURSE ${SCRATCH})
