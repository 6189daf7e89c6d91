import CLibPQ

/// The address of the database, in the form that libpq reads: `postgres://user@host:5432/database?sslmode=verify-full`.
/// Commas separate several hosts.
///
/// If the address leaves out a value, libpq takes the value from an environment variable, such as `PGHOST`, `PGUSER`,
/// `PGPASSWORD` or `PGSSLMODE`, or from the password file. See `libpq-connect` in PostgreSQL's documentation.
public struct DatabaseAddress: Sendable {
    /// The whole address, which the store never shows, because it may hold a password.
    private let text: String
    /// A description for people, without user and password, such as `the database tagline on db1,db2`. The description
    /// names only what the address contains.
    let place: String

    /// Returns whether the text looks like the address of a database, and not like the path of a file.
    public static func isOne(_ text: String) -> Bool {
        text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
    }

    /// Throws ``PostgresStoreError`` for a text that is not an address, or if libpq is not installed.
    public init(_ text: String) throws(PostgresStoreError) {
        let libpq: tagline_libpq
        do {
            libpq = try LibPQ.load()
        } catch {
            throw PostgresStoreError(error.description)
        }
        // The error must not show libpq's message, which may quote a part of the password.
        let options = Self.isOne(text) ? libpq.PQconninfoParse(text, nil) : nil
        defer { libpq.PQconninfoFree(options) }
        guard let values = options.map(Self.values), Self.arePlausible(values) else {
            if Self.isOne(text), let stranger = Self.unknownParameter(in: text, libpq) {
                throw PostgresStoreError(
                    "the address of the database has the parameter \(stranger), which libpq does not know")
            }
            throw PostgresStoreError(
                "the address of the database is not of the form postgres://user@host:5432/database, with a number for the port. In a "
                    + "password, write the characters % @ : / ? # as %25 %40 %3A %2F %3F %23")
        }
        self.text = text
        let host = Self.host(values).map { " on \($0)" } ?? ""
        place = "the database" + (values["dbname"].map { " \($0)" } ?? "") + host
    }

    /// Returns the host, with its port if the address has a port; nil if the address has no host.
    ///
    /// Returns several hosts, or the directory of a socket, without a port.
    private static func host(_ values: [String: String]) -> String? {
        guard let host = values["host"], let port = values["port"], !host.hasPrefix("/"), !host.contains(",") else {
            return values["host"]
        }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Returns the first parameter that libpq does not know; nil if libpq knows all parameters.
    ///
    /// The parameters follow the question mark in `text`.
    ///
    /// Also returns nil if the question mark may be in a password. It may be in a password if an `@` follows it, or if
    /// a second colon but no `@` precedes it.
    private static func unknownParameter(in text: String, _ libpq: tagline_libpq) -> Substring? {
        guard let question = text.firstIndex(of: "?"), !text[question...].contains("@"),
            text[..<question].contains("@") || text[..<question].count(where: { $0 == ":" }) == 1,
            let known = libpq.PQconninfoParse("postgres://", nil)
        else { return nil }
        defer { libpq.PQconninfoFree(known) }
        var names: Set<String> = ["ssl"]
        var option = known
        while let keyword = option.pointee.keyword {
            names.insert(String(cString: keyword))
            option += 1
        }
        return text[question...].dropFirst().split(separator: "&").compactMap { parameter in
            parameter.firstIndex(of: "=").map { parameter[..<$0] }
        }.first { !names.contains(String($0)) }
    }

    /// Returns whether the port is a number, and the names of the host and the database hold no `@`.
    ///
    /// If one of these names holds an `@`, libpq may have read a part of a password as a name.
    private static func arePlausible(_ values: [String: String]) -> Bool {
        (values["port"] ?? "").utf8.allSatisfy { (48...57).contains($0) || $0 == 44 }
            && !(values["dbname"] ?? "").contains("@") && !(values["host"] ?? "").contains("@")
    }

    /// Returns the values that the address sets, by libpq's names.
    private static func values(_ options: UnsafeMutablePointer<PQconninfoOption>) -> [String: String] {
        var values: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val, value.pointee != 0 {
                values[String(cString: keyword)] = String(cString: value)
            }
            option += 1
        }
        return values
    }

    /// Connects to the first host that accepts changes, and waits at most `connect_timeout` for each host.
    ///
    /// Returns nil if there is not enough memory.
    func connect(_ libpq: tagline_libpq) -> OpaquePointer? {
        // The address is the value of `dbname`. It overrides the settings before `dbname`, but not the settings after
        // `dbname`.
        let settings: [(String, String)] = [
            ("application_name", "tagline"), ("connect_timeout", "3"), ("tcp_user_timeout", "10000"),
            ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"), ("dbname", text),
            // Makes libpq choose a host that accepts changes.
            ("target_session_attrs", "read-write"), ("client_encoding", "UTF8"),
        ]
        let (keys, values) = (Self.terminated(settings.map(\.0)), Self.terminated(settings.map(\.1)))
        return keys.withUnsafeBufferPointer { keyBytes in
            values.withUnsafeBufferPointer { valueBytes in
                var (key, value) = (keyBytes.baseAddress, valueBytes.baseAddress)
                var (keyPointers, valuePointers): ([UnsafePointer<CChar>?], [UnsafePointer<CChar>?]) = ([], [])
                for setting in settings {
                    keyPointers.append(key)
                    valuePointers.append(value)
                    key = key.map { $0 + setting.0.utf8.count + 1 }
                    value = value.map { $0 + setting.1.utf8.count + 1 }
                }
                return libpq.PQconnectdbParams(keyPointers + [nil], valuePointers + [nil], 1)
            }
        }
    }

    private static func terminated(_ texts: [String]) -> [CChar] {
        texts.flatMap { $0.utf8.map { CChar(bitPattern: $0) } + [0] }
    }
}

/// The reason why a store on PostgreSQL cannot be opened or used.
///
/// ``description`` gives the reason in one line for a person.
public struct PostgresStoreError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
