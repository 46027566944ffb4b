// The barest fetch and parse: libcurl with one kept connection, simdjson over every field of every
// record, and nothing done with any of it. Nobody who reads this API spends less.

#include <curl/curl.h>
#include <fmt/format.h>
#include <simdjson.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

std::size_t append(char* bytes, std::size_t size, std::size_t count, void* to) {
    static_cast<std::string*>(to)->append(bytes, size * count);
    return size * count;
}

/// Touches every field; the sum keeps the compiler from leaving it out.
std::int64_t weigh(simdjson::ondemand::value value) {
    switch (value.type()) {
        case simdjson::ondemand::json_type::number:
            return value.get_int64();
        case simdjson::ondemand::json_type::string:
            return static_cast<std::int64_t>(value.get_string().value().size());
        case simdjson::ondemand::json_type::array: {
            std::int64_t sum = 0;
            for (auto element : value.get_array())
                sum += weigh(element.value());
            return sum;
        }
        case simdjson::ondemand::json_type::object:
        case simdjson::ondemand::json_type::boolean:
        case simdjson::ondemand::json_type::null:
            return 0;
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) {
        fmt::print(stderr, "usage: bare_fetch URL FROM TO WINDOW_SECONDS\n");
        return 2;
    }
    const std::int64_t from = std::atoll(argv[2]), to = std::atoll(argv[3]);
    const std::int64_t length = std::atoll(argv[4]);
    CURL* curl = curl_easy_init();
    std::string answer;
    curl_slist* headers = curl_slist_append(nullptr, "Content-Type: application/json");
    curl_easy_setopt(curl, CURLOPT_URL, argv[1]);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);

    simdjson::ondemand::parser parser;
    std::int64_t records = 0, sum = 0;
    for (std::int64_t begin = from; begin < to; begin += length) {
        for (int page = 1;; ++page) {
            const std::string body = fmt::format(
                R"({{"startTimestamp":{},"endTimestamp":{},"numberPerPage":100,"page":{}}})", begin,
                begin + length - 1, page);
            curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.c_str());
            answer.clear();
            if (const CURLcode failed = curl_easy_perform(curl); failed != CURLE_OK) {
                fmt::print(stderr, "bare_fetch: {}\n", curl_easy_strerror(failed));
                return 1;
            }
            answer.reserve(answer.size() + simdjson::SIMDJSON_PADDING);
            auto document = parser.iterate(answer);
            std::int64_t rows = 0;
            simdjson::ondemand::array list;
            // Where there is nothing, the answer has a code for it and no list.
            if (document["data"]["callRecordList"].get(list) != simdjson::SUCCESS) break;
            for (auto record : list) {
                for (auto field : record.get_object())
                    sum += weigh(field.value());
                ++rows;
            }
            records += rows;
            if (rows < 100) break;
        }
    }
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
    fmt::print("{{\"records\": {}, \"sum\": {}}}\n", records, sum);
}
