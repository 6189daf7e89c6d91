import OfficialAccount
import TagStore

/// A change to followers, as the caller submitted it.
struct SubmittedClaim: Sendable {
    let effect: FollowerEffect<TagID?>
    let list: OpenIDList?
    let appID: AppID
    let answer: CheckedContinuation<Result<Void, Refusal>, Never>
}
