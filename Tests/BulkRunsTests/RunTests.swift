import BulkRuns
import FollowerFiles
import Foundation
import OfficialAccount
import OfficialAccountClient
import TaglineTesting
import Testing

/// Tests whole runs, from their files to their results, at a server in this process.
@Suite struct RunTests {
    /// A directory and an account for one test. Each test has its own server.
    private struct Bench {
        let server: TaglineTestServer
        let directory: URL

        var account: RunAccount {
            RunAccount(
                appID: server.appID, name: nil, baseURL: "http://localhost", client: server.client,
                patient: server.client)
        }

        var path: String { directory.appending(path: "followers.txt.run").path }

        func file(_ name: String, _ text: String) throws -> String {
            let file = directory.appending(path: name)
            try Data(text.utf8).write(to: file)
            return file.path
        }
    }

    private struct Silent: RunWork.Display {
        var interval: Duration { .seconds(1) }
        func show(_ moment: RunMoment) {}
        func end() {}
    }

    private func bench(_ body: (Bench) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try await withTagline { try await body(Bench(server: $0, directory: directory)) }
    }

    /// Creates a run that gives `tag` to the followers in `text`.
    private func begin(_ bench: Bench, _ text: String, tag: String = "102") async throws -> (RunFile, RunInput) {
        let input = try RunInput([try bench.file("followers.txt", text)], columns: FollowerColumns())
        let file = try RunFile.create(bench.path)
        var columns = try TagColumn(try await bench.account.tags(), fallback: [tag])
        let reading = try columns.load(input, .tag, into: file) { _, _ in }
        try await HoldersBefore(file, at: bench.account).note(made: []) { Issue.record("\($0)") }
        try file.complete(
            RunFile.Identity(
                verb: "tag", appID: bench.server.appID.rawValue, tag: columns.fallback.first?.rawValue,
                source: input.name, baseURL: bench.account.baseURL, digest: reading.digest, command: "tagline tag"))
        return (file, input)
    }

    private func work(
        _ file: RunFile, _ bench: Bench, undoing: Bool = false, calls: Int? = nil
    ) async throws -> BulkProgress {
        var options = BulkTagger.Options()
        options.calls = calls
        return try await RunWork(
            file, at: bench.account, options: options, display: Silent(), undoing: undoing, whenAsked: { _ in }
        ).run()
    }

    /// Leaves the run as a process leaves it that is killed after it has sent `followers`. The file records no answer.
    private func kill(_ file: RunFile, _ bench: Bench, afterSending followers: [OpenID]) async throws {
        var rows = file.pending().makeAsyncIterator()
        _ = try await rows.next()
        try await bench.server.client.tags.batchTagging(followers, tag: 102)
        file.close()
    }

    /// Makes the platform refuse every call of `endpoint` with `code`; with `openID`, only the calls that name it.
    private func refuse(_ endpoint: Endpoint, _ code: Int, of openID: OpenID? = nil, at bench: Bench) throws {
        try bench.server.play("busy-openid") { rule in
            rule.name = "refusal-\(openID.map { "\($0)" } ?? "all")"
            rule.match.path = [endpoint.path]
            rule.match.openid = openID.map { "\($0)" }
            rule.times = nil
            rule.action.errcode = code
        }
    }

    private func names(_ bench: Bench, _ range: ClosedRange<Int>) -> String {
        bench.server.followers(range).map { "\($0)\n" }.joined()
    }

    @Test func `a run tags the followers in its file, and --undo removes the tag again`() async throws {
        try await bench { bench in
            let text = names(bench, 1...120) + names(bench, 1...2) + "nobody\n"
            let (file, _) = try await begin(bench, text)
            defer { file.close() }
            let plan = try RunPlan(
                file, account: bench.account.told,
                calls: try file.callsLeft().map {
                    RunPlan.Calls(
                        verb: $0.verb, needed: $0.count, latency: .milliseconds(20), concurrency: 32, perSecond: 0.5,
                        quota: nil)
                })
            #expect(
                plan.lines { "the tag \($0)" } == [
                    "At the account \(bench.server.appID) at http://localhost:", "120 to get the tag the tag 102",
                    "2 duplicates, 1 line without a valid openid: these are not sent",
                    "3 calls of batchTagging, and up to twelve more for each refused follower",
                    "6 s or more, if answers take 20 ms as now and 3 calls are in flight",
                ])
            #expect(try await work(file, bench).stop == nil)
            let summary = try RunSummary(file, rejects: "rejects.csv").text
            #expect(summary.hasPrefix("120 tagged, 0 refused, 0 with unknown outcome, 0 left.\n"), "\(summary)")
            #expect(summary.contains("2 duplicates, 1 line without a valid openid"), "\(summary)")
            let check = try #require(try await RunCheck.all(of: file, at: bench.account).first)
            #expect(check.isRight && check.right == 120 && check.complaint == nil)
            #expect(try await work(file, bench, undoing: true).stop == nil)
            #expect(try file.counts().undone == 120)
            #expect(try await bench.server.tags(of: bench.server.followers(1...1)[0]).isEmpty)
        }
    }

    @Test(arguments: [
        (2, "the run needs 2 days"), (3, "the run needs 1 day"), (1, "the run needs 3 days"), (Int.max, "quota: "),
    ])
    func `a plan says how many days the calls need, whatever number the platform reports`(perDay: Int, words: String)
        throws
    {
        let file = try RunFile.temporary()
        defer { file.close() }
        try file.load { _ in }
        let quota = CallAllowance(perDay: perDay, used: perDay, perMinute: nil)
        let calls = RunPlan.Calls(
            verb: .tag, needed: 3, latency: .zero, concurrency: 1, perSecond: nil, quota: quota)
        let lines = try RunPlan(file, account: "a", calls: [calls]).lines { "\($0)" }
        #expect(lines.last?.contains(words) ?? false, "\(lines)")
    }

    @Test func `a run cannot be resumed with another command, account, tag or input`() async throws {
        try await bench { bench in
            let (file, _) = try await begin(bench, names(bench, 1...60))
            file.close()
            func resumable(_ wanted: RunFile.Wanted, _ input: RunInput? = nil) throws -> RunFile? {
                let file = try RunFile.resumable(bench.path, as: wanted, input: input)
                file?.close()
                return file
            }
            let appID = bench.server.appID
            let input = try RunInput(
                [bench.directory.appending(path: "followers.txt").path], columns: FollowerColumns())
            #expect(try resumable(RunFile.Wanted(verb: "tag", appID: appID, tags: [102]), input) != nil)
            #expect(throws: RunFailure.otherVerb(bench.path, verb: "tag")) {
                try resumable(RunFile.Wanted(verb: "sync", appID: appID))
            }
            #expect(throws: RunFailure.otherAccount(bench.path, appID: appID.rawValue, wanted: "wxother")) {
                try resumable(RunFile.Wanted(verb: "tag", appID: "wxother"))
            }
            #expect(throws: RunFailure.otherTags(bench.path, tags: [102], wanted: [103])) {
                try resumable(RunFile.Wanted(verb: "tag", appID: appID, tags: [103]))
            }
            let other = try RunInput([try bench.file("other.txt", names(bench, 1...61))], columns: FollowerColumns())
            #expect(throws: RunFailure.self) {
                try resumable(RunFile.Wanted(verb: "tag", appID: appID), other)
            }
            #expect(throws: RunFailure.unfinished(bench.path, left: 60, total: 60)) {
                try RunFile.makeRoom(at: bench.path)
            }
            #expect(throws: RunFailure.justMade(bench.path)) { try RunFile.create(bench.path) }
            #expect(throws: RunFailure.noFile("nowhere.run")) {
                try RunFile.undoable("nowhere.run", as: RunFile.Wanted(verb: "tag", appID: appID))
            }
        }
    }

    @Test func `--undo leaves the tag to followers who had it before the run`() async throws {
        try await bench { bench in
            let before = bench.server.followers(1...1)[0]
            try await bench.server.client.tags.batchTagging([before], tag: 102)
            let (file, _) = try await begin(bench, names(bench, 1...3))
            defer { file.close() }
            #expect(try await work(file, bench).stop == nil)
            #expect(try await work(file, bench, undoing: true).stop == nil)
            #expect(try await bench.server.tags(of: before) == [102])
            #expect(try file.counts().undone == 2)
        }
    }

    /// The resumed run may make `calls` calls, or the platform answers `code` to each call.
    @Test(arguments: [(0, nil), (1, nil), (nil, 45009), (nil, 48001)] as [(Int?, Int?)])
    func `--undo undoes what a killed process sent, even if a resumed run stopped before it sent the same again`(
        calls: Int?, code: Int?
    ) async throws {
        try await bench { bench in
            let (killed, _) = try await begin(bench, names(bench, 1...120))
            try await kill(killed, bench, afterSending: bench.server.followers(51...100))
            if let code { try refuse(BatchTagging.endpoint, code, at: bench) }
            let resumed = try RunFile.existing(bench.path)
            #expect(try await work(resumed, bench, calls: calls).stop != nil)
            let counts = try resumed.counts()
            #expect(counts.undoable == 120 && counts.waiting == 0 && counts.applied == 50 * (calls ?? 0))
            resumed.close()
            let file = try RunFile.existing(bench.path)
            defer { file.close() }
            #expect(try await work(file, bench, undoing: true).stop == nil)
            #expect(try file.counts().undone == 120)
            for openID in bench.server.followers(1...120) {
                #expect(try await bench.server.tags(of: openID).isEmpty, "\(openID)")
            }
        }
    }

    @Test func `a run that was killed and stopped early tags all followers in the end`() async throws {
        try await bench { bench in
            let (killed, _) = try await begin(bench, names(bench, 1...120))
            try await kill(killed, bench, afterSending: bench.server.followers(51...100))
            for calls in [1, nil] {
                let file = try RunFile.existing(bench.path)
                defer { file.close() }
                _ = try await work(file, bench, calls: calls)
                #expect(try file.counts().applied == (calls == nil ? 120 : 50))
            }
            for openID in bench.server.followers(1...120) {
                #expect(try await bench.server.tags(of: openID) == [102], "\(openID)")
            }
        }
    }

    @Test func `--undo makes no call for followers whom no process has sent`() async throws {
        try await bench { bench in
            let (file, _) = try await begin(bench, names(bench, 1...120))
            #expect(try await work(file, bench, calls: 1).stop == .callsUsedUp)
            let counts = try file.counts()
            #expect(counts.undoable == 50 && counts.unknown == 0 && counts.waiting == 70)
            file.close()
            let again = try RunFile.existing(bench.path)
            defer { again.close() }
            #expect(try await work(again, bench, undoing: true).calls == 1)
            #expect(try again.counts().undone == 50)
        }
    }

    @Test func `a resumed run reads the tags of a refused follower whom a killed process may have sent`() async throws {
        try await bench { bench in
            let (killed, _) = try await begin(bench, names(bench, 1...3))
            let followers = bench.server.followers(1...3)
            try await kill(killed, bench, afterSending: [followers[0]])
            for openID in followers.prefix(2) { try refuse(BatchTagging.endpoint, 45059, of: openID, at: bench) }
            let file = try RunFile.existing(bench.path)
            defer { file.close() }
            #expect(try await work(file, bench).stop == nil)
            let counts = try file.counts()
            #expect(counts.applied == 2 && counts.rejected == 1, "\(counts)")
            #expect(try await work(file, bench, undoing: true).stop == nil)
            for openID in followers { #expect(try await bench.server.tags(of: openID).isEmpty, "\(openID)") }
        }
    }

    @Test func `--undo reads the tags of a refused follower whose earlier call of --undo got no answer`() async throws {
        try await bench { bench in
            let (file, _) = try await begin(bench, names(bench, 1...1))
            defer { file.close() }
            #expect(try await work(file, bench).stop == nil)
            try bench.server.play("lost-answer") { rule in
                // The rule of `refuse` below has the same name, so it replaces this rule.
                rule.name = "refusal-all"
                rule.match.path = [BatchUntagging.endpoint.path]
                rule.skip = 0
                rule.times = nil
            }
            _ = try await work(file, bench, undoing: true)
            #expect(try file.counts().undoUnknown == 1)
            try refuse(BatchUntagging.endpoint, 40003, at: bench)
            #expect(try await work(file, bench, undoing: true).stop == nil)
            let counts = try file.counts()
            #expect(counts.undone == 1 && counts.rejected == 0, "\(counts)")
        }
    }

    @Test func `a run lists a refused follower as rejected, and tags the other followers`() async throws {
        try await bench { bench in
            // This follower carries twenty tags already.
            let full = try #require(OpenID("ocYxcuDemoFollower0000001000"))
            let (file, _) = try await begin(bench, names(bench, 1...10) + "\(full)\n", tag: "广东")
            defer { file.close() }
            #expect(try await work(file, bench).stop == nil)
            let rejects = RejectsFile(path: bench.directory.appending(path: "rejects.csv").path)
            try rejects.check()
            try rejects.write(from: file, isNew: true)
            let lines = try String(contentsOfFile: rejects.path, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == 2 && lines[0] == "openid,line,errcode,reason")
            #expect(lines[1].hasPrefix("\(full),11,45059,"), "\(lines)")
            let report = try RunReport(file, rejects: rejects.path)
            #expect(report.applied == 10 && report.refused == 1 && report.state == "over")
            let unwritable = RejectsFile(path: bench.directory.path)
            #expect(throws: RejectsFailure.unwritable(bench.directory.path)) { try unwritable.check() }
        }
    }

    @Test(arguments: [true, false])
    func `the command refuses a run file that is a link, and never changes the linked file`(isHard: Bool) async throws {
        try await bench { bench in
            let (file, _) = try await begin(bench, names(bench, 1...2))
            file.close()
            let other = bench.directory.appending(path: "other.run").path
            try FileManager.default.moveItem(atPath: bench.path, toPath: other)
            if isHard {
                try FileManager.default.linkItem(atPath: other, toPath: bench.path)
            } else {
                try FileManager.default.createSymbolicLink(atPath: bench.path, withDestinationPath: other)
            }
            let content = try Data(contentsOf: URL(filePath: other))
            for open in [RunFile.existing, { try RunFile.create($0) }] {
                #expect(throws: RunFailure.self) { try open(bench.path) }
            }
            #expect(throws: RunFailure.self) { try RunFile.makeRoom(at: bench.path) }
            #expect(try Data(contentsOf: URL(filePath: other)) == content)
            // The command also refuses a dangling link as a new run file, because SQLite would create the link's
            // target.
            let dangling = bench.directory.appending(path: "dangling.run").path
            try FileManager.default.createSymbolicLink(atPath: dangling, withDestinationPath: other + ".nowhere")
            #expect(throws: RunFailure.self) { try RunFile.create(dangling) }
            #expect(!FileManager.default.fileExists(atPath: other + ".nowhere"))
        }
    }

    @Test func `a link does not redirect the temporary file of the list of refused followers`() async throws {
        try await bench { bench in
            let (file, _) = try await begin(bench, names(bench, 1...2) + "nobody\n")
            defer { file.close() }
            let other = try bench.file("precious", "precious")
            let path = bench.directory.appending(path: "rejects.csv").path
            let part = "\(path).\(ProcessInfo.processInfo.processIdentifier).part"
            for isHard in [true, false] {
                if isHard {
                    try FileManager.default.linkItem(atPath: other, toPath: part)
                } else {
                    try FileManager.default.createSymbolicLink(atPath: part, withDestinationPath: other)
                }
                try RejectsFile(path: path).check()
                try RejectsFile(path: path).write(from: file, isNew: true)
                #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("openid,line,"))
                #expect(try String(contentsOfFile: other, encoding: .utf8) == "precious")
            }
        }
    }

    @Test(arguments: [true, false])
    func `an earlier list of refused followers that cannot be renamed stays, and so does the new list`(isEmpty: Bool)
        async throws
    {
        try await bench { bench in
            let (file, _) = try await begin(bench, names(bench, 1...2) + "nobody\n")
            defer { file.close() }
            let path = try bench.file("rejects.csv", "an earlier list\n")
            let inTheWay = URL(filePath: path + ".previous")
            try FileManager.default.createDirectory(at: inTheWay, withIntermediateDirectories: false)
            if !isEmpty { try Data().write(to: inTheWay.appending(path: "a")) }
            let failure = #expect(throws: RejectsFailure.self) {
                try RejectsFile(path: path).write(from: file, isNew: true)
            }
            let part = "\(path).\(ProcessInfo.processInfo.processIdentifier).part"
            #expect(failure?.isListComplete ?? false)
            #expect(failure.map { "\($0)".contains("the new list is \(part)") } ?? false)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "an earlier list\n")
            #expect(try String(contentsOfFile: part, encoding: .utf8).contains("\nnobody,3,"))
        }
    }

    @Test func `a run does not start if an earlier list could not be renamed`() async throws {
        try await bench { bench in
            let path = bench.directory.appending(path: "rejects.csv").path
            let previous = path + ".previous"
            try FileManager.default.createDirectory(atPath: previous, withIntermediateDirectories: false)
            // Without an earlier list, nothing is renamed.
            try RejectsFile(path: path).check()
            try Data("an earlier list\n".utf8).write(to: URL(filePath: path))
            let failure = #expect(throws: RejectsFailure.self) { try RejectsFile(path: path).check() }
            #expect(failure == .directoryInTheWay(URL(filePath: previous).resolvingSymlinksInPath().path))
            try FileManager.default.removeItem(atPath: previous)
            try Data().write(to: URL(filePath: previous))
            try RejectsFile(path: path).check()
        }
    }

    @Test func `the path of the list of refused followers may be a link or a pipe`() async throws {
        try await bench { bench in
            let (file, _) = try await begin(bench, names(bench, 1...2) + "nobody\n")
            defer { file.close() }
            let target = try bench.file("target.csv", "an earlier list\n")
            let link = bench.directory.appending(path: "link.csv").path
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
            try RejectsFile(path: link).write(from: file, isNew: true)
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == target)
            #expect(try String(contentsOfFile: target, encoding: .utf8).hasPrefix("openid,line,"))
            #expect(try String(contentsOfFile: target + ".previous", encoding: .utf8) == "an earlier list\n")
            let pipe = bench.directory.appending(path: "pipe").path
            #expect(mkfifo(pipe, 0o600) == 0)
            let (ends, ended) = AsyncStream.makeStream(of: Data.self)
            // Each end of the pipe needs its own thread, because the opening of one end waits for the other end.
            Thread.detachNewThread {
                let bytes = try? FileHandle(forReadingAtPath: pipe)?.readToEnd()
                ended.yield(bytes ?? Data())
            }
            try RejectsFile(path: pipe).check()
            try RejectsFile(path: pipe).write(from: file, isNew: true)
            let bytes = await ends.first { _ in true } ?? Data()
            #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("openid,line,"))
            #expect(throws: RunFailure.notARunFile(pipe)) { try RunFile.existing(pipe) }
        }
    }

    @Test func `the list of refused followers shows control characters as escapes`() async throws {
        try await bench { bench in
            let (file, _) = try await begin(bench, names(bench, 1...1) + "no\u{202E}bo\u{2066}dy\n")
            defer { file.close() }
            let rejects = RejectsFile(path: bench.directory.appending(path: "rejects.csv").path)
            try rejects.write(from: file, isNew: true)
            let lines = try String(contentsOfFile: rejects.path, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == 2 && lines[1].hasPrefix(#"no\u{202e}bo\u{2066}dy,2,"#), "\(lines)")
        }
    }

    @Test func `an input of several files reports which of them are empty`() async throws {
        try await bench { bench in
            let files = [
                try bench.file("a.txt", names(bench, 1...2)), try bench.file("b.txt", ""),
                try bench.file("c.txt", "openid,tag\n"),
            ]
            let reading = try RunInput(files, columns: FollowerColumns()).read { _ in }
            #expect(reading.empty == Array(files.dropFirst()))
            for order in [files, files.reversed()] {
                let run = try RunFile.temporary()
                defer { run.close() }
                let input = try RunInput(order, columns: FollowerColumns())
                _ = try run.load(input, progress: { _, _ in }) { openID, _, line, loader in
                    try loader.add(Tagging(.tag, openID, 102, line: line))
                }
                #expect(try run.counts().total == 2)
                #expect(try run.sources().contains { $0.name == files[0] })
            }
            let plan = SyncPlan(
                source: "f", gets: 1, loses: 1, both: 1, badLines: 0, firstBadLine: nil, emptyFiles: reading.empty)
            #expect(throws: SyncFailure.namesNobody(source: "\(files[1]), \(files[2])", loses: 1)) {
                try plan.check(maxRemove: nil, allowEmpty: false, ignoreBadLines: false)
            }
        }
    }

    // MARK: Undone in part

    /// Carries out or undoes a run with at most one call, and closes its file.
    private func call(once file: RunFile, _ bench: Bench, undoing: Bool = false) async throws {
        defer { file.close() }
        var options = BulkTagger.Options()
        options.calls = 1
        let progress = try await RunWork(
            file, at: bench.account, options: options, display: Silent(), undoing: undoing, whenAsked: { _ in }
        ).run()
        #expect(progress.calls == 1)
    }

    private func undoable(_ bench: Bench) throws -> RunFile {
        try RunFile.undoable(bench.path, as: RunFile.Wanted(verb: "tag", appID: bench.server.appID))
    }

    private func report(_ bench: Bench) throws -> RunReport {
        guard case .run(let report, _) = try RunState(looking: bench.path) else {
            throw RunFailure.notBegun(bench.path)
        }
        return report
    }

    @Test func `a run that is undone in part tells how to go on, and makes no room for a new run`() async throws {
        try await bench { bench in
            let (file, _) = try await begin(bench, names(bench, 1...120))
            #expect(try await work(file, bench).stop == nil)
            try await call(once: file, bench, undoing: true)
            let part = try report(bench)
            #expect(part.state == "70 to undo" && part.takenBack == 50 && part.leftToUndo == 70)
            let text = part.text(command: "tagline tag")
            #expect(text.contains("50 undone by --undo, 70 left to undo\n"), "\(text)")
            #expect(
                text.contains(
                    "Go on with: tagline tag --undo --run-file \(bench.path) --app-id \(bench.server.appID) --base-url http://localhost\n"
                ), "\(text)")
            #expect(!text.contains("--resume"), "\(text)")
            #expect(throws: RunFailure.partlyUndone(bench.path, left: 70)) { try RunFile.makeRoom(at: bench.path) }
            let again = try undoable(bench)
            #expect(try await work(again, bench, undoing: true).stop == nil)
            again.close()
            let whole = try report(bench)
            #expect(whole.state == "undone" && whole.takenBack == 120 && whole.leftToUndo == 0)
            try RunFile.makeRoom(at: bench.path)
            #expect(FileManager.default.fileExists(atPath: bench.path + ".previous"))
        }
    }

    @Test func `a run that stopped and was undone has nothing left to do`() async throws {
        try await bench { bench in
            let (file, _) = try await begin(bench, names(bench, 1...120))
            try await call(once: file, bench)
            let before = try report(bench)
            #expect(before.state == "70 left" && before.leftToUndo == nil)
            #expect(before.text(command: "tagline tag").contains("Go on with: tagline tag --resume\n"))
            let undone = try undoable(bench)
            #expect(try await work(undone, bench, undoing: true).stop == nil)
            undone.close()
            let after = try report(bench)
            #expect(after.state == "undone" && after.left == 70)
            let text = after.text(command: "tagline tag")
            #expect(text.contains("The command was: tagline tag\n") && !text.contains("Go on with"), "\(text)")
            try RunFile.makeRoom(at: bench.path)
        }
    }

    private func resumable(_ bench: Bench) throws -> RunFile? {
        try RunFile.resumable(bench.path, as: RunFile.Wanted(verb: "tag", appID: bench.server.appID), input: nil)
    }

    @Test func `a run that is undone in part cannot be resumed`() async throws {
        try await bench { bench in
            let (file, _) = try await begin(bench, names(bench, 1...120))
            #expect(try await work(file, bench).stop == nil)
            try await call(once: file, bench, undoing: true)
            #expect(throws: RunFailure.partlyUndone(bench.path, left: 70)) { try resumable(bench) }
            let again = try undoable(bench)
            #expect(try await work(again, bench, undoing: true).stop == nil)
            again.close()
            #expect(throws: RunFailure.undone(bench.path)) { try resumable(bench) }
        }
    }

    @Test func `a run that stopped and was undone cannot be resumed, and makes room for a new run`() async throws {
        try await bench { bench in
            let (file, _) = try await begin(bench, names(bench, 1...120))
            try await call(once: file, bench)
            let stopped = try resumable(bench)
            #expect(stopped != nil)
            stopped?.close()
            let undone = try undoable(bench)
            #expect(try await work(undone, bench, undoing: true).stop == nil)
            undone.close()
            #expect(throws: RunFailure.undone(bench.path)) { try resumable(bench) }
            #expect(try report(bench).state == "undone")
            try RunFile.makeRoom(at: bench.path)
            #expect(FileManager.default.fileExists(atPath: bench.path + ".previous"))
        }
    }

    @Test func `a run cannot be resumed if its undo got no answer`() async throws {
        try await bench { bench in
            let (file, _) = try await begin(bench, names(bench, 1...1))
            #expect(try await work(file, bench).stop == nil)
            try bench.server.play("lost-answer") { rule in
                rule.match.path = [BatchUntagging.endpoint.path]
                rule.skip = 0
                rule.times = nil
            }
            _ = try await work(file, bench, undoing: true)
            file.close()
            #expect(throws: RunFailure.partlyUndone(bench.path, left: 1)) { try resumable(bench) }
        }
    }

    @Test func `a pipe or a directory is not a run file, and no command waits for it`() async throws {
        try await bench { bench in
            let pipe = bench.directory.appending(path: "pipe.run").path
            #expect(mkfifo(pipe, 0o600) == 0)
            for path in [pipe, bench.directory.path] {
                #expect(throws: RunFailure.notARunFile(path)) { try RunFile.readable(path) }
                #expect(throws: RunFailure.notARunFile(path)) { try RunState(looking: path) }
            }
        }
    }

    @Test func `an input file is refused if it is missing, is a directory, or is given twice`() throws {
        let columns = FollowerColumns()
        #expect(throws: InputFailure.noFile("/nowhere/x")) { try RunInput(["/nowhere/x"], columns: columns) }
        #expect(throws: InputFailure.isDirectory("/")) { try RunInput(["/"], columns: columns) }
        #expect(throws: InputFailure.givenTwice("a")) { try RunInput(["a", "a"], columns: columns) }
    }
}
