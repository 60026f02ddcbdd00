# For tests that are scripts: run(PROGRAM ARGUMENT...) runs it, puts what it said into `output`, and ends the test where
# it fails.
function(run)
    execute_process(COMMAND ${ARGV} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
    message(STATUS "${ARGV}\n${output}")
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "ended with ${status}")
    endif()
    set(output "${output}" PARENT_SCOPE)
endfunction()
