#include "api/answer_errors.h"

#include "api/error_codes.h"
#include "api/safe_text.h"

#include <fmt/format.h>

#include <string>

namespace callarchive {
namespace {

constexpr std::size_t excerpt_bytes = 200;

std::string_view words_of_status(int status) {
    if (status == 429) return "too many requests; lower requests.rate_limit if this repeats";
    if (status >= 500) return "the service or something before it is in trouble";
    if (status == 413) return "the request or its answer is too large; try a smaller page_size";
    if (status == 407) return "the proxy wants a login; check requests.proxy";
    if (status == 401 || status == 403) {
        return "something before the API forbids the request; check endpoint, proxy and the "
               "addresses allowed in the vendor's console";
    }
    if (status == 404) return "there is no such API at this address; check region or endpoint";
    if (status >= 400) return "something before the API refuses the request";
    if (status >= 300) {
        return "the address has moved, and redirects are not followed because they would carry the "
               "UserSig along; check endpoint and proxy";
    }
    return "the API always answers 200";
}

ErrorKind kind_of_status(int status) {
    if (status == 429) return ErrorKind::throttled;
    // 1xx and 2xx: an answer without what was asked for.
    return status >= 300 ? ErrorKind::temporary : ErrorKind::malformed;
}

std::string quoted(std::string_view label, std::string_view text, std::size_t bytes_max) {
    if (text.empty()) return {};
    return fmt::format(", {} \"{}\"", label, safe_excerpt(text, bytes_max));
}

}  // namespace

Error error_of(const HttpFailure& failure) {
    switch (failure.kind) {
        case HttpFailureKind::name_resolution:
        case HttpFailureKind::connect:
        case HttpFailureKind::timeout:
        case HttpFailureKind::broken:
            return {ErrorKind::temporary, failure.message};
        case HttpFailureKind::tls:
            return {
                ErrorKind::temporary,
                failure.message + "; check requests.ca_file, the proxy and this machine's clock"};
        // Asking again would bring the same; a smaller window or page may bring less.
        case HttpFailureKind::too_large:
            return {ErrorKind::malformed, failure.message};
    }
    return {ErrorKind::temporary, failure.message};
}

Error error_of_status(const HttpAnswer& answer) {
    return {kind_of_status(answer.status),
            fmt::format("the answer has HTTP status {}: {}{}", answer.status,
                        words_of_status(answer.status),
                        quoted("it begins", answer.body, excerpt_bytes))};
}

Error error_of_code(Dialect dialect, const Verdict& verdict) {
    const CodeMeaning meaning = meaning_of(dialect, verdict.code);
    std::string message =
        fmt::format("the API answered with code {} ({}): {}{}{}", verdict.code, name_of(dialect),
                    meaning.meaning, quoted("in its words", verdict.words, 300),
                    quoted("requestId", verdict.request_id, 80));
    if (!meaning.remedy.empty()) message += fmt::format("; {}", meaning.remedy);
    return {meaning.kind, std::move(message)};
}

Error malformed_answer(std::string_view problem, std::string_view body) {
    return {ErrorKind::malformed,
            fmt::format("{}{}", problem, quoted("it begins", body, excerpt_bytes))};
}

}  // namespace callarchive
