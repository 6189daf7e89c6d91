import Testing

@testable import OfficialAccount

@Suite struct ErrorCatalogueTests {
    @Test func `every code is explained in both languages`() {
        let numbers = ErrorCatalogue.entries.map(\.code.rawValue)
        #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
        for entry in ErrorCatalogue.entries {
            #expect(entry.code.explanation == entry)
            #expect(entry.meaning.hasSuffix(".") && entry.remedy.hasSuffix("."), "\(entry.code)")
            #expect(entry.chinese.meaning.hasSuffix("。") && entry.chinese.remedy.hasSuffix("。"), "\(entry.code)")
        }
    }

    @Test func `no two endpoints share a path or a name`() {
        #expect(Set(Endpoint.all.map(\.path)).count == Endpoint.all.count)
        #expect(Set(Endpoint.all.map(\.name)).count == Endpoint.all.count)
    }
}
