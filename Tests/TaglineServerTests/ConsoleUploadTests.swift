import AdminAPI
import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import TaglineServer

/// Writes a form with a file as a browser does.
struct UploadText {
    static let contentType = "multipart/form-data; boundary=----frontier"

    var fields: [(name: String, value: String)]
    var file: String
    /// The name of the file, as the form writes it between quotes.
    var fileName = "followers.csv"
    /// Whether the file comes before the fields.
    var isFileFirst = false

    private var filePart: String {
        "------frontier\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(fileName)\"\r\n"
            + "Content-Type: text/csv\r\n\r\n\(file)\r\n"
    }

    private var fieldParts: String {
        fields.map { name, value in
            "------frontier\r\ncontent-disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
        }.joined()
    }

    var body: [UInt8] {
        Array(((isFileFirst ? filePart + fieldParts : fieldParts + filePart) + "------frontier--\r\n").utf8)
    }
}

@Suite struct UploadParserTests {
    private static let file = "openid\r\n--frontier\r\n----frontie\r\n-----\r\r\n\r\n\u{FEFF}星\u{301}\r\n"

    private static let form = UploadText(
        fields: [("account", "wx1"), ("name", "星\u{301}\r\n\"x\""), ("empty", "")], file: file)

    /// Reads `body` in pieces of `size` bytes. Returns the parser and the file.
    private func parse(_ body: [UInt8], by size: Int) throws -> (UploadParser, String) {
        var parser = try UploadParser(contentType: UploadText.contentType)
        var file = ByteBuffer()
        for start in stride(from: 0, to: body.count, by: size) {
            file.writeImmutableBuffer(
                try parser.read(ByteBuffer(bytes: body[start..<min(start + size, body.count)])))
        }
        return (parser, String(buffer: file))
    }

    @Test(arguments: [1, 2, 3, 7, 64, 100_000])
    func `the parser reads the same form from pieces of any size`(size: Int) throws {
        let (parser, file) = try parse(Self.form.body, by: size)
        #expect(file == Self.file)
        #expect(parser.fields.map(\.name) == ["account", "name", "empty"])
        #expect(parser.fields.map(\.value) == ["wx1", "星\u{301}\r\n\"x\"", ""])
        #expect(parser.isAtEnd)
    }

    @Test(arguments: ["", "\u{301}x.csv", "a; name=%22account.csv", "粉丝.csv"])
    func `the name of the file does not matter`(name: String) throws {
        var form = Self.form
        form.fileName = name
        let (parser, file) = try parse(form.body, by: 100_000)
        #expect(file == Self.file && parser.fields.count == 3)
    }

    @Test func `the parser does not reach the end of a form whose last bytes are missing`() throws {
        let body = Self.form.body
        // The bytes after the last delimiter do not matter.
        for length in 0..<(body.count - "--\r\n".utf8.count) {
            let (parser, _) = try parse(Array(body.prefix(length)), by: 100_000)
            #expect(!parser.isAtEnd)
        }
    }

    @Test func `the parser ignores the bytes after the file`() throws {
        let more = Self.form.body.dropLast("--\r\n".utf8.count) + Array("\r\nContent-Dis".utf8)
        let (parser, file) = try parse(Array(more), by: 5)
        #expect(file == Self.file && parser.isAtEnd)
    }

    @Test(arguments: [
        "", "text/plain", "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=a",
        "multipart/form-data; boundary=" + String(repeating: "a", count: 71),
    ])
    func `the parser refuses a content type that is not multipart form data with a boundary`(type: String) {
        #expect(throws: UploadParser.Fault.otherType) { _ = try UploadParser(contentType: type) }
    }

    private static let headers = "------frontier\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n"
    private static let long = String(repeating: "a", count: 70_000)
    private static let bad: [(body: String, fault: UploadParser.Fault)] = [
        (String(repeating: "openid\n", count: 10), .otherForm),
        ("------frontier is something else\r\n\r\n", .otherForm),
        ("------frontier\r\nContent-Type: text/csv\r\n\r\n", .namelessPart),
        ("------frontier\r\nContent-Disposition: form-data; name=x\r\n\r\n", .namelessPart),
        ("------frontier\r\n" + long, .longHead),
        (headers + long, .longHead),
    ]

    @Test(arguments: bad)
    func `the parser gives the reason why a body is not a form with a file`(body: String, fault: UploadParser.Fault) {
        #expect(throws: fault) { _ = try parse(Array(body.utf8), by: 1000) }
    }
}

@Suite struct UploadedFormTests {
    private static let form = UploadText(fields: [("account", "wx1"), ("import", "a")], file: "one\ntwo\n")

    private static func request(_ body: [UInt8], length: Int? = nil) -> Request {
        var head = HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: ConsoleForm.importFile.path)
        head.headerFields[.contentType] = UploadText.contentType
        head.headerFields[.contentLength] = length.map(String.init)
        return Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: body)))
    }

    @Test func `an uploaded form returns its fields before its file, and reports the number of bytes read`()
        async throws
    {
        let body = Self.form.body
        let upload = try UploadedForm(Self.request(body, length: body.count))
        #expect(upload.declared == body.count)
        #expect(try await upload.fields().raw("account") == "wx1")
        let imports = FollowerImports()
        try imports.begin("a", total: upload.declared)
        var file = ByteBuffer()
        for try await piece in upload.file(noting: { imports.note($0, of: "a") }) { file.writeImmutableBuffer(piece) }
        #expect(String(buffer: file) == "one\ntwo\n")
        guard case .running(let bytes, let total)? = imports["a"] else {
            Issue.record("the import does not run")
            return
        }
        #expect(bytes == body.count && total == body.count)
    }

    @Test func `reading throws an error if the last bytes of the file are missing`() async throws {
        let upload = try UploadedForm(Self.request(Array(Self.form.body.dropLast(22))))
        _ = try await upload.fields()
        await #expect(throws: AdminError.self) {
            for try await _ in upload.file(noting: { _ in }) {}
        }
    }

    @Test func `the console refuses a form that has no file or has too many bytes`() async throws {
        let bare = try UploadedForm(Self.request(Array("------frontier--\r\n".utf8)))
        await #expect(throws: AdminError.self) { _ = try await bare.fields() }
        #expect(throws: AdminError.self) { _ = try UploadedForm(Self.request([], length: UploadedForm.most + 1)) }
        _ = try UploadedForm(Self.request([], length: UploadedForm.most))
    }

    @Test func `only the form with a file may arrive as slowly as a stream of lines`() {
        func takes(_ method: HTTPRequest.Method, _ path: String) -> Bool {
            Console.takesFile(HTTPRequest(method: method, scheme: "http", authority: "localhost", path: path))
        }
        #expect(takes(.post, ConsoleForm.importFile.path) && takes(.post, ConsoleForm.importFile.path + "?a=b"))
        #expect(!takes(.get, ConsoleForm.importFile.path) && !takes(.post, "/console/followers/import"))
    }
}

@Suite struct FollowerImportsTests {
    @Test func `only a limited number of imports runs at the same time, and no import runs twice`() throws {
        let imports = FollowerImports()
        for number in 0..<FollowerImports.most { try imports.begin("\(number)", total: nil) }
        #expect(throws: ConsoleMistake.self) { try imports.begin("one more", total: nil) }
        imports.end("0", .failed("why"))
        #expect(throws: ConsoleMistake.self) { try imports.begin("1", total: nil) }
        try imports.begin("one more", total: 7)
        #expect(imports["never"] == nil)
    }

    @Test func `the console keeps the results of the latest imports, and never removes a running import`() throws {
        let imports = FollowerImports()
        try imports.begin("runs", total: 7)
        for number in 0...FollowerImports.remembered { imports.end("\(number)", .failed("why")) }
        #expect(imports["0"] == nil && imports["1"] != nil && imports["runs"] != nil)
        imports.note(5, of: "1")
        guard case .ended? = imports["1"] else {
            Issue.record("an ended import runs again")
            return
        }
    }

    @Test(arguments: [(0, 7, 0), (3, 7, 42), (7, 7, 100), (9, 7, 100), (0, 0, 100), (-1, 7, 0), (5, Int.max, 0)])
    func `the progress of an import is between 0 and 100 percent`(bytes: Int, total: Int, percent: Int) {
        #expect(FollowerImportProgress.percent(bytes, total) == percent)
    }

    private func html(_ state: FollowerImports.State?, asked: Int = 0) -> String {
        FollowerImportProgress(account: "wx1", name: "\"><b>", state: state, asked: asked).html(.english)
    }

    @Test func `the page requests the progress bar again and again until the import ends`() {
        let running = html(.running(bytes: 1 << 20, total: 4 << 20))
        #expect(running.contains("value=\"25\"") && running.contains("every 500ms"))
        #expect(running.contains("1.0 MiB of 4.0 MiB read"))
        #expect(html(.running(bytes: 5, total: nil)).contains("<progress aria-label"))
        let failed = html(.ended(.failed("<script>")))
        #expect(failed.contains("&lt;script&gt;") && !failed.contains("every") && !failed.contains("<progress"))
        let done = html(.ended(.done(LinesReport())))
        #expect(done.contains("Show the result") && !done.contains("every"))
        for text in [running, failed, done] { #expect(!text.contains("\"><b>")) }
    }

    @Test func `htmx stops its requests for an import that never begins`() {
        #expect(html(nil).contains("asked=1") && html(nil, asked: 5).contains("asked=6"))
        let given = html(nil, asked: FollowerImportProgress.patience)
        #expect(given.contains("No file has arrived") && !given.contains("every"))
    }

    @Test func `many long reasons do not make the page too long`() {
        var report = LinesReport()
        report.broken = 5000
        report.errors = (1...1000).map { number in
            LinesReport.BrokenLine(line: number, reason: "line \(number): " + String(repeating: "\"<", count: 40))
        }
        var form = FollowerImportForm(name: "a")
        form.end = .done(report)
        let html = PageLibrary.render(
            FollowerImportForm.template, form.data(.english, account: "wx1").merging(["t": Words.english.texts]) { $1 })
        #expect(html.utf8.count < 15_000 && html.contains("line 1: ") && html.contains("more broken lines"))
    }
}
