#include "app/commands/call_format.h"
#include "app/commands/call_text.h"
#include "app/commands/command.h"
#include "app/commands/command_line.h"
#include "app/commands/filter_options.h"
#include "app/commands/nothing_found.h"
#include "app/commands/period.h"
#include "app/commands/terminal.h"
#include "store/reader.h"
#include "sys/system_clock.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <memory>
#include <string>
#include <system_error>

namespace callarchive {
namespace {

struct Options {
    FilterOptions filter;
    std::string format = "table";
    std::int64_t limit = 50;
};

/// Writes calls in one of the formats, one at a time.
class Writer {
  public:
    Writer(Output& out, const Options& options)
        : out_(out), format_(options.format), table_(output_columns(), options.filter.local) {}

    bool begin() {
        if (format_ == "table") return out_.write(table_.header());
        if (format_ == "csv") return write_csv(csv_header());
        return format_ != "json" || out_.write("[");
    }
    bool write(const StoredCall& call) {
        const bool first = count_++ == 0;
        const bool written = write(call, first);
        // The others may take long to be found.
        if (first) out_.flush();
        return written;
    }
    void end() {
        if (format_ == "json") out_.write(count_ == 0 ? "]\n" : "\n]\n");
    }
    [[nodiscard]] std::int64_t count() const { return count_; }

  private:
    bool write(const StoredCall& call, bool first) {
        if (format_ == "table") return out_.write(table_.row(call));
        if (format_ == "csv") return write_csv(call_as_csv(call));
        if (format_ == "ndjson") return out_.write(call_as_json(call) + "\n");
        return out_.write((first ? "\n" : ",\n") + call_as_json(call));
    }
    bool write_csv(const std::string& record) {
        return out_.write(output_columns() != 0 ? csv_for_terminal(record) : record);
    }

    Output& out_;
    std::string format_;
    CallTable table_;
    std::int64_t count_ = 0;
};

/// What is wrong with the number; empty where nothing is.
std::string is_number_of_calls(const std::string& text) {
    std::int64_t number = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_whole = error == std::errc{} && rest == text.data() + text.size();
    // One more is asked for.
    if (is_whole && number >= 0 && number < std::numeric_limits<std::int64_t>::max()) return {};
    return fmt::format("'{}' is no number of calls; write 50, or 0 for all", text);
}

int query(Invocation& invocation, const Options& options) {
    const Moment now = moment_of(SystemClock{}.wall());
    const auto filter = options.filter.resolve(now);
    if (!filter.ok()) return tell(filter.error());
    const auto config = configured(invocation, Secrets::not_needed);
    if (!config) return invocation.status;
    auto reader = Reader::open(config->archive_path);
    if (!reader.ok()) return tell(reader.error());
    // Before the calls are read, so that it claims no more than they can show.
    const auto sources = reader->status();
    if (!sources.ok()) return tell(sources.error());

    Output out;
    Writer writer{out, options};
    if (!writer.begin()) return out.finish() ? ExitStatus::done : ExitStatus::failed;
    // One more than is shown, to say whether there are more.
    const std::int64_t asked_for = options.limit == 0 ? 0 : options.limit + 1;
    bool are_more = false;
    const auto asked =
        reader->calls(*filter, CallOrder::newest_first, asked_for, [&](const StoredCall& call) {
            are_more = options.limit != 0 && writer.count() == options.limit;
            return !are_more && writer.write(call);
        });
    if (!asked.ok()) return tell(asked.error());
    writer.end();
    if (!out.finish()) return ExitStatus::failed;
    // Who has closed the pipe got less than a whole answer, of which there is nothing to say.
    if (out.is_closed()) return ExitStatus::done;
    if (options.format == "table" || are_more) {
        fmt::print(stderr, "{} call{}{}\n", writer.count(), writer.count() == 1 ? "" : "s",
                   are_more ? "; there are more (--limit 0 for all)" : "");
    }
    if (writer.count() == 0) tell_unknown_names(*reader, *filter);
    tell_period(*sources, *filter, now);
    return ExitStatus::done;
}

}  // namespace

void add_query(CLI::App& program, Invocation& invocation) {
    CommandSyntax command{program, "query", "Calls that match, newest first"};
    const auto options = std::make_shared<Options>();
    options->filter.add_to(command);
    command.option("--format", options->format, "table, json, ndjson or csv")
        .one_of({"table", "json", "ndjson", "csv"});
    command.option("--limit", options->limit, "At most so many calls; 0: all")
        .checked_by(is_number_of_calls);
    command.runs([&invocation, options] { invocation.status = query(invocation, *options); });
}

}  // namespace callarchive
