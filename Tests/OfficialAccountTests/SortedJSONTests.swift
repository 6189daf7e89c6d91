import OfficialAccount
import Testing

@Suite struct SortedJSONTests {
    @Test func `keys are sorted, and slashes are not escaped`() throws {
        #expect(try SortedJSON.text(["b": "a/b", "a": "广东"]) == #"{"a":"广东","b":"a/b"}"#)
        #expect(try SortedJSON.bytes([1, 2]) == Array("[1,2]".utf8))
    }

    @Test func `a number that JSON cannot write is an error`() {
        #expect(throws: EncodingError.self) { try SortedJSON.text([Double.infinity]) }
    }
}
