import Foundation
import OfficialAccount

/// Reads openids from lines as they come, in whatever pieces: plain, CSV with an `openid` column, or NDJSON.
///
/// What the lines are is told by the first one that is not empty: `{` begins NDJSON; a header that names `openid` among its
/// columns begins CSV; anything else is an openid of its own, followed by whatever comes after a comma.
struct OpenIDLineReader {
    struct BrokenLine: Hashable {
        /// From 1.
        let number: Int
        let reason: String
    }

    /// A longer line is broken, and is not kept in memory.
    static let longestLine = 4096

    private enum Format {
        case csv(column: Int)
        case json
    }

    private(set) var openIDs: [OpenID] = []
    private var broken: [BrokenLine] = []

    /// Broken lines since the last time.
    var brokenLines: Int { broken.count }

    private var format: Format?
    private var line: [UInt8] = []
    private var isTooLong = false
    private var number = 0

    /// Takes in the next piece, which may end anywhere.
    mutating func read(_ piece: some Collection<UInt8>) {
        var rest = piece[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            append(rest[..<end])
            endLine()
            rest = rest[rest.index(after: end)...]
        }
        append(rest)
    }

    /// Ends the last line, if it has no newline of its own.
    mutating func finish() {
        if !line.isEmpty || isTooLong { endLine() }
    }

    /// What has been read since the last time.
    mutating func take() -> (openIDs: [OpenID], broken: [BrokenLine]) {
        defer {
            openIDs.removeAll(keepingCapacity: true)
            broken = []
        }
        return (openIDs, broken)
    }

    private mutating func append(_ bytes: some Collection<UInt8>) {
        guard !isTooLong, line.count + bytes.count <= Self.longestLine else {
            isTooLong = isTooLong || !bytes.isEmpty
            return
        }
        line.append(contentsOf: bytes)
    }

    private mutating func endLine() {
        number += 1
        defer {
            line.removeAll(keepingCapacity: true)
            isTooLong = false
        }
        if isTooLong { return fail("is longer than \(Self.longestLine) bytes") }
        var text = line[...]
        if number == 1, text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
        while let last = text.last, last == UInt8(ascii: "\r") || last == UInt8(ascii: " ") { text.removeLast() }
        while text.first == UInt8(ascii: " ") { text.removeFirst() }
        if text.isEmpty { return }
        guard let format else { return begin(text) }
        read(text, as: format)
    }

    private mutating func begin(_ text: ArraySlice<UInt8>) {
        if text.first == UInt8(ascii: "{") {
            format = .json
            return read(text, as: .json)
        }
        let names = Self.fields(text).map { String(decoding: $0, as: UTF8.self).lowercased() }
        if let column = names.firstIndex(of: "openid") {
            format = .csv(column: column)
        } else {
            format = .csv(column: 0)
            read(text, as: .csv(column: 0))
        }
    }

    private mutating func read(_ text: ArraySlice<UInt8>, as format: Format) {
        let field: ArraySlice<UInt8>?
        switch format {
        case .csv(let column):
            // The common line is nothing but an openid.
            let fields = text.count == OpenID.length ? [text] : Self.fields(text)
            field = column < fields.count ? fields[column] : (column == 0 ? text : nil)
        case .json:
            field = Self.member("openid", of: text)
        }
        guard let field else { return fail("has no openid") }
        let openID = field.withUnsafeBytes { OpenID(utf8: $0) }
        guard let openID else {
            return fail("does not hold an openid: 28 characters, o and then 27 of A-Z a-z 0-9 _ -")
        }
        openIDs.append(openID)
    }

    private mutating func fail(_ reason: String) {
        broken.append(BrokenLine(number: number, reason: "line \(number) \(reason)"))
    }

    /// The fields between commas, without blanks and quotes around them.
    private static func fields(_ text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var fields: [ArraySlice<UInt8>] = []
        var start = text.startIndex
        var isQuoted = false
        for index in text.indices {
            if text[index] == UInt8(ascii: "\"") { isQuoted.toggle() }
            if text[index] == UInt8(ascii: ","), !isQuoted {
                fields.append(trim(text[start..<index]))
                start = index + 1
            }
        }
        fields.append(trim(text[start...]))
        return fields
    }

    /// The text of a member of a JSON object; nil if the line is no such object.
    private static func member(_ name: String, of text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard
            let object = try? JSONSerialization.jsonObject(with: Data(text)) as? [String: Any],
            let value = object[name] as? String
        else { return nil }
        return Array(value.utf8)[...]
    }

    private static func trim(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var field = field
        while let first = field.first, first == UInt8(ascii: " ") || first == UInt8(ascii: "\"") { field.removeFirst() }
        while let last = field.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\"") { field.removeLast() }
        return field
    }
}
