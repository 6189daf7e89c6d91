import AdminAPI
import Crypto
import Foundation
import OfficialAccount
import TagStore

/// Reads records from the lines of a state file. The file may arrive in pieces of any length.
struct StateFileReader {
    /// The most followers in one record.
    private static let batch = 4096

    private let take: (_ record: StateRecord, _ line: Int) throws -> Void
    private var judge: StateJudge
    private var line: [UInt8] = []
    private var number = 0
    private var digest = SHA256()
    private var account: AppID?
    private var accounts = 0
    private var followers = 0
    private var part: [FollowerState] = []
    /// The line of the first follower in ``part``.
    private var firstLine = 0
    private var isEnded = false

    /// - Parameters:
    ///   - limits: the limits of the store.
    ///   - take: gets the records in order, each with its line or the line of its first follower. An error that `take`
    ///     throws ends the reading.
    init(limits: Limits, _ take: @escaping (_ record: StateRecord, _ line: Int) throws -> Void) {
        judge = StateJudge(limits: limits)
        self.take = take
    }

    /// Reads the next piece, which may end anywhere. Throws ``StateFileError``, or the error of `take`.
    mutating func read(_ piece: some Collection<UInt8>) throws {
        var rest = piece[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            try append(rest[..<end])
            try endLine()
            rest = rest[rest.index(after: end)...]
        }
        try append(rest)
    }

    /// Throws ``StateFileError`` if the file is not complete. The caller calls this function after the last piece.
    func finish() throws {
        guard isEnded, line.isEmpty else {
            throw StateFileError(
                sentence: number == 0 && line.isEmpty
                    ? "the file is empty"
                    : "the file ends after line \(number), without the line that ends a state; it was cut short"
            )
        }
    }

    private mutating func append(_ bytes: some Collection<UInt8>) throws {
        guard line.count + bytes.count <= StateFile.longestLine else {
            throw wrong("is longer than \(StateFile.longestLine) bytes", at: number + 1)
        }
        line.append(contentsOf: bytes)
    }

    private mutating func endLine() throws {
        number += 1
        defer { line.removeAll(keepingCapacity: true) }
        guard !isEnded else { throw wrong("comes after the end") }
        let decoded = try decodedLine()
        if number == 1 {
            guard let version = decoded.tagline_state else {
                throw wrong("is not the beginning of a state: tagline_state is missing")
            }
            guard version == StateFile.version else {
                throw wrong("is of version \(version); this program reads version \(StateFile.version)")
            }
        } else if let end = decoded.end {
            try flush()
            guard end.accounts == accounts, end.followers == followers,
                end.sha256 == Hexadecimal.text(digest.finalize())
            else { throw wrong("does not agree with those before it; the file was changed or damaged") }
            isEnded = true
        } else {
            try takeRecord(decoded)
        }
        line.append(UInt8(ascii: "\n"))
        digest.update(data: line)
    }

    private func decodedLine() throws -> StateFile.Line {
        do {
            return try JSONDecoder().decode(StateFile.Line.self, from: Data(line))
        } catch {
            let what = number == 1 ? "is not the beginning of a state" : "is not a line of a state"
            throw wrong(LineFault(error, in: line).map { "\(what): \($0)" } ?? what)
        }
    }

    private mutating func takeRecord(_ decoded: StateFile.Line) throws {
        if let follower = decoded.openid {
            if part.isEmpty { firstLine = number }
            part.append(try self.follower(follower, decoded))
            if part.count == Self.batch { try flush() }
            return
        }
        try flush()
        if let line = decoded.account {
            let state = try accountState(line)
            try judging { () throws(Refusal) in try judge.judge(state) }
            try take(.account(state), number)
            account = AppID(line.appID)
            accounts += 1
        } else if let account, let token = decoded.token {
            let record = try record(token, of: account)
            try judging { () throws(Refusal) in try judge.judge(record) }
            try take(.token(record), number)
        } else if let account, let count = decoded.count {
            let counter = CallCounter(appID: account, name: count.name, period: count.period, count: count.count)
            try judging { () throws(Refusal) in try judge.judge(counter) }
            try take(.counter(counter), number)
        } else {
            throw wrong("is not a line of a state at this place\(Self.misplaced(decoded).map { ": \($0)" } ?? "")")
        }
    }

    /// Returns the mistake in a line that cannot come at its place; nil if the members of the line do not show it.
    private static func misplaced(_ line: StateFile.Line) -> String? {
        if line.token != nil || line.count != nil { return "no account comes before it" }
        if line.tagline_state != nil { return "tagline_state belongs in line 1" }
        return line.since != nil || line.tags != nil ? "openid is missing" : nil
    }

    private mutating func flush() throws {
        guard !part.isEmpty else { return }
        followers += part.count
        try take(.followers(part), firstLine)
        part.removeAll(keepingCapacity: true)
    }

    private func follower(_ text: String, _ line: StateFile.Line) throws -> FollowerState {
        guard let openID = OpenID(text) else {
            throw wrong("is not a follower: openid must be \(AdminMember.Text.openID.words)")
        }
        guard let since = line.since else { throw wrong("is not a follower: since is missing") }
        let follower = FollowerState(
            openID: openID, since: UnixTime(seconds: since), isFollowing: line.left != true,
            isBlacklisted: line.blacklisted == true, tagIDs: (line.tags ?? []).map { TagID($0) },
            remark: line.remark ?? "")
        try judging { () throws(Refusal) in try judge.judge(follower) }
        return follower
    }

    /// Runs `judgement`. If the rules refuse the record, throws the reason with the number of the line.
    private func judging(_ judgement: () throws(Refusal) -> Void) throws {
        do throws(Refusal) {
            try judgement()
        } catch {
            throw wrong("is refused: \(error.reason)")
        }
    }

    private func accountState(_ line: StateFile.AccountLine) throws -> AccountState {
        guard AdminMember.Text.appID.matches(line.appID) else {
            throw wrong("is not an account: appid must be \(AdminMember.Text.appID.words)")
        }
        var settings = line.settings
        guard settings.allowedAddresses.count <= IPAddress.mostAllowed,
            let addresses = IPAddress.allowed(settings.allowedAddresses)
        else {
            throw wrong(
                "is not an account: allowed_addresses must be an array of at most \(IPAddress.mostAllowed), each "
                    + AdminMember.Text.address.words)
        }
        settings.allowedAddresses = addresses
        if let path = settings.quotas.keys.sorted().first(where: { !AdminMember.Text.path.matches($0) }) {
            throw wrong("is not an account: \(Refusal.quoted(path)) in quotas is not \(AdminMember.Text.path.words)")
        }
        return AccountState(
            account: Account(appID: AppID(line.appID), secret: line.rest.secret_sha256, settings: settings),
            nextTagID: TagID(line.rest.next_tag_id),
            tags: line.rest.tags.map { AccountState.Tag(id: TagID($0.id), name: $0.name) })
    }

    private func record(_ line: StateFile.TokenLine, of account: AppID) throws -> TokenRecord {
        guard let salt = Hexadecimal.bytes(line.salt) else {
            throw wrong("is not a token: salt must be bytes in hexadecimal")
        }
        return TokenRecord(
            fingerprint: line.sha256, appID: account, kind: line.kind, salt: salt,
            issuedAt: UnixTime(seconds: line.issued_at), expiresAt: UnixTime(seconds: line.expires_at),
            worksUntil: line.works_until.map(UnixTime.init(seconds:)),
            forcedRefreshes: ForcedRefreshes(
                day: line.forced_day, count: line.forced_count, last: line.forced_last.map(UnixTime.init(seconds:))))
    }

    private func wrong(_ what: String, at line: Int? = nil) -> StateFileError {
        StateFileError(sentence: "line \(line ?? number) \(what)")
    }
}
