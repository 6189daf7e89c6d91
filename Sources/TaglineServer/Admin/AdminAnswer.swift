import AdminAPI

/// One of the forms in which a route gives a good answer.
enum AdminAnswer: Sendable {
    /// One JSON object.
    case json(any AdminShape.Type)
    /// Lines of JSON. Each line has one of these shapes.
    case lines([any AdminShape.Type])
    /// Server-sent events by name. The data of an event is JSON of the event's shape.
    case events([(name: String, shape: any AdminShape.Type)])
    /// Text of this media type.
    case text(String)

    var mediaType: String {
        switch self {
        case .json: "application/json"
        case .lines: "application/x-ndjson"
        case .events: "text/event-stream"
        case .text(let type): type
        }
    }

    /// Whether ``schema(in:)`` describes one line or one event of the answer, not the whole answer.
    var isInPieces: Bool {
        switch self {
        case .lines, .events: true
        case .json, .text: false
        }
    }

    /// Returns the schema of the answer, of one of its lines, or of one of its events.
    func schema(in catalogue: ShapeCatalogue) -> ShapeSchema {
        switch self {
        case .json(let shape): catalogue.reference(to: shape)
        case .lines(let shapes): Self.either(shapes.map { catalogue.reference(to: $0) })
        case .events(let events):
            .object([
                .init(name: "id", schema: .string, isRequired: false),
                .init(name: "event", schema: .choice(events.map(\.name)), isRequired: true),
                .init(
                    name: "data", schema: .json(Self.either(events.map { catalogue.reference(to: $0.shape) })),
                    isRequired: true),
            ])
        case .text: .string
        }
    }

    private static func either(_ schemas: [ShapeSchema]) -> ShapeSchema {
        schemas.count == 1 ? schemas[0] : .either(schemas)
    }

    /// The shape whose first example shows the answer or one of its lines; nil for text and events.
    var exampleShape: (any AdminShape.Type)? {
        switch self {
        case .json(let shape): shape
        case .lines(let shapes): shapes.first
        case .events, .text: nil
        }
    }
}
