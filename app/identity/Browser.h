#pragma once

#include "net/Http.h"

#include <QObject>
#include <QUrl>

namespace pimgate {

/// Opens the authorize URL. The only difference between a person, the tour and a test.
class Browser : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    /// Returns false when nothing could be opened: the page then shows the link to copy.
    virtual bool open(const QUrl &url) = 0;

Q_SIGNALS:
    /// The sign-in cannot come back any more; ends the wait for it.
    void failed(const pimgate::Error &error);
};

/// The system's browser; a person signs in there.
class SystemBrowser : public Browser
{
    Q_OBJECT
public:
    using Browser::Browser;
    bool open(const QUrl &url) override;
};

/// Loopback only: follows the authorize URL by our own HTTP client with login_hint and prompt=none, and calls the
/// redirect as a browser would.
class HttpBrowser : public Browser
{
    Q_OBJECT
public:
    HttpBrowser(Http &http, QString upn, QObject *parent = nullptr);
    bool open(const QUrl &url) override;
    void setUser(const QString &upn) { m_upn = upn; }

private:
    Http &m_http;
    QString m_upn;
};

} // namespace pimgate
