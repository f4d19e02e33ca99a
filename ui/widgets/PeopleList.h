#pragma once

#include <QWidget>

class QCompleter;
class QLineEdit;
class QStandardItemModel;
class QTimer;
class QVBoxLayout;

namespace pimgate {

class RoundFrame;

struct PersonRow
{
    QString id = {};
    QString name = {};
    QString note = {};  ///< "until 14 Dec 2026", "Head of Operations"
    bool group = false; ///< a group icon
    bool removable = true;
};

/// Chosen people or groups, each with a note and a remove button, and a field that adds one.
/// The field asks for candidates and shows what it is given; it finds nobody by itself.
class PeopleList : public QWidget
{
    Q_OBJECT

public:
    PeopleList(const QString &accessibleName, const QString &addPlaceholder, QWidget *parent = nullptr);

    void setPeople(const QList<PersonRow> &people);
    const QList<PersonRow> &people() const { return m_people; }
    /// Answers the last searchWanted(); opens the list below the field if it has the focus.
    void setCandidates(const QList<PersonRow> &candidates);
    QLineEdit *field() const { return m_field; }

Q_SIGNALS:
    void searchWanted(const QString &text); ///< two letters or more, 250 ms after the last one
    void addRequested(const pimgate::PersonRow &person);
    void removeRequested(const QString &id);

private:
    QWidget *row(const PersonRow &person, bool last);
    void choose(const QModelIndex &index);

    QList<PersonRow> m_people;
    QList<PersonRow> m_candidates;
    QWidget *m_rows;
    QVBoxLayout *m_rowLayout;
    RoundFrame *m_frame;
    QLineEdit *m_field;
    QCompleter *m_completer;
    QStandardItemModel *m_found;
    QTimer *m_pause;
};

} // namespace pimgate
