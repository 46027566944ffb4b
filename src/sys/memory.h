#pragma once

namespace callarchive {

/// Sets the allocator to give large pieces back to the system as they are freed, and to keep one
/// heap for all threads. To be called before any thread is started.
void keep_memory_small();

/// Gives back to the system what is free. Takes a millisecond or so.
void give_memory_back();

}  // namespace callarchive
