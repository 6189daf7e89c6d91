import PostgresTagStore
import Testing

@Suite struct DatabaseAddressTests {
    @Test(arguments: [
        ("postgres://u:secret@db.example.com/followers", "the database followers on db.example.com"),
        ("postgres://u@db.example.com:5433/followers", "the database followers on db.example.com:5433"),
        ("postgres://u@[::1]:5433/followers", "the database followers on [::1]:5433"),
        ("postgres://a.example.com:5432,b.example.com:5433/x", "the database x on a.example.com,b.example.com"),
        ("postgres:///x?host=/var/run/postgresql&port=5433", "the database x on /var/run/postgresql"),
        ("postgres://", "the database"),
    ])
    func `a database's description shows its name, host and port, but no password`(text: String, place: String) throws {
        #expect(try DatabaseSchema(DatabaseAddress(text)).place == "the schema tagline of \(place)")
    }
}
