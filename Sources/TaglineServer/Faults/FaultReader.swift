import AdminAPI
import OfficialAccount
import TagStore

/// The fault rules of a file, complete and without contradictions.
public struct FaultSet: Sendable, Hashable {
    /// The seed of every draw.
    public var seed: UInt64 = 0
    /// The rules in the order in which a call meets them.
    public var rules: [FaultRule]

    /// The most rules of a sandbox.
    public static let most = 1000

    public init(seed: UInt64 = 0, rules: [FaultRule]) {
        self.seed = seed
        self.rules = rules
    }

    /// Reads the text of a file, YAML or JSON. Throws ``FileMistake`` with the mistake and its line.
    public init(yaml text: String) throws(FileMistake) {
        self = try FaultReader.set(FileNode.yaml(text))
    }
}

/// Reads fault rules, from YAML or JSON, and refuses those that have no effect or contradict themselves.
enum FaultReader {
    static let longestDelay = Duration.seconds(300)
    private static let longestSpan = Duration.seconds(400 * 86_400)

    static func set(_ node: FileNode) throws(FileMistake) -> FaultSet {
        let fields = try FileFields(node, "the file", names: ["seed", "faults"])
        let seed = try fields.number("seed", in: 0...Int.max) ?? 0
        guard let list = fields.node("faults"), case .list(let nodes) = list.value else {
            throw fields.wrong("faults", "a list of rules")
        }
        return FaultSet(seed: UInt64(seed), rules: try rules(nodes, line: list.line))
    }

    /// Reads a list of rules. Throws ``FileMistake`` also for two rules with one name, and for too many rules.
    static func rules(_ nodes: [FileNode], line: Int?) throws(FileMistake) -> [FaultRule] {
        guard nodes.count <= FaultSet.most else {
            throw FileMistake(line: line, "faults has \(nodes.count) rules; \(FaultSet.most) is the limit")
        }
        var rules: [FaultRule] = []
        var names: Set<ExactText> = []
        for node in nodes {
            let rule = try rule(node)
            guard names.insert(ExactText(rule.name)).inserted else {
                throw FileMistake(line: node.line, "two rules have the name \(Refusal.quoted(rule.name))")
            }
            rules.append(rule)
        }
        return rules
    }

    /// - Parameter given: the name of the rule if `node` does not have it.
    static func rule(_ node: FileNode, named given: String? = nil) throws(FileMistake) -> FaultRule {
        let names = ["name", "match", "skip", "times", "chance", "for", "do"]
        let bare = try FileFields(node, "a rule", names: names)
        guard let name = try bare.text("name", .name) ?? given else {
            throw bare.wrong("name", AdminMember.Text.name.words)
        }
        guard given?.hasSameBytes(as: name) ?? true else {
            throw bare.mistake("its name is \(Refusal.quoted(given ?? "")) in the path", at: "name")
        }
        let fields = try FileFields(node, "the rule \(Refusal.quoted(name))", names: names)
        guard let action = fields.node("do") else { throw fields.mistake("it does nothing; say what with do") }
        var rule = FaultRule(
            name: name, action: try Self.action(action, "do of \(Refusal.quoted(name))"))
        if let match = fields.node("match") {
            rule.match = try Self.match(match, "match of \(Refusal.quoted(name))")
        }
        rule.skip = try fields.number("skip", in: 0...1_000_000_000) ?? 0
        rule.times = try times(fields)
        rule.chance = try fields.real("chance", in: 0...1) ?? 1
        guard rule.chance > 0 else { throw fields.mistake("with a chance of 0 it has no effect", at: "chance") }
        rule.span = try fields.span("for", upTo: longestSpan)
        guard rule.span?.duration != .zero else { throw fields.mistake("for no time it has no effect", at: "for") }
        if rule.action.failOpenIDs != nil {
            guard rule.match.path?.contains(where: FaultMatch.canBeTagging) ?? true else {
                throw fields.mistake("fail_openids is for batchtagging and batchuntagging", at: "match")
            }
        }
        return rule
    }

    private static func times(_ fields: FileFields) throws(FileMistake) -> Int? {
        if case .scalar("always", _)? = fields.node("times")?.value { return nil }
        do {
            return try fields.number("times", in: 1...1_000_000_000)
        } catch {
            throw fields.wrong("times", "a whole number from 1 to 1000000000, or always")
        }
    }

    private static func match(_ node: FileNode, _ place: String) throws(FileMistake) -> FaultRule.Match {
        let fields = try FileFields(node, place, names: ["path", "appid", "tag", "openid", "via"])
        var match = FaultRule.Match()
        if let paths = fields.node("path") {
            let nodes = if case .list(let list) = paths.value { list } else { [paths] }
            var known: [String] = []
            for node in nodes {
                guard case .scalar(let text, _) = node.value, let path = FaultMatch.path(text) else {
                    throw FileMistake(
                        line: node.line,
                        "path of \(place) must be the path of an API, its last part, or the beginning of paths and *")
                }
                known.append(path)
            }
            guard !known.isEmpty else { throw fields.wrong("path", "a path, or a list of paths") }
            match.path = known
        }
        match.appid = try fields.text("appid", .appID)
        match.tag = try fields.number("tag", in: 0...Int(Int32.max))
        match.openid = try fields.text("openid", .openID)
        if let via = try fields.text("via", .any) {
            guard let known = CallRecord.Via(rawValue: via) else {
                throw fields.wrong("via", "account, platform or cloud")
            }
            match.via = known
        }
        return match
    }

    // MARK: What is done

    private static let actionNames = [
        "at", "errcode", "fail_openids", "delay", "send", "connection", "content_type",
    ]

    static func action(_ node: FileNode, _ place: String) throws(FileMistake) -> FaultRule.Action {
        let fields = try FileFields(node, place, names: actionNames)
        let errcode = try fields.number("errcode", in: -1_000_000...1_000_000_000)
        var action = FaultRule.Action(
            at: try fields.choice("at", of: FaultRule.Stage.self) ?? (errcode == nil ? .answer : .refusal),
            connection: try fields.choice("connection", of: FaultRule.Connection.self) ?? .keep)
        action.errcode = errcode
        action.failOpenIDs = try fields.number("fail_openids", in: 1...1000)
        if let node = fields.node("delay") { action.delay = try delay(node, fields) }
        if let node = fields.node("send") { action.send = try pieces(node, place) }
        action.contentType = try fields.text("content_type", .contentType)
        if let contradiction = contradiction(action) { throw fields.mistake(contradiction) }
        return action
    }

    /// Returns the contradiction in an action; nil if there is none.
    private static func contradiction(_ action: FaultRule.Action) -> String? {
        let isSent = action.connection == .keep || action.send != nil
        if action.errcode == 0 { return "errcode 0 is no fault; leave it out for the true answer" }
        if action.errcode == nil, action.failOpenIDs == nil, action.delay == nil, action.send == nil,
            action.connection == .keep, action.contentType == nil
        {
            return "it has no effect"
        }
        if action.errcode != nil, action.failOpenIDs != nil {
            return "errcode and fail_openids contradict each other: fail_openids answers 45171"
        }
        if action.failOpenIDs != nil, action.at != .answer {
            return "fail_openids needs at: answer, because the others are applied"
        }
        if action.at == .refusal, action.errcode == nil { return "at: refusal needs an errcode" }
        if action.errcode != nil, !isSent {
            return "the errcode is never sent, because connection is \(action.connection.rawValue)"
        }
        if action.at == .arrival, action.errcode == nil, action.send != nil || action.contentType != nil {
            return "nothing has been judged at arrival, so there is no answer to send; say an errcode"
        }
        if action.contentType != nil, !isSent { return "content_type is never sent" }
        return nil
    }

    private static func delay(_ node: FileNode, _ fields: FileFields) throws(FileMistake) -> FaultDelay {
        guard case .members = node.value else {
            guard let span = try fields.span("delay", upTo: longestDelay), span.duration > .zero else {
                throw fields.wrong("delay", "longer than nothing")
            }
            return .fixed(span)
        }
        let spread = try FileFields(node, "delay", names: ["median", "sigma", "most"])
        guard let median = try spread.span("median", upTo: longestDelay), median.duration > .zero else {
            throw spread.wrong("median", DurationText.form)
        }
        let most = try spread.span("most", upTo: longestDelay) ?? FaultSpan(longestDelay)
        guard most.duration >= median.duration else { throw spread.mistake("most is less than the median", at: "most") }
        return .spread(median: median, sigma: try spread.real("sigma", in: 0...5) ?? 0, most: most)
    }

    private static func pieces(_ node: FileNode, _ place: String) throws(FileMistake) -> FaultRule.Pieces {
        let fields = try FileFields(node, "send of \(place)", names: ["bytes", "every", "stop_after"])
        guard let bytes = try fields.number("bytes", in: 1...1_000_000) else {
            throw fields.wrong("bytes", "a whole number from 1 to 1000000")
        }
        return FaultRule.Pieces(
            bytes: bytes, every: try fields.span("every", upTo: .seconds(60)) ?? FaultSpan(.zero),
            stopAfter: try fields.number("stop_after", in: 1...1_000_000))
    }
}

extension AdminMember.Text {
    static let contentType = AdminMember.Text(
        pattern: "^[ -~]{1,100}$", words: "1 to 100 printable ASCII characters",
        matches: { $0.wholeMatch(of: /[ -~]{1,100}/) != nil })
}
