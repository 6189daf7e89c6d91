import Foundation

/// The address on which a server in a container listens by default.
enum ContainerAddress {
    /// Every address of the container: those of IPv6 and IPv4 together where it has IPv6, those of IPv4 otherwise.
    static var all: String {
        FileManager.default.fileExists(atPath: "/proc/net/if_inet6") ? "::" : "0.0.0.0"
    }
}
