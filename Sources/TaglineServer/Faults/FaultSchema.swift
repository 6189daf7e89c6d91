import AdminAPI
import OfficialAccount

/// The members of fault rules in the OpenAPI document. ``FaultReader`` judges everything else about a rule.
enum FaultSchema {
    static let scenario = AdminMember(
        "scenario", .choice(FaultScenario.all.map(\.name)), "a scenario by its name, instead of do")

    private static let span = AdminMember.Kind.text(.durationWithUnit)

    static let rule: [AdminMember] = [
        .init("name", .text(.name), "the name of the rule"),
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
            ]), "the calls that the rule meets; absent for all"),
        .init(
            "skip", .number(0...1_000_000_000),
            "the number of matching calls of an account that the rule lets through first"),
        .init(
            "times", .either([.number(1...1_000_000_000), .choice(["always"])]),
            "the number of times that it fires for an account"),
        .init("chance", .fraction(0...1), "the probability that it fires on a call that matches; 1 if absent"),
        .init("for", span, "how long the rule holds, by the sandbox's clock"),
        .init(
            "do",
            .object([
                .init(
                    "at", .choice(FaultRule.Stage.allCases.map(\.rawValue)), "the moment at which the rule meets a call"
                ),
                .init("errcode", .number(-1_000_000...1_000_000_000), "the errcode of the answer"),
                .init("fail_openids", .number(1...1000), "openids that fail with 45171; the others are applied"),
                .init(
                    "delay",
                    .either([
                        span,
                        .object([
                            .init("median", span, isRequired: true, "half of the delays are shorter"),
                            .init(
                                "sigma", .fraction(0...5),
                                "how much the delays differ: the standard deviation of their logarithm"),
                            .init("most", span, "no delay is longer"),
                        ]),
                    ]), "the time by which the answer is delayed"),
                .init(
                    "send",
                    .object([
                        .init("bytes", .number(1...1_000_000), isRequired: true, "the number of bytes in a piece"),
                        .init("every", span, "the pause between pieces"),
                        .init(
                            "stop_after", .number(1...1_000_000),
                            "the number of pieces after which the server sends nothing more"),
                    ]), "send the answer piece by piece"),
                .init(
                    "connection", .choice(FaultRule.Connection.allCases.map(\.rawValue)),
                    "what the server does with the connection"),
                .init("content_type", .text(.contentType), "the content type of the answer"),
            ]), "what the rule does to a call"),
    ]

    static let set: [AdminMember] = [
        .init("seed", .number(0...Int.max), "the seed of the random draws; 0 if absent"),
        .init(
            "faults", .objects(rule, limit: FaultSet.most), isRequired: true,
            "the rules, in the order in which a call meets them"),
    ]
}
