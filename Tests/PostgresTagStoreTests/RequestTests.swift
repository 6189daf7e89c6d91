import Testing

@testable import PostgresTagStore

@Suite struct RequestTests {
    @Test func `each value of a request ends with a zero byte, and NULL is a null pointer`() {
        let statement = Statement("test", "SELECT $1, $2, $3, $4")
        let request = Request(statement, [.text("ab"), .null, .text(""), .int(7)])
        let values = request.withPointers { count, pointers -> [String?] in
            UnsafeBufferPointer(start: pointers, count: Int(count)).map { value in value.map { String(cString: $0) } }
        }
        #expect(values == ["ab", nil, "", "7"])
    }

    @Test func `a request without values passes no pointer`() {
        let count = Request(Statement("test", "SELECT 1")).withPointers { count, _ in count }
        #expect(count == 0)
    }
}
