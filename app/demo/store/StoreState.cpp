#include "demo/store/Store.h"

namespace pimgate::demo {

namespace {

/// "2026-11-23", alone or with "T" and a time.
bool looksLikeMoment(const QString &text)
{
    if (text.size() < 10 || (text.size() > 10 && text.at(10) != QLatin1Char('T')))
        return false;
    for (int i = 0; i < 10; ++i) {
        const bool dash = i == 4 || i == 7;
        if (dash ? text.at(i) != QLatin1Char('-') : !text.at(i).isDigit())
            return false;
    }
    return true;
}

QJsonValue withoutMoments(const QJsonValue &value)
{
    if (value.isArray()) {
        QJsonArray kept;
        for (const auto &item : value.toArray())
            kept.append(withoutMoments(item));
        return kept;
    }
    if (!value.isObject())
        return value;
    QJsonObject kept;
    const auto object = value.toObject();
    for (auto it = object.begin(); it != object.end(); ++it) {
        const bool named = it.key().endsWith(QLatin1String("DateTime")); // also where it is null or not set yet
        if (!named && !looksLikeMoment(it.value().toString()))
            kept.insert(it.key(), withoutMoments(it.value()));
    }
    return kept;
}

QJsonArray asArray(const std::set<QString> &values)
{
    QJsonArray array;
    for (const auto &value : values)
        array.append(value);
    return array;
}

} // namespace

template <typename Archive, typename T>
void describe(Archive &archive, Hidden<T> &hidden)
{
    archive("untilDateTime", hidden.until);
    archive("before", hidden.before);
    archive("maker", hidden.maker);
}

template <typename Archive>
void describe(Archive &archive, Store::Unseen &unseen)
{
    archive("usedIds", unseen.usedIds);
    archive("replication", unseen.replication);
    archive("rows", unseen.rows);
    archive("members", unseen.members);
    archive("owners", unseen.owners);
}

QJsonObject Store::state(bool times) const
{
    QJsonObject state;
    for (const auto &[name, table] : m_tables) {
        if (!times && name == QLatin1String("signIns"))
            continue; // a log of moments: signing in once more is no write
        QJsonArray rows;
        for (const auto &entry : table.rows())
            rows.append(times ? QJsonValue(entry.second) : withoutMoments(entry.second));
        if (!rows.isEmpty())
            state.insert(name, rows);
    }
    const auto links = [](const Links &all) {
        QJsonObject object;
        for (const auto &entry : all.of) {
            if (!entry.second.empty())
                object.insert(entry.first, asArray(entry.second));
        }
        return object;
    };
    state.insert(QStringLiteral("groupMembers"), links(m_members));
    state.insert(QStringLiteral("groupOwners"), links(m_owners));
    if (times)
        state.insert(QStringLiteral("unseen"), StateWriter::written(unseen()));
    return state;
}

Store::Unseen Store::unseen() const
{
    Unseen unseen{{m_usedIds.begin(), m_usedIds.end()}, m_replication.count(), m_hiddenRows, m_hiddenMembers, m_hiddenOwners};
    for (const auto &[name, table] : m_tables) {
        for (const auto &entry : table.rows())
            unseen.usedIds.erase(entry.first);
    }
    return unseen;
}

Store Store::inState(QJsonObject state, const QString &path, StateFault &fault) const
{
    const auto take = [&](const char *name, auto &into) {
        const auto place = path + QLatin1Char('/') + QLatin1String(name);
        if (state.contains(QLatin1String(name)))
            StateReader::read(state.take(QLatin1String(name)), place, fault, into);
        else
            fault.blame(place, QStringLiteral("It is missing."));
    };
    Unseen unseen;
    std::map<QString, Ids> members, owners;
    take("unseen", unseen);
    take("groupMembers", members);
    take("groupOwners", owners);
    Store store(m_clock, m_seed);
    for (auto it = state.begin(); it != state.end(); ++it)
        store.takeRows(it.key(), it.value(), path + QLatin1Char('/') + it.key(), fault);
    for (auto [told, links] : {std::pair(&members, &store.m_members), std::pair(&owners, &store.m_owners)}) {
        for (const auto &[group, people] : *told) {
            for (const auto &person : people)
                store.link(*links, group, person);
        }
    }
    store.m_usedIds.insert(unseen.usedIds.begin(), unseen.usedIds.end());
    store.m_replication = std::chrono::seconds(unseen.replication);
    store.m_hiddenRows = unseen.rows;
    store.m_hiddenMembers = unseen.members;
    store.m_hiddenOwners = unseen.owners;
    return store;
}

void Store::takeRows(const QString &table, const QJsonValue &rows, const QString &path, StateFault &fault)
{
    QList<QJsonObject> list;
    StateReader::read(rows, path, fault, list);
    for (qsizetype i = 0; i < list.size(); ++i) {
        const auto rowKey = StoreTable::keyOf(list.at(i).value(QLatin1String("id")).toString());
        const auto place = QStringLiteral("%1/%2/id").arg(path).arg(i);
        if (rowKey.isEmpty())
            fault.blame(place, QStringLiteral("It is no text that names the row."));
        if (m_tables[table].find(rowKey))
            fault.blame(place, QStringLiteral("Another row has it too."));
        m_tables[table].put(rowKey, list.at(i));
        m_usedIds.insert(rowKey);
    }
}

void Store::note(const QString &table, const QString &rowKey)
{
    if (!m_notes)
        return;
    const auto found = m_tables.find(table);
    const auto *row = found == m_tables.end() ? nullptr : found->second.find(rowKey);
    m_notes->rows[table].try_emplace(rowKey, row ? std::optional(*row) : std::nullopt);
}

void Store::note(const Links &links, const QString &groupKey)
{
    if (!m_notes)
        return;
    const auto found = links.of.find(groupKey);
    auto &noted = &links == &m_members ? m_notes->members : m_notes->owners;
    noted.try_emplace(groupKey, found == links.of.end() ? Ids() : found->second);
}

void Store::hideChanges(const QDateTime &until, const std::function<bool()> &work)
{
    Notes notes;
    m_notes = &notes;
    const bool hide = work();
    m_notes = nullptr;
    if (!hide)
        return;
    forgetWhatIsShown();
    for (const auto &[table, rows] : notes.rows) {
        for (const auto &[rowKey, before] : rows) {
            const auto *row = m_tables[table].find(rowKey);
            if (before ? !row || *row != *before : row != nullptr)
                m_hiddenRows[table][rowKey] = {until, before};
        }
    }
    const auto hideLinks = [&](const std::map<QString, Ids> &noted, const Links &links, HiddenLinks &hidden) {
        for (const auto &[group, before] : noted) {
            const auto found = links.of.find(group);
            if ((found == links.of.end() ? Ids() : found->second) != before)
                hidden[group] = {until, before};
        }
    };
    hideLinks(notes.members, m_members, m_hiddenMembers);
    hideLinks(notes.owners, m_owners, m_hiddenOwners);
}

/// What is visible again need not be looked at any more.
void Store::forgetWhatIsShown()
{
    const auto moment = now();
    const auto over = [&](const auto &entry) { return entry.second.until <= moment; };
    for (auto &entry : m_hiddenRows)
        std::erase_if(entry.second, over);
    std::erase_if(m_hiddenRows, [](const auto &entry) { return entry.second.empty(); });
    std::erase_if(m_hiddenMembers, over);
    std::erase_if(m_hiddenOwners, over);
}

} // namespace pimgate::demo
