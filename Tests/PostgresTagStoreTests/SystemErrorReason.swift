import OfficialAccount
import TagStore
import Testing

/// Returns the reason with which the store refuses `call`. Checks that the code is the code of a system error, and that
/// the reason is one line.
func systemErrorReason(_ call: () async throws -> Void) async throws -> String {
    do {
        try await call()
    } catch let refusal as Refusal {
        #expect(refusal.code == .systemError)
        #expect(!refusal.reason.contains("\n"))
        return refusal.reason
    }
    Issue.record("the call was not refused")
    return ""
}
