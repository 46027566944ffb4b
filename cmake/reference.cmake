# Manual pages and completions, made by the program that they describe.
find_program(GZIP gzip REQUIRED)
set(reference ${CMAKE_BINARY_DIR}/reference)
file(MAKE_DIRECTORY ${reference})

function(callarchive_manual page)
    set(input ${CMAKE_SOURCE_DIR}/docs/man/${page}.in)
    string(REGEX MATCH "[0-9]$" section ${page})
    add_custom_command(OUTPUT ${reference}/${page}.gz
        COMMAND ${CMAKE_COMMAND} -DINPUT=${input} -DOUTPUT=${reference}/${page}.gz
                -DVERSION=${PROJECT_VERSION} -DGZIP=${GZIP} ${ARGN}
                -P ${CMAKE_SOURCE_DIR}/cmake/fill_manual.cmake
        DEPENDS ${input} ${CMAKE_SOURCE_DIR}/cmake/fill_manual.cmake callarchive VERBATIM)
    set_property(GLOBAL APPEND PROPERTY callarchive_reference ${reference}/${page}.gz)
    install(FILES ${reference}/${page}.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endfunction()

function(callarchive_completion shell folder file)
    add_custom_command(OUTPUT ${reference}/${shell}
        COMMAND callarchive completion ${shell} > ${reference}/${shell}
        DEPENDS callarchive VERBATIM)
    set_property(GLOBAL APPEND PROPERTY callarchive_reference ${reference}/${shell})
    install(FILES ${reference}/${shell} DESTINATION ${CMAKE_INSTALL_DATADIR}/${folder} RENAME ${file})
endfunction()

callarchive_manual(callarchive.1 -DPROGRAM=$<TARGET_FILE:callarchive>)
callarchive_manual(callarchive.yaml.5)
callarchive_manual(callkit-sim.1)
callarchive_completion(bash bash-completion/completions callarchive)
callarchive_completion(zsh zsh/vendor-completions _callarchive)
callarchive_completion(fish fish/vendor_completions.d callarchive.fish)
get_property(made GLOBAL PROPERTY callarchive_reference)
add_custom_target(callarchive_reference ALL DEPENDS ${made})
