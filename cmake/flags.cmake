# Every target of ours links this one interface target and nothing else decides flags.
add_library(callarchive_flags INTERFACE)
target_compile_features(callarchive_flags INTERFACE cxx_std_20)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

target_compile_options(callarchive_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
                       -Wnon-virtual-dtor -Wimplicit-fallthrough)
if(CALLARCHIVE_WERROR)
    target_compile_options(callarchive_flags INTERFACE -Werror)
endif()
# Includes are written from src: #include "plan/coverage.h".
target_include_directories(callarchive_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)

if(CALLARCHIVE_HARDEN)
    # Debian's own hardening=+all set, and stack clash and control flow protection on top.
    target_compile_options(callarchive_flags INTERFACE -fstack-protector-strong
                           -fstack-clash-protection -D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS
                           -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
        target_compile_options(callarchive_flags INTERFACE -fcf-protection)
    endif()
    target_link_options(callarchive_flags INTERFACE -pie -Wl,-z,relro -Wl,-z,now
                        -Wl,-z,noexecstack -Wl,--as-needed)
endif()
if(CALLARCHIVE_SANITIZE)
    target_compile_options(callarchive_flags INTERFACE -fsanitize=${CALLARCHIVE_SANITIZE}
                           -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(callarchive_flags INTERFACE -fsanitize=${CALLARCHIVE_SANITIZE})
    # GCC warns of what its own instrumentation hides from it, in std::regex for one
    # (gcc.gnu.org/bugzilla/show_bug.cgi?id=105562).
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        target_compile_options(callarchive_flags INTERFACE -Wno-maybe-uninitialized)
    endif()
endif()

# callarchive_folder(NAME SOURCES a.cpp b.cpp DEPENDS base plan LIBRARIES X::Y)
# One static library for one folder of src, with the folders it may include.
function(callarchive_folder name)
    cmake_parse_arguments(FOLDER "" "" "SOURCES;DEPENDS;LIBRARIES;PRIVATE_LIBRARIES" ${ARGN})
    add_library(callarchive_${name} STATIC ${FOLDER_SOURCES})
    list(TRANSFORM FOLDER_DEPENDS PREPEND callarchive_)
    target_link_libraries(callarchive_${name} PUBLIC callarchive_flags ${FOLDER_DEPENDS}
                          ${FOLDER_LIBRARIES} PRIVATE ${FOLDER_PRIVATE_LIBRARIES})
endfunction()
