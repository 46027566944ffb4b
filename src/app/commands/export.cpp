#include "app/commands/call_format.h"
#include "app/commands/command.h"
#include "app/commands/command_line.h"
#include "app/commands/filter_options.h"
#include "app/commands/nothing_found.h"
#include "app/commands/output_file.h"
#include "app/commands/period.h"
#include "app/commands/terminal.h"
#include "store/reader.h"
#include "sys/system_clock.h"

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

namespace callarchive {
namespace {

// Of text that is gathered before it is written: the largest that stays in a processor's cache.
constexpr std::size_t gathered_max = 1 << 20;

struct Options {
    FilterOptions filter;
    std::string format;
    std::optional<std::string> output, since_seen;
};

/// Formats calls and hands them on in large pieces, to standard output or to a file.
class Export {
  public:
    Export(const Options& options, std::optional<OutputFile> file)
        : csv_(options.format == "csv"),
          to_terminal_(!file && output_columns() != 0),
          file_(std::move(file)) {
        gathered_.reserve(gathered_max * 2);
        if (csv_) gathered_ = to_terminal_ ? csv_for_terminal(csv_header()) : csv_header();
    }

    [[nodiscard]] bool take(const CallRow& call) {
        ++count_;
        if (csv_ && to_terminal_) {
            std::string record;
            append_csv(record, call);
            gathered_ += csv_for_terminal(record);
        } else if (csv_) {
            append_csv(gathered_, call);
        } else {
            append_json(gathered_, call);
            gathered_ += '\n';
        }
        // The first one goes out at once: where few calls match, the next may take long to be
        // found.
        return count_ > 1 && gathered_.size() < gathered_max;
    }
    [[nodiscard]] bool write() {
        if (file_) {
            const auto written = file_->write(gathered_);
            if (!written.ok() && !error_) error_ = written.error();
        } else {
            out_.write(gathered_);
            is_closed_ = !out_.flush();
        }
        gathered_.clear();
        return !error_ && !is_closed_;
    }
    /// The exit status.
    [[nodiscard]] int finish() {
        if (!error_ && file_) {
            if (const auto completed = file_->complete(); !completed.ok()) {
                error_ = completed.error();
            }
        }
        if (error_) return tell(*error_);
        return file_ || out_.finish() ? ExitStatus::done : ExitStatus::failed;
    }
    [[nodiscard]] std::int64_t count() const { return count_; }
    /// Whether whoever read the output has gone away.
    [[nodiscard]] bool is_closed() const { return is_closed_; }

  private:
    bool csv_;
    bool to_terminal_;
    std::optional<OutputFile> file_;
    Output out_;
    std::string gathered_;
    std::int64_t count_ = 0;
    bool is_closed_ = false;
    std::optional<Error> error_;
};

int run_export(Invocation& invocation, const Options& options) {
    const Moment now = moment_of(SystemClock{}.wall());
    const auto filter = options.filter.resolve(now);
    if (!filter.ok()) return tell(filter.error());
    std::optional<Moment> seen_since;
    if (options.since_seen) {
        const auto moment =
            when_option("--since-seen", *options.since_seen, now, options.filter.local);
        if (!moment.ok()) return tell(moment.error());
        seen_since = *moment;
    }
    const auto config = configured(invocation, Secrets::not_needed);
    if (!config) return invocation.status;
    auto reader = Reader::open(config->archive_path);
    if (!reader.ok()) return tell(reader.error());
    // Before the calls are read, so that it claims no more than they can show.
    const auto sources = reader->status();
    if (!sources.ok()) return tell(sources.error());
    std::optional<OutputFile> file;
    if (options.output) {
        auto created = OutputFile::create(*options.output, config->archive_path);
        if (!created.ok()) return tell(created.error());
        file.emplace(std::move(created).value());
    }

    Export to{options, std::move(file)};
    const auto done = reader->stream(*filter, seen_since,
                                     {.take = [&](const CallRow& call) { return to.take(call); },
                                      .between_pages = [&] { return to.write(); }});
    if (!done.ok()) return tell(done.error());
    // The header of a CSV without calls.
    static_cast<void>(to.write());
    const int status = to.finish();
    // Half an answer says nothing of the period.
    if (status != ExitStatus::done || to.is_closed()) return status;
    if (options.output) {
        fmt::print(stderr, "{} call{} written\n", to.count(), to.count() == 1 ? "" : "s");
    }
    if (to.count() == 0) tell_unknown_names(*reader, *filter);
    tell_period(*sources, *filter, now);
    return status;
}

}  // namespace

void add_export(CLI::App& program, Invocation& invocation) {
    CommandSyntax command{program, "export", "Every call that matches, in order of start"};
    const auto options = std::make_shared<Options>();
    options->filter.add_to(command);
    command.option("--format", options->format, "csv or ndjson")
        .required()
        .one_of({"csv", "ndjson"});
    command.option("--output", options->output,
                   "Into this file, which appears when it is complete");
    command.option("--since-seen", options->since_seen,
                   "Only calls that were archived, or changed, at or after: same forms as "
                   "--since");
    command.runs([&invocation, options] { invocation.status = run_export(invocation, *options); });
}

}  // namespace callarchive
