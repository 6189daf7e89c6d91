import AdminAPI
import Crypto
import Foundation
import OfficialAccount
import TagStore

/// Writes records as the lines of a state file.
public struct StateFileWriter {
    private var digest = SHA256()
    private var accounts = 0
    private var followers = 0

    public init() {}

    mutating func begin() -> [UInt8] {
        taken(line(StateFile.Line(tagline_state: StateFile.version)))
    }

    /// Returns the lines of one record.
    public mutating func lines(of record: StateRecord) -> [UInt8] {
        switch record {
        case .account(let state):
            accounts += 1
            return taken(line(StateFile.Line(account: StateFile.AccountLine(state))))
        case .followers(let part):
            followers += part.count
            var json = JSONText(capacity: part.count * 80)
            for follower in part { follower.write(to: &json) }
            return taken(json.bytes)
        case .token(let token):
            return taken(line(StateFile.Line(token: StateFile.TokenLine(token))))
        case .counter(let counter):
            let count = StateFile.CountLine(name: counter.name, period: counter.period, count: counter.count)
            return taken(line(StateFile.Line(count: count)))
        }
    }

    /// Returns the last line.
    func end() -> [UInt8] {
        let end = StateEnd(
            accounts: accounts, followers: followers, sha256: Hexadecimal.text(digest.finalize()))
        return line(StateFile.Line(end: end))
    }

    private mutating func taken(_ bytes: [UInt8]) -> [UInt8] {
        digest.update(data: bytes)
        return bytes
    }

    private func line(_ line: StateFile.Line) -> [UInt8] {
        Array(EncodedJSON.text(line).utf8) + [UInt8(ascii: "\n")]
    }
}

extension FollowerState {
    /// Writes a follower without an encoder, because a state can have millions of followers. Leaves out each member
    /// that has its usual value.
    fileprivate func write(to json: inout JSONText) {
        json.object { line in
            line.field("openid") { $0.openID(openID) }
            line.field("since", Int(since.seconds))
            if !isFollowing { line.field("left", true) }
            if isBlacklisted { line.field("blacklisted", true) }
            if !tagIDs.isEmpty { line.field("tags") { json in json.array(tagIDs) { $1.number($0.rawValue) } } }
            if !remark.isEmpty { line.field("remark", remark) }
        }
        json.raw("\n")
    }
}

extension StateFile.AccountLine {
    fileprivate init(_ state: AccountState) {
        self.init(
            appID: state.account.appID.rawValue, settings: state.account.settings,
            rest: Rest(
                secret_sha256: state.account.secret, next_tag_id: state.nextTagID.rawValue,
                tags: state.tags.map { Tag(id: $0.id.rawValue, name: $0.name) }))
    }
}

extension StateFile.TokenLine {
    fileprivate init(_ token: TokenRecord) {
        self.init(
            sha256: token.fingerprint, kind: token.kind,
            salt: Hexadecimal.text(token.salt), issued_at: token.issuedAt.seconds,
            expires_at: token.expiresAt.seconds, works_until: token.worksUntil?.seconds,
            forced_day: token.forcedRefreshes.day, forced_count: token.forcedRefreshes.count,
            forced_last: token.forcedRefreshes.last?.seconds)
    }
}
