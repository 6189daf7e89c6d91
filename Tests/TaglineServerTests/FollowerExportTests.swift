import AdminAPI
import FollowerFiles
import Foundation
import OfficialAccount
import TagStore
import Testing
import WireTable

@testable import TaglineServer

/// Tests the formats in which the admin plane exports followers.
@Suite struct FollowerExportTests {
    private static let account = AppID("wxexport")
    private static let names = ["vip", "a;b", "100", "=1+1", "含,\"\u{301}引号", "name:vip"]
    /// Names that a spreadsheet or a reader of the file could misread.
    private static let oddNames = [
        "＝1", "\"=1", "“＋1", "=\u{301}", "'@x", "id:100", "x|y", "\"", "a,b", "\"a\",\"b\"", "－", "name:a;b",
        "k\u{200D}-",
    ]
    private static let remarks = ["", "Li, \"Wu\"", "=HYPERLINK(\"x\")", "两\n行", "王"]

    private static func openID(_ number: Int) throws -> OpenID {
        try #require(OpenID(DemoWorld.follower(number, prefix: "oExprt")))
    }

    /// Runs `body` with an account. The follower with the number n carries the tag `names[n]` and has the remark
    /// `remarks[n]`. The last follower has left.
    private func withFollowers(_ body: @Sendable (SandboxInProcess, [TagID]) async throws -> Void) async throws {
        try await withSandbox(isEmpty: true) { sandbox in
            try await sandbox.store.createAccount(
                Account(appID: Self.account, kind: .service, isCertified: true, secret: .zero))
            var tags: [TagID] = []
            for name in Self.names {
                tags.append(try await sandbox.store.createTag(named: name, id: nil, for: Self.account))
            }
            let openIDs = try (0...Self.names.count).map { try Self.openID($0) }
            try await sandbox.store.follow(openIDs, of: Self.account, at: testStart)
            for (openID, tag) in zip(openIDs, tags) {
                try await sandbox.store.batchTagging(OpenIDList([openID]), tag: tag, for: Self.account)
            }
            try await sandbox.store.batchTagging(OpenIDList([openIDs[0]]), tag: tags[4], for: Self.account)
            for (openID, remark) in zip(openIDs, Self.remarks) {
                try await sandbox.store.setRemark(remark, of: openID, for: Self.account)
            }
            try await sandbox.store.unfollow(Array(openIDs.suffix(1)), of: Self.account)
            try await body(sandbox, tags)
        }
    }

    private func export(_ format: String, from sandbox: SandboxInProcess) async throws -> WireResponse {
        try await sandbox.admin.send(WireRequest("GET", "/accounts/\(Self.account)/followers\(format)"))
    }

    @Test func `the CSV export has each follower's tags, and no text that a spreadsheet reads as a formula`()
        async throws
    {
        try await withFollowers { sandbox, tags in
            let answer = try await export("?format=csv", from: sandbox)
            #expect(answer.status == 200 && answer.headers["content-type"] == "text/csv; charset=utf-8")
            let since = testStart.seconds
            // The export writes a tag's id if the name looks like an id, a formula, a list or another tag's name.
            let cells = [
                "\"vip;含,\"\"\u{301}引号\",",
                "id:\(tags[1]),\"Li, \"\"Wu\"\"\"",
                "id:\(tags[2]),\"'=HYPERLINK(\"\"x\"\")\"",
                "id:\(tags[3]),两\\u{a}行",
                "\"含,\"\"\u{301}引号\",王",
                "id:\(tags[5]),",
            ]
            var expected = ["openid,since,tag,remark"]
            for (number, cells) in cells.enumerated() {
                let openID = try Self.openID(number)
                expected.append("\(openID),\(since),\(cells)")
            }
            #expect(answer.text == expected.joined(separator: "\n") + "\n")
        }
    }

    @Test func `an import reads every exported format`() async throws {
        try await withFollowers { sandbox, _ in
            for format in FollowerExport.allCases {
                let file = try await export("?format=\(format.rawValue)", from: sandbox)
                let answer = try await sandbox.admin.send(
                    WireRequest("POST", "/accounts/\(Self.account)/followers", body: file.body))
                let report = try JSONDecoder().decode(LinesReport.self, from: Data(answer.body))
                #expect(report.openIDs == Self.names.count && report.changed == 0, "\(format): \(answer.text)")
                #expect(report.broken == 0)
            }
        }
    }

    @Test func `a reader of the exported CSV finds the openids and tags of the account`() async throws {
        try await withSandbox(isEmpty: true) { sandbox in
            try await sandbox.store.createAccount(
                Account(appID: Self.account, kind: .service, isCertified: true, secret: .zero))
            let names = Self.names + Self.oddNames
            let openIDs = try (1...names.count).map { try Self.openID($0) }
            try await sandbox.store.follow(openIDs, of: Self.account, at: testStart)
            for (number, name) in names.enumerated() {
                let tag = try await sandbox.store.createTag(named: name, id: nil, for: Self.account)
                // Each follower carries the tag with the follower's own number and up to two tags after this tag.
                let list = OpenIDList(Array(openIDs[max(0, number - 2)...number]))
                try await sandbox.store.batchTagging(list, tag: tag, for: Self.account)
                try await sandbox.store.setRemark("＝1;=2\"," + name, of: openIDs[number], for: Self.account)
            }
            let file = try await sandbox.page("/console/export?account=\(Self.account)&format=csv")
            let read = try Self.read(file.body, try await sandbox.store.tags(of: Self.account))
            let profiles = try await sandbox.store.profiles(of: openIDs, for: Self.account)
            #expect(read.count == names.count)
            for profile in profiles {
                #expect(read[profile.openID] == Set(profile.following?.tagIDs ?? []), "\(profile.openID)")
            }
        }
    }

    /// Reads `file` as a bulk run does, and returns the tags of each follower.
    private static func read(_ file: [UInt8], _ tags: [OfficialAccount.Tag]) throws -> [OpenID: Set<TagID>] {
        var cells = TagCells(tags: tags)
        var read: [OpenID: Set<TagID>] = [:]
        var reader = FollowerReader(FollowerColumns())
        let take: (FollowerRow) throws -> Void = { row in
            guard case .follower(let openID, let text, _) = row else {
                Issue.record("\(row)")
                return
            }
            let meant = try text.map { try cells.meant(by: $0) } ?? []
            read[openID] = Set(
                meant.compactMap { if case .tag(let id) = $0 { id } else { nil } })
            #expect(cells.missing.isEmpty)
        }
        try file.withUnsafeBytes { try reader.read($0, take) }
        try reader.finish(take)
        return read
    }

    @Test func `the NDJSON export and the pages of followers have the same object for each follower`() async throws {
        try await withFollowers { sandbox, _ in
            let answer = try await export("?format=ndjson", from: sandbox)
            let page = try await sandbox.admin.send(
                WireRequest("GET", "/accounts/\(Self.account)/followers/page?limit=1000"))
            let listing = try JSONDecoder().decode(FollowerListing.self, from: Data(page.body))
            let lines = try answer.text.split(separator: "\n").map { line in
                try JSONDecoder().decode(FollowerInfo.self, from: Data(line.utf8))
            }
            #expect(lines == listing.followers && lines.count == Self.names.count)
        }
    }

    @Test func `an export without a format contains only the openids of present followers`() async throws {
        try await withFollowers { sandbox, _ in
            let openIDs = try (0..<Self.names.count).map { try "\(Self.openID($0))" }
            for format in ["", "?format=openids"] {
                let answer = try await export(format, from: sandbox)
                #expect(answer.text.split(separator: "\n").map(String.init) == ["openid"] + openIDs)
            }
            let wrong = try await export("?format=xlsx", from: sandbox)
            #expect(wrong.status == 400 && wrong.text.contains("format must be openids or csv or ndjson"))
        }
    }
}
