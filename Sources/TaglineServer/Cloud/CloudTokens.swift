import Foundation
import Logging
import OfficialAccount
import ServiceLifecycle
import Synchronization
import TagStore

/// The cloudbase_access_token of one account: made anew every ten minutes, good for thirty, and written to a file for
/// code that runs beside the server.
///
/// Source: `miniprogram/dev/wxcloudrun/src/guide/weixin/token.md`. It lives in memory; a restart makes a new one.
public final class CloudTokens: Service {
    private static let interval: Int64 = 600
    private static let lifetime: Int64 = 1800
    /// Tokens that are remembered, so that one that has expired is told from one that never was.
    private static let remembered = 100

    /// The account whose token it is.
    let account: AppID
    private let file: URL
    private let surroundings: Surroundings
    private let logger: Logger
    /// Whether the file in its place is one of ours.
    private let isWritten = Atomic(false)
    private let tokens = Mutex<[(fingerprint: Fingerprint, time: UnixTime)]>([])

    /// - Parameter file: where the token is kept, readable for its owner alone.
    public init(account: AppID, file: URL, surroundings: Surroundings, logger: Logger) {
        self.account = account
        self.file = file
        self.surroundings = surroundings
        self.logger = logger
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat { self.tick() } while (try? await Task.sleep(for: .seconds(1))) != nil
        }
        // Only the file that was written here, and never anything but a file: unlink(2) leaves directories alone.
        if isWritten.load(ordering: .relaxed) { unlink(file.path) }
    }

    /// Makes the first token. Throws if it cannot be written, or if something else than a file is in its place.
    public func prepare() throws {
        let kind = try? FileManager.default.attributesOfItem(atPath: file.path)[.type] as? FileAttributeType
        guard kind == nil || kind == .typeRegular else { throw CocoaError(.fileWriteFileExists) }
        try renew()
    }

    /// Makes a token if it is time for one.
    func tick() {
        let now = surroundings.now()
        let last = tokens.withLock { $0.last?.time }
        if let last, last <= now, now - last < Self.interval { return }
        do {
            try renew()
        } catch {
            logger.warning("the cloud token cannot be written", metadata: ["file": "\(file.path)"])
        }
    }

    private func renew() throws {
        let now = surroundings.now()
        let token = TokenMint(surroundings: surroundings).ordinaryToken(of: account)
        try write(token)
        isWritten.store(true, ordering: .relaxed)
        tokens.withLock { tokens in
            tokens.append((Fingerprint(of: token), now))
            tokens.removeFirst(max(0, tokens.count - Self.remembered))
        }
    }

    /// Whose call it is. Throws 40001 or 42001.
    func account(of token: String) throws(Refusal) -> AppID {
        let fingerprint = Fingerprint(of: token)
        let known = tokens.withLock { $0.first { $0.fingerprint == fingerprint }?.time }
        guard let known else { throw .unknownToken }
        guard !(known + Self.lifetime).isOver(at: surroundings.now(), setWithin: Self.lifetime) else {
            throw .expiredToken
        }
        return account
    }

    /// Whole or not at all, for whoever reads at the same time.
    private func write(_ token: String) throws {
        let part = file.path + ".part"
        guard
            FileManager.default.createFile(
                atPath: part, contents: Data(token.utf8), attributes: [.posixPermissions: 0o600]),
            rename(part, file.path) == 0
        else {
            unlink(part)
            throw CocoaError(.fileWriteUnknown)
        }
    }
}
