import Foundation

/// The address on which a server in a container listens by default.
enum ContainerAddress {
    /// The address that means all addresses of the container: of IPv6 and IPv4 if it has IPv6, and of IPv4 otherwise.
    static var all: String {
        FileManager.default.fileExists(atPath: "/proc/net/if_inet6") ? "::" : "0.0.0.0"
    }
}
