#pragma once

#include "base/result.h"
#include "sqlite/failure.h"

#include <new>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace callarchive {

/// Thrown inside this folder for what SQLite cannot say: a foreign file, a newer schema, rows that
/// make no sense. Never leaves it.
class Refusal : public std::runtime_error {
  public:
    Refusal(ErrorKind kind, const std::string& message)
        : std::runtime_error(message), kind_(kind) {}
    [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }

  private:
    ErrorKind kind_;
};

/// What SQLite reported as the error others get to see, with advice. `doing` says what for.
[[nodiscard]] Error error_of(const sqlite::Failure& failure, const std::string& doing);
[[nodiscard]] Error error_out_of_memory(const std::string& doing);

/// Runs `work` and turns what is thrown into an Error. The face of this folder to the others.
template <typename Work>
[[nodiscard]] auto guarded(const std::string& doing, Work&& work) {
    using Value = std::invoke_result_t<Work>;
    using Given = std::conditional_t<std::is_void_v<Value>, Done, Value>;
    try {
        if constexpr (std::is_void_v<Value>) {
            std::forward<Work>(work)();
            return Result<Given>{Done{}};
        } else {
            return Result<Given>{std::forward<Work>(work)()};
        }
    } catch (const sqlite::Failure& failure) {
        return Result<Given>{error_of(failure, doing)};
    } catch (const Refusal& refusal) {
        return Result<Given>{Error{refusal.kind(), doing + ": " + refusal.what()}};
    } catch (const std::bad_alloc&) {
        return Result<Given>{error_out_of_memory(doing)};
    }
}

}  // namespace callarchive
