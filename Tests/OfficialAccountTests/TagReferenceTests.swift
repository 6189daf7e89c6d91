import OfficialAccount
import Testing

@Suite struct TagReferenceTests {
    private static let tags = [
        Tag(id: 2, name: "星标组", count: 0), Tag(id: 100, name: "vip", count: 0), Tag(id: 107, name: "gold", count: 0),
        Tag(id: 120, name: "0107", count: 0), Tag(id: 121, name: "107", count: 0), Tag(id: 122, name: "999", count: 0),
        Tag(id: 123, name: "\u{E9}", count: 0), Tag(id: 124, name: "e\u{301}", count: 0),
        Tag(id: 125, name: "+100", count: 0),
        Tag(id: 126, name: "id:100", count: 0), Tag(id: 127, name: "name:vip", count: 0),
        Tag(id: 128, name: "１００", count: 0),
        Tag(id: 129, name: "129", count: 0),
    ]

    @Test(
        arguments: [
            ("vip", 100), ("100", 100), ("2", 2), ("0107", 120), ("name:0107", 120), ("name:107", 121), ("id:107", 107),
            ("gold", 107),
            ("999", 122), ("\u{E9}", 123), ("e\u{301}", 124), ("+100", 125), ("１００", 128), ("129", 129),
            ("name:id:100", 126),
            ("name:name:vip", 127), ("id:129 ", 129), ("id:0100", nil), ("id:+100", nil), ("0100", nil), ("00", nil),
            ("Vip", nil),
            ("", nil), ("-100", nil), ("99999999999999999999", nil), ("id:", nil), ("name:", nil), ("ID:100", nil),
            ("id:-1", nil),
        ] as [(String, TagID?)])
    func `a text refers to one tag or to none`(text: String, id: TagID?) throws {
        #expect(try TagReference(text).tag(in: Self.tags)?.id == id)
    }

    @Test(arguments: [
        ("107", ["id:107", "name:107"]), ("id:100", ["100", "name:id:100"]), ("name:vip", ["100", "name:name:vip"]),
    ])
    func `a text that could mean two tags is refused with both choices`(text: String, choices: [String]) throws {
        let failure = #expect(throws: TagReference.Ambiguity.self) { try TagReference(text).tag(in: Self.tags) }
        #expect(failure?.choices.map(\.text) == choices)
        for choice in failure?.choices ?? [] {
            #expect(try TagReference(choice.text ?? "").tag(in: Self.tags) == choice.tag)
            #expect(failure?.description.contains("\"\(choice.text ?? "")\"") == true)
        }
    }

    @Test(arguments: ["", " ", "\t\u{3000}\u{200B}", "name:", "name: ", " name:\u{FEFF}", "id:", "id: "])
    func `an empty text does not refer to a tag, even if a tag has an empty name`(text: String) throws {
        for name in ["", " ", "\t\u{3000}\u{200B}"] {
            let unnamed = Tag(id: 140, name: name, count: 3)
            #expect(try TagReference(text).tag(in: Self.tags + [unnamed]) == nil, "\(name.debugDescription)")
            #expect(try TagReference("id:140").tag(in: Self.tags + [unnamed]) == unnamed)
            #expect(try TagReference("140").tag(in: [unnamed]) == unnamed)
        }
    }

    @Test(
        arguments: [
            ("new", "new"), ("0107", "0107"), ("name:5", "5"), ("+5", nil), ("5", nil), ("id:5", nil), ("id:x", nil),
            ("name:", nil), ("", nil),
            ("0", nil), ("99999999999999999999", nil),
        ] as [(String, String?)])
    func `only a text that can be a name makes a new tag`(text: String, name: String?) {
        #expect(TagReference(text).newName == name)
    }

    private static let blanks = [
        " ", "\t", "\u{A0}", "\u{3000}", "\u{200B}", "\u{FEFF}", "\u{200E}", "\u{2060}", "\r\n",
    ]

    @Test(arguments: blanks) func `blanks around a text are ignored`(blank: String) throws {
        for text in ["vip", "100", "name:107", "id:107", "gold"] {
            let tag = try TagReference(text).tag(in: Self.tags)
            #expect(tag != nil)
            for around in ["\(blank)\(text)", "\(text)\(blank)", "\(blank)\(blank)\(text)\(blank)"] {
                #expect(try TagReference(around).tag(in: Self.tags) == tag, "\(around.debugDescription)")
            }
        }
        #expect(try TagReference("name:\(blank)107\(blank)").tag(in: Self.tags)?.id == 121)
        #expect(try TagReference("id:\(blank)107").tag(in: Self.tags)?.id == 107)
        #expect(TagReference("\(blank)new\(blank)").newName == "new")
        #expect(TagReference("\(blank)name:\(blank)5\(blank)").newName == "5")
        #expect(TagReference(blank).newName == nil && TagReference("name:\(blank)").newName == nil)
    }

    @Test(arguments: blanks) func `a tag with blanks around its name is found`(blank: String) throws {
        let odd = Tag(id: 140, name: "\(blank)tea\(blank)", count: 0)
        let plain = Tag(id: 141, name: "tea", count: 0)
        #expect(try TagReference(odd.name).tag(in: [odd]) == odd)
        #expect(try TagReference("tea").tag(in: [odd, plain]) == plain)
        #expect(try TagReference("name:\(odd.name)").tag(in: [odd, plain]) == odd)
        #expect(try TagReference("name:\(odd.name)").tag(in: [plain]) == plain)
        let failure = #expect(throws: TagReference.Ambiguity.self) {
            try TagReference(odd.name).tag(in: [odd, plain])
        }
        #expect(failure?.choices.map(\.tag) == [odd, plain])
    }

    @Test(arguments: [
        "135.0", "1e2", "1.35E+02", "１０７１", "１３５．０", "٣٤", "+107", "-5", "\u{2212}5", "1,000", "1.000,5", "1 000",
        "1'000",
        "1\u{A0}000\u{A0}000", "107,0", ".5", "5.", "50%", "'107", "=\"107\"", "#N/A", "#n/a", "#REF!", "#VALUE!",
        "#DIV/0!",
        "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "####", "Err:502", "NULL", "null", "(null)", "nil", "nan", "NaN",
        "None", "N/A",
        "NA", "<NA>", "NaT", "undefined", "true", "FALSE", "-inf", "\\N", "[object Object]", "--", "—", "ＮＵＬＬ",
        " 135.0\u{200B}",
    ])
    func `a text that a program writes for a number or an empty value is not a new name`(text: String) throws {
        #expect(TagReference(text).newName == nil)
        #expect(try TagReference(text).tag(in: Self.tags) == nil)
        let name = try #require(TagReference("name:\(text)").newName)
        let sentence = try #require(TagReference(text).unlikelyName).description
        #expect(sentence.hasPrefix("the account has no tag \"\(name)\", and this text looks like a"), "\(sentence)")
        #expect(sentence.hasSuffix("write \"name:\(name)\" for a new tag with this name"), "\(sentence)")
        // An existing tag with this name is found.
        let tag = Tag(id: 140, name: name, count: 0)
        #expect(try TagReference(text).tag(in: [tag]) == tag)
    }

    @Test(arguments: [
        "0107", "00", "vip1", "1st", "V2.0", "2026-03", "2026/3/1", "1.2.3", "1:1", "1e", "e5", "10,00,1", "1_000", "①",
        "第1批", "none-vip",
        "nullable", "#vip", "#VIP!", "truth", "Nana", "a-", "广东", "❤\u{FE0F}", "1️⃣", "x 1,000",
    ])
    func `a text that does not look like a number or an empty value is a new name`(text: String) {
        #expect(TagReference(text).newName == text && TagReference(text).unlikelyName == nil)
    }

    @Test func `blanks in an expression only separate words`() throws {
        let names = try TagExpression("\u{200B}vip \u{FEFF}&\u{3000}!\u{200B} gold\u{200B} \u{200B}").names
        #expect(names == ["\u{200B}vip", "gold\u{200B}"])
        #expect(try names.map { try TagReference($0).tag(in: Self.tags)?.id } == [100, 107])
        #expect(try TagExpression("\" vip \" | name:\" 107 \"").names == [" vip ", "name: 107 "])
        #expect(throws: TagExpression.Malformed.self) { try TagExpression("\u{200B}") }
    }

    @Test func `the prefix of a quoted name can be before the quotes or inside the quotes`() throws {
        let text = "name:\"a b\" & \"name:c d\" | id:5 & !name:x"
        #expect(try TagExpression(text).names == ["name:a b", "name:c d", "id:5", "name:x"])
        // This name begins with a combining mark.
        #expect(try TagExpression("\"\u{301}a\" & b").names == ["\u{301}a", "b"])
        #expect(try TagExpression("\u{E9} & e\u{301}").names.count == 2)
    }
}
