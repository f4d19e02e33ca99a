#pragma once

#include <QObject>

#include <stop_token>

namespace pimgate {

/// Ctrl+C and SIGTERM ask the work to stop; a second one ends the program at once.
class StopSignals : public QObject
{
    Q_OBJECT
public:
    explicit StopSignals(QObject *parent = nullptr);
    ~StopSignals() override;

    std::stop_token token() const { return m_source.get_token(); }
    bool stopped() const { return m_source.stop_requested(); }

Q_SIGNALS:
    void stopRequested();

private:
    std::stop_source m_source;
};

} // namespace pimgate
