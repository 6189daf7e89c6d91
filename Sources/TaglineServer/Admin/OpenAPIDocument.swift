import AdminAPI
import HTTPTypes
import OfficialAccount

/// The OpenAPI 3.1 document that describes the routes of the admin plane.
struct OpenAPIDocument: Sendable {
    static let path = "/openapi.json"

    let routes: [AdminRoute]
    let needsToken: Bool

    func write(to json: inout JSONText) {
        let catalogue = ShapeCatalogue()
        json.object { document in
            document.field("openapi", "3.1.0")
            document.field("info") { json in
                json.object {
                    $0.field("title", "Tagline admin plane")
                    $0.field("version", TaglineVersion.current)
                    $0.field("summary", "Accounts and followers of a Tagline server, and its health.")
                    $0.field(
                        "description",
                        "The server reads a body as this document says, whatever its Content-Type. The pages and forms of "
                            + "the console, under /console, are for browsers and are not part of this document.")
                }
            }
            document.field("paths") { json in
                json.object { paths in
                    for path in Set(routes.map(\.path)).sorted() {
                        paths.field(path) { json in
                            json.object { write(routes.filter { $0.path == path }, catalogue, to: &$0) }
                        }
                    }
                }
            }
            // At this point the catalogue has every shape, because the code above has written all paths.
            document.field("components") { json in json.object { writeComponents(catalogue, to: &$0) } }
            if needsToken { document.field("security") { $0.raw(#"[{"token":[]}]"#) } }
        }
    }

    private func writeComponents(_ catalogue: ShapeCatalogue, to components: inout JSONText.Fields) {
        components.field("schemas") { json in
            json.object { schemas in
                for (name, schema) in catalogue.schemas.sorted(by: { $0.key < $1.key }) {
                    schemas.field(name) { schema.write(to: &$0) }
                }
            }
        }
        guard needsToken else { return }
        components.field("securitySchemes") { $0.raw(#"{"token":{"type":"http","scheme":"bearer"}}"#) }
    }

    private func write(_ operations: [AdminRoute], _ catalogue: ShapeCatalogue, to fields: inout JSONText.Fields) {
        for route in operations {
            fields.field(route.method.rawValue.lowercased()) { json in
                json.object { operation in
                    operation.field("summary", route.summary)
                    let parameters = route.pathMembers.map { ("path", $0) } + route.query.map { ("query", $0) }
                    if !parameters.isEmpty {
                        operation.field("parameters") { json in
                            json.array(parameters) { Self.write($0.0, $0.1, to: &$1) }
                        }
                    }
                    route.body.write(to: &operation)
                    if needsToken, route.isOpen { operation.field("security") { $0.raw("[]") } }
                    operation.field("responses") { json in
                        json.object { responses in
                            for status in route.documentedStatuses(needsToken: needsToken) {
                                responses.field(String(status)) { Self.write(status, of: route, catalogue, to: &$0) }
                            }
                        }
                    }
                }
            }
        }
    }

    private static func write(_ place: String, _ member: AdminMember, to json: inout JSONText) {
        json.object { parameter in
            parameter.field("name", member.name)
            parameter.field("in", place)
            parameter.field("required", member.isRequired)
            parameter.field("schema") { member.writeSchema(to: &$0) }
        }
    }

    private static func write(
        _ status: Int, of route: AdminRoute, _ catalogue: ShapeCatalogue, to json: inout JSONText
    ) {
        let answers = status < 400 ? route.answers : [.json(AdminProblem.self)]
        json.object { response in
            response.field("description", status < 400 ? description(of: answers) : "refused, with the reason")
            response.field("content") { json in
                json.object { content in
                    for answer in answers {
                        content.field(answer.mediaType) { json in
                            json.object { describe(answer, catalogue, in: &$0) }
                        }
                    }
                }
            }
        }
    }

    private static func describe(_ answer: AdminAnswer, _ catalogue: ShapeCatalogue, in media: inout JSONText.Fields) {
        media.field("schema") { answer.schema(in: catalogue).write(to: &$0) }
        guard let shape = answer.exampleShape, let example = firstExample(of: shape) else { return }
        media.field("example") { $0.raw(example) }
    }

    private static func description(of answers: [AdminAnswer]) -> String {
        guard answers.contains(where: \.isInPieces) else { return "done" }
        return "done; the schema describes one line of the NDJSON, or one event of the event stream"
    }

    /// Returns the first example of a shape as JSON.
    private static func firstExample<Shape: AdminShape>(of shape: Shape.Type) -> String? {
        var text = JSONText()
        guard let example = shape.examples.first, (try? text.shape(example)) != nil else { return nil }
        return String(decoding: text.bytes, as: UTF8.self)
    }
}

extension AdminRoute.Body {
    /// Writes the field `requestBody` of an operation. Writes nothing if the route has no body.
    fileprivate func write(to operation: inout JSONText.Fields) {
        switch self {
        case .none: return
        case .lines(let mayBeEmpty):
            operation.field("requestBody") { json in
                json.object { body in
                    body.field("required", !mayBeEmpty)
                    body.field("content") {
                        $0.raw(
                            #"{"text/csv":{"schema":{"type":"string"}},"application/x-ndjson":{"schema":{"type":"string"}}}"#
                        )
                    }
                }
            }
        case .object(let members, let rules): Self.write(members, rules, isRequired: true, to: &operation)
        case .optionalObject(let members): Self.write(members, [], isRequired: false, to: &operation)
        }
    }

    private static func write(
        _ members: [AdminMember], _ rules: [PresenceRule], isRequired: Bool, to operation: inout JSONText.Fields
    ) {
        operation.field("requestBody") { json in
            json.object { body in
                body.field("required", isRequired)
                body.field("content") { json in
                    json.object { content in
                        content.field("application/json") { json in
                            json.object { media in
                                media.field("schema") { json in
                                    // If the body is optional, null is also a valid body.
                                    json.object { schema in
                                        AdminMember.describe(
                                            members, rules: rules, in: &schema, isNullable: !isRequired)
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
