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
                    if route.path.contains("{appid}") {
                        operation.field("parameters") {
                            $0.raw(#"[{"name":"appid","in":"path","required":true,"schema":{"type":"string"}}]"#)
                        }
                    }
                    if let body = route.body.schema { operation.field("requestBody") { $0.raw(body) } }
                    operation.field("responses") { json in
                        json.object { responses in
                            for status in route.statuses + (needsToken ? [401] : []) {
                                responses.field(String(status)) { json in
                                    json.object { $0.field("description", status < 400 ? "done" : "why not") }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

extension AdminRoute.Body {
    /// The request body as OpenAPI describes it; nil for none.
    fileprivate var schema: String? {
        switch self {
        case .none: nil
        case .lines:
            #"{"required":true,"content":{"text/csv":{"schema":{"type":"string"}},"application/x-ndjson":{"schema":{"type":"string"}}}}"#
        case .object(let members):
            #"{"required":true,"content":{"application/json":{"schema":{"type":"object","required":["#
                + members.filter(\.isRequired).map { "\"\($0.name)\"" }.joined(separator: ",")
                + #"],"properties":{"# + members.map { "\"\($0.name)\":\($0.schema)" }.joined(separator: ",") + "}}}}}"
        }
    }
}

extension AdminRoute.Member {
    fileprivate var schema: String {
        var json = JSONText()
        json.object { schema in
            switch kind {
            case .text(let pattern):
                schema.field("type", "string")
                if let pattern { schema.field("pattern", pattern) }
            case .choice(let choices):
                schema.field("type", "string")
                schema.field("enum") { json in json.array(choices) { $1.string($0) } }
            case .flag: schema.field("type", "boolean")
            case .positiveNumber:
                schema.field("type", "integer")
                schema.field("minimum", 1)
            case .texts:
                schema.field("type", "array")
                schema.field("items") { $0.raw(#"{"type":"string"}"#) }
            }
            schema.field("description", summary)
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
