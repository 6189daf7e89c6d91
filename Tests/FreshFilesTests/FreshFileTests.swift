import Foundation
import FreshFiles
import Testing

/// Tests that the program never uses a file of another user or of another program as a file of its own.
@Suite struct FreshFileTests {
    /// What is at the path of the file before the program uses the path.
    enum Hindrance: CaseIterable {
        case link, danglingLink, hardLink, directory, pipe

        var cause: FreshFileFailure.Cause {
            switch self {
            case .link, .danglingLink: .isLink
            case .hardLink: .hasOtherNames
            case .directory, .pipe: .isNotAFile
            }
        }

        func put(at path: String, besides other: String) throws {
            try Data("precious".utf8).write(to: URL(filePath: other))
            let manager = FileManager.default
            switch self {
            case .link: try manager.createSymbolicLink(atPath: path, withDestinationPath: other)
            case .danglingLink: try manager.createSymbolicLink(atPath: path, withDestinationPath: other + ".nowhere")
            case .hardLink: try manager.linkItem(atPath: other, toPath: path)
            case .directory:
                try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
                try Data("kept".utf8).write(to: URL(filePath: path + "/within"))
            case .pipe: #expect(mkfifo(path, 0o600) == 0)
            }
        }
    }

    private func withDirectory(_ body: (_ path: String, _ other: String) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "fresh-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try body(directory.appending(path: "file").path, directory.appending(path: "other").path)
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    private func cause(_ body: () throws -> Void) -> FreshFileFailure.Cause? {
        do {
            try body()
            return nil
        } catch {
            return (error as? FreshFileFailure)?.cause
        }
    }

    @Test(arguments: Hindrance.allCases)
    func `opening refuses a link, a directory or a pipe in place of the file, and gives the reason`(
        hindrance: Hindrance
    ) throws {
        try withDirectory { path, other in
            try hindrance.put(at: path, besides: other)
            #expect(cause { try FreshFile(path).check() } == hindrance.cause)
            #expect(cause { close(try FreshFile(path).openOrCreate()) } == hindrance.cause)
            #expect(try text(other) == "precious")
            #expect(!FileManager.default.fileExists(atPath: other + ".nowhere"))
        }
    }

    @Test func `opening a file keeps its content, and opening a missing file creates the file`() throws {
        try withDirectory { path, _ in
            #expect(cause { try FreshFile(path).check() } == nil)
            close(try FreshFile(path).openOrCreate())
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            try Data("mine".utf8).write(to: URL(filePath: path))
            close(try FreshFile(path).openOrCreate())
            #expect(try text(path) == "mine")
        }
    }

    @Test(arguments: Hindrance.allCases.filter { $0 != .directory })
    func `creating or replacing a file removes a link or pipe at its path, and the target of the link stays`(
        hindrance: Hindrance
    ) throws {
        try withDirectory { path, other in
            try hindrance.put(at: path, besides: other)
            close(try FreshFile(path).createAnew())
            #expect(try text(path) == "")
            try FileManager.default.removeItem(atPath: path)
            try hindrance.put(at: path, besides: other)
            try FreshFile(path).replace(with: "new".utf8)
            #expect(try text(path) == "new" && text(other) == "precious")
            #expect(!FileManager.default.fileExists(atPath: path + FilePart.usualEnding))
        }
    }

    @Test func `a directory in place of the file stays, with its content`() throws {
        try withDirectory { path, other in
            try Hindrance.directory.put(at: path, besides: other)
            #expect(cause { close(try FreshFile(path).createAnew()) } == .isNotAFile)
            #expect(cause { try FreshFile(path).replace(with: []) } != nil)
            #expect(try text(path + "/within") == "kept")
            #expect(!FileManager.default.fileExists(atPath: path + FilePart.usualEnding))
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can change the owner of a file"))
    func `a file of another user is refused`() throws {
        try withDirectory { path, _ in
            try Data("theirs".utf8).write(to: URL(filePath: path))
            #expect(chown(path, 65_534, 65_534) == 0)
            #expect(cause { close(try FreshFile(path).openOrCreate()) } == .isForeign)
            #expect(try text(path) == "theirs")
            // A file of the directory's owner is accepted, because this owner can replace each file in the directory.
            #expect(chown((path as NSString).deletingLastPathComponent, 65_534, 65_534) == 0)
            #expect(cause { close(try FreshFile(path).openOrCreate()) } == nil)
        }
    }

    @Test(arguments: Hindrance.allCases)
    func `reading follows links, and refuses a directory or a pipe without waiting`(hindrance: Hindrance) throws {
        try withDirectory { path, other in
            #expect(try FreshFile(path).content() == nil)
            try hindrance.put(at: path, besides: other)
            switch hindrance {
            case .link, .hardLink: #expect(try FreshFile(path).text() == "precious")
            case .danglingLink: #expect(try FreshFile(path).content() == nil)
            case .directory, .pipe: #expect(cause { _ = try FreshFile(path).content() } == .isNotAFile)
            }
        }
    }

    @Test(arguments: [0, 1, 16_383, 16_384, 16_385, 100_000])
    func `reading returns the whole content`(size: Int) throws {
        try withDirectory { path, _ in
            let content = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
            try FreshFile(path).replace(with: content)
            #expect(try FreshFile(path).content() == content)
        }
    }

    @Test(arguments: [[0xFF], [0xC3], [0x61, 0xED, 0xA0, 0x80]] as [[UInt8]])
    func `a text file whose content is not UTF-8 is refused`(content: [UInt8]) throws {
        try withDirectory { path, _ in
            try FreshFile(path).replace(with: content)
            #expect(cause { _ = try FreshFile(path).text() } == .isNotText)
        }
    }

    @Test(.enabled(if: geteuid() != 0, "root can read each file"))
    func `a file that this user may not read is refused, and does not count as missing`() throws {
        try withDirectory { path, _ in
            try FreshFile(path).replace(with: "5".utf8)
            #expect(chmod(path, 0) == 0)
            #expect(cause { _ = try FreshFile(path).content() } == .system(EACCES))
        }
    }

    @Test func `a part takes the place of its file only when the part is complete`() throws {
        try withDirectory { path, _ in
            try Data("old".utf8).write(to: URL(filePath: path))
            let part = try FilePart(of: path)
            try part.append(Array("ne".utf8))
            #expect(try text(path) == "old")
            try part.append(Array("w".utf8))
            try part.keep()
            #expect(try text(path) == "new")
            part.discard()
            #expect(try text(path) == "new")
        }
    }

    @Test func `keeping a part fails if another process has replaced the part, and the other process's part stays`()
        throws
    {
        try withDirectory { path, _ in
            try Data("old".utf8).write(to: URL(filePath: path))
            let part = try FilePart(of: path)
            let others = try FilePart(of: path)
            try others.append(Array("theirs".utf8))
            #expect(cause { try part.keep() } == .wasReplaced)
            part.discard()
            #expect(try text(path) == "old" && text(others.path) == "theirs")
            try others.keep()
            #expect(try text(path) == "theirs")
        }
    }

    @Test(arguments: [(FreshFile.Readers.owner, 0o600), (.everyone, 0o644)])
    func `a replaced file has the permissions for the chosen readers`(readers: FreshFile.Readers, mode: Int) throws {
        try withDirectory { path, _ in
            try FreshFile(path).replace(with: "x".utf8, for: readers)
            #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == mode)
        }
    }
}
