#include "fuzz/FuzzTargets.h"

// One program per target: PIMGATE_FUZZ_TARGET is its function.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    pimgate::fuzz::PIMGATE_FUZZ_TARGET(data, size);
    return 0;
}
