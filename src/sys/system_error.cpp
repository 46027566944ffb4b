#include "sys/system_error.h"

#include <system_error>

namespace callarchive {

std::string words_of_errno(int number) {
    return std::generic_category().message(number);
}

}  // namespace callarchive
