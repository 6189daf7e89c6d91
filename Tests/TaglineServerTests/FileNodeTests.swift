import Testing

@testable import TaglineServer

/// Tests how the server reads files that a person writes: worlds, fault rules and settings.
@Suite struct FileNodeTests {
    private static func shown(_ node: FileNode) -> String {
        switch node.value {
        case .null: "null"
        case .scalar(let text, let isQuoted): isQuoted ? "'\(text)'" : text
        case .list(let nodes): "[" + nodes.map(shown).joined(separator: " ") + "]"
        case .members(let members): "{" + members.map { "\($0):\(shown($1))" }.joined(separator: " ") + "}"
        }
    }

    @Test(arguments: [
        (#"{"a": 1, "b": [true, null, "x"], "c": {}}"#, "{a:1 b:[true null 'x'] c:{}}"), ("[]", "[]"),
        ("{\n\t\"a\":\t1\r\n}\r\n", "{a:1}"), ("\u{FEFF}{\"a\":1}", "{a:1}"),
        (#""\u5e7f\ud83d\ude00\/""#, "'广😀/'"),
        ("[1e3,-0,8080.0]", "[1e3 -0 8080.0]"), (#"{"":1,"a b":2}"#, "{:1 a b:2}"),
    ])
    func `the server reads JSON, even if the text is not valid YAML`(text: String, shown: String) throws {
        #expect(try Self.shown(.json(text)) == shown)
        #expect(try Self.shown(.yaml(text)) == shown)
    }

    @Test(arguments: [
        "", " ", "{", #"{"a":1,}"#, #"{"a":1 "b":2}"#, "{a:1}", "[1", "[1,]", "01", "+1", "nul", "True", "'a'",
        #"{"a":1}}"#,
        #"{"a"}"#, #""a"#, #""\"#, #""\q""#, #""\ud83d""#, "\"a\nb\"", "[\u{0}]", "{\u{A0}}", "// a\n{}", "[1]x",
    ])
    func `text that is not JSON is refused`(text: String) {
        #expect(throws: FileMistake.self) { try FileNode.json(text) }
    }

    @Test func `mistakes and values in JSON have the number of their line`() throws {
        let broken = #expect(throws: FileMistake.self) { try FileNode.json("{\n\n\"a\": tru\n}") }
        #expect(broken?.description == "line 3: the file is not JSON")
        let doubled = #expect(throws: FileMistake.self) { try FileNode.json("{\"a\":1,\n\"b\":2,\n\"a\":3}") }
        #expect(doubled?.description == #"line 3: a name comes twice: "a""#)
        guard case .members(let members) = try FileNode.json("{\"a\":1,\n\n\"b\":[\n2]}").value else {
            return #expect(Bool(false), "the value is not an object")
        }
        #expect(members.map(\.value.line) == [1, 3])
    }

    @Test(arguments: ["", "# nothing\n", "\u{FEFF}", "---\n"])
    func `a file without content is distinguished from a file with a mistake`(text: String) throws {
        let node = try FileNode.yamlIfAny(text)
        #expect(node.map(Self.shown) ?? "null" == "null")
    }

    @Test(arguments: ["? *k32\n: 1\n", "? [*k32]\n: 1\n", "{*k32 : 1}\n", "*k32 : 1\n", "? {a: *k32}\n: 1\n"])
    func `a file whose aliases expand too much inside a name is refused at once`(name: String) {
        let doubling = (1...32).map { "k\($0): &k\($0) [*k\($0 - 1),*k\($0 - 1)]\n" }.joined()
        let mistake = #expect(throws: FileMistake.self) { try FileNode.yamlIfAny("k0: &k0 [1]\n\(doubling)\(name)") }
        #expect(mistake?.description == "the file has more than 16 YAML aliases")
    }

    @Test func `the limit of aliases ignores asterisks that are not aliases`() throws {
        let lines = (1...40).map { "a\($0): x*y * 2*3 **" }.joined(separator: "\n")
        #expect(throws: Never.self) { try FileNode.yamlIfAny(lines) }
        #expect(throws: Never.self) {
            try FileNode.yamlIfAny("a: &a 1\nb: [\(Array(repeating: "*a", count: 16).joined(separator: ", "))]")
        }
    }

    @Test func `a file that is too large or too deep, or whose aliases expand too much, is refused at once`() {
        let deep = String(repeating: "[", count: 20) + String(repeating: "]", count: 20)
        let wide = "[" + Array(repeating: "1", count: 60_000).joined(separator: ",") + "]"
        let names = Array("abcdefghi")
        let bomb = zip(names, names.dropFirst()).reduce(
            "a: &a [\(Array(repeating: "x", count: 10).joined(separator: ","))]"
        ) {
            $0 + "\n\($1.1): &\($1.1) [" + Array(repeating: "*\($1.0)", count: 10).joined(separator: ",") + "]"
        }
        let endless = "a: &a [*a]"
        for text in [deep, wide, bomb, endless, String(repeating: " ", count: FileNode.longest + 1)] {
            #expect(throws: FileMistake.self, "\(text.prefix(40))") { try FileNode.yaml(text) }
        }
        for text in [deep, wide] { #expect(throws: FileMistake.self) { try FileNode.json(text) } }
    }
}
