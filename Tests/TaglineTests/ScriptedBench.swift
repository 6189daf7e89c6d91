import Foundation
import Synchronization
import TagStoreConformance

/// The tags of an account on a ``BadServer``. Creates, lists and deletes tags as the platform does.
final class ScriptedTags: Sendable {
    private struct State {
        var tags: [Int: String]
        var carriers: [String]
        var next = 135
        var lists = 0
    }

    private let state: Mutex<State>

    /// - Parameter carriers: the followers of each tag. The first call of batchuntagging removes all of them.
    init(_ tags: [Int: String] = [134: "广东"], carriers: [String] = []) {
        state = Mutex(State(tags: tags, carriers: carriers))
    }

    /// The names of the tags, in the order of their ids.
    var names: [String] { state.withLock { state in state.tags.sorted { $0.key < $1.key }.map(\.value) } }

    /// How often commands have read the list of tags.
    var lists: Int { state.withLock { $0.lists } }

    func remove(_ id: Int) { state.withLock { _ = $0.tags.removeValue(forKey: id) } }

    /// Performs a call, and returns the answer that the platform would give. Also answers calls that do not concern
    /// tags.
    func answer(_ line: String, _ body: String) -> BadServer.Answer {
        if line.contains("stable_token") { return .text(#"{"access_token":"t","expires_in":7200}"#) }
        if line.contains("quota/get") {
            return .text(#"{"errcode":0,"errmsg":"ok","quota":{"daily_limit":100000,"used":0,"remain":100000}}"#)
        }
        if line.contains("user/tag/get") { return .text(page(body)) }
        if line.contains("batchuntagging") { state.withLock { $0.carriers = [] } }
        if line.contains("/tags/get?") { return .text(list()) }
        if line.contains("/tags/create?") { return .text(create(body)) }
        if line.contains("/tags/delete?") { return .text(delete(body)) }
        return .text(#"{"errcode":0,"errmsg":"ok"}"#)
    }

    private func list() -> String {
        state.withLock { state in
            state.lists += 1
            let entries = state.tags.sorted { $0.key < $1.key }.map { id, name in
                #"{"id":\#(id),"name":"\#(name.replacing("\n", with: #"\n"#))","count":0}"#
            }
            return #"{"tags":[\#(entries.joined(separator: ","))]}"#
        }
    }

    /// Returns all followers of a tag as the first and only page.
    private func page(_ body: String) -> String {
        let carriers = state.withLock { $0.carriers }
        guard body.contains(#""next_openid":"""#), let last = carriers.last else { return #"{"count":0}"# }
        let openIDs = carriers.map { "\"\($0)\"" }.joined(separator: ",")
        return #"{"count":\#(carriers.count),"data":{"openid":[\#(openIDs)]},"next_openid":"\#(last)"}"#
    }

    private func create(_ body: String) -> String {
        let name = body.firstMatch(of: /"name":"([^"]*)"/).map { String($0.1) } ?? ""
        return state.withLock { state in
            guard !state.tags.values.contains(name) else { return #"{"errcode":45157,"errmsg":"invalid tag name"}"# }
            defer { state.next += 1 }
            state.tags[state.next] = name
            return #"{"tag":{"id":\#(state.next),"name":"\#(name)"}}"#
        }
    }

    private func delete(_ body: String) -> String {
        let id = body.firstMatch(of: /"id":([0-9]+)/).flatMap { Int($0.1) } ?? 0
        let removed = state.withLock { $0.tags.removeValue(forKey: id) }
        return removed == nil ? #"{"errcode":45159,"errmsg":"invalid tag id"}"# : #"{"errcode":0,"errmsg":"ok"}"#
    }
}

/// A directory to run commands in, and a scripted server that they call.
struct ScriptedBench: Sendable {
    let directory: String
    let address: String

    /// Runs `body` with an empty directory and a server that answers with `answer`.
    ///
    /// - Parameter answer: returns the answer to a request. `line` is the first line of the request, and `directory` is
    ///   the empty directory.
    static func with<Value: Sendable>(
        _ answer: @escaping @Sendable (_ line: String, _ body: String, _ directory: String) -> BadServer.Answer,
        _ body: (ScriptedBench) async throws -> Value
    ) async throws -> Value {
        try await withTemporaryDirectory { directory in
            try await BadServer.with({ line, body, _ in answer(line, body, directory) }) { server in
                try await body(ScriptedBench(directory: directory, address: server.address))
            }
        }
    }

    func write(_ name: String, _ lines: [String]) throws {
        try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: URL(filePath: directory + "/" + name))
    }

    /// The names of the files in the directory.
    var files: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: directory).sorted() } }

    func tagline(_ arguments: String...) async throws -> Ended {
        try await bash(plainRun, arguments)
    }

    /// Runs a line of bash, in which `"$0" "$@"` is the program with `arguments`.
    func bash(_ line: String, _ arguments: [String]) async throws -> Ended {
        try await runUnderBash(
            line, arguments, in: directory,
            environment: ["TAGLINE_APP_ID": "wx", "TAGLINE_APP_SECRET": "s", "TAGLINE_BASE_URL": address])
    }

    /// Starts the program and waits until `file` exists. Next, runs the bash line `then`, in which `$tagline` is the
    /// program's process id. Prints the exit code and the standard error of the program.
    func bash(when file: String, _ then: String, _ arguments: [String]) async throws -> Ended {
        try await bash(
            """
            mkdir out
            env --default-signal=INT,TERM,HUP "$0" "$@" 2> out/errors > out/output & tagline=$!
            for i in {1..1200}; do [ -e \(file) ] && break; sleep 0.1; done
            \(then)
            wait $tagline; echo "code $?"; cat out/errors >&2
            """, arguments)
    }
}
