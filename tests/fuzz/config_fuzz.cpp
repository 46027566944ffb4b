// Any bytes are a configuration to be judged: no crash, problems that name where they are, no
// secret shown, and what is accepted is shown as a configuration that is accepted again.
#include "app/config/config.h"
#include "base/check.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace callarchive;
    const std::string text{reinterpret_cast<const char*>(data), size};
    const auto read = read_config(text, "fuzz.yaml", {}, Secrets::not_needed, moment_from_unix(1));
    if (const auto* problems = std::get_if<std::vector<Problem>>(&read)) {
        CHECK(!problems->empty());
        for (const Problem& problem : *problems)
            CHECK(!problem.line().empty());
        return 0;
    }
    const Config& config = std::get<Config>(read);
    CHECK(!config.apps.empty());
    CHECK(config.policy.retention >= Seconds{1});
    CHECK(!config.policy.revisit.empty());
    CHECK(!to_yaml(config).empty());
    return 0;
}
