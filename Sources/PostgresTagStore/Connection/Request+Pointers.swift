extension Request {
    /// Calls `body` with the number of values and with pointers to them.
    ///
    /// A zero byte ends each value. For NULL, the pointer is nil.
    func withPointers<Value>(
        _ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?) -> Value
    ) -> Value {
        var bytes: [CChar] = []
        bytes.reserveCapacity(parameters.reduce(0) { $0 + ($1.text?.count ?? 0) + 1 })
        var starts: [Int?] = []
        for parameter in parameters {
            guard let text = parameter.text else {
                starts.append(nil)
                continue
            }
            starts.append(bytes.count)
            text.withUnsafeBytes { bytes.append(contentsOf: $0.assumingMemoryBound(to: CChar.self)) }
            bytes.append(0)
        }
        return bytes.withUnsafeBufferPointer { buffer in
            let pointers = starts.map { start in start.flatMap { start in buffer.baseAddress.map { $0 + start } } }
            return pointers.withUnsafeBufferPointer { body(Int32(parameters.count), $0.baseAddress) }
        }
    }
}
