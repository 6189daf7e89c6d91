import Configuration
import Foundation
import Logging
import ServiceLifecycle
import TaglineServer
import UnixSignals

/// The parts of a running server that can apply new settings.
struct RunningServer: Sendable {
    let log: ServerLog
    let quotas: QuotaKeeper
    let connections: ListenerMeters
    /// The number of files that the process may open.
    let files: Int
    /// The certificate in use; nil if the server has no listener for HTTPS.
    let certificate: CurrentCertificate?

    /// Applies the settings that can change while the server answers calls. If the certificate cannot be used, throws
    /// and changes nothing.
    func apply(_ settings: ServerSettings) throws {
        if let certificate, let own = settings.certificate { try certificate.replace(with: own.tls) }
        log.apply(settings.logLevel)
        quotas.apply(settings.quotas ?? QuotaPolicy.none)
        for (purpose, table) in connections.tables { table.limits = settings.limits(of: purpose, openFiles: files) }
    }
}

/// When and how a server reads its settings again.
struct Rereading: Sendable {
    /// The SIGHUPs since the start of the process, including the signals that arrive while the server starts.
    let signals: UnixSignalsSequence
    /// Reads the settings. Throws ``StartFailure`` for settings that cannot work.
    let read: @Sendable () throws -> ServerSettings

    /// Traps SIGHUP from now on, so that it does not end the process.
    init(_ read: @escaping @Sendable () throws -> ServerSettings) async {
        signals = await UnixSignalsSequence(trapping: [.sighup])
        self.read = read
    }
}

/// On SIGHUP, reads the settings again and applies them. If they cannot work, the server keeps its present settings.
struct SettingsRereading: Service {
    let rereading: Rereading
    let started: ServerSettings
    let server: RunningServer
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in rereading.signals { await reread() }
        }
    }

    private func reread() async {
        do {
            let settings = try await settings().get()
            try server.apply(settings)
            for warning in settings.warnings { logger.warning("ignored: \(warning)") }
            let late = Self.late(started.texts, settings.texts, files: settings.changedFiles(since: started))
            if late.isEmpty {
                logger.notice("the settings were read again")
            } else {
                logger.warning(
                    "the settings were read again; some need a restart",
                    metadata: ["settings": "\(late.joined(separator: ", "))"])
            }
        } catch {
            logger.error("the settings were not read again", metadata: ["reason": "\(error)"])
        }
    }

    /// Reads the settings on a separate thread. If a file is a pipe, the thread may have to wait for the pipe's writer,
    /// and the server must answer calls during this wait.
    private func settings() async -> Result<ServerSettings, any Error> {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: Result { try rereading.read() }) }
        }
    }

    /// Returns the names of the settings that have changed since the start and need a restart.
    ///
    /// - Parameter files: the settings that need a restart because the content of their files has changed.
    static func late(
        _ old: [AbsoluteConfigKey: String], _ new: [AbsoluteConfigKey: String], files: [AbsoluteConfigKey] = []
    ) -> [String] {
        ServerSettings.Key.all.filter { key in
            if files.contains(key) { return true }
            guard old[key] != new[key] else { return false }
            // The server opens a listener for HTTPS only at the start.
            let isCertificate = [ServerSettings.Key.tlsCert, ServerSettings.Key.tlsKey].contains(key)
            if isCertificate { return (old[key] == nil) != (new[key] == nil) }
            return !ServerSettings.Key.reread.contains(key)
        }.map(SettingName.inFile)
    }
}

extension ServerSettings {
    /// Returns the settings that need a restart because the content of their files has changed since the start.
    fileprivate func changedFiles(since started: ServerSettings) -> [AbsoluteConfigKey] {
        [
            (Key.adminTokenFile, adminToken != started.adminToken),
            (Key.cloudPaths, cloud.paths != started.cloud.paths),
            (Key.cloudConfig, cloud.declarations != started.cloud.declarations),
        ].filter { texts[$0.0] != nil && $0.1 }.map(\.0)
    }
}
