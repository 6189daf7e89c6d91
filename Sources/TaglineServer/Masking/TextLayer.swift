/// A text in which escapes are decoded. For each of its bytes, the layer knows the place in the sent text.
///
/// JSON inside JSON, and forms inside forms, are escaped once for each level. So the search for secrets looks at the
/// text as it was sent, then at the text decoded once, and so on. In one of these layers, each quotation mark and each
/// `&` is where the sender's program put it.
struct TextLayer {
    /// The most times that a text is decoded.
    static let most = 8

    let bytes: [UInt8]
    /// The place in the sent text from which each byte comes. One more entry holds the place of the layer's end. Nil if
    /// this layer is the sent text.
    private let places: [Int]?
    /// For each byte, whether an escape of the layer before this one encodes the byte. Nil if this layer is the sent
    /// text.
    private let escaped: [Bool]?

    init(_ text: [UInt8]) {
        self.init(bytes: text, places: nil, escaped: nil)
    }

    private init(bytes: [UInt8], places: [Int]?, escaped: [Bool]?) {
        self.bytes = bytes
        self.places = places
        self.escaped = escaped
    }

    /// Returns the sent text, then the text decoded once, twice and so on, until no escapes are left. `isWhole` is
    /// false if escapes are left in the text decoded ``most`` times.
    static func all(of text: [UInt8]) -> (layers: [TextLayer], isWhole: Bool) {
        var layers = [TextLayer(text)]
        var next = layers[0].decoded
        while let layer = next, layers.count <= most {
            layers.append(layer)
            next = layer.decoded
        }
        return (layers, next == nil)
    }

    /// The text with its escapes decoded once; nil if the text has no escapes. Cost: linear in the length.
    private var decoded: TextLayer? {
        guard let first = firstEscape else { return nil }
        let isForm = hasEscapeOfForm
        var place = isForm ? bytes.firstIndex(of: UInt8(ascii: "+")).map { min($0, first) } ?? first : first
        var plain = Array(bytes[..<place])
        var starts = (0..<place).map(sentPlace)
        var escaped = [Bool](repeating: false, count: place)
        plain.reserveCapacity(bytes.count)
        starts.reserveCapacity(bytes.count + 1)
        escaped.reserveCapacity(bytes.count)
        while place < bytes.count {
            let byte = bytes[place]
            guard TextEscape.mayBegin(with: byte), let escape = TextEscape(bytes, at: place) else {
                plain.append(isForm && byte == UInt8(ascii: "+") ? 0x20 : byte)
                starts.append(sentPlace(place))
                escaped.append(false)
                place += 1
                continue
            }
            switch escape.meaning {
            case .nothing: break
            case .byte(let byte): plain.append(byte)
            case .scalar(let scalar): plain += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            }
            while starts.count < plain.count {
                starts.append(sentPlace(place))
                escaped.append(true)
            }
            place += escape.length
        }
        starts.append(sentPlace(bytes.count))
        return TextLayer(bytes: plain, places: starts, escaped: escaped)
    }

    private var firstEscape: Int? {
        bytes.indices.first { TextEscape.mayBegin(with: bytes[$0]) && TextEscape(bytes, at: $0) != nil }
    }

    /// Whether the text has an escape such as `%65`. If so, each `+` is a blank.
    private var hasEscapeOfForm: Bool {
        bytes.indices.contains { bytes[$0] == UInt8(ascii: "%") && TextEscape(bytes, at: $0) != nil }
    }

    private func sentPlace(_ place: Int) -> Int { places?[place] ?? place }

    /// Whether this layer is the sent text.
    var isSent: Bool { places == nil }

    /// Returns whether an escape of the layer before this one encodes the byte at `place`. So the byte belongs to a
    /// value, and does not end the value.
    func isEscaped(_ place: Int) -> Bool { escaped?[place] ?? false }

    /// Returns the part of the sent text that `range` of this layer comes from.
    func sent(_ range: Range<Int>) -> Range<Int> { sentPlace(range.lowerBound)..<sentPlace(range.upperBound) }

    /// Returns whether the part `range` contains or touches an escape of the sent text. If not, the sent text has the
    /// same part, and the search has already looked at it there. In the sent text itself, every part is new.
    func isNew(_ range: Range<Int>) -> Bool {
        guard !isSent else { return true }
        let around = max(0, range.lowerBound - 1)..<min(bytes.count, range.upperBound + 1)
        return sent(around).count != around.count
    }
}
