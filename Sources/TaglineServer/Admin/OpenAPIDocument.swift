import HTTPTypes
import OfficialAccount

/// The OpenAPI 3.1 document of the admin plane, made from its routes.
struct OpenAPIDocument: Sendable {
    let routes: [AdminRoute]
    let needsToken: Bool

    func write(to json: inout JSONText) {
        json.object { document in
            document.field("openapi", "3.1.0")
            document.field("info") { json in
                json.object {
                    $0.field("title", "Tagline admin plane")
                    $0.field("version", "0.1.0")
                    $0.field("summary", "Accounts and followers of a Tagline server, and how it is doing.")
                }
            }
            document.field("paths") { json in
                json.object { paths in
                    for path in Set(routes.map(\.path)).sorted() {
                        paths.field(path) { json in json.object { write(routes.filter { $0.path == path }, to: &$0) } }
                    }
                }
            }
            guard needsToken else { return }
            document.field("components") { json in
                json.raw(#"{"securitySchemes":{"token":{"type":"http","scheme":"bearer"}}}"#)
            }
            document.field("security") { $0.raw(#"[{"token":[]}]"#) }
        }
    }

    private func write(_ operations: [AdminRoute], to fields: inout JSONText.Fields) {
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
                            let always = (route.body.isNone ? [] : [400, 413]) + (route.method == .get ? [] : [503])
                            for status in Set(route.statuses + always + (needsToken && !route.isOpen ? [401] : []))
                                .sorted()
                            {
                                responses.field(String(status)) { Self.write(status, of: route, to: &$0) }
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

    private static func write(_ status: Int, of route: AdminRoute, to json: inout JSONText) {
        json.object { response in
            response.field("description", status < 400 ? "done" : "why not")
            response.field("content") { json in
                json.object { content in
                    content.field(status < 400 ? route.answers : "application/json") { json in
                        json.raw(status < 400 ? route.goodSchema : errorSchema)
                    }
                }
            }
        }
    }

    private static let errorSchema =
        #"{"schema":{"type":"object","required":["error"],"properties":{"error":{"type":"string"}}}}"#
}

extension AdminRoute {
    fileprivate var goodSchema: String {
        answers == "application/json" ? #"{"schema":{"type":"object"}}"# : #"{"schema":{"type":"string"}}"#
    }
}

extension AdminRoute.Body {
    fileprivate var isNone: Bool {
        if case .none = self { true } else { false }
    }

    /// The request body as OpenAPI describes it.
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
        case .object(let members): Self.write(members, isRequired: true, to: &operation)
        case .optionalObject(let members): Self.write(members, isRequired: false, to: &operation)
        }
    }

    private static func write(_ members: [AdminMember], isRequired: Bool, to operation: inout JSONText.Fields) {
        operation.field("requestBody") { json in
            json.object { body in
                body.field("required", isRequired)
                body.field("content") { json in
                    json.object { content in
                        content.field("application/json") { json in
                            json.object { media in
                                media.field("schema") { json in
                                    // A body that may be absent may also be null.
                                    json.object { AdminMember.describe(members, in: &$0, isNullable: !isRequired) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
