#pragma once

#include "base/check.h"

#include <string>
#include <utility>
#include <variant>

namespace callarchive {

/// What the one who asked can do about a failure. The kind decides, the message informs.
enum class ErrorKind {
    temporary,      ///< network trouble, the service's own trouble: back off, try again
    throttled,      ///< too many requests: slow down, then try again
    expired,        ///< the UserSig has expired: sign again once, then try again
    configuration,  ///< a person must change a setting, here or on the vendor's side
    refused,        ///< the service calls our request malformed: a fault of ours
    malformed,      ///< what came back is not what the protocol says; the window is not claimed
    storage_full,   ///< no space, no inodes, quota: stop claiming, keep trying
    storage,        ///< any other trouble with the disk or the database's files
    storage_busy,   ///< another program holds the database's write lock
    damaged,        ///< the database is corrupt, or no archive at all
    displaced,      ///< the open archive's files were deleted, moved or replaced: begin anew
    too_new,        ///< the database was written by a newer version
    locked,         ///< another callarchive writes this archive
    not_found,      ///< what was asked for does not exist
    invalid_input,  ///< the command line or a value cannot be used
};

struct Error {
    ErrorKind kind;
    /// What was being done, on what, what the system said, what to try. Never a secret.
    std::string message;
};

/// The value of an operation, or why there is none. The small part of std::expected (C++23) that
/// is needed here.
template <typename T>
class [[nodiscard]] Result {
  public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    [[nodiscard]] bool ok() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return ok(); }

    /// The value. Requires ok().
    T& value() & {
        CHECK(ok());
        return *std::get_if<0>(&state_);
    }
    const T& value() const& {
        CHECK(ok());
        return *std::get_if<0>(&state_);
    }
    T&& value() && {
        CHECK(ok());
        return std::move(*std::get_if<0>(&state_));
    }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    T& operator*() & { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    const T& operator*() const& { return value(); }

    /// Why there is no value. Requires !ok().
    Error& error() & {
        CHECK(!ok());
        return *std::get_if<1>(&state_);
    }
    const Error& error() const& {
        CHECK(!ok());
        return *std::get_if<1>(&state_);
    }
    Error&& error() && {
        CHECK(!ok());
        return std::move(*std::get_if<1>(&state_));
    }

  private:
    std::variant<T, Error> state_;
};

/// For operations that give nothing back but success: `return Done{};`.
using Done = std::monostate;

}  // namespace callarchive
