import OfficialAccount
import Testing

@testable import FollowerFiles

private let one = follower(1)
private let two = follower(2)

@Suite struct FollowerReaderTests {
    @Test(arguments: [
        // A quoted cell holds line ends, separators and quotes.
        (
            "openid,note,tag\n\(one),\"likes tea\nand cake\",102\n\(two),x,103\n",
            [good(1, 2, "102"), good(2, 4, "103")]
        ),
        ("openid,note,tag\r\n\(one),\"a\r\nb\rc\",102\r\n\(two),,103", [good(1, 2, "102"), good(2, 5, "103")]),
        ("openid,note,tag\r\(one),\"a\r\rb\",102\r\(two),,103\r", [good(1, 2, "102"), good(2, 5, "103")]),
        ("openid,note,tag\n\(one),\"\(two),103\n\(two),103\n\",102\n", [good(1, 2, "102")]),
        ("openid,note,tag\n\(one),\"say \"\"tea, please\"\"\n\",102\n", [good(1, 2, "102")]),
        ("openid,\"a\nnote\",tag\n\(one),,102\n", [good(1, 3, "102")]),
        ("openid;tag;note\n\(one);\"102\";\"a;\n\"\"\"\n\(two);103;\"\"", [good(1, 2, "102"), good(2, 4, "103")]),
        ("note\topenid\ttag\n\"x\ty\n\"\t\(one)\t102\n", [good(1, 2, "102")]),
        ("openid,note\n\"\n\(one)\n\",x\n", [good(1, 2)]),
        // A quote anywhere else is text.
        ("openid,name,tag\n\(one),5\" pipe,102\n\(two),x,103\n", [good(1, 2, "102"), good(2, 3, "103")]),
        ("openid,name,tag\n\(one),a \"b\" c,102\n\(two),6\",103\n", [good(1, 2, "102"), good(2, 3, "103")]),
        ("openid,name,tag\n\(one), \"x,102\n\(two),x,103\n", [good(1, 2, "102"), good(2, 3, "103")]),
        ("openid,tag,name\n\(one),102,5\"\n\(two),103,\"\"\"6\"\n", [good(1, 2, "102"), good(2, 3, "103")]),
        ("openid,name,tag\n\(one),\"5\"\" pipe\",102\n\(two),'x,103\n", [good(1, 2, "102"), good(2, 3, "103")]),
        ("name 5\";openid;tag\nx\";\(one);102\n", [good(1, 2, "102")]),
    ])
    func `cells are read as RFC 4180 has them`(text: String, expected: [FollowerRow]) throws {
        for pieces in [1, 2, 7, 65_536] { #expect(try rows(text, pieces: pieces) == expected, "\(pieces)") }
    }

    @Test(arguments: [
        "openid\n", "\u{FEFF}OpenID\r\n", "\u{FEFF}\u{FEFF}\"openid\"\r", "sep=;\nopenid;a, b\n",
        "\u{FEFF}sep=,\r\nOPENID,x\r\n",
        "\"sep=;\"\nopenid;x\n", "SEP=\t\nopenid\ta,b\n", "sep=|\nopenid|a,b;c\n", "sep=;\nopenid,name\n",
        "sep=;,,\nopenid;x\n",
        "openid;a, b\n", "openid\ta;b,c\n", "openid,a;b;c\n", " openid , x\n", "\u{200B}openid\u{A0};x\n",
        "open_id,x\n", "Open ID\n",
        "\n\r\n   \nopenid\n", ",,,\n\t\nopenid,x\n", "",
    ])
    func `a header tells where the openid is`(header: String) throws {
        for end in ["\n", "\r", "\r\n"] {
            let rows = try rows(header + one + end + two + "\u{200E}" + end)
            let openIDs = rows.compactMap {
                if case .follower(let openID, _, _) = $0 { openID.description } else { nil }
            }
            #expect(openIDs == [one, two], "\(rows)")
        }
    }

    @Test(arguments: [
        "\u{200E}", "\u{200B}", "\u{FEFF}", "\u{A0}", "\u{3000}", "\u{200F}", "\u{202F}", "\u{2060}", "\u{202A}",
        "\u{2069}",
        "\u{AD}", "\u{180E}", "\u{2003}", "\u{2028}", "\u{85}", "\u{1}", "\u{1A}", "\u{7F}", "\u{FE0F}", "\u{E0001}",
        "\u{3164}",
        "\u{2800}", "\u{B}", " ", "\t",
    ])
    func `what cannot be seen around an openid is passed over`(unseen: String) throws {
        let lines = "\(unseen)\(one)\n\(two)\(unseen)\(unseen)\n\(unseen)\n"
        #expect(try rows(lines) == [good(1, 1), good(2, 2)])
        #expect(try rows("name,openid\nx,\(unseen)\(one)\nx,\"\(unseen)\(two)\"\n") == [good(1, 2), good(2, 3)])
        #expect(
            try rows(
                "{\"openid\":\"\(unseen == "\u{1}" || unseen.utf8.allSatisfy { $0 < 0x20 } ? " " : unseen)\(one)\"}\n")
                == [good(1, 1)])
        let within = try rows("\(one)\n" + one.prefix(9) + unseen + one.dropFirst(9) + "\n")
        guard case .bad(_, let reason, 2) = within.last else { return #expect(Bool(false), "\(within)") }
        #expect(reason.hasPrefix("not an openid: it holds U+"))
    }

    @Test func `a tag column holds a tag, several, or nothing`() throws {
        let text = """
            name,openid,tag
            "Ann ""the"" first, of many",\(one),vip
            Ben, \(two) ,"vip;beijing"
            Cid,\(one),
            Dan,\(two)
            Eve,,vip
            Fay
            ,,
            Gus,"\(one)",\u{3000}
            """
        #expect(
            try rows(text) == [
                good(1, 2, "vip"), good(2, 3, "vip;beijing"), good(1, 4), good(2, 5),
                .bad("", reason: "nothing in the column openid", line: 6),
                .bad("", reason: "nothing in the column openid", line: 7), good(1, 9),
            ])
    }

    @Test func `a row that has more cells than the header is not guessed at`() throws {
        let text = "openid,name,tag\n\(one),Wang, Li,102\n\(two),x,103,,\n"
        let expected: [FollowerRow] = [
            .bad(one, reason: "more cells than the header has; put a cell that holds a separator in quotes", line: 2),
            good(2, 3, "103"),
        ]
        #expect(try rows(text) == expected)
        // Where no tags are read it does not matter.
        #expect(try rows(text, FollowerColumns(tags: .unread)) == [good(1, 2), good(2, 3)])
    }

    @Test(arguments: [
        ("openid,tag\n\(one),\"102\n\(two),103\n", 2), ("openid,note,tag\n\(two),,103\n\(one),\"x,102\n", 3),
        ("\"\(one)\n\(two)\n", 1), ("openid,note\n\(one),\"a\n\"\n\(two),\"b\n\n\n", 4),
        ("openid,note\r\(one),\"\"\"\r", 2),
    ])
    func `a quote that is never closed is an error with its line`(text: String, line: Int) {
        for pieces in [1, 7, 65_536] {
            let failure = #expect(throws: UnusableFile.self) { try rows(text, pieces: pieces) }
            #expect(failure?.reason.contains("a quoted cell begins in line \(line) and does not end") == true)
        }
    }

    @Test func `text behind a quoted cell is a line that cannot be read, and the next is read`() throws {
        let text = "openid,note,tag\n\(one),\"5 inch,102\n\(two),x,103\n\(two),\"y\",104\n\(one),z,105\n"
        #expect(
            try rows(text) == [
                .bad(
                    "",
                    reason: "text behind a quoted cell; it goes on to line 4, see whether a quote should end earlier",
                    line: 2),
                good(1, 5, "105"),
            ])
    }

    @Test func `a record over many lines is told of`() throws {
        let text = "openid,note\n\(one),\"" + String(repeating: "x\n", count: 200) + "\"\n\(two),\n"
        let read = try read(Array(text.utf8))
        #expect(read.rows == [good(1, 2), good(2, 203)])
        #expect(read.remarks == [.longRecord(line: 2, lines: 201)])
    }

    @Test func `columns are named as a person likes`() throws {
        let text = "id,用户,Tags\n7,\(one),vip\n"
        let columns = FollowerColumns(openID: "用户", tags: .named("tags"))
        #expect(try rows(text, columns) == [good(1, 2, "vip")])
        #expect(try read(Array(text.utf8), FollowerColumns(openID: "用户")).remarks == [.unreadTags("Tags")])
        // One that has the same bytes comes first.
        #expect(try rows("USER,user\nx,\(one)\n", FollowerColumns(openID: "user")) == [good(1, 2)])
        // A file of one column may have any header that is named.
        #expect(try rows("user\n\(one)\n", FollowerColumns(openID: "User")) == [good(1, 2)])
        // The separator is the one by which the header has it.
        #expect(try rows("a,b;wer;c\nx;\(one);\n", FollowerColumns(openID: "wer")) == [good(1, 2)])
        #expect(
            try rows("{\"user\":\"\(one)\",\"t\":[\"a;b\",7]}\n", FollowerColumns(openID: "USER", tags: .named("t")))
                == [.follower(#require(OpenID(one)), tags: .list(["a;b", "7"]), line: 1)])
    }

    @Test(arguments: ["tags", "标签", "Tag_Name", "TAGID", "labels", "用户标签"])
    func `a column that looks like tags and is not read is told`(name: String) throws {
        #expect(try read(Array("openid,\(name)\n\(one),vip\n".utf8)).remarks == [.unreadTags(name)])
        #expect(try read(Array("{\"openid\":\"\(one)\",\"\(name)\":7}\n".utf8)).remarks == [.unreadTags(name)])
        #expect(try read(Array("openid,\(name)\n\(one),\n".utf8), FollowerColumns(tags: .named(name))).remarks == [])
        #expect(
            try read(Array("openid,tag,\(name)\n\(one),,\n".utf8), FollowerColumns(tags: .unread)).remarks
                == [.unreadTags("tag"), .unreadTags(name)])
    }

    @Test(arguments: [
        ("user,name\n1,2\n", FollowerColumns(), "its header has no column named openid, only user, name"),
        ("user;name;x\n1,2\n", FollowerColumns(), "only user, name, x"),
        ("openid,name\n\(one),x\n", FollowerColumns(openID: "user"), "no column named user, only openid, name"),
        ("openid,name\n\(one),x\n", FollowerColumns(tags: .named("vip")), "no column named vip, only openid, name"),
        ("openid,OpenID,name\n\(one),x\n", FollowerColumns(openID: "OPENID"), "two columns named openid"),
        ("openid,tag,Tag\n\(one),x,y\n", FollowerColumns(tags: .named("TAG")), "two columns named tag"),
        ("\(one)\n", FollowerColumns(openID: "user"), "it has no header, and so no column named user"),
        ("\(one)\n", FollowerColumns(tags: .named("vip")), "it has no header, and so no column named vip"),
        ("\(one),vip\n", FollowerColumns(), "several columns and no header"),
        ("nonsense\n", FollowerColumns(), "its only line is not an openid"),
        (String(repeating: "nonsense\n", count: 5000), FollowerColumns(), "none of its first 1000 lines"),
        (String(repeating: "nonsense\n", count: 5), FollowerColumns(), "none of its 5 lines"),
        ("{\"total\":2,\"data\":{\"openid\":[]}}\n", FollowerColumns(), "no member named openid, only total, data"),
        ("[{\"openid\":\"\(one)\"}]", FollowerColumns(), "it is one JSON array"),
        ("[\n  {\"openid\":\"\(one)\"}\n]", FollowerColumns(), "it is one JSON array"),
    ])
    func `a file of something else is told at once`(text: String, columns: FollowerColumns, reason: String) {
        let failure = #expect(throws: UnusableFile.self) { try rows(text, columns) }
        #expect(failure?.reason.contains(reason) == true, "\(failure as Any)")
    }

    @Test(
        arguments: [
            ([0x1F, 0x8B, 8, 0], "packed with gzip", "gzip -dc 'a b' > "),
            ([0x50, 0x4B, 3, 4, 20], "a zip archive", "unzip 'a b'"),
            (Array("PK\u{3}\u{4}....[Content_Types].xml".utf8), "an Excel workbook (xlsx)", "soffice"),
            (Array("PK\u{3}\u{4}mimetypeapplication/vnd.oasis.opendocument.spreadsheet".utf8), "(ods)", "soffice"),
            ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "(xls)", "soffice"),
            ([0xFF, 0xFE, 0x6F, 0x00], "text in UTF-16, not in UTF-8", "iconv -f UTF-16LE -t UTF-8 'a b'"),
            ([0xFE, 0xFF, 0x00, 0x6F], "UTF-16", "UTF-16BE"),
            (Array("openid".utf8).flatMap { [$0, 0] }, "UTF-16", "UTF-16LE"),
            (Array("openid".utf8).flatMap { [0, $0] }, "UTF-16", "UTF-16BE"),
            (Array("openid,".utf8) + [0xB1, 0xEA, 0xC7, 0xA9, 0x0A], "text in GBK, not in UTF-8", "iconv -f GB18030"),
            ([0xC6, 0xD5, 0x2C, 0x41, 0x0A], "GBK", "GB18030"),
            (Array("openid,tag\n\(one),".utf8) + [0xB9, 0xE3, 0xB6, 0xAB, 0x0A], "line 2 is text in GBK", "GB18030"),
            ([0x6F, 0xE9, 0x0A], "not text in UTF-8", ""), ([0x00, 0x01, 0x0A], "not text in UTF-8", ""),
            ([0x28, 0xB5, 0x2F, 0xFD], "zstd", "zstd -dc"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "xz", "xz -dc"),
            (Array("BZh91AY&SY".utf8), "bzip2", "bzip2 -dc"), (Array("SQLite format 3\u{0}".utf8), "SQLite", ""),
        ] as [([UInt8], String, String)])
    func `another kind of file is named, with what converts it`(bytes: [UInt8], reason: String, command: String) {
        for pieces in [1, 65_536] {
            let failure = #expect(throws: UnusableFile.self) { try read(bytes, pieces: pieces) }
            #expect(failure?.reason.contains(reason) == true, "\(failure as Any)")
            #expect(failure?.sentence(for: "a b").contains(command) == true)
        }
    }

    @Test func `JSON objects are read, a line each`() throws {
        let text = """
            {"openid":"\(one)","tag":"vip","more":{"a":[1,{"b":[]}],"c":"}"}}

             {"x":null, "OpenID" : "\\u006f\(two.dropFirst())", "tag": 107 }\r
            {"openid":"\(one)","tag":["vip","\\ud83c\\udf75"],"n":-1.5e3}
            {"openid":"\(one)","tag":null}
            {"openid":7}
            {"openid":"\(one)","openid":"\(two)"}
            {"openid":"\(one)"
            {"openid":"\(one)","tag":{}}
            {"openid":"\(two)","tag":[]} x
            nonsense
            """
        let first = try #require(OpenID(one))
        #expect(
            try rows(text) == [
                good(1, 1, "vip"), good(2, 3, "107"), .follower(first, tags: .list(["vip", "🍵"]), line: 4), good(1, 5),
                .bad("", reason: "the member openid is not a text", line: 6),
                .bad("", reason: "its object has two members named openid; rename one", line: 7),
                .bad("{\"openid\":\"\(one)\"", reason: "not a JSON object", line: 8),
                .bad(one, reason: "the member tag is not a tag or a list of tags", line: 9),
                .bad("{\"openid\":\"\(two)\",\"tag\":[]} x", reason: "not a JSON object", line: 10),
                .bad("nonsense", reason: "not a JSON object", line: 11),
            ])
    }

    @Test(arguments: [
        "{\"openid\":\"\(one)\",\"a\":\(String(repeating: "[", count: 60_000))", "{\"openid\":\"\\ud800\"}",
        "{\"openid\":\"\\u12\"}",
        "{\"a\":01,\"openid\":\"\(one)\"}", "{\"a\":.5}", "{,}", "{\"a\"}", "{\"a\":}", "{\"a\":[1,]}", "{\"a\":tru}",
        "{\"a\":\"\t\"}", "{\"a\":[}]}",
    ])
    func `what is no JSON is refused without harm`(line: String) throws {
        #expect(try rows("{\"openid\":\"\(two)\"}\n\(line)\n").count == 2)
        #expect(throws: UnusableFile.self) { try rows(line + "\n") }
    }

    @Test func `plain lines are read, whatever stands around them`() throws {
        let text = "\u{FEFF}\(one)\r\n\r\n  \(two)\t\r\nnonsense\n\n\"\(one)\"\r\(two),,\n\0\n\(one)"
        for pieces in [1, 2, 7, 4096] {
            #expect(
                try rows(text, pieces: pieces) == [
                    good(1, 1), good(2, 3), .bad("nonsense", reason: "not an openid", line: 4), good(1, 6), good(2, 7),
                    .bad("", reason: "not text", line: 8), good(1, 9),
                ])
        }
    }

    @Test func `files that were joined have their header more than once`() throws {
        let text = "openid,tag\n\(one),vip\n\u{FEFF}openid,tag\n\(two),vip\n"
        #expect(try rows(text) == [good(1, 2, "vip"), good(2, 4, "vip")])
        #expect(
            try rows("openid,tag\n\(one),vip\nopenid,name\n").last == .bad("openid", reason: "not an openid", line: 3))
    }

    @Test func `long lines and long cells are named and not kept`() throws {
        let long = String(repeating: "x", count: 10 << 20)
        #expect(
            try rows("\(one)\n\(long)\n\(two)\n", pieces: 65_536) == [
                good(1, 1), .bad("", reason: "more than 65536 bytes", line: 2), good(2, 3),
            ])
        #expect(
            try rows("note,openid,tag\n\"\(long)\n\",\(one),7\nx,\(two),\(long)\n,\(two),8\n", pieces: 65_536) == [
                .bad(
                    "", reason: "more than 65536 bytes; it goes on to line 3, see whether a quote should end earlier",
                    line: 2),
                .bad("", reason: "more than 65536 bytes", line: 4), good(2, 5, "8"),
            ])
        // What is not kept may be as long as a spreadsheet's cell.
        let cell = String(repeating: "字", count: 32_767)
        #expect(try rows("note,openid\n\(cell),\(one)\n\"\(cell)\",\(two)\n") == [good(1, 2), good(2, 3)])
    }

    @Test func `a line without an end takes no memory`() throws {
        let piece = [UInt8](repeating: 65, count: 1 << 20)
        var reader = FollowerReader(FollowerColumns())
        for _ in 0..<64 { try piece.withUnsafeBytes { try reader.read($0) { _ in } } }
        var rows: [FollowerRow] = []
        let failure = #expect(throws: UnusableFile.self) { try reader.finish { rows.append($0) } }
        #expect(rows == [.bad("", reason: "more than 65536 bytes", line: 1)])
        #expect(failure?.reason.contains("its only line") == true)
    }
}
