// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/image_decode.h"

#include <png.h>

#include <csetjmp>
#include <cstdio>
// After cstdio, which it needs and does not include.
#include <jpeglib.h>

#include "base/error.h"
#include "base/format.h"

namespace holdout {
namespace {

using namespace std::string_view_literals;

constexpr std::uint64_t MostPixels = 16'000'000;
/// A progressive JPEG is held whole as coefficients, two bytes each, beside its pixels.
constexpr std::uint64_t MostProgressivePixels = 6'000'000;
/// A progressive JPEG of more scans costs time for nothing.
constexpr int MostScans = 100;

[[noreturn]] void damaged(const std::string& name, const std::string& how) {
    throw Error("The picture cannot be decoded: " + how + ".", {.file = name},
                "Replace it, or take it out of the folder.");
}

void checkSize(std::uint64_t width, std::uint64_t height, std::uint64_t most, const std::string& name) {
    if (width == 0 || height == 0) damaged(name, "it has no pixels");
    if (width * height > most)
        throw Error("The picture has " + std::to_string(width) + " × " + std::to_string(height) + " pixels; at most " +
                        formatCount(static_cast<std::int64_t>(most)) + " can be read.",
                    {.file = name}, "Scale it down: models learn from small pictures.");
}

Picture decodePng(std::string_view bytes, const std::string& name) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    if (!png_image_begin_read_from_memory(&image, bytes.data(), bytes.size())) damaged(name, image.message);
    Picture picture;
    picture.channels = (image.format & PNG_FORMAT_FLAG_COLOR) != 0 ? 3 : 1;
    picture.size = {static_cast<std::int32_t>(image.height), static_cast<std::int32_t>(image.width)};
    try {
        checkSize(image.width, image.height, MostPixels, name);
        picture.pixels.resize(std::size_t{image.width} * image.height * static_cast<std::size_t>(picture.channels));
    } catch (...) {
        png_image_free(&image);
        throw;
    }
    image.format = picture.channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
    const png_color white{255, 255, 255};
    if (!png_image_finish_read(&image, &white, picture.pixels.data(), 0, nullptr)) damaged(name, image.message);
    return picture;
}

/// libjpeg tells errors by a call that must not come back.
struct JpegErrors {
    jpeg_error_mgr base;
    std::jmp_buf back;
    char message[JMSG_LENGTH_MAX];
};

[[noreturn]] void jpegFailed(j_common_ptr info) {
    auto* const errors = reinterpret_cast<JpegErrors*>(info->err);
    (*info->err->format_message)(info, errors->message);
    std::longjmp(errors->back, 1);
}

void jpegProgress(j_common_ptr info) {
    auto* const decoder = reinterpret_cast<j_decompress_ptr>(info);
    if (decoder->input_scan_number <= MostScans) return;
    auto* const errors = reinterpret_cast<JpegErrors*>(info->err);
    std::snprintf(errors->message, sizeof errors->message, "it has more than %d scans", MostScans);
    std::longjmp(errors->back, 1);
}

/// Reads the head; false with the message in `errors`. Nothing with a destructor may live here, for the jump.
bool startJpeg(jpeg_decompress_struct& decoder, JpegErrors& errors, std::string_view bytes) {
    if (setjmp(errors.back)) return false;
    jpeg_create_decompress(&decoder);
    jpeg_mem_src(&decoder, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    jpeg_read_header(&decoder, TRUE);
    decoder.out_color_space = decoder.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    return true;
}

bool readJpeg(jpeg_decompress_struct& decoder, JpegErrors& errors, jpeg_progress_mgr& progress, std::uint8_t* pixels,
              std::size_t rowBytes) {
    if (setjmp(errors.back)) return false;
    progress.progress_monitor = jpegProgress;
    decoder.progress = &progress;
    jpeg_start_decompress(&decoder);
    while (decoder.output_scanline < decoder.output_height) {
        JSAMPROW row = pixels + decoder.output_scanline * rowBytes;
        jpeg_read_scanlines(&decoder, &row, 1);
    }
    jpeg_finish_decompress(&decoder);
    return true;
}

struct JpegDecoder {
    jpeg_decompress_struct info{};
    ~JpegDecoder() { jpeg_destroy_decompress(&info); }
};

Picture decodeJpeg(std::string_view bytes, const std::string& name) {
    JpegErrors errors{};
    JpegDecoder decoder;
    decoder.info.err = jpeg_std_error(&errors.base);
    errors.base.error_exit = jpegFailed;
    errors.base.output_message = [](j_common_ptr) {};  // warnings, of which a reader of thousands says nothing
    if (!startJpeg(decoder.info, errors, bytes)) damaged(name, errors.message);
    checkSize(decoder.info.image_width, decoder.info.image_height,
              decoder.info.progressive_mode ? MostProgressivePixels : MostPixels, name);
    if (decoder.info.num_components == 4)
        throw Error("The picture is made for printing (CMYK).", {.file = name}, "Save it in RGB.");
    Picture picture;
    picture.channels = decoder.info.num_components == 1 ? 1 : 3;
    picture.size = {static_cast<std::int32_t>(decoder.info.image_height),
                    static_cast<std::int32_t>(decoder.info.image_width)};
    const std::size_t rowBytes = std::size_t{decoder.info.image_width} * static_cast<std::size_t>(picture.channels);
    picture.pixels.resize(rowBytes * decoder.info.image_height);
    jpeg_progress_mgr progress{};
    if (!readJpeg(decoder.info, errors, progress, picture.pixels.data(), rowBytes)) damaged(name, errors.message);
    if (errors.base.num_warnings > 0) damaged(name, "its data are corrupt or cut off");
    return picture;
}

}  // namespace

bool isPicture(std::string_view bytes) {
    return bytes.starts_with("\x89PNG"sv) || bytes.starts_with("\xff\xd8\xff"sv);
}

Picture decodePicture(std::string_view bytes, const std::string& name) {
    if (bytes.starts_with("\x89PNG"sv)) return decodePng(bytes, name);
    if (bytes.starts_with("\xff\xd8\xff"sv)) return decodeJpeg(bytes, name);
    damaged(name, "it is neither PNG nor JPEG");
}

void makeColoured(Picture& picture) {
    if (picture.channels == 3) return;
    std::vector<std::uint8_t> pixels;
    pixels.reserve(3 * picture.pixels.size());
    for (const std::uint8_t grey : picture.pixels) pixels.insert(pixels.end(), 3, grey);
    picture.pixels = std::move(pixels);
    picture.channels = 3;
}

}  // namespace holdout
