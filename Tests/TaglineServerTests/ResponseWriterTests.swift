import NIOCore
import NIOHTTP1
import Testing

@testable import TaglineServer

/// Tests the bytes of an answer.
@Suite struct ResponseWriterTests {
    @Test(arguments: [
        ("a\r\nset-cookie: b", "a  set-cookie: b"), ("\u{0}a\u{7F}\u{1F}", " a  "), ("\n", " "), ("", ""),
        ("标签\n标签", "标签 标签"),
    ])
    func `a control character in the value of a header becomes a space`(value: String, written: String) {
        let writer = ResponseWriter(allocator: ByteBufferAllocator(), dates: DateHeader())
        let response = APIResponse(status: .ok, headers: [("x-first", "1"), ("x-name", value), ("x-last", "2")])
        let bytes = writer.bytes(of: response, withBody: true, connection: nil).start
        let head = "HTTP/1.1 200 OK\r\nx-first: 1\r\nx-name: \(written)\r\nx-last: 2\r\ncontent-length: 0\r\n"
        #expect(bytes.readableBytesView.starts(with: head.utf8), "\(String(buffer: bytes))")
    }
}
