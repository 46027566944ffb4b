# cmake -DINPUT=x.1.in -DOUTPUT=x.1.gz -DVERSION=1.2 [-DPROGRAM=callarchive] -DGZIP=gzip -P fill_manual.cmake
# Fills a manual page with the version and what the program's parser says of its commands, and compresses it.
set(COMMANDS "")
if(PROGRAM)
    execute_process(COMMAND ${PROGRAM} manual OUTPUT_VARIABLE COMMANDS COMMAND_ERROR_IS_FATAL ANY)
    string(STRIP "${COMMANDS}" COMMANDS)
endif()
string(REGEX REPLACE "\\.gz$" "" plain "${OUTPUT}")
configure_file(${INPUT} ${plain} @ONLY)
execute_process(COMMAND ${GZIP} -9nkf ${plain} COMMAND_ERROR_IS_FATAL ANY)
