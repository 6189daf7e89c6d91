import Foundation
import FreshFiles
import Logging
import OfficialAccount
import ServiceLifecycle
import Synchronization
import TagStore

/// Makes a new cloudbase_access_token for one account every ten minutes. Each token works for thirty minutes.
///
/// A file holds the latest token for programs on the same machine. The server itself keeps tokens only in memory, so
/// it makes a new token after a restart.
///
/// Source: `miniprogram/dev/wxcloudrun/src/guide/weixin/token.md`.
public final class CloudTokens: Service {
    private static let interval: Int64 = 600
    private static let lifetime: Int64 = 1800
    /// The number of tokens that the server remembers. So it can distinguish an expired token from an unknown token.
    private static let remembered = 100

    /// The account of the tokens.
    let account: AppID
    private let file: URL
    private let surroundings: Surroundings
    private let logger: Logger
    private let instant: @Sendable () -> ContinuousClock.Instant
    private let failures = Mutex(FailureCount())
    /// Whether this server has written the file.
    private let isWritten = Atomic(false)
    private let tokens = Mutex<[(fingerprint: Fingerprint, time: UnixTime)]>([])

    /// - Parameters:
    ///   - file: the file for the latest token. Only the owner of the file can read it.
    ///   - instant: the clock that spaces the warnings.
    public init(
        account: AppID, file: URL, surroundings: Surroundings, logger: Logger,
        instant: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.account = account
        self.file = file
        self.surroundings = surroundings
        self.logger = logger
        self.instant = instant
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat { self.tick() } while (try? await Task.sleep(for: .seconds(1))) != nil
        }
        // Removes only a file that this server has written. unlink(2) does not remove directories.
        if isWritten.load(ordering: .relaxed) { unlink(file.path) }
    }

    /// Makes the first token. Throws if the server cannot write the file, or if the path is not the path of a file.
    public func prepare() throws {
        try FreshFile(file.path).check()
        try renew()
    }

    /// Makes a new token if the latest token is ten minutes old.
    func tick() {
        let now = surroundings.now()
        let last = tokens.withLock { $0.last?.time }
        if let last, last <= now, now - last < Self.interval { return }
        do {
            try renew()
            if let failed = failures.withLock({ $0.end() }) {
                logger.notice(
                    "the cloud token can be written again",
                    metadata: ["file": "\(file.path)", "failed": "\(failed)"])
            }
        } catch {
            let time = instant()
            if let failed = failures.withLock({ $0.note(at: time) }) {
                logger.warning(
                    "the cloud token cannot be written",
                    metadata: ["file": "\(file.path)", "reason": "\(error)", "failed": "\(failed)"])
            }
        }
    }

    private func renew() throws {
        let now = surroundings.now()
        let token = TokenMint(surroundings: surroundings).ordinaryToken(of: account)
        // A program that reads the file meanwhile sees either the earlier token or the whole new token.
        try FreshFile(file.path).replace(with: token.utf8)
        isWritten.store(true, ordering: .relaxed)
        tokens.withLock { tokens in
            tokens.append((Fingerprint(of: token), now))
            tokens.removeFirst(max(0, tokens.count - Self.remembered))
        }
    }

    /// Returns the account of a token. Throws 40001 for an unknown token, and 42001 for an expired token.
    func account(of token: String) throws(Refusal) -> AppID {
        let fingerprint = Fingerprint(of: token)
        let known = tokens.withLock { $0.first { $0.fingerprint == fingerprint }?.time }
        guard let known else { throw .unknownToken }
        guard !(known + Self.lifetime).isOver(at: surroundings.now(), setWithin: Self.lifetime) else {
            throw .expiredToken
        }
        return account
    }
}
