import OfficialAccount

/// Finds the follower and the tags in the JSON object on a line.
struct ObjectRows: Sendable {
    enum Row {
        /// `unread` holds the names of members that look like tags but that the reader ignores.
        case follower(OpenID, tags: TagText?, unread: [String])
        case bad(String, reason: String)
    }

    private let columns: FollowerColumns
    /// The member names of the previous object. Most objects have the same names.
    private var names: [String] = []
    /// Where the previous object had its openid and its tags; nil if the object had no openid.
    private var places: FollowerColumns.Places?

    init(columns: FollowerColumns) {
        self.columns = columns
    }

    mutating func row(_ line: UnsafeRawBufferPointer) -> Row {
        let members: [(name: String, value: JSONLine.Value)]
        do {
            members = try JSONLine.members(line)
        } catch {
            return .bad(OpenIDCell(line).shown, reason: "not a JSON object")
        }
        if let places, members.count == names.count,
            zip(members, names).allSatisfy({ $0.name.utf8.elementsEqual($1.utf8) })
        {
            return Self.row(members[places.openID], places.tags.map { members[$0] }, [])
        }
        names = members.map(\.name)
        places = nil
        do {
            places = try columns.places(in: names, of: "object")
        } catch {
            return .bad("", reason: error.reason)
        }
        guard let places else { return .bad("", reason: columns.missingOpenIDs(names, "object").reason) }
        let unread = columns.unreadTags(in: names, besides: places)
        return Self.row(members[places.openID], places.tags.map { members[$0] }, unread)
    }

    private static let damage = "holds a damaged text: a cut character, or a control character"

    private static func row(
        _ openID: (name: String, value: JSONLine.Value), _ tags: (name: String, value: JSONLine.Value)?,
        _ unread: [String]
    ) -> Row {
        guard case .text(let text) = openID.value else {
            let isDamaged = openID.value == .damaged
            return .bad("", reason: "the member \(openID.name) \(isDamaged ? damage : "is not a text")")
        }
        if let openID = OpenID(text) { return row(openID, tags, unread) }
        let cell = Array(text.utf8).withUnsafeBytes { OpenIDCell($0).read() }
        switch cell {
        case nil: return .bad("", reason: "nothing in the member \(openID.name)")
        case .failure(let fault): return .bad(fault.shown, reason: fault.reason)
        case .success(let openID): return row(openID, tags, unread)
        }
    }

    private static func row(
        _ openID: OpenID, _ tags: (name: String, value: JSONLine.Value)?, _ unread: [String]
    ) -> Row {
        guard let tags else { return .follower(openID, tags: nil, unread: unread) }
        switch tags.value {
        case .null: return .follower(openID, tags: nil, unread: unread)
        case .text(let text), .number(let text):
            return .follower(openID, tags: NameEnds.isBlank(text) ? nil : .cell(text), unread: unread)
        case .list(let texts):
            let isEmpty = texts.allSatisfy { NameEnds.isBlank($0) }
            return .follower(openID, tags: isEmpty ? nil : .list(texts), unread: unread)
        case .damaged: return .bad(openID.description, reason: "the member \(tags.name) \(damage)")
        case .other:
            return .bad(openID.description, reason: "the member \(tags.name) is not a tag or a list of tags")
        }
    }
}
