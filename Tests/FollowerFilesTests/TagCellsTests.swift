import OfficialAccount
import Testing

@testable import FollowerFiles

@Suite struct TagCellsTests {
    private static let tags = [
        Tag(id: 100, name: "vip", count: 0), Tag(id: 101, name: "beijing", count: 0),
        Tag(id: 102, name: "a|b", count: 0),
        Tag(id: 103, name: "c;d", count: 0), Tag(id: 104, name: "c", count: 0), Tag(id: 105, name: "107", count: 0),
        Tag(id: 107, name: "gold", count: 0), Tag(id: 108, name: "tea\u{200B}", count: 0),
        Tag(id: 109, name: "tea", count: 0),
        Tag(id: 110, name: "❤\u{FE0F}", count: 0),
    ]

    /// Tags whose names begin or end with a separator, or consist of separators.
    private static let odd = [
        Tag(id: 120, name: "gift|", count: 0), Tag(id: 121, name: ";x", count: 0), Tag(id: 122, name: ";", count: 0),
        Tag(id: 123, name: "vip|", count: 0), Tag(id: 124, name: ";vip", count: 0), Tag(id: 125, name: "||", count: 0),
    ]

    private func meant(_ text: String) throws -> [TagCells.Meant] {
        var cells = TagCells(tags: Self.tags)
        return try cells.meant(by: .cell(text))
    }

    @Test(
        arguments: [
            ("vip", [100]), ("100", [100]), (" vip ;beijing|", [100, 101]), ("vip;100;vip", [100]), ("a|b", [102]),
            ("name:a|b", [102]),
            ("id:107", [107]), ("name:107", [105]), ("gold", [107]), ("\u{3000}vip\u{FEFF}", [100]),
            ("❤\u{FE0F}", [110]), ("tea", [109]),
            (";|", []),
        ] as [(String, [TagID])])
    func `a cell can mean one tag, several tags or no tag`(text: String, tags: [TagID]) throws {
        #expect(try meant(text) == tags.map { .tag($0) })
    }

    @Test(arguments: ["107", "vip;107", "c;d", "tea\u{200B}", "tea\u{200B};vip"])
    func `a text that can mean two different tags is refused`(text: String) {
        let failure = #expect(throws: TagCells.Unclear.self) { try meant(text) }
        guard case .ambiguous(let ambiguity) = failure else { return #expect(Bool(false), "\(failure as Any)") }
        #expect(ambiguity.choices.count == 2 && ambiguity.choices.allSatisfy { $0.text != nil }, "\(ambiguity)")
    }

    @Test(
        arguments: [
            ("gift|", [120]), (" gift| ", [120]), ("name:gift|", [120]), (";x", [121]), (";", [122]), (" ; ", [122]),
            ("||", [125]), ("|", []), ("beijing|", [101]), ("beijing|;", [101]), ("id:123", [123]), ("vip", [100]),
        ] as [(String, [TagID])])
    func `a cell means the tag whose name is the whole cell, even if the name begins or ends with a separator`(
        text: String, tags: [TagID]
    ) throws {
        var cells = TagCells(tags: Self.tags + Self.odd)
        #expect(try cells.meant(by: .cell(text)) == tags.map { .tag($0) })
        #expect(cells.missing.isEmpty)
    }

    @Test(arguments: ["vip|", ";vip", "c;d"])
    func `if a cell can mean one whole name or several parts, the text of each choice means exactly one tag`(
        text: String
    ) throws {
        var cells = TagCells(tags: Self.tags + Self.odd)
        let failure = #expect(throws: TagCells.Unclear.self) { try cells.meant(by: .cell(text)) }
        guard case .ambiguous(let ambiguity) = failure else { return #expect(Bool(false), "\(failure as Any)") }
        #expect(ambiguity.choices.count == 2)
        for choice in ambiguity.choices {
            #expect(try cells.meant(by: .cell(choice.text ?? "")) == [.tag(choice.tag.id)], "\(choice)")
        }
    }

    @Test func `a column may have any number of different cells`() throws {
        var cells = TagCells(tags: [Tag(id: 100, name: "a", count: 0)])
        #expect(try cells.meant(by: .cell("new")) == [.missing(0)])
        // The cells differ in the blanks before the tag, which are quick to read.
        for number in 0...100_000 {
            let blanks = String(number, radix: 2).replacing("0", with: " ").replacing("1", with: "\t")
            let meant = try cells.meant(by: .cell(blanks + "a"))
            guard meant == [.tag(100)] else { return #expect(Bool(false), "cell \(number) means \(meant)") }
        }
        #expect(try cells.meant(by: .cell("new;a")) == [.missing(0), .tag(100)])
        #expect(cells.missing == ["new"])
    }

    @Test func `the list of missing names has each name once, and names are compared by their bytes`() throws {
        var cells = TagCells(tags: Self.tags)
        #expect(try cells.meant(by: .cell("new;vip")) == [.missing(0), .tag(100)])
        #expect(
            try cells.meant(by: .cell("\u{E9};e\u{301};name:106;0107")) == [
                .missing(1), .missing(2), .missing(3), .missing(4),
            ])
        #expect(try cells.meant(by: .list(["new", "x;y", " "])) == [.missing(0), .missing(5)])
        #expect(
            cells.missing.map { Array($0.utf8) }
                == ["new", "\u{E9}", "e\u{301}", "106", "0107", "x;y"].map { Array($0.utf8) })
        for text in ["999", "id:999", "name:"] {
            #expect(throws: TagCells.Unclear.noTag(text)) { try cells.meant(by: .cell(text)) }
        }
    }

    @Test func `a column with thousands of unknown names is refused`() {
        var cells = TagCells(tags: Self.tags)
        #expect(throws: TagCells.Unclear.self) {
            for number in 0..<2000 { _ = try cells.meant(by: .cell("name \(number)")) }
        }
    }

    @Test(arguments: [
        ("107.0", "a number"), ("vip;1e2", "a number"), ("+107", "a number"), ("１０７１", "a number"),
        ("#N/A", "an error of a spreadsheet"), ("NULL", "a placeholder"), (" \u{A0}nan\u{200B}", "a placeholder"),
    ])
    func `a text that a program wrote instead of a tag is not a new tag`(text: String, looks: String) throws {
        var cells = TagCells(tags: Self.tags)
        for tags in [TagText.cell(text), .list([String(text.split(separator: ";").last ?? "")])] {
            let failure = #expect(throws: TagCells.Unclear.self) { try cells.meant(by: tags) }
            guard case .ambiguous(let unlikely) = failure else { return #expect(Bool(false), "\(failure as Any)") }
            #expect(unlikely.choices.isEmpty && unlikely.description.contains("this text looks like \(looks)"))
            #expect(try cells.meant(by: .cell("name:\(unlikely.text)")) == [.missing(0)])
        }
        #expect(cells.missing.count == 1)
    }
}
