# cmake -DTOOL=PATH -DREFERENCES=FOLDER -DSCRATCH=FOLDER -P check_test.cmake: `mosaic check` beside ONNX Runtime, where
# there are node and, in the folder that MOSAIC_NODE_MODULES names, onnxruntime-node.
find_program(NODE node)
set(peers "$ENV{MOSAIC_NODE_MODULES}")
if(NOT NODE OR NOT EXISTS "${peers}/onnxruntime-node/package.json")
    # In GoogleTest's words, which summaries look for.
    message(NOTICE "[  SKIPPED ] mosaic.check: needs node, and onnxruntime-node in the folder MOSAIC_NODE_MODULES")
    return()
endif()

include(${CMAKE_CURRENT_LIST_DIR}/../run.cmake)

file(REMOVE_RECURSE ${SCRATCH})
file(MAKE_DIRECTORY ${SCRATCH})
foreach(name one_picture_embedding squeeze_excitation)
    set(model ${SCRATCH}/${name}.onnx)
    run(${NODE} ${CMAKE_CURRENT_LIST_DIR}/extract_case.mjs ${REFERENCES}/onnx ${name} ${model})
    run(${TOOL} check ${model} --node-modules ${peers})
    if(NOT output MATCHES "worst.*exported, in ONNX Runtime:.*worst.*exported and imported again:.*worst")
        message(FATAL_ERROR "not all comparisons are there")
    endif()
endforeach()
run(${TOOL} check ${SCRATCH}/one_picture_embedding.onnx --node-modules ${peers} --batch 3)

# A difference is an error, not only a line.
execute_process(COMMAND ${TOOL} check ${model} --node-modules ${peers} --tolerance 0 --high 1000 --no-export
    RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(status EQUAL 0 AND NOT output MATCHES "worst 0 ")
    message(FATAL_ERROR "a difference above the tolerance ended well:\n${output}")
endif()
file(REMOVE_RECURSE ${SCRATCH})
