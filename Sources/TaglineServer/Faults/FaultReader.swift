import AdminAPI
import OfficialAccount
import TagStore

/// Reads fault rules, from YAML or JSON, and refuses rules that have no effect or contradict themselves.
///
/// It throws one ``FileMistake`` with all mistakes of the rules.
enum FaultReader {
    static let longestDelay = Duration.seconds(300)
    static let longestSpan = Duration.seconds(400 * 86_400)
    static let longestPause = Duration.seconds(60)

    static func set(_ node: FileNode) throws(FileMistake) -> FaultSet {
        var found = FileMistakes()
        let fields = try FileFields(node, "the file", names: ["seed", "faults"], noting: &found)
        let seed: Int = found.take(0, try fields.number("seed", in: 0...Int.max) ?? 0)
        guard let list = fields.node("faults"), case .list(let nodes) = list.value else {
            found.note(fields.wrong("faults", "a list of rules"))
            try found.judge()
            return FaultSet(rules: [])
        }
        let rules: [FaultRule] = found.take([], try Self.rules(nodes, line: list.line))
        try found.judge()
        return FaultSet(seed: UInt64(seed), rules: rules)
    }

    /// Reads a list of rules. Throws ``FileMistake`` also for two rules with the same name, and for too many rules.
    static func rules(_ nodes: [FileNode], line: Int?) throws(FileMistake) -> [FaultRule] {
        guard nodes.count <= FaultSet.most else {
            throw FileMistake(line: line, "faults has \(nodes.count) rules; \(FaultSet.most) is the limit")
        }
        var found = FileMistakes()
        var rules: [FaultRule] = []
        var names: Set<ExactText> = []
        for node in nodes {
            guard let rule = found.take(nil, try Self.rule(node)) else { continue }
            if !names.insert(ExactText(rule.name)).inserted {
                found.note(FileMistake(line: node.line, "two rules have the name \(Refusal.quoted(rule.name))"))
            }
            rules.append(rule)
        }
        try found.judge()
        return rules
    }

    /// - Parameter given: the name that the rule must have; nil means that `node` must contain the name.
    static func rule(_ node: FileNode, named given: String? = nil) throws(FileMistake) -> FaultRule {
        var found = FileMistakes()
        let names = ["name", "match", "skip", "times", "chance", "for", "do"]
        let bare = try FileFields(node, "a rule", names: names, noting: &found)
        let name = found.take("", try Self.name(bare, given))
        let title = name.isEmpty ? "the rule" : Refusal.quoted(name)
        let fields = bare.called(name.isEmpty ? title : "the rule \(title)")
        var rule = FaultRule(name: name, action: FaultRule.Action(at: .answer))
        if let node = fields.node("do") {
            rule.action = found.take(rule.action, try action(node, "do of \(title)"))
        } else {
            found.note(fields.mistake("it does nothing; give it an action with do"))
        }
        if let node = fields.node("match") {
            rule.match = found.take(FaultRule.Match(), try match(node, "match of \(title)"))
        }
        rule.skip = found.take(0, try fields.number("skip", in: 0...1_000_000_000) ?? 0)
        rule.times = found.take(nil, try times(fields))
        rule.chance = found.take(1, try chance(fields))
        rule.span = found.take(nil, try span(fields))
        try found.judge()
        if let objection = FaultReach.objection(to: rule) { throw fields.mistake(objection, at: "match") }
        return rule
    }

    private static func name(_ fields: FileFields, _ given: String?) throws(FileMistake) -> String {
        guard let name = try fields.quotedText("name", .name) ?? given else {
            throw fields.wrong("name", AdminMember.Text.name.words)
        }
        guard given?.hasSameBytes(as: name) ?? true else {
            throw fields.mistake("its name is \(Refusal.quoted(given ?? "")) in the path", at: "name")
        }
        return name
    }

    private static func chance(_ fields: FileFields) throws(FileMistake) -> Double {
        let chance = try fields.real("chance", in: 0...1) ?? 1
        guard chance > 0 else { throw fields.mistake("with a chance of 0 it never fires", at: "chance") }
        return chance
    }

    private static func span(_ fields: FileFields) throws(FileMistake) -> FaultSpan? {
        let span = try fields.span("for", upTo: longestSpan)
        guard span?.duration != .zero else {
            throw fields.mistake("a rule that holds for no time never fires", at: "for")
        }
        return span
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
        var found = FileMistakes()
        let fields = try FileFields(
            node, place, names: ["path", "appid", "tag", "openid", "via"], noting: &found)
        var match = FaultRule.Match()
        match.path = found.take(nil, try paths(fields, place))
        match.appid = found.take(nil, try fields.text("appid", .appID))
        match.tag = found.take(nil, try fields.number("tag", in: 0...Int(Int32.max)))
        match.openid = found.take(nil, try fields.text("openid", .openID))
        match.via = found.take(nil, try via(fields))
        try found.judge()
        return match
    }

    private static func paths(_ fields: FileFields, _ place: String) throws(FileMistake) -> [String]? {
        guard let paths = fields.node("path") else { return nil }
        let nodes = if case .list(let list) = paths.value { list } else { [paths] }
        var known: [String] = []
        for node in nodes {
            let text = if case .scalar(let text, _) = node.value { text } else { "" }
            let named = FaultMatch.paths(text)
            guard !named.isEmpty else {
                throw FileMistake(
                    line: node.line,
                    "path of \(place) must be the path of an API, its last parts, or the beginning of paths "
                        + "followed by *, not \(Refusal.quoted(text))")
            }
            known += named
        }
        guard !known.isEmpty else { throw fields.wrong("path", "a path, or a list of paths") }
        return known
    }

    private static func via(_ fields: FileFields) throws(FileMistake) -> CallRecord.Via? {
        guard let via = try fields.text("via", .any) else { return nil }
        guard let known = CallRecord.Via(rawValue: via) else { throw fields.wrong("via", "account, platform or cloud") }
        return known
    }

    // MARK: Actions

    private static let actionNames = [
        "at", "errcode", "fail_openids", "delay", "send", "connection", "content_type",
    ]

    static func action(_ node: FileNode, _ place: String) throws(FileMistake) -> FaultRule.Action {
        var found = FileMistakes()
        let fields = try FileFields(node, place, names: actionNames, noting: &found)
        var action = FaultRule.Action(at: .answer)
        action.errcode = found.take(nil, try fields.number("errcode", in: -1_000_000...1_000_000_000))
        action.failOpenIDs = found.take(nil, try fields.number("fail_openids", in: 1...1000))
        // With 45171 the call still changes the other followers, so the fault must fire at the answer.
        let usual = action.errcode == nil || action.failingCount != nil ? FaultRule.Stage.answer : .refusal
        action.at = found.take(usual, try fields.choice("at", of: FaultRule.Stage.self) ?? usual)
        action.connection = found.take(.keep, try fields.choice("connection", of: FaultRule.Connection.self) ?? .keep)
        action.delay = found.take(nil, try delay(fields))
        action.send = found.take(nil, try pieces(fields, place))
        action.contentType = found.take(nil, try fields.text("content_type", .contentType))
        try found.judge()
        if let contradiction = contradiction(action) { throw fields.mistake(contradiction) }
        return action
    }

    /// Returns the contradiction in an action; nil if the action has no contradiction.
    private static func contradiction(_ action: FaultRule.Action) -> String? {
        let isSent = action.connection == .keep || action.send != nil
        if action.errcode == 0 { return "errcode 0 is not a fault; leave errcode out for the true answer" }
        if action.errcode == nil, action.failOpenIDs == nil, action.delay == nil, action.send == nil,
            action.connection == .keep, action.contentType == nil
        {
            return "it has no effect"
        }
        if action.errcode != nil, action.errcode != ErrorCode.someOpenIDsFailed.rawValue, action.failOpenIDs != nil {
            return "errcode and fail_openids contradict each other: fail_openids answers 45171"
        }
        if action.failingCount != nil, action.at != .answer {
            return "\(action.failingMember) needs at: answer, because the other openids are applied"
        }
        if action.at == .refusal, action.errcode == nil { return "at: refusal needs an errcode" }
        if action.errcode != nil, !isSent {
            return "the errcode is never sent, because connection is \(action.connection.rawValue)"
        }
        if action.at == .arrival, action.errcode == nil, action.send != nil || action.contentType != nil {
            return "at arrival the server has no answer to send yet; give an errcode"
        }
        if action.contentType != nil, !isSent { return "content_type is never sent" }
        return nil
    }

    private static func delay(_ fields: FileFields) throws(FileMistake) -> FaultDelay? {
        guard let node = fields.node("delay") else { return nil }
        guard case .members = node.value else {
            guard let span = try fields.span("delay", upTo: longestDelay), span.duration > .zero else {
                throw fields.wrong("delay", "longer than 0")
            }
            return .fixed(span)
        }
        var found = FileMistakes()
        let spread = try FileFields(node, "delay", names: ["median", "sigma", "most"], noting: &found)
        let median = found.take(FaultSpan(.zero), try median(spread))
        let longest = FaultSpan(longestDelay)
        let most = found.take(longest, try spread.span("most", upTo: longestDelay) ?? longest)
        let sigma: Double = found.take(0, try spread.real("sigma", in: 0...5) ?? 0)
        try found.judge()
        guard most.duration >= median.duration else { throw spread.mistake("most is less than the median", at: "most") }
        return .spread(median: median, sigma: sigma, most: most)
    }

    private static func median(_ fields: FileFields) throws(FileMistake) -> FaultSpan {
        guard let median = try fields.span("median", upTo: longestDelay), median.duration > .zero else {
            throw fields.wrong("median", DurationText.form)
        }
        return median
    }

    private static func pieces(_ whole: FileFields, _ place: String) throws(FileMistake) -> FaultRule.Pieces? {
        guard let node = whole.node("send") else { return nil }
        var found = FileMistakes()
        let fields = try FileFields(
            node, "send of \(place)", names: ["bytes", "every", "stop_after"], noting: &found)
        let bytes = found.take(1, try bytes(fields))
        let every = found.take(FaultSpan(.zero), try fields.span("every", upTo: longestPause) ?? FaultSpan(.zero))
        let stopAfter: Int? = found.take(nil, try fields.number("stop_after", in: 1...1_000_000))
        try found.judge()
        return FaultRule.Pieces(bytes: bytes, every: every, stopAfter: stopAfter)
    }

    private static func bytes(_ fields: FileFields) throws(FileMistake) -> Int {
        guard let bytes = try fields.number("bytes", in: 1...1_000_000) else {
            throw fields.wrong("bytes", "a whole number from 1 to 1000000")
        }
        return bytes
    }
}
