import OfficialAccount
import TagStore
import TagStoreConformance
import Testing
import WireTable

@testable import TaglineServer

/// Imports files on the follower page in the same way as a browser without JavaScript.
@Suite struct ConsoleImportTests {
    private static let service = DemoWorld.service.appID.rawValue
    private static let page = "/console/followers?account=\(service)"

    private static func openID(_ number: Int) -> String { "\(OpenID.numbered("ocYxcuImport", number))" }

    private static func form(_ file: String, _ fields: [(name: String, value: String)] = []) -> UploadText {
        var form = UploadText(fields: [("account", service), ("back", page), ("import", "mine")], file: file)
        form.fields += fields
        return form
    }

    private func follow(_ numbers: [Int], in sandbox: SandboxInProcess) async throws -> Bool {
        let openIDs = try numbers.map { try #require(OpenID(Self.openID($0))) }
        let profiles = try? await sandbox.store.profiles(of: openIDs, for: DemoWorld.service.appID)
        return profiles?.allSatisfy { $0.following != nil } ?? false
    }

    @Test func `an import adds the followers in a file and reports the file's broken lines`() async throws {
        try await withSandbox { sandbox in
            let file = "name,openid\r\nWang,\(Self.openID(1))\r\n<Li>,nonsense\r\nZhao,\(Self.openID(2))\r\n"
            let sent = try await sandbox.upload(Self.form(file))
            #expect(sent.status == 303)
            let place = try #require(sent.headers["location"])
            let page = try await sandbox.page(place)
            #expect(page.text.contains("<dt>openids read</dt><dd>2</dd><dt>new followers</dt><dd>2</dd>"))
            #expect(page.text.contains("line 3: ") && !page.text.contains("more broken lines"))
            #expect(try await follow([1, 2], in: sandbox))
            // A second import of the same file adds no follower.
            let again = try await sandbox.page(
                try #require(try await sandbox.upload(Self.form(file)).headers["location"]), language: .chinese)
            #expect(again.text.contains("<dt>新增粉丝</dt><dd>0</dd>"))
        }
    }

    @Test func `an import adds all followers of a long file and reads the column that the form gives`() async throws {
        try await withSandbox { sandbox in
            let count = 25_000
            let lines = (1...count).map { "\($0),\(Self.openID($0))\n" }.joined()
            let sent = try await sandbox.upload(Self.form("number,member\n" + lines, [("column", "member")]))
            #expect(sent.status == 303)
            #expect(try await follow([1, 9_999, 10_001, count], in: sandbox))
            let accounts = try await sandbox.store.accounts()
            #expect(accounts.first { $0.account.appID == DemoWorld.service.appID }?.followers == 1002 + count)
        }
    }

    @Test func `the page and the progress bar both say why the console cannot use a file`() async throws {
        try await withSandbox { sandbox in
            let visitors: [(headers: [(name: String, value: String)], status: Int)] = [
                ([], 400), ([("HX-Request", "true")], 200),
            ]
            for (headers, status) in visitors {
                let sent = try await sandbox.upload(Self.form("nonsense\nand more\n"), headers: headers)
                #expect(sent.status == status)
                #expect(sent.text.contains("role=\"alert\"") && sent.text.contains("cannot be used"))
                #expect(sent.text.contains("id=\"import\""))
            }
            let bar = try await sandbox.page("/console/followers/progress?account=\(Self.service)&import=mine")
            #expect(bar.text.contains("cannot be used") && !bar.text.contains("<html"))
            #expect(bar.headers["cache-control"] == "no-store")
        }
    }

    @Test func `if the end of a file does not arrive, the followers of its last lines are not added`() async throws {
        try await withSandbox { sandbox in
            let form = Self.form("\(Self.openID(1))\n\(Self.openID(2))\n")
            let sent = try await sandbox.upload(form, cut: 40)
            #expect(sent.status == 400 && sent.text.contains("did not arrive whole"))
            let isAdded = try await follow([2], in: sandbox)
            #expect(!isAdded)
        }
    }

    @Test func `an import adds no follower if the form did not come from a page of this console`() async throws {
        try await withSandbox { sandbox in
            let form = Self.form("\(Self.openID(1))\n")
            for token in ["", "00000000000000000000000000000000"] {
                #expect(try await sandbox.upload(form, token: token).status == 403)
            }
            var reversed = form
            reversed.isFileFirst = true
            #expect(try await sandbox.upload(reversed).status == 403)
            let foreign = try await sandbox.upload(form, headers: [("Origin", "https://example.com")])
            #expect(foreign.status == 403)
            let plain = try await sandbox.submit("/console/followers/upload", ["account": Self.service])
            #expect(plain.status == 400 && plain.text.contains("multipart/form-data"))
            let isAdded = try await follow([1], in: sandbox)
            #expect(!isAdded)
        }
    }

    @Test func `an import reports that its account is gone`() async throws {
        try await withSandbox { sandbox in
            var form = Self.form("\(Self.openID(1))\n")
            form.fields[0].value = "wxgone"
            let sent = try await sandbox.upload(form)
            #expect(sent.status == 404 && sent.text.contains("wxgone"))
        }
    }

    @Test func `the console also imports followers from lines in the form`() async throws {
        try await withSandbox { sandbox in
            let sent = try await sandbox.submit(
                "/console/followers/import",
                ["account": Self.service, "import": "lines", "openids": "\(Self.openID(1))\r\nnonsense"])
            let page = try await sandbox.page(try #require(sent.headers["location"]))
            #expect(page.text.contains("line 2: ") && page.text.contains("<dt>new followers</dt><dd>1</dd>"))
            #expect(try await follow([1], in: sandbox))
        }
    }

    @Test func `forms on a page return to the page without the import's result, and the page shows a curl command`()
        async throws
    {
        try await withSandbox { sandbox in
            let page = try await sandbox.page(Self.page + "&import=mine")
            #expect(page.text.contains("curl -s -X POST -T followers.csv"))
            #expect(page.text.contains("enctype=\"multipart/form-data\"") && page.text.contains("1.0 GiB"))
            #expect(page.text.contains("name=\"back\" value=\"\(Self.page)\""))
        }
    }

    @Test func `the export contains every follower, and nobody who has left`() async throws {
        try await withSandbox { sandbox in
            let answer = try await sandbox.page("/console/export?account=\(Self.service)")
            #expect(answer.headers["content-disposition"] == "attachment; filename=\"followers.csv\"")
            #expect(answer.headers["cache-control"] == "no-store")
            let lines = answer.text.split(separator: "\n").map(String.init)
            #expect(lines.count == 1 + 1002 && lines.first == "openid")
            #expect(lines.contains(DemoWorld.documentedOpenIDs[0]) && !lines.contains(DemoWorld.left))
            #expect(try await sandbox.page("/console/export?account=wxgone").status == 404)
        }
    }

    @Test func `the page offers the export in each format`() async throws {
        try await withSandbox { sandbox in
            let page = try await sandbox.page(Self.page)
            for format in FollowerExport.allCases where format != .openIDs {
                let link = "/console/export?account=\(Self.service)&amp;format=\(format.rawValue)"
                #expect(page.text.contains(link))
                #expect(page.text.contains("/accounts/\(Self.service)/followers?format=\(format.rawValue)"))
            }
            let csv = try await sandbox.page("/console/export?account=\(Self.service)&format=csv")
            // Excel reads a file as UTF-8 only if the file begins with a byte order mark.
            #expect(csv.text.hasPrefix("\u{FEFF}openid,since,tag,remark\n"))
            #expect(csv.headers["content-disposition"] == "attachment; filename=\"followers.csv\"")
            let lines = try await sandbox.page("/console/export?account=\(Self.service)&format=ndjson")
            #expect(lines.headers["content-disposition"] == "attachment; filename=\"followers.ndjson\"")
            #expect(lines.headers["content-type"] == "application/x-ndjson")
            #expect(lines.text.split(separator: "\n").count == 1002)
        }
    }
}

extension SandboxInProcess {
    /// Sends a form with a file as a browser does.
    ///
    /// - Parameters:
    ///   - token: the form token; nil means the token of a page.
    ///   - cut: the number of bytes at the end that do not arrive.
    func upload(
        _ form: UploadText, headers: [(name: String, value: String)] = [], token: String? = nil, cut: Int = 0
    ) async throws -> WireResponse {
        let page = try await page("/console/followers")
        let right = try #require(page.text.firstMatch(of: /name="form-token" value="([0-9a-f]+)"/))
        var form = form
        form.fields.append(("form-token", token ?? String(right.1)))
        var request = WireRequest(
            "POST", ConsoleForm.importFile.path, headers: [("Content-Type", UploadText.contentType)],
            body: Array(form.body.dropLast(cut)))
        request.headers += headers
        return try await admin.send(request)
    }
}
