import AdminAPI
import Foundation
import OfficialAccount
import TagStore

/// The accounts with which a sandbox begins, and to which a reset returns.
public struct SandboxWorld: Sendable {
    /// Whether the world has a third-party platform with grants.
    let isDemo: Bool
    private let made: @Sendable (UnixTime) -> [StateRecord]
    /// An account of the world with its secret, for the commands that a sandbox prints at its start.
    public let sample: (appID: AppID, secret: String)?

    /// The demo world.
    public static let demo = SandboxWorld(isDemo: true, sample: nil) { DemoWorld.records(at: $0) }

    private init(
        isDemo: Bool, sample: (appID: AppID, secret: String)?, made: @escaping @Sendable (UnixTime) -> [StateRecord]
    ) {
        self.isDemo = isDemo
        self.sample = sample
        self.made = made
    }

    /// Returns the records of one account, or of all accounts if `appID` is nil.
    func records(of appID: AppID?, at now: UnixTime) -> [StateRecord] {
        let all = made(now)
        guard let appID else { return all }
        var isWanted = false
        return all.filter { record in
            if case .account(let state) = record { isWanted = state.account.appID == appID }
            return isWanted
        }
    }

    /// Puts the world into an empty store.
    public func seed(into store: any TagStore, at now: UnixTime) async throws {
        let records = records(of: nil, at: now)
        _ = try await store.importState { sink in for record in records { try sink.take(record) } }
    }

    /// Returns the first account, for which the cloud gateway makes calls.
    public func firstAccount(at now: UnixTime) -> AppID? {
        for case .account(let state) in made(now) { return state.account.appID }
        return nil
    }

    // MARK: Files

    /// Reads a file: an exported state, or YAML. Throws ``FileMistake`` with the mistake and its line.
    public init(contents bytes: [UInt8]) throws(FileMistake) {
        if bytes.starts(with: Array(#"{"tagline_state""#.utf8)) {
            let records = try Self.state(bytes)
            self.init(isDemo: false, sample: nil) { _ in records }
            return
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FileMistake(line: Self.lineOfOtherText(bytes), "the file is not UTF-8")
        }
        let accounts = try WrittenAccount.all(in: FileNode.yaml(text))
        var judge = StateJudge(limits: Limits())
        for account in accounts {
            do throws(Refusal) {
                for record in account.records(since: UnixTime(seconds: 0)) {
                    switch record {
                    case .account(let state): try judge.judge(state)
                    case .followers(let followers): for follower in followers { try judge.judge(follower) }
                    case .token, .counter: break
                    }
                }
            } catch {
                throw FileMistake(line: account.line, "\(account.appID) is refused: \(error.reason)")
            }
        }
        let first = accounts.first.map { (appID: AppID($0.appID), secret: $0.secret) }
        self.init(isDemo: false, sample: first) { now in accounts.flatMap { $0.records(since: now) } }
    }

    /// Returns the number of the first line that is not UTF-8.
    private static func lineOfOtherText(_ bytes: [UInt8]) -> Int? {
        bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .firstIndex { String(validating: $0, as: UTF8.self) == nil }
            .map { $0 + 1 }
    }

    private static func state(_ bytes: [UInt8]) throws(FileMistake) -> [StateRecord] {
        var records: [StateRecord] = []
        do {
            var repetitions = RepetitionJudge()
            var reader = StateFileReader(limits: Limits()) { record, line in
                try repetitions.judge(record, line: line)
                records.append(record)
            }
            try reader.read(bytes)
            try reader.finish()
        } catch let error as StateFileError {
            throw FileMistake(line: nil, error.sentence)
        } catch let refusal as Refusal {
            throw FileMistake(line: nil, refusal.reason)
        } catch {
            throw FileMistake(line: nil, "the file is not an exported state")
        }
        return records
    }
}

/// An account that a person wrote in a few lines of YAML.
struct WrittenAccount: Sendable {
    let appID: String
    let secret: String
    let line: Int?
    private let kind: Account.Kind
    private let isCertified: Bool
    private let tags: [(id: Int, name: String, openIDs: [OpenID])]
    private let openIDs: [OpenID]

    /// The most followers that an account can get from a number such as `followers: 1000`.
    private static let most = 1_000_000

    static func all(in node: FileNode) throws(FileMistake) -> [WrittenAccount] {
        let fields = try FileFields(node, "the file", names: ["accounts"])
        guard let list = fields.node("accounts"), case .list(let nodes) = list.value, !nodes.isEmpty else {
            throw fields.wrong("accounts", "a list of accounts")
        }
        var accounts: [WrittenAccount] = []
        for node in nodes {
            let account = try WrittenAccount(node)
            guard !accounts.contains(where: { $0.appID == account.appID }) else {
                throw FileMistake(line: node.line, "the appid \(Refusal.quoted(account.appID)) occurs twice")
            }
            accounts.append(account)
        }
        return accounts
    }

    private init(_ node: FileNode) throws(FileMistake) {
        let names = ["appid", "secret", "kind", "certified", "tags", "followers"]
        let fields = try FileFields(node, "an account", names: names)
        guard let appID = try fields.text("appid", .appID) else {
            throw fields.wrong("appid", AdminMember.Text.appID.words)
        }
        guard let secret = try fields.text("secret", .secret) else {
            throw fields.wrong("secret", AdminMember.Text.secret.words)
        }
        self.appID = appID
        self.secret = secret
        line = node.line
        let kind = try fields.text("kind", .any) ?? "service"
        guard let known = Account.Kind(rawValue: kind) else { throw fields.wrong("kind", "service or subscription") }
        self.kind = known
        let certified = try fields.text("certified", .any) ?? "true"
        guard ["true", "false"].contains(certified) else { throw fields.wrong("certified", "true or false") }
        isCertified = certified == "true"
        let openIDs = try Self.followers(fields, appID)
        self.openIDs = openIDs
        tags = try Self.tags(fields, Set(openIDs))
    }

    /// Reads `followers: 1000`, or a list of openids.
    private static func followers(_ fields: FileFields, _ appID: String) throws(FileMistake) -> [OpenID] {
        guard let node = fields.node("followers") else { return [] }
        if case .scalar = node.value {
            let count = try fields.number("followers", in: 0...most) ?? 0
            var draw = SeededDraw(seed: 0, "openids", appID)
            let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
            let prefix = "o" + String((0..<5).map { _ in letters[Int(draw.next() % UInt64(letters.count))] })
            return (1...max(1, count)).prefix(count).compactMap { OpenID(DemoWorld.follower($0, prefix: prefix)) }
        }
        guard case .list(let list) = node.value else {
            throw fields.wrong("followers", "a number, or a list of openids")
        }
        return try openIDs(list)
    }

    private static func openIDs(_ list: [FileNode]) throws(FileMistake) -> [OpenID] {
        var openIDs: [OpenID] = []
        var seen: Set<OpenID> = []
        for node in list {
            guard case .scalar(let text, _) = node.value, let openID = OpenID(text) else {
                throw FileMistake(line: node.line, "this is not \(AdminMember.Text.openID.words)")
            }
            guard seen.insert(openID).inserted else { throw FileMistake(line: node.line, "\(openID) comes twice") }
            openIDs.append(openID)
        }
        return openIDs
    }

    /// Reads tags by id: `134: 广东`, or `134: {name: 广东, followers: [...]}` with the followers that have the tag.
    private static func tags(
        _ fields: FileFields, _ present: Set<OpenID>
    ) throws(FileMistake) -> [(id: Int, name: String, openIDs: [OpenID])] {
        guard let node = fields.node("tags") else { return [] }
        guard case .members(let members) = node.value else {
            throw fields.wrong("tags", "names by id, such as 134: 广东")
        }
        var tags: [(id: Int, name: String, openIDs: [OpenID])] = []
        var carried: [OpenID: Int] = [:]
        for (id, node) in members {
            let range = NumberRanges.tagID
            guard let number = Int(id), range.contains(number) else {
                throw FileMistake(
                    line: node.line,
                    "the id of a tag must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            if case .scalar(let name, _) = node.value {
                try judge(number, name, among: tags, line: node.line)
                tags.append((number, name, []))
                continue
            }
            let tag = try FileFields(node, "tag \(number)", names: ["name", "followers"])
            guard let name = try tag.text("name", .name) else { throw tag.wrong("name", AdminMember.Text.name.words) }
            try judge(number, name, among: tags, line: tag.line)
            var carriers: [OpenID] = []
            if let list = tag.node("followers") {
                guard case .list(let nodes) = list.value else { throw tag.wrong("followers", "a list of openids") }
                carriers = try openIDs(nodes)
                for (openID, node) in zip(carriers, nodes) {
                    carried[openID, default: 0] += 1
                    guard carried[openID, default: 0] <= Limits().tagsPerFollower else {
                        throw FileMistake(
                            line: node.line, Refusal.tooManyTags(openID, limit: Limits().tagsPerFollower).reason)
                    }
                }
            }
            if let stranger = carriers.first(where: { !present.contains($0) }) {
                throw tag.mistake("\(stranger) is not among the account's followers", at: "followers")
            }
            tags.append((number, name, carriers))
        }
        return tags.sorted { $0.id < $1.id }
    }

    /// Throws ``FileMistake`` with the line of the tag if the rules forbid this tag for an account that has `tags`.
    private static func judge(
        _ id: Int, _ name: String, among tags: [(id: Int, name: String, openIDs: [OpenID])], line: Int?
    ) throws(FileMistake) {
        let present = [(id: TagID.starred, name: TagID.starredName)] + tags.map { (id: TagID($0.id), name: $0.name) }
        do throws(Refusal) {
            try TagRules.judgeNew(TagID(id), named: name, among: present, limits: Limits())
        } catch {
            throw FileMistake(line: line, "tag \(id) is refused: \(error.reason)")
        }
    }

    func records(since: UnixTime) -> [StateRecord] {
        let account = Account(
            appID: AppID(appID), kind: kind, isCertified: isCertified, secret: Fingerprint(of: secret))
        let next = tags.last.map { TagID($0.id + 1) } ?? .firstCreated
        let state = AccountState(
            account: account, nextTagID: next,
            tags: tags.map { AccountState.Tag(id: TagID($0.id), name: $0.name) })
        var carried: [OpenID: [TagID]] = [:]
        for tag in tags { for openID in tag.openIDs { carried[openID, default: []].append(TagID(tag.id)) } }
        let followers = openIDs.map {
            FollowerState(
                openID: $0, since: since, isFollowing: true, isBlacklisted: false, tagIDs: carried[$0] ?? [],
                remark: "")
        }
        return [.account(state)] + (followers.isEmpty ? [] : [.followers(followers)])
    }
}
