#include "api/error_codes.h"

#include <algorithm>
#include <array>
#include <span>

namespace callarchive {
namespace {

struct Row {
    std::int64_t code;
    CodeMeaning meaning;
};

constexpr CodeMeaning internal_error{ErrorKind::temporary, "the service had an internal error", ""};
constexpr CodeMeaning too_many{ErrorKind::throttled, "too many requests",
                               "lower requests.rate_limit if this repeats"};
constexpr CodeMeaning expired{
    ErrorKind::expired, "the UserSig has expired",
    "with user_sig or user_sig_file a new one must be made; otherwise check this machine's clock"};
constexpr CodeMeaning bad_signature{
    ErrorKind::configuration, "the UserSig does not fit the application",
    "check that secret_key_file (or secret_key, secret_key_env, user_sig, user_sig_file) and "
    "sdk_app_id belong to the same application and that the identifier is spelled as in the "
    "console"};
constexpr CodeMeaning too_many_bad_signatures{
    ErrorKind::configuration, "the UserSig does not fit, and there were too many attempts",
    "wait a minute, then check secret_key_file (or whichever credential is set), sdk_app_id and "
    "identifier"};
constexpr CodeMeaning no_administrator{ErrorKind::configuration,
                                       "the caller is not an administrator",
                                       "set identifier to an administrator of the application (the "
                                       "first one is called administrator)"};
constexpr CodeMeaning malformed_request{ErrorKind::refused,
                                        "the service calls the request malformed",
                                        "please report this with the line above"};
constexpr CodeMeaning no_package{
    ErrorKind::configuration, "the application's package does not include this",
    "buy the TUICallKit Group Call package for this sdk_app_id in the vendor's console"};
constexpr CodeMeaning expired_package{
    ErrorKind::configuration, "the application's package has expired",
    "renew the TUICallKit Group Call package for this sdk_app_id in the vendor's console"};
constexpr CodeMeaning unknown_application{
    ErrorKind::configuration, "the service does not know this application",
    "check sdk_app_id, and that region (or endpoint) is the one the application was created in"};
constexpr CodeMeaning disabled{
    ErrorKind::configuration, "the application or this request is disabled",
    "look at the application's state in the vendor's console, or ask the vendor"};
constexpr CodeMeaning address_refused{
    ErrorKind::configuration, "the service refuses this machine's address",
    "add the address to the application's list of allowed addresses in the vendor's console"};
constexpr CodeMeaning undocumented{
    ErrorKind::temporary, "the vendor does not document this code",
    "if it repeats, open a ticket with the vendor and quote the requestId"};

constexpr std::array v1_rows{
    Row{50001, no_package},        Row{70001, malformed_request}, Row{70002, bad_signature},
    Row{70003, expired},           Row{70004, no_administrator},  Row{70005, too_many},
    Row{70009, malformed_request},
};

// The codes that v4 shares with the vendor's Chat product.
constexpr std::array v4_rows{
    Row{60002, malformed_request},
    Row{60003, malformed_request},
    Row{60004, bad_signature},
    Row{60005, bad_signature},
    Row{60006, disabled},
    Row{60007, too_many},
    Row{60008, internal_error},
    Row{60009, malformed_request},
    Row{60010, no_administrator},
    Row{60011, too_many},
    Row{60012, malformed_request},
    Row{60013, internal_error},
    Row{60014, internal_error},
    Row{60015, malformed_request},
    Row{60016, disabled},
    Row{60017, disabled},
    Row{60018, too_many},
    Row{60019, too_many},
    Row{60020, expired_package},
    Row{60021, address_refused},
    Row{70001, expired},
    Row{70003, bad_signature},
    Row{70009, bad_signature},
    Row{70013, bad_signature},
    Row{70014, bad_signature},
    Row{70016, bad_signature},
    Row{70020, unknown_application},
    Row{70050, too_many_bad_signatures},
    Row{101001, internal_error},
};

std::span<const Row> rows_of(Dialect dialect) {
    if (dialect == Dialect::v1) return v1_rows;
    return v4_rows;
}

}  // namespace

bool says_no_records(Dialect dialect, std::int64_t code) {
    return code == (dialect == Dialect::v1 ? 70011 : 101050);
}

CodeMeaning meaning_of(Dialect dialect, std::int64_t code) {
    const auto rows = rows_of(dialect);
    const auto row =
        std::find_if(rows.begin(), rows.end(), [&](const Row& each) { return each.code == code; });
    return row == rows.end() ? undocumented : row->meaning;
}

}  // namespace callarchive
