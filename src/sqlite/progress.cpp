#include "sqlite/progress.h"

#include <sqlite3.h>

#include <utility>

namespace callarchive::sqlite {
namespace {

constexpr int instructions_between = 100'000;

int ask(void* go_on) noexcept {
    return (*static_cast<std::function<bool()>*>(go_on))() ? 0 : 1;
}

}  // namespace

Progress::Progress(Database& database, std::function<bool()> go_on)
    : database_(database), go_on_(std::move(go_on)) {
    sqlite3_progress_handler(database_.handle(), instructions_between, ask, &go_on_);
}

Progress::~Progress() {
    sqlite3_progress_handler(database_.handle(), 0, nullptr, nullptr);
}

}  // namespace callarchive::sqlite
