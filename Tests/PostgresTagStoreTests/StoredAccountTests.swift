import OfficialAccount
import TagStore
import Testing

@testable import PostgresTagStore

/// Checks that accounts are stored in the form of earlier versions.
@Suite struct StoredAccountTests {
    private static let text =
        #"{"allowedAddresses":["192.0.2.7"],"isCertified":true,"isFrozen":false,"isSecretFrozen":true,"#
        + #""kind":"subscription","limits":{"tags_per_follower":30},"#
        + #""quotas":{"/cgi-bin/tags/get":{"per_day":9}},"secret":"\#(String(repeating: "0", count: 64))"}"#

    private static var account: Account {
        var account = Account(
            appID: AppID("wxmine"), kind: .subscription, isCertified: true, secret: .zero, isSecretFrozen: true,
            allowedAddresses: ["192.0.2.7"], quotas: ["/cgi-bin/tags/get": CallQuota(perDay: 9)])
        account.limits.tagsPerFollower = 30
        return account
    }

    @Test func `the store writes an account in the same form as earlier versions`() {
        #expect(Self.account.stored.text.map { String(decoding: $0, as: UTF8.self) } == Self.text)
    }

    @Test func `the store reads an account that an earlier version wrote`() throws {
        let stored = try Array(Self.text.utf8).withUnsafeBytes { try StoredJSON.value(StoredAccount.self, $0) }
        #expect(
            Account(appID: AppID("wxmine"), secret: stored.secret, settings: stored.settings) == Self.account)
    }
}
