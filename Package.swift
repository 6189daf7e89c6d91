// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "tagline",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "tagline", targets: ["tagline"]),
        .library(name: "OfficialAccount", targets: ["OfficialAccount"]),
        .library(name: "OfficialAccountClient", targets: ["OfficialAccountClient"]),
        .library(name: "TaglineTesting", targets: ["TaglineTesting"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-async-algorithms.git", from: "1.1.4"),
        .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration.git", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache.git", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess.git", from: "1.0.2"),
        .package(url: "https://github.com/apple/swift-system.git", from: "1.8.1"),
    ],
    targets: [
        // Floor 0: the contract of the platform's calls. It depends on no other target.
        .target(name: "OfficialAccount"),
        // Reads followers and their tags from a file. Every command and the admin plane use this reader.
        .target(name: "FollowerFiles", dependencies: ["OfficialAccount"]),

        // An instruction of the processor that Swift cannot express.
        .target(name: "Prefetch"),

        // Opens and writes the program's own files, never through a link and never over another file.
        .target(name: "FreshFiles"),

        // Reads the status of a file, but not the file's times. Swift cannot call the system's functions for this.
        .target(name: "FileStatus"),
        // Limits the free memory that the C library keeps.
        .target(name: "MemoryLimits"),
        // The calls of SQLite's C interface that Swift cannot make.
        .target(name: "SQLiteLog"),

        // Floor 1: the promises of a store, and the suite that checks every store against them.
        .target(
            name: "TagStore",
            dependencies: [
                "OfficialAccount",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .target(name: "TagStoreConformance", dependencies: ["OfficialAccount", "TagStore"]),

        // Floor 1 as well: the SDK.
        .target(
            name: "OfficialAccountClient",
            dependencies: [
                "FreshFiles",
                "OfficialAccount",
                .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSOCKS", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ]),

        // Floor 2: the stores.
        .target(
            name: "EmbeddedTagStore",
            dependencies: [
                "FileStatus",
                "FreshFiles",
                "OfficialAccount",
                "Prefetch",
                "SQLiteLog",
                "TagStore",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        // The header of libpq, and the code that loads libpq at run time.
        .systemLibrary(name: "CLibPQ", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        .target(
            name: "PostgresTagStore",
            dependencies: [
                "CLibPQ",
                "FreshFiles",
                "OfficialAccount",
                "TagStore",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        // Floor 2: the JSON objects of the admin plane, for the server and the command line.
        .target(name: "AdminAPI", dependencies: ["OfficialAccount", "TagStore"]),

        // Floor 2: bulk runs, which tag or untag the followers of a file.
        .target(
            name: "BulkRuns",
            dependencies: [
                "FollowerFiles",
                "FreshFiles",
                "OfficialAccount",
                "OfficialAccountClient",
                "TagStore",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),

        // Floor 3: HTTP.
        .target(
            name: "TaglineServer",
            dependencies: [
                "AdminAPI",
                "FollowerFiles",
                "FreshFiles",
                "OfficialAccount",
                "TagStore",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "Yams", package: "Yams"),
            ]),

        // Connects the SDK and the server in one process, for the tests of both.
        .target(
            name: "InProcessTransport",
            dependencies: [
                "OfficialAccount",
                "OfficialAccountClient",
                "TaglineServer",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),

        // Floor 3: a server in the process of a test. The test controls the server with Swift functions.
        .target(
            name: "TaglineTesting",
            dependencies: [
                "AdminAPI",
                "EmbeddedTagStore",
                "InProcessTransport",
                "OfficialAccount",
                "OfficialAccountClient",
                "TagStore",
                "TaglineServer",
                .product(name: "Logging", package: "swift-log"),
            ]),

        // Floor 4: the command line.
        .executableTarget(
            name: "tagline",
            dependencies: [
                "AdminAPI",
                "BulkRuns",
                "EmbeddedTagStore",
                "FollowerFiles",
                "FreshFiles",
                "MemoryLimits",
                "OfficialAccount",
                "OfficialAccountClient",
                "PostgresTagStore",
                "TagStore",
                "TaglineServer",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOFoundationCompat", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),

        // An example of the SDK. The tests build and run it.
        .executableTarget(
            name: "TagFollowers", dependencies: ["OfficialAccount", "OfficialAccountClient"],
            path: "Examples/TagFollowers"),

        // An example package that users can copy: code that tags readers, and the tests of this code.
        .target(
            name: "Newsletter", dependencies: ["OfficialAccount", "OfficialAccountClient"],
            path: "Examples/TestYourTagCode/Sources/Newsletter"),
        .testTarget(
            name: "NewsletterTests", dependencies: ["Newsletter", "OfficialAccount", "TaglineTesting"],
            path: "Examples/TestYourTagCode/Tests/NewsletterTests"),

        // Requests, and the answer that the server must give to each request. Two test targets use this table.
        .target(name: "WireTable", dependencies: ["OfficialAccount", "TaglineServer"], path: "Tests/WireTable"),

        // Chooses the store on which the tests run the server.
        .target(
            name: "TestStore",
            dependencies: [
                "EmbeddedTagStore",
                "PostgresTagStore",
                "TagStore",
                .product(name: "Logging", package: "swift-log"),
            ], path: "Tests/TestStore"),

        // A VFS for SQLite. In the tests of the embedded store, it counts and records SQLite's operations on files, and
        // makes some of them fail.
        .target(name: "FaultVFS", path: "Tests/FaultVFS", linkerSettings: [.linkedLibrary("sqlite3")]),

        .testTarget(name: "OfficialAccountTests", dependencies: ["OfficialAccount"]),
        .testTarget(name: "FreshFilesTests", dependencies: ["FreshFiles"]),
        .testTarget(
            name: "FollowerFilesTests",
            dependencies: [
                "FollowerFiles",
                "OfficialAccount",
                "TagStoreConformance",
                .product(name: "Subprocess", package: "swift-subprocess"),
            ]),
        .testTarget(
            name: "OfficialAccountClientTests",
            dependencies: [
                "OfficialAccount",
                "OfficialAccountClient",
                "TagStoreConformance",
                .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOSOCKS", package: "swift-nio-extras"),
            ]),
        .testTarget(
            name: "BulkRunsTests",
            dependencies: [
                "BulkRuns",
                "FollowerFiles",
                "OfficialAccount",
                "OfficialAccountClient",
                "TaglineTesting",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .testTarget(name: "TagStoreTests", dependencies: ["OfficialAccount", "TagStore"]),
        .testTarget(
            name: "EmbeddedTagStoreTests",
            dependencies: [
                "EmbeddedTagStore",
                "FaultVFS",
                "OfficialAccount",
                "TagStore",
                "TagStoreConformance",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "InMemoryLogging", package: "swift-log"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "PostgresTagStoreTests",
            dependencies: [
                "OfficialAccount",
                "PostgresTagStore",
                "TagStore",
                "TagStoreConformance",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .testTarget(
            name: "TaglineServerTests",
            dependencies: [
                "AdminAPI",
                "EmbeddedTagStore",
                "FollowerFiles",
                "InProcessTransport",
                "OfficialAccount",
                "OfficialAccountClient",
                "TagStore",
                "TagStoreConformance",
                "TaglineServer",
                "TaglineTesting",
                "TestStore",
                "WireTable",
                .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "InMemoryLogging", package: "swift-log"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ]),
        .testTarget(
            name: "TaglineTests",
            dependencies: [
                "AdminAPI",
                "BulkRuns",
                "OfficialAccount",
                "OfficialAccountClient",
                "TagFollowers",
                "TagStore",
                "TagStoreConformance",
                "TaglineServer",
                "TestStore",
                "WireTable",
                "tagline",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            exclude: [
                "JavaClient.java", "component_drive.py", "console_drive.py", "proxy.py", "rude_clients.py",
                "schemathesis.toml", "terminal.py",
                "wechatpy_drive.py",
            ]),
    ],
    swiftLanguageModes: [.v6]
)

// The targets of `make bench-check`, `make bench-micro` and `make bench-reader`. Only these commands fetch the
// benchmark library.
if Context.environment["TAGLINE_BENCHMARKS"] != nil {
    package.dependencies.append(
        .package(url: "https://github.com/ordo-one/benchmark.git", from: "1.38.1", traits: []))
    package.targets += [
        .target(
            name: "Workloads",
            dependencies: [
                "EmbeddedTagStore",
                "OfficialAccount",
                "TagStore",
                "TaglineServer",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ], path: "Benchmarks/Workloads"),
        .executableTarget(
            name: "Counted", dependencies: ["Workloads"], path: "Benchmarks/Counted"),
        .executableTarget(
            name: "ReadFollowers", dependencies: ["FollowerFiles"], path: "Benchmarks/ReadFollowers"),
        .executableTarget(
            name: "Micro",
            dependencies: ["Workloads", .product(name: "Benchmark", package: "benchmark")], path: "Benchmarks/Micro",
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    ]
}

let strictness: [SwiftSetting] = [
    // A value of a type `any P`, where `P` is a protocol, can cost an allocation and a lookup. So the code must write
    // `any` for each such type.
    .enableUpcomingFeature("ExistentialAny"),
    // A file uses only members of modules that it imports itself, so the imports show on which modules the file
    // depends.
    .enableUpcomingFeature("MemberImportVisibility"),
    // An accepted warning hides the next warning.
    .treatAllWarnings(as: .error),
]

/// The targets behind the libraries. In these targets, an import must have the word `public` or `package` if the file's
/// API uses types of the imported module. So no dependency becomes part of a library's API unnoticed.
let shownTargets: Set = ["AdminAPI", "OfficialAccount", "OfficialAccountClient", "TagStore", "TaglineTesting"]

/// The targets without unsafe constructs. The compiler refuses any unsafe construct there.
let memorySafeTargets: Set = [
    "AdminAPI", "InProcessTransport", "Newsletter", "TagFollowers", "TagStoreConformance", "TaglineTesting",
]

for target in package.targets where target.type != .system {
    var settings = (target.swiftSettings ?? []) + strictness
    if shownTargets.contains(target.name) { settings.append(.enableUpcomingFeature("InternalImportsByDefault")) }
    if memorySafeTargets.contains(target.name) { settings.append(.strictMemorySafety()) }
    target.swiftSettings = settings
}
