#pragma once

namespace callarchive::sqlite {

/// Has SQLite keep the blocks in which it copies pages, to be able to undo a statement, for the
/// next statement: four of 1 KiB for each page that a statement changes, given back at its end
/// (memjournal.c). malloc() takes them apart and puts them together again each time, which is a
/// twentieth of what a new call costs. To be called before the library is in use.
void keep_journal_blocks();

/// Gives back what is kept by this thread, 2 MiB at most.
void free_journal_blocks() noexcept;

}  // namespace callarchive::sqlite
