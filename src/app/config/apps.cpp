#include "app/config/apps.h"

#include "api/request.h"
#include "api/user_sig.h"
#include "app/config/address.h"
#include "app/config/environment.h"
#include "app/config/section.h"
#include "app/text/printable.h"
#include "base/time_text.h"
#include "sys/secret_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace callarchive {
namespace {

const std::vector<std::string> credential_keys{"secret_key", "secret_key_file", "secret_key_env",
                                               "user_sig", "user_sig_file"};

// Time enough to make a new UserSig before the old one ends, a weekend in between.
constexpr Seconds expiry_warning = std::chrono::days{7};

/// What is wrong with an endpoint; empty where nothing is.
std::string endpoint_problem(const std::string& endpoint) {
    const bool plain = endpoint.starts_with("http://");
    const bool known = plain || endpoint.starts_with("https://");
    const auto address = parse_host_port(std::string_view{endpoint}.substr(plain   ? 7
                                                                           : known ? 8
                                                                                   : 0));
    if (!known || !address || address->port == 0) {
        return fmt::format("found '{}'; allowed: https://HOST or https://HOST:PORT",
                           printable(endpoint));
    }
    if (plain && !is_loopback(address->host)) {
        return fmt::format(
            "found '{}': without TLS the UserSig could be read on the way; allowed: "
            "https://, or http:// to this machine (127.0.0.1, localhost, [::1])",
            printable(endpoint));
    }
    return {};
}

class AppReader {
  public:
    AppReader(const Node& node, std::size_t index, const CredentialTerms& terms, Config& config,
              std::vector<Problem>& problems)
        : section_(problems, &node, fmt::format("apps[{}]", index), KnownKeys::of("apps")),
          terms_(terms),
          config_(config) {}

    AppConfig read() {
        SourceSettings& settings = app_.settings;
        settings.policy = config_.policy;
        settings.requests = config_.requests;
        std::int64_t id = 0;
        if (section_.given("sdk_app_id")) {
            section_.read_integer("sdk_app_id", id, 1, 4'294'967'295);
        } else {
            section_.problem("sdk_app_id", "missing; the application's SDKAppID is needed");
        }
        settings.identity.sdk_app_id = id;
        settings.identity.name = std::to_string(id);
        section_.read_text("name", settings.identity.name);
        if (settings.identity.name.empty())
            section_.problem("name", "found nothing; allowed: a text");
        std::string api = "v1";
        section_.read_word("api", api, {"v1", "v4"});
        settings.identity.dialect = *dialect_from(api);
        settings.endpoint.dialect = settings.identity.dialect;
        settings.endpoint.sdk_app_id = id;
        settings.endpoint.identifier = "administrator";
        section_.read_text("identifier", settings.endpoint.identifier);
        if (settings.endpoint.identifier.empty())
            section_.problem("identifier", "found nothing; allowed: an administrator's user id");
        read_endpoint();
        read_credential();
        return std::move(app_);
    }

  private:
    void read_endpoint() {
        SourceSettings& settings = app_.settings;
        const auto names = regions_of(settings.identity.dialect);
        const std::vector<std::string> regions{names.begin(), names.end()};
        std::string region = regions.front();
        section_.read_word("region", region, regions);
        if (section_.given("endpoint")) {
            section_.read_text("endpoint", settings.endpoint.base);
            while (settings.endpoint.base.ends_with('/'))
                settings.endpoint.base.pop_back();
            const std::string wrong = endpoint_problem(settings.endpoint.base);
            if (!wrong.empty()) section_.problem("endpoint", wrong);
            if (section_.given("region")) {
                section_.problem("region", "given together with endpoint; allowed: one of the two");
            }
            return;
        }
        app_.region = region;
        settings.endpoint.base = endpoint_of(settings.identity.dialect, region).value_or("");
    }

    void read_credential() {
        std::vector<std::string> given;
        for (const std::string& key : credential_keys) {
            if (section_.given(key)) given.push_back(key);
        }
        if (given.size() != 1) {
            section_.problem(
                given.size() > 1 ? given[1] : "secret_key_file",
                fmt::format(
                    "found {}; allowed: exactly one of {}",
                    given.empty() ? "no credential" : fmt::format("{}", fmt::join(given, " and ")),
                    fmt::join(credential_keys, ", ")));
            return;
        }
        const std::string& key = given.front();
        std::string text;
        section_.read_text(key, text);
        app_.credential.key = key;
        if (text.empty()) {
            section_.problem(key, "found nothing; allowed: the secret, or where it is");
            return;
        }
        const bool ready_made = key.starts_with("user_sig");
        Secret secret;
        if (key.ends_with("_file")) {
            app_.credential.value = text;
            if (terms_.secrets == Secrets::not_needed) return;
            auto read = read_secret_file(text);
            // A name without a folder may be the secret itself, pasted under the wrong key.
            if (!read.ok() && text.find('/') == std::string::npos) {
                return section_.problem(key,
                                        "the file cannot be used (its name is not shown, for it "
                                        "might be the secret itself); allowed: a file's path, "
                                        "such as /etc/callarchive/secret_key");
            }
            if (!read.ok()) return section_.problem(key, read.error().message);
            secret = std::move(read).value();
        } else if (key.ends_with("_env")) {
            app_.credential.value = text;
            if (terms_.secrets == Secrets::not_needed) return;
            const auto found = terms_.environment.find(text);
            if (found == terms_.environment.end() || found->second.empty()) {
                // The name may be the secret itself, pasted under the wrong key.
                return section_.problem(key,
                                        "no environment variable of that name is set (it is not "
                                        "shown, for it might be the secret itself); allowed: the "
                                        "name of a variable that holds the key");
            }
            secret = Secret{found->second};
        } else {
            secret = Secret{std::move(text)};
        }
        if (ready_made) {
            check_user_sig(key, secret);
            app_.settings.credential = ReadyMadeUserSig{std::move(secret)};
        } else {
            app_.settings.credential = SecretKey{std::move(secret)};
        }
    }

    void check_user_sig(const std::string& key, const Secret& user_sig) {
        const auto claim = read_user_sig(user_sig);
        if (!claim.ok()) return section_.problem(key, claim.error().message);
        const SourceSettings& settings = app_.settings;
        if (claim->sdk_app_id != settings.identity.sdk_app_id) {
            section_.problem(key, fmt::format("the UserSig was made for SDKAppID {}, not {}",
                                              claim->sdk_app_id, settings.identity.sdk_app_id));
        }
        if (claim->identifier != settings.endpoint.identifier) {
            section_.problem(key, fmt::format("the UserSig was made for '{}'; set identifier to it",
                                              printable(claim->identifier)));
        }
        check_expiry(key, claim->signed_at + claim->validity);
    }

    void check_expiry(const std::string& key, Moment expires_at) {
        // A command that only reads the archive works with an expired one too.
        if (!terms_.now || terms_.secrets == Secrets::not_needed) return;
        const Seconds left = expires_at - *terms_.now;
        if (left <= Seconds{0}) {
            section_.problem(key, fmt::format("the UserSig expired at {}; make a new one, or give "
                                              "a secret_key, which makes them as needed",
                                              to_iso8601(expires_at)));
        } else if (left <= expiry_warning) {
            config_.warnings.push_back(
                {.location = section_.find(key)->location,
                 .key = section_.path_of(key),
                 .text = fmt::format("the UserSig expires in {}, at {}; nothing is archived from "
                                     "then on",
                                     to_words(left), to_iso8601(expires_at))});
        }
    }

    Section section_;
    const CredentialTerms& terms_;
    Config& config_;
    AppConfig app_;
};

void check_together(const std::vector<AppConfig>& apps, const Node::Sequence& nodes,
                    std::vector<Problem>& problems) {
    std::set<std::string> names;
    std::set<std::pair<std::int64_t, Dialect>> sources;
    for (std::size_t i = 0; i < apps.size(); ++i) {
        const SourceIdentity& identity = apps[i].settings.identity;
        const bool usable = identity.sdk_app_id != 0;
        const std::string path = fmt::format("apps[{}]", i);
        if (usable && !sources.emplace(identity.sdk_app_id, identity.dialect).second) {
            problems.push_back(
                {.location = nodes[i].location,
                 .key = path,
                 .text = fmt::format("sdk_app_id {} with api {} is given twice; two "
                                     "entries may share an sdk_app_id only if their "
                                     "api differs",
                                     identity.sdk_app_id, name_of(identity.dialect))});
        }
        // Without a usable sdk_app_id a name that was not given says nothing.
        const bool named = usable || identity.name != std::to_string(identity.sdk_app_id);
        if (named && !names.insert(identity.name).second) {
            problems.push_back(
                {.location = nodes[i].location,
                 .key = path + ".name",
                 .text = fmt::format("'{}' names two applications; allowed: a name of "
                                     "its own for each entry",
                                     printable(identity.name))});
        }
    }
}

}  // namespace

void read_apps(const Node* node, const CredentialTerms& terms, Config& config,
               std::vector<Problem>& problems) {
    const Node::Sequence* entries = node == nullptr ? nullptr : node->sequence();
    if (entries == nullptr || entries->empty()) {
        problems.push_back(
            {.location = node == nullptr ? Location{} : node->location,
             .key = "apps",
             .text = node == nullptr
                         ? "missing; at least one application with sdk_app_id and a "
                           "credential is needed"
                         : fmt::format("found {}; allowed: a list of applications",
                                       entries == nullptr ? node->kind() : "an empty list")});
        return;
    }
    for (std::size_t i = 0; i < entries->size(); ++i) {
        config.apps.push_back(AppReader{(*entries)[i], i, terms, config, problems}.read());
    }
    check_together(config.apps, *entries, problems);
}

}  // namespace callarchive
