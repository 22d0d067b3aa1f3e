// SPDX-License-Identifier: GPL-3.0-or-later
#include "npy.h"

#include <cstdint>
#include <cstring>
#include <fstream>
#include <regex>
#include <string>

#include "base/error.h"

namespace holdout::bench {

Eigen::MatrixXd readNpy(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    char start[10];
    if (!file.read(start, sizeof start) || std::memcmp(start, "\x93NUMPY\x01", 7) != 0)
        throw Error("The file is not a numpy array of version 1.", {.file = path.string()});
    std::uint16_t length = 0;
    std::memcpy(&length, start + 8, sizeof length);
    std::string header(length, '\0');
    file.read(header.data(), length);
    std::smatch shape;
    const std::regex pattern(R"('shape': \((\d+),\s*(\d*)\))");
    if (header.find("'<f8'") == std::string::npos || header.find("'fortran_order': False") == std::string::npos ||
        !std::regex_search(header, shape, pattern))
        throw Error("The array is not float64 in C order.", {.file = path.string()});
    using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    RowMajor values(std::stoll(shape[1]), shape[2].length() > 0 ? std::stoll(shape[2]) : 1);
    if (!file.read(reinterpret_cast<char*>(values.data()),
                   values.size() * static_cast<std::streamsize>(sizeof(double))))
        throw Error("The array ends early.", {.file = path.string()});
    return values;
}

}  // namespace holdout::bench
