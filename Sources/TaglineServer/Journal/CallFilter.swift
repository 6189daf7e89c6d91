import AdminAPI
import OfficialAccount
import TagStore

/// Selects calls of the journal. A property that is nil excludes no call.
public struct CallFilter: Sendable, Hashable {
    public var account: AppID?
    /// A whole path, such as `/cgi-bin/tags/get`, or the last components of a path, such as `batchtagging`. The last
    /// components have no slash at their start.
    public var path: String?
    public var errcode: ErrorCode?
    /// True selects refused calls, and false selects successful ones.
    public var isRefused: Bool?
    public var openID: OpenID?
    public var rid: String?
    public var via: CallRecord.Via?
    /// Selects the calls on which this fault rule fired.
    public var fault: String?
    /// Selects calls from this moment on.
    public var since: UnixTime?
    /// Selects calls before this moment.
    public var until: UnixTime?

    public init() {}

    /// Returns whether the filter selects a call. The cheap comparisons come first.
    ///
    /// Only a filter by openid reads the spill file. It reads from the file only the calls that probably name the
    /// openid.
    func wants(_ entry: CallEntry) -> Bool {
        if let errcode, entry.code != errcode { return false }
        if let isRefused, (entry.code != .ok) != isRefused { return false }
        if let via, entry.via != via { return false }
        if let fault, entry.fault?.hasSameBytes(as: fault) != true { return false }
        if let since, entry.time < since { return false }
        if let until, entry.time >= until { return false }
        if let path, !Self.isNamed(entry.path, path) { return false }
        if let rid, entry.rid?.description != rid { return false }
        if let account, entry.accountName?.hasSameBytes(as: account.rawValue) != true { return false }
        if let openID, !entry.names(openID) { return false }
        return true
    }

    /// Returns whether `wanted` is `path`, or one or more of the last components of `path`. If `wanted` is not the
    /// whole path, its upper-case letters count as lower-case letters.
    static func isNamed(_ path: String, _ wanted: String) -> Bool {
        if path.hasSameBytes(as: wanted) { return true }
        let end = ("/" + wanted.lowercased()).utf8
        return !wanted.utf8.starts(with: "/".utf8) && path.utf8.reversed().starts(with: end.reversed())
    }
}
