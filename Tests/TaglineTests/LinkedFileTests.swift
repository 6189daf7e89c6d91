import Foundation
import OfficialAccount
import Subprocess
import TagStoreConformance
import TaglineServer
import TestStore
import Testing
import WireTable

/// Puts links where the program writes its files, and checks that the targets of the links stay unchanged. There is one
/// exception: if the operator gives `state export` the path of a link, the command writes to the target of the link.
@Suite(.enabled(if: !TestStore.isPostgres, "only the embedded store has files")) struct LinkedFileTests {
    enum Link: CaseIterable {
        case symbolic, hard

        /// Creates the file `other` with the content `precious`, and a link at `path` to that file.
        func put(at path: String, to other: String) throws {
            let folder = URL(filePath: path).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data("precious".utf8).write(to: URL(filePath: other))
            switch self {
            case .symbolic: try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: other)
            case .hard: try FileManager.default.linkItem(atPath: other, toPath: path)
            }
        }
    }

    private static let ports = ["--http-port", "0", "--https-port", "0", "--admin-port", "0", "--cloud-port", "0"]

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test(arguments: Link.allCases)
    func `if links have the names of its files, a sandbox starts and does not change the links' targets`(link: Link)
        async throws
    {
        try await withTemporaryDirectory { directory in
            let data = directory + "/data"
            let names = [
                "owner.lock", "calls.spill", "refused-calls.sqlite", "clock.part", "tls/ca.pem", "tls/server.key",
                "tls/server.pem.part",
            ]
            for (number, name) in names.enumerated() {
                try link.put(at: "\(data)/\(name)", to: "\(directory)/other\(number)")
            }
            try await withLiveSandbox(data: data) { server in
                let turned = try await server.admin.send(
                    WireRequest("POST", "/sandbox/clock", body: Array(#"{"advance_seconds":5}"#.utf8)))
                #expect(turned.status == 200)
                let answer = try await server.withHTTPS { try await $0.send(WireRequest("GET", "/cgi-bin/tags/get")) }
                #expect(answer.text.contains("41001"))
            }
            for number in names.indices { #expect(try text("\(directory)/other\(number)") == "precious") }
        }
    }

    @Test(arguments: ["--ready-file", "--cloud-token-file"], Link.allCases)
    func `a sandbox refuses a link at --ready-file or --cloud-token-file`(option: String, link: Link) async throws {
        try await withTemporaryDirectory { directory in
            let (path, other) = (directory + "/file", directory + "/other")
            try link.put(at: path, to: other)
            let run = try await runProgram(["sandbox", "--data", directory + "/data", option, path] + Self.ports)
            #expect(run.status == .exited(1) && run.errors.split(separator: "\n").count == 1, "\(run.errors)")
            #expect(run.errors.contains(path) && run.errors.contains("link") && run.errors.contains(option))
            #expect(try text(other) == "precious")
        }
    }

    @Test(arguments: ["tagline.sqlite", "tagline.sqlite-wal", "tagline.mark"], Link.allCases)
    func `a server refuses a store if one of the store's files is a link`(name: String, link: Link) async throws {
        try await withTemporaryDirectory { directory in
            try link.put(at: "\(directory)/data/\(name)", to: directory + "/other")
            let run = try await runProgram(["serve", "--data", directory + "/data"] + Self.ports.prefix(6))
            #expect(run.status == .exited(1) && run.errors.split(separator: "\n").count == 1, "\(run.errors)")
            #expect(run.errors.contains("\(name) cannot be used: it "), "\(run.errors)")
            #expect(try text(directory + "/other") == "precious")
        }
    }

    @Test(arguments: Link.allCases)
    func `state export never writes through a link at the path of its .part file`(link: Link) async throws {
        try await withTemporaryDirectory { directory in
            let (file, other) = (directory + "/state", directory + "/other")
            try link.put(at: file + ".part", to: other)
            try await withLiveSandbox { server in
                let run = try await runProgram(["state", "export", file, "--admin-url", server.addresses.admin])
                #expect(run.status.isSuccess, "\(run.errors)")
            }
            #expect(try text(file).hasPrefix(#"{"tagline_state":1}"#))
            #expect(try text(other) == "precious")
        }
    }

    @Test func `state export to a link replaces the whole content of the link's target`() async throws {
        try await withTemporaryDirectory { directory in
            let (link, target) = (directory + "/link", directory + "/target")
            try Data(repeating: 0x78, count: 4 << 20).write(to: URL(filePath: target))
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
            try await withLiveSandbox { server async throws in
                let at = ["--admin-url", server.addresses.admin]
                #expect(try await runProgram(["state", "export", link] + at).status.isSuccess)
            }
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == target)
            #expect(try text(target).split(separator: "\n").last?.hasPrefix(#"{"end":"#) == true)
        }
    }
}
