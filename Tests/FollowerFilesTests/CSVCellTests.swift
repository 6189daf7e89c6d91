import Testing

@testable import FollowerFiles

@Suite struct CSVCellTests {
    @Test(arguments: [
        "=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠SUM(A1)", "﹦1", "﹢1", "﹣1", "﹫A1", "−1", "=\u{301}1",
        " =1", "\u{3000}＝1", "\u{A0}-1", "\u{FEFF}=1", "\u{200B}\u{200D}@A1", "\u{AD}+1", "\"=1", "'=1", "“=1", "＂＝1",
        "「=1",
        " \" =1",
    ])
    func `a text that a spreadsheet would read as a formula gets an apostrophe`(text: String) {
        #expect(CSVCell.plain(text) == "'" + text)
        // In some countries a spreadsheet begins a new cell after a semicolon.
        #expect(CSVCell.plain("a;" + text) == "a;'" + text)
        #expect(CSVCell.plain("a|;" + text) == "a|;'" + text)
        #expect(CSVCell.plain("a " + text) == "a " + text)
    }

    @Test(arguments: ["", "Li", "广东", "1=1", "a-b", "\u{301}=1", "\"Li\"", " ", "x;y", ";", "👩‍👩‍👧", "·=1", "“"])
    func `a cell without a formula is not changed`(text: String) {
        #expect(CSVCell.plain(text) == text)
    }

    @Test(arguments: [
        ("\t=1", #"\u{9}=1"#), ("\r=1", #"\u{d}=1"#), ("a\n=1", #"a\u{a}=1"#), ("\u{202E}=1", #"\u{202e}=1"#),
    ])
    func `a cell shows line ends and control characters as escapes`(text: String, cell: String) {
        #expect(CSVCell.text(text) == cell)
    }

    @Test(arguments: [
        ("a,b", #""a,b""#), (#"a"b"#, #""a""b""#), ("a\"\u{301},", "\"a\"\"\u{301},\""), ("=a,b", #""'=a,b""#),
        ("a;b", "a;b"),
    ])
    func `a cell with a comma or a quote has quotes around it`(text: String, cell: String) {
        #expect(CSVCell.text(text) == cell)
    }
}
