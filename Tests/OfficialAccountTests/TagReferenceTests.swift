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
            ("name:name:vip", 127), ("id:100 ", nil), ("id:0100", nil), ("id:+100", nil), ("0100", nil), ("00", nil),
            ("Vip", nil),
            ("", nil), ("-100", nil), ("99999999999999999999", nil), ("id:", nil), ("name:", nil), ("ID:100", nil),
            ("id:-1", nil),
        ] as [(String, TagID?)])
    func `a text means a tag or none`(text: String, id: TagID?) throws {
        #expect(try TagReference(text).tag(in: Self.tags)?.id == id)
    }

    @Test(arguments: [
        ("107", ["id:107", "name:107"]), ("id:100", ["100", "name:id:100"]), ("name:vip", ["100", "name:name:vip"]),
    ])
    func `what may be two is refused, with both choices`(text: String, choices: [String]) throws {
        let failure = #expect(throws: TagReference.Ambiguity.self) { try TagReference(text).tag(in: Self.tags) }
        #expect(failure?.choices.map(\.text) == choices)
        for choice in failure?.choices ?? [] {
            #expect(try TagReference(choice.text ?? "").tag(in: Self.tags) == choice.tag)
            #expect(failure?.description.contains("\"\(choice.text ?? "")\"") == true)
        }
    }

    @Test(
        arguments: [
            ("new", "new"), ("0107", "0107"), ("name:5", "5"), ("+5", "+5"), ("5", nil), ("id:5", nil), ("id:x", nil),
            ("name:", nil), ("", nil),
            ("0", nil), ("99999999999999999999", nil),
        ] as [(String, String?)])
    func `only a name can be made`(text: String, name: String?) {
        #expect(TagReference(text).newName == name)
    }

    @Test func `a quoted name may have its prefix before it or in it`() throws {
        let text = "name:\"a b\" & \"name:c d\" | id:5 & !name:x"
        #expect(try TagExpression(text).names == ["name:a b", "name:c d", "id:5", "name:x"])
        // A name that begins with a combining mark.
        #expect(try TagExpression("\"\u{301}a\" & b").names == ["\u{301}a", "b"])
        #expect(try TagExpression("\u{E9} & e\u{301}").names.count == 2)
    }
}
