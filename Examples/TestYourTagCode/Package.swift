// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "TestYourTagCode",
    platforms: [.macOS(.v15)],
    dependencies: [
        // In your own package, replace this path with the URL of Tagline's repository.
        .package(name: "tagline", path: "../..")
    ],
    targets: [
        .target(
            name: "Newsletter",
            dependencies: [
                .product(name: "OfficialAccount", package: "tagline"),
                .product(name: "OfficialAccountClient", package: "tagline"),
            ]),
        .testTarget(
            name: "NewsletterTests",
            dependencies: [
                "Newsletter",
                .product(name: "OfficialAccount", package: "tagline"),
                .product(name: "TaglineTesting", package: "tagline"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)
