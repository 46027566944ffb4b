#pragma once

namespace callarchive::sqlite {

/// Has SQLite keep memory that it takes and gives back for nearly every row, instead of leaving it
/// to malloc(), which takes such sizes apart and puts them together again each time: a twentieth of
/// what a new call costs. They are
/// - blocks in which a statement copies the pages that it changes, to be able to undo it: four of
///   1 KiB for each page, given back at its end (memjournal.c);
/// - what balancing a B-tree takes, for each third call: one block as large as a page and one of
///   two to four pages (btree.c, balance() and balance_nonroot()).
/// To be called before the library is in use.
void keep_blocks();

/// Gives back what is kept by this thread, 2.1 MiB at most.
void free_kept_blocks() noexcept;

}  // namespace callarchive::sqlite
