#pragma once

namespace callarchive::sqlite {

class Database;

/// A write transaction: rolled back by the destructor unless it was committed.
class Transaction {
  public:
    /// Takes the write lock at once; throws Failure (busy) where another connection keeps it.
    explicit Transaction(Database& database);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();

    /// Durable when it returns. Throws Failure; then everything is rolled back.
    void commit();
    void roll_back() noexcept;

  private:
    Database& database_;
    bool open_ = true;
};

}  // namespace callarchive::sqlite
