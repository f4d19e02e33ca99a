#include "base/CanonicalJson.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace pimgate {

namespace {

QString withoutLoneSurrogatesIn(QString text)
{
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (!text.at(i).isSurrogate())
            continue;
        if (text.at(i).isHighSurrogate() && i + 1 < text.size() && text.at(i + 1).isLowSurrogate())
            ++i; // a pair
        else
            text[i] = QChar(QChar::ReplacementCharacter);
    }
    return text;
}

/// ECMAScript's Number::toString: the shortest digits that read back as the same number, laid out by its rules.
QByteArray numberText(double number)
{
    if (number == 0) // also -0
        return "0";
    std::array<char, 32> buffer;
    const std::to_chars_result end =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::abs(number), std::chars_format::scientific);
    const std::string written(buffer.data(), end.ptr); // "1.4249e+15"
    const std::size_t e = written.find('e');
    std::string digits = written.substr(0, e);
    digits.erase(std::remove(digits.begin(), digits.end(), '.'), digits.end());
    const int count = int(digits.size());
    const int point = std::stoi(written.substr(e + 1)) + 1; // digits before the decimal point

    std::string text;
    if (count <= point && point <= 21)
        text = digits + std::string(std::size_t(point - count), '0');
    else if (0 < point && point <= 21)
        text = digits.substr(0, std::size_t(point)) + '.' + digits.substr(std::size_t(point));
    else if (-6 < point && point <= 0)
        text = "0." + std::string(std::size_t(-point), '0') + digits;
    else {
        text = digits.substr(0, 1) + (count > 1 ? "." + digits.substr(1) : "");
        text += point - 1 < 0 ? "e-" : "e+";
        text += std::to_string(std::abs(point - 1));
    }
    return QByteArray::fromStdString((number < 0 ? "-" : "") + text);
}

class Writer
{
public:
    void write(const QJsonValue &value)
    {
        switch (value.type()) {
        case QJsonValue::Null:
        case QJsonValue::Undefined:
            m_text += "null";
            break;
        case QJsonValue::Bool:
            m_text += value.toBool() ? "true" : "false";
            break;
        case QJsonValue::Double:
            write(value.toDouble());
            break;
        case QJsonValue::String:
            write(value.toString());
            break;
        case QJsonValue::Array:
            write(value.toArray());
            break;
        case QJsonValue::Object:
            write(value.toObject());
            break;
        }
    }
    Result<QByteArray> result() const
    {
        if (!m_hasForm)
            return failure(Error::Kind::Input,
                           QCoreApplication::translate("CanonicalJson", "This value has no form in canonical JSON."));
        return m_text;
    }

private:
    void write(double number)
    {
        m_hasForm = m_hasForm && std::isfinite(number);
        if (std::isfinite(number))
            m_text += numberText(number);
    }

    void write(const QString &text)
    {
        m_hasForm = m_hasForm && withoutLoneSurrogatesIn(text) == text;
        m_text += '"';
        for (const char byte : text.toUtf8())
            write(byte);
        m_text += '"';
    }

    /// Only what must be escaped is.
    void write(char byte)
    {
        constexpr char hex[] = "0123456789abcdef";
        const auto code = static_cast<unsigned char>(byte);
        switch (byte) {
        case '"':
        case '\\':
            m_text += '\\';
            m_text += byte;
            break;
        case '\b':
            m_text += "\\b";
            break;
        case '\t':
            m_text += "\\t";
            break;
        case '\n':
            m_text += "\\n";
            break;
        case '\f':
            m_text += "\\f";
            break;
        case '\r':
            m_text += "\\r";
            break;
        default:
            if (code >= 0x20) {
                m_text += byte;
                break;
            }
            m_text += "\\u00";
            m_text += hex[code >> 4];
            m_text += hex[code & 0xF];
        }
    }

    void write(const QJsonArray &array)
    {
        m_text += '[';
        for (qsizetype i = 0; i < array.size(); ++i) {
            if (i > 0)
                m_text += ',';
            write(array.at(i));
        }
        m_text += ']';
    }

    void write(const QJsonObject &object)
    {
        QStringList keys = object.keys();
        std::sort(keys.begin(), keys.end()); // QString compares code units
        m_text += '{';
        for (const QString &key : std::as_const(keys)) {
            if (!m_text.endsWith('{'))
                m_text += ',';
            write(key);
            m_text += ':';
            write(object.value(key));
        }
        m_text += '}';
    }

    QByteArray m_text;
    bool m_hasForm = true;
};

} // namespace

Result<QByteArray> canonicalJson(const QJsonValue &value)
{
    Writer writer;
    writer.write(value);
    return writer.result();
}

QJsonValue withoutLoneSurrogates(const QJsonValue &value)
{
    if (value.isString())
        return withoutLoneSurrogatesIn(value.toString());
    if (value.isArray()) {
        QJsonArray array;
        for (const QJsonValue &one : value.toArray())
            array << withoutLoneSurrogates(one);
        return array;
    }
    if (!value.isObject())
        return value;
    const QJsonObject object = value.toObject();
    QJsonObject whole;
    for (auto it = object.begin(); it != object.end(); ++it)
        whole.insert(withoutLoneSurrogatesIn(it.key()), withoutLoneSurrogates(it.value()));
    return whole;
}

} // namespace pimgate
