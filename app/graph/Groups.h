#pragma once

#include "base/Task.h"
#include "graph/Objects.h"

#include <stop_token>

namespace pimgate {

class Groups
{
public:
    explicit Groups(GraphService &graph) : m_graph(graph) {}

    /// GET /groups?$filter=displayName eq '…' (Group.Read.All). Names are not unique: all of them.
    Task<Result<QList<Group>>> named(QString displayName, std::stop_token stop = {});
    /// Groups whose name starts so, for the picker of step 1.
    Task<Result<QList<Group>>> startingWith(QString text, std::stop_token stop = {});
    /// GET /groups?$filter=mailNickname eq '…': finds the group of an interrupted run.
    Task<Result<std::optional<Group>>> withNickname(QString mailNickname, std::stop_token stop = {});
    Task<Result<std::optional<Group>>> byId(QString id, std::stop_token stop = {});
    /// POST /groups (Group.ReadWrite.All; role-assignable: RoleManagement.ReadWrite.Directory and Privileged Role Administrator).
    Task<Result<Group>> create(Group wanted, std::stop_token stop = {});
    static GraphRequest createRequest(const Group &wanted);
    /// PATCH /groups/{id} description.
    Task<Outcome> describe(QString id, QString description, std::stop_token stop = {});
    static GraphRequest describeRequest(const QString &id, const QString &description);
    Task<Outcome> remove(QString id, std::stop_token stop = {});
    Task<Result<QList<Principal>>> members(QString id, std::stop_token stop = {});
    Task<Result<QList<Principal>>> owners(QString id, std::stop_token stop = {});
    Task<Result<int>> transitiveUserCount(QString id, std::stop_token stop = {});

private:
    GraphService &m_graph;
};

} // namespace pimgate
