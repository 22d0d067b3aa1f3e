// SPDX-License-Identifier: GPL-3.0-or-later
// One libFuzzer program for each reader; HOLDOUT_FUZZ_TARGET is its number.
#include "hostile.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    holdout::fuzz::survives(holdout::fuzz::targets[HOLDOUT_FUZZ_TARGET], {reinterpret_cast<const char*>(data), size});
    return 0;
}
