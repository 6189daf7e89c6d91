import BulkRuns
import FollowerFiles
import Foundation
import OfficialAccount
import OfficialAccountClient
import Testing

/// Tests that messages name the file and the line if a run has several files. Also tests the messages about a run that
/// has not begun.
@Suite struct SeveralFilesTests {
    private static let first = "ocYxcuDemoFollower0000000001"
    private static let second = "ocYxcuDemoFollower0000000002"

    private static let tags = AccountTags([
        Tag(id: 107, name: "vip", count: 0), Tag(id: 109, name: "107", count: 0),
    ])

    private func directory(_ body: (URL) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try body(directory)
    }

    private func write(_ files: [String], in directory: URL) throws -> [String] {
        try files.enumerated().map { number, text in
            let file = directory.appending(path: "m\(number).csv")
            try Data(text.utf8).write(to: file)
            return file.path
        }
    }

    /// Returns the message of the error that occurs when a run loads the tags in `files`. The loading must fail.
    private func failure(_ files: [String]) throws -> String {
        let run = try RunFile.temporary()
        defer { run.close() }
        var columns = try TagColumn(Self.tags, fallback: [])
        let input = try RunInput(files, columns: FollowerColumns())
        let failure = #expect(throws: InputFailure.self) {
            try columns.load(input, .tag, into: run) { _, _ in }
        }
        return "\(failure, default: "")"
    }

    @Test func `with several files, a message about a tag names the file and the line in this file`() throws {
        try directory { directory in
            let good = "openid,tag\n\(Self.first),vip\n\(Self.second),vip\n"
            let bad = "openid,tag\n\(Self.first),vip\n\(Self.second),107\n"
            let files = try write([good, "", bad], in: directory)
            #expect(try failure(files).hasPrefix("\(files[2]), line 3: \"107\" may mean 2 tags"))
            #expect(try failure([files[2], files[0]]).hasPrefix("\(files[2]), line 3: \"107\" may mean 2 tags"))
            #expect(try failure([files[2]]).hasPrefix("line 3: \"107\" may mean 2 tags"))
        }
    }

    @Test(arguments: ["??", "??101", "\u{FFFD}\u{FFFD}"])
    func `if a tag lost its characters, the refusal gives a command that converts the file without loss`(text: String)
        throws
    {
        try directory { directory in
            let files = try write(["openid,tag\n\(Self.first),vip;\(text)\n"], in: directory)
            let sentence = try failure(files)
            #expect(sentence.hasPrefix("line 2: the file seems to have lost characters when it was converted: the "))
            #expect(sentence.contains("write \"name:\(text)\" for a new tag with this name"), "\(sentence)")
            #expect(
                sentence.hasSuffix(
                    #"convert it with: soffice --headless --convert-to "csv:Text - txt - csv (StarCalc):44,34,76" FILE"#
                ), "\(sentence)")
            // A person typed this tag, so no program has converted it. The message therefore gives no command.
            let failure = #expect(throws: TagFailure.self) { try TagColumn(Self.tags, fallback: [text]) }
            let typed = "\(failure, default: "")"
            #expect(typed.contains("the account has no tag \"\(text)\"") && !typed.contains("soffice"), "\(typed)")
        }
    }

    @Test func `with several files, a sync names the file of the first line that it cannot read`() throws {
        try directory { directory in
            let files = try write(["\(Self.first)\n", "\(Self.second)\nnobody\n"], in: directory)
            for (names, place, words) in [
                (files, RunInput.Place(file: files[1], line: 2), "the first is \(files[1]), line 2"),
                ([files[1]], RunInput.Place(line: 2), "the first is line 2"),
            ] {
                let run = try RunFile.temporary()
                defer { run.close() }
                let input = try RunInput(names, columns: FollowerColumns())
                let reading = try run.load(input, progress: { _, _ in }) { openID, _, line, loader in
                    try loader.add(Tagging(.tag, openID, 107, line: line))
                }
                let found = try #require(try run.firstBadLine())
                #expect(found == place && reading.place(of: names.count + 1) == place, "\(found)")
                let failure = SyncFailure.badLines(1, first: found, source: input.name)
                #expect("\(failure)".contains("cannot be read, \(words), and their"), "\(failure)")
            }
        }
    }

    // MARK: A run that has not begun

    @Test func `the message about a run that has not begun tells how to begin the run`() throws {
        try directory { directory in
            let path = directory.appending(path: "a.run").path
            for command in ["tagline tag --file a", nil] {
                try RunFile.create(path, command: command).close()
                guard case .notBegun(let found) = try RunState(looking: path) else {
                    return #expect(Bool(false), "the run has begun")
                }
                #expect(found == command)
                #expect(try RunState(looking: path).row.last == "not begun")
                try RunFile.makeRoom(at: path)
            }
            #expect(RunReport.resuming("tagline tag --file a") == "tagline tag --file a --resume")
            #expect(RunReport.resuming("tagline tag --resume --file a") == "tagline tag --resume --file a")
            let known = "\(RunFailure.stoppedBeforeItBegan("a", command: "again"))"
            #expect(known.hasSuffix("Begin it with: again"), "\(known)")
            let unknown = "\(RunFailure.stoppedBeforeItBegan("a", command: nil))"
            #expect(unknown.contains("the same files, with --resume"), "\(unknown)")
        }
    }

    @Test func `a run that does not begin leaves no file`() throws {
        try directory { directory in
            let path = directory.appending(path: "a.run").path
            let run = try RunFile.create(path, command: "tagline tag")
            try run.load { loader in
                for line in 1...1000 { try loader.refuse("nobody", "not an openid", line: line) }
            }
            run.remove()
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
            run.discard()
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
        }
    }
}
