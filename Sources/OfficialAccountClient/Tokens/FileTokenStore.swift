import Foundation
import OfficialAccount

/// Keeps tokens in a file that is readable for its owner alone, for several processes that share them.
///
/// They need not take turns in fetching: `stable_token` gives all of them the same. What they need is never to read half a file, or to lose each
/// other's tokens: a writer holds a lock beside the file and puts the new file in the place of the old one.
public struct FileTokenStore: TokenStore {
    private let path: String
    private let patience: Duration

    /// - Parameters:
    ///   - path: the file. The lock file beside it has the same name with `.lock` at the end.
    ///   - patience: how long to wait while another process holds the lock.
    public init(path: String, patience: Duration = .seconds(10)) {
        self.path = path
        self.patience = patience
    }

    /// Throws `FileTokenStoreError` if the file is there and holds something else.
    public func token(of appID: AppID) throws -> AccessToken? {
        try tokens()[appID.rawValue]
    }

    /// Throws `FileTokenStoreError` if the file cannot be written, or if another process holds the lock for too long.
    public func keep(_ token: AccessToken, of appID: AppID) async throws {
        let lock: FileLock
        do {
            lock = try await FileLock.take(path + ".lock", patience: patience)
        } catch let held as FileLock.Held {
            throw FileTokenStoreError("\(held); end it, or name another file for the token")
        } catch {
            throw FileTokenStoreError(path: path, what: "locked")
        }
        defer { lock.release() }
        var tokens = try tokens()
        tokens[appID.rawValue] = token
        let part = path + ".part"
        guard
            FileManager.default.createFile(
                atPath: part, contents: try JSONEncoder().encode(tokens), attributes: [.posixPermissions: 0o600]),
            rename(part, path) == 0
        else { throw FileTokenStoreError(path: path, what: "written") }
    }

    private func tokens() throws -> [String: AccessToken] {
        guard FileManager.default.fileExists(atPath: path) else { return [:] }
        let data = FileManager.default.contents(atPath: path)
        // A power cut can leave it empty. The tokens are not lost: the platform gives them out again.
        if let data, data.isEmpty { return [:] }
        guard
            let data,
            let tokens = try? JSONDecoder().decode([String: AccessToken].self, from: data)
        else { throw FileTokenStoreError(path: path, what: "read as tokens") }
        return tokens
    }
}

/// Why a file of tokens is of no use.
public struct FileTokenStoreError: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }

    init(path: String, what: String) {
        description = "\(path) cannot be \(what); remove it, or name another"
    }
}
