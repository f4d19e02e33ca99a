#pragma once

#include <QTemporaryDir>

namespace pimgate::test {

/// A folder of a test's own. With PIMGATE_KEEP in the environment it stays afterwards, so that tests/tools/secrets.py can
/// look through what the program wrote there.
class ScratchDir : public QTemporaryDir
{
public:
    ScratchDir() { setAutoRemove(qEnvironmentVariableIsEmpty("PIMGATE_KEEP")); }
};

} // namespace pimgate::test
