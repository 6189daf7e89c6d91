/// A JSON object that is an answer of the admin plane, or a part of such an answer.
///
/// The server encodes a shape, and the command line decodes it. The OpenAPI document contains the first example and the
/// schema of the shape. To find the schema, the server decodes the shape and notes which members the shape reads.
package protocol AdminShape: Codable, Sendable {
    /// Values that a server could send in an answer, the most usual value first. Together the values show every member.
    static var examples: [Self] { get }
}
