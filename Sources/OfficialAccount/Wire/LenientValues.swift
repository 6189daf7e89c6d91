// These types read values that the platform or a proxy sends in another type than the documented type.

/// A whole number, which the sender may also write as text or as `7200.0`.
package struct LenientNumber: Decodable, Sendable, Hashable {
    package let value: Int

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Int.self) {
            value = number
        } else if let number = try? container.decode(Double.self) {
            guard let whole = Int(exactly: number) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a whole number")
            }
            value = whole
        } else {
            let text = try container.decode(String.self).filter { !$0.isWhitespace }
            guard let number = Int(text) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a number")
            }
            value = number
        }
    }
}

/// A text, which the sender may also write as a whole number, or as null for the empty text.
package struct LenientText: Decodable, Sendable, Hashable {
    package let value: String

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            value = ""
        } else if let number = try? container.decode(Int.self) {
            value = String(number)
        } else {
            value = try container.decode(String.self)
        }
    }
}

/// The readable entries of an array, and the number of unreadable entries.
package struct LenientArray<Element: Decodable & Sendable>: Decodable, Sendable {
    package let elements: [Element]
    package let passedOver: Int

    private struct Anything: Decodable {
        init(from decoder: any Decoder) {}
    }

    package init(from decoder: any Decoder) throws {
        var entries = try decoder.unkeyedContainer()
        var elements: [Element] = []
        var passedOver = 0
        while !entries.isAtEnd {
            if let element = try? entries.decode(Element.self) {
                elements.append(element)
            } else {
                passedOver += 1
                _ = try entries.decode(Anything.self)
            }
        }
        self.elements = elements
        self.passedOver = passedOver
    }
}
