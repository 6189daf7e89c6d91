import OfficialAccount
import Testing

@testable import FollowerFiles

private let one = follower(1)
private let two = follower(2)

/// Returns a zip archive that has only the headers of files with these names.
private func zipped(_ names: String...) -> [UInt8] {
    var zip: [UInt8] = []
    for name in names {
        zip += [0x50, 0x4B, 3, 4]
        zip += [UInt8](repeating: 0, count: 22)
        zip += [UInt8(name.utf8.count), 0, 0, 0]
        zip += Array(name.utf8)
    }
    return zip
}

/// Returns the bytes of `text`, followed by `more`.
private func bytes(_ text: String, _ more: UInt8...) -> [UInt8] { Array(text.utf8) + more }

/// Returns `text` in UTF-16 without a byte order mark.
private func wide(_ text: String, isBigEndian: Bool = false) -> [UInt8] {
    text.utf16.flatMap { unit -> [UInt8] in
        let high = UInt8(unit >> 8)
        let low = UInt8(unit & 0xFF)
        return isBigEndian ? [high, low] : [low, high]
    }
}

@Suite struct FollowerReaderTests {
    @Test(arguments: [
        // A quoted cell holds line ends, separators and quotes.
        (
            "openid,note,tag\n\(one),\"likes tea\nand cake\",102\n\(two),x,103\n",
            [good(1, 2, "102"), good(2, 4, "103")]
        ),
        ("openid,note,tag\r\n\(one),\"a\r\nb\rc\",102\r\n\(two),,103", [good(1, 2, "102"), good(2, 5, "103")]),
        ("openid,note,tag\r\(one),\"a\r\rb\",102\r\(two),,103\r", [good(1, 2, "102"), good(2, 5, "103")]),
        ("openid,note,tag\n\(one),\"\(two),103\nx,103\n\",102\n", [good(1, 2, "102")]),
        ("openid,note,tag\n\(one),\"say \"\"tea, please\"\"\n\",102\n", [good(1, 2, "102")]),
        ("openid,\"a\nnote\",tag\n\(one),,102\n", [good(1, 3, "102")]),
        ("openid;tag;note\n\(one);\"102\";\"a;\n\"\"\"\n\(two);103;\"\"", [good(1, 2, "102"), good(2, 4, "103")]),
        ("note\topenid\ttag\n\"x\ty\n\"\t\(one)\t102\n", [good(1, 2, "102")]),
        ("openid,note\n\"\(one)\n\n\",x\n", [good(1, 2)]),
        // In a cell that does not begin with a quote, a quote is text.
        ("openid,name,tag\n\(one),5\" pipe,102\n\(two),x,103\n", [good(1, 2, "102"), good(2, 3, "103")]),
        ("openid,name,tag\n\(one),a \"b\" c,102\n\(two),6\",103\n", [good(1, 2, "102"), good(2, 3, "103")]),
        ("openid,name,tag\n\(one), \"x,102\n\(two),x,103\n", [good(1, 2, "102"), good(2, 3, "103")]),
        ("openid,tag,name\n\(one),102,5\"\n\(two),103,\"\"\"6\"\n", [good(1, 2, "102"), good(2, 3, "103")]),
        ("openid,name,tag\n\(one),\"5\"\" pipe\",102\n\(two),'x,103\n", [good(1, 2, "102"), good(2, 3, "103")]),
        ("name 5\";openid;tag\nx\";\(one);102\n", [good(1, 2, "102")]),
    ])
    func `cells are read as RFC 4180 defines them`(text: String, expected: [FollowerRow]) throws {
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
    func `a header tells which column holds the openid`(header: String) throws {
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
    func `invisible characters around an openid are ignored`(unseen: String) throws {
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

    @Test func `a cell of the tag column holds one tag, several tags or nothing`() throws {
        let text = """
            name,openid,tag
            "Ann ""the"" first, of many",\(one),vip
            Ben, \(two) ,"vip;beijing"
            Cid,\(one),
            Dan,\(two),""
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

    @Test(arguments: [
        // The header, the row, and the cell in the column of the openid.
        ("openid,name,tag", "\(one),Wang, Li,102", one),
        ("name,parent_openid,openid", "Smith, John,\(one),\(two)", one),
        ("openid", "\(one),x", one), ("openid,name", "\(one),a,b", one), ("openid,name,", "\(one),a,b,c", one),
        ("name;openid", "a; b;\(one)", "b"), ("openid\tname", "\(one)\ta\t\tb", one),
        ("openid,name", "\(one),a,,,\"b\"", one),
    ])
    func `a row that has more filled cells than the header is refused`(
        header: String, row: String, shown: String
    ) throws {
        let reason = "more cells than the header has; put a cell that holds a separator in quotes"
        let text = "\(header)\n\(row)\n" + header.replacing("parent_openid", with: "x").replacing("openid", with: two)
        for tags in [FollowerColumns.Tags.usual, .unread] {
            let rows = try rows(text, FollowerColumns(tags: tags))
            #expect(rows.first == .bad(shown, reason: reason, line: 2), "\(rows)")
            guard case .follower(_, _, 3) = rows.last else { return #expect(Bool(false), "\(rows)") }
        }
    }

    @Test func `the reader ignores empty cells after the last column`() throws {
        let text = "openid,name,tag\n\(one),x,102,,\n\(two),x,103, ,\t\n"
        #expect(try rows(text) == [good(1, 2, "102"), good(2, 3, "103")])
        #expect(try rows(text, FollowerColumns(tags: .unread)) == [good(1, 2), good(2, 3)])
    }

    @Test(arguments: [
        ("openid,name,tag", "\(two),x"), ("openid,name,tag", two), ("openid,tag", two),
        ("openid;name;tag", "\(two);\"x\""),
        ("name,openid,note,TAG", "x,\(two)"), ("openid,tag", "\"\(two)\" "),
    ])
    func `a row that ends before the tag column is not read as a row without a tag`(header: String, row: String)
        throws
    {
        let name = header.hasSuffix("TAG") ? "TAG" : "tag"
        let separator = header.contains(";") ? ";" : ","
        let whole = header.replacing("openid", with: one).replacing(name, with: "")
        let text = "\(header)\n\(row)\n\n\(separator)\n\(whole)\n"
        #expect(
            try rows(text) == [
                .bad(two, reason: "fewer cells than the column \(name) needs", line: 2), good(1, 5),
            ])
        // If the reader reads no tags, a row needs only an openid.
        #expect(try rows(text, FollowerColumns(tags: .unread)) == [good(2, 2), good(1, 5)])
    }

    @Test(arguments: [
        // The text of the records, and the number of the line inside the quoted cell that looks like a row.
        ("\(one),\"x,102\n\(two),y,103\n\(one),\"z\",104\n", 3), ("\(one),\"x,102\r\n\(two),y,103\r\n\",103\r\n", 3),
        ("\(one),\"x,102\ry\r\(two)\r\",103\r", 4), ("\(one),\"x,102\nname, \u{3000}\(two)\u{200E},\n\",\n", 3),
        ("\(one),\"x\n\n\(two)\",102\n", 4), ("\(one),\"x,102\n\"\"\(two)\"\",y,103\n\",\n", 3),
        ("\(one),\"x,102\n\(String(repeating: "y", count: 5000)),\(two)\n\",\n", 3), ("\"\n\(one)\n\",x,102\n", 3),
        ("\(one),\"x\n\(two),\n\",102\n", 3), ("\(one),\"a \"\"b\"\"\nc,\(two)\n\",\n", 3),
    ])
    func `a record whose quoted cell contains a row is reported as bad`(text: String, row: Int) throws {
        let reason =
            "the quote that begins in line 2 is not closed and contains the row in line \(row); close it"
        for pieces in [1, 7, 65_536] {
            for tags in [FollowerColumns.Tags.usual, .unread] {
                let rows = try rows(
                    "openid,note,tag\n" + text + "\(two),,105\n", FollowerColumns(tags: tags), pieces: pieces)
                guard case .bad("", let told, 2) = rows.first else { return #expect(Bool(false), "\(rows)") }
                #expect(told.hasPrefix(reason), "\(told)")
                #expect(rows.count == 2, "\(rows)")
            }
        }
    }

    @Test(arguments: [
        "likes tea\nand cake, and milk", "see\nthe friend of \(two) here", "x\n\(two)x\n-\(two)",
        "x\n\(two) is a friend",
        "a\nb; \(two)", "\(two), a friend\nof many", "x\nlink=\(two)", "x\n\(two.dropLast())", "x\n张三\(two)\n",
        "\n\n,\n",
    ])
    func `a note over several lines may mention an openid`(note: String) throws {
        let text = "openid,note,tag\n\(one),\"\(note)\",102\n\(two),,103\n"
        for pieces in [1, 7, 65_536] {
            let rows = try rows(text, pieces: pieces)
            #expect(rows.first == good(1, 2, "102"), "\(rows)")
            #expect(rows.count == 2, "\(rows)")
        }
    }

    @Test(arguments: [
        ("a b.csv", "'a b.usable.csv'"), ("followers.csv", "followers.usable.csv"),
        ("lists/x.csv.gz", "lists/x.usable.csv"),
        ("FILE.csv", "FILE.usable.csv"), ("plain", "plain.usable.csv"), (".hidden", ".hidden.usable.csv"),
        ("-x.csv", "./-x.usable.csv"), ("../a.b/c", "../a.b/c.usable.csv"),
        ("x.usable.csv", "x.usable.usable.csv"), ("x.usable.txt", "x.usable.csv"),
    ])
    func `the command that an error suggests for a file does not write to the same file`(name: String, output: String) {
        let failure = UnusableFile("it is text in GBK", command: "iconv -f GB18030 -t UTF-8 FILE > followers.csv")
        let input = name == "a b.csv" ? "'a b.csv'" : name.hasPrefix("-") ? "./\(name)" : name
        #expect(failure.sentence(for: name).hasSuffix(": iconv -f GB18030 -t UTF-8 \(input) > \(output)"))
        #expect(failure.sentence(for: nil).hasSuffix("FILE > followers.csv"))
    }

    @Test func `the error for a long record does not depend on the size of the pieces that the reader gets`() throws {
        let long = String(repeating: "x\n", count: 1 << 20)
        let text = "openid,note\n\(one),\"\(long)\(two),\n\"\n\(two),\n"
        for pieces in [4096, text.utf8.count] {
            let rows = try rows(text, pieces: pieces)
            guard case .bad(_, let reason, 2) = rows.first else { return #expect(Bool(false), "\(rows)") }
            #expect(reason.contains("contains the row in line 1048578"), "\(reason)")
        }
    }

    @Test(arguments: [
        "openid,\"note\n\(one),x\n\(two),y\n\",z\n", "openid,\"note\n\(one),x\n\(two),y\nx\",z\n",
        "\"openid,note\n\(one),x\n\(two),\"y\"\n", "openid;\"note\r\n\(one);x\r\n",
        "name,openid,\"tag\nx,\(one),\n\"\n",
    ])
    func `a header that contains a row is reported`(text: String) {
        let failure = #expect(throws: UnusableFile.self) { try rows(text) }
        #expect(failure?.reason.hasPrefix("in its header, the quote that begins in line 1 is not closed") == true)
        #expect(failure?.reason.contains("contains the row in line 2") == true, "\(failure as Any)")
    }

    @Test(arguments: [
        ("openid,tag\n\(one),\"102\n\(two),103\n", 2), ("openid,note,tag\n\(two),,103\n\(one),\"x,102\n", 3),
        ("\"\(one)\n\(two)\n", 1), ("openid,note\n\(one),\"a\n\"\n\(two),\"b\n\n\n", 4),
        ("openid,note\r\(one),\"\"\"\r", 2),
    ])
    func `a quote that is never closed is reported with the line of the quote`(text: String, line: Int) {
        for pieces in [1, 7, 65_536] {
            let failure = #expect(throws: UnusableFile.self) { try rows(text, pieces: pieces) }
            #expect(failure?.reason.contains("a quoted cell begins in line \(line) and does not end") == true)
        }
    }

    @Test func `a record with text after a quoted cell is reported as bad, and the next record is read`() throws {
        let text = "openid,note,tag\n\(one),\"5 inch,102\nx,y,103\nx,\"y\",104\n\(one),z,105\n"
        #expect(
            try rows(text) == [
                .bad(
                    "",
                    reason: "text after a quoted cell; it goes on to line 4, see whether a quote should end earlier",
                    line: 2),
                good(1, 5, "105"),
            ])
    }

    @Test func `a record over many lines gets a remark`() throws {
        let text = "openid,note\n\(one),\"" + String(repeating: "x\n", count: 200) + "\"\n\(two),\n"
        let read = try read(Array(text.utf8))
        #expect(read.rows == [good(1, 2), good(2, 203)])
        #expect(read.remarks == [.longRecord(line: 2, lines: 201)])
    }

    @Test func `columns can have any names if the caller gives these names to the reader`() throws {
        let text = "id,用户,Tags\n7,\(one),vip\n"
        let columns = FollowerColumns(openID: "用户", tags: .named("tags"))
        #expect(try rows(text, columns) == [good(1, 2, "vip")])
        #expect(try read(Array(text.utf8), FollowerColumns(openID: "用户")).remarks == [.unreadTags("Tags")])
        // If several names differ only in case, the reader takes the name that has the same bytes as the given name.
        #expect(try rows("USER,user\nx,\(one)\n", FollowerColumns(openID: "user")) == [good(1, 2)])
        // A file of one column may have any header if the caller gives the name of this column.
        #expect(try rows("user\n\(one)\n", FollowerColumns(openID: "User")) == [good(1, 2)])
        // The reader chooses the separator so that the named column is a cell of the header.
        #expect(try rows("a,b;wer;c\nx;\(one);\n", FollowerColumns(openID: "wer")) == [good(1, 2)])
        #expect(
            try rows("{\"user\":\"\(one)\",\"t\":[\"a;b\",7]}\n", FollowerColumns(openID: "USER", tags: .named("t")))
                == [.follower(#require(OpenID(one)), tags: .list(["a;b", "7"]), line: 1)])
    }

    @Test(arguments: ["tags", "标签", "Tag_Name", "TAGID", "labels", "用户标签"])
    func `a column that looks like tags and is not read gets a remark`(name: String) throws {
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
    func `a file that is not a list of followers is reported at once`(
        text: String, columns: FollowerColumns, reason: String
    ) {
        let failure = #expect(throws: UnusableFile.self) { try rows(text, columns) }
        #expect(failure?.reason.contains(reason) == true, "\(failure as Any)")
    }

    @Test(arguments: [
        ("user,name\n1,2\n", FollowerColumns(), 1), ("\n\nuser,name\n1,2\n", FollowerColumns(), 3),
        ("sep=;\nuser;name\n1;2\n", FollowerColumns(), 2),
        ("\nopenid,tag,Tag\n\(one),x,y\n", FollowerColumns(tags: .named("TAG")), 2),
        ("\n\(one)\n", FollowerColumns(openID: "user"), 2), ("\n\(one),vip\n", FollowerColumns(), 2),
        ("\n\nopenid|tag\n\(one)|vip\n", FollowerColumns(), 3), ("\nnonsense\n", FollowerColumns(), 2),
    ])
    func `a file whose first lines are wrong is refused with the number of the wrong line`(
        text: String, columns: FollowerColumns, line: Int
    ) {
        let failure = #expect(throws: UnusableFile.self) { try rows(text, columns) }
        #expect(failure?.line == line, "\(failure as Any)")
        #expect(failure?.sentence(for: nil).contains("(line \(line))") == true, "\(failure as Any)")
    }

    @Test(
        arguments: [
            ([0x1F, 0x8B, 8, 0], "packed with gzip", "gzip -dc 'a b' > "),
            ([0x50, 0x4B, 3, 4, 20], "a zip archive", "unzip 'a b'"),
            (Array("PK\u{3}\u{4}mimetypeapplication/vnd.oasis.opendocument.spreadsheet".utf8), "(ods)", "soffice"),
            ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "(xls)", "soffice"),
            ([0xFF, 0xFE, 0x6F, 0x00], "text in UTF-16, not in UTF-8", "iconv -f UTF-16LE -t UTF-8 'a b'"),
            ([0xFE, 0xFF, 0x00, 0x6F], "UTF-16", "UTF-16BE"),
            (Array("openid".utf8).flatMap { [$0, 0] }, "UTF-16", "UTF-16LE"),
            (Array("openid".utf8).flatMap { [0, $0] }, "UTF-16", "UTF-16BE"),
            (
                Array("openid,".utf8) + [0xB1, 0xEA, 0xC7, 0xA9, 0x0A], "text in GBK or another encoding, not in UTF-8",
                "iconv -f GB18030"
            ),
            ([0xC6, 0xD5, 0x2C, 0x41, 0x0A], "GBK", "GB18030"),
            (Array("openid,tag\n\(one),".utf8) + [0xB9, 0xE3, 0xB6, 0xAB, 0x0A], "line 2 is text in GBK", "GB18030"),
            ([0x6F, 0xE9, 0x0A], "not text in UTF-8", ""), ([0x00, 0x01, 0x0A], "not text in UTF-8", ""),
            ([0x28, 0xB5, 0x2F, 0xFD], "zstd", "zstd -dc"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "xz", "xz -dc"),
            (Array("BZh91AY&SY".utf8), "bzip2", "bzip2 -dc"), (Array("SQLite format 3\u{0}".utf8), "SQLite", ""),
        ] as [([UInt8], String, String)])
    func `a packed or encoded file is reported with the command that converts it`(
        bytes: [UInt8], reason: String, command: String
    ) {
        expectRefusal(bytes, reason, command)
    }

    private func expectRefusal(_ bytes: [UInt8], _ reason: String, _ command: String) {
        for pieces in [1, 65_536] {
            let failure = #expect(throws: UnusableFile.self) { try read(bytes, pieces: pieces) }
            #expect(failure?.reason.contains(reason) == true, "\(failure as Any)")
            #expect(failure?.sentence(for: "a b").contains(command) == true)
        }
    }

    private static let kinds: [(bytes: [UInt8], reason: String, command: String)] = [
        (zipped("[Content_Types].xml"), "an Excel workbook (xlsx)", "soffice"),
        (zipped("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"), "an Excel workbook (xlsx)", "soffice"),
        (zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml"), "a Word document (docx)", ""),
        (zipped("[Content_Types].xml", "ppt/presentation.xml"), "a PowerPoint presentation (pptx)", ""),
        (zipped("password/followers.csv"), "a zip archive", "unzip 'a b'"),
        (zipped("Index/Document.iwa"), "a document of Numbers", ""),
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "it is a PNG image", ""),
        ([0xFF, 0xD8, 0xFF, 0xE0], "it is a JPEG image", ""),
        (bytes("%PDF-1.7\n"), "it is a PDF document", ""),
        (bytes("{\\rtf1\n"), "it is an RTF document", ""),
        ([0x04, 0x22, 0x4D, 0x18, 0x64], "lz4", "lz4 -dc 'a b'"),
        ([0x1F, 0x9D, 0x90], "compress", "gzip -dc 'a b'"),
        ([0x5D, 0, 0, 0x80, 0], "lzma", "xz -dc 'a b'"),
        (bytes("Rar!\u{1A}\u{7}"), "a rar archive", "unrar x 'a b'"),
        (bytes("f.csv" + String(repeating: "\u{0}", count: 252) + "ustar  "), "a tar archive", "tar -xf 'a b'"),
        (bytes("", 0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1) + wide("WordDocument"), "an old Word document", ""),
        (wide("粉丝,标签\r\n"), "text in UTF-16", "UTF-16LE"),
        (wide("标签,粉丝\n", isBigEndian: true), "text in UTF-16", "UTF-16BE"),
        (wide("一一\nopenid\n"), "text in UTF-16", "UTF-16LE"),
        (wide("一一\nopenid\n", isBigEndian: true), "text in UTF-16", "UTF-16BE"),
        (bytes("o\u{0}\u{0}\u{0}p\u{0}\u{0}\u{0}\n\u{0}\u{0}\u{0}"), "text in UTF-32", "UTF-32LE"),
        (bytes("\u{0}\u{0}\u{0}o\u{0}\u{0}\u{0}p\u{0}\u{0}\u{0}\n"), "text in UTF-32", "UTF-32BE"),
        // The reader does not mistake Big5, Shift-JIS or bytes that are not text for GBK.
        (bytes("openid,", 0xA9, 0x6D, 0xA6, 0x57, 0x0A), "it has another encoding, or is not text", ""),
        (bytes("", 0xA5, 0xCE, 0xA4, 0xE1, 0xBC, 0xD0, 0xC5, 0xD2, 0x0A), "it has another encoding", ""),
        (bytes("openid,", 0x83, 0x5E, 0x83, 0x4F, 0x0A), "it has another encoding", ""),
        (bytes("", 0x88, 0xC3, 0xC7, 0x1F, 0x90, 0xB1), "it has another encoding", ""),
    ]

    @Test(arguments: kinds.indices) func `the reader recognises a file of another kind by its bytes`(index: Int) {
        let kind = Self.kinds[index]
        expectRefusal(kind.bytes, kind.reason, kind.command)
    }

    @Test(arguments: [
        ("openid|tag\n\(one)|vip\n", "its header has \"|\" between the cells", "(echo 'sep=|'; cat 'a b') > "),
        ("name:openid\nx:\(one)\n", "its header has \":\" between the cells", "sep=:"),
        ("openid tag\n\(one) vip\n", "its header has spaces between the cells", "sed 's/  */,/g' 'a b' > "),
        ("openid，tag\n\(one)，vip\n", "its header has \"，\" between the cells", "sed 's/，/,/g' 'a b' > "),
        ("openid；tag\n\(one)；vip\n", "its header has \"；\" between the cells", "sed"),
        ("openid\u{1}tag\n\(one)\u{1}vip\n", "the character U+0001 between the cells", "tr '\\001' ','"),
        ("\(one)|vip\n\(two)|vip\n", "it has several columns, with \"|\" between them, and no header", "sep=| and"),
        ("\(one) vip\n\(two) vip\n", "it has several columns, with spaces between them, and no header", "openid,tag"),
        ("Followers of 2026\nopenid,tag\n\(one),vip\n", "line 2 looks like its header", "tail -n +2 'a b' > "),
        ("\n导出,2026\n\n,,\n\"openid\";标签\n\(one);\n", "line 5 looks like its header", "tail -n +5"),
        ("Title\nopenid\tname\n\(one)\t\n", "line 2 looks like its header", "tail"),
        ("<!DOCTYPE html>\n<html>\n", "it is a web page (HTML)", "CSV UTF-8"),
        ("  <table><tr><td>openid", "it is a web page", ""),
        ("<?xml version=\"1.0\"?>\n<a/>\n", "it is XML", "CSV UTF-8"),
        ("| openid | tag |\n|---|---|\n| \(one) | vip |\n", "it is a table drawn with |", "grep '^ *|' 'a b' | "),
        ("+----+\n| openid |\n+----+\n| \(one) |\n", "it is a table drawn with |", "grep"),
        ("{\n  \"openid\": \"\(one)\"\n}\n", "it has JSON objects over several lines", "jq -c . 'a b' > "),
        ("{ \"openid\": \"\(one)\",\n  \"tag\": \"vip\" }\n", "it has JSON objects over several lines", "jq -c ."),
        ("{\"users\":[\n{\"openid\":\"\(one)\"}\n]}\n", "it has JSON objects over several lines", "jq -c ."),
        ("[\"\(one)\"]\n", "it is one JSON array", "jq -c '.[]' 'a b' > "),
        ("[\n  {\n    \"openid\": \"\(one)\"\n  }\n]\n", "it is one JSON array", "jq -c '.[]'"),
    ])
    func `a mistake in a file is reported with its remedy`(text: String, reason: String, wayOut: String) {
        for pieces in [1, 65_536] {
            let failure = #expect(throws: UnusableFile.self) { try rows(text, pieces: pieces) }
            #expect(failure?.reason.contains(reason) == true, "\(failure as Any)")
            #expect(failure?.sentence(for: "a b").contains(wayOut) == true, "\(failure as Any)")
        }
    }

    @Test(arguments: [
        // The reader reads the other lines even if it cannot read the first line.
        "openid name\n\(one)\n", "Followers\nopenid\n\(one)\n", "\(two) Li\n\(one)\n", "openid|tag\n\(one)\n",
        "{\"openid\":\"\(two)\"\n{\"openid\":\"\(one)\"}\n", "{\"openid\":\"\(two)\",\n{\"openid\":\"\(one)\"}\n",
    ])
    func `a file with an odd first line is still read`(text: String) throws {
        let rows = try rows(text)
        guard case .follower(let openID, nil, _) = rows.last else { return #expect(Bool(false), "\(rows)") }
        #expect(openID.description == one)
    }

    @Test func `the reader reads a file that has one JSON object on each line`() throws {
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
    func `text that is not JSON is refused without a crash`(line: String) throws {
        #expect(try rows("{\"openid\":\"\(two)\"}\n\(line)\n").count == 2)
        #expect(throws: UnusableFile.self) { try rows(line + "\n") }
    }

    @Test(arguments: [
        bytes(#"a\ud83d"#), bytes(#"\udc00b"#), bytes(#"\ud83d\n"#), bytes(#"\ud83d\ud83c\udf75"#), bytes("a", 0xFF),
        bytes("广", 0xE5, 0xB9), bytes("a\u{7}b"), bytes("a\tb"), bytes(#"\""#, 0x80),
    ])
    func `a damaged text makes a line bad only if the reader needs the text`(damage: [UInt8]) throws {
        let unread = bytes(#"{"nickname":""#) + damage + bytes("\",\"openid\":\"\(one)\",\"tag\":\"vip\"}\n")
        let nested = bytes(#"{"more":[{""#) + damage + bytes("\":[]}],\"openid\":\"\(one)\",\"tag\":\"vip\"}\n")
        let openID = bytes(#"{"openid":""#) + damage + bytes("\"}\n")
        let tag = bytes("{\"openid\":\"\(one)\",\"tag\":\"") + damage + bytes("\"}\n")
        let list = bytes("{\"openid\":\"\(one)\",\"tag\":[\"vip\",\"") + damage + bytes("\"]}\n")
        let why = "holds a damaged text: a cut character, or a control character"
        for pieces in [1, 65_536] {
            #expect(
                try read(unread + nested + openID + tag + list, pieces: pieces).rows == [
                    good(1, 1, "vip"), good(1, 2, "vip"), .bad("", reason: "the member openid \(why)", line: 3),
                    .bad(one, reason: "the member tag \(why)", line: 4),
                    .bad(one, reason: "the member tag \(why)", line: 5),
                ])
        }
    }

    @Test func `JSON objects in another encoding are refused with the command that converts them`() {
        let tag: [UInt8] = [0xB9, 0xE3, 0xB6, 0xAB]
        let line = bytes("{\"openid\":\"\(one)\",\"tag\":\"") + tag + bytes("\"}\n")
        expectRefusal(line + line, "it is text in GBK", "iconv -f GB18030")
    }

    @Test(arguments: ["null", "\"\"", "\" \"", "[]", "[null]", "[\"\"]", "[\" \"]", "[null,\"\\u3000\"]"])
    func `each way to write a member without a tag counts as empty`(tags: String) throws {
        #expect(try rows("{\"openid\":\"\(one)\",\"tag\":\(tags)}\n") == [good(1, 1)])
    }

    @Test func `a null in a list of tags counts as absent`() throws {
        let openID = try #require(OpenID(one))
        #expect(
            try rows("{\"openid\":\"\(one)\",\"tag\":[null,\"vip\",null]}\n") == [
                .follower(openID, tags: .list(["vip"]), line: 1)
            ])
    }

    @Test func `the reader reads one openid on each line, with blanks, quotes or commas around the openid`() throws {
        let text = "\u{FEFF}\(one)\r\n\r\n  \(two)\t\r\nnonsense\n\n\"\(one)\"\r\(two),,\n\0\n\(one)"
        for pieces in [1, 2, 7, 4096] {
            #expect(
                try rows(text, pieces: pieces) == [
                    good(1, 1), good(2, 3), .bad("nonsense", reason: "not an openid", line: 4), good(1, 6), good(2, 7),
                    .bad("", reason: "not text", line: 8), good(1, 9),
                ])
        }
    }

    @Test func `a file that was joined from several files may repeat its header`() throws {
        let text = "openid,tag\n\(one),vip\n\u{FEFF}openid,tag\n\(two),vip\n"
        #expect(try rows(text) == [good(1, 2, "vip"), good(2, 4, "vip")])
        #expect(
            try rows("openid,tag\n\(one),vip\nopenid,name\n").last == .bad("openid", reason: "not an openid", line: 3))
    }

    @Test func `the reader reports lines and cells that are too long`() throws {
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
        // A cell that the reader does not need may be as long as the longest cell of a spreadsheet.
        let cell = String(repeating: "字", count: 32_767)
        #expect(try rows("note,openid\n\(cell),\(one)\n\"\(cell)\",\(two)\n") == [good(1, 2), good(2, 3)])
    }

    @Test func `a line without an end does not fill the memory`() throws {
        let piece = [UInt8](repeating: 65, count: 1 << 20)
        var reader = FollowerReader(FollowerColumns())
        for _ in 0..<64 { try piece.withUnsafeBytes { try reader.read($0) { _ in } } }
        var rows: [FollowerRow] = []
        let failure = #expect(throws: UnusableFile.self) { try reader.finish { rows.append($0) } }
        #expect(rows == [.bad("", reason: "more than 65536 bytes", line: 1)])
        #expect(failure?.reason.contains("its only line") == true)
    }
}
