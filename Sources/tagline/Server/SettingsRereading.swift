import Configuration
import Foundation
import Logging
import ServiceLifecycle
import TaglineServer
import UnixSignals

/// The parts of a running server that can take new settings.
struct RunningServer: Sendable {
    let log: ServerLog
    let quotas: QuotaKeeper
    let connections: ListenerMeters
    /// The number of files that the process may open.
    let files: Int
    /// Nil without HTTPS.
    let certificate: CurrentCertificate?

    /// Applies the settings that can change while the server answers calls. If the certificate cannot be used, throws
    /// ``StartFailure`` and changes nothing.
    func apply(_ settings: ServerSettings) throws {
        if let certificate, let files = settings.certificate {
            try certificate.replace(with: try ServerCertificate(chain: files.chain, key: files.key).tls)
        }
        log.apply(settings.logLevel)
        quotas.apply(settings.quotas ?? QuotaPolicy.none)
        for (purpose, table) in connections.tables { table.limits = settings.limits(of: purpose, openFiles: files) }
    }
}

/// On SIGHUP, reads the settings again and applies them. If they cannot work, the server keeps its present settings.
struct SettingsRereading: Service {
    let read: @Sendable () throws -> ServerSettings
    let started: ServerSettings
    let server: RunningServer
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: [.sighup])
        await cancelWhenGracefulShutdown {
            for await _ in signals { reread() }
        }
    }

    private func reread() {
        do {
            let settings = try read()
            try server.apply(settings)
            let late = Self.late(started.texts, settings.texts)
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

    /// Returns the names of the settings that have changed since the start and need a restart.
    static func late(_ old: [AbsoluteConfigKey: String], _ new: [AbsoluteConfigKey: String]) -> [String] {
        ServerSettings.Key.all.filter { key in
            guard old[key] != new[key] else { return false }
            // The server opens a listener for HTTPS at the start or never.
            let isCertificate = [ServerSettings.Key.tlsCert, ServerSettings.Key.tlsKey].contains(key)
            if isCertificate { return (old[key] == nil) != (new[key] == nil) }
            return !ServerSettings.Key.reread.contains(key)
        }.map(SettingName.inFile)
    }
}
