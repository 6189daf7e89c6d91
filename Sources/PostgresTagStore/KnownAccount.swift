import OfficialAccount
import TagStore

/// The settings of an account in a node's cache.
///
/// They are valid only while the account in the database still has the same `version`.
struct KnownAccount: Sendable {
    let account: Account
    let version: Int
    let limits: Limits
}
