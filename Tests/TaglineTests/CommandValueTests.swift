import Foundation
import OfficialAccount
import OfficialAccountClient
import Testing

@testable import tagline

/// Tests decisions and messages of the commands. These tests do not start a process.
@Suite struct CommandValueTests {
    @Test(arguments: [
        (["--a", "1", "--a", "2"], "--a is given twice; give it once"), (["--a=1", "--a"], "--a is given twice"),
        (["--a", "--", "--a"], nil), (["a", "a"], nil), (["--b", "--b", "--c", "--c"], "--c is given twice"),
        (["-v", "-v"], "-v is given twice"), (["-vv"], "-v is given twice"), (["-", "-"], nil), (["-x", "-x"], nil),
        (["-v", "--verbose"], "-v and --verbose set the same option; give one of them"),
        (["--verbose", "x", "-v"], "--verbose and -v set the same option"),
        (["--no-frozen", "--frozen"], "--no-frozen and --frozen set the same option"),
        (["--frozen", "--no-certified"], nil), (["--no-a", "--no-a"], "--no-a is given twice"), ([], nil),
    ])
    func `the command finds an option that is given twice, in any spelling`(arguments: [String], says: String?) {
        let found = RepeatedOption.first(in: arguments, besides: ["--b"]).map { "\($0)" }
        #expect(says.map { found?.hasPrefix($0) ?? false } ?? (found == nil), "\(found ?? "")")
    }

    @Test func `every spelling of an option is mapped to one name`() throws {
        func check(_ command: CommandTree) {
            var names: [String: Set<[String]>] = [:]
            for argument in command.arguments ?? [] {
                let spellings = (argument.names ?? []).map(\.spelling).filter { $0 != "-help" }
                let own = Set(spellings.map(RepeatedOption.name))
                #expect(own.count <= 1, "\(command.commandName): \(spellings)")
                for name in own { names[name, default: []].insert(spellings) }
            }
            // Two arguments share a name only if one argument switches off the other.
            for (name, spellings) in names where spellings.count > 1 {
                let isInverse = spellings.flatMap(\.self).contains("--no-" + name.dropFirst(2))
                #expect(isInverse, "\(command.commandName): \(spellings)")
            }
            for subcommand in command.subcommands ?? [] { check(subcommand) }
        }
        check(try #require(CommandTree.whole()))
    }

    @Test(arguments: [
        (["tag", "--tag", "vip", "f"], "Unexpected argument 'f'."),
        (["tag", "list"], "Unexpected argument 'list'. Did you mean 'tags list'?"),
        (["tag", "--tag", "-107", "--file", "f"], "'--tag' lacks its value. Did you mean '--tag=-107'?"),
        (["tags", "remove", "vip"], "There is no command 'remove'. Did you mean 'delete'?"),
        (["tags", "create", "a", "b"], "Unexpected argument 'b'."),
        (["drain", "vip"], "There is no command 'drain'. Did you mean 'tags drain'?"),
        (["version"], "There is no command 'version'. Did you mean '--version'?"),
        (["rotate-secret", "wx"], "Did you mean 'accounts rotate-secret'?"),
        (["tag", "--", "f"], "Unexpected argument 'f'."), (["tag", "--tag", "vip", "--file", "f"], nil),
        (["tag", "--tag"], nil), (["tag", "--tag", "--create", "--file", "f"], nil), (["explain", "1", "2"], nil),
        (["blacklist", "add", "a", "b"], nil), (["accounts", "update", "wx", "--allow", "a", "b"], nil),
        (["tag", "--tag", "vip", "--file", "-"], nil), (["tags", "--json"], nil),
    ])
    func `the message about a misplaced word names the word and suggests a command`(arguments: [String], says: String?)
        throws
    {
        let tree = try #require(CommandTree.whole())
        let mistake = CommandLineMistake.first(in: arguments, of: tree)
        #expect(
            says.map { mistake?.description.contains($0) ?? false } ?? (mistake == nil), "\(mistake?.description ?? "")"
        )
    }

    @Test(arguments: [
        (["nosuch"], "There is no command 'nosuch'."), (["tags", "lst"], "Did you mean 'list'?"),
        (["tags", "list"], nil), ([], nil), (["tgas"], "Did you mean 'tags'?"), (["exit-code"], "'exit-codes'"),
        (["tag", "--help"], nil), (["tags", "list", "more"], "There is no command 'more'."),
    ])
    func `asking for help about an unknown command is a mistake`(words: [String], says: String?) throws {
        let mistake = CommandLineMistake.inHelp(words, of: try #require(CommandTree.whole()))
        #expect(
            says.map { mistake?.description.contains($0) ?? false } ?? (mistake == nil), "\(mistake?.description ?? "")"
        )
    }

    @Test func `the shell completes every option and argument whose value is a file or a directory`() throws {
        let fish = try #require(CompletionScript.requested(by: ["--generate-completion-script", "fish"]))
        // In the script for fish, a line that ends with -rfka '' offers no values.
        let unfilled = fish.split(separator: "\n").filter { $0.hasSuffix("-rfka ''") }
        var found: Set<String> = []
        func check(_ command: CommandTree, _ path: String) {
            for argument in command.arguments ?? [] where argument.kind != "flag" && argument.namesAFile {
                let name = argument.names?.first { $0.kind == "long" }?.name
                found.insert("\(path) \(name ?? argument.valueName ?? "")")
                let offers = argument.completionKind?.keys.contains { ["file", "directory"].contains($0) } ?? false
                #expect(offers, "\(path) \(name ?? argument.valueName ?? ""): \(argument.abstract ?? "")")
                guard let name else { continue }
                #expect(!unfilled.contains { $0.contains("-l '\(name)' ") }, "\(path) --\(name)")
            }
            for subcommand in command.subcommands ?? [] { check(subcommand, "\(path) \(subcommand.commandName)") }
        }
        check(try #require(CommandTree.whole()), "tagline")
        #expect(
            found.isSuperset(of: [
                "tagline sandbox world", "tagline sandbox faults", "tagline faults apply what",
                "tagline faults check file", "tagline tag file", "tagline runs list directory", "tagline serve config",
                "tagline state copy to", "tagline sandbox tls-key", "tagline sandbox cloud-socket",
            ]), "\(found.sorted())")
        #expect(!found.contains("tagline tag where") && !found.contains("tagline serve store"))
    }

    @Test(arguments: [
        (["--generate-completion-script", "bash"], true), (["--generate-completion-script=zsh"], true),
        (["--generate-completion-script", "tcsh"], false), (["--generate-completion-script", "zsh", "x"], false),
        (["tag", "--generate-completion-script", "zsh"], false), ([], false),
    ])
    func `the command prints a completion script only for a known shell`(arguments: [String], isOne: Bool) {
        #expect((CompletionScript.requested(by: arguments) != nil) == isOne)
    }

    @Test func `zsh completes the value after an equals sign`() throws {
        let script = try #require(CompletionScript.requested(by: ["--generate-completion-script", "zsh"]))
        let lines = script.split(separator: "\n").map { $0.drop { $0 == " " } }
        let options = lines.filter { $0.hasPrefix("'--") || $0.hasPrefix("'*--") }
        let valued = options.filter { !$0.hasSuffix("]'") }
        #expect(valued.count > 300 && valued.allSatisfy { $0.prefix { $0 != "[" }.hasSuffix("=") })
        #expect(lines.contains { $0.hasPrefix("'*--file=[") && $0.hasSuffix("]:file:_files'") })
        #expect(options.count > valued.count && !options.contains { $0.hasPrefix("'--verify=") })
    }

    @Test func `blanks cover the rest of the previous line, up to the width of the terminal`() {
        for (previous, width, columns, blanks) in [(79, 50, 80, 29), (79, 50, 60, 9), (79, 59, 60, 0), (10, 20, 80, 0)]
        {
            #expect(
                StandardError.blanks(over: previous, after: width, columns: columns)
                    == String(repeating: " ", count: blanks))
        }
    }

    @Test(
        arguments: [
            ("20", 20), ("0.5", 0.5), ("0x10", nil), ("1e3", nil), ("inf", nil), ("", nil), ("+1", nil),
        ] as [(String, Double?)])
    func `a rate is a decimal number`(text: String, rate: Double?) {
        #expect((try? PaceOptions.rate(text)) == rate)
    }

    @Test(arguments: [
        ("flie", "file"), ("fiel", "file"), ("verfy", "verify"), ("rej", "rejects"), ("xyzzy", nil), ("", nil),
        (String(repeating: "x", count: 5000), nil),
    ])
    func `the nearest word is suggested, but never a very different word`(typed: String, meant: String?) {
        #expect(Suggestion.nearest(to: typed, among: ["file", "verify", "rejects", "where"]) == meant)
    }

    @Test(arguments: [
        ("-f", "--file"), ("--f", "--file"), ("-V", nil), ("--V", nil), ("-z", nil), ("-c", "--ca"), ("-t", "--tag"),
        ("-file", "--file"), ("--fiel", "--file"), ("--tg", "--tag"), ("--cc", "--ca"),
    ])
    func `for an unknown option of one letter, a suggestion begins with that letter`(typed: String, meant: String?) {
        let tag = CommandTree(["--tag", "--file", "--ca", "--token-file"])
        let mistake = CommandLineMistake.first(in: [typed, "x"], of: tag)?.description
        let suggestion = meant.map { " Did you mean '\($0)'?" } ?? ""
        #expect(mistake == "Error: Unknown option '\(typed)'.\(suggestion)\nSee 'tag --help' for more information.")
    }

    @Test func `the distance of two words is the number of typing errors between them`() {
        #expect(Suggestion.distance("", "abc") == 3 && Suggestion.distance("abc", "") == 3)
        #expect(Suggestion.distance("abc", "acb") == 1 && Suggestion.distance("abc", "abc") == 0)
        #expect(Suggestion.distance("kitten", "sitting") == 3)
    }

    @Test func `calls are spread evenly, and a pause does not cause a burst`() {
        var pace = Pace(callsPerSecond: 10)
        #expect(pace.reserve(at: .seconds(5)) == .zero)
        #expect(pace.reserve(at: .seconds(5)) == .milliseconds(100))
        #expect(pace.reserve(at: .milliseconds(5050)) == .milliseconds(150))
        #expect(pace.reserve(at: .seconds(60)) == .zero)
        #expect(pace.reserve(at: .seconds(60)) == .milliseconds(100))
    }

    @Test func `a command is shown as it was typed`() {
        #expect(
            TypedCommand.text(of: ["tagline", "tag", "--tag", "广东", "a b", "it's", ""])
                == #"tagline tag --tag 广东 'a b' 'it'\''s' ''"#)
        // Swift reads the quote and the accent after it as one character, but the shell reads a quote.
        #expect(TypedCommand.text(of: ["'\u{301};x"]) == #"''\''"# + "\u{301};x'")
        #expect(TypedCommand.resuming(["t", "--", "x"]) == ["t", "--resume", "--", "x"])
        #expect(TypedCommand.resuming(["t", "--resume"]) == ["t", "--resume"])
    }

    @Test(arguments: [
        ("http://me:hidden@p:3128", "http://me:GIVE-THE-PASSWORD-AGAIN@p:3128"),
        ("me:hid@den:x@p", "me:GIVE-THE-PASSWORD-AGAIN@p"), ("http://me:@p", "http://me:GIVE-THE-PASSWORD-AGAIN@p"),
        ("http://me@p:3128", "http://me@p:3128"), ("http://p:3128", "http://p:3128"),
        ("socks5://[::1]:1080", "socks5://[::1]:1080"),
    ])
    func `a command is shown without the password of its proxy`(proxy: String, shown: String) {
        let words = ["tagline", "tag", "--tag", "134"]
        let before = "tagline tag --tag 134 "
        #expect(
            TypedCommand.text(of: words + ["--proxy", proxy, "-v"])
                == before + "--proxy \(ShellText.word(shown)) -v")
        #expect(TypedCommand.text(of: words + ["--proxy=" + proxy]) == before + ShellText.word("--proxy=" + shown))
        #expect(TypedCommand.text(of: ["--file", proxy]) == "--file \(ShellText.word(proxy))")
    }

    @Test func `a call is logged without its token`() {
        let call = OutgoingCall(
            GetFans.endpoint,
            query: [(name: "next_openid", value: "oX"), (name: "access_token", value: "a secret token")])
        let line = LoggedTransport.line(call, Date(timeIntervalSince1970: 0), .milliseconds(23), "ok, 5 B")
        #expect(
            line.hasPrefix(
                "1970-01-01T00:00:00.000Z GET /cgi-bin/user/get?next_openid=oX&access_token=*** 0 B, 23 ms: ok"),
            "\(line)")
        #expect(LoggedTransport.verdict(Array(#"{"access_token":"secret","expires_in":7200}"#.utf8)) == "ok, 43 B")
        #expect(
            LoggedTransport.verdict(Array(#"{"errcode":45011,"errmsg":"reach \"max\""}"#.utf8))
                == #"45011 reach \"max\""#)
        #expect(LoggedTransport.verdict([]) == "ok, 0 B" && LoggedTransport.verdict([0xFF, 0x22]) == "ok, 2 B")
    }

    @Test func `control characters in a server's text are shown as escapes`() {
        #expect("a\u{1b}[2J\n\u{9b}\u{202e}é广".shown == #"a\u{1b}[2J\u{a}\u{9b}\u{202e}é广"#)
        #expect("a\n\tb\r".shownInLines == "a\n\tb\\u{d}" && "".shown == "" && "👨‍👩‍👧".shown == "👨‍👩‍👧")
    }
}

extension CommandTree {
    /// A command without subcommands, named `tag`.
    fileprivate init(_ options: [String]) {
        let arguments = options.map { option in
            Argument(
                kind: "option", isRepeating: false, parsingStrategy: "default",
                names: [Argument.Name(kind: "long", name: String(option.dropFirst(2)))], valueName: nil,
                abstract: nil, completionKind: nil)
        }
        self.init(commandName: "tag", arguments: arguments, subcommands: nil, defaultSubcommand: nil)
    }
}

extension CommandTree.Argument {
    /// Whether the help of the argument says that its value is a file or a directory.
    fileprivate var namesAFile: Bool {
        let help = (abstract ?? "").lowercased().replacing("instead of a file", with: "")
        let words = help.split { !$0.isLetter } + (valueName ?? "").split(separator: "-")
        return words.contains { ["file", "directory", "pem", "socket"].contains($0) }
    }
}
