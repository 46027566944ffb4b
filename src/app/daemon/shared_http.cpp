#include "app/daemon/shared_http.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace callarchive {

void SharedHttp::start(HttpTicket ticket, HttpRequest request) {
    http_.start(ticket, std::move(request));
}

void SharedHttp::cancel(HttpTicket ticket) {
    http_.cancel(ticket);
}

std::vector<HttpCompletion> SharedHttp::wait(Milliseconds at_most) {
    auto completed = http_.wait(at_most);
    const auto second =
        std::stable_partition(completed.begin(), completed.end(),
                              [](const HttpCompletion& each) { return each.ticket < second_from; });
    std::move(second, completed.end(), std::back_inserter(second_));
    completed.erase(second, completed.end());
    return completed;
}

std::vector<HttpCompletion> SharedHttp::take_second() {
    return std::exchange(second_, {});
}

}  // namespace callarchive
