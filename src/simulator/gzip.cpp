#include "simulator/gzip.h"

#include "base/check.h"

#include <zlib.h>

namespace callarchive::simulator {
namespace {

constexpr int gzip_window_bits = 15 + 16;

/// Deflates `bytes` and appends what comes out.
void deflate_onto(std::string& out, z_stream& stream, std::string_view bytes, int flush) {
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    const std::size_t before = out.size();
    out.resize(before + deflateBound(&stream, static_cast<uLong>(bytes.size())) + 64);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = static_cast<uInt>(out.size() - before);
    CHECK(deflate(&stream, flush) != Z_STREAM_ERROR);
    out.resize(out.size() - stream.avail_out);
}

std::string make_bomb() {
    constexpr int copies = 4096;
    const std::string spaces(std::size_t{1} << 20U, ' ');
    z_stream stream{};
    CHECK(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, gzip_window_bits, 9,
                       Z_DEFAULT_STRATEGY) == Z_OK);
    std::string bomb;
    deflate_onto(bomb, stream, spaces, Z_FULL_FLUSH);
    // After a full flush a block refers to nothing before it, so that it can simply be repeated.
    std::string block;
    deflate_onto(block, stream, spaces, Z_FULL_FLUSH);
    for (int i = 0; i < copies; ++i)
        bomb += block;
    deflateEnd(&stream);
    // No end and no checksum: who gets that far has lost already.
    return bomb;
}

}  // namespace

std::string gzip(std::string_view bytes) {
    z_stream stream{};
    CHECK(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, gzip_window_bits, 8,
                       Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out;
    deflate_onto(out, stream, bytes, Z_FINISH);
    deflateEnd(&stream);
    return out;
}

const std::string& gzip_bomb() {
    static const std::string bomb = make_bomb();
    return bomb;
}

}  // namespace callarchive::simulator
