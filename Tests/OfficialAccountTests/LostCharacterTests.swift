import OfficialAccount
import Testing

/// Tests texts in which a program has replaced each character that the program's encoding lacks, for example by a
/// question mark.
@Suite struct LostCharacterTests {
    @Test(arguments: [
        "?", "??", "????", "??101", "vip??", "a??b", "\u{FFFD}", "\u{FFFD}\u{FFFD}101", "vip\u{FFFD}", " ??\u{200B}",
    ])
    func `a text that lost its characters is not a new name`(text: String) throws {
        #expect(TagReference(text).newName == nil)
        let unlikely = try #require(TagReference(text).unlikelyName)
        #expect(unlikely.hasLostCharacters, "\(unlikely)")
        let sentence = unlikely.description
        #expect(sentence.contains("this text looks like a name whose characters a program could not write"))
        #expect(sentence.hasSuffix("write \"name:\(unlikely.text)\" for a new tag with this name"), "\(sentence)")
        // With the prefix `name:`, the text is a new name. Without this prefix, the text finds a tag with this name.
        #expect(TagReference("name:\(text)").newName == unlikely.text)
        #expect(TagReference("name:\(text)").unlikelyName == nil)
        let tag = Tag(id: 140, name: unlikely.text, count: 0)
        #expect(try TagReference(text).tag(in: [tag]) == tag)
    }

    @Test(arguments: ["who?", "?101", "a?b?c", "？？", "什么？？", "!!"])
    func `a text with single question marks is a new name`(text: String) {
        #expect(TagReference(text).newName == text && TagReference(text).unlikelyName == nil)
    }

    @Test(arguments: ["107.0", "#N/A", "NULL"])
    func `a name that is unlikely for another reason has not lost characters`(text: String) throws {
        let unlikely = try #require(TagReference(text).unlikelyName)
        #expect(!unlikely.hasLostCharacters, "\(unlikely)")
    }

    @Test(arguments: [
        ("a b", "'a b'"), ("plain", "plain"), ("a\nb", #"$'a\012b'"#), ("a\t'\\\n", #"$'a\011\'\\\012'"#),
        ("\u{202E}x", #"$'\342\200\256x'"#), ("\u{1B}1", #"$'\0331'"#),
    ])
    func `a word for the shell stays on one line`(text: String, word: String) {
        #expect(ShellText.word(text) == word)
    }
}
