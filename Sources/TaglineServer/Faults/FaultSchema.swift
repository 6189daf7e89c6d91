import AdminAPI
import OfficialAccount

/// The members of fault rules in the OpenAPI document. The server answers 400 to a request that does not fit these
/// members.
///
/// ``FaultReader`` judges everything else about a rule. The server answers 409 to a rule that fits, but has no effect
/// or contradicts itself.
enum FaultSchema {
    private static let scenario = AdminMember(
        "scenario", .choice(FaultScenario.all.map(\.name)), "a scenario by its name, instead of do")

    private static let delay = AdminMember.Kind.text(.faultDelay)

    /// The members of a request that adds a rule or a scenario.
    static let addition = rule(isNameRequired: false, isActionRequired: false) + [scenario]
    static let additionRules: [PresenceRule] = [
        .needs([["scenario"], ["name", "do"]]), .notTogether(["scenario", "do"]),
    ]

    /// The members of a rule whose name is in the path.
    static let replacement = rule(isNameRequired: false, isActionRequired: true)

    private static func rule(isNameRequired: Bool, isActionRequired: Bool) -> [AdminMember] {
        [
            .init("name", .text(.name), isRequired: isNameRequired, "the name of the rule"),
            .init("match", match, "the calls that the rule meets; all calls if absent"),
            .init(
                "skip", .number(0...1_000_000_000),
                "the number of matching calls of an account that the rule lets through first"),
            .init(
                "times", .either([.number(1...1_000_000_000), .choice(["always"])]),
                "the number of times that the rule fires for an account"),
            .init("chance", .fraction(0...1), "the probability that the rule fires on a matching call; 1 if absent"),
            .init("for", .text(.faultSpan), "how long the rule holds, by the sandbox's clock"),
            .init("do", action, isRequired: isActionRequired, "what the rule does to a call"),
        ]
    }

    private static let match = AdminMember.Kind.object([
        .init(
            "path", .either([.text(.name), .texts(.name, limit: 100)]),
            "a path, its last parts, or the beginning of paths followed by *; or a list of these"),
        .init("appid", .text(.appID), "calls of this account"),
        .init("tag", .number(0...Int(Int32.max)), "calls that name this tag"),
        .init("openid", .text(.openID), "calls that name this openid"),
        .init("via", .choice(CallRecord.Via.allCases.map(\.rawValue)), "who calls"),
    ])

    private static let action = AdminMember.Kind.object(
        actionMembers, rules: [.needs(actionMembers.map(\.name).filter { $0 != "at" }.map { [$0] })])

    private static let actionMembers: [AdminMember] = [
        .init("at", .choice(FaultRule.Stage.allCases.map(\.rawValue)), "the moment at which the rule meets a call"),
        .init("errcode", .number(-1_000_000...1_000_000_000), "the errcode of the answer"),
        .init(
            "fail_openids", .number(1...1000),
            "the number of openids that fail with 45171; the others are applied"),
        .init("delay", .either([delay, spread]), "the time by which the answer is delayed"),
        .init("send", pieces, "send the answer piece by piece"),
        .init(
            "connection", .choice(FaultRule.Connection.allCases.map(\.rawValue)),
            "what the server does with the connection"),
        .init("content_type", .text(.contentType), "the content type of the answer"),
    ]

    private static let spread = AdminMember.Kind.object([
        .init("median", delay, isRequired: true, "half of the delays are shorter"),
        .init("sigma", .fraction(0...5), "how much the delays differ: the standard deviation of their logarithm"),
        .init("most", delay, "no delay is longer"),
    ])

    private static let pieces = AdminMember.Kind.object([
        .init("bytes", .number(1...1_000_000), isRequired: true, "the number of bytes in a piece"),
        .init("every", .text(.faultPause), "the pause between pieces"),
        .init(
            "stop_after", .number(1...1_000_000), "the number of pieces after which the server sends nothing more"),
    ])

    static let set: [AdminMember] = [
        .init("seed", .number(0...Int.max), "the seed of the random draws; 0 if absent"),
        .init(
            "faults", .objects(rule(isNameRequired: true, isActionRequired: true), limit: FaultSet.most),
            isRequired: true, "the rules, in the order in which a call meets them"),
    ]
}
