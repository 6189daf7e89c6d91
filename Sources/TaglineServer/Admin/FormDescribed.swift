import AdminAPI
import TagStore

// The schemas of values that are not objects in JSON.

extension String: FormDescribed {
    static func form(in catalogue: ShapeCatalogue) -> JSONForm { JSONForm(schema: .string, sample: "") }
}

extension Bool: FormDescribed {
    static func form(in catalogue: ShapeCatalogue) -> JSONForm { JSONForm(schema: .boolean, sample: false) }
}

extension Double: FormDescribed {
    static func form(in catalogue: ShapeCatalogue) -> JSONForm { JSONForm(schema: .number, sample: Double.zero) }
}

extension Int: FormDescribed {
    static func form(in catalogue: ShapeCatalogue) -> JSONForm { JSONForm(schema: .integer, sample: Int.zero) }
}

extension Int64: FormDescribed {
    static func form(in catalogue: ShapeCatalogue) -> JSONForm { JSONForm(schema: .integer, sample: Int64.zero) }
}

extension UInt64: FormDescribed {
    static func form(in catalogue: ShapeCatalogue) -> JSONForm { JSONForm(schema: .integer, sample: UInt64.zero) }
}

extension Fingerprint: FormDescribed {
    static func form(in catalogue: ShapeCatalogue) -> JSONForm { JSONForm(schema: .string, sample: Fingerprint.zero) }
}

extension FaultSpan: FormDescribed {
    static func form(in catalogue: ShapeCatalogue) -> JSONForm {
        JSONForm(schema: .string, sample: FaultSpan(.zero))
    }
}

extension FaultDelay: FormDescribed {
    static func form(in catalogue: ShapeCatalogue) -> JSONForm {
        let spread: [ShapeSchema.Member] = [
            .init(name: "median", schema: .string, isRequired: true),
            .init(name: "sigma", schema: .number, isRequired: true),
            .init(name: "most", schema: .string, isRequired: true),
        ]
        return JSONForm(schema: .either([.string, .object(spread)]), sample: FaultDelay.fixed(FaultSpan(.zero)))
    }
}

// MARK: Choices

/// A type whose values are texts from a short list.
protocol ChoiceDescribed: FormDescribed, CaseIterable, RawRepresentable where RawValue == String {}

extension ChoiceDescribed {
    static func form(in catalogue: ShapeCatalogue) throws -> JSONForm {
        JSONForm(schema: .choice(allCases.map(\.rawValue)), sample: allCases.first as Any)
    }
}

extension CallRecord.Via: ChoiceDescribed {}
extension FaultRule.Stage: ChoiceDescribed {}
extension FaultRule.Connection: ChoiceDescribed {}
extension ServerStatus.State: ChoiceDescribed {}
extension Account.Kind: ChoiceDescribed {}
extension TokenKind: ChoiceDescribed {}
