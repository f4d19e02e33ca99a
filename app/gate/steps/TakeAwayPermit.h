#pragma once

namespace pimgate {

/// That something which takes access away may be sent, because somebody, by name, can open the gate. Only Paths (gate/run), who
/// judges that from what was just read, makes one that is given; without it no step sends such a row.
class TakeAwayPermit
{
public:
    /// For rows that take nothing away.
    static TakeAwayPermit none() { return {}; }
    bool given() const { return m_given; }

private:
    friend class Paths;
    TakeAwayPermit() = default;
    bool m_given = false;
};

} // namespace pimgate
