// The addresses in the settings of a third-party platform. Host names may have underscores, as in names of Compose
// services.
extension AdminMember.Text {
    /// The address to which the server pushes tickets and events, or an empty text. An IPv6 address has brackets.
    ///
    /// The pattern does not match a port above 65535, because the HTTP client traps on such a port.
    static let eventURL = AdminMember.Text(
        pattern: #"^([Hh][Tt][Tt][Pp][Ss]?://([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])"#
            + "(:(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5]?[0-9]{1,4}))?"
            + #"([/?][!"$-~]{0,500})?)?$"#,
        words: "an http or https address with a host, no port above 65535 and no fragment, or empty",
        matches: {
            $0.wholeMatch(
                of:
                    #/
                    ([Hh][Tt][Tt][Pp][Ss]?:\/\/([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])
                    (:(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5]?[0-9]{1,4}))?
                    ([\/?][!"$-~]{0,500})?)?
                    /#) != nil
        })

    /// A host that a redirect_uri may have. An IPv6 address may have brackets, as in a URL.
    static let redirectHost = AdminMember.Text(
        pattern: #"^([A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}|\[[0-9A-Fa-f:.]{2,45}\])$"#,
        words: "the name or the address of a host",
        matches: {
            $0.wholeMatch(of: /[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}|\[[0-9A-Fa-f:.]{2,45}\]/) != nil
        })
}
