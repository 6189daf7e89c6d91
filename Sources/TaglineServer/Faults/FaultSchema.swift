import AdminAPI
import OfficialAccount

/// The members of fault rules in the OpenAPI document. ``FaultReader`` judges everything else about a rule.
enum FaultSchema {
    static let scenario = AdminMember(
        "scenario", .choice(FaultScenario.all.map(\.name)), "a scenario by its name, instead of do")

    private static let span = AdminMember.Kind.text(.durationWithUnit)

    static let rule: [AdminMember] = [
        .init("name", .text(.name), "what the rule is called"),
        .init(
            "match",
            .object([
                .init(
                    "path", .either([.text(.name), .texts(.name, limit: 100)]), "paths, or the beginning of paths and *"
                ),
                .init("appid", .text(.appID), "calls of this account"),
                .init("tag", .number(0...Int(Int32.max)), "calls that name this tag"),
                .init("openid", .text(.openID), "calls that name this openid"),
                .init("via", .choice(["account", "platform", "cloud"]), "who calls"),
            ]), "which calls the rule is for; absent for all"),
        .init("skip", .number(0...1_000_000_000), "matching calls of an account that are let through first"),
        .init(
            "times", .either([.number(1...1_000_000_000), .choice(["always"])]), "how often it fires for an account"),
        .init("chance", .fraction(0...1), "how likely it fires on a call that matches; 1 if absent"),
        .init("for", span, "how long the rule holds, by the sandbox's clock"),
        .init(
            "do",
            .object([
                .init("at", .choice(FaultRule.Stage.allCases.map(\.rawValue)), "where on its way a call is met"),
                .init("errcode", .number(-1_000_000...1_000_000_000), "what is answered"),
                .init("fail_openids", .number(1...1000), "openids that fail with 45171; the others are applied"),
                .init(
                    "delay",
                    .either([
                        span,
                        .object([
                            .init("median", span, isRequired: true, "half of the delays are shorter"),
                            .init("sigma", .fraction(0...5), "how much they differ"),
                            .init("most", span, "no delay is longer"),
                        ]),
                    ]), "how long the call is held back"),
                .init(
                    "send",
                    .object([
                        .init("bytes", .number(1...1_000_000), isRequired: true, "bytes of a piece"),
                        .init("every", span, "the pause between pieces"),
                        .init("stop_after", .number(1...1_000_000), "pieces after which nothing more is sent"),
                    ]), "send the answer piece by piece"),
                .init(
                    "connection", .choice(FaultRule.Connection.allCases.map(\.rawValue)),
                    "what becomes of the connection"),
                .init("content_type", .text(.contentType), "the content type of the answer"),
            ]), "what is done to a call"),
    ]

    static let set: [AdminMember] = [
        .init("seed", .number(0...Int.max), "what every draw begins with; 0 if absent"),
        .init("faults", .objects(rule, limit: FaultSet.most), isRequired: true, "the rules, in the order asked"),
    ]
}
