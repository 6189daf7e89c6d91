import Foundation
import OfficialAccountClient

/// Decides through which proxy a command calls a server.
enum ProxyChoice {
    /// Returns the proxy for calls to an address; nil for calls without a proxy.
    ///
    /// Calls to this machine do not use a proxy of the environment, because the proxy would look for the server on the
    /// proxy's machine. Throws ``StartFailure`` if the address of the proxy is not valid.
    ///
    /// - Parameter given: the proxy of `--proxy` or of the profile; empty for no proxy, and nil for the proxy of the
    ///   environment.
    static func proxy(to address: TypedAddress, given: String?) throws -> ProxySettings? {
        do throws(ProxySettings.Invalid) {
            if let given { return given.isEmpty ? nil : try ProxySettings(SecretText.trimmed(given)) }
            guard !address.isLocal else { return nil }
            return try ProxySettings.named(
                by: ProcessInfo.processInfo.environment.mapValues(SecretText.trimmed), forScheme: address.scheme,
                host: address.host, port: address.port)
        } catch {
            let place =
                given == nil ? "a proxy in the environment (HTTPS_PROXY, HTTP_PROXY or ALL_PROXY)" : "--proxy"
            throw StartFailure.badSetting("\(place): \(error)")
        }
    }
}
