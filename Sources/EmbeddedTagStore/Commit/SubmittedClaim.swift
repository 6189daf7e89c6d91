import OfficialAccount
import TagStore

/// A change to followers that a caller has submitted and the store has not yet checked.
struct SubmittedClaim: Sendable {
    let effect: FollowerEffect<TagID?>
    let list: OpenIDList?
    let appID: AppID
    let answer: CheckedContinuation<Result<Void, Refusal>, Never>
}
