# cmake -DOUTPUT=x.cpp "-DMIGRATIONS=a.sql|b.sql" -P embed_migrations.cmake
# Writes the numbered SQL files into a C++ source, so that the program carries its schema.
string(REPLACE "|" ";" MIGRATIONS "${MIGRATIONS}")
set(rows "")
foreach(file IN LISTS MIGRATIONS)
    get_filename_component(name "${file}" NAME)
    if(NOT name MATCHES "^([0-9][0-9][0-9][0-9])_[a-z0-9_]+\\.sql$")
        message(FATAL_ERROR "${file}: a migration is named NNNN_words.sql")
    endif()
    string(REGEX REPLACE "^0+" "" version "${CMAKE_MATCH_1}")
    file(READ "${file}" sql)
    string(APPEND rows "        {${version}, \"${name}\", R\"sql(${sql})sql\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "// Generated from migrations/.
#include \"store/migrations.h\"

namespace callarchive {

const std::vector<Migration>& all_migrations() {
    static const std::vector<Migration> all{
${rows}    };
    return all;
}

}  // namespace callarchive
")
