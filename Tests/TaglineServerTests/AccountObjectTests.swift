import AdminAPI
import Foundation
import TagStore
import Testing

@Suite struct AccountObjectTests {
    private struct Sample: AccountObject, Equatable {
        struct Rest: Codable, Equatable {
            let followers: Int
            let note: String?
        }

        let appID: String
        let settings: AccountSettings
        let rest: Rest
    }

    @Test func `one JSON object holds the appid, the settings and the other values of an account`() throws {
        let sample = Sample(
            appID: "wx1", settings: AccountSettings(kind: .service, isCertified: true, allowedAddresses: ["192.0.2.7"]),
            rest: Sample.Rest(followers: 3, note: nil))
        let json = try JSONEncoder().encode(sample)
        let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
        #expect(
            Set(object.keys) == [
                "appid", "kind", "certified", "frozen", "secret_frozen", "allowed_addresses", "limits", "quotas",
                "followers",
            ])
        #expect(object["appid"] as? String == "wx1" && object["certified"] as? Bool == true)
        #expect(try JSONDecoder().decode(Sample.self, from: json) == sample)
    }
}
