import Foundation
import FreshFiles
public import OfficialAccount

/// Keeps tokens in a file, so that several processes can share the tokens.
///
/// Only the owner of the file can read it.
///
/// A writer first locks a second file in the same directory, and then replaces the whole token file. So a reader never
/// sees half a file, and no process removes the token of another account. The file can hold the tokens of several
/// accounts.
public struct FileTokenStore: TokenStore {
    private let path: String
    private let patience: Duration

    /// Creates a store on a file, which need not exist yet.
    ///
    /// The initialiser does not touch the file.
    ///
    /// - Parameters:
    ///   - path: the token file. The lock file has the same path with `.lock` at the end.
    ///   - patience: how long to wait while another process holds the lock.
    public init(path: String, patience: Duration = .seconds(10)) {
        self.path = path
        self.patience = patience
    }

    /// Reads the token of an account from the file.
    ///
    /// - Parameter appID: the account's appid.
    /// - Returns: the token, or nil if the file or the account's token does not exist.
    /// - Throws: ``FileTokenStoreError`` if the file exists but cannot be read or does not hold tokens.
    public func token(of appID: AppID) throws -> AccessToken? {
        try tokens()[appID.rawValue]
    }

    /// Writes the token of an account into the file, and keeps the tokens of other accounts.
    ///
    /// - Parameters:
    ///   - token: the token.
    ///   - appID: the account's appid.
    /// - Throws: ``FileTokenStoreError`` if the file cannot be read or written, or if another process holds the lock
    ///   for too long.
    public func keep(_ token: AccessToken, of appID: AppID) async throws {
        while try await !write(token, of: appID) {}
    }

    /// Writes the token, unless the lock file was removed while this process held the lock.
    ///
    /// In that case returns false, because another process may have changed the tokens since.
    private func write(_ token: AccessToken, of appID: AppID) async throws -> Bool {
        let lock: FileLock
        do {
            lock = try await FileLock.take(path + ".lock", patience: patience)
        } catch let held as FileLock.Held {
            throw FileTokenStoreError("\(held); end it, or name another file for the token")
        } catch let failure as FreshFileFailure {
            throw FileTokenStoreError("\(failure); name another file for the token")
        } catch {
            throw FileTokenStoreError(path: path, what: "locked")
        }
        defer { lock.release() }
        var tokens = try tokens()
        tokens[appID.rawValue] = token
        let content = try JSONEncoder().encode(tokens)
        guard lock.hasPath else { return false }
        do {
            try FreshFile(path).replace(with: content)
            return true
        } catch {
            throw FileTokenStoreError(path: path, what: "written (\(error.reason))")
        }
    }

    private func tokens() throws -> [String: AccessToken] {
        let content: [UInt8]?
        do {
            content = try FreshFile(path).content()
        } catch {
            throw FileTokenStoreError("\(error); name another file for the token")
        }
        // After a power cut the file can be empty. The client can then fetch the same token from the platform again.
        guard let content, !content.isEmpty else { return [:] }
        guard let tokens = try? JSONDecoder().decode([String: AccessToken].self, from: Data(content)) else {
            throw FileTokenStoreError(path: path, what: "read as tokens")
        }
        return tokens
    }
}

/// The reason why a file of tokens cannot be used.
public struct FileTokenStoreError: Error, Sendable, CustomStringConvertible {
    /// The failure and its remedy in one line.
    public let description: String

    init(_ description: String) {
        self.description = description
    }

    init(path: String, what: String) {
        description = "\(path) cannot be \(what); remove it, or name another"
    }
}
