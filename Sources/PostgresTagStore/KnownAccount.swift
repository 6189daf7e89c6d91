import OfficialAccount
import TagStore

/// The cached settings of an account on a node. They are valid only while the database has the same version.
struct KnownAccount: Sendable {
    let account: Account
    let version: Int
    let limits: Limits
}
