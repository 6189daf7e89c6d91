import AdminAPI
import OfficialAccount
import TagStore

/// Reads the members of an object of a file as the types that they must have.
struct FileFields {
    let line: Int?
    private var place: String
    private var members: [String: FileNode] = [:]

    /// Throws ``FileMistake`` unless `node` is an object that has only members in `names`.
    init(_ node: FileNode, _ place: String, names: [String]) throws(FileMistake) {
        var found = FileMistakes()
        try self.init(node, place, names: names, noting: &found)
        try found.judge()
    }

    /// Reads an object, and notes each member that is not in `names` or comes twice. Throws ``FileMistake`` if `node`
    /// is not an object.
    init(
        _ node: FileNode, _ place: String, names: [String], noting found: inout FileMistakes
    ) throws(FileMistake) {
        self.place = place
        line = node.line
        guard case .members(let all) = node.value else {
            throw FileMistake(
                line: node.line, "\(place) must be an object; it can have \(names.joined(separator: ", "))")
        }
        for (name, value) in all {
            guard names.contains(name) else {
                found.note(
                    FileMistake(
                        line: value.line ?? line,
                        "\(place) has no member \(Refusal.quoted(name)); it can have \(names.joined(separator: ", "))"))
                continue
            }
            guard members[name] == nil else {
                found.note(FileMistake(line: value.line, "\(name) comes twice in \(place)"))
                continue
            }
            if case .null = value.value { continue }
            members[name] = value
        }
    }

    /// Returns the same members, and uses `place` as the name of the object in messages.
    func called(_ place: String) -> FileFields {
        var fields = self
        fields.place = place
        return fields
    }

    func node(_ name: String) -> FileNode? { members[name] }

    func wrong(_ name: String, _ form: String) -> FileMistake {
        FileMistake(line: members[name]?.line ?? line, "\(name) of \(place) must be \(form)")
    }

    func mistake(_ sentence: String, at name: String? = nil) -> FileMistake {
        FileMistake(line: name.flatMap { members[$0]?.line } ?? line, "\(place): \(sentence)")
    }

    func text(_ name: String, _ form: AdminMember.Text) throws(FileMistake) -> String? {
        guard let node = members[name] else { return nil }
        guard case .scalar(let text, _) = node.value, form.matches(text) else { throw wrong(name, form.words) }
        return text
    }

    /// Returns a text. Throws ``FileMistake`` also for a number, `true` or `false` without quotation marks, because
    /// these are not texts in JSON.
    func quotedText(_ name: String, _ form: AdminMember.Text) throws(FileMistake) -> String? {
        if case .scalar(let text, isQuoted: false)? = members[name]?.value,
            ["true", "false"].contains(text)
                || text.wholeMatch(of: /[-+]?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?/) != nil
        {
            throw wrong(name, "a text; put it between quotation marks: \(Refusal.quoted(text))")
        }
        return try text(name, form)
    }

    func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, of type: Choice.Type
    ) throws(FileMistake) -> Choice? where Choice.RawValue == String {
        guard let node = members[name] else { return nil }
        guard case .scalar(let text, _) = node.value, let choice = Choice(rawValue: text) else {
            throw wrong(name, Choice.allCases.map(\.rawValue).joined(separator: " or "))
        }
        return choice
    }

    func number(_ name: String, in range: ClosedRange<Int>) throws(FileMistake) -> Int? {
        guard let node = members[name] else { return nil }
        guard case .scalar(let text, isQuoted: false) = node.value, let number = Int(text), range.contains(number)
        else { throw wrong(name, "a whole number from \(range.lowerBound) to \(range.upperBound)") }
        return number
    }

    func real(_ name: String, in range: ClosedRange<Double>) throws(FileMistake) -> Double? {
        guard let node = members[name] else { return nil }
        guard case .scalar(let text, isQuoted: false) = node.value, let number = Double(text), range.contains(number)
        else { throw wrong(name, "a number from \(range.lowerBound) to \(range.upperBound)") }
        return number
    }

    func span(_ name: String, upTo most: Duration) throws(FileMistake) -> FaultSpan? {
        guard let node = members[name] else { return nil }
        let form = AdminMember.Text.durationWithUnit(upTo: most)
        guard case .scalar(let text, _) = node.value, form.matches(text), let duration = DurationText.duration(text)
        else { throw wrong(name, form.words) }
        return FaultSpan(duration)
    }
}
