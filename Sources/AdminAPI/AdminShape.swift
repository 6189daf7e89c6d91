/// An answer of the admin plane, or a part of one: a JSON object.
///
/// The server encodes it, and the command line decodes it. The OpenAPI document has its first example and its schema,
/// which the server derives from its decoding.
package protocol AdminShape: Codable, Sendable {
    /// Values that a server could answer, the most usual one first. Together they show every member.
    static var examples: [Self] { get }
}
