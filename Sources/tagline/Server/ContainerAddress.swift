import Foundation

/// The address on which a server in a container listens by default.
enum ContainerAddress {
    /// The address that means all addresses of the container: `::` if the container has IPv6, otherwise `0.0.0.0`.
    static var all: String {
        FileManager.default.fileExists(atPath: "/proc/net/if_inet6") ? "::" : "0.0.0.0"
    }
}
