import AdminAPI
import Foundation
import Hummingbird
import NIOCore
import OfficialAccount
import ServiceLifecycle
import TagStore

/// The routes of a sandbox's admin plane for fault rules.
struct FaultRoutes: Sendable {
    let board: FaultBoard

    private static let waitQuery = [
        AdminMember(
            "fired", .number(1...1_000_000_000), "wait until the rule has fired this number of times; 1 if absent"),
        AdminMember("wait", .text(.duration(upTo: .seconds(300))), "the longest wait, 5m at most"),
    ]

    private static let list = [AdminAnswer.json(FaultList.self)]

    var routes: [AdminRoute] {
        [
            AdminRoute(
                .get, "/sandbox/faults",
                "Show every fault rule, with the number of calls that matched it and the number on which it fired.",
                answers: Self.list
            ) { _, _ in
                .json(board.list)
            },
            AdminRoute(
                .put, "/sandbox/faults", "Play these fault rules and no others.", body: .object(FaultSchema.set),
                answers: Self.list, statuses: [200, 409]
            ) { request, _ in
                board.replaceAll(
                    with: try await request.faults(FaultSchema.set) { (node) throws(FileMistake) in
                        try FaultReader.set(node)
                    })
                return .json(board.list)
            },
            AdminRoute(
                .post, "/sandbox/faults", "Play one more fault rule, or a scenario.",
                body: .object(FaultSchema.addition, rules: FaultSchema.additionRules), answers: Self.list,
                statuses: [200, 409]
            ) { request, _ in
                let rule = try await request.faults(
                    FaultSchema.addition, FaultSchema.additionRules, Self.ruleOrScenario)
                switch board.add(rule) {
                case .added: return .json(board.list)
                case .taken:
                    throw AdminError.conflict(
                        "there is a fault \(Refusal.quoted(rule.name)) already; delete it, or replace it with PUT")
                case .full: throw AdminError.conflict("a sandbox plays \(FaultSet.most) rules at most")
                }
            },
            AdminRoute(.delete, "/sandbox/faults", "Stop playing all fault rules.", answers: Self.list) { _, _ in
                board.removeAll()
                return .json(board.list)
            },
            AdminRoute(
                .get, "/sandbox/faults/{fault}",
                "Show one fault rule, at once or after it has fired a number of times.",
                query: Self.waitQuery, answers: [.json(FaultStatus.self)], statuses: [200, 400, 404], handler: show),
            AdminRoute(
                .put, "/sandbox/faults/{fault}",
                "Play this fault rule; it replaces a rule with the same name.",
                body: .object(FaultSchema.replacement), answers: Self.list, statuses: [200, 409]
            ) { request, context in
                let name = try context.name(AdminRoute.fault)
                let rule = try await request.faults(FaultSchema.replacement) { (node) throws(FileMistake) in
                    try FaultReader.rule(node, named: name)
                }
                guard board.put(rule) else {
                    throw AdminError.conflict("a sandbox plays \(FaultSet.most) rules at most")
                }
                return .json(board.list)
            },
            AdminRoute(
                .delete, "/sandbox/faults/{fault}", "Stop playing this fault rule.", answers: Self.list,
                statuses: [200, 404]
            ) { _, context in
                let name = try context.name(AdminRoute.fault)
                guard board.remove(name) else { throw Self.unknown(name) }
                return .json(board.list)
            },
        ]
    }

    @Sendable private func show(_ request: Request, _ context: AdminContext) async throws -> Response {
        let query = try AdminQuery(request, of: Self.waitQuery)
        let name = try context.name(AdminRoute.fault)
        let count = query.number("fired")
        let wait = query["wait"].flatMap { DurationText.duration($0) } ?? .zero
        let status =
            if count == nil, wait == .zero {
                board.status(of: name)
            } else {
                await cancelWhenGracefulShutdown {
                    await board.status(of: name, fired: count ?? 1, within: wait)
                }
            }
        guard let status else { throw Self.unknown(name) }
        return .json(status)
    }

    private static func unknown(_ name: String) -> AdminError {
        .notFound("there is no fault \(Refusal.quoted(name)); see GET /sandbox/faults")
    }

    /// Reads a rule, or a scenario such as `{"scenario":"ghost-tag"}`. An object with `scenario` can also have every
    /// member of a rule except `do`.
    private static func ruleOrScenario(_ node: FileNode) throws(FileMistake) -> FaultRule {
        guard case .members(var members) = node.value,
            let place = members.firstIndex(where: { $0.name == "scenario" })
        else { return try FaultReader.rule(node) }
        guard case .scalar(let name, _) = members[place].value.value, let scenario = FaultScenario.named(name) else {
            throw FileMistake(
                line: nil,
                "scenario must be one of \(FaultScenario.all.map(\.name).joined(separator: ", "))")
        }
        guard !members.contains(where: { $0.name == "do" }) else {
            throw FileMistake(
                line: nil,
                "\(name) is a scenario with an action of its own; leave out do, or leave out scenario and give a name")
        }
        members.remove(at: place)
        return try FaultReader.rule(scenario.rule, narrowedBy: FileNode(.members(members)))
    }
}

extension FaultReader {
    /// Returns `rule`, in which each member of `node` replaces the member with the same name. Inside `match`, too, each
    /// member replaces only the member with the same name.
    static func rule(_ rule: FaultRule, narrowedBy node: FileNode) throws(FileMistake) -> FaultRule {
        guard case .members(let given) = node.value,
            let json = JSONValue(Array(EncodedJSON.text(rule).utf8)),
            case .members(var members) = FileNode(json).value
        else { throw FileMistake(line: node.line, "a rule must be an object") }
        for (name, value) in given {
            let place = members.firstIndex { $0.name == name }
            if name == "match", let place, case .members(var match) = members[place].value.value,
                case .members(let narrower) = value.value
            {
                for (name, value) in narrower {
                    match.removeAll { $0.name == name }
                    match.append((name, value))
                }
                members[place].value = FileNode(.members(match), line: value.line)
            } else if let place {
                members[place].value = value
            } else {
                members.append((name, value))
            }
        }
        return try Self.rule(FileNode(.members(members)))
    }
}

extension Request {
    /// Reads fault rules from the body. A null member counts as an absent member.
    ///
    /// Throws ``AdminError`` with every mistake of the rules. The status is 400 if the body does not fit `members`, and
    /// 409 if a rule fits but cannot be played.
    fileprivate func faults<Value>(
        _ members: [AdminMember], _ rules: [PresenceRule] = [], _ read: (FileNode) throws(FileMistake) -> Value
    ) async throws -> Value {
        let json = try await json(upTo: 1 << 20)
        var misfit: AdminError?
        do throws(AdminError) {
            try members.judge(json, rules: rules)
        } catch {
            misfit = error
        }
        let value: Value
        do throws(FileMistake) {
            value = try read(FileNode(json.withoutNulls))
        } catch {
            // The sentences of the reader name every mistake, so they replace the sentence of `misfit`.
            throw AdminError(status: misfit?.status ?? .conflict, sentence: error.description)
        }
        if let misfit { throw misfit }
        return value
    }
}
