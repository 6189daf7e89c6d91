import NIOCore
import NIOHTTP1

/// Writes answers as the bytes of HTTP/1.1.
struct ResponseWriter {
    /// The largest body, in bytes, that the writer puts into one piece with the head.
    private static let smallBody = 4096

    let allocator: ByteBufferAllocator
    let dates: DateHeader

    /// Returns the bytes of an answer, in one piece or two.
    ///
    /// - Parameters:
    ///   - withBody: false for an answer to HEAD. Such an answer declares the length of the body, but has no body.
    ///   - connection: the value of the header `Connection`; nil to leave the header out.
    func bytes(
        of response: APIResponse, withBody: Bool, connection: String?
    ) -> (start: ByteBuffer, rest: ByteBuffer?) {
        let length = response.body.readableBytes
        let travelsAlong = length <= Self.smallBody
        var bytes = allocator.buffer(capacity: 256 + (travelsAlong ? length : 0))
        bytes.writeStaticString("HTTP/1.1 ")
        bytes.writeString(String(response.status.code))
        bytes.writeStaticString(" ")
        bytes.writeString(response.status.reasonPhrase)
        for (name, value) in response.headers { write(name, value, to: &bytes) }
        if let connection { write("connection", connection, to: &bytes) }
        bytes.writeStaticString("\r\ncontent-length: ")
        bytes.writeString(String(length))
        bytes.writeStaticString("\r\ndate: ")
        bytes.writeString(dates.current)
        bytes.writeStaticString("\r\n\r\n")
        guard withBody, length > 0 else { return (bytes, nil) }
        guard travelsAlong else { return (bytes, response.body) }
        bytes.writeImmutableBuffer(response.body)
        return (bytes, nil)
    }

    private func write(_ name: String, _ value: String, to bytes: inout ByteBuffer) {
        bytes.writeStaticString("\r\n")
        bytes.writeString(name)
        bytes.writeStaticString(": ")
        bytes.writeString(value)
        // With a line break in a value, a caller that chose the value could write headers of its own.
        bytes.withUnsafeMutableReadableBytes { bytes in
            for index in bytes.indices.suffix(value.utf8.count) where bytes[index] < 0x20 || bytes[index] == 0x7F {
                bytes[index] = UInt8(ascii: " ")
            }
        }
    }
}
