#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3_stmt;
struct sqlite3_value;

namespace callarchive::sqlite {

class Database;
class Statement;

/// The rows of one execution. Resets its statement when it goes away, so that no read transaction
/// is left open by an early return. Texts stay valid until the next next() or the end of this.
class Rows {
  public:
    Rows(Rows&& other) noexcept : statement_(other.statement_) { other.statement_ = nullptr; }
    Rows& operator=(Rows&&) = delete;
    ~Rows();

    /// Steps to the next row; false after the last.
    [[nodiscard]] bool next();

    // Columns count from 0. SQLite's own conversions hold: NULL reads as 0 and as the empty text.
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string_view text(int column) const;
    [[nodiscard]] std::optional<std::int64_t> optional_integer(int column) const;
    [[nodiscard]] std::optional<std::string_view> optional_text_view(int column) const;
    [[nodiscard]] std::optional<std::string> optional_text(int column) const;
    [[nodiscard]] bool is_null(int column) const;
    /// Whether the value is stored as an integer; false for NULL.
    [[nodiscard]] bool is_integer(int column) const;

  private:
    friend class Statement;
    explicit Rows(Statement* statement) : statement_(statement) {}
    [[nodiscard]] sqlite3_value* value(int column) const;
    [[nodiscard]] std::string_view text_of(sqlite3_value* value) const;

    Statement* statement_;
};

/// A prepared statement, made to be used again and again. Must not outlive its Database.
/// All functions throw Failure.
class Statement {
  public:
    Statement(Database& database, std::string_view sql);

    /// Runs with the values bound in order; their number must be the statement's. Texts are not
    /// copied: they must live until the Rows are gone. One execution at a time.
    template <typename... Values>
    [[nodiscard]] Rows query(const Values&... values) {
        begin(sizeof...(Values));
        [[maybe_unused]] int index = 0;
        (bind(++index, values), ...);
        return Rows{this};
    }

    /// Runs to the end and forgets rows.
    template <typename... Values>
    void execute(const Values&... values) {
        Rows rows = query(values...);
        while (rows.next()) {
        }
    }

    // For statements whose parameters are known at run time only: begin, bind each from 1, rows.
    void begin(std::size_t values);
    void bind(int index, std::int64_t value);
    void bind(int index, std::string_view value);
    void bind(int index, std::nullopt_t);
    void bind(int index, int value) { bind(index, std::int64_t{value}); }
    void bind(int index, const std::string& value) { bind(index, std::string_view{value}); }
    void bind(int index, const char* value) { bind(index, std::string_view{value}); }
    template <typename Value>
    void bind(int index, const std::optional<Value>& value) {
        if (value) {
            bind(index, *value);
        } else {
            bind(index, std::nullopt);
        }
    }
    [[nodiscard]] Rows rows() { return Rows{this}; }

  private:
    friend class Rows;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    void check(int code) const;

    std::unique_ptr<sqlite3_stmt, Finalize> handle_;
    std::string path_;
};

}  // namespace callarchive::sqlite
