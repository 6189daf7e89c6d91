import NIOHTTP1

/// Finds the header fields that ``RequestFraming`` needs, in one pass through all fields.
struct FramingFields {
    private(set) var hosts = 0
    private(set) var host: String?
    private(set) var codings = 0
    private(set) var isChunked = false
    /// Whether `Connection` lists `close`, in upper or lower case, and at any place in the list.
    private(set) var listsClose = false
    private var hasUpgrade = false
    private var listsUpgrade = false

    /// Whether NIO's parser stops at the end of the request. The parser does not report this stop. So this type looks
    /// for the same fields as the parser: an `Upgrade` with a value, and a `Connection` that lists `upgrade`.
    var stopsParser: Bool { hasUpgrade && listsUpgrade }

    init(_ headers: HTTPHeaders) {
        for (name, value) in headers {
            switch name.utf8.count {
            case 4 where name[...].isSame(as: "host"):
                hosts += 1
                host = value
            case 7 where name[...].isSame(as: "upgrade"): hasUpgrade = hasUpgrade || !value.isEmpty
            case 10 where name[...].isSame(as: "connection"): readOptions(value)
            // The parser reads this field as `Connection`.
            case 16 where name[...].isSame(as: "proxy-connection"): readOptions(value)
            case 17 where name[...].isSame(as: "transfer-encoding"):
                codings += 1
                isChunked = value.withoutOuterBlanks.isSame(as: "chunked")
            default: break
            }
        }
    }

    /// Reads a list of options from the field `Connection`. Allocates no memory.
    private mutating func readOptions(_ list: String) {
        var rest = list[...]
        while true {
            let end = rest.utf8.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex
            let option = rest[..<end].withoutOuterBlanks
            listsClose = listsClose || option.isSame(as: "close")
            // The parser ignores a tab before an option, but does not recognise an option with a tab after it.
            let hasTabBehind = rest[option.endIndex..<end].utf8.contains(UInt8(ascii: "\t"))
            listsUpgrade = listsUpgrade || !hasTabBehind && option.isSame(as: "upgrade")
            guard end < rest.endIndex else { return }
            rest = rest[rest.utf8.index(after: end)...]
        }
    }
}

extension StringProtocol where SubSequence == Substring {
    /// The text without spaces and tabs at its ends. The parser keeps spaces and tabs that follow the value of a field.
    var withoutOuterBlanks: Substring {
        var rest = self[...]
        while let first = rest.utf8.first, first.isFieldBlank {
            rest = rest[rest.utf8.index(after: rest.startIndex)...]
        }
        while let last = rest.utf8.last, last.isFieldBlank { rest = rest[..<rest.utf8.index(before: rest.endIndex)] }
        return rest
    }
}

extension UInt8 {
    /// Whether HTTP ignores the character before and after the value of a field.
    fileprivate var isFieldBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
}

extension Substring {
    /// Returns whether the text is `lowercase`, in upper-case or lower-case letters.
    fileprivate func isSame(as lowercase: StaticString) -> Bool {
        lowercase.withUTF8Buffer { name in
            utf8.count == name.count && zip(utf8, name).allSatisfy { $0 | 0x20 == $1 }
        }
    }
}
