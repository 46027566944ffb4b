#pragma once

#include "base/result.h"
#include "store/rewrite.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace callarchive {

struct ForgetRequest {
    std::string user;
    std::optional<std::string> app{};  ///< an application's label; empty: in all of them
    std::string new_key;               ///< 32 random bytes in hexadecimal, for the first time
    std::string list{};                ///< what forgotten_list() gave last; empty: nothing
};

/// Replacing one person's id by a pseudonym, for good: prepared in a transaction that is open until
/// commit(), so that what it would do can be shown. Whoever uses it holds the writer's lock.
class Forgetting {
  public:
    /// Errors: not_found where nothing in the archive bears the id, invalid_input where there is no
    /// such application or the id is a pseudonym; else those of opening the archive.
    [[nodiscard]] static Result<Forgetting> prepare(const std::string& path,
                                                    const ForgetRequest& request);

    Forgetting(Forgetting&&) noexcept;
    Forgetting& operator=(Forgetting&&) = delete;
    ~Forgetting();  ///< changes nothing unless commit() was called

    [[nodiscard]] const RewriteCounts& counts() const;
    [[nodiscard]] const std::string& pseudonym() const;
    /// Whether the id is on the list already and stands nowhere.
    [[nodiscard]] bool is_done_already() const;
    /// Call ids and room ids that are the id itself; they are not replaced.
    [[nodiscard]] std::int64_t identifiers_left() const;

    /// Makes it true, durable, and takes the old bytes out of the file.
    [[nodiscard]] Result<Done> commit();

    /// Everything that was forgotten, to be kept beside the archive.
    [[nodiscard]] const std::string& forgotten_list() const;

    /// After commit(): empties the write-ahead log, which a reader may delay; false: it did.
    [[nodiscard]] Result<bool> empty_log();
    /// After commit(): writes the file anew, so that no unused space in it holds old bytes. Takes
    /// about twice the file's size for a while.
    [[nodiscard]] Result<Done> compact();

  private:
    struct State;
    explicit Forgetting(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace callarchive
